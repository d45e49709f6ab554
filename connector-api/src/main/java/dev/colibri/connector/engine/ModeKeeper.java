package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The position mode of an account of perpetuals: learnt, changed where that is wanted, watched. */
final class ModeKeeper {
  /** How long what was asked for counts as asked. */
  private static final long ASKED_NANOS = Duration.ofSeconds(10).toNanos();

  private final Context context;
  private final Calls calls;
  private final PerpDialect dialect;
  private final PerpVenue venue;
  private final PerpAccount.Line line;
  private @Nullable PositionMode mode;

  /** When it was told last, or somebody tried to change it here. */
  private long toldAt = Tracked.NEVER;

  private long askedAt = Tracked.NEVER;
  private boolean asking;
  private int setting;
  private boolean begun;

  ModeKeeper(
      Context context, Calls calls, PerpDialect dialect, PerpVenue venue, PerpAccount.Line line) {
    this.context = context;
    this.calls = calls;
    this.dialect = dialect;
    this.venue = venue;
    this.line = line;
    PositionMode wanted = venue.positionMode();
    if (wanted != null && !dialect.positionModes().contains(wanted)) {
      throw new IllegalArgumentException(
          context.profile.name()
              + " has no position mode "
              + wanted
              + "; it has "
              + dialect.positionModes());
    }
  }

  /** Learns it, changes it where that is wanted, and goes on. */
  void begin(Runnable then) {
    ask(0, then);
  }

  private void ask(int attempt, Runnable then) {
    calls.perform(
        dialect::positionMode,
        outcome -> {
          if (context.closed) {
            return;
          }
          if (outcome instanceof Outcome.Answer<PositionMode> a) {
            line.answered();
            PositionMode wanted = venue.positionMode();
            if (wanted == null || wanted == a.value()) {
              begun(a.value(), then);
            } else {
              change(a.value(), wanted, attempt, then);
            }
          } else {
            line.failed("position mode", outcome);
            context.retry(attempt, () -> ask(attempt + 1, then));
          }
        });
  }

  private void change(PositionMode is, PositionMode wanted, int attempt, Runnable then) {
    calls.perform(
        () -> dialect.setPositionMode(wanted),
        outcome -> {
          if (context.closed) {
            return;
          }
          if (outcome instanceof Outcome.Answer<PositionMode> a && a.value() == wanted) {
            begun(wanted, then);
            return;
          }
          boolean refused =
              outcome instanceof Outcome.Refusal<PositionMode> r && !r.fault().kind().isPassing();
          if (refused && venue.ifOpen() == PerpVenue.IfOpen.KEEP) {
            context.faulted("position mode", outcome);
            begun(is, then);
          } else if (refused) {
            line.failed("position mode", outcome);
            line.fatal(
                "the account holds positions in mode %s and the venue does not change it to %s: %s"
                    .formatted(is, wanted, context.redactor.show(outcome.describe())));
          } else {
            // Whether it was changed is for the account's mode to say.
            line.failed("position mode", outcome);
            context.retry(attempt, () -> ask(attempt + 1, then));
          }
        });
  }

  private void begun(PositionMode known, Runnable then) {
    begun = true;
    modeIs(known);
    then.run();
  }

  private void modeIs(PositionMode known) {
    toldAt = context.now;
    if (mode != known) {
      mode = known;
      context.event(new ConnectorEvent.PositionModeIs(known, venue.positionMode()));
    }
  }

  /** Changes it; what holds, or why not, is told once. */
  void set(PositionMode wanted, Consumer<PositionMode> done, Consumer<String> failed) {
    if (!dialect.positionModes().contains(wanted)) {
      failed.accept(context.profile.name() + " has only " + dialect.positionModes());
      return;
    }
    setting++;
    calls.perform(
        () -> dialect.setPositionMode(wanted),
        outcome -> {
          setting--;
          toldAt = context.now;
          if (outcome instanceof Outcome.Answer<PositionMode> a) {
            modeIs(a.value());
            line.askPositions();
            done.accept(a.value());
          } else {
            if (!(outcome instanceof Outcome.Refusal)) {
              read();
            }
            failed.accept(context.redactor.show(outcome.describe()));
          }
        });
  }

  /** Asks again: it may have been changed elsewhere, where no stream tells of it. */
  void audit() {
    if (begun
        && !context.closed
        && dialect.positionModes().size() > 1
        && Math.max(askedAt, toldAt) + ASKED_NANOS <= context.now) {
      read();
    }
  }

  private void read() {
    if (asking) {
      return;
    }
    asking = true;
    askedAt = context.now;
    calls.perform(
        dialect::positionMode,
        outcome -> {
          asking = false;
          if (!(outcome instanceof Outcome.Answer<PositionMode> a)) {
            context.faulted("position mode", outcome);
          } else if (setting > 0 || toldAt > askedAt) {
            if (setting == 0) {
              read(); // What was answered is of before the change.
            }
          } else if (a.value() != mode) {
            modeIs(a.value());
            line.askPositions();
          } else {
            toldAt = context.now;
          }
        });
  }

  /** Whether it is known, and is what is wanted where that could be had. */
  boolean hasBegun() {
    return begun;
  }

  /** The account's; null before it is known. */
  @Nullable PositionMode mode() {
    return mode;
  }

  /** That of an instrument; null before it is known. */
  @Nullable PositionMode mode(Instrument instrument) {
    return mode == PositionMode.HEDGE && !dialect.isHedgeable(instrument)
        ? PositionMode.ONE_WAY
        : mode;
  }
}
