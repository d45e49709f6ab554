package dev.colibri.examples.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A book of a thousand levels a side and the changes of it, generated: prices in cents and sizes in
 * hundred-thousandths, written with eight digits as Binance does. A message changes 20 to 100
 * levels; how far from the touch they are is geometric, thirty levels in the mean; the middle
 * wanders, and is drawn back.
 *
 * <p>The second half of the tape takes the first half back, message by message, so that the book
 * ends as it began and the tape can be played for ever: only its numbers must go on, for which
 * {@link Reel} is.
 */
final class DepthTape {
  /** Levels a side, about. */
  static final int LEVELS = 1000;

  private static final long MIDDLE = 6_712_345;
  private static final long FIRST_NUMBER = 100_000_000_000L;
  private static final long MILLIS = 1_763_800_000_000L;

  /** What a level is set to; 0 for none. */
  record Change(Map<Long, Long> bids, Map<Long, Long> asks) {
    int count() {
      return bids.size() + asks.size();
    }
  }

  private final int levels;
  private final SplittableRandom random;
  private final NavigableMap<Long, Long> firstBids;
  private final NavigableMap<Long, Long> firstAsks;
  private final List<Change> changes = new ArrayList<>();
  private final List<long[]> numbers = new ArrayList<>();
  private long span;

  private DepthTape(long seed, int levels) {
    this.levels = levels;
    random = new SplittableRandom(seed);
    firstBids = side(-1);
    firstAsks = side(1);
  }

  /**
   * A tape.
   *
   * @param messages how many; even
   */
  static DepthTape of(long seed, int messages) {
    return of(seed, messages, LEVELS);
  }

  /**
   * A tape of a book that is not as deep.
   *
   * @param levels a side, about
   */
  static DepthTape of(long seed, int messages, int levels) {
    DepthTape tape = new DepthTape(seed, levels);
    tape.generate(messages / 2);
    return tape;
  }

  private NavigableMap<Long, Long> side(int away) {
    NavigableMap<Long, Long> side = new TreeMap<>();
    long price = MIDDLE;
    while (side.size() < levels) {
      price += away * (side.size() < 20 ? 1 : 1 + random.nextInt(8));
      side.put(price, size());
    }
    return side;
  }

  /** Most orders are small, and some are not. */
  private long size() {
    double some = random.nextDouble();
    return 1 + (long) Math.exp(13 * some * some);
  }

  private long geometric(double mean) {
    return (long) (-mean * Math.log(1 - random.nextDouble()));
  }

  private void generate(int half) {
    NavigableMap<Long, Long> bids = new TreeMap<>(firstBids);
    NavigableMap<Long, Long> asks = new TreeMap<>(firstAsks);
    List<Change> back = new ArrayList<>();
    double middle = MIDDLE;
    for (int i = 0; i < half; i++) {
      middle += 4 * random.nextGaussian() - (middle - MIDDLE) / 20;
      Map<Long, Long> oldBids = new TreeMap<>(Comparator.reverseOrder());
      Map<Long, Long> oldAsks = new TreeMap<>();
      long at = Math.round(middle);
      taken(bids.tailMap(at, true), oldBids);
      taken(asks.headMap(at, true), oldAsks);
      int wanted = 20 + (int) (80 * Math.pow(random.nextDouble(), 2));
      while (oldBids.size() + oldAsks.size() < wanted) {
        if (random.nextBoolean()) {
          change(bids.descendingMap(), oldBids, at - 1, -1);
        } else {
          change(asks, oldAsks, at + 1, 1);
        }
      }
      changes.add(new Change(now(oldBids, bids), now(oldAsks, asks)));
      back.add(new Change(oldBids, oldAsks));
    }
    Collections.reverse(back);
    changes.addAll(back);
    long number = FIRST_NUMBER;
    for (int i = 0; i < changes.size(); i++) {
      long last = number + 20 + random.nextInt(200);
      numbers.add(new long[] {number + 1, last});
      number = last;
    }
    span = number - FIRST_NUMBER;
  }

  /** Every level that the middle went through. */
  private static void taken(NavigableMap<Long, Long> levels, Map<Long, Long> old) {
    old.putAll(levels);
    levels.clear();
  }

  /**
   * Resizes, removes or adds a level.
   *
   * @param side best first
   * @param touch the best price there may be
   */
  private void change(NavigableMap<Long, Long> side, Map<Long, Long> old, long touch, int away) {
    double kind = random.nextDouble();
    if (kind < 0.45 || side.size() > levels && kind < 0.85 || kind < 0.6) {
      long distance = Math.min(geometric(30), side.size() - 1);
      Long price = side.firstKey();
      for (long i = 0; i < distance; i++) {
        price = side.higherKey(price);
      }
      old.putIfAbsent(price, side.get(price));
      if (kind < 0.45) {
        side.put(price, size());
      } else {
        side.remove(price);
      }
      return;
    }
    long price = touch + away * geometric(40);
    while (side.containsKey(price)) {
      price += away;
    }
    old.putIfAbsent(price, 0L);
    side.put(price, size());
  }

  private static Map<Long, Long> now(Map<Long, Long> old, Map<Long, Long> side) {
    Map<Long, Long> now = new LinkedHashMap<>();
    old.keySet().forEach(price -> now.put(price, side.getOrDefault(price, 0L)));
    return now;
  }

  /** What the messages change, in their order. */
  List<Change> changes() {
    return changes;
  }

