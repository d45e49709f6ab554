package dev.colibri.connector.engine;

import dev.colibri.connector.engine.PaperLedger.Account;
import dev.colibri.connector.engine.PaperOrder.Take;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Money on perpetuals: positions, and what stands behind them. An order opens, closes or turns a
 * position; only what is realised, fees and funding move money.
 *
 * <p>Where venues differ, the worse for the account is taken: a profit that is not realised opens
 * nothing, a loss that is not realised is taken off at once, and a liquidation leaves nothing of
 * what stood behind the position.
 */
final class PaperMargin implements PaperMoney {
  /** The most leverage of an instrument of which the venue does not tell it to everybody. */
  private static final BigDecimal USUAL_MOST = BigDecimal.valueOf(20);

  /** What no venue exceeds. */
  private static final BigDecimal MOST = BigDecimal.valueOf(150);

  private static final int DIGITS = 18;
  private static final BigDecimal ZERO = BigDecimal.ZERO;

  private final Fees fees;
  private final PaperLedger ledger;
  private final MarginMode usualMode;
  private final Map<Instrument, Leverage> leverages = new LinkedHashMap<>();
  private final Map<Instrument, BigDecimal> marks = new LinkedHashMap<>();
  private final Map<Key, Holding> holdings = new LinkedHashMap<>();
  private final Set<Key> moved = new LinkedHashSet<>();

  /** Those that something is set aside for. */
  private final Set<PaperOrder> orders = new LinkedHashSet<>();

  private record Key(Instrument instrument, PositionSide side) {}

  /** A position while it changes. */
  private static final class Holding {
    final Key key;

    /** In base units, negative when short. */
    BigDecimal size = ZERO;

    /** What was paid for it, less what was received. */
    BigDecimal cost = ZERO;

    /** What is put aside for it where it is isolated. */
    BigDecimal margin = ZERO;

    Holding(Key key) {
      this.key = key;
    }

    boolean isOpen() {
      return size.signum() != 0;
    }

    Instrument instrument() {
      return key.instrument;
    }

    String settle() {
      return key.instrument.settle();
    }

    BigDecimal entry() {
      return cost.divide(size, MathContext.DECIMAL64);
    }
  }

  PaperMargin(Fees fees, PaperLedger ledger, MarginMode usualMode) {
    this.fees = fees;
    this.ledger = ledger;
    this.usualMode = usualMode;
  }

  @Override
  public PaperLedger ledger() {
    return ledger;
  }

  // ---------------------------------------------------------------- leverage

  /** How positions of an instrument are margined: once, and crossed, unless it was said. */
  Leverage leverage(Instrument instrument) {
    Leverage known = leverages.get(instrument);
    return known == null ? new Leverage(instrument, BigDecimal.ONE, usualMode) : known;
  }

  /** Changes leverage and margin mode of an instrument; returns why not, or null. */
  @Nullable Fault leverage(Leverage wanted) {
    Instrument i = wanted.instrument();
    Leverage before = leverage(i);
    if (wanted.isSame(before)) {
      return null;
    }
    BigDecimal told = i.maxLeverage();
    BigDecimal most = told == null ? MOST : told;
    if (wanted.leverage().compareTo(most) > 0) {
      return fault("%s takes leverage up to %s".formatted(i.name(), most.toPlainString()));
    }
    boolean held = isHeld(i);
    boolean used = held || orders.stream().anyMatch(w -> w.order.instrument().equals(i));
    if (used && wanted.mode() != before.mode()) {
      return fault("positions or orders keep %s in margin mode %s".formatted(i, before.mode()));
    }
    if (held && before.mode() == MarginMode.ISOLATED) {
      return fault("an isolated position keeps the leverage of %s".formatted(i));
    }
    BigDecimal needed = margin(i.settle(), null, null, ZERO);
    BigDecimal free = free(i.settle());
    leverages.put(i, wanted);
    BigDecimal more = margin(i.settle(), null, null, ZERO).subtract(needed);
    if (more.signum() > 0 && more.compareTo(free) > 0) {
      leverages.put(i, before);
      return Fault.of(
          Fault.Kind.INSUFFICIENT_FUNDS,
          "paper: %s needs %s more margin, and %s is free"
              .formatted(i.name(), more.toPlainString(), free.toPlainString()));
    }
    holdings.values().stream()
        .filter(h -> h.instrument().equals(i) && h.isOpen())
        .forEach(h -> moved.add(h.key));
    return null;
  }

