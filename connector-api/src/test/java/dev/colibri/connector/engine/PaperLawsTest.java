package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.PaperLedger.Account;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.Call;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What holds whatever the market does and whatever is ordered. The market is known here by itself:
 * what it showed and traded is the most that may fill.
 */
class PaperLawsTest {
  private static final BigDecimal ZERO = BigDecimal.ZERO;
  private static final BigDecimal MAKER = new BigDecimal("0.0002");
  private static final BigDecimal TAKER = new BigDecimal("0.0005");
  private static final int SEEDS = 40;
  private static final int STEPS = 200;

  /** What money stands behind the orders. */
  enum Kind {
    SPOT,
    CROSSED,
    ISOLATED,
    HEDGED
  }

  /** An order as it is known outside. */
  private static final class Seen {
    Order order;
    BigDecimal filled = ZERO;

    /** What was shown at its price as it came to rest there; null where that is not known. */
    BigDecimal ahead;

    /** What was traded at its price since, and what went out of the level. */
    BigDecimal passed = ZERO;

    /** What filled of it by trades at its price, and nothing else. */
    BigDecimal inTurn = ZERO;

    boolean over;

    Seen(Order order) {
      this.order = order;
    }
  }

  /** One run: a market, an account, and everything that was told. */
  private static final class Run {
    final Kind kind;
    final SplittableRandom random;
    final Instrument btc;
    final PaperLedger ledger;
    final PaperMargin margin;
    final PaperMoney money;
    final PaperMatcher matcher;
    final List<OrderUpdate> told = new ArrayList<>();
    final Map<String, Seen> orders = new LinkedHashMap<>();
    final Map<PositionSide, BigDecimal> held = new TreeMap<>();
    final Map<Side, Map<BigDecimal, BigDecimal>> taken = new TreeMap<>();
    OrderBook book;
    long millis = 1_000;
    long nanos = Books.SECOND;
    int ids;
    int fills;
    int liquidations;
    int payments;
    BigDecimal base = ZERO;
    final BigDecimal begin;
    BigDecimal quote;

