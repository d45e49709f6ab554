package dev.colibri.examples.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.LongFunction;
import java.util.zip.CRC32;

/**
 * The changes of a {@link DepthTape} as Kraken writes them, with the checksum of each book: in the
 * second version of its stream, which ours reads, and in the first, which XChange reads. Without
 * numbers there is nothing to go on with: the tape is played again as it is.
 */
final class KrakenTape {
  private static final String TIME = "1763800000.123456";

  private final byte[][] messages;
  private final byte[] snapshot;

  private KrakenTape(byte[] snapshot, byte[][] messages) {
    this.snapshot = snapshot;
    this.messages = messages;
  }

  /** The whole book, which comes first. */
  byte[] snapshot() {
    return snapshot;
  }

  byte[][] messages() {
    return messages;
  }

  /** Version 2: numbers, with the digits of the pair. */
  static KrakenTape second(DepthTape tape) {
    return of(
        tape,
        2,
        (bids, asks, whole, checksum) ->
            "{\"channel\":\"book\",\"type\":\""
                + (whole ? "snapshot" : "update")
                + "\",\"data\":[{\"symbol\":\"BTC/USD\",\"bids\":"
                + levels(bids, "{\"price\":%s,\"qty\":%s}", KrakenTape::cents)
                + ",\"asks\":"
                + levels(asks, "{\"price\":%s,\"qty\":%s}", KrakenTape::cents)
                + ",\"checksum\":"
                + checksum
                + ",\"timestamp\":\"2025-11-22T08:26:40.123456Z\"}]}");
  }

  /** Version 1: texts, prices with five digits, sides as objects of an array. */
  static KrakenTape first(DepthTape tape) {
    String level = "[\"%s\",\"%s\",\"" + TIME + "\"]";
    return of(
        tape,
        5,
        (bids, asks, whole, checksum) -> {
          String b = levels(bids, level, price -> cents(price) + "000");
          String a = levels(asks, level, price -> cents(price) + "000");
          return whole
              ? "[336,{\"as\":" + a + ",\"bs\":" + b + "},\"book-1000\",\"XBT/USD\"]"
              : "[336,{\"a\":"
                  + a
                  + "},{\"b\":"
                  + b
                  + ",\"c\":\""
                  + checksum
                  + "\"},\"book-1000\",\"XBT/USD\"]";
        });
  }

  /** Writes a message. */
  private interface Form {
    String of(Map<Long, Long> bids, Map<Long, Long> asks, boolean whole, long checksum);
  }

  private static KrakenTape of(DepthTape tape, int priceDigits, Form form) {
    NavigableMap<Long, Long> bids = tape.first(true);
    NavigableMap<Long, Long> asks = tape.first(false);
    String snapshot = form.of(bids.descendingMap(), asks, true, checksum(bids, asks, priceDigits));
    List<DepthTape.Change> changes = tape.changes();
    byte[][] messages = new byte[changes.size()][];
    for (int i = 0; i < messages.length; i++) {
      DepthTape.Change change = changes.get(i);
      apply(change.bids(), bids);
      apply(change.asks(), asks);
      messages[i] =
          bytes(form.of(change.bids(), change.asks(), false, checksum(bids, asks, priceDigits)));
    }
    return new KrakenTape(bytes(snapshot), messages);
  }

  private static void apply(Map<Long, Long> change, Map<Long, Long> side) {
    side.putAll(change);
    change.forEach((price, size) -> side.remove(price, 0L));
  }

  /** Ten asks and ten bids, best first: price and size, without points. */
  private static long checksum(
      NavigableMap<Long, Long> bids, NavigableMap<Long, Long> asks, int priceDigits) {
    StringBuilder text = new StringBuilder();
    for (Map<Long, Long> side : List.of(asks, bids.descendingMap())) {
      side.entrySet().stream()
          .limit(10)
          .forEach(
              level ->
                  text.append(level.getKey())
                      .append("0".repeat(priceDigits - 2))
                      .append(level.getValue())
                      .append("000"));
    }
    CRC32 sum = new CRC32();
    sum.update(bytes(text.toString()));
    return sum.getValue();
  }

  private static String levels(Map<Long, Long> side, String form, LongFunction<String> price) {
    StringBuilder out = new StringBuilder("[");
    side.forEach(
        (at, size) ->
            out.append(out.length() == 1 ? "" : ",")
                .append(
                    form.formatted(
                        price.apply(at),
                        String.format(Locale.ROOT, "%d.%05d000", size / 100_000, size % 100_000))));
    return out.append(']').toString();
  }

  private static String cents(long price) {
    return String.format(Locale.ROOT, "%d.%02d", price / 100, price % 100);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
