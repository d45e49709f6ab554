package dev.colibri.connector.engine;

import dev.colibri.connector.engine.KnownOrders.VenueKey;
import dev.colibri.connector.engine.Transitions.Input;
import dev.colibri.connector.engine.Transitions.Step;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.text.Escape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Weighs what the venue shows of the orders of an account. What it shows is joined into facts that
 * only grow ({@link Tracked}); what follows from them is looked up in {@link Transitions}.
 */
final class Evidence {

  /** Whole answers without a counted fill after which a provisional one stands for it. */
  static final int FILL_ANSWERS = 3;

  private final OrderListener out;
  private final UnaryOperator<String> show;
  private final long visibilityNanos;
  private final KnownOrders known;
  private final ExternalOrders external;
  private final Questions questions;
  private final Unkept unkept;

  Evidence(
      OrderListener out,
      UnaryOperator<String> show,
      long visibilityNanos,
      KnownOrders known,
      ExternalOrders external,
      Questions questions,
      Unkept unkept) {
    this.out = out;
    this.show = show;
    this.visibilityNanos = visibilityNanos;
    this.known = known;
    this.external = external;
    this.questions = questions;
    this.unkept = unkept;
  }

  /** The venue told of the order. */
  void report(Tracked t, OrderUpdate u, long askedAt, long now) {
    if (t.idTaken && !t.placed && isOther(t.order, u.order())) {
      t.reject = new Reject.Other("the client order id belongs to an earlier order");
      end(t, OrderStatus.REJECTED, true, now);
      return;
    }
    if (!learn(t, u.venueId(), now)) {
      return;
    }
    OrderStatus said = endsByItself(t, u.status()) ? OrderStatus.EXPIRED : u.status();
    if (said == OrderStatus.UNKNOWN) {
      anomaly(t, "the venue says \"" + Escape.text(String.valueOf(u.rawStatus())) + "\"");
    } else if (said != OrderStatus.REJECTED) {
      sign(t, u.venueMillis(), now);
    }
    for (Fill f : u.fills()) {
      out.filled(f, t.order, true);
      count(t, f, askedAt, now);
    }
    tell(t, u, u.filled(), askedAt, now);
    shape(t, u, askedAt, now);
    if (said.isTerminal()) {
      t.doubtNanos = askedAt >= t.doubtNanos ? Tracked.NEVER : t.doubtNanos;
      if (t.reject == null) {
        t.reject = Orders.shown(u.reject(), show);
      }
      BigDecimal total = u.filled();
      if (said == OrderStatus.FILLED && (total == null || total.signum() == 0)) {
        // Filled, without saying how much: its size, unless it was placed by quote amount.
        total = t.amending ? null : t.order.size();
        tell(t, u, total, askedAt, now);
      }
      if (askedAt != Tracked.NEVER && t.end == null && t.status.isLive()) {
        out.answered(u.venueMillis());
      }
      boolean complete = total != null || said == OrderStatus.REJECTED;
      // Asked and answered without a total: this venue does not tell it, only its fills do.
      t.endByFills |= !complete && askedAt != Tracked.NEVER;
      end(t, said, complete, now);
      return;
    }
    if (said != OrderStatus.UNKNOWN) {
      lives(t, said, askedAt, now);
    }
    settle(t, now);
    questions.review(t, now);
  }

  /**
   * Whether the end is that of an order which never rests, and of which no cancel was sent: some
   * venues have only one word for it and for a cancel.
   */
  private static boolean endsByItself(Tracked t, OrderStatus said) {
    return said == OrderStatus.CANCELED
        && t.cancelSentNanos == Tracked.NEVER
        && (t.order.type() == OrderType.MARKET && t.order.trigger() == null
            || t.order.timeInForce() == TimeInForce.IOC
            || t.order.timeInForce() == TimeInForce.FOK);
  }

  /** Whether the venue describes another order than the one that was placed under this id. */
  private static boolean isOther(Order placed, @Nullable Order described) {
    return described != null && (placed.side() != described.side() || differs(placed, described));
  }

  private static boolean differs(Order a, Order b) {
    return differ(a.price(), b.price()) || differ(a.size(), b.size());
  }

  private static boolean differ(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a != null && b != null && a.compareTo(b) != 0;
  }

