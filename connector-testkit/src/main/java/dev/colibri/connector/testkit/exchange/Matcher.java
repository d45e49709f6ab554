package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.min;
import static dev.colibri.connector.testkit.exchange.Amounts.share;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;

/** Trades orders by price and time, and moves what they lock, own and owe. */
final class Matcher {

  private final Records records;
  private final Turn turn;
  private final Liquidity liquidity;
  private final Marks marks;
  // Orders that expire at a time, by that time and their number.
  private final TreeMap<Long, TreeMap<Long, Working>> ending = new TreeMap<>();

  Matcher(Records records, Turn turn, Liquidity liquidity, Marks marks) {
    this.records = records;
    this.turn = turn;
    this.liquidity = liquidity;
    this.marks = marks;
  }

  /** Takes a new order on, and tells its owner. */
  void open(Working order) {
    records.lastOrder = order.id();
    records.account(order.account()).open(order);
    long end = order.request().goodTill();
    if (end > 0) {
      ending.computeIfAbsent(end, t -> new TreeMap<>()).put(order.id(), order);
    }
    if (!records.isMargined(order)) {
      lock(order, order.locked);
    }
    turn.report(Execution.Type.NEW, order, order.clientId(), null, ZERO, true);
  }

  /** When the next order ends by time alone, or the end of time. */
  long nextEnd() {
    return ending.isEmpty() ? Long.MAX_VALUE : ending.firstKey();
  }

  /** Ends the orders whose time has come. */
  void endDue() {
    while (nextEnd() <= turn.now()) {
      withdraw(ending.firstEntry().getValue().firstEntry().getValue(), Order.Expiry.GOOD_TILL_DATE);
    }
  }

  void execute(Listing listing, Working taker, List<Fill> fills) {
    var tif = taker.request().timeInForce();
    if (tif == Order.TimeInForce.FOK
        && !taker.isMarket()
        && !liquidity.isFillable(listing, taker)) {
      expire(taker, Order.Expiry.UNFILLED_FOK_ORDER_EXPIRED);
      return;
    }
    if (match(listing, taker, fills)) {
      return;
    }
    if (taker.remaining().signum() == 0) {
      finish(taker);
    } else if (records.clearing.room(taker).signum() == 0) {
      expire(taker, Order.Expiry.NOTHING_TO_REDUCE);
    } else if (taker.isMarket()) {
      expire(taker, Order.Expiry.INSUFFICIENT_LIQUIDITY);
    } else if (tif != Order.TimeInForce.GTC) {
      expire(taker, Order.Expiry.UNFILLED_IOC_QUANTITY_EXPIRED);
    } else {
      listing.book.add(taker);
    }
  }

  /** Trades as far as prices meet; returns whether self-trade prevention took the taker out. */
  boolean match(Listing listing, Working taker, List<Fill> fills) {
    var others = listing.book.side(taker.side().opposite());
    boolean prevented = false;
    while (!prevented && records.clearing.room(taker).signum() > 0 && !others.isEmpty()) {
      var level = others.firstEntry().getValue();
      var maker = level.orders.values().iterator().next();
      if (!taker.accepts(maker.price())) {
        break;
      }
      if (Liquidity.skipped(taker.account(), taker.request().selfTrade(), maker)) {
        prevented = prevent(listing, taker, maker);
      } else {
        trade(listing, taker, maker, fills);
      }
    }
    return prevented;
  }

  private void trade(Listing listing, Working taker, Working maker, List<Fill> fills) {
    var market = listing.market;
    var price = maker.price();
    var quantity = min(records.clearing.room(taker), records.clearing.room(maker));
    var quote = times(price, quantity);
    var buyer = taker.side() == Side.BUY ? taker : maker;
    var seller = taker.side() == Side.BUY ? maker : taker;
    boolean buyerIsMaker = buyer == maker;
    boolean margined = market.isMargined();
    var baseFee = share(margined ? quote : quantity, market.feeRate(buyerIsMaker));
    var quoteFee = share(quote, market.feeRate(!buyerIsMaker));
    if (!margined) {
      records.ledger.pay(buyer.account(), seller.account(), market.quote(), quote, quoteFee);
      buyer.locked = buyer.locked.subtract(quote);
      records.ledger.pay(seller.account(), buyer.account(), market.base(), quantity, baseFee);
      seller.locked = seller.locked.subtract(quantity);
      turn.touch(buyer.account(), market);
      turn.touch(seller.account(), market);
    }
    buyer.trade(quantity, quote, turn.now());
    seller.trade(quantity, quote, turn.now());
    if (!margined && buyer.limit() != null) {
      // A limit buy had locked its own price and pays the maker's.
      release(buyer, times(buyer.price(), quantity).subtract(quote));
    }
    listing.book.reduce(maker, quantity);

    var trade =
        new Trade(
            market.name(),
            ++listing.lastTrade,
            price,
            quantity,
            buyer.id(),
            seller.id(),
            buyerIsMaker,
            turn.now());
    listing.add(trade);
    turn.tell(l -> l.trade(trade));
    var takerFee = taker == buyer ? baseFee : quoteFee;
    var makerFee = taker == buyer ? quoteFee : baseFee;
    // Both positions move before anybody hears of it.
    var takerProfit = margined ? clear(market, taker, price, quantity, takerFee, trade.id()) : ZERO;
    var makerProfit = margined ? clear(market, maker, price, quantity, makerFee, trade.id()) : ZERO;
    if (margined) {
      marks.begin(listing, price);
    }
    fills.add(fill(market, trade, taker, takerFee, takerProfit, false));
    fill(market, trade, maker, makerFee, makerProfit, true);
    if (margined) {
      knockOut(listing, taker, taker);
      knockOut(listing, maker, taker);
    }
  }