  /** A side before the first message: prices in cents, sizes in hundred-thousandths. */
  NavigableMap<Long, Long> first(boolean bids) {
    return new TreeMap<>(bids ? firstBids : firstAsks);
  }

  /** How many messages there are. */
  int length() {
    return changes.size();
  }

  /** How many levels change in a message, in the mean. */
  double meanChanges() {
    return changes.stream().mapToInt(Change::count).average().orElseThrow();
  }

  /** The number of the book before the first message. */
  static long firstNumber() {
    return FIRST_NUMBER;
  }

  /** The bids before the first message, best first, as price and size. */
  List<String[]> bids() {
    return levels(firstBids.descendingMap());
  }

  /** The asks before the first message, best first, as price and size. */
  List<String[]> asks() {
    return levels(firstAsks);
  }

  private static List<String[]> levels(Map<Long, Long> side) {
    List<String[]> levels = new ArrayList<>();
    side.forEach((price, size) -> levels.add(new String[] {price(price), size(size)}));
    return levels;
  }

  /** The book before the first message, as the venue answers a request for so many levels. */
  String snapshot(int levels) {
    return "{\"lastUpdateId\":"
        + FIRST_NUMBER
        + ",\"bids\":"
        + json(best(firstBids.descendingMap(), levels))
        + ",\"asks\":"
        + json(best(firstAsks, levels))
        + "}";
  }

  private static Map<Long, Long> best(Map<Long, Long> side, int levels) {
    Map<Long, Long> best = new LinkedHashMap<>();
    side.entrySet().stream().limit(levels).forEach(l -> best.put(l.getKey(), l.getValue()));
    return best;
  }

  /** The messages of a symbol as they come on a connection of their own. */
  Reel reel(String symbol) {
    return reel(symbol, "", "", false);
  }

  /** The same, each in the WebSocket frame of a server. */
  Reel framed(String symbol) {
    return reel(symbol, "", "", true);
  }

  /** The messages of a symbol as they come on a connection of combined streams. */
  Reel combined(String symbol) {
    String stream = symbol.toLowerCase(Locale.ROOT) + "@depth@100ms";
    return reel(symbol, "{\"stream\":\"" + stream + "\",\"data\":", "}", false);
  }

  private Reel reel(String symbol, String before, String after, boolean framed) {
    byte[][] messages = new byte[length()][];
    for (int i = 0; i < messages.length; i++) {
      Change change = changes.get(i);
      byte[] message =
          (before
                  + "{\"e\":\"depthUpdate\",\"E\":"
                  + (MILLIS + 100L * i)
                  + ",\"s\":\""
                  + symbol
                  + "\",\"U\":"
                  + numbers.get(i)[0]
                  + ",\"u\":"
                  + numbers.get(i)[1]
                  + ",\"b\":"
                  + json(change.bids())
                  + ",\"a\":"
                  + json(change.asks())
                  + "}"
                  + after)
              .getBytes(StandardCharsets.US_ASCII);
      messages[i] = framed ? Frames.text(message) : message;
    }
    return new Reel(messages, span);
  }

  private static String json(Map<Long, Long> side) {
    StringBuilder out = new StringBuilder("[");
    side.forEach(
        (price, size) ->
            out.append(out.length() == 1 ? "[\"" : ",[\"")
                .append(price(price))
                .append("\",\"")
                .append(size(size))
                .append("\"]"));
    return out.append(']').toString();
  }

  private static String price(long cents) {
    return String.format(Locale.ROOT, "%d.%02d000000", cents / 100, cents % 100);
  }

  private static String size(long units) {
    return String.format(Locale.ROOT, "%d.%05d000", units / 100_000, units % 100_000);
  }

  /** The messages for one reader, whose numbers go on from round to round. */
  static final class Reel {
    private static final byte[] FIRST = "\"U\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST = "\"u\":".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 12;

    private final byte[][] messages;
    private final int[] firstAt;
    private final int[] lastAt;
    private final long span;

    private Reel(byte[][] messages, long span) {
      this.messages = messages;
      this.span = span;
      firstAt = new int[messages.length];
      lastAt = new int[messages.length];
      for (int i = 0; i < messages.length; i++) {
        firstAt[i] = after(messages[i], FIRST);
        lastAt[i] = after(messages[i], LAST);
      }
    }

    private static int after(byte[] message, byte[] name) {
      int at = 0;
      for (int same = 0; same < name.length; at++) {
        same = message[at] == name[same] ? same + 1 : message[at] == name[0] ? 1 : 0;
      }
      return at;
    }

    /** The messages of this round. The arrays are the same ones in every round. */
    byte[][] messages() {
      return messages;
    }

    /** Begins the next round. */
    void rewind() {
      for (int i = 0; i < messages.length; i++) {
        add(messages[i], firstAt[i], span);
        add(messages[i], lastAt[i], span);
      }
    }

    private static void add(byte[] message, int at, long more) {
      for (int i = at + DIGITS - 1; i >= at && more > 0; i--) {
        long digit = message[i] - '0' + more % 10;
        more /= 10;
        if (digit > 9) {
          digit -= 10;
          more++;
        }
        message[i] = (byte) ('0' + digit);
      }
    }

    /** How long a message is, in the mean. */
    double meanBytes() {
      long sum = 0;
      for (byte[] message : messages) {
        sum += message.length;
      }
      return (double) sum / messages.length;
    }
  }
}
