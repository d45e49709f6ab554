package dev.colibri.examples.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What many write themselves: Jackson's databind, and a tree of decimals a side. */
final class DatabindBook implements BookPath {

  /** What a message is bound to. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Message(String s, long U, long u, List<List<BigDecimal>> b, List<List<BigDecimal>> a) {}

  private final ObjectReader reader = new ObjectMapper().readerFor(Message.class);
  private final NavigableMap<BigDecimal, BigDecimal> bids;
  private final NavigableMap<BigDecimal, BigDecimal> asks;
  private final DepthTape.Reel reel;
  private long number = DepthTape.firstNumber();

  DatabindBook(DepthTape tape) {
    reel = tape.reel("BTCUSDT");
    List<NavigableMap<BigDecimal, BigDecimal>> sides = trees(tape, DepthTape.LEVELS);
    bids = sides.get(0);
    asks = sides.get(1);
  }

  /** The bids and the asks before the first message. */
  static List<NavigableMap<BigDecimal, BigDecimal>> trees(DepthTape tape, int levels) {
    NavigableMap<BigDecimal, BigDecimal> bids = new TreeMap<>(Comparator.reverseOrder());
    NavigableMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
    tape.bids().stream()
        .limit(levels)
        .forEach(level -> bids.put(new BigDecimal(level[0]), new BigDecimal(level[1])));
    tape.asks().stream()
        .limit(levels)
        .forEach(level -> asks.put(new BigDecimal(level[0]), new BigDecimal(level[1])));
    return List.of(bids, asks);
  }

  @Override
  public DepthTape.Reel reel() {
    return reel;
  }

  @Override
  public long apply(int i) throws IOException {
    Message message = reader.readValue(reel.messages()[i]);
    if (message.U() > number + 1) {
      throw new IllegalStateException("a gap");
    }
    number = message.u();
    apply(bids, message.b());
    apply(asks, message.a());
    return bids.firstKey().hashCode() ^ asks.firstKey().hashCode();
  }

  private static void apply(
      NavigableMap<BigDecimal, BigDecimal> side, List<List<BigDecimal>> levels) {
    for (List<BigDecimal> level : levels) {
      BigDecimal size = level.get(1);
      if (size.signum() == 0) {
        side.remove(level.get(0));
      } else {
        side.put(level.get(0), size);
      }
    }
  }

  @Override
  public List<String> best(int levels) {
    List<String> best = new ArrayList<>();
    for (NavigableMap<BigDecimal, BigDecimal> side : List.of(bids, asks)) {
      side.entrySet().stream()
          .limit(levels)
          .forEach(level -> best.add(text(level.getKey(), level.getValue())));
    }
    return best;
  }

  /** A level. */
  static String text(BigDecimal price, BigDecimal size) {
    return price.stripTrailingZeros().toPlainString()
        + ":"
        + size.stripTrailingZeros().toPlainString();
  }
}
