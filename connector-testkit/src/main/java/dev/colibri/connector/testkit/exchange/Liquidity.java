package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.min;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.util.Objects;

/** What an order would find in a book, trading with nobody. */
final class Liquidity {

  private final Clearing clearing;

  Liquidity(Clearing clearing) {
    this.clearing = clearing;
  }

  /** Whether a taker of this account would remove this maker instead of trading with it. */
  static boolean skipped(String taker, Order.SelfTrade mode, Working maker) {
    return mode != Order.SelfTrade.NONE && maker.account().equals(taker);
  }

  boolean isFillable(Listing listing, Working taker) {
    var left = taker.remaining();
    for (var e : listing.book.side(taker.side().opposite()).entrySet()) {
      if (!taker.accepts(e.getKey())) {
        return false;
      }
      for (var maker : e.getValue().orders.values()) {
        if (skipped(taker.account(), taker.request().selfTrade(), maker)) {
          if (taker.request().selfTrade() != Order.SelfTrade.EXPIRE_MAKER) {
            return false;
          }
        } else {
          left = left.subtract(clearing.room(maker));
        }
        if (left.signum() <= 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** The worst price at which a market order would trade now; the mark price if it would not. */
  BigDecimal worstPrice(Listing listing, Working order) {
    var left = order.remaining();
    var worst = clearing.mark(listing.market.name()).price();
    for (var e : listing.book.side(order.side().opposite()).entrySet()) {
      worst = e.getKey();
      left = left.subtract(e.getValue().quantity);
      if (left.signum() <= 0) {
        break;
      }
    }
    return worst;
  }

  /** What a market buy will pay, as far as the book goes. */
  static BigDecimal cost(Listing listing, Working order) {
    var cost = ZERO;
    var left = order.remaining();
    for (var e : listing.book.side(Side.SELL).entrySet()) {
      for (var maker : e.getValue().orders.values()) {
        if (!skipped(order.account(), order.request().selfTrade(), maker)) {
          var qty = min(left, maker.remaining());
          cost = cost.add(times(e.getKey(), qty));
          left = left.subtract(qty);
        }
      }
      if (left.signum() == 0) {
        break;
      }
    }
    return cost;
  }

  /** How many base units a quote amount buys or sells when it walks the book lot by lot. */
  static BigDecimal quantityForQuote(String account, Listing listing, OrderRequest request) {
    var left = Objects.requireNonNull(request.quoteQuantity());
    var quantity = ZERO;
    for (var e : listing.book.side(request.side().opposite()).entrySet()) {
      var lotCost = times(e.getKey(), listing.market.lot());
      for (var maker : e.getValue().orders.values()) {
        if (!skipped(account, request.selfTrade(), maker)) {
          var affordable = times(left.divideToIntegralValue(lotCost), listing.market.lot());
          var traded = min(maker.remaining(), affordable);
          quantity = quantity.add(traded);
          left = left.subtract(times(e.getKey(), traded));
        }
      }
      if (left.compareTo(lotCost) < 0) {
        break;
      }
    }
    if (quantity.compareTo(listing.market.quantity().min()) < 0) {
      throw new Refused(Reason.NO_LIQUIDITY);
    }
    return quantity;
  }
}
