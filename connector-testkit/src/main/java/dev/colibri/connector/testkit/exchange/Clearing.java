package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.min;
import static dev.colibri.connector.testkit.exchange.Amounts.times;
import static dev.colibri.connector.testkit.exchange.Amounts.value;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Positions and what stands behind them: leverage, marks, margin. Cross margin: one wallet an asset
 * stands behind all positions that are settled in it.
 */
final class Clearing {

  /** What an account has that never said otherwise. */
  static final int USUAL_LEVERAGE = 20;

  static final BigDecimal USUAL_RATE = new BigDecimal("0.0001");

  /** A position while it changes. */
  static final class Holding {
    final String account;
    final Position.Side side;
    Market market;
    BigDecimal size = ZERO;
    BigDecimal cost = ZERO;
    BigDecimal realised = ZERO;
    long updated;

    Holding(String account, Market market, Position.Side side) {
      this.account = account;
      this.market = market;
      this.side = side;
    }

    boolean isOpen() {
      return size.signum() != 0;
    }

    String settle() {
      return market.requireMargin().settle();
    }

    BigDecimal notionalAt(BigDecimal price) {
      return value(size, price).abs();
    }

    Position snapshot() {
      return new Position(account, market.name(), side, size, cost, realised, updated);
    }
  }

  private static final class Account {
    final Map<String, Integer> leverages = new LinkedHashMap<>();
    final Map<String, Map<Position.Side, Holding>> holdings = new LinkedHashMap<>();
    boolean hedged;

    Map<Position.Side, Holding> of(String market) {
      return holdings.getOrDefault(market, Map.of());
    }

    List<Holding> all() {
      return holdings.values().stream().flatMap(sides -> sides.values().stream()).toList();
    }
  }

  private final Ledger ledger;
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Map<String, Market> markets = new LinkedHashMap<>();
  private final Map<String, Mark> marks = new LinkedHashMap<>();

  Clearing(Ledger ledger) {
    this.ledger = ledger;
  }

  void list(Market market) {
    markets.put(market.name(), market);
    marks.put(market.name(), new Mark(ZERO, ZERO, USUAL_RATE, 0));
  }

  void open(String account) {
    accounts.put(account, new Account());
  }

  Collection<Market> markets() {
    return markets.values();
  }

  /** The rules of now. */
  void follow(Market market) {
    if (markets.replace(market.name(), market) != null) {
      accounts.values().forEach(a -> a.of(market.name()).values().forEach(h -> h.market = market));
    }
  }

  private Account account(String name) {
    return Objects.requireNonNull(accounts.get(name), name);
  }

  private Market market(String name) {
    return Objects.requireNonNull(markets.get(name), name);
  }

  Mark mark(String market) {
    return Objects.requireNonNull(marks.get(market), market);
  }

  void mark(String market, Mark mark) {
    marks.put(market, mark);
  }

  // Settings

  boolean isHedged(String account) {
    return account(account).hedged;
  }

  void hedge(String account, boolean hedged) {
    account(account).hedged = hedged;
  }

  int leverage(String account, String market) {
    int most = market(market).requireMargin().maxLeverage();
    return account(account).leverages.getOrDefault(market, Math.min(most, USUAL_LEVERAGE));
  }

  void leverage(String account, String market, int leverage) {
    account(account).leverages.put(market, leverage);
  }

  // Positions

  /** The position that an order of this side works on, begun if need be. */
  Holding holding(String account, String market, Position.Side side) {
    return account(account)
        .holdings
        .computeIfAbsent(market, m -> new EnumMap<>(Position.Side.class))
        .computeIfAbsent(side, s -> new Holding(account, market(market), s));
  }

  Position position(String account, String market, Position.Side side) {
    var holding = account(account).of(market).get(side);
    return holding == null
        ? new Position(account, market, side, ZERO, ZERO, ZERO, 0)
        : holding.snapshot();
  }

  /** Positions that are open, in the order in which their markets were first traded. */
  List<Holding> open(String account, @Nullable String asset) {
    var result = new ArrayList<Holding>();
    for (var holding : account(account).all()) {
      if (holding.isOpen() && (asset == null || holding.settle().equals(asset))) {
        result.add(holding);
      }
    }
    return result;
  }

