package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.isMultiple;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Which orders an exchange takes: the rules of a market, and what an account can pay. */
final class Admission {

  private final Records records;
  private final Turn turn;
  private final Liquidity liquidity;

  Admission(Records records, Turn turn, Liquidity liquidity) {
    this.records = records;
    this.turn = turn;
    this.liquidity = liquidity;
  }

  /** All rules, in the order in which venues check them; changes nothing. */
  Working admit(String account, OrderRequest request) {
    var owner = records.account(account);
    var listing = records.listing(request.market());
    var market = listing.market;
    if (!listing.listed) {
      throw new Refused(Reason.UNKNOWN_MARKET);
    }
    if (records.status(listing) != Market.Status.TRADING) {
      throw new Refused(Reason.MARKET_CLOSED);
    }
    var price = request.price();
    if (price != null) {
      requirePrice(listing, request.side(), price);
    }
    var quantity = request.quantity();
    if (quantity != null) {
      requireQuantity(market, quantity);
      if (price == null && quantity.compareTo(market.maxMarket()) > 0) {
        throw new Refused(Reason.MARKET_QUANTITY);
      }
    }
    requireNotional(listing, request);
    if (owner.open.size() >= market.maxOrders()
        && owner.open.values().stream()
                .filter(o -> o.request().market().equals(request.market()))
                .count()
            >= market.maxOrders()) {
      throw new Refused(Reason.TOO_MANY_ORDERS);
    }
    if (owner.isOpen(request.market(), request.clientId())) {
      throw new Refused(Reason.DUPLICATE_CLIENT_ID);
    }
    if (quantity == null) {
      quantity = Liquidity.quantityForQuote(account, listing, request);
    }
    var order = new Working(records.lastOrder + 1, account, request, quantity, turn.now());
    if (market.isMargined()) {
      requireMargined(listing, order, owner);
    } else {
      order.locked =
          order.side() == Side.SELL
              ? quantity
              : price == null ? Liquidity.cost(listing, order) : times(price, quantity);
      if (records.free(account, records.lockedAsset(order)).compareTo(order.locked) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
    }
    requirePassive(listing, request, order.price());
    return order;
  }

  private void requireMargined(Listing listing, Working order, Account owner) {
    var request = order.request();
    boolean hedged = records.clearing.isHedged(order.account());
    if (hedged != (request.positionSide() != Position.Side.BOTH)) {
      throw new Refused(Reason.POSITION_SIDE);
    }
    if (request.reduces()) {
      if (records.clearing.room(order).signum() == 0) {
        throw new Refused(Reason.NOTHING_TO_REDUCE);
      }
    } else {
      var price = request.price() == null ? liquidity.worstPrice(listing, order) : request.price();
      requireMargin(order.account(), request, price, order.remaining(), owner.open.values());
    }
    if (request.timeInForce() == Order.TimeInForce.FOK && !liquidity.isFillable(listing, order)) {
      throw new Refused(Reason.WOULD_NOT_FILL);
    }
  }

  void requireMargin(
      String account,
      OrderRequest request,
      BigDecimal price,
      BigDecimal quantity,
      Collection<Working> others) {
    if (!request.reduces() && !records.clearing.bears(account, request, price, quantity, others)) {
      throw new Refused(Reason.INSUFFICIENT_MARGIN);
    }
  }

  static void requirePassive(Listing listing, OrderRequest request, BigDecimal price) {
    var best = listing.book.best(request.side().opposite());
    if (request.type() == Order.Type.LIMIT_MAKER
        && best != null
        && best.compareTo(price) * (request.side() == Side.BUY ? 1 : -1) <= 0) {
      throw new Refused(Reason.WOULD_TAKE);
    }
  }

  void requirePrice(Listing listing, Side side, BigDecimal price) {
    if (!listing.market.price().contains(price) || !isMultiple(price, listing.market.tick())) {
      throw new Refused(Reason.PRICE);
    }
    requireInBand(listing, side, price);
  }

  static void requireQuantity(Market market, BigDecimal quantity) {
    if (!market.quantity().contains(quantity) || !isMultiple(quantity, market.lot())) {
      throw new Refused(Reason.QUANTITY);
    }
  }

  private void requireInBand(Listing listing, Side side, BigDecimal price) {
    var band = listing.market.band();
    if (band == null) {
      return;
    }
    if (listing.market.isMargined()) {
      var mark = records.clearing.mark(listing.market.name());
      boolean beyond =
          side == Side.BUY
              ? price.compareTo(mark.price().multiply(band.bidUp())) > 0
              : price.compareTo(mark.price().multiply(band.askDown())) < 0;
      if (mark.isKnown() && beyond) {
        throw new Refused(Reason.PRICE_BAND);
      }
      return;
    }
    var average = listing.bars.average(turn.now());
    if (average.isEmpty()) {
      return;
    }
    var up = side == Side.BUY ? band.bidUp() : band.askUp();
    var down = side == Side.BUY ? band.bidDown() : band.askDown();
    if (price.compareTo(average.get().multiply(up)) > 0
        || price.compareTo(average.get().multiply(down)) < 0) {
      throw new Refused(Reason.PRICE_BAND);
    }
  }

  private void requireNotional(Listing listing, OrderRequest request) {
    if (listing.market.isMargined() && request.reduces()) {
      return;
    }
    var bounds = listing.market.notional();
    var notional = request.quoteQuantity();
    if (notional == null) {
      var price = request.price();
      if (price == null) {
        // A market order has no price: the average stands in, and without one the rule rests.
        price =
            listing.market.isMargined()
                ? known(records.clearing.mark(listing.market.name()))
                : listing.bars.average(turn.now()).orElse(null);
      }
      if (price == null || request.quantity() == null) {
        return;
      }
      notional =
          request.price() == null
              ? price.multiply(request.quantity())
              : times(price, request.quantity());
    }
    if (!bounds.contains(notional)) {
      throw new Refused(Reason.NOTIONAL);
    }
  }

  private static @Nullable BigDecimal known(Mark mark) {
    return mark.isKnown() ? mark.price() : null;
  }
}
