package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Damaged payloads are read, or refused with a TextException: nothing else, and never for long. */
class BinanceFuzzTest {
  private static final int ROUNDS = 6_000;
  private static final Instrument BTC = BinanceParserTest.BTC;

  /** What damage likes to put where something else stood. */
  private static final String[] SPLINTERS = {
    "null",
    "{}",
    "[]",
    "-1",
    "0",
    "\"\"",
    "1e99",
    "true",
    "\"\\ud800\"",
    "99999999999999999999",
    "1e40",
    "\"1e-40\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\u0000",
    "\"NaN\"",
    "ı",
    "-",
  };

  private final Session market = new BinanceMarketSession();
  private final Session account = new BinanceAccountSession();
  private final RecordingContext context = new RecordingContext(new FrozenSigning(0, null), BTC);

  private final Map<String, Consumer<byte[]>> readers = new LinkedHashMap<>();

  private void json(String sample, Consumer<Json> reader) {
    readers.put(sample, bytes -> reader.accept(Json.parse(bytes, 0, bytes.length)));
  }

  private void heard(String sample, Session session) {
    readers.put(
        sample,
        bytes -> {
          context.events().clear();
          context.orders().clear();
          session.received(new Frame().wrap(bytes, 0, bytes.length, true), context);
        });
  }

  @Test
  void everyParserSurvivesDamage() {
    json(BinanceParserTest.BTC_ROW, j -> BinanceParser.instrument(j, "binance-spot"));
    readers.put(
        "{\"lastUpdateId\":10,\"bids\":[[\"1.50\",\"2\"],[\"1.40\",\"3\"]],\"asks\":[[\"1.60\",\"1\"]]}",
        bytes -> BinanceParser.BOOK.snapshot(bytes, BTC));
    json(
        "{\"symbol\":\"BTCUSDT\",\"lastPrice\":\"1.5\",\"bidPrice\":\"1.4\",\"bidQty\":\"2\","
            + "\"askPrice\":\"1.6\",\"askQty\":\"3\",\"closeTime\":9}",
        j -> BinanceParser.ticker(j, BTC));
    json(
        "{\"id\":7,\"price\":\"1.5\",\"qty\":\"2\",\"time\":5,\"isBuyerMaker\":true}",
        j -> BinanceParser.trade(j, BTC));
    json(
        "[60000,\"1\",\"4\",\"0.5\",\"2\",\"12.5\",119999,\"25.0\",308]",
        j -> BinanceParser.candle(j, new CandleRange(BTC, Duration.ofMinutes(1), "", 0, 0)));
    json(
        "{\"asset\":\"BTC\",\"free\":\"4.5\",\"locked\":\"0.5\"}",
        j -> BinanceParser.balance(j, "asset", "free", "locked"));
    json(
        "{\"standardCommission\":{\"maker\":\"0.1\",\"taker\":\"0.2\",\"buyer\":\"0\",\"seller\":\"0\"}}",
        j -> BinanceParser.commission(j, BTC));
    json(
        "{\"id\":7,\"orderId\":1,\"price\":\"1.5\",\"qty\":\"2\",\"commission\":\"0.1\","
            + "\"commissionAsset\":\"BNB\",\"time\":5,\"isBuyer\":true,\"isMaker\":false}",
        j -> BinanceParser.fill(j, BTC));
    json(
        "{\"orderId\":28,\"clientOrderId\":\"a\",\"origClientOrderId\":\"b\",\"transactTime\":5,"
            + "\"price\":\"1.5\",\"origQty\":\"3\",\"executedQty\":\"2\",\"cummulativeQuoteQty\":\"3\","
            + "\"status\":\"NEW\",\"timeInForce\":\"GTC\",\"type\":\"LIMIT\",\"side\":\"BUY\",\"fills\":["
            + "{\"price\":\"1.5\",\"qty\":\"2\",\"commission\":\"0\",\"commissionAsset\":\"X\",\"tradeId\":1}]}",
        j -> BinanceParser.order(j, BTC));
    heard(BinanceParserTest.REPORT, account);
    heard("{\"subscriptionId\":0,\"event\":" + BinanceParserTest.REPORT + "}", account);
    heard(
        "{\"event\":{\"e\":\"outboundAccountPosition\",\"u\":7,\"B\":[{\"a\":\"B\",\"f\":\"4\",\"l\":\"0\"}]}}",
        account);
    heard(
        "{\"id\":\"\",\"status\":400,\"error\":{\"code\":-1022,\"msg\":\"x\",\"data\":{}}}",
        account);
    heard(
        "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":157,\"u\":160,\"b\":[[\"1.5\",\"2\"]],\"a\":[]}",
        market);
    heard(
        "{\"stream\":\"x\",\"data\":{\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"1\",\"q\":\"2\",\"T\":3,\"m\":true}}",
        market);
    heard("{\"u\":4,\"s\":\"BTCUSDT\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\",\"A\":\"4\"}", market);
    heard("{\"error\":{\"code\":2,\"msg\":\"x\"},\"id\":1}", market);

    int read = 0;
    int refused = 0;
    for (Map.Entry<String, Consumer<byte[]>> e : readers.entrySet()) {
      byte[] whole = e.getKey().getBytes(StandardCharsets.UTF_8);
      Random random = new Random(whole.length);
      for (int i = 0; i < ROUNDS; i++) {
        byte[] damaged = damaged(e.getKey(), random);
        try {
          e.getValue().accept(damaged);
          read++;
        } catch (TextException | IllegalArgumentException | ArithmeticException expected) {
          refused++;
        } catch (RuntimeException | StackOverflowError other) {
          fail(new String(damaged, StandardCharsets.UTF_8), other);
        }
      }
    }
    // Both ways must have been walked, or the damage is of no use.
    assertTrue(read > 1000 && refused > 1000, read + " read, " + refused + " refused");
  }

  private static byte[] damaged(String whole, Random random) {
    StringBuilder text = new StringBuilder(whole);
    for (int n = 1 + random.nextInt(3); n > 0 && text.length() > 0; n--) {
      int at = random.nextInt(text.length());
      String splinter = SPLINTERS[random.nextInt(SPLINTERS.length)];
      switch (random.nextInt(7)) {
        case 0 -> text.setLength(at);
        case 1 -> text.deleteCharAt(at);
        case 2 -> text.insert(at, splinter);
        case 3 -> text.setCharAt(at, (char) ('0' + random.nextInt(10)));
        case 4 -> text.setCharAt(at, (char) random.nextInt(256));
        default -> {
          // A value of its own, from after a colon to before what ends it.
          int from = text.indexOf(":", at) + 1;
          int to = from;
          while (to < text.length() && ",}]".indexOf(text.charAt(to)) < 0) {
            to++;
          }
          text.replace(from, to, splinter);
        }
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(20) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
