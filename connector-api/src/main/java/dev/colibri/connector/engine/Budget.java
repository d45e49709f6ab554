package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookQuery;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether the account has enough for an order: a buy needs its quote amount, and its fee where that
 * comes on top; a sell needs its base size. On a perpetual either needs the initial margin of what
 * it may open, and the fee; what may only close needs nothing. Market orders are priced by the
 * book.
 */
final class Budget {
  private final Balances balances;
  private final Fees fees;
  private final Function<Order, @Nullable BigDecimal> closable;

  /** Checks of a spot account. */
  Budget(Balances balances, Fees fees) {
    this(balances, fees, order -> null);
  }

  /**
   * Checks against these.
   *
   * @param closable how many base units of an order certainly close a position; null on spot
   */
  Budget(Balances balances, Fees fees, Function<Order, @Nullable BigDecimal> closable) {
    this.balances = balances;
    this.fees = fees;
    this.closable = closable;
  }

  /**
   * Checks an order that is lawful otherwise. Nothing is reserved by it: {@link Orders#register}
   * does that.
   *
   * @param book of the instrument, to price a market order with; null when there is none
   * @return for a market order, the worst price that it is expected to meet, in quote units per
   *     base unit; null for a limit order, and for one that spends a quote amount while no book
   *     shows its price
   * @throws Refused naming what is needed and the largest size that the account can afford
   */
  @Nullable BigDecimal check(Order order, @Nullable OrderBook book) {
    return check(order, book, null);
  }

  /**
   * Checks a limit order that is to be changed: what it holds now is available to it.
   *
   * @param changed with its whole size, more than what has filled
   * @throws Refused as {@link #check(Order, OrderBook)} does
   */
  void checkAmended(OrderState now, Order changed) {
    check(changed.size(changed.size().subtract(now.filled())), null, now);
  }

  /**
   * What {@link #check(Order, OrderBook)} returns.
   *
   * @throws Refused when there must be a price and no book shows one
   */
  @Nullable BigDecimal estimate(Order order, @Nullable OrderBook book) {
    boolean knowsItsCost = order.side() == Side.BUY && order.quoteAmount() != null;
    boolean limit = order.price() != null;
    if (order.isReduceOnly() && (book == null || !book.isValid())) {
      return null;
    }
    return limit || knowsItsCost && (book == null || !book.isValid())
        ? null
        : marketPrice(order, book);
  }

  private @Nullable BigDecimal check(
      Order order, @Nullable OrderBook book, @Nullable OrderState amended) {
    BigDecimal closes = closable.apply(order);
    if (closes != null) {
      return checkMargin(order, book, amended, closes);
    }
    BigDecimal estimate = estimate(order, book);
    BigDecimal price = order.price() == null ? estimate : order.price();
    BigDecimal size = order.size();
    BigDecimal amount = order.quoteAmount();
    boolean buy = order.side() == Side.BUY;
    BigDecimal factor = fees.costFactor(order);
    BigDecimal needed;
    if (buy) {
      needed = (amount != null ? amount : size.multiply(price)).multiply(factor);
    } else {
      needed = size != null ? size : amount.divide(price, MathContext.DECIMAL64);
    }
    String asset = buy ? order.instrument().quote() : order.instrument().base();
    BigDecimal available = balances.available(asset);
    if (amended != null) {
      BigDecimal held = amended.remaining();
      held = buy ? held.multiply(amended.order().price()) : held;
      available = available.add(held.multiply(factor));
    }
    if (needed.compareTo(available) <= 0) {
      return estimate;
    }
    TradingRules rules = order.instrument().rules();
    BigDecimal nearest;
    if (size != null) {
      nearest = affordableSize(buy, price, factor, available, rules);
    } else {
      BigDecimal quote =
          buy
              ? available.divide(factor, amount.scale(), RoundingMode.FLOOR)
              : available.multiply(price);
      nearest = quote.setScale(Math.min(quote.scale(), amount.scale()), RoundingMode.FLOOR);
    }
    boolean lawful = isLawful(nearest, size != null, price, rules);
    BigDecimal whole = amended == null ? nearest : nearest.add(amended.filled());
    throw refused(order, asset, needed, available, lawful ? whole : null);
  }

