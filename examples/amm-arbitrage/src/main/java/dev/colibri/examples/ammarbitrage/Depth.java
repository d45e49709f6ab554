package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Draws what takers find in pools and in an order book, next to each other. */
public final class Depth {
  private static final int WIDTH = 24;
  private static final List<String> AWAY = List.of("0.02", "0.01", "0.005", "0.0025");

  private Depth() {}

  /**
   * A line for each distance from the middle of the book: how much can be sold or bought down or up
   * to there.
   *
   * @param pools a pool's book, of the same pair
   * @param book valid, with both sides
   */
  public static String draw(OrderBook pools, OrderBook book) {
    BigDecimal mid = book.mid();
    BigDecimal most = BigDecimal.ONE;
    for (OrderBook b : List.of(pools, book)) {
      for (Side side : Side.values()) {
        most = most.max(b.taking(side).volumeForPrice(price(mid, AWAY.get(0), side)));
      }
    }
    StringBuilder out = new StringBuilder();
    out.append("%12s  %-34s %s%n".formatted("price", "pools", "book"));
    for (String away : AWAY) {
      line(out, pools, book, price(mid, away, Side.BUY), Side.BUY, most);
    }
    for (int i = AWAY.size() - 1; i >= 0; i--) {
      line(out, pools, book, price(mid, AWAY.get(i), Side.SELL), Side.SELL, most);
    }
    return out.toString();
  }

  private static BigDecimal price(BigDecimal mid, String away, Side side) {
    BigDecimal off = new BigDecimal(away);
    return mid.multiply(
        side == Side.BUY ? BigDecimal.ONE.add(off) : BigDecimal.ONE.subtract(off),
        MathContext.DECIMAL64);
  }

  private static void line(
      StringBuilder out,
      OrderBook pools,
      OrderBook book,
      BigDecimal price,
      Side side,
      BigDecimal most) {
    out.append(
        "%12s  %-34s %s%n"
            .formatted(
                price.setScale(4, RoundingMode.HALF_EVEN).toPlainString(),
                bar(pools.taking(side).volumeForPrice(price), most),
                bar(book.taking(side).volumeForPrice(price), most)));
  }

  private static String bar(BigDecimal volume, BigDecimal most) {
    int n =
        volume
            .multiply(BigDecimal.valueOf(WIDTH))
            .divide(most, 0, RoundingMode.HALF_UP)
            .intValueExact();
    return "█".repeat(n) + " " + volume.setScale(2, RoundingMode.HALF_EVEN).toPlainString();
  }
}
