package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Topic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices an account's stream that is connected and tells nothing. Nothing of the connection shows
 * that, since an account at rest is as silent; but what a question brings of a time in which the
 * stream was live, the stream should have told, or will in a moment.
 */
final class AccountWatch {
  /** How long the stream may be silent about orders after a question brought what it had not. */
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** How much earlier something may have happened than the venue's clock, as known here, says. */
  private static final long SLACK_MILLIS = 2_000;

  private final Context context;
  private final Streams streams;
  private long liveSince;
  private long heard = Long.MIN_VALUE;
  private Timers.@Nullable Timer waiting;

  AccountWatch(Context context, Streams streams) {
    this.context = context;
    this.streams = streams;
  }

  /** The stream tells from now on. */
  void live() {
    liveSince = context.now;
    if (waiting != null) {
      waiting.cancel();
      waiting = null;
    }
  }

  /** The stream told of an order. */
  void heard() {
    heard = context.now;
  }

  /**
   * A question brought what no stream had told of an order.
   *
   * @param venueMillis when it happened; 0 when that is not known
   */
  void answered(long venueMillis) {
    if (waiting != null
        || !context.clock.isKnown()
        || venueMillis < context.clock.millis(liveSince) + SLACK_MILLIS
        || !streams.carries(Topic.Kind.ACCOUNT)
        || !streams.isLive(Topic.account())) {
      return;
    }
    long since = context.now;
    waiting =
        context.timers.set(
            since + PATIENCE_NANOS,
            () -> {
              waiting = null;
              if (heard < since && streams.isLive(Topic.account())) {
                streams.replace(Topic.account(), "tells nothing of what happens to orders");
              }
            });
  }
}