  private @Nullable BigDecimal checkMargin(
      Order order, @Nullable OrderBook book, @Nullable OrderState amended, BigDecimal closes) {
    BigDecimal estimate = estimate(order, book);
    BigDecimal factor = fees.costFactor(order);
    BigDecimal price = order.price() == null ? estimate : worth(order, book);
    BigDecimal size = order.size();
    if (factor.signum() == 0 || price == null || size == null) {
      return estimate;
    }
    BigDecimal opens = size.subtract(closes).max(BigDecimal.ZERO);
    BigDecimal available = balances.available(order.instrument().settle());
    if (amended != null) {
      BigDecimal held = amended.remaining().multiply(amended.order().price());
      available = available.add(held.multiply(factor));
    }
    BigDecimal needed = opens.multiply(price).multiply(factor);
    if (needed.compareTo(available) <= 0) {
      return estimate;
    }
    TradingRules rules = order.instrument().rules();
    BigDecimal most = available.divide(price.multiply(factor), 40, RoundingMode.FLOOR).add(closes);
    BigDecimal nearest = rules.roundSize(most);
    boolean lawful = isLawful(nearest, true, price, rules);
    BigDecimal whole = amended == null ? nearest : nearest.add(amended.filled());
    throw refused(order, order.instrument().settle(), needed, available, lawful ? whole : null);
  }

  /** A sell below the market trades at the market. */
  private static BigDecimal worth(Order order, @Nullable OrderBook book) {
    BigDecimal mid = book != null && book.isValid() ? book.mid() : null;
    return order.side() == Side.SELL && mid != null ? mid.max(order.price()) : order.price();
  }

  private static BigDecimal affordableSize(
      boolean buy, BigDecimal price, BigDecimal factor, BigDecimal available, TradingRules rules) {
    BigDecimal size =
        buy ? available.divide(price.multiply(factor), 40, RoundingMode.FLOOR) : available;
    return rules.roundSize(size);
  }

  private static boolean isLawful(
      BigDecimal nearest, boolean isSize, BigDecimal price, TradingRules rules) {
    BigDecimal minSize = isSize ? rules.minSize() : null;
    BigDecimal notional = isSize ? nearest.multiply(price) : nearest;
    return nearest.signum() > 0
        && (minSize == null || nearest.compareTo(minSize) >= 0)
        && (rules.minNotional() == null || notional.compareTo(rules.minNotional()) >= 0);
  }

  private Refused refused(
      Order order,
      String asset,
      BigDecimal needed,
      BigDecimal available,
      @Nullable BigDecimal nearest) {
    String what = order.size() != null ? "size" : "quote amount";
    String message =
        "needs %s %s, and %s is available; ".formatted(plain(needed), asset, plain(available));
    if (!balances.isComplete()) {
      message += "the balances are not known yet";
    } else if (nearest == null) {
      message += "no lawful " + what + " is affordable";
    } else {
      message += "the largest affordable " + what + " is " + plain(nearest);
    }
    return new Refused(Rule.BUDGET, plain(needed), nearest, message);
  }

  private static String plain(BigDecimal n) {
    BigDecimal stripped = n.stripTrailingZeros();
    return stripped.toPlainString();
  }

  /** The worst price that a market order meets in the book as it is. */
  private static BigDecimal marketPrice(Order order, @Nullable OrderBook book) {
    if (book == null || !book.isValid()) {
      throw new Refused(
          Rule.BUDGET,
          order.toString(),
          null,
          "a market order is priced by the order book, and there is no valid one: subscribe to "
              + order.instrument().name()
              + ", or say limit(price)");
    }
    BookQuery taking = book.taking(order.side());
    BigDecimal price =
        order.size() != null
            ? taking.priceForVolume(order.size())
            : taking.priceForQuoteVolume(order.quoteAmount());
    if (price == null) {
      throw new Refused(
          Rule.BUDGET,
          order.toString(),
          null,
          "the order book is too thin to price it: place less, or say limit(price)");
    }
    return price;
  }
}
