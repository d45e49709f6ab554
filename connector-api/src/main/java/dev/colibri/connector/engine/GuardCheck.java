package dev.colibri.connector.engine;

import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Holds orders to the {@link Guard} that the trader set. Stops orders only, never cancels. */
final class GuardCheck {
  /** Why no order is taken, and why none that waits leaves. */
  static final String HALTED = "halted: no orders are taken until resume()";

  private static final long SECOND = 1_000_000_000L;

  private final Deque<Long> placed = new ArrayDeque<>();
  private Guard guard = Guard.none();
  private boolean halted;

  /** Sets the bounds that hold from now on. */
  void guard(Guard guard) {
    this.guard = guard;
  }

  /** Refuses every order from now on. */
  void halt() {
    halted = true;
  }

  /** Takes orders again. */
  void resume() {
    halted = false;
  }

  boolean isHalted() {
    return halted;
  }

  /**
   * Checks an order that is lawful otherwise.
   *
   * @param estimate for a market order, the worst price that it is expected to meet
   * @param reference the mid of the book; null when it is not known
   * @param live what the live orders of the instrument can still trade
   * @param held what is held in the order's direction, in quote units; negative for what it closes
   * @throws Refused naming the bound and, where there is one, the nearest size or price within it
   */
  void check(
      Order order,
      @Nullable BigDecimal estimate,
      @Nullable BigDecimal reference,
      Exposure live,
      BigDecimal held,
      long now) {
    check(order, estimate, reference, now);
    checkExposure(order, worth(order, estimate, reference), live, held, BigDecimal.ZERO);
  }

  /**
   * Checks a limit order that is to be changed. One that takes no more than before is held to no
   * bound of the exposure.
   *
   * @param is as it is now
   * @param changed with its whole size
   * @param others what the other live orders of the instrument can still trade
   * @param held as for {@link #check}
   * @throws Refused as {@link #check} does
   */
  void checkAmended(
      OrderState is,
      Order changed,
      @Nullable BigDecimal reference,
      Exposure others,
      BigDecimal held,
      long now) {
    check(changed, null, reference, now);
    Order before = is.order().size(is.remaining());
    Order after = changed.size(changed.size().subtract(is.filled()));
    BigDecimal price = worth(after, null, reference);
    if (notional(after, price).compareTo(notional(before, worth(before, null, reference))) > 0) {
      checkExposure(after, price, others, held, is.filled());
    }
  }

  private void check(
      Order order, @Nullable BigDecimal estimate, @Nullable BigDecimal reference, long now) {
    if (halted) {
      throw new Refused(Rule.NOT_READY, order.toString(), null, HALTED);
    }
    checkSize(order, estimate, reference);
    checkBand(order, order.price() != null ? order.price() : estimate, reference);
    checkNotional(order, worth(order, estimate, reference));
    checkRate("second", guard.maxOrdersPerSecond(), SECOND, now);
    checkRate("minute", guard.maxOrdersPerMinute(), 60 * SECOND, now);
  }

  /** Orders that were counted as placed are not. */
  void withdrawn(int orders) {
    for (int i = 0; i < orders; i++) {
      placed.pollLast();
    }
  }

  /** An order that was checked is being placed or changed. */
  void placed(long now) {
    placed.add(now);
    // No guard bounds more than this many.
    if (placed.size() > 10_000) {
      placed.remove();
    }
  }

  private void checkSize(
      Order order, @Nullable BigDecimal estimate, @Nullable BigDecimal reference) {
    BigDecimal max = guard.maxOrderSize(order.instrument());
    if (max == null) {
      return;
    }
    BigDecimal size = order.size();
    if (size != null) {
      if (size.compareTo(max) > 0) {
        refuse("order size", size, max, order.instrument().rules().roundSize(max));
      }
      return;
    }
    // The lower the price, the larger is what an amount trades.
    BigDecimal price = lower(estimate, reference);
    BigDecimal amount = order.quoteAmount();
    if (price == null || amount == null) {
      throw new Refused(
          Rule.GUARD, order.toString(), null, "there is no price to reckon its size with");
    }
    BigDecimal most = max.multiply(price);
    if (amount.compareTo(most) > 0) {
      refuse("order size", amount.divide(price, MathContext.DECIMAL64), max, most);
    }
  }

  private static @Nullable BigDecimal lower(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null || b != null && b.compareTo(a) < 0 ? b : a;
  }

