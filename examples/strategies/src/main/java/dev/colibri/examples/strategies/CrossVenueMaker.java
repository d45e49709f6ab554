package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Hedge;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Quote;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Quotes on one venue at the prices of another, and trades away there what its quotes got.
 *
 * <p>Only what filled is hedged. Nothing new is quoted, and no second hedge leaves, while a hedge
 * is missing or may still trade, one of unknown outcome included: so no more than one quote of each
 * side is ever open. When the other venue's book is not known, nothing is quoted. Lives on the
 * strategy thread.
 */
public final class CrossVenueMaker implements AutoCloseable {
  /**
   * How to trade.
   *
   * @param size of a quote, in base units
   * @param edge how much better than the hedge a quote is, as a fraction; what is above the fees of
   *     both venues is the profit
   * @param tolerance how far a quote may be from where it belongs, as a fraction
   * @param slippage how far beyond the book a hedge may trade, as a fraction
   */
  public record Plan(BigDecimal size, BigDecimal edge, BigDecimal tolerance, BigDecimal slippage) {}

  private final BookConnector quoting;
  private final Instrument quoted;
  private final BookConnector hedging;
  private final Instrument hedged;
  private final Inventory inventory;
  private final Plan plan;
  private final Hedge hedge;
  private final Quote bid;
  private final Quote ask;
  private final Subscription subscription;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private boolean stopping;

  /**
   * Begins.
   *
   * @param quoting ready, as {@code hedging} is
   * @param inventory holds nothing of the asset when all is hedged: see {@link Inventory#found}
   */
  public CrossVenueMaker(
      Colibri colibri,
      BookConnector quoting,
      Instrument quoted,
      BookConnector hedging,
      Instrument hedged,
      Inventory inventory,
      Plan plan) {
    this.quoting = quoting;
    this.quoted = quoted;
    this.hedging = hedging;
    this.hedged = hedged;
    this.inventory = inventory;
    this.plan = plan;
    hedge = new Hedge(inventory, hedging, hedged, plan.slippage);
    bid = new Quote(inventory, quoting, quoted, Side.BUY, plan.tolerance);
    ask = new Quote(inventory, quoting, quoted, Side.SELL, plan.tolerance);
    subscription =
        Subscription.all(
            hedging.books(hedged).listen(book -> work()),
            quoting.orders().listen(event -> work()),
            quoting.books(quoted).listen(book -> work()),
            colibri.every(Duration.ofMillis(250), this::work));
  }

  private void work() {
    OrderBook here = quoting.book(quoted);
    OrderBook there = hedging.book(hedged);
    // Nothing new before all that filled is hedged.
    boolean isHedged = hedge.offset(open());
    BigDecimal size = isHedged ? plan.size : BigDecimal.ZERO;
    boolean mayQuote = here.isValid() && there.isValid() && !stopping;
    bid.at(mayQuote ? price(Side.BUY, here, there) : null, size);
    ask.at(mayQuote ? price(Side.SELL, here, there) : null, size);
    if (stopping && isHedged && !inventory.isLive()) {
      stopped.complete(null);
    }
  }

  /** What the hedge would bring or cost, with the edge; null when it could not be made. */
  private @Nullable BigDecimal price(Side side, OrderBook here, OrderBook there) {
    boolean buy = side == Side.BUY;
    BigDecimal at = there.taking(side.opposite()).vwapForVolume(plan.size);
    if (at == null) {
      return null;
    }
    BigDecimal needed = buy ? plan.size : plan.size.multiply(shifted(at, plan.slippage));
    boolean affordable =
        hedging.available(buy ? hedged.base() : hedged.quote()).compareTo(needed) >= 0;
    BigDecimal price = shifted(at, buy ? plan.edge.negate() : plan.edge);
    return affordable ? here.passive(side, price) : null;
  }

  private static BigDecimal shifted(BigDecimal price, BigDecimal fraction) {
    return price.add(price.multiply(fraction));
  }

  /** Quotes no more; completes when all that filled is hedged and nothing is live. */
  public CompletableFuture<Void> stop() {
    stopping = true;
    work();
    return stopped;
  }

  /** Base units that are not hedged; what is smaller than the venue's least order stays. */
  public BigDecimal open() {
    return inventory.net(hedged.base());
  }

  /** Ends at once, whatever is open: {@link #stop} comes first. */
  @Override
  public void close() {
    subscription.close();
  }
}
