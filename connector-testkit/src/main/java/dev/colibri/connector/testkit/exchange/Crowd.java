package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded traders that keep markets alive: some quote around a fair price that wanders, some take.
 * Books move, trades print, and an order near the best price is filled within seconds.
 *
 * <p>Deterministic: the same exchange, seed and steps give the same orders. Bounded: each quoting
 * account keeps a limited number of orders, and the fair price returns to where it began.
 */
public final class Crowd {

  /** Milliseconds between two rounds of a crowd that is not told otherwise. */
  public static final int ROUND_MILLIS = 100;

  /** Accounts of the crowd begin with this. */
  public static final String PREFIX = "crowd-";

  private static final int QUOTERS = 3;
  private static final int ORDERS_A_SIDE = 12;
  private static final int HISTORY = 50;

  private final Exchange exchange;
  private final SplittableRandom random;
  private final int roundMillis;
  private final List<Traded> traded = new ArrayList<>();
  private long nextRound = Long.MIN_VALUE;
  private long orders;

  /** A market the crowd trades: its fair price, in ticks, and its everyday size, in lots. */
  private static final class Traded {
    final String name;
    final BigDecimal homePrice;
    final BigDecimal homeSize;
    // Below this, an account of the crowd gets as much again.
    final BigDecimal enoughBase;
    final BigDecimal enoughQuote;
    Market market;
    long home;
    long size;
    long fair;

    Traded(Market market, BigDecimal price, BigDecimal size) {
      this.name = market.name();
      this.market = market;
      this.home = Amounts.count(price, market.tick());
      this.size = Amounts.count(size, market.lot());
      this.homePrice = price;
      this.homeSize = size;
      this.enoughBase = quantity(1_000 * this.size);
      this.enoughQuote = Amounts.times(price(home), enoughBase);
      this.fair = home;
    }

    /** Goes on under the rules of now, at the price where it is. */
    void follow(Market now) {
      if (now != market) {
        var price = price(fair);
        market = now;
        home = Math.max(1, Amounts.count(homePrice, now.tick()));
        size = Math.max(1, Amounts.count(homeSize, now.lot()));
        fair = Math.max(1, Amounts.count(price, now.tick()));
      }
    }

    /** A basis point of the price, in ticks. */
    long point() {
      return Math.max(1, fair / 10_000);
    }

    BigDecimal price(long ticks) {
      return market.tick().multiply(BigDecimal.valueOf(ticks));
    }

    long ticks(BigDecimal price) {
      return Amounts.count(price, market.tick());
    }

    BigDecimal quantity(long lots) {
      return market.lot().multiply(BigDecimal.valueOf(lots));
    }
  }

  /** A crowd that trades nothing yet; it opens its accounts on the exchange. */
  public Crowd(Exchange exchange, long seed) {
    this(exchange, seed, ROUND_MILLIS);
  }

  /**
   * The same with rounds so far apart: a run of many hours costs less with a lazier crowd.
   *
   * @param roundMillis between two rounds; in each, every market moves and is quoted and taken
   */
  public Crowd(Exchange exchange, long seed, int roundMillis) {
    if (roundMillis < 1) {
      throw new IllegalArgumentException("rounds take time: " + roundMillis);
    }
    this.exchange = exchange;
    this.random = new SplittableRandom(seed);
    this.roundMillis = roundMillis;
    for (int i = 0; i < QUOTERS; i++) {
      exchange.openAccount(quoter(i), HISTORY);
    }
    exchange.openAccount(taker(), HISTORY);
  }

  /**
   * Lets the crowd trade a market from the next step on.
   *
   * @param price the fair price it begins at and returns to
   * @param size an everyday order, in base units
   */
  public Crowd trade(String market, String price, String size) {
    var m = exchange.market(market).orElseThrow(() -> new Refused(Refused.Reason.UNKNOWN_MARKET));
    var t = new Traded(m, Amounts.exact(price), Amounts.exact(size));
    if (t.home < 1 || t.size < 1) {
      throw new IllegalArgumentException("less than one tick or one lot");
    }
    traded.add(t);
    return this;
  }

  /** Carries out all rounds due up to {@code nowMillis}; the first call begins the count. */
  public void step(long nowMillis) {
    if (nextRound == Long.MIN_VALUE) {
      nextRound = nowMillis;
    }
    while (nextRound <= nowMillis) {
      long now = nextRound;
      nextRound += roundMillis;
      traded.forEach(t -> round(t, now));
    }
  }

  /** Leaves out the rounds before {@code nowMillis}, for a driver whose process was asleep. */
  public void skipTo(long nowMillis) {
    nextRound = Math.max(nextRound, nowMillis);
  }

  /** When the next round is due, in milliseconds since 1970. */
  public long nextRound() {
    return nextRound;
  }