  /**
   * What a unit of it comes to at the most, as far as known: a sell below the market trades at the
   * market.
   */
  private static @Nullable BigDecimal worth(
      Order order, @Nullable BigDecimal estimate, @Nullable BigDecimal reference) {
    BigDecimal price = order.price() != null ? order.price() : estimate;
    boolean better =
        order.side() == Side.SELL
            && price != null
            && reference != null
            && reference.compareTo(price) > 0;
    return better ? reference : price;
  }

  private void checkBand(Order order, @Nullable BigDecimal price, @Nullable BigDecimal reference) {
    BigDecimal band = guard.priceBand();
    if (band == null) {
      return;
    }
    if (reference == null && order.isReduceOnly()) {
      return; // Whoever must get out is not kept in because nothing shows the price.
    }
    if (reference == null || price == null) {
      throw new Refused(
          Rule.GUARD,
          order.toString(),
          null,
          "a price band is set, and there is no price to judge by: subscribe to the order book of "
              + order.instrument().name());
    }
    if (order.side() == Side.BUY) {
      BigDecimal most = reference.multiply(BigDecimal.ONE.add(band));
      if (price.compareTo(most) > 0) {
        refuse("price", price, most, lawful(order.instrument(), most, RoundingMode.FLOOR));
      }
    } else {
      BigDecimal least = reference.multiply(BigDecimal.ONE.subtract(band));
      if (price.compareTo(least) < 0) {
        refuse("price", price, least, lawful(order.instrument(), least, RoundingMode.CEILING));
      }
    }
  }

  private static BigDecimal lawful(Instrument i, BigDecimal price, RoundingMode mode) {
    return i.rules().roundPrice(price, mode);
  }

  private void checkNotional(Order order, @Nullable BigDecimal price) {
    BigDecimal maxOrder = guard.maxOrderNotional();
    if (maxOrder != null) {
      if (price == null && order.isReduceOnly()) {
        return;
      }
      BigDecimal notional = notional(order, price);
      if (notional.compareTo(maxOrder) > 0) {
        refuse("order notional", notional, maxOrder, within(order, maxOrder, price));
      }
    }
  }

  private static BigDecimal notional(Order order, @Nullable BigDecimal price) {
    BigDecimal size = order.size();
    BigDecimal notional = order.quoteAmount();
    if (size != null && price != null) {
      notional = size.multiply(price);
    }
    if (notional == null) {
      throw new Refused(
          Rule.GUARD, order.toString(), null, "there is no price to reckon its notional with");
    }
    return notional;
  }

  /** Whether an order, of which some may have filled already, fits beside the live ones. */
  private void checkExposure(
      Order order, @Nullable BigDecimal price, Exposure live, BigDecimal held, BigDecimal filled) {
    BigDecimal maxExposure = guard.maxExposure();
    if (maxExposure != null && !order.isReduceOnly()) {
      BigDecimal notional = notional(order, price);
      BigDecimal most = live.quote(order.side()).most();
      if (most == null) {
        throw new Refused(
            Rule.GUARD,
            order.toString(),
            null,
            "a live market order has no known price, so that the exposure is not bounded");
      }
      BigDecimal after = most.add(held).add(notional);
      if (after.compareTo(maxExposure) > 0) {
        BigDecimal room = maxExposure.subtract(most).subtract(held).max(BigDecimal.ZERO);
        BigDecimal nearest = within(order, room, price);
        refuse("exposure", after, maxExposure, nearest == null ? null : nearest.add(filled));
      }
    }
  }

  /** The largest size, or quote amount, whose notional is within a bound; null when none is. */
  private static @Nullable BigDecimal within(
      Order order, BigDecimal notional, @Nullable BigDecimal price) {
    BigDecimal nearest = notional;
    if (order.size() != null && price != null) {
      nearest =
          order.instrument().rules().roundSize(notional.divide(price, 40, RoundingMode.FLOOR));
    }
    return nearest.signum() > 0 ? nearest : null;
  }

  private void checkRate(String unit, int max, long window, long now) {
    if (max == 0) {
      return;
    }
    int count = 0;
    for (var i = placed.descendingIterator(); i.hasNext() && i.next() > now - window; ) {
      count++;
    }
    if (count >= max) {
      refuse("orders a " + unit, BigDecimal.valueOf(count + 1L), BigDecimal.valueOf(max), null);
    }
  }

  private static void refuse(
      String what, BigDecimal value, BigDecimal bound, @Nullable BigDecimal nearest) {
    throw new Refused(
        Rule.GUARD,
        value.toPlainString(),
        nearest,
        "%s %s is beyond the guard's %s%s"
            .formatted(
                what,
                value.toPlainString(),
                bound.toPlainString(),
                nearest == null ? "" : "; the nearest within it is " + nearest.toPlainString()));
  }
}
