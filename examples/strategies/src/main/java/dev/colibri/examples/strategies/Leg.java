package dev.colibri.examples.strategies;

import dev.colibri.connector.model.BookQuery;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order that turns one asset into another.
 *
 * @param brings how much of the other asset it is to bring by the book, after the fee
 */
record Leg(Order order, BigDecimal brings) {

  /**
   * What turns one asset into another.
   *
   * @param books one of which is of these two assets
   * @param amount of the first, the most to give
   * @param slippage how far beyond the book the order may trade, as a fraction
   * @param fee what the venue takes, as a fraction
   * @return null when it is too little for the venue, or too much for the book
   */
  static @Nullable Leg of(
      List<OrderBook> books,
      String from,
      String to,
      BigDecimal amount,
      BigDecimal slippage,
      BigDecimal fee) {
    for (OrderBook book : books) {
      Instrument market = book.instrument();
      boolean sell = market.base().equals(from) && market.quote().equals(to);
      boolean buy = market.base().equals(to) && market.quote().equals(from);
      if ((sell || buy) && amount.signum() > 0) {
        BigDecimal size = sell ? amount : affordable(book, amount, slippage);
        BookQuery taking = book.taking(sell ? Side.SELL : Side.BUY);
        Order order = size == null ? null : taking.order(size, slippage);
        BigDecimal quote = order == null ? null : taking.quoteForVolume(order.size());
        if (order == null || quote == null) {
          return null;
        }
        BigDecimal brings = sell ? quote : order.size();
        return new Leg(order, brings.subtract(brings.multiply(fee)));
      }
    }
    return null;
  }

  /** Base units that an amount buys for certain: at the worst price that the order may pay. */
  private static @Nullable BigDecimal affordable(
      OrderBook book, BigDecimal amount, BigDecimal slippage) {
    BigDecimal worst = book.taking(Side.BUY).priceForQuoteVolume(amount);
    if (worst == null) {
      return null;
    }
    BigDecimal price =
        book.instrument()
            .rules()
            .roundPrice(worst.multiply(BigDecimal.ONE.add(slippage)), RoundingMode.CEILING);
    return amount.divide(price, book.instrument().sizeDigits(), RoundingMode.FLOOR);
  }
}
