package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Quotes on one venue at the prices of another, and trades away there what its quotes got.
 *
 * <p>Only what filled is hedged. Nothing new is quoted, and no second hedge leaves, while a hedge
 * is missing or may still trade, one of unknown outcome included: so no more than one quote of each
 * side is ever open. When the other venue's book is not known, nothing is quoted.
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
  private final Instrument hedge;
  private final Plan plan;
  private final Stock stock;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private boolean stopping;

  /**
   * Begins. Called on the strategy thread.
   *
   * @param quoting ready, as {@code hedging} is
   * @param neutral base units on both venues in sum when all is hedged, the same after a restart
   */
  public CrossVenueMaker(
      Colibri colibri,
      BookConnector quoting,
      Instrument quoted,
      BookConnector hedging,
      Instrument hedge,
      BigDecimal neutral,
      Plan plan) {
    this.quoting = quoting;
    this.quoted = quoted;
    this.hedging = hedging;
    this.hedge = hedge;
    this.plan = plan;
    stock = new Stock(colibri, List.of(quoting, hedging), Map.of(hedge.base(), neutral));
    subscriptions.add(hedging.books(hedge).listen(book -> work()));
    subscriptions.add(quoting.orders().listen(event -> work()));
    subscriptions.add(quoting.books(quoted).listen(book -> work()));
    subscriptions.add(colibri.every(Duration.ofMillis(250), this::work));
  }

  private void work() {
    OrderBook here = quoting.book(quoted);
    OrderBook there = hedging.book(hedge);
    if (!there.isValid() || there.mid() == null || !here.isValid() || stopping) {
      quoting.cancelAll(quoted);
    }
    if (!stock.isKnown() || !there.isValid() || there.mid() == null) {
      return;
    }
    BigDecimal open = stock.of(hedge.base());
    boolean hedged = open.abs().compareTo(Take.least(hedge.rules(), there.mid())) < 0;
    if (stock.isBusy(hedge, Side.BUY) || stock.isBusy(hedge, Side.SELL)) {
      hedged = false; // What fills of it will be counted, and is no reason for another.
    } else if (!hedged) {
      Order order =
          Take.order(there, open.signum() > 0 ? Side.SELL : Side.BUY, open.abs(), plan.slippage);
      if (order != null) {
        stock.place(hedging, order);
      }
    }
    if (stopping) {
      if (hedged && !stock.isBusy()) {
        stopped.complete(null);
      }
    } else if (here.isValid()) {
      quote(Side.BUY, price(Side.BUY, here, there), hedged);
      quote(Side.SELL, price(Side.SELL, here, there), hedged);
    }
  }

  /** What the hedge would bring or cost, with the edge; null when it could not be made. */
  private @Nullable BigDecimal price(Side side, OrderBook here, OrderBook there) {
    boolean buy = side == Side.BUY;
    BigDecimal at = there.taking(buy ? Side.SELL : Side.BUY).vwapForVolume(plan.size);
    if (at == null) {
      return null;
    }
    BigDecimal needed = buy ? plan.size : plan.size.multiply(at).multiply(factor(plan.slippage));
    if (hedging.available(buy ? hedge.base() : hedge.quote()).compareTo(needed) < 0) {
      return null;
    }
    BigDecimal price = at.multiply(factor(buy ? plan.edge.negate() : plan.edge));
    BigDecimal tick = quoted.rules().tickSize();
    // Passive: not where somebody would be taken from.
    if (buy) {
      return here.bestAsk() == null ? price : price.min(here.bestAsk().price().subtract(tick));
    }
    return here.bestBid() == null ? price : price.max(here.bestBid().price().add(tick));
  }

  private static BigDecimal factor(BigDecimal fraction) {
    return BigDecimal.ONE.add(fraction);
  }

  /** Brings one side to where it belongs, one step at a time. */
  private void quote(Side side, @Nullable BigDecimal price, boolean mayPlace) {
    for (LiveOrder o : quoting.openOrders(quoted)) {
      if (o.order().side() == side) {
        boolean rests =
            o.status() == OrderStatus.OPEN || o.status() == OrderStatus.PARTIALLY_FILLED;
        // What is pending or unknown is left to the engine, which is finding out.
        if (rests && (price == null || isOff(o.order().price(), price))) {
          o.cancel();
        }
      }
    }
    if (mayPlace && price != null && !stock.isBusy(quoted, side)) {
      stock.place(
          quoting, Order.of(quoted, side).limit(price).size(plan.size).postOnly().rounded());
    }
  }

  private boolean isOff(BigDecimal price, BigDecimal wanted) {
    return price.subtract(wanted).abs().compareTo(wanted.multiply(plan.tolerance)) > 0;
  }

  /** Quotes no more; completes when all that filled is hedged and nothing is live. */
  public CompletableFuture<Void> stop() {
    stopping = true;
    work();
    return stopped;
  }

  /** Base units that are not hedged; what is smaller than the venue's least order stays. */
  public BigDecimal open() {
    return stock.of(hedge.base());
  }

  /** Ends at once, whatever is open: {@link #stop} comes first. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    stock.close();
  }
}
