package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What must be asked about the orders of an account, and when. */
final class Questions {

  /** Something to ask the venue about one order. */
  enum Ask {
    /**
     * Where it stands. The answer goes to {@link Orders#update(OrderUpdate, long, long)} or {@link
     * Orders#absent}; a failure goes nowhere.
     */
    STATUS,
    /**
     * Every fill of it. Each goes to {@link Orders#fill}, and when all came {@link
     * Orders#fillsAnswered}.
     */
    FILLS,
    /** To cancel it: it was ended here on evidence that the venue has since contradicted. */
    CANCEL
  }

  /** One of them. */
  record Question(Ask ask, OrderState order) {}

  /** How long a place or a cancel may go without the venue's word before it is asked. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  /** How long fills that are counted may take to arrive by themselves. */
  static final long GRACE_NANOS = 1_000_000_000L;

  static final long FIRST_BACKOFF_NANOS = 1_000_000_000L;
  static final long MAX_BACKOFF_NANOS = 30_000_000_000L;

  private final TreeSet<Tracked> asking =
      new TreeSet<>(
          Comparator.<Tracked>comparingLong(t -> t.askNanos).thenComparingLong(t -> t.sequence));

  /** When the first of them is due: asked for after every message, however many there are. */
  private long next = Long.MAX_VALUE;

  /**
   * What to ask the venue now. An order is asked about again and again, at growing intervals of at
   * most half a minute, until its question is answered: calling this counts as asking.
   *
   * @param max how many orders to ask about at the most
   */
  List<Question> due(long now, int max) {
    List<Question> questions = new ArrayList<>();
    for (int n = 0; n < max && !asking.isEmpty() && asking.first().askNanos <= now; n++) {
      Tracked t = asking.first();
      if (t.revived) {
        questions.add(new Question(Ask.CANCEL, t.state()));
      }
      if (t.asksStatus) {
        questions.add(new Question(Ask.STATUS, t.state()));
      }
      if (t.asksFills && t.order.venueId() != null) {
        questions.add(new Question(Ask.FILLS, t.state()));
      }
      long backoff = FIRST_BACKOFF_NANOS << Math.min(t.asks++, 10);
      askAt(t, now + Math.min(backoff, MAX_BACKOFF_NANOS));
    }
    return questions;
  }

  /** When {@link #due} will next have something; Long.MAX_VALUE for never. */
  long next() {
    return next;
  }

  /** The venue answers again after an outage: every open question is due at once. */
  void askAgain(long now) {
    for (Tracked t : new ArrayList<>(asking)) {
      // What was never asked waits for its own time: nothing kept the venue from answering.
      if (t.asks > 0) {
        t.asks = 0;
        askBy(t, now);
      }
    }
  }

  /** Asks at this time and not before; never, at Long.MAX_VALUE. */
  void askAt(Tracked t, long at) {
    asking.remove(t);
    t.askNanos = at;
    if (at != Long.MAX_VALUE) {
      asking.add(t);
    }
    next = asking.isEmpty() ? Long.MAX_VALUE : asking.first().askNanos;
  }

  /** Asks at this time at the latest. */
  void askBy(Tracked t, long at) {
    if (at < t.askNanos) {
      askAt(t, at);
    }
  }

  /** Something calls for the status of an order. */
  void doubt(Tracked t, long now) {
    if (t.doubtNanos == Tracked.NEVER) {
      t.doubtNanos = now;
      askBy(t, now);
    }
    review(t, now);
  }

  /** Works out what must be asked about an order, and when, after something changed. */
  void review(Tracked t, long now) {
    boolean status = t.doubtNanos != Tracked.NEVER;
    boolean fills = t.missing().signum() > 0;
    long at = status || t.revived ? now : Long.MAX_VALUE;
    if (t.status.isLive()) {
      if (t.end != null) {
        status |= !t.endComplete && !t.endByFills;
        fills |= !t.endComplete && t.endByFills;
        at = Math.min(at, status ? now + GRACE_NANOS : Long.MAX_VALUE);
      } else if (t.status == OrderStatus.UNKNOWN) {
        status = true;
        at = now;
      } else if (t.status == OrderStatus.PENDING_CANCEL) {
        status = true;
        at = Math.min(at, t.cancelLost ? now : t.cancelSentNanos + PATIENCE_NANOS);
      } else if (t.status == OrderStatus.PENDING_NEW && t.sentNanos != Tracked.NEVER) {
        status = true;
        at = Math.min(at, t.sentNanos + PATIENCE_NANOS);
      }
      if (t.amending && t.end == null) {
        status = true;
        at = Math.min(at, t.amendLost ? now : t.amendSentNanos + PATIENCE_NANOS);
      }
    }
    if (fills) {
      at = Math.min(at, now + GRACE_NANOS);
      if (t.wantsFillsSince == Tracked.NEVER) {
        t.wantsFillsSince = now;
      }
    } else {
      t.wantsFillsSince = Tracked.NEVER;
      t.fillAnswers = 0;
    }
    // Fills are asked for by the venue's id, which the status tells.
    status |= fills && t.order.venueId() == null;
    boolean same = status == t.asksStatus && fills == t.asksFills;
    t.asksStatus = status;
    t.asksFills = fills;
    if (!status && !fills && !t.revived) {
      t.asks = 0;
      askAt(t, Long.MAX_VALUE);
    } else if (!same || t.askNanos == Long.MAX_VALUE) {
      t.asks = 0;
      askAt(t, Math.max(at, now));
    }
  }

  int size() {
    return asking.size();
  }
}
