package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trades home → one → other → home, or the other way round, on one venue, when the three books
 * together give more than was put in.
 *
 * <p>It never waits for the third order to be right: after each order it looks at what it holds, as
 * if it had just been started, and takes the better of the two ways home. So a part that filled, a
 * leg that did not, an order whose reply was lost and a restart need no code of their own.
 */
public final class Triangle implements AutoCloseable {

  /**
   * How to trade.
   *
   * @param budget of one round, in units of home
   * @param fee what the venue takes of each order, as a fraction
   * @param gain how much more than was put in a round must promise, as a fraction after fees
   * @param slippage how far beyond the book an order on the way home may trade, as a fraction
   */
  public record Plan(BigDecimal budget, BigDecimal fee, BigDecimal gain, BigDecimal slippage) {}

  /** An order, and how much of its other asset it is to bring. */
  private record Leg(Order order, String to, BigDecimal brings) {}

  private final BookConnector venue;
  private final List<Instrument> markets;
  private final String home;
  private final List<String> assets;
  private final Plan plan;
  private final Stock stock;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private int rounds;

  /**
   * Begins. Called on the strategy thread.
   *
   * @param venue ready
   * @param one traded for home, as {@code BTC-USDT}
   * @param other traded for home, as {@code ETH-USDT}
   * @param cross of the two, as {@code ETH-BTC}
   * @param stays how much of the two assets is not the strategy's, the same after a restart
   */
  public Triangle(
      Colibri colibri,
      BookConnector venue,
      Instrument one,
      Instrument other,
      Instrument cross,
      Map<String, BigDecimal> stays,
      Plan plan) {
    this.venue = venue;
    this.markets = List.of(one, other, cross);
    this.home = one.quote();
    this.assets = List.of(one.base(), other.base());
    this.plan = plan;
    stock = new Stock(colibri, List.of(venue), stays);
    markets.forEach(m -> subscriptions.add(venue.books(m).listen(book -> work())));
    subscriptions.add(venue.orders().listen(event -> work()));
    subscriptions.add(colibri.every(Duration.ofMillis(250), this::work));
  }

  private void work() {
    // One order at a time: what it brought decides about the next.
    if (!stock.isKnown()
        || stock.isBusy()
        || markets.stream().anyMatch(m -> !venue.book(m).isValid())) {
      return;
    }
    for (String asset : assets) {
      Leg back = wayHome(asset, stock.of(asset));
      if (back != null) {
        stock.place(venue, back.order);
        return;
      }
    }
    BigDecimal budget = plan.budget.min(venue.available(home));
    Leg best = null;
    BigDecimal most = budget.multiply(BigDecimal.ONE.add(plan.gain));
    for (String asset : assets) {
      Leg first = leg(home, asset, budget, BigDecimal.ZERO);
      Leg second = first == null ? null : leg(asset, other(asset), first.brings, BigDecimal.ZERO);
      Leg third = second == null ? null : leg(second.to, home, second.brings, BigDecimal.ZERO);
      if (third != null && third.brings.compareTo(most) > 0) {
        best = first;
        most = third.brings;
      }
    }
    if (best != null) {
      rounds++;
      stock.place(venue, best.order);
    }
  }

  private String other(String asset) {
    return assets.get(assets.indexOf(asset) == 0 ? 1 : 0);
  }

  /** The first order of the better way home; null when the amount is too small for any. */
  private @Nullable Leg wayHome(String asset, BigDecimal amount) {
    // The books decide. What an order may pay beyond them is for the case that they move.
    Leg direct = leg(asset, home, amount, BigDecimal.ZERO);
    Leg first = leg(asset, other(asset), amount, BigDecimal.ZERO);
    Leg second = first == null ? null : leg(first.to, home, first.brings, BigDecimal.ZERO);
    boolean straight =
        second == null || (direct != null && direct.brings.compareTo(second.brings) >= 0);
    return leg(asset, straight ? home : other(asset), amount, plan.slippage);
  }

  /** What turns one asset into another by the books; null when it is too little for the venue. */
  private @Nullable Leg leg(String from, String to, BigDecimal amount, BigDecimal slippage) {
    for (Instrument m : markets) {
      boolean sell = m.base().equals(from) && m.quote().equals(to);
      boolean buy = m.base().equals(to) && m.quote().equals(from);
      if ((sell || buy) && amount.signum() > 0) {
        OrderBook book = venue.book(m);
        Side side = sell ? Side.SELL : Side.BUY;
        BigDecimal size = sell ? amount : affordable(book, amount, slippage);
        Order order = size == null ? null : Take.order(book, side, size, slippage);
        BigDecimal quote = order == null ? null : book.taking(side).quoteForVolume(order.size());
        if (order == null || quote == null) {
          return null;
        }
        BigDecimal brings = sell ? quote : order.size();
        return new Leg(order, to, brings.subtract(brings.multiply(plan.fee)));
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
    Instrument m = book.instrument();
    BigDecimal price =
        m.rules().roundPrice(worst.multiply(BigDecimal.ONE.add(slippage)), RoundingMode.CEILING);
    return amount.divide(price, m.sizeDigits(), RoundingMode.FLOOR);
  }

  /** How many rounds were begun. */
  public int rounds() {
    return rounds;
  }

  /** What is held of an asset on the way. */
  public BigDecimal held(String asset) {
    return stock.of(asset);
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    stock.close();
  }
}