  /** How much of an order could trade, as far as its position is concerned. */
  BigDecimal room(Working order) {
    if (!order.request().reduces()) {
      return order.remaining();
    }
    var size = size(order.account(), order.request().market(), order.request().positionSide());
    boolean opposite = size.signum() == (order.side() == Side.BUY ? -1 : 1);
    return opposite ? min(size.abs(), order.remaining()) : ZERO;
  }

  private BigDecimal size(String account, String market, Position.Side side) {
    var holding = account(account).of(market).get(side);
    return holding == null ? ZERO : holding.size;
  }

  /**
   * Changes a position by a trade, and the wallet by what that realised, which is returned.
   *
   * <p>Exact: what a part of a position cost is rounded, and the rest keeps what was rounded away.
   */
  BigDecimal trade(Holding holding, Side side, BigDecimal price, BigDecimal quantity, long now) {
    boolean buys = side == Side.BUY;
    int sign = holding.size.signum();
    var closed = sign == (buys ? -1 : 1) ? min(holding.size.abs(), quantity) : ZERO;
    var profit = ZERO;
    if (closed.signum() != 0) {
      var part =
          closed.equals(holding.size.abs())
              ? holding.cost
              : holding
                  .cost
                  .multiply(closed)
                  .divide(holding.size.abs(), Amounts.DECIMALS, RoundingMode.HALF_EVEN);
      var brought = signed(times(price, closed), sign > 0);
      profit = brought.subtract(part);
      holding.cost = holding.cost.subtract(part);
      holding.size = holding.size.subtract(signed(closed, sign > 0));
      holding.realised = holding.realised.add(profit);
      ledger.realise(holding.account, holding.settle(), profit);
    }
    var opened = quantity.subtract(closed);
    holding.size = holding.size.add(signed(opened, buys));
    holding.cost = holding.cost.add(signed(times(price, opened), buys));
    holding.updated = now;
    return profit;
  }

  private static BigDecimal signed(BigDecimal amount, boolean positive) {
    return positive ? amount : amount.negate();
  }

  // Margin

  /** What stands behind an account's positions, and what they and these orders need. */
  Equity equity(String account, String asset, Collection<Working> orders) {
    return equity(account, asset, orders, null, ZERO, ZERO);
  }

  private Equity equity(
      String account,
      String asset,
      Collection<Working> orders,
      @Nullable OrderRequest more,
      BigDecimal price,
      BigDecimal quantity) {
    var unrealised = ZERO;
    var maintenance = ZERO;
    var positionMargin = ZERO;
    var margin = ZERO;
    for (var entry : markets.entrySet()) {
      var name = entry.getKey();
      var rules = entry.getValue().requireMargin();
      if (!rules.settle().equals(asset)) {
        continue;
      }
      var mark = mark(name).price();
      var exposure = new Exposure();
      for (var holding : account(account).of(name).values()) {
        var notional = value(holding.size, mark);
        unrealised = unrealised.add(notional.subtract(holding.cost));
        maintenance = maintenance.add(value(notional.abs(), rules.maintenance()));
        exposure.add(holding.side, notional);
      }
      var leverage = BigDecimal.valueOf(leverage(account, name));
      positionMargin = positionMargin.add(margin(exposure.needed(), leverage));
      for (var order : orders) {
        if (order.request().market().equals(name) && !order.request().reduces()) {
          exposure.add(order.request(), order.notional());
        }
      }
      if (more != null && more.market().equals(name) && !more.reduces()) {
        exposure.add(more, value(price, quantity));
      }
      margin = margin.add(margin(exposure.needed(), leverage));
    }
    return new Equity(
        ledger.balance(account, asset).free(),
        unrealised,
        positionMargin,
        margin.subtract(positionMargin),
        maintenance);
  }

  private static BigDecimal margin(BigDecimal notional, BigDecimal leverage) {
    return notional.divide(leverage, Amounts.DECIMALS, RoundingMode.UP);
  }

  /** What an account may come to hold in one market. */
  private static final class Exposure {
    private BigDecimal net = ZERO;
    private BigDecimal buys = ZERO;
    private BigDecimal sells = ZERO;
    private BigDecimal hedged = ZERO;

    void add(Position.Side side, BigDecimal notional) {
      if (side == Position.Side.BOTH) {
        net = net.add(notional);
      } else {
        hedged = hedged.add(notional.abs());
      }
    }

