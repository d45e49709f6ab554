package dev.colibri.examples.fundingarbitrage;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects funding: while longs pay, it is short on a perpetual and holds as much of the asset
 * somewhere else, so that the price does not matter. Where it holds it may be spot or another
 * perpetual.
 *
 * <p>The perpetual leads, in slices that take what the book shows; the other leg follows what
 * filled. An order of unknown outcome is live: nothing is placed on its leg before the venue has
 * said what became of it. Everything runs on the strategy thread.
 */
public final class Carry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Carry.class);

  /**
   * What it may do.
   *
   * @param size the most to hold, in base units
   * @param slice the largest order, in base units
   * @param enter the funding rate, as a fraction, from which it builds up
   * @param leave the rate below which it unwinds
   * @param slippage how far beyond the touch an order may trade, as a fraction
   */
  public record Plan(
      BigDecimal size, BigDecimal slice, BigDecimal enter, BigDecimal leave, BigDecimal slippage) {}

  private final BookConnector holds;
  private final PerpConnector perp;
  private final Instrument held;
  private final Instrument shorted;
  private final Plan plan;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final CompletableFuture<Void> flat = new CompletableFuture<>();
  // Orders whose end was not heard yet: the connectors are ahead of their events.
  private final Set<String> live = new LinkedHashSet<>();
  private final Map<String, BigDecimal> fees = new LinkedHashMap<>();
  private BigDecimal holding = BigDecimal.ZERO;
  private BigDecimal target = BigDecimal.ZERO;
  private BigDecimal cash = BigDecimal.ZERO;
  private BigDecimal funding = BigDecimal.ZERO;
  private int payments;
  private boolean leaving;

  /**
   * Begins.
   *
   * @param holds ready; where the asset is held
   * @param perp ready, in one-way mode
   */
  public Carry(
      Colibri colibri,
      BookConnector holds,
      Instrument held,
      PerpConnector perp,
      Instrument shorted,
      Plan plan) {
    this.holds = holds;
    this.held = held;
    this.perp = perp;
    this.shorted = shorted;
    this.plan = plan;
    subscriptions.add(holds.books(held).listen(book -> {}));
    subscriptions.add(perp.books(shorted).listen(book -> {}));
    subscriptions.add(perp.funding(shorted).listen(rate -> decide(rate)));
    subscriptions.add(
        perp.fundingPayments()
            .listen(
                p -> {
                  funding = funding.add(p.amount());
                  payments++;
                  LOG.info("funding {} {}", p.amount().toPlainString(), p.asset());
                }));
    subscriptions.add(holds.orders().listen(this::noticed));
    subscriptions.add(perp.orders().listen(this::noticed));
    subscriptions.add(colibri.every(Duration.ofMillis(500), this::work));
  }

  private void decide(FundingRate told) {
    BigDecimal rate = told.rate();
    if (leaving || rate == null) {
      return;
    }
    if (rate.compareTo(plan.enter) >= 0) {
      target = plan.size;
    } else if (rate.compareTo(plan.leave) < 0) {
      target = BigDecimal.ZERO;
    }
    work();
  }

  private void noticed(OrderEvent event) {
    if (event.fill() != null && counts(event.kind())) {
      var fill = event.fill();
      BigDecimal signed = fill.side() == Side.BUY ? fill.quoteSize().negate() : fill.quoteSize();
      cash = cash.add(signed);
      if (fill.instrument().equals(held)) {
        holding = holding.add(fill.signedSize());
      }
      if (fill.fee() != null) {
        charge(fill.fee().asset(), fill.fee().amount());
        if (fill.instrument().equals(held) && fill.fee().asset().equals(held.base())) {
          holding = holding.subtract(fill.fee().amount());
        }
      }
    }
    if (event.isTerminal()) {
      live.remove(key(event.state().instrument(), event.state().clientId()));
      work();
    }
  }

  private static boolean counts(OrderEvent.Kind kind) {
    return kind == OrderEvent.Kind.FILL || kind == OrderEvent.Kind.LATE_FILL;
  }

  private void charge(String asset, BigDecimal amount) {
    fees.merge(asset, amount, BigDecimal::add);
  }

  /** Base units that the perpetual is short of. */
  private BigDecimal shortOf() {
    return perp.position(shorted, PositionSide.NET).size().negate();
  }

  /** Does the next thing that is missing, if the books can be trusted. */
  private void work() {
    OrderBook here = holds.book(held);
    OrderBook there = perp.book(shorted);
    if (!here.isValid() || !there.isValid()) {
      return;
    }
    follow(here);
    lead(there);
    if (leaving && shortOf().signum() == 0 && !isWorking() && isBalanced()) {
      flat.complete(null);
    }
  }

  private void lead(OrderBook book) {
    if (isLive(shorted)) {
      return;
    }
    BigDecimal missing = target.subtract(shortOf());
    // What is short already is held first, so that no more than a slice is ever open.
    if (missing.signum() > 0 && isBalanced()) {
      place(perp, take(book, Side.SELL, missing.min(plan.slice)));
    } else if (missing.signum() < 0) {
      Order buy = take(book, Side.BUY, missing.negate().min(plan.slice));
      place(perp, buy == null ? null : buy.reduceOnly());
    }
  }

  private void follow(OrderBook book) {
    if (isLive(held)) {
      return; // What it filled is to be heard first, or it would be bought again.
    }
    BigDecimal missing = shortOf().subtract(holding);
    Side side = missing.signum() > 0 ? Side.BUY : Side.SELL;
    place(holds, take(book, side, missing.abs()));
  }

  private boolean isWorking() {
    return isLive(shorted) || isLive(held);
  }

  private boolean isLive(Instrument instrument) {
    BookConnector where = instrument.equals(held) ? holds : perp;
    String its = key(instrument, "");
    return live.stream().anyMatch(key -> key.startsWith(its))
        || !where.openOrders(instrument).isEmpty();
  }

  private static String key(Instrument instrument, String clientId) {
    return instrument + " " + clientId;
  }

  private boolean isBalanced() {
    BigDecimal price = holds.book(held).mid();
    return price != null
        && shortOf().subtract(holding).abs().compareTo(least(held.rules(), price)) < 0;
  }

  /** The smallest size that the venue takes at a price: less than that cannot be made good. */
  private static BigDecimal least(TradingRules rules, BigDecimal price) {
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

  /** An order that takes what the book shows, and no worse; null where there is nothing to take. */
  private @Nullable Order take(OrderBook book, Side side, BigDecimal size) {
    Instrument of = book.instrument();
    Level touch = side == Side.BUY ? book.bestAsk() : book.bestBid();
    BigDecimal lawful = of.rules().roundSize(size);
    if (touch == null || lawful.compareTo(least(of.rules(), touch.price())) < 0) {
      return null;
    }
    BigDecimal worst =
        side == Side.BUY
            ? BigDecimal.ONE.add(plan.slippage)
            : BigDecimal.ONE.subtract(plan.slippage);
    RoundingMode outwards = side == Side.BUY ? RoundingMode.CEILING : RoundingMode.FLOOR;
    return Order.of(of, side)
        .limit(of.rules().roundPrice(touch.price().multiply(worst), outwards))
        .size(lawful)
        .ioc();
  }

  private void place(BookConnector where, @Nullable Order order) {
    if (order == null) {
      return;
    }
    try {
      live.add(key(order.instrument(), where.place(order).clientId()));
    } catch (Refused e) {
      LOG.warn("{}: {}", order, e.getMessage());
    }
  }

  /** Unwinds; completes when nothing is held and nothing is short. */
  public CompletableFuture<Void> unwind() {
    leaving = true;
    target = BigDecimal.ZERO;
    work();
    return flat;
  }

  /**
   * How much dearer the perpetual is than what is held, as a fraction; null without valid books.
   */
  public @Nullable BigDecimal basis() {
    OrderBook here = holds.book(held);
    OrderBook there = perp.book(shorted);
    BigDecimal a = here.isValid() ? here.mid() : null;
    BigDecimal b = there.isValid() ? there.mid() : null;
    return a == null || b == null ? null : b.subtract(a).divide(a, MathContext.DECIMAL32);
  }

  /** Where it stands, on one line. */
  public String report() {
    BigDecimal basis = basis();
    return "short %s, holding %s, basis %s bp, %d payments of %s %s, cash %s, fees %s"
        .formatted(
            shortOf().stripTrailingZeros().toPlainString(),
            holding.stripTrailingZeros().toPlainString(),
            basis == null
                ? "?"
                : basis.movePointRight(4).setScale(2, RoundingMode.HALF_EVEN).toPlainString(),
            payments,
            funding.stripTrailingZeros().toPlainString(),
            shorted.settle(),
            cash.setScale(2, RoundingMode.HALF_EVEN).toPlainString(),
            fees);
  }

  /** How many funding payments came. */
  public int payments() {
    return payments;
  }

  /** What funding brought, in the settlement asset. */
  public BigDecimal funding() {
    return funding;
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
