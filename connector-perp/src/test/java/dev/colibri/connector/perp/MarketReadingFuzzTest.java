package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a session read before does not change how it reads the next message, for every venue:
 * messages that are damaged, or have their fields in another order, are read the same by one that
 * knows the usual order and by one that could not learn it. {@code -Dfuzz.count=1000000
 * -Dfuzz.seed=7} looks further.
 */
class MarketReadingFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 100_000);
  private static final long SEED = Long.getLong("fuzz.seed", 42);

  private static final Path MESSAGES =
      Path.of(
          "../connector-api/src/test/resources/dev/colibri/connector/text/market-messages.jsonl");

  private static final String ALPHABET = "{}[]\",:\\0123456789.eE+-tfn aub/\n\u0000\u00e9";
  private static final String COUNTER = "\"sequence_num\":";

  private static final Instrument[] INSTRUMENTS =
      Stream.of(
              "BTCUSDT",
              "BTC-USDT",
              "BTC/USD",
              "BTC-USD",
              "BTC_USDT",
              "BTC-USDT-SWAP",
              "@107",
              "HYPE")
          .map(MarketReadingFuzzTest::instrument)
          .toArray(Instrument[]::new);

  private final SplittableRandom random = new SplittableRandom(SEED);

  private static Instrument instrument(String symbol) {
    TradingRules rules = TradingRules.builder(new BigDecimal("0.01"), BigDecimal.ONE).build();
    return Instrument.builder("test", symbol, symbol, "USD", rules).build();
  }

  /** Makes sessions of market data, by the name of the venue and the stream. */
  private static Map<String, Supplier<MarketSession>> sessions() {
    Map<String, BookDialect> dialects = new LinkedHashMap<>();
    ServiceLoader.load(SpotVenueProvider.class)
        .forEach(v -> dialects.put(v.name(), v.venue(null).dialect()));
    ServiceLoader.load(PerpVenueProvider.class)
        .forEach(v -> dialects.put(v.name(), v.venue(null).dialect()));
    Map<String, Supplier<MarketSession>> sessions = new LinkedHashMap<>();
    dialects.forEach(
        (name, dialect) ->
            dialect.streams().stream()
                .filter(stream -> stream.open() instanceof MarketSession)
                .forEach(
                    stream ->
                        sessions.put(
                            name + " " + stream.name(), () -> (MarketSession) stream.open())));
    return sessions;
  }

  /** What a session says of a message, and how it refuses it. */
  private static String told(MarketSession session, byte[] message) {
    var context = new RecordingContext(new FrozenSigning(0, null), INSTRUMENTS);
    String refusal = "";
    try {
      session.received(new Frame().wrap(message, 0, message.length, true), context);
    } catch (RuntimeException e) {
      refusal = " " + e;
    }
    return context.events() + refusal;
  }

  private static boolean isData(MarketSession session, String message) {
    String told = told(session, utf8(message));
    return told.contains("DIFF")
        || told.contains("SNAPSHOT")
        || told.contains("TOP ")
        || told.contains("trade ");
  }

  @Test
  void what_was_read_before_changes_nothing() throws IOException {
    List<String> messages = Files.readAllLines(MESSAGES);
    int sessions = 0;
    int readable = 0;
    int tried = 0;
    Map<String, Supplier<MarketSession>> all = sessions();
    for (Map.Entry<String, Supplier<MarketSession>> of : all.entrySet()) {
      List<String> own =
          messages.stream().filter(message -> isData(of.getValue().get(), message)).toList();
      sessions += own.isEmpty() ? 0 : 1;
      for (int i = 0; i < COUNT / all.size() && !own.isEmpty(); i++) {
        MarketSession knows = of.getValue().get();
        MarketSession learns = of.getValue().get();
        // Where values stand is known from the third message of a shape on.
        String again = random.nextInt(4) == 0 ? null : some(own);
        int before = 1 + random.nextInt(3);
        for (int k = 0; k < before; k++) {
          String message = counted(again == null ? some(own) : again, k);
          told(knows, utf8(message));
          told(learns, spaced(message));
        }
        byte[] next = altered(counted(again == null ? some(own) : again, before));
        String expected = told(learns, next);
        assertEquals(
            expected,
            told(knows, next),
            () -> of.getKey() + ": " + new String(next, StandardCharsets.UTF_8));
        readable += expected.endsWith("]") ? 1 : 0;
        tried++;
      }
    }
    assertTrue(sessions >= 12, "too few sessions: " + sessions);
    assertTrue(readable > tried / 10, "too few were readable: " + readable + " of " + tried);
  }

  private String some(List<String> messages) {
    return messages.get(random.nextInt(messages.size()));
  }

  /** Where a venue counts its messages, they go on. */
  private static String counted(String message, int number) {
    return message.replaceAll(COUNTER + "\\d+", COUNTER + (7 + number));
  }

  /** The same with white space, in which nothing can be learned of names. */
  private static byte[] spaced(String message) {
    return utf8(message.replace("\":", "\" :"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---- another order, and damage

  private byte[] altered(String message) {
    String text = message;
    if (random.nextInt(2) == 0) {
      var out = new JsonWriter();
      shuffled(Json.parse(text), out);
      text = out.toString();
    }
    byte[] bytes = utf8(text);
    for (int edits = random.nextInt(3); edits > 0 && bytes.length > 0; edits--) {
      bytes = edited(bytes);
    }
    return bytes;
  }

  /** A few fields change their places. */
  private void shuffled(Json json, JsonWriter out) {
    if (json.isObject()) {
      List<Map.Entry<String, Json>> fields = new ArrayList<>(json.fields().entrySet());
      for (int swaps = random.nextInt(3); swaps > 0 && !fields.isEmpty(); swaps--) {
        fields.add(random.nextInt(fields.size()), fields.remove(random.nextInt(fields.size())));
      }
      out.object();
      fields.forEach(field -> shuffled(field.getValue(), out.name(field.getKey())));
      out.end();
    } else if (json.isArray()) {
      out.array();
      json.items().forEach(item -> shuffled(item, out));
      out.end();
    } else {
      out.value(json);
    }
  }

  private byte[] edited(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    byte some = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
    return switch (random.nextInt(5)) {
      case 0 -> joined(bytes, at, Arrays.copyOfRange(rest, 1, rest.length)); // drop one
      case 1 -> joined(joined(bytes, at, new byte[] {some}), at + 1, rest); // insert one
      case 2 -> { // repeat a stretch
        int length = Math.min(random.nextInt(24), rest.length);
        yield joined(joined(bytes, at, Arrays.copyOf(rest, length)), at + length, rest);
      }
      case 3 -> { // change one
        rest[0] = some;
        yield joined(bytes, at, rest);
      }
      default -> { // change many digits
        for (int i = 0; i < rest.length; i++) {
          boolean digit = rest[i] >= '0' && rest[i] <= '9';
          rest[i] = digit && random.nextInt(4) > 0 ? (byte) ('0' + random.nextInt(10)) : rest[i];
        }
        yield joined(bytes, at, rest);
      }
    };
  }

  private static byte[] joined(byte[] head, int length, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, length + tail.length);
    System.arraycopy(tail, 0, whole, length, tail.length);
    return whole;
  }
}