    Run(Kind kind, int seed) {
      this.kind = kind;
      begin = new BigDecimal(kind == Kind.SPOT ? "5000" : "150");
      quote = begin;
      random = new SplittableRandom(seed);
      Instrument.Builder b =
          Instrument.builder(
              "toy",
              "BTC",
              "BTC",
              "USD",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.01")).build());
      btc = (kind == Kind.SPOT ? b : b.maxLeverage(new BigDecimal("50"))).build();
      Fees fees = new Fees(new OrderDesk(FeeCharge.ADDED_TO_COST).profile);
      fees.rates(List.of(new FeeRate(null, MAKER, TAKER)));
      ledger = new PaperLedger(new TreeMap<>(Map.of("USD", begin)));
      MarginMode mode = kind == Kind.ISOLATED ? MarginMode.ISOLATED : MarginMode.CROSS;
      margin = new PaperMargin(fees, ledger, mode);
      money = kind == Kind.SPOT ? new PaperWallet(fees, ledger) : margin;
      matcher = new PaperMatcher(money, told::add);
      for (Side side : Side.values()) {
        taken.put(side, new TreeMap<>());
      }
      if (kind != Kind.SPOT) {
        assertEquals(null, margin.leverage(new Leverage(btc, new BigDecimal("25"), mode)));
      }
      show();
    }

    // -------------------------------------------------------------- the market

    void pass() {
      int ms = 1 + random.nextInt(1_500);
      millis += ms;
      nanos += ms * 1_000_000L;
    }

    void show() {
      int middle = 970 + random.nextInt(60);
      long[] bids = side(middle - 1, -1);
      long[] asks = side(middle + 1, 1);
      OrderBook before = book;
      book = new BookCopy(btc, BookState.VALID, "", 0, 1, 1, millis, nanos, 1, 2, bids, asks);
      for (Side side : Side.values()) {
        taken.get(side).replaceAll((price, n) -> n.min(shown(book, side, price)));
      }
      for (Seen s : orders.values()) {
        if (!s.over && s.ahead != null && before != null) {
          BigDecimal was = shown(before, s.order.side(), s.order.price());
          BigDecimal is = shown(book, s.order.side(), s.order.price());
          s.passed = s.passed.add(was.subtract(is).max(ZERO));
        } else if (!s.over && s.order.price() != null) {
          s.ahead = shown(book, s.order.side(), s.order.price());
        }
      }
      matcher.book(book, millis);
      for (OrderUpdate u : take(told)) {
        for (Fill f : u.fills()) {
          Seen s = seen(u);
          // By what crosses: the levels that its price reaches must have had so much.
          BigDecimal had = reach(f.side().opposite(), s.order.price(), f.size());
          assertTrue(had.compareTo(f.size()) >= 0, f + " of " + had + " in " + Books.show(book));
          s.ahead = null;
        }
        heard(u, null);
      }
    }

    /** Takes off the levels what a fill took, best first; returns how much there was. */
    private BigDecimal reach(Side side, BigDecimal limit, BigDecimal wanted) {
      BigDecimal found = ZERO;
      for (int i = 0; i < book.depth(side) && found.compareTo(wanted) < 0; i++) {
        BigDecimal price = BigDecimal.valueOf(book.price(side, i), 1);
        boolean within =
            limit == null
                || (side == Side.SELL ? price.compareTo(limit) <= 0 : price.compareTo(limit) >= 0);
        if (within) {
          BigDecimal free =
              shown(book, side, price).subtract(taken.get(side).getOrDefault(price, ZERO));
          BigDecimal n = free.min(wanted.subtract(found));
          taken.get(side).merge(price, n, BigDecimal::add);
          found = found.add(n);
        }
      }
      return found;
    }

    private long[] side(int from, int step) {
      int count = random.nextInt(5);
      long[] levels = new long[2 * count];
      int price = from;
      for (int i = count - 1; i >= 0; i--) {
        levels[2 * i] = -step * (long) price;
        levels[2 * i + 1] = 1 + random.nextInt(1_500);
        price += step * (1 + random.nextInt(6));
      }
      // Best last, and bids as they are, asks negative.
      for (int i = 0; i < count; i++) {
        levels[2 * i] = step < 0 ? Math.abs(levels[2 * i]) : -Math.abs(levels[2 * i]);
      }
      return levels;
    }

    static BigDecimal shown(OrderBook book, Side side, BigDecimal price) {
      for (int i = 0; i < book.depth(side); i++) {
        if (BigDecimal.valueOf(book.price(side, i), 1).compareTo(price) == 0) {
          return BigDecimal.valueOf(book.size(side, i), 2);
        }
      }
      return ZERO;
    }

    void trade() {
      Side taker = random.nextBoolean() ? Side.BUY : Side.SELL;
      BigDecimal price = BigDecimal.valueOf(960 + random.nextInt(80), 1);
      BigDecimal size = BigDecimal.valueOf(1 + random.nextInt(500), 2);
      Side side = taker.opposite();
      for (Seen s : orders.values()) {
        boolean here = s.order.side() == side && s.order.price() != null;
        if (!s.over && here && s.order.price().compareTo(price) == 0) {
          s.passed = s.passed.add(size);
        }
      }
      TradeSlot slot = new TradeSlot();
      slot.set(
          btc,
          taker,
          price.unscaledValue().longValue(),
          size.unscaledValue().longValue(),
          1,
          millis,
          nanos);
      matcher.trade(slot, millis);
      BigDecimal filled = ZERO;
      for (OrderUpdate u : take(told)) {
        for (Fill f : u.fills()) {
          filled = filled.add(f.size());
          BigDecimal beyond =
              side == Side.BUY ? f.price().subtract(price) : price.subtract(f.price());
          assertTrue(beyond.signum() >= 0, f + " by a trade at " + price);
          assertEquals(side, f.side());
        }
        heard(u, price);
      }
      assertTrue(filled.compareTo(size) <= 0, filled + " filled by a trade of " + size);
      if (matcher.price(btc, Trigger.By.LAST, price)) {
        matcher.book(book, millis);
        for (OrderUpdate u : take(told)) {
          for (Fill f : u.fills()) {
            Seen s = seen(u);
            assertTrue(
                reach(f.side().opposite(), s.order.price(), f.size()).compareTo(f.size()) >= 0);
          }
          heard(u, null);
        }
      }
    }

    // -------------------------------------------------------------- the account

    void place() {
      Order order = random().clientId("cb" + ++ids);
      Seen s = new Seen(order);
      if (matcher.place(order, book, millis) instanceof Call.Done<OrderUpdate> d) {
        orders.put(order.clientId(), s);
        for (OrderUpdate u : take(told)) {
          heard(u, null);
        }
        answered(d.value());
      } else {
        assertTrue(told.isEmpty(), "a refusal changes nothing");
      }
    }

    private void answered(OrderUpdate u) {
      for (Fill f : u.fills()) {
        assertEquals(Liquidity.TAKER, f.liquidity());
        Side side = f.side().opposite();
        BigDecimal free =
            shown(book, side, f.price()).subtract(taken.get(side).getOrDefault(f.price(), ZERO));
        assertTrue(f.size().compareTo(free) <= 0, f + " of " + free);
        taken.get(side).merge(f.price(), f.size(), BigDecimal::add);
      }
      heard(u, null);
      Seen s = seen(u);
      if (!s.over && s.order.price() != null && s.order.trigger() == null) {
        BigDecimal shown = shown(book, s.order.side(), s.order.price());
        s.ahead = shown.signum() > 0 ? shown : null;
        s.passed = ZERO;
        s.inTurn = ZERO;
      }
    }

    private Order random() {
      Order order = Order.of(btc, random.nextBoolean() ? Side.BUY : Side.SELL);
      BigDecimal price = BigDecimal.valueOf(960 + random.nextInt(80), 1);
      BigDecimal size = BigDecimal.valueOf(1 + random.nextInt(kind == Kind.SPOT ? 700 : 2_000), 2);
      Order o =
          switch (random.nextInt(7)) {
            case 0 -> order.market().size(size);
            case 1 -> order.limit(price).size(size).ioc();
            case 2 -> order.limit(price).size(size).fok();
            case 3 -> order.limit(price).size(size).postOnly();
            case 4 ->
                order
                    .limit(price)
                    .size(size)
                    .trigger(Trigger.stop(price.toPlainString()).by(Trigger.By.LAST));
            default -> order.limit(price).size(size);
          };
      if (kind == Kind.SPOT) {
        return o;
      }
      o = random.nextInt(4) == 0 ? o.reduceOnly() : o;
      PositionMode mode = kind == Kind.HEDGED ? PositionMode.HEDGE : PositionMode.ONE_WAY;
      return o.positionSide(PositionSide.of(mode, o.side(), o.isReduceOnly()));
    }

    void cancel() {
      for (Seen s : orders.values()) {
        if (!s.over && random.nextInt(2) == 0) {
          heard(((Call.Done<OrderUpdate>) matcher.cancel(s.order, millis)).value(), null);
        }
      }
    }

    void amend() {
      for (Seen s : List.copyOf(orders.values())) {
        if (s.over || s.order.trigger() != null || random.nextInt(3) > 0) {
          continue;
        }
        boolean smaller = random.nextBoolean();
        BigDecimal size =
            smaller
                ? s.filled.add(new BigDecimal("0.01"))
                : BigDecimal.valueOf(1 + random.nextInt(kind == Kind.SPOT ? 700 : 2_000), 2);
        Order changed =
            s.order
                .limit(smaller ? s.order.price() : BigDecimal.valueOf(960 + random.nextInt(80), 1))
                .size(size);
        boolean stays =
            changed.price().compareTo(s.order.price()) == 0 && size.compareTo(s.order.size()) <= 0;
        Order before = s.order;
        if (matcher.amend(s.order, changed, book, millis) instanceof Call.Done<OrderUpdate> d) {
          s.order = changed;
          take(told).forEach(u -> heard(u, null));
          if (stays) {
            heard(d.value(), null);
          } else {
            answered(d.value());
          }
        } else {
          s.order = before;
          assertTrue(told.isEmpty(), "a refusal changes nothing");
        }
        return;
      }
    }

    void mark() {
      if (kind == Kind.SPOT) {
        return;
      }
      margin.mark(btc, BigDecimal.valueOf(900 + random.nextInt(200), 1));
      if (random.nextInt(4) == 0) {
        BigDecimal rate = BigDecimal.valueOf(random.nextInt(200) - 100, 5);
        for (FundingPayment p : margin.fund(btc, rate, "f" + ++ids, millis)) {
          quote = quote.add(p.amount());
          payments++;
        }
      }
    }

    void settle() {
      for (Set<Instrument> failing = margin.failing();
          kind != Kind.SPOT && !failing.isEmpty();
          failing = margin.failing()) {
        matcher.cancelAll(failing::contains, millis);
        take(told).forEach(u -> heard(u, null));
        for (Fill f : margin.liquidate(failing, matcher::tradeId, millis)) {
          liquidations++;
          assertEquals(Fill.Cause.LIQUIDATION, f.cause());
          moved(f);
        }
      }
    }

    private Seen seen(OrderUpdate u) {
      return orders.get(u.clientId());
    }

    private static <T> List<T> take(List<T> list) {
      List<T> all = List.copyOf(list);
      list.clear();
      return all;
    }

    /** An update: what it says is what its fills say, and it is the last if it says so. */
    private void heard(OrderUpdate u, BigDecimal tradedAt) {
      Seen s = seen(u);
      assertTrue(!s.over, u + " after its end");
      for (Fill f : u.fills()) {
        s.filled = s.filled.add(f.size());
        BigDecimal rate = f.liquidity() == Liquidity.MAKER ? MAKER : TAKER;
        assertEquals(0, f.price().multiply(f.size()).multiply(rate).compareTo(f.fee().amount()));
        assertTrue(s.order.type() != OrderType.LIMIT_MAKER || f.liquidity() == Liquidity.MAKER);
        assertTrue(f.liquidity() == Liquidity.TAKER || f.price().compareTo(s.order.price()) == 0);
        if (tradedAt != null && tradedAt.compareTo(s.order.price()) == 0 && s.ahead != null) {
          s.inTurn = s.inTurn.add(f.size());
          assertTrue(
              s.inTurn.compareTo(s.passed.subtract(s.ahead)) <= 0,
              f + " before its turn: " + s.passed + " passed of " + s.ahead);
        } else if (tradedAt != null) {
          s.ahead = null; // A trade beyond its price went through all that stood before it.
        }
        if (s.order.isReduceOnly()) {
          BigDecimal is = held.getOrDefault(f.positionSide(), ZERO);
          assertTrue(is.signum() == -f.signedSize().signum(), f + " opens");
          assertTrue(f.size().compareTo(is.abs()) <= 0, f + " turns " + is);
        }
        moved(f);
      }
      assertEquals(0, s.filled.compareTo(u.filled()), u + " where fills say " + s.filled);
      assertTrue(s.order.size() == null || s.filled.compareTo(s.order.size()) <= 0, u + "");
      boolean all = s.filled.compareTo(s.order.size()) == 0;
      assertTrue(
          all == (u.status() == OrderStatus.FILLED) || u.status() == OrderStatus.EXPIRED, u + "");
      s.over = u.status().isTerminal();
    }

    private void moved(Fill f) {
      fills++;
      base = base.add(f.signedSize());
      quote = quote.subtract(f.signedSize().multiply(f.price())).subtract(f.fee().amount());
      if (kind != Kind.SPOT) {
        held.merge(f.positionSide(), f.signedSize(), BigDecimal::add);
      }
    }

    // -------------------------------------------------------------- what must hold

    void verify() {
      for (String asset : List.of("USD", "BTC")) {
        BigDecimal sum = ZERO;
        for (Account a : Account.values()) {
          sum = sum.add(ledger.get(asset, a));
        }
        assertEquals(0, sum.compareTo(asset.equals("USD") ? begin : ZERO), asset + " leaks");
      }
      BigDecimal usd = ledger.get("USD", Account.FREE).add(ledger.get("USD", Account.LOCKED));
      BigDecimal borne = ledger.get("USD", Account.INSURANCE).negate();
      if (kind == Kind.SPOT) {
        assertEquals(0, usd.compareTo(quote), usd + " where fills say " + quote);
        BigDecimal btc = ledger.get("BTC", Account.FREE).add(ledger.get("BTC", Account.LOCKED));
        assertEquals(0, btc.compareTo(base));
        assertTrue(ledger.get("USD", Account.FREE).signum() >= 0);
        assertTrue(ledger.get("BTC", Account.FREE).signum() >= 0);
      } else {
        verifyPositions(usd, borne);
      }
      List<String> open =
          matcher.openOrders(null, millis).stream().map(OrderUpdate::clientId).toList();
      List<String> live =
          orders.values().stream().filter(s -> !s.over).map(s -> s.order.clientId()).toList();
      assertEquals(Set.copyOf(live), Set.copyOf(open));
      for (OrderUpdate u : matcher.openOrders(null, millis)) {
        Order o = u.order();
        assertTrue(u.filled().compareTo(o.size()) < 0, u + " is filled and open");
        assertTrue(o.timeInForce() == TimeInForce.GTC || o.trigger() != null, u + " rests");
      }
    }

    private void verifyPositions(BigDecimal usd, BigDecimal borne) {
      BigDecimal cost = ZERO;
      for (Position p : margin.positions(millis)) {
        BigDecimal is = held.getOrDefault(p.side(), ZERO);
        assertEquals(0, p.size().compareTo(is), p + " where fills say " + is);
        cost = cost.add(p.entryPrice().multiply(p.size()));
      }
      held.forEach(
          (side, n) -> assertTrue(side != PositionSide.LONG || n.signum() >= 0, side + " " + n));
      held.forEach(
          (side, n) -> assertTrue(side != PositionSide.SHORT || n.signum() <= 0, side + " " + n));
      BigDecimal off = usd.subtract(quote.add(cost).add(borne)).abs();
      assertTrue(off.compareTo(new BigDecimal("0.000001")) < 0, "money is off by " + off);
      if (margin.positions(millis).isEmpty()) {
        assertEquals(0, usd.compareTo(quote.add(borne)), usd + " where fills say " + quote);
        assertTrue(usd.signum() >= 0, "nothing is owed when nothing is held");
        assertEquals(0, ledger.get("USD", Account.LOCKED).signum());
      }
      margin
          .balances()
          .forEach(b -> assertTrue(b.available().compareTo(b.total()) <= 0, b.toString()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatever_happens_the_laws_hold(Kind kind) {
    int fills = 0;
    int liquidations = 0;
    int payments = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(kind, seed);
      for (int step = 0; step < STEPS; step++) {
        run.pass();
        switch (run.random.nextInt(10)) {
          case 0, 1, 2 -> run.place();
          case 3 -> run.cancel();
          case 4 -> run.amend();
          case 5 -> run.mark();
          case 6, 7 -> run.show();
          default -> run.trade();
        }
        run.settle();
        run.verify();
      }
      fills += run.fills;
      liquidations += run.liquidations;
      payments += run.payments;
    }
    assertTrue(fills > 300, "too little happened: " + fills);
    assertTrue(kind == Kind.SPOT || liquidations > 3, "too few liquidations: " + liquidations);
    assertTrue(kind == Kind.SPOT || payments > 20, "too few payments: " + payments);
  }

  @Test
  void the_same_run_twice_is_the_same() {
    List<Integer> counts = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      Run run = new Run(Kind.CROSSED, 3);
      for (int step = 0; step < STEPS; step++) {
        run.pass();
        run.place();
        run.show();
        run.trade();
      }
      counts.add(run.fills);
    }
    assertEquals(counts.get(0), counts.get(1));
  }
}