  /** The venue says that the order lives: what that says about a cancel, a doubt, or an end. */
  private void lives(Tracked t, OrderStatus said, long askedAt, long now) {
    boolean asked = askedAt != Tracked.NEVER;
    if (t.status.isTerminal()) {
      long over = Math.max(t.endedNanos, t.cancelOverNanos) + visibilityNanos;
      if (asked && askedAt >= over && !t.revived) {
        anomaly(t, "ended here as " + t.status + ", yet the venue says that it lives");
        t.doubtNanos = Tracked.NEVER;
        known.revive(t);
        questions.askAt(t, Long.MAX_VALUE);
      } else if (t.endByFills && !asked) {
        // Ended by negative answers, not by a report that this one may merely be older than.
        questions.doubt(t, now);
      }
      return;
    }
    if (!asked) {
      return;
    }
    if (askedAt >= t.doubtNanos) {
      t.doubtNanos = Tracked.NEVER;
    }
    if (t.status == OrderStatus.PENDING_CANCEL
        && said != OrderStatus.PENDING_CANCEL
        && t.end == null
        && t.cancelsInFlight == 0
        && askedAt >= t.cancelOverNanos + visibilityNanos) {
      t.cancelLost = false;
      apply(t, Input.STILL_LIVE, null, now);
    }
  }

  /** Joins how the order ended with what is known of that. */
  void end(Tracked t, OrderStatus how, boolean complete, long now) {
    if (t.end == null || rank(how) > rank(t.end)) {
      t.end = how;
    }
    t.endComplete |= complete;
    known.endRevival(t);
    settle(t, now);
    questions.review(t, now);
  }

  /**
   * Nobody proves how it ended: it ends here by its user's word, which is no evidence of anything.
   */
  void dismiss(Tracked t, String why, long now) {
    t.reject = new Reject.Other(why);
    t.end = OrderStatus.DISMISSED;
    t.doubtNanos = Tracked.NEVER;
    apply(t, Input.DISMISSED, null, now);
  }

  /** Of two ends the one that says more stands, whichever came first. */
  private static int rank(OrderStatus end) {
    return switch (end) {
      case DISMISSED -> -1;
      case REJECTED -> 0;
      case CANCELED -> 1;
      case EXPIRED -> 2;
      default -> 3;
    };
  }

  /** Ends the order here once its end and all its fills are known. */
  void settle(Tracked t, long now) {
    if (t.status.isTerminal()) {
      return;
    }
    if (isProvedByFills(t)) {
      take(t, t.wanted, 0, now);
      return;
    }
    if (t.isFull()) {
      // Its fills are evidence enough, whether or not the venue has said so in words.
      t.end = OrderStatus.FILLED;
      t.endComplete = true;
    }
    OrderStatus end = t.end;
    if (end == null || !t.endComplete || t.missing().signum() > 0) {
      return;
    }
    if (end == OrderStatus.REJECTED && t.fills.filled().signum() > 0) {
      anomaly(t, "the venue says that it was rejected, and that some of it filled");
      end = OrderStatus.CANCELED;
    }
    if (end != OrderStatus.REJECTED && !t.placed) {
      sign(t, 0, now);
    }
    apply(
        t,
        switch (end) {
          case FILLED -> Input.END_FILLED;
          case EXPIRED -> Input.END_EXPIRED;
          case REJECTED -> Input.END_REJECTED;
          default -> Input.END_CANCELED;
        },
        null,
        now);
  }

  /** The venue has shown the order. */
  private void sign(Tracked t, long venueMillis, long now) {
    t.lastSignNanos = now;
    t.absentNanos = Tracked.NEVER;
    if (venueMillis > 0 && (t.firstSignMillis == 0 || venueMillis < t.firstSignMillis)) {
      t.firstSignMillis = venueMillis;
    }
    if (!t.placed) {
      t.placed = true;
      t.firstSignNanos = now;
      apply(t, Input.PLACED, null, now);
      if (t.status.isTerminal()) {
        // It was ended for want of a sign, and here is one.
        questions.doubt(t, now);
      }
    }
  }

  /** Joins the venue's own total of what is filled. */
  private void tell(Tracked t, OrderUpdate u, @Nullable BigDecimal filled, long askedAt, long now) {
    if (filled == null || filled.signum() == 0) {
      return;
    }
    sign(t, u.venueMillis(), now);
    int c = filled.compareTo(t.told);
    if (c == 0 && t.toldQuote == null) {
      t.toldQuote = u.quoteFilled();
    }
    if (c > 0) {
      t.told = filled;
      t.toldQuote = u.quoteFilled();
      if (askedAt != Tracked.NEVER && filled.compareTo(t.fills.filled()) > 0) {
        out.answered(u.venueMillis());
      }
      t.fillAnswers = 0;
      t.wantsFillsSince = Tracked.NEVER;
      questions.askAt(t, Long.MAX_VALUE);
      BigDecimal size = t.mostSize();
      if (size != null && filled.compareTo(size) > 0) {
        anomaly(t, "the venue counts " + filled.toPlainString() + " as filled, more than its size");
      }
    }
  }