  private static Fault fault(String why) {
    return Fault.of(Fault.Kind.REJECTED, "paper: " + why);
  }

  private boolean isIsolated(Instrument instrument) {
    return leverage(instrument).mode() == MarginMode.ISOLATED;
  }

  /** The share of its notional that a position must keep: half of the least it is opened with. */
  private BigDecimal maintenance(Instrument instrument) {
    BigDecimal told = instrument.maxLeverage();
    BigDecimal most = told == null ? USUAL_MOST.max(leverage(instrument).leverage()) : told;
    return BigDecimal.ONE.divide(
        most.multiply(BigDecimal.valueOf(2)), DIGITS, RoundingMode.CEILING);
  }

  // ---------------------------------------------------------------- positions

  /** What positions of an instrument are valued by, from now on. */
  void mark(Instrument instrument, BigDecimal price) {
    marks.put(instrument, price);
  }

  /** The mark price of an instrument; null while none was told. */
  @Nullable BigDecimal mark(Instrument instrument) {
    return marks.get(instrument);
  }

  /** Whether anything is held of an instrument. */
  boolean isHeld(Instrument instrument) {
    return holdings.values().stream()
        .anyMatch(h -> h.isOpen() && h.instrument().equals(instrument));
  }

  /** Whether anything is held, or set aside for. */
  boolean isUsed() {
    return !orders.isEmpty() || holdings.values().stream().anyMatch(Holding::isOpen);
  }

  /** What is held, and what is held no more since this was asked last. */
  List<Position> takeMoved(long millis) {
    List<Position> all = moved.stream().map(k -> position(holding(k), millis)).toList();
    moved.clear();
    return all;
  }

  /** Every position that is not flat. */
  List<Position> positions(long millis) {
    return holdings.values().stream()
        .filter(Holding::isOpen)
        .map(h -> position(h, millis))
        .toList();
  }

  private Position position(Holding h, long millis) {
    Instrument i = h.instrument();
    Leverage leverage = leverage(i);
    Position.Builder p =
        Position.of(i, h.key.side, PaperLedger.plain(h.size))
            .leverage(leverage.leverage(), leverage.mode())
            .asOf(millis);
    if (h.isOpen()) {
      p.entryPrice(PaperLedger.plain(h.entry()))
          .markPrice(marks.get(i))
          .liquidationPrice(liquidationPrice(h))
          .unrealisedProfit(PaperLedger.plain(profit(h)))
          .margin(isIsolated(i) ? h.margin : initial(value(h).abs(), i));
    }
    return p.build();
  }

  private Holding holding(Key key) {
    return holdings.computeIfAbsent(key, Holding::new);
  }

  private static Key key(Order order) {
    PositionSide side = order.positionSide();
    return new Key(order.instrument(), side == null ? PositionSide.NET : side);
  }

  /** By the mark price; by its own price while none was told. */
  private BigDecimal value(Holding h) {
    BigDecimal mark = marks.get(h.instrument());
    return mark == null ? h.cost : h.size.multiply(mark);
  }

  private BigDecimal profit(Holding h) {
    return value(h).subtract(h.cost);
  }

  private BigDecimal initial(BigDecimal notional, Instrument instrument) {
    return notional.divide(leverage(instrument).leverage(), DIGITS, RoundingMode.CEILING);
  }

  private BigDecimal least(Holding h) {
    return value(h).abs().multiply(maintenance(h.instrument()));
  }

  private List<Holding> open(String asset, boolean isolated) {
    return holdings.values().stream()
        .filter(h -> h.isOpen() && h.settle().equals(asset))
        .filter(h -> isIsolated(h.instrument()) == isolated)
        .toList();
  }

  /** What stands behind a position apart from its own profit. */
  private BigDecimal behind(Holding h) {
    if (isIsolated(h.instrument())) {
      return h.margin;
    }
    BigDecimal sum = ledger.get(h.settle(), Account.FREE);
    for (Holding other : open(h.settle(), false)) {
      sum = other == h ? sum : sum.add(profit(other)).subtract(least(other));
    }
    return sum;
  }

  /** The price at which what is left for a position is the least it needs; others as marked. */
  private @Nullable BigDecimal liquidationPrice(Holding h) {
    // behind + size * price - cost = |size| * price * share
    BigDecimal slope = h.size.subtract(h.size.abs().multiply(maintenance(h.instrument())));
    BigDecimal price =
        h.cost.subtract(behind(h)).divide(slope, h.instrument().priceDigits() + 2, up(h));
    return price.signum() > 0 ? price : null;
  }