  private void round(Traded t, long now) {
    if (exchange.status(t.name) != Market.Status.TRADING) {
      return;
    }
    exchange.market(t.name).ifPresent(t::follow);
    wander(t);
    quote(t, quoter((int) below(QUOTERS)), now);
    take(t, now);
  }

  /** A random walk that is pulled home, so that it neither dies nor explodes in days of running. */
  private void wander(Traded t) {
    long step = below(2 * t.point() + 1) - t.point();
    long pull = (t.home - t.fair) / 2_000;
    t.fair = Math.max(100, t.fair + step + pull);
  }

  /** One account withdraws what no longer fits its view and adds a little where it has room. */
  private void quote(Traded t, String account, long now) {
    fund(t, account, now);
    int bids = 0;
    int asks = 0;
    for (var order : exchange.working(account)) {
      if (!order.request().market().equals(t.name)) {
        continue;
      }
      boolean buy = order.side() == Order.Side.BUY;
      long distance = (t.ticks(order.price()) - t.fair) * (buy ? -1 : 1);
      // Sometimes one goes for no reason, so that levels vanish in the middle of the book too.
      if (distance < 0 || distance > 60 * t.point() || below(40) == 0) {
        exchange.cancel(account, t.name, order.id(), nextId(), now);
      } else if (buy) {
        bids++;
      } else {
        asks++;
      }
    }
    for (int i = 0; i < 3; i++) {
      if (bids++ < ORDERS_A_SIDE) {
        quote(t, account, Order.Side.BUY, now);
      }
      if (asks++ < ORDERS_A_SIDE) {
        quote(t, account, Order.Side.SELL, now);
      }
    }
  }

  private void quote(Traded t, String account, Order.Side side, long now) {
    // Near the fair price more often than far from it.
    long distance = 1 + below(t.point()) + t.point() * below(1 + below(40));
    long ticks = t.fair + (side == Order.Side.BUY ? -distance : distance);
    var quantity = t.quantity(1 + below(2 * t.size));
    submit(
        account,
        OrderRequest.limit(t.name, side, t.price(ticks), quantity, nextId()).postOnly(),
        now);
  }

  /** Takes what is better than fair, which fills generous quotes; else sometimes just takes. */
  private void take(Traded t, long now) {
    fund(t, taker(), now);
    var depth = exchange.depth(t.name, 1);
    long bid = depth.bids().isEmpty() ? 0 : t.ticks(depth.bids().get(0).price());
    long ask = depth.asks().isEmpty() ? Long.MAX_VALUE : t.ticks(depth.asks().get(0).price());
    if (ask < t.fair) {
      take(t, Order.Side.BUY, t.fair, now);
    } else if (bid > t.fair) {
      take(t, Order.Side.SELL, t.fair, now);
    } else if (below(3) == 0) {
      boolean buy = below(2) == 0;
      take(t, buy ? Order.Side.BUY : Order.Side.SELL, t.fair + t.point() * (buy ? 20 : -20), now);
    }
  }

  private void take(Traded t, Order.Side side, long ticks, long now) {
    var quantity = t.quantity(1 + below(3 * t.size));
    submit(
        taker(),
        OrderRequest.limit(t.name, side, t.price(Math.max(1, ticks)), quantity, nextId())
            .with(Order.TimeInForce.IOC),
        now);
  }

  private void submit(String account, OrderRequest request, long now) {
    try {
      exchange.place(account, request, now);
    } catch (Refused e) {
      // Too small, too far or crossing: a crowd shrugs. The next round tries something else.
    }
  }

  /** The crowd is never poor: its losses come from outside, and the ledger says so. */
  private void fund(Traded t, String account, long now) {
    var margin = t.market.margin();
    if (margin != null) {
      var available = exchange.equity(account, margin.settle()).available();
      fund(account, margin.settle(), available, t.enoughQuote, now);
      return;
    }
    var ledger = exchange.ledger();
    var base = t.market.base();
    var quote = t.market.quote();
    fund(account, base, ledger.balance(account, base).free(), t.enoughBase, now);
    fund(account, quote, ledger.balance(account, quote).free(), t.enoughQuote, now);
  }

  private void fund(String account, String asset, BigDecimal has, BigDecimal enough, long now) {
    if (has.compareTo(enough) < 0) {
      exchange.deposit(account, asset, enough.add(enough), now);
    }
  }

  private String nextId() {
    return PREFIX + ++orders;
  }

  private static String quoter(int index) {
    return PREFIX + "quoter-" + index;
  }

  private static String taker() {
    return PREFIX + "taker";
  }

  /** Made of {@code nextLong} alone, whose algorithm no JDK may change. */
  private long below(long bound) {
    return (random.nextLong() >>> 1) % bound;
  }
}
