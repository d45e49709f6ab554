package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Closes positions whether their owners want it or not, and pays what nobody else can. */
final class Liquidation {

  // A position is called when this much of its equity is bound by maintenance.
  private static final BigDecimal CALL = new BigDecimal("0.8");

  private final Records records;
  private final Turn turn;
  private final Matcher matcher;
  private long lastForced;

  Liquidation(Records records, Turn turn, Matcher matcher) {
    this.records = records;
    this.turn = turn;
    this.matcher = matcher;
  }

  /** Calls whoever is near the maintenance margin, and liquidates whoever is below it. */
  void liquidate() {
    for (var account : records.customers()) {
      var assets = new TreeSet<String>();
      records.clearing.open(account, null).forEach(h -> assets.add(h.settle()));
      for (var asset : assets) {
        // What its orders need is no matter here, and this is asked at every trade.
        var equity = records.clearing.equity(account, asset, List.of());
        if (equity.isLiquidated()) {
          liquidate(account, asset);
        } else {
          call(account, asset, equity);
        }
      }
    }
  }

  private void call(String account, String asset, Equity equity) {
    var called = records.account(account).called;
    if (equity.maintenance().compareTo(equity.total().multiply(CALL)) < 0) {
      called.remove(asset);
    } else if (called.add(asset)) {
      var open =
          records.clearing.open(account, asset).stream().map(Clearing.Holding::snapshot).toList();
      turn.tell(l -> l.marginCall(account, asset, open, turn.now()));
    }
  }

  /**
   * All margined orders go, then the largest positions, until what is left suffices: by the book
   * where it is better than bankruptcy, and what it does not take the exchange takes over.
   */
  private void liquidate(String account, String asset) {
    for (var order : records.account(account).working()) {
      var listing = records.listing(order);
      if (listing.market.isMargined() && listing.market.requireMargin().settle().equals(asset)) {
        matcher.withdraw(order, Order.Expiry.LIQUIDATED);
      }
    }
    while (records.equity(account, asset).isLiquidated()) {
      var largest =
          records.clearing.open(account, asset).stream()
              .max(
                  Comparator.comparing(
                      h -> h.notionalAt(records.clearing.mark(h.market.name()).price())))
              .orElseThrow();
      var listing = records.listing(largest.market.name());
      var price = bankruptcy(largest);
      var order =
          begin(
              largest,
              price,
              largest.size.abs(),
              nextId("autoclose-"),
              Order.TimeInForce.IOC,
              Order.Cause.LIQUIDATION);
      matcher.match(listing, order, new ArrayList<>());
      if (order.remaining().signum() == 0) {
        matcher.finish(order);
      } else if (records.equity(account, asset).isLiquidated()) {
        takeOver(listing, order, bankruptcy(largest));
      } else {
        matcher.expire(order, Order.Expiry.UNFILLED_IOC_QUANTITY_EXPIRED);
      }
    }
    records.account(account).called.remove(asset);
  }

  /** The price that leaves an account nothing, to the tick, which is rounded in its favour. */
  private BigDecimal bankruptcy(Clearing.Holding holding) {
    var rounding = holding.size.signum() > 0 ? RoundingMode.CEILING : RoundingMode.FLOOR;
    return records
        .listing(holding.market.name())
        .onTick(records.clearing.priceOfEnd(holding, ZERO), rounding);
  }

  /** An order of the venue itself, which nothing can refuse, that closes a position. */
  private Working begin(
      Clearing.Holding holding,
      BigDecimal price,
      BigDecimal quantity,
      String clientId,
      Order.TimeInForce time,
      Order.Cause cause) {
    var request =
        new OrderRequest(
            holding.market.name(),
            holding.size.signum() > 0 ? Side.SELL : Side.BUY,
            Order.Type.LIMIT,
            time,
            Order.SelfTrade.NONE,
            price,
            quantity,
            null,
            clientId,
            holding.side,
            false,
            0);
    var order =
        new Working(records.lastOrder + 1, holding.account, request, quantity, cause, turn.now());
    matcher.open(order);
    return order;
  }

  void settlePositions(Listing listing) {
    var mark = records.clearing.mark(listing.market.name());
    var price = listing.onTick(mark.price(), RoundingMode.HALF_EVEN);
    for (var account : records.customers()) {
      for (var holding : records.clearing.open(account, null)) {
        if (holding.market.name().equals(listing.market.name())) {
          var id = nextId("settlement_autoclose-");
          var quantity = holding.size.abs();
          var order =
              begin(holding, price, quantity, id, Order.TimeInForce.GTC, Order.Cause.SETTLEMENT);
          takeOver(listing, order, price);
        }
      }
    }
  }

  /** Closes a part of a position against the exchange itself, at the mark price. */
  void deleverage(Listing listing, Clearing.Holding holding, BigDecimal quantity) {
    var mark = records.clearing.mark(listing.market.name());
    var price = listing.onTick(mark.price(), RoundingMode.HALF_EVEN);
    var order =
        begin(holding, price, quantity, "adl_autoclose", Order.TimeInForce.GTC, Order.Cause.ADL);
    takeOver(listing, order, price);
    matcher.knockOut(listing, order, order);
  }

  /** The exchange is the other side of what is left of an order; no trade is published. */
  private void takeOver(Listing listing, Working order, BigDecimal price) {
    var market = listing.market;
    var quantity = order.remaining();
    long id = ++listing.lastTrade;
    var profit = matcher.clear(market, order, price, quantity, ZERO, id);
    var own = records.clearing.holding(Exchange.HOUSE, market.name(), Position.Side.BOTH);
    records.clearing.trade(own, order.side().opposite(), price, quantity, turn.now());
    order.trade(quantity, times(price, quantity), turn.now());
    var fill = matcher.fill(market, id, order, price, quantity, ZERO, profit, false);
    turn.report(Execution.Type.CALCULATED, order, order.clientId(), fill, ZERO, false);
    matcher.finish(order);
  }

  /** What an account owes that has no position left, the exchange pays. */
  void insure() {
    for (var account : turn.moved()) {
      for (var asset : turn.touched(account)) {
        var owed = records.ledger.balance(account, asset).free().negate();
        if (owed.signum() > 0 && !records.clearing.mayOwe(account, asset)) {
          records.ledger.insure(Exchange.HOUSE, account, asset, owed);
          records.pay(account, "", Income.Type.INSURANCE, asset, owed);
        }
      }
    }
  }

  private String nextId(String start) {
    return start + turn.now() + String.format(Locale.ROOT, "%06d", ++lastForced);
  }
}