  /** Towards the mark price: a long position is liquidated below it, a short one above. */
  private static RoundingMode up(Holding h) {
    return h.size.signum() > 0 ? RoundingMode.CEILING : RoundingMode.FLOOR;
  }

  // ---------------------------------------------------------------- what orders need

  @Override
  public @Nullable BigDecimal room(Order order) {
    if (!order.isReduceOnly()) {
      return null;
    }
    Holding h = holdings.get(key(order));
    boolean closes = h != null && h.size.signum() == (order.side() == Side.BUY ? -1 : 1);
    return closes ? h.size.abs() : ZERO;
  }

  /** What may come to be held of one instrument. */
  private static final class Exposure {
    BigDecimal net = ZERO;
    BigDecimal hedged = ZERO;
    BigDecimal buys = ZERO;
    BigDecimal sells = ZERO;
    BigDecimal opening = ZERO;
    BigDecimal rate = ZERO;

    void add(Order order, BigDecimal notional, BigDecimal dearest) {
      if (order.isHedged()) {
        opening = opening.add(notional);
      } else if (order.side() == Side.BUY) {
        buys = buys.add(notional);
      } else {
        sells = sells.add(notional);
      }
      rate = rate.max(dearest);
    }

    BigDecimal held() {
      return net.abs().add(hedged);
    }

    /** The worse of all buys filled and all sells filled. */
    BigDecimal most() {
      return net.add(buys).abs().max(net.subtract(sells).abs()).add(hedged).add(opening);
    }
  }

  /**
   * What positions and orders need of an asset.
   *
   * @param without an order that does not count; null for none
   * @param with another order that does; null for none
   * @param notional of that order
   */
  private BigDecimal margin(
      String asset, @Nullable PaperOrder without, @Nullable Order with, BigDecimal notional) {
    Map<Instrument, Exposure> all = new LinkedHashMap<>();
    for (Holding h : holdings.values()) {
      if (h.isOpen() && h.settle().equals(asset)) {
        Exposure e = all.computeIfAbsent(h.instrument(), i -> new Exposure());
        if (h.key.side == PositionSide.NET) {
          e.net = e.net.add(value(h));
        } else {
          e.hedged = e.hedged.add(value(h).abs());
        }
      }
    }
    for (PaperOrder w : orders) {
      if (w != without && w.order.instrument().settle().equals(asset)) {
        all.computeIfAbsent(w.order.instrument(), i -> new Exposure())
            .add(w.order, w.price().multiply(w.remaining()), fees.dearest(w.order));
      }
    }
    if (with != null) {
      all.computeIfAbsent(with.instrument(), i -> new Exposure())
          .add(with, notional, fees.dearest(with));
    }
    BigDecimal sum = ZERO;
    for (Map.Entry<Instrument, Exposure> entry : all.entrySet()) {
      Exposure e = entry.getValue();
      BigDecimal more = e.most().subtract(e.held()).max(ZERO);
      // What stands behind an isolated position is put aside already.
      BigDecimal needs = isIsolated(entry.getKey()) ? more : e.most().max(e.held());
      sum = sum.add(initial(needs, entry.getKey())).add(more.multiply(e.rate));
    }
    return sum;
  }

  /** What a new order may need of an asset; negative where positions need more than there is. */
  private BigDecimal free(String asset) {
    return worth(asset).subtract(margin(asset, null, null, ZERO));
  }

  /** What is not put aside, less what crossed positions would lose. */
  private BigDecimal worth(String asset) {
    BigDecimal profit = ZERO;
    for (Holding h : open(asset, false)) {
      profit = profit.add(profit(h));
    }
    return ledger.get(asset, Account.FREE).add(profit.min(ZERO));
  }

