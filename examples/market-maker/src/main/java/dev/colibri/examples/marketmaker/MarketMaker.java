package dev.colibri.examples.marketmaker;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.SpotVenue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Quotes one order on each side of a spot market, and moves them along with it.
 *
 * <p>The more it holds, the lower both quotes are, so that the inventory comes back. A side has at
 * most one order that may still trade, one of unknown outcome included, and an order is no larger
 * than what the inventory bound leaves if everything that is live fills: the bound holds whatever
 * becomes of lost requests. When the book is not known to equal the venue's, nothing is quoted.
 *
 * <p>It decides on the strategy thread, where its questions are to be asked too; {@link #start()}
 * and {@link #stop()} may be called from any thread, one after the other.
 */
public final class MarketMaker {

  /**
   * What to trade, and how.
   *
   * @param instrument as in {@code BTC-USDT}
   * @param size of a quote, in base units
   * @param halfSpread from the middle to a quote, as a fraction of the price
   * @param skew how far both quotes move at the largest inventory, as a fraction of the price
   * @param maxInventory the most that may be bought or sold in sum since the start, in base units
   * @param tolerance how far a quote may be from where it belongs, as a fraction of the price
   * @param pause between two looks at the market
   */
  public record Settings(
      String instrument,
      BigDecimal size,
      BigDecimal halfSpread,
      BigDecimal skew,
      BigDecimal maxInventory,
      BigDecimal tolerance,
      Duration pause) {

    /**
     * 4 basis points from the middle, so that it trades often, and five quotes of inventory. Where
     * the maker's fee is more than that, every fill loses money: compare your own fee first.
     */
    public static Settings of(String instrument, String size) {
      BigDecimal n = new BigDecimal(size);
      return new Settings(
          instrument,
          n,
          new BigDecimal("0.0004"),
          new BigDecimal("0.0004"),
          n.multiply(BigDecimal.valueOf(5)),
          new BigDecimal("0.0001"),
          Duration.ofMillis(250));
    }
  }

  private final Colibri colibri;
  private final SpotConnector connector;
  private final Settings settings;
  private @Nullable Inventory inventory;
  private @Nullable Subscription looks;
  private @Nullable BigDecimal middle;
  private int orders;
  private String refusal = "";

  /** Opens a connector and does nothing yet. */
  public MarketMaker(Colibri colibri, SpotVenue venue, Settings settings) {
    this.colibri = colibri;
    this.connector = colibri.open(venue);
    this.settings = settings;
  }

  /** Connects and begins to quote; completes when it has begun. */
  public CompletableFuture<Void> start() {
    return connector.start().thenAccept(ready -> begin());
  }

  private void begin() {
    Instrument i = connector.instrument(settings.instrument());
    Inventory held = new Inventory(i);
    inventory = held;
    connector.guard(
        Guard.none()
            .maxOrderSize(i, settings.size().toPlainString())
            .priceBand("0.02")
            .maxOrdersPerSecond(20));
    connector.orders().listen(held::heard);
    // A book that became invalid is news that cannot wait for the next look.
    connector
        .books(i)
        .listen(
            book -> {
              if (!book.isValid()) {
                connector.cancelAll(i);
              }
            });
    looks = colibri.every(settings.pause(), () -> look(i, held));
  }

  private void look(Instrument i, Inventory held) {
    OrderBook book = connector.book(i);
    List<LiveOrder> live = connector.openOrders(i);
    BigDecimal bid = book.isValid() ? best(book, Side.BUY, live) : null;
    BigDecimal ask = book.isValid() ? best(book, Side.SELL, live) : null;
    if (bid == null || ask == null) {
      connector.cancelAll(i);
      return;
    }
    middle = bid.add(ask).multiply(new BigDecimal("0.5"));
    BigDecimal full = held.base().divide(settings.maxInventory(), MathContext.DECIMAL64);
    BigDecimal center = shifted(middle, full.multiply(settings.skew()).negate());
    // Never across the spread, however far the inventory pushes.
    BigDecimal tick = i.rules().tickSize();
    BigDecimal buyAt = shifted(center, settings.halfSpread().negate()).min(ask.subtract(tick));
    BigDecimal sellAt = shifted(center, settings.halfSpread()).max(bid.add(tick));
    quote(Order.buy(i).limit(buyAt), live);
    quote(Order.sell(i).limit(sellAt), live);
  }

  /** The best price that others quote: following our own would be chasing ourselves. */
  private static @Nullable BigDecimal best(OrderBook book, Side side, List<LiveOrder> live) {
    for (int n = 0; n < book.depth(side); n++) {
      BigDecimal price = book.level(side, n).price();
      BigDecimal others = book.level(side, n).size();
      for (LiveOrder o : live) {
        if (o.order().side() == side && price.compareTo(o.order().price()) == 0) {
          others = others.subtract(o.remaining());
        }
      }
      if (others.signum() > 0) {
        return price;
      }
    }
    return null;
  }

  private static BigDecimal shifted(BigDecimal price, BigDecimal fraction) {
    return price.add(price.multiply(fraction));
  }

  /** Brings one side to where it belongs, one step at a time. */
  private void quote(Order wanted, List<LiveOrder> live) {
    List<LiveOrder> side = new ArrayList<>(live);
    side.removeIf(o -> o.order().side() != wanted.side());
    if (!side.isEmpty() || inventory().isLive(wanted.side())) {
      for (LiveOrder o : side) {
        // What is pending or unknown is left to the engine, which is finding out.
        if (isResting(o) && isOff(o.order().price(), wanted.price())) {
          o.cancel();
        }
      }
      return;
    }
    try {
      Order order = wanted.size(settings.size().min(room(wanted))).rounded();
      if (order.size().signum() > 0) {
        inventory().placed(connector.place(order));
        orders++;
      }
    } catch (Refused e) {
      // Too small, too dear, too many, not ready: nothing was sent, and the next look may succeed.
      refusal = e.getMessage();
    }
  }

  private static boolean isResting(LiveOrder o) {
    return o.status() == OrderStatus.OPEN || o.status() == OrderStatus.PARTIALLY_FILLED;
  }

  private boolean isOff(BigDecimal price, BigDecimal wanted) {
    BigDecimal most = wanted.multiply(settings.tolerance());
    return price.subtract(wanted).abs().compareTo(most) > 0;
  }

  /** How much more of a side the bound allows if everything that is live fills. */
  private BigDecimal room(Order wanted) {
    var exposure = connector.exposure(wanted.instrument());
    boolean buy = wanted.side() == Side.BUY;
    BigDecimal pending = buy ? exposure.mostRise() : exposure.mostFall();
    if (pending == null) {
      return BigDecimal.ZERO; // Not bounded: nothing of this strategy, and no time to add to it.
    }
    BigDecimal held = buy ? inventory().base() : inventory().base().negate();
    return settings.maxInventory().subtract(held).subtract(pending).max(BigDecimal.ZERO);
  }

  /**
   * Stops quoting, cancels, and closes the connector; completes with the orders that are still
   * live.
   */
  public CompletableFuture<List<OrderState>> stop() {
    if (looks != null) {
      looks.close();
    }
    return connector.closeAsync();
  }

  /** What it trades on. */
  public SpotConnector connector() {
    return connector;
  }

  /**
   * What it has gained.
   *
   * @throws IllegalStateException before it has started
   */
  public Inventory inventory() {
    if (inventory == null) {
      throw new IllegalStateException("not started");
    }
    return inventory;
  }

  /** The middle of what others quote, in quote units; null before the first look at a book. */
  public @Nullable BigDecimal middle() {
    return middle;
  }

  /** How many orders were placed. */
  public int orders() {
    return orders;
  }

  /** Why the last order that was refused here was refused; empty when none was. */
  public String refusal() {
    return refusal;
  }
}