  private Fill fill(
      Market market, Trade trade, Working order, BigDecimal fee, BigDecimal profit, boolean maker) {
    boolean left = order.remaining().signum() > 0;
    var fill = fill(market, trade.id(), order, trade.price(), trade.quantity(), fee, profit, maker);
    turn.report(
        Execution.Type.TRADE, order, order.clientId(), fill, ZERO, left && !order.isMarket());
    if (maker && !left) {
      finish(order);
    }
    return fill;
  }

  Fill fill(
      Market market,
      long tradeId,
      Working order,
      BigDecimal price,
      BigDecimal quantity,
      BigDecimal fee,
      BigDecimal profit,
      boolean maker) {
    var fill =
        new Fill(
            market.name(),
            tradeId,
            order.id(),
            order.clientId(),
            order.side(),
            price,
            quantity,
            fee,
            market.isMargined()
                ? market.requireMargin().settle()
                : order.side() == Side.BUY ? market.base() : market.quote(),
            maker,
            turn.now(),
            order.request().positionSide(),
            profit,
            order.cause());
    records.account(order.account()).add(fill);
    return fill;
  }

  /** Moves the position that an order works on, and the wallet; returns what was realised. */
  BigDecimal clear(
      Market market,
      Working order,
      BigDecimal price,
      BigDecimal quantity,
      BigDecimal fee,
      long tradeId) {
    var asset = market.requireMargin().settle();
    var account = order.account();
    var holding = records.clearing.holding(account, market.name(), order.request().positionSide());
    var profit = records.clearing.trade(holding, order.side(), price, quantity, turn.now());
    records.ledger.charge(account, asset, fee);
    if (profit.signum() != 0) {
      records.income(account, market.name(), Income.Type.REALISED_PROFIT, asset, profit, tradeId);
    }
    if (fee.signum() != 0) {
      records.income(account, market.name(), Income.Type.FEE, asset, fee.negate(), tradeId);
    }
    turn.touch(account, asset);
    turn.move(holding);
    return profit;
  }

  /** Orders of an account that have nothing left to make smaller go; the taker sees to itself. */
  void knockOut(Listing listing, Working traded, Working taker) {
    for (var order : records.account(traded.account()).working()) {
      if (order != taker
          && order.request().reduces()
          && order.request().market().equals(listing.market.name())
          && records.clearing.room(order).signum() == 0) {
        withdraw(order, Order.Expiry.NOTHING_TO_REDUCE);
      }
    }
  }

  /** Two orders of one account met. Returns whether the taker is gone. */
  private boolean prevent(Listing listing, Working taker, Working maker) {
    var mode = taker.request().selfTrade();
    long match = ++listing.lastPrevented;
    if (mode != Order.SelfTrade.EXPIRE_TAKER) {
      listing.book.remove(maker);
      expireInMatch(maker, match);
    }
    if (mode != Order.SelfTrade.EXPIRE_MAKER) {
      expireInMatch(taker, match);
      return true;
    }
    return false;
  }

  private void expireInMatch(Working order, long match) {
    var quantity = order.remaining();
    order.prevent(match, turn.now());
    finish(order);
    turn.report(Execution.Type.TRADE_PREVENTION, order, order.clientId(), null, quantity, false);
  }

  /** Takes an order out of its book that expires for this reason. */
  void withdraw(Working order, Order.Expiry why) {
    records.listing(order).book.remove(order);
    expire(order, why);
  }

  void expire(Working order, Order.Expiry why) {
    order.end(Order.Status.EXPIRED, why, turn.now());
    finish(order);
    turn.report(Execution.Type.EXPIRED, order, order.clientId(), null, ZERO, false);
  }

  void cancel(Working order, String requestId) {
    records.listing(order).book.remove(order);
    order.end(Order.Status.CANCELED, Order.Expiry.NONE, turn.now());
    finish(order);
    turn.report(Execution.Type.CANCELED, order, requestId, null, ZERO, false);
  }

  /** Frees what is still locked and moves the order to the history. */
  void finish(Working order) {
    release(order, order.locked);
    long end = order.request().goodTill();
    if (end > 0) {
      ending.computeIfPresent(
          end,
          (time, orders) -> orders.remove(order.id()) != null && orders.isEmpty() ? null : orders);
    }
    records.account(order.account()).finish(order);
  }

  void lock(Working order, BigDecimal amount) {
    records.ledger.lock(order.account(), records.lockedAsset(order), amount);
    turn.touch(order.account(), records.lockedAsset(order));
  }

  void release(Working order, BigDecimal amount) {
    if (amount.signum() != 0) {
      records.ledger.unlock(order.account(), records.lockedAsset(order), amount);
      order.locked = order.locked.subtract(amount);
      turn.touch(order.account(), records.lockedAsset(order));
    }
  }
}
