package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.Venue;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the venue's dead man's switch armed where the user wants it, and says whether orders may
 * leave. Where the venue has none there is none: nothing here could cancel after this process is
 * gone.
 *
 * <p>The venue counts from when a request reached it, which was not before it left: until one
 * time-out after the latest request that the venue confirmed had left, it cannot have acted. A
 * request without an answer changes nothing in that: if it arrived, the venue acts later.
 */
final class SilenceKeeper {
  private static final int PARTS = 3;

  /** Between two requests to let go of it. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long after a request was lost it may still arrive. */
  private static final long LATE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final String WHAT = "dead man's switch";

  private final Context context;
  private final Calls calls;
  private final LongSupplier sentAt;
  private final Runnable audit;
  private final @Nullable DeadMansSwitch venue;
  private final Duration timeout;

  private boolean armed;

  /** Whether a request to arm left, and none to disarm was confirmed since. */
  private boolean maybeArmed;

  private boolean lapsed;
  private boolean asking;
  private boolean disarming;

  /** Whether a request to let go is on its way, or due after a pause. */
  private boolean lettingGo;

  /** Until when a request to arm that was lost may arrive. */
  private long lateUntil = Long.MIN_VALUE;

  /** What is told of requests with the keys before says nothing. */
  private int keys;

  private int failures;
  private String why = "it was not armed yet";

  /** What the venue says, where asking again will not change it. */
  private @Nullable String refusal;

  private Timers.@Nullable Timer next;
  private Timers.@Nullable Timer end;

  /**
   * A switch at rest.
   *
   * @param wanted says whether and for how long
   * @param sentAt when the request left whose outcome is being told
   * @param audit asks the venue for every order
   * @throws IllegalArgumentException when the venue does not have what is wanted
   */
  SilenceKeeper(
      Context context, Calls calls, Venue<?> wanted, LongSupplier sentAt, Runnable audit) {
    this.context = context;
    this.calls = calls;
    this.sentAt = sentAt;
    this.audit = audit;
    Duration after = wanted.cancelsOnSilence();
    this.timeout = after == null ? Duration.ZERO : after;
    // On paper orders end with this process, and without keys there are none.
    boolean none = after == null || context.onPaper || !context.hasAccount();
    this.venue = none ? null : able(context.books(), timeout);
  }

  private static DeadMansSwitch able(BookDialect dialect, Duration timeout) {
    String name = dialect.profile().name();
    if (!(dialect instanceof DeadMansSwitch able)) {
      throw new IllegalArgumentException(
          name + " does not cancel on silence: open it without cancelOnSilence(…)");
    }
    if (timeout.compareTo(able.leastTimeout()) < 0 || timeout.compareTo(able.mostTimeout()) > 0) {
      throw new IllegalArgumentException(
          "%s cancels after a silence of %s to %s, not of %s"
              .formatted(name, able.leastTimeout(), able.mostTimeout(), timeout));
    }
    return able;
  }

  /** Arms it now, for the first time or anew. */
  void arm() {
    DeadMansSwitch spoken = venue;
    if (spoken == null || asking || disarming) {
      return;
    }
    asking = true;
    maybeArmed = true;
    cancel(next);
    int by = keys;
    calls.perform(
        () -> spoken.arm(timeout),
        outcome -> {
          if (by == keys) {
            asking = false;
            asked(outcome);
          }
        });
  }

  private void asked(Outcome<Boolean> outcome) {
    if (outcome instanceof Outcome.Answer<Boolean> a && a.value()) {
      confirmed(sentAt.getAsLong());
      return;
    }
    if (outcome instanceof Outcome.Unknown) {
      lateUntil = context.now + LATE_NANOS;
    }
    why = context.redactor.show(outcome.describe());
    boolean stands = outcome instanceof Outcome.Refusal<?> r && !r.fault().kind().isPassing();
    refusal = stands ? why : null;
    failed(outcome);
    if (!disarming) {
      again(Math.min(context.backoff(failures++), timeout.toNanos() / PARTS), this::arm);
    }
  }

  private void confirmed(long sent) {
    failures = 0;
    refusal = null;
    long until = sent + timeout.toNanos();
    if (until <= context.now) {
      why = "it was confirmed too late";
      if (!disarming) {
        again(1, this::arm);
      }
      return;
    }
    cancel(end);
    end = context.timers.set(until, this::lapse);
    if (!armed) {
      armed = true;
      context.event(new ConnectorEvent.CancelOnSilence(true, ""));
      if (lapsed) {
        lapsed = false;
        audit.run();
      }
    }
    if (!disarming) {
      again(sent + timeout.toNanos() / PARTS - context.now, this::arm);
    }
  }

  /** Nothing confirmed that the venue heard from us: it may have canceled every order. */
  private void lapse() {
    armed = false;
    lapsed = true;
    why = "nothing confirmed it for " + timeout;
    context.event(
        new ConnectorEvent.CancelOnSilence(
            false, why + ": the venue may have canceled every order"));
    audit.run();
  }

  private void again(long pause, Runnable task) {
    cancel(next);
    next = context.timers.set(context.now + Math.max(1, pause), task);
  }

  private static void cancel(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  private void failed(Outcome<?> outcome) {
    context.failed(WHAT, outcome);
  }

  /** The account has other keys: what was confirmed for those before says nothing of these. */
  void rotated() {
    keys++;
    refusal = null;
    asking = false;
    lettingGo = false;
    cancel(next);
    cancel(end);
    if (armed) {
      armed = false;
      lapsed = true;
      why = "it was not armed yet with the new keys";
      context.event(new ConnectorEvent.CancelOnSilence(false, why));
    }
  }

  /**
   * Lets go of it, as often as it takes until the venue confirms that, and no request to arm may
   * reach it any more.
   */
  void disarm() {
    DeadMansSwitch spoken = venue;
    disarming = true;
    if (spoken == null || lettingGo || !maybeArmed) {
      return;
    }
    lettingGo = true;
    cancel(next);
    calls.perform(
        spoken::disarm,
        outcome -> {
          boolean confirmed = outcome instanceof Outcome.Answer<Boolean> a && !a.value();
          if (confirmed && !asking && context.now >= lateUntil) {
            maybeArmed = false;
            armed = false;
            cancel(end);
          } else if (!context.closed) {
            if (!confirmed) {
              failed(outcome);
            }
            again(
                PAUSE_NANOS,
                () -> {
                  lettingGo = false;
                  disarm();
                });
          }
        });
  }

  /** Nothing more is asked: where it is still armed, the venue will act. */
  void close() {
    if (maybeArmed) {
      context.event(
          new ConnectorEvent.CancelOnSilence(
              armed, "closed while it may be armed: the venue may cancel every order"));
    }
  }

  /** Whether the venue keeps the orders whatever happens to this process. */
  boolean isDisarmed() {
    return !maybeArmed;
  }

  /** Why no order is to leave that waits, as waiting will not help; null while it may. */
  @Nullable String whyNone() {
    return venue == null || armed || refusal == null
        ? null
        : "the venue does not arm its dead man's switch: " + refusal;
  }

  /** Why orders wait; null while they need not. */
  @Nullable String whyWait() {
    return venue == null || armed ? null : "the venue's dead man's switch is not armed: " + why;
  }
}