  /** One of its fills was told, for the first time or again. */
  void fill(Tracked t, Fill f, long askedAt, long now) {
    learn(t, f.venueId(), now);
    count(t, f, askedAt, now);
    settle(t, now);
    questions.review(t, now);
  }

  /** Every fill of it was asked for, late enough, and has been told. */
  void fillsAnswered(Tracked t, long now) {
    t.fillAnswers++;
    if (t.endByFills) {
      t.endComplete = true;
    }
    if (t.fillAnswers >= FILL_ANSWERS && t.missing().signum() > 0) {
      countProvisional(t, now);
    }
    settle(t, now);
    questions.review(t, now);
  }

  private void count(Tracked t, Fill f, long askedAt, long now) {
    if (!f.instrument().equals(t.instrument()) || f.side() != t.order.side()) {
      anomaly(t, "a fill of another instrument or side is not counted: " + f);
      return;
    }
    Tracked owner = known.claim(f, t);
    if (owner != null && owner != t) {
      anomaly(t, "a fill that was counted for " + owner + " is not counted again: " + f);
      return;
    }
    if (owner == null || !t.placed) {
      // A fill that is listed again is old news: it does not show that the order is there still.
      sign(t, f.venueMillis(), now);
    }
    switch (t.fills.add(f)) {
      case COUNTED -> {
        if (askedAt != Tracked.NEVER && t.fills.filled().compareTo(t.told) > 0) {
          out.answered(f.venueMillis());
        }
        unkept.mark(t, f);
        apply(t, Input.FILL, f, now);
        checkSize(t);
      }
      case CORRECTED -> {
        unkept.mark(t, f);
        emit(t, OrderEvent.Kind.CORRECTED, f, now);
        checkSize(t);
      }
      case FEE -> {
        unkept.mark(t, f);
        emit(t, OrderEvent.Kind.FEE, f, now);
      }
      case CONFLICT -> anomaly(t, "a fill came again and differs; the first one stands: " + f);
      case KNOWN -> {}
    }
  }

  private void checkSize(Tracked t) {
    BigDecimal size = t.mostSize();
    if (size != null && t.fills.filled().compareTo(size) > 0) {
      anomaly(t, "more filled than its size: " + t.fills.filled().toPlainString());
    }
  }

  /**
   * Counts, as one provisional fill, what the venue says is filled and cannot show. Its id and
   * amounts follow from the order and the venue's total alone.
   */
  private void countProvisional(Tracked t, long now) {
    BigDecimal size = t.missing();
    BigDecimal quote = t.toldQuote == null ? null : t.toldQuote.subtract(t.fills.quoteFilled());
    BigDecimal price = t.price();
    if (quote != null && quote.signum() > 0) {
      price = quote.divide(size, MathContext.DECIMAL128);
    } else if (price == null) {
      price = t.state().averagePrice();
    }
    if (price == null) {
      anomaly(t, "the venue counts fills, and tells neither them nor their price");
      return;
    }
    Fill f =
        Fill.of(t.instrument(), "provisional-" + t.clientId() + "-" + t.told.toPlainString())
            .order(t.clientId(), t.order.venueId())
            .side(t.order.side())
            .price(price)
            .size(size)
            .provisional()
            .build();
    unkept.mark(t, f);
    t.fills.addProvisional(f, quote != null && quote.signum() > 0 ? quote : f.quoteSize());
    apply(t, Input.FILL, f, now);
  }

  /**
   * Weighs the price and size that the venue says an order has. The ones that were asked for hold
   * when the venue shows them; that others hold, only an answer shows that was asked for long
   * enough after the amendment: everything else may be older than it.
   */
  private void shape(Tracked t, OrderUpdate u, long askedAt, long now) {
    Order wanted = t.wanted;
    boolean old = u.venueMillis() > 0 && u.venueMillis() < t.amendedMillis;
    if (wanted == null || old || t.status.isTerminal()) {
      return;
    }
    Order shown = u.order();
    if (shown == null || shown.price() == null || shown.size() == null) {
      return;
    }
    boolean late =
        t.amending
            && t.amendOverNanos != Tracked.NEVER
            && askedAt >= t.amendOverNanos + visibilityNanos;
    if (!differs(shown, wanted) || (late && differs(shown, t.order))) {
      take(t, shown, u.venueMillis(), now);
    } else if (late) {
      amendOver(t, Input.NOT_AMENDED, now);
    }
  }