  @Override
  public @Nullable Fault hold(PaperOrder w, Order as, List<Take> takes) {
    leverages.computeIfAbsent(
        as.instrument(),
        i ->
            new Leverage(i, BigDecimal.ONE, as.marginMode() == null ? usualMode : as.marginMode()));
    if (as.isReduceOnly()) {
      return null;
    }
    BigDecimal left = as.size() == null ? null : w.remaining(as);
    BigDecimal notional = ZERO;
    BigDecimal loss = ZERO;
    BigDecimal mark = marks.get(as.instrument());
    for (Take t : takes) {
      notional = notional.add(t.price().multiply(t.size()));
      BigDecimal worse = mark == null ? ZERO : t.price().subtract(mark).multiply(t.size());
      loss = loss.add((as.side() == Side.BUY ? worse : worse.negate()).max(ZERO));
      left = left == null ? null : left.subtract(t.size());
    }
    if (as.price() != null && left != null) {
      notional = notional.add(as.price().multiply(left)).max(as.price().multiply(w.remaining(as)));
    }
    String asset = as.instrument().settle();
    BigDecimal before = margin(asset, null, null, ZERO);
    BigDecimal more = margin(asset, w, as, notional).subtract(before);
    BigDecimal free = worth(asset).subtract(before);
    if (more.signum() > 0 && more.add(loss).compareTo(free) > 0) {
      return PaperMoney.lacking(as, more.add(loss), asset, free.max(ZERO));
    }
    orders.add(w);
    ledger.touch();
    return null;
  }

  @Override
  public void release(PaperOrder w) {
    if (orders.remove(w)) {
      ledger.touch();
    }
  }

  // ---------------------------------------------------------------- what moves money

  @Override
  public Fee filled(PaperOrder w, BigDecimal price, BigDecimal size, Liquidity liquidity) {
    Order order = w.order;
    Holding h = holding(key(order));
    trade(h, order.side(), price, size);
    Fee fee = fees.estimate(order.instrument(), order.side(), price, size, liquidity);
    ledger.move(fee.asset(), Account.FREE, Account.FEES, fee.amount());
    cover(h.settle());
    return fee;
  }

  /**
   * Changes a position by a trade. Exact: what a part of it cost is rounded, and the rest keeps
   * what was rounded away.
   */
  private void trade(Holding h, Side side, BigDecimal price, BigDecimal size) {
    boolean buys = side == Side.BUY;
    int sign = h.size.signum();
    moved.add(h.key);
    BigDecimal closed = sign == (buys ? -1 : 1) ? h.size.abs().min(size) : ZERO;
    if (closed.signum() > 0) {
      boolean all = closed.compareTo(h.size.abs()) == 0;
      BigDecimal part = all ? h.cost : share(h.cost, closed, h.size.abs());
      BigDecimal margin = all ? h.margin : share(h.margin, closed, h.size.abs());
      BigDecimal brought = signed(price.multiply(closed), sign > 0);
      h.cost = h.cost.subtract(part);
      h.size = h.size.subtract(signed(closed, sign > 0));
      h.margin = h.margin.subtract(margin);
      ledger.move(h.settle(), Account.LOCKED, Account.FREE, margin);
      ledger.move(h.settle(), Account.MARKET, Account.FREE, brought.subtract(part));
    }
    BigDecimal opened = size.subtract(closed);
    if (opened.signum() > 0) {
      h.size = h.size.add(signed(opened, buys));
      h.cost = h.cost.add(signed(price.multiply(opened), buys));
      if (isIsolated(h.instrument())) {
        BigDecimal margin = initial(price.multiply(opened), h.instrument());
        h.margin = h.margin.add(margin);
        ledger.move(h.settle(), Account.FREE, Account.LOCKED, margin);
      }
    }
  }

