package dev.colibri.examples.strategies;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Orders that take from a book at once, and no worse than a price; what is left of them ends. */
final class Take {
  private Take() {}

  /** The smallest size that a venue takes at a price: less than that cannot be traded away. */
  static BigDecimal least(TradingRules rules, BigDecimal price) {
    BigDecimal least = rules.lotSize();
    if (rules.minSize() != null) {
      least = least.max(rules.minSize());
    }
    if (rules.minNotional() != null) {
      BigDecimal lots =
          rules.minNotional().divide(price.multiply(rules.lotSize()), 0, RoundingMode.CEILING);
      least = least.max(lots.multiply(rules.lotSize()));
    }
    return least;
  }

  /**
   * An order for as much of a size as the book shows.
   *
   * @param slippage how far beyond the worst price needed it may trade, as a fraction
   * @return null where the size is too small for the venue, or nobody is on the other side
   */
  static @Nullable Order order(OrderBook book, Side side, BigDecimal size, BigDecimal slippage) {
    Instrument of = book.instrument();
    BigDecimal there = BigDecimal.ZERO;
    BigDecimal worst = null;
    Side others = side == Side.BUY ? Side.SELL : Side.BUY;
    for (int n = 0; n < book.depth(others) && there.compareTo(size) < 0; n++) {
      worst = book.level(others, n).price();
      there = there.add(book.level(others, n).size());
    }
    if (worst == null) {
      return null;
    }
    BigDecimal lawful = of.rules().roundSize(size.min(there));
    boolean buy = side == Side.BUY;
    BigDecimal factor = buy ? BigDecimal.ONE.add(slippage) : BigDecimal.ONE.subtract(slippage);
    RoundingMode outwards = buy ? RoundingMode.CEILING : RoundingMode.FLOOR;
    BigDecimal price = of.rules().roundPrice(worst.multiply(factor), outwards);
    return lawful.compareTo(least(of.rules(), price.min(worst))) < 0
        ? null
        : Order.of(of, side).limit(price).size(lawful).ioc();
  }
}
