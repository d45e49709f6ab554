package dev.colibri.connector.engine;

import dev.colibri.connector.model.Bounds;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One order of ours as {@link Orders} keeps it. It holds facts and what follows from them alone;
 * {@link Orders} is the only one to change it.
 *
 * <p>What the venue has shown only ever grows: the order exists, so much is filled, it has ended.
 * Reports may therefore come late, twice or in any order, and the same ones always come to the
 * same.
 */
final class Tracked {
  /** A time that has not come. */
  static final long NEVER = Long.MIN_VALUE;

  /** How far a stream's balances may lag behind what they tell of. */
  static final long BALANCES_LAG_NANOS = 60_000_000_000L;

  /** Amendments that are kept apart from one another. */
  private static final int MAX_AMENDED = 100;

  /** Orders the registrations. */
  final long sequence;

  /** What was asked for, with the ids as far as known. */
  Order order;

  /** For a market order, the price in quote units that was expected at worst. */
  final @Nullable BigDecimal estimate;

  final long createdNanos;
  long updatedNanos;
  OrderStatus status = OrderStatus.PENDING_NEW;
  @Nullable Reject reject;
  final Fills fills = new Fills();

  // What the venue has shown. Grows only.

  /** Whether the venue has shown that it has or had the order. */
  boolean placed;

  long firstSignNanos = NEVER;

  /** The venue's earliest time of a sign of the order, or 0. */
  long firstSignMillis;

  long lastSignNanos = NEVER;

  /** The number of the report by which a stream first told of the order; 0 before. */
  long streamed;

  /** The most base units that the venue has said are filled. */
  BigDecimal told = BigDecimal.ZERO;

  /** The quote units that it said along with them. */
  @Nullable BigDecimal toldQuote;

  /** How the venue says that the order ended, if it does. */
  @Nullable OrderStatus end;

  /** Whether {@link #told} is all that will ever fill. */
  boolean endComplete;

  /** Whether only the order's fills can still tell how much filled: no status does. */
  boolean endByFills;

  /** Since when {@link #told} or the end asks for fills that are not known. */
  long wantsFillsSince = NEVER;

  /** How many whole answers to that did not hold them. */
  int fillAnswers;

  // Requests and doubts about them.

  /** When the place request last left, or may have. */
  long sentNanos = NEVER;

  int placesInFlight;

  /** Whether the venue refused the place request because an order of this client id exists. */
  boolean idTaken;

  /** When the outcome of the place request became unknown. */
  long lostNanos = NEVER;

  long cancelSentNanos = NEVER;
  int cancelsInFlight;

  /** From when on, plus the visibility delay, a live report says that no cancel took effect. */
  long cancelOverNanos = NEVER;

  boolean cancelLost;

  /**
   * The price and size that the last amendment asked for; null when there was none, and once the
   * venue has shown them.
   */
  @Nullable Order wanted;

  /** How many amendments left. */
  int amendments;

  /** Whether it is not known yet which price and size hold. */
  boolean amending;

  boolean amendLost;
  long amendSentNanos = NEVER;

  /** From when on, plus the visibility delay, a status shows whether it took effect. */
  long amendOverNanos = NEVER;

  /** {@link #promised()} before the last amendment left; null when there was none. */
  @Nullable BigDecimal promisedBefore;

  /** The venue's time at which the present price and size were shown, or 0. */
  long amendedMillis;

  /**
   * The dearest price before an amendment at which fills may have been made that the venue counts
   * and that are not known; null when there were none.
   */
  @Nullable BigDecimal missingAt;

  /** Amendments of the last minute: balances may not include them yet. */
  final Deque<Amendment> amended = new ArrayDeque<>();

  /**
   * An amendment that the venue has shown.
   *
   * @param promisedBefore {@link #promised()} before it left
   * @param nanos when it was shown
   * @param millis the venue's time of that, or 0
   */
  record Amendment(BigDecimal promisedBefore, long nanos, long millis) {}

  /** Since when something the venue said or did not say calls for a status; or NEVER. */
  long doubtNanos = NEVER;

  /** When the first negative answer that counts was received; NEVER when there is none. */
  long absentNanos = NEVER;

  // What a journal knows of it.

  /** Whether the venue had shown it to an earlier process. */
  boolean shownBefore;

  /** Whether its cancel was asked for and is still wanted. */
  boolean cancelAsked;

  /** Its entry as it was kept last; null when it was not. */
  @Nullable String kept;

  /** Whether it lives on the venue although it was ended here. */
  boolean revived;

  long endedNanos = NEVER;

  /** Since when it is remembered as one that ended: it may have ended before a restart. */
  long heldNanos = NEVER;

  // When to ask next: Long.MAX_VALUE for never.
  long askNanos = Long.MAX_VALUE;
  int asks;
  boolean asksStatus;
  boolean asksFills;

  private @Nullable OrderState state;

  Tracked(long sequence, Order order, @Nullable BigDecimal estimate, long now) {
    this.sequence = sequence;
    this.order = order;
    this.estimate = estimate;
    this.createdNanos = now;
    this.updatedNanos = now;
  }