  /** The venue has shown the price and size that hold now. */
  private void take(Tracked t, Order shown, long venueMillis, long now) {
    BigDecimal price = t.order.price();
    boolean dearer = t.missingAt == null || price == null || price.compareTo(t.missingAt) > 0;
    if (t.missing().signum() == 0) {
      t.missingAt = null;
    } else if (dearer) {
      t.missingAt = price;
    }
    t.order = t.order.limit(shown.price()).size(shown.size());
    t.wanted = null;
    t.amended(now, venueMillis);
    amendOver(t, Input.AMENDED, now);
  }

  /** Whether what filled can only have filled of the order as it was to be changed. */
  private static boolean isProvedByFills(Tracked t) {
    if (!t.amending || t.wanted == null) {
      return false;
    }
    BigDecimal filled = t.told.max(t.fills.filled());
    int larger = t.wanted.size().compareTo(t.order.size());
    return larger > 0 && filled.compareTo(t.order.size()) > 0
        || larger < 0 && t.end == OrderStatus.FILLED && filled.compareTo(t.wanted.size()) == 0;
  }

  /** It is known which price and size hold; with that, its fills may be all of it. */
  private void amendOver(Tracked t, Input how, long now) {
    amendOver(t, how, null, now);
  }

  void amendOver(Tracked t, Input how, @Nullable Reject refusal, long now) {
    t.amending = false;
    unkept.mark(t);
    apply(t, how, null, refusal, now);
    settle(t, now);
    questions.review(t, now);
  }

  /** Takes a step of the table. */
  void apply(Tracked t, Input input, @Nullable Fill fill, long now) {
    apply(t, input, fill, null, now);
  }

  void apply(Tracked t, Input input, @Nullable Fill fill, @Nullable Reject refusal, long now) {
    Step step = Transitions.of(t.status, input);
    if (step == null) {
      anomaly(t, input + " cannot follow " + t.status);
      return;
    }
    OrderStatus before = t.status;
    unkept.mark(t);
    t.status = step.next() == null ? t.resting() : step.next();
    t.changed(now);
    if (t.status != before) {
      // What was asked of the old status may be no question of the new one: see review.
      questions.askAt(t, Long.MAX_VALUE);
    }
    if (before.isLive() && t.status.isTerminal()) {
      t.endedNanos = now;
      t.amending = false;
      known.remember(t, now);
    }
    OrderEvent.Kind kind = step.event();
    if (kind != null) {
      emit(t, kind, fill, refusal, now);
    }
  }

  /** Tells of the order as it is now. */
  void emit(Tracked t, OrderEvent.Kind kind, @Nullable Fill fill, long now) {
    emit(t, kind, fill, null, now);
  }

  private void emit(
      Tracked t, OrderEvent.Kind kind, @Nullable Fill fill, @Nullable Reject refusal, long now) {
    t.changed(now);
    out.event(new OrderEvent(kind, t.state(), fill, refusal));
  }

  /** What the venue says cannot be. */
  void anomaly(Tracked t, String what) {
    out.anomaly(t.toString(), what);
  }

  /** Takes in the venue's id of an order; false when the order is known under another one. */
  private boolean learn(Tracked t, @Nullable String venueId, long now) {
    if (venueId == null || venueId.equals(t.order.venueId())) {
      return true;
    }
    if (t.order.venueId() != null) {
      anomaly(t, "known as " + t.order.venueId() + ", and now told of as " + Escape.text(venueId));
      return false;
    }
    VenueKey key = new VenueKey(t.instrument(), venueId);
    Tracked owner = known.claim(key, t);
    if (owner != null) {
      anomaly(t, "told of under the id of " + owner);
      return false;
    }
    t.order = t.order.venueId(venueId);
    t.changed(now);
    unkept.mark(t);
    external.remove(key);
    for (ExternalOrders.Parked p : external.take(key)) {
      if (p.update() != null) {
        report(t, p.update(), p.askedAt(), now);
      } else if (p.fill() != null) {
        out.filled(p.fill(), t.order, true);
        fill(t, p.fill(), p.askedAt(), now);
      }
    }
    return true;
  }
}
