package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Reply;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Performs calls: walks through the value, asks what it asks, and tells the outcome once, at the
 * latest when everything is closed.
 */
final class Calls {
  private final Context context;
  private final Departures departures;

  /** Calls that pause before they go on. */
  private final Set<Runnable> pausing = new LinkedHashSet<>();

  private boolean closed;

  Calls(Context context, Departures departures) {
    this.context = context;
    this.departures = departures;
  }

  /** What a call left behind so far. */
  private static final class Trail {
    /** Whether a mutation was answered, so that a later failure says nothing about it. */
    boolean mutated;

    /** Whether the last refusal was of a question asked after that. */
    boolean refusedLater;
  }

  /**
   * Performs a call.
   *
   * @param call makes it; what it throws is an outcome too
   * @param done told once; never before this method returns, unless nothing was asked
   */
  <T> void perform(Supplier<Call<T>> call, Consumer<Outcome<T>> done) {
    Call<T> made;
    try {
      made = call.get();
    } catch (RuntimeException e) {
      done.accept(new Outcome.NotSent<>("it could not be written: " + e.getMessage()));
      return;
    }
    Trail trail = new Trail();
    run(
        made,
        trail,
        outcome ->
            done.accept(
                outcome instanceof Outcome.Refusal && trail.refusedLater
                    ? new Outcome.Unknown<>(outcome.describe())
                    : outcome));
  }

  /**
   * Nothing pauses any more: what did goes on now, and finds that nothing leaves. To be called when
   * departures are closed.
   */
  void close() {
    closed = true;
    while (!pausing.isEmpty()) {
      Runnable next = pausing.iterator().next();
      pausing.remove(next);
      next.run();
    }
  }

  private <T> void run(Call<T> call, Trail trail, Consumer<Outcome<T>> done) {
    if (call instanceof Call.Done<T> c) {
      done.accept(new Outcome.Answer<>(c.value()));
    } else if (call instanceof Call.Failed<T> c) {
      done.accept(new Outcome.Refusal<>(c.fault()));
    } else if (call instanceof Call.Ask<T> c) {
      departures.submit(c.request(), outcome -> done.accept(read(c, outcome, trail)));
    } else if (call instanceof Call.After<T> c) {
      pause(c.delay(), () -> run(c.call(), trail, done));
    } else if (call instanceof Call.Otherwise<T> c) {
      run(c.first(), trail, outcome -> rescue(c, outcome, trail, done));
    } else {
      then((Call.Then<?, T>) call, trail, done);
    }
  }

  private void pause(Duration delay, Runnable next) {
    if (closed) {
      next.run();
      return;
    }
    pausing.add(next);
    context.timers.set(
        context.now + delay.toNanos(),
        () -> {
          if (pausing.remove(next)) {
            next.run();
          }
        });
  }

  private <A, T> void then(Call.Then<A, T> call, Trail trail, Consumer<Outcome<T>> done) {
    run(
        call.first(),
        trail,
        outcome -> {
          if (!(outcome instanceof Outcome.Answer<A> answer)) {
            done.accept(outcome.withoutValue());
            return;
          }
          Call<T> next;
          try {
            next = call.next().apply(answer.value());
          } catch (RuntimeException e) {
            done.accept(failed("unreadable answer: " + e.getMessage(), trail));
            return;
          }
          run(next, trail, done);
        });
  }

  private <T> void rescue(
      Call.Otherwise<T> call, Outcome<T> outcome, Trail trail, Consumer<Outcome<T>> done) {
    @Nullable Call<T> other;
    try {
      other = outcome instanceof Outcome.Refusal<T> r ? call.rescue().apply(r.fault()) : null;
    } catch (RuntimeException e) {
      done.accept(failed("no way on after a refusal: " + e.getMessage(), trail));
      return;
    }
    if (other == null) {
      done.accept(outcome);
    } else {
      run(other, trail, done);
    }
  }

  private <T> Outcome<T> read(Call.Ask<T> ask, Outcome<Reply> outcome, Trail trail) {
    if (outcome instanceof Outcome.Answer<Reply> answer) {
      trail.mutated |= ask.request().isMutation();
      try {
        return new Outcome.Answer<>(ask.reader().apply(answer.value()));
      } catch (RuntimeException e) {
        // The venue answered something that this version cannot read: for an order that is no
        // refusal.
        context.counters.lost++;
        context.quarantined(ask.request().toString(), e, answer.value().text());
        return failed("unreadable answer: " + e.getMessage(), trail);
      }
    }
    trail.refusedLater = trail.mutated && !ask.request().isMutation();
    if (outcome instanceof Outcome.NotSent<Reply> n && trail.mutated) {
      return new Outcome.Unknown<>(n.why());
    }
    if (outcome instanceof Outcome.Unknown<Reply> u
        && !ask.request().isMutation()
        && !trail.mutated) {
      // A query that leads to a mutation got no answer, so that the mutation was never sent.
      return new Outcome.NotSent<>(u.why());
    }
    return outcome.withoutValue();
  }

  private static <T> Outcome<T> failed(String why, Trail trail) {
    return trail.mutated ? new Outcome.Unknown<>(why) : new Outcome.NotSent<>(why);
  }
}