  Instrument instrument() {
    return order.instrument();
  }

  String clientId() {
    String id = order.clientId();
    return id == null ? "" : id;
  }

  void changed(long now) {
    updatedNanos = now;
    state = null;
  }

  OrderState state() {
    OrderState s = state;
    if (s == null) {
      s =
          new OrderState(
              order,
              status,
              fills.filled(),
              fills.quoteFilled(),
              fills.fees(),
              reject,
              true,
              createdNanos,
              updatedNanos);
      state = s;
    }
    return s;
  }

  /** The status when nothing is pending. */
  OrderStatus resting() {
    if (!placed) {
      return OrderStatus.PENDING_NEW;
    }
    return fills.filled().signum() > 0 ? OrderStatus.PARTIALLY_FILLED : OrderStatus.OPEN;
  }

  /** Base units that the venue counts as filled and that no fill shows yet. */
  BigDecimal missing() {
    return told.subtract(fills.filled()).max(BigDecimal.ZERO);
  }

  /** The size, or the larger one where it is not known which holds. */
  @Nullable BigDecimal mostSize() {
    return larger(order.size(), amending && wanted != null ? wanted.size() : null);
  }

  private @Nullable BigDecimal mostPrice() {
    return larger(price(), amending && wanted != null ? wanted.price() : null);
  }

  private static @Nullable BigDecimal larger(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null || b == null ? a : a.max(b);
  }

  boolean isFull() {
    BigDecimal size = mostSize();
    return size != null && fills.filled().compareTo(size) >= 0;
  }

  /** The price to value the order at, in quote units per base unit; null when not known. */
  @Nullable BigDecimal price() {
    return order.price() != null ? order.price() : estimate;
  }

  /** What it can still trade, in base units. */
  Bounds base() {
    BigDecimal least = missing();
    if (end != null && endComplete && !revived) {
      return new Bounds(least, least);
    }
    BigDecimal size = mostSize();
    if (size != null) {
      return new Bounds(least, size.subtract(fills.filled()).max(least));
    }
    BigDecimal price = price();
    if (price == null) {
      return new Bounds(least, null);
    }
    // At better prices an amount buys more; the estimate is all there is to go by.
    BigDecimal most = remainingQuote().divide(price, MathContext.DECIMAL64);
    int digits = order.instrument().sizeDigits();
    return new Bounds(least, most.setScale(digits, RoundingMode.CEILING).max(least));
  }

  /** What it can still trade, in quote units. */
  Bounds quote() {
    Bounds base = base();
    BigDecimal price = mostPrice();
    if (price == null) {
      return order.size() == null
          ? new Bounds(BigDecimal.ZERO, remainingQuote())
          : new Bounds(BigDecimal.ZERO, null);
    }
    BigDecimal missing = missing();
    // The venue may tell what they cost, as they may have filled before the price was changed.
    boolean isToldQuote = toldQuote != null && missing.signum() > 0;
    BigDecimal least =
        isToldQuote
            ? toldQuote.subtract(fills.quoteFilled()).max(BigDecimal.ZERO)
            : missing.multiply(price);
    if (order.size() == null && !(end != null && endComplete && !revived)) {
      return new Bounds(least, remainingQuote().max(least));
    }
    BigDecimal most = base.most();
    BigDecimal dearest = missingAt == null ? price : price.max(missingAt);
    BigDecimal cost = isToldQuote ? least : missing.multiply(dearest);
    return new Bounds(
        least, most == null ? null : most.subtract(missing).multiply(price).add(cost));
  }

  /**
   * What it has taken and may still take of the asset it locks, without fees; null when not
   * bounded.
   */
  @Nullable BigDecimal promised() {
    BigDecimal most = locksQuote() ? quote().most() : base().most();
    return most == null ? null : most.add(locksQuote() ? fills.quoteFilled() : fills.filled());
  }

  /** The venue has shown the price and size that were asked for. */
  void amended(long now, long millis) {
    amendedMillis = millis;
    if (promisedBefore == null) {
      return;
    }
    amended.removeIf(a -> a.nanos <= now - BALANCES_LAG_NANOS);
    BigDecimal before = promisedBefore;
    if (amended.size() >= MAX_AMENDED) {
      before = before.min(amended.remove().promisedBefore);
    }
    amended.add(new Amendment(before, now, millis));
  }

  private BigDecimal remainingQuote() {
    BigDecimal amount = order.quoteAmount();
    return amount == null
        ? BigDecimal.ZERO
        : amount.subtract(fills.quoteFilled()).max(BigDecimal.ZERO);
  }

  /** The asset that the order locks: what it pays with or sells, or the margin of a perpetual. */
  String lockedAsset() {
    if (isMargined()) {
      return instrument().settle();
    }
    return order.side() == Side.BUY ? instrument().quote() : instrument().base();
  }

  /** Whether what it locks goes by its quote amount. */
  boolean locksQuote() {
    return order.side() == Side.BUY || isMargined();
  }

  /** Whether it is of a perpetual. */
  boolean isMargined() {
    return order.positionSide() != null;
  }

  @Override
  public String toString() {
    return order.toString();
  }
}