  private static BigDecimal share(BigDecimal amount, BigDecimal part, BigDecimal of) {
    return amount.multiply(part).divide(of, DIGITS, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal signed(BigDecimal amount, boolean positive) {
    return positive ? amount : amount.negate();
  }

  /** The venue bears what is lost beyond what there was, when nothing crossed is held any more. */
  private void cover(String asset) {
    BigDecimal free = ledger.get(asset, Account.FREE);
    if (free.signum() < 0 && open(asset, false).isEmpty()) {
      ledger.move(asset, Account.INSURANCE, Account.FREE, free.negate());
    }
  }

  /**
   * Pays or receives funding for what is held of an instrument.
   *
   * @param rate as a fraction of the notional at the mark price; positive: longs pay
   * @param id of the payment, to which more is added where there is more than one
   */
  List<FundingPayment> fund(Instrument instrument, BigDecimal rate, String id, long millis) {
    List<FundingPayment> payments = new ArrayList<>();
    for (Holding h : holdings.values()) {
      if (!h.isOpen() || !h.instrument().equals(instrument)) {
        continue;
      }
      BigDecimal amount = PaperLedger.plain(value(h).multiply(rate).negate());
      boolean isolated = isIsolated(instrument);
      Account from = isolated ? Account.LOCKED : Account.FREE;
      ledger.move(h.settle(), Account.FUNDING, from, amount);
      h.margin = isolated ? h.margin.add(amount) : h.margin;
      moved.add(h.key);
      payments.add(
          new FundingPayment(
              instrument,
              h.key.side == PositionSide.NET ? id : id + "-" + h.key.side,
              h.settle(),
              amount,
              rate,
              PaperLedger.plain(h.size),
              millis));
    }
    return payments;
  }

  // ---------------------------------------------------------------- liquidation

  /** Whether what stands behind a position is no more than the least it needs. */
  private boolean isShort(Holding h) {
    return h.margin.add(profit(h)).compareTo(least(h)) <= 0;
  }

  private boolean isShort(String asset) {
    BigDecimal equity = ledger.get(asset, Account.FREE);
    BigDecimal least = ZERO;
    for (Holding h : open(asset, false)) {
      equity = equity.add(profit(h));
      least = least.add(least(h));
    }
    return least.signum() > 0 && equity.compareTo(least) <= 0;
  }

  /**
   * The instruments whose positions the venue takes over now, together; empty where what stands
   * behind them is enough.
   */
  Set<Instrument> failing() {
    Set<Instrument> failing = new LinkedHashSet<>();
    for (String asset : ledger.assets()) {
      for (Holding h : open(asset, true)) {
        if (failing.isEmpty() && isShort(h)) {
          failing.add(h.instrument());
        }
      }
      if (failing.isEmpty() && isShort(asset)) {
        open(asset, false).forEach(h -> failing.add(h.instrument()));
      }
    }
    return failing;
  }

  /**
   * Closes positions at the prices that leave nothing of what stood behind them: of several, all
   * but the largest at their mark prices.
   *
   * @param ids makes an id for each trade
   */
  List<Fill> liquidate(Set<Instrument> of, Supplier<String> ids, long millis) {
    List<Holding> closing =
        holdings.values().stream()
            .filter(h -> h.isOpen() && of.contains(h.instrument()))
            .filter(h -> !isIsolated(h.instrument()) || isShort(h))
            .sorted(Comparator.comparing((Holding h) -> value(h).abs()))
            .toList();
    List<Fill> fills = new ArrayList<>();
    for (int n = 0; n < closing.size(); n++) {
      Holding h = closing.get(n);
      Instrument i = h.instrument();
      boolean last = n == closing.size() - 1 || isIsolated(i);
      BigDecimal mark = value(h).divide(h.size, MathContext.DECIMAL64);
      BigDecimal nothing = h.cost.subtract(behind(h)).divide(h.size, MathContext.DECIMAL128);
      boolean sells = h.size.signum() > 0;
      BigDecimal price =
          i.rules()
              .roundPrice(last ? nothing : mark, sells ? RoundingMode.FLOOR : RoundingMode.CEILING)
              .max(i.rules().tickSize());
      Fill fill =
          Fill.of(i, ids.get())
              .order(null, "paper-liquidation")
              .side(sells ? Side.SELL : Side.BUY)
              .price(price)
              .size(PaperLedger.plain(h.size.abs()))
              .fee(new Fee(h.settle(), ZERO))
              .liquidity(Liquidity.TAKER)
              .cause(Fill.Cause.LIQUIDATION)
              .position(h.key.side)
              .at(millis)
              .build();
      BigDecimal before = ledger.get(h.settle(), Account.FREE);
      trade(h, fill.side(), price, fill.size());
      BigDecimal lost = before.subtract(ledger.get(h.settle(), Account.FREE));
      if (isIsolated(i) && lost.signum() > 0) {
        ledger.move(h.settle(), Account.INSURANCE, Account.FREE, lost);
      }
      fills.add(fill);
    }
    ledger.assets().forEach(this::cover);
    return fills;
  }

  // ---------------------------------------------------------------- what is told

  @Override
  public List<Balance> balances() {
    List<Balance> all = new ArrayList<>();
    for (String asset : ledger.assets()) {
      BigDecimal total = ledger.get(asset, Account.FREE).add(ledger.get(asset, Account.LOCKED));
      BigDecimal available = free(asset).max(ZERO).min(total);
      all.add(new Balance(asset, PaperLedger.plain(total), PaperLedger.plain(available)));
    }
    return all;
  }
}
