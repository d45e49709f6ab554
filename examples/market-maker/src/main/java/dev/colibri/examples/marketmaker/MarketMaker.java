package dev.colibri.examples.marketmaker;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Quote;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Quotes one order on each side of a market, around the middle of what others quote.
 *
 * <p>The more it holds, the lower both quotes are, so that the inventory comes back. A side has at
 * most one order that may still trade, one of unknown outcome included, and an order is no larger
 * than what the inventory bound leaves if everything that is live fills: the bound holds whatever
 * becomes of lost requests. When the book is not known to equal the venue's, nothing is quoted.
 * Lives on the strategy thread.
 */
public final class MarketMaker implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /**
   * How to quote.
   *
   * @param size of a quote, in base units
   * @param halfSpread from the middle to a quote, as a fraction of the price
   * @param skew how far both quotes move at the largest inventory, as a fraction of the price
   * @param bound the most to hold, or to be short, in base units
   * @param tolerance how far a quote may be from where it belongs, as a fraction of the price
   */
  public record Plan(
      BigDecimal size,
      BigDecimal halfSpread,
      BigDecimal skew,
      BigDecimal bound,
      BigDecimal tolerance) {

    /**
     * 4 basis points from the middle, so that it trades often, and five quotes of inventory. Where
     * the maker's fee is more than that, every fill loses money: compare your own fee first.
     */
    public static Plan of(String size) {
      BigDecimal basisPoint = new BigDecimal("0.0001");
      BigDecimal four = basisPoint.multiply(BigDecimal.valueOf(4));
      BigDecimal n = new BigDecimal(size);
      return new Plan(n, four, four, n.multiply(BigDecimal.valueOf(5)), basisPoint);
    }
  }

  private final BookConnector connector;
  private final Instrument instrument;
  private final Inventory inventory;
  private final Plan plan;
  private final Quote bid;
  private final Quote ask;
  private final Subscription subscription;
  private @Nullable BigDecimal middle;

  /**
   * Begins, and takes over what an earlier process left open.
   *
   * @param connector ready
   * @param inventory counts its orders, and what it holds of the instrument
   */
  public MarketMaker(
      Colibri colibri,
      BookConnector connector,
      Instrument instrument,
      Inventory inventory,
      Plan plan) {
    this.connector = connector;
    this.instrument = instrument;
    this.inventory = inventory;
    this.plan = plan;
    bid = new Quote(inventory, connector, instrument, Side.BUY, plan.tolerance);
    ask = new Quote(inventory, connector, instrument, Side.SELL, plan.tolerance);
    connector.openOrders(instrument).forEach(inventory::adopt);
    connector.guard(
        Guard.none()
            .maxOrderSize(instrument, plan.size.toPlainString())
            .priceBand("0.02")
            .maxOrdersPerSecond(20));
    subscription =
        Subscription.all(
            // A book that became invalid is news that cannot wait for the next look.
            connector.books(instrument).listen(book -> withdrawUnless(book.isValid())),
            colibri.every(PAUSE, this::look));
  }

  private void look() {
    OrderBook book = connector.book(instrument);
    // Who follows his own quotes chases himself.
    middle = book.isValid() ? inventory.others(book).mid() : null;
    withdrawUnless(middle != null);
    if (middle == null) {
      return;
    }
    BigDecimal full = inventory.held(instrument).divide(plan.bound, MathContext.DECIMAL64);
    BigDecimal center = shifted(middle, full.multiply(plan.skew).negate());
    quote(bid, Side.BUY, book, shifted(center, plan.halfSpread.negate()));
    quote(ask, Side.SELL, book, shifted(center, plan.halfSpread));
  }

  private void quote(Quote quote, Side side, OrderBook book, BigDecimal price) {
    // Never across the spread, however far the inventory pushes.
    quote.at(
        book.passive(side, price), plan.size.min(inventory.room(instrument, side, plan.bound)));
  }

  private static BigDecimal shifted(BigDecimal price, BigDecimal fraction) {
    return price.add(price.multiply(fraction));
  }

  private void withdrawUnless(boolean known) {
    if (!known) {
      bid.cancel();
      ask.cancel();
    }
  }

  /** The middle of what others quote, in quote units; null where that is not known. */
  public @Nullable BigDecimal middle() {
    return middle;
  }

  /** Quotes no more, and cancels. */
  @Override
  public void close() {
    subscription.close();
    withdrawUnless(false);
  }
}
