package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Refused;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trades home → one → other → home, or the other way round, on one venue, when the three books
 * together give more than was put in.
 *
 * <p>It never waits for the third order to be right: after each order it looks at what it holds, as
 * if it had just been started, and takes the better of the two ways home. So a part that filled, a
 * leg that did not, an order whose reply was lost and a restart need no code of their own. Lives on
 * the strategy thread.
 */
public final class Triangle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Triangle.class);

  /**
   * How to trade.
   *
   * @param budget of one round, in units of home
   * @param fee what the venue takes of each order, as a fraction
   * @param gain how much more than was put in a round must promise, as a fraction after fees
   * @param slippage how far beyond the book an order on the way home may trade, as a fraction
   */
  public record Plan(BigDecimal budget, BigDecimal fee, BigDecimal gain, BigDecimal slippage) {}

  private final BookConnector venue;
  private final List<Instrument> markets;
  private final String home;
  private final String one;
  private final String other;
  private final Plan plan;
  private final Inventory inventory;
  private final Subscription subscription;
  private List<OrderBook> books = List.of();
  private int rounds;

  /**
   * Begins.
   *
   * @param venue ready
   * @param one traded for home, as {@code BTC-USDT}
   * @param other traded for home, as {@code ETH-USDT}
   * @param cross of the two, as {@code ETH-BTC}
   * @param inventory holds nothing of the two assets at home: see {@link Inventory#found}
   */
  public Triangle(
      Colibri colibri,
      BookConnector venue,
      Instrument one,
      Instrument other,
      Instrument cross,
      Inventory inventory,
      Plan plan) {
    this.venue = venue;
    this.markets = List.of(one, other, cross);
    this.home = one.quote();
    this.one = one.base();
    this.other = other.base();
    this.plan = plan;
    this.inventory = inventory;
    subscription =
        Subscription.all(
            venue.books(one).listen(book -> work()),
            venue.books(other).listen(book -> work()),
            venue.books(cross).listen(book -> work()),
            venue.orders().listen(event -> work()),
            colibri.every(Duration.ofMillis(250), this::work));
  }

  private void work() {
    // One order at a time: what it brought decides about the next.
    books = markets.stream().map(venue::book).toList();
    if (inventory.isLive() || !books.stream().allMatch(OrderBook::isValid)) {
      return;
    }
    try {
      Order back = wayHome(one, other);
      back = back == null ? wayHome(other, one) : back;
      if (back != null) {
        inventory.place(venue, back);
      } else {
        begin();
      }
    } catch (Refused e) {
      LOG.info("{}", e.getMessage()); // Nothing was sent, and the next look may succeed.
    }
  }

  /** The first order of the better way home; null when what is held is too little for any. */
  private @Nullable Order wayHome(String asset, String via) {
    BigDecimal amount = inventory.held(asset);
    boolean straight = brings(amount, asset, home).compareTo(brings(amount, asset, via, home)) >= 0;
    // The books decide. What an order may pay beyond them is for the case that they move.
    Leg leg = leg(amount, asset, straight ? home : via, plan.slippage);
    return leg == null ? null : leg.order();
  }

  /** Begins the better round, if it gains enough. */
  private void begin() {
    BigDecimal budget = plan.budget.min(venue.available(home));
    BigDecimal there = brings(budget, home, one, other, home);
    BigDecimal back = brings(budget, home, other, one, home);
    boolean gains = there.max(back).compareTo(budget.multiply(BigDecimal.ONE.add(plan.gain))) > 0;
    String first = there.compareTo(back) >= 0 ? one : other;
    Leg leg = gains ? leg(budget, home, first, BigDecimal.ZERO) : null;
    if (leg != null) {
      inventory.place(venue, leg.order());
      rounds++;
    }
  }

  /** What an amount of the first asset becomes by way of the others; 0 when it does not get far. */
  private BigDecimal brings(BigDecimal amount, String... way) {
    BigDecimal left = amount;
    for (int i = 1; i < way.length; i++) {
      Leg leg = leg(left, way[i - 1], way[i], BigDecimal.ZERO);
      left = leg == null ? BigDecimal.ZERO : leg.brings();
    }
    return left;
  }

  private @Nullable Leg leg(BigDecimal amount, String from, String to, BigDecimal slippage) {
    return Leg.of(books, from, to, amount, slippage, plan.fee);
  }

  /** How many rounds were begun. */
  public int rounds() {
    return rounds;
  }

  @Override
  public void close() {
    subscription.close();
  }
}