    void add(OrderRequest order, BigDecimal notional) {
      if (order.positionSide() != Position.Side.BOTH) {
        hedged = hedged.add(notional);
      } else if (order.side() == Side.BUY) {
        buys = buys.add(notional);
      } else {
        sells = sells.add(notional);
      }
    }

    /** The worse of all buys filled and all sells filled. */
    BigDecimal needed() {
      return net.add(buys).abs().max(net.subtract(sells).abs()).add(hedged);
    }
  }

  /**
   * Whether the wallet bears one more order: what it and everything open need then, and what it
   * loses at once against the mark price. An order that makes the account need less always may.
   *
   * @param price what the order would pay, its limit or what it finds in the book
   */
  boolean bears(
      String account,
      OrderRequest order,
      BigDecimal price,
      BigDecimal quantity,
      Collection<Working> others) {
    var asset = market(order.market()).requireMargin().settle();
    var before = equity(account, asset, others);
    var after = equity(account, asset, others, order, price, quantity);
    var more = after.orderMargin().subtract(before.orderMargin());
    if (more.signum() <= 0) {
      return true;
    }
    var mark = mark(order.market());
    var worse = mark.isKnown() ? price.subtract(mark.price()) : ZERO;
    var loss = value(signed(worse, order.side() == Side.BUY).max(ZERO), quantity);
    var free = before.total().subtract(before.positionMargin()).subtract(before.orderMargin());
    return free.compareTo(more.add(loss)) >= 0;
  }

  /**
   * The price at which an account's equity would be what is left for a position, others as marked.
   *
   * @param share of the notional that must be left: the maintenance rate for the price of
   *     liquidation, zero for the price of bankruptcy
   * @return not positive if no price does that
   */
  BigDecimal priceOfEnd(Holding holding, BigDecimal share) {
    var equity = equity(holding.account, holding.settle(), List.of());
    var mark = mark(holding.market.name()).price();
    var own = value(holding.size, mark).subtract(holding.cost);
    var ownMaintenance =
        value(value(holding.size.abs(), mark), holding.market.requireMargin().maintenance());
    var others = equity.total().subtract(own);
    if (share.signum() > 0) {
      others = others.subtract(equity.maintenance().subtract(ownMaintenance));
    }
    // others + size * price - cost = |size| * price * share
    var slope = holding.size.subtract(holding.size.abs().multiply(share));
    return holding.cost.subtract(others).divide(slope, Amounts.DECIMALS, RoundingMode.HALF_EVEN);
  }

  // Proofs

  /** Whether a wallet may be below zero: positions stand behind it, or it is the exchange's own. */
  boolean mayOwe(String account, String asset) {
    return account.equals(Exchange.HOUSE) || !open(account, asset).isEmpty();
  }

  void verify() {
    var costs = new TreeMap<String, BigDecimal>();
    var sizes = new TreeMap<String, BigDecimal>();
    accounts.forEach(
        (name, account) -> {
          var realised = new TreeMap<String, BigDecimal>();
          for (var h : account.all()) {
            var what = name + "'s position of " + h.market.name();
            require(h.size.signum() == h.cost.signum(), what + " costs what it is not");
            require(
                h.side == Position.Side.BOTH
                    || h.size.signum() != (h.side == Position.Side.LONG ? -1 : 1),
                what + " is on the wrong side");
            require(
                !h.isOpen() || (h.side != Position.Side.BOTH) == account.hedged,
                what + " is not of the account's mode");
            costs.merge(h.settle(), h.cost, BigDecimal::add);
            sizes.merge(h.market.name(), h.size, BigDecimal::add);
            realised.merge(h.settle(), h.realised, BigDecimal::add);
          }
          realised.forEach(
              (asset, sum) ->
                  require(
                      ledger.totals(name, asset).realised().equals(sum),
                      name + " has realised another " + asset + " than its positions"));
        });
    sizes.forEach((market, sum) -> require(sum.signum() == 0, market + " is longer than short"));
    costs.forEach(
        (asset, sum) ->
            require(
                ledger.cleared(asset).equals(sum),
                "profit in " + asset + " is not what open positions cost"));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("the clearing is wrong: " + otherwise);
    }
  }
}
