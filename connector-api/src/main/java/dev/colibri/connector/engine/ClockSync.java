package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Learns the venue's time: now and then, and when the venue calls ours wrong. */
final class ClockSync {
  /** Two samples tell a good clock from a lucky one. */
  private static final int SAMPLES = 2;

  private final Context context;
  private final Calls calls;
  private final Departures departures;
  private final Streams streams;
  private boolean learning;

  /** How often in a row the venue was asked in vain. */
  private int timeless;

  private Timers.@Nullable Timer again;

  ClockSync(Context context, Calls calls, Departures departures, Streams streams) {
    this.context = context;
    this.calls = calls;
    this.departures = departures;
    this.streams = streams;
  }

  /** Learns it, now and from now on. */
  void begin() {
    learn();
    context.every(context.settings.timePause(), this::learn);
  }

  /** Learns it, unless that is being done. */
  void learn() {
    if (!learning) {
      learning = true;
      if (again != null) {
        again.cancel();
        again = null;
      }
      sample(SAMPLES, timeless == 0 ? 0 : SAMPLES);
    }
  }

  private void sample(int left, int failures) {
    calls.perform(
        context.books()::time,
        outcome -> {
          boolean known =
              outcome instanceof Outcome.Answer<Long> a
                  && context.clock.sample(departures.sentAt(), context.now, a.value());
          if (known && left > 1) {
            sample(left - 1, failures);
          } else if (!known && failures < SAMPLES) {
            context.failed("time", outcome);
            context.retry(failures, () -> sample(left, failures + 1));
          } else {
            learning = false;
            learnt();
          }
        });
  }

  private void learnt() {
    long offset = context.clock.arrivalOffset(context.now);
    context.limiter.align(offset);
    if (Math.abs(offset) > context.profile.clockTolerance().toNanos()) {
      context.event(new ConnectorEvent.ClockSkewed(Duration.ofNanos(offset)));
    }
    departures.timeLearnt(context.clock.isKnown());
    if (context.clock.isKnown()) {
      timeless = 0;
      streams.timeLearnt();
    } else {
      // By a time that is not known no fill is asked for: the next look would be too late.
      again = context.retry(timeless++, this::learn);
    }
  }
}
