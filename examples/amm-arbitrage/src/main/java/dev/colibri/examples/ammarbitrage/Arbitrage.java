package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buys where it is cheap and sells where it is dear, between the pools of a chain and an order
 * book.
 *
 * <p>The chain leads: a swap happens as a whole, or not at all, and only its receipt says which.
 * What it filled is then made good on the book, whose orders fill at once. Both are told by the
 * same events. Nothing is begun while anything is on its way. Everything runs on the strategy
 * thread.
 */
public final class Arbitrage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Arbitrage.class);

  /**
   * What it may do.
   *
   * @param slice how much to trade at a time, in base units
   * @param edge what a unit must bring at the least, fees and gas paid, as a fraction of its price
   * @param fee what the book takes, as a fraction
   * @param slippage by how much worse than quoted a fill may be, as a fraction
   * @param patience how long a swap may take
   * @param gasRate what a unit of the chain's own asset is worth, in quote units
   */
  public record Plan(
      BigDecimal slice,
      BigDecimal edge,
      BigDecimal fee,
      BigDecimal slippage,
      Duration patience,
      BigDecimal gasRate) {}

  private final Colibri colibri;
  private final AmmConnector chain;
  private final Instrument pair;
  private final BookConnector exchange;
  private final Instrument listed;
  private final Plan plan;
  private final List<Subscription> subscriptions = new ArrayList<>();
  // Orders whose end was not heard yet: the connectors are ahead of their events, and what such an
  // order filled is not in what is open.
  private final Set<String> live = new LinkedHashSet<>();
  private BigDecimal open = BigDecimal.ZERO;
  private BigDecimal cash = BigDecimal.ZERO;
  private BigDecimal gas = BigDecimal.ZERO;
  private int swaps;

  /**
   * Begins.
   *
   * @param chain ready, with the pair's pools watched
   * @param exchange ready
   */
  public Arbitrage(
      Colibri colibri,
      AmmConnector chain,
      Instrument pair,
      BookConnector exchange,
      Instrument listed,
      Plan plan) {
    this.colibri = colibri;
    this.chain = chain;
    this.pair = pair;
    this.exchange = exchange;
    this.listed = listed;
    this.plan = plan;
    subscriptions.add(exchange.books(listed).listen(book -> {}));
    subscriptions.add(chain.orders().listen(this::noticed));
    subscriptions.add(exchange.orders().listen(this::noticed));
    subscriptions.add(colibri.every(Duration.ofMillis(500), this::work));
  }

  private void noticed(OrderEvent event) {
    var fill = event.fill();
    if (fill != null
        && (event.kind() == OrderEvent.Kind.FILL || event.kind() == OrderEvent.Kind.LATE_FILL)) {
      open = open.add(fill.signedSize());
      boolean bought = fill.side() == Side.BUY;
      cash = bought ? cash.subtract(fill.quoteSize()) : cash.add(fill.quoteSize());
      var fee = fill.fee();
      if (fee != null && fee.asset().equals(chain.nativeToken().symbol())) {
        gas = gas.add(fee.amount());
      } else if (fee != null && fee.asset().equals(listed.base())) {
        open = open.subtract(fee.amount());
      } else if (fee != null) {
        cash = cash.subtract(fee.amount());
      }
      swaps += fill.instrument().equals(pair) ? 1 : 0;
    }
    if (event.isTerminal()) {
      live.remove(event.state().clientId());
      work();
    }
  }

  /** Does the next thing, unless something is on its way or the book cannot be trusted. */
  private void work() {
    OrderBook book = exchange.book(listed);
    boolean busy =
        !live.isEmpty() || !chain.openOrders().isEmpty() || !exchange.openOrders(listed).isEmpty();
    if (busy || !book.isValid() || book.bestBid() == null || book.bestAsk() == null) {
      return;
    }
    BigDecimal lots = listed.rules().roundSize(open.abs());
    try {
      if (lots.compareTo(least(book.bestBid().price())) >= 0) {
        makeGood(book, open.signum() > 0 ? Side.SELL : Side.BUY, lots);
      } else if (!swap(book, Side.BUY)) {
        swap(book, Side.SELL);
      }
    } catch (Refused e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  /** What the exchange does not take goes with what is made good next. */
  private BigDecimal least(BigDecimal price) {
    TradingRules rules = listed.rules();
    BigDecimal least = rules.minSize() == null ? rules.lotSize() : rules.minSize();
    BigDecimal notional = rules.minNotional();
    return notional == null ? least : least.max(notional.divide(price, MathContext.DECIMAL32));
  }

  private void makeGood(OrderBook book, Side side, BigDecimal size) {
    Level touch = side == Side.BUY ? book.bestAsk() : book.bestBid();
    BigDecimal worst = touch.price().multiply(worse(side));
    RoundingMode outwards = side == Side.BUY ? RoundingMode.CEILING : RoundingMode.FLOOR;
    BigDecimal price = listed.rules().roundPrice(worst, outwards);
    live.add(exchange.place(Order.of(listed, side).limit(price).size(size).ioc()).clientId());
  }

  private BigDecimal worse(Side side) {
    return side == Side.BUY
        ? BigDecimal.ONE.add(plan.slippage)
        : BigDecimal.ONE.subtract(plan.slippage);
  }

  /** Swaps where that pays: what is bought on the chain is sold on the book, or the reverse. */
  private boolean swap(OrderBook book, Side side) {
    BigDecimal there = book.taking(side.opposite()).vwapForVolume(plan.slice);
    if (there == null) {
      return false;
    }
    SwapQuote quote = chain.quote(side, pair, plan.slice);
    if (quote.gasCost() == null) {
      return false; // Nobody knows yet what it would cost.
    }
    BigDecimal here = quote.allInPrice(plan.gasRate, chain.nativeToken());
    BigDecimal edge = side == Side.BUY ? there.subtract(here) : here.subtract(there);
    if (edge.subtract(there.multiply(plan.fee)).compareTo(there.multiply(plan.edge)) < 0) {
      return false;
    }
    live.add(chain.execute(quote, plan.slippage, colibri.now().plus(plan.patience)).clientId());
    return true;
  }

  /** How many swaps were filled. */
  public int swaps() {
    return swaps;
  }

  /** Base units that are bought and not sold yet, or negative for the reverse. */
  public BigDecimal open() {
    return open;
  }

  /** What all of it brought, gas paid, in quote units. */
  public BigDecimal profit() {
    return cash.subtract(gas.multiply(plan.gasRate));
  }

  /** Where it stands, on one line. */
  public String report() {
    return "%d swaps, open %s, profit %s %s, of it paid for gas %s %s"
        .formatted(
            swaps,
            open.stripTrailingZeros().toPlainString(),
            profit().setScale(4, RoundingMode.HALF_EVEN).toPlainString(),
            listed.quote(),
            gas.setScale(6, RoundingMode.HALF_EVEN).toPlainString(),
            chain.nativeToken().symbol());
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
