package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Venue;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares an account with the venue's, again and again: open orders, balances, positions, and
 * fills that nothing told of. The first audit that gets all its answers makes the account known.
 */
final class AccountAudit {
  /** How long moves of balances are gathered until they are asked for. */
  private static final long MOVED_NANOS = Duration.ofSeconds(2).toNanos();

  private final Context context;
  private final Calls calls;
  private final Orders orders;
  private final Cancels cancels;
  private final FillHistory fills;
  private final Money money;
  private final @Nullable PerpAccount perp;
  private final KeyCheck key;

  private Venue.AtStart atStart = Venue.AtStart.ADOPT;
  private @Nullable LongSupplier pace;
  private boolean running;
  private boolean again;
  private boolean balancesMoved;
  private boolean known;
  private boolean fresh;
  private int failures;
  private @Nullable String problem;
  private Timers.@Nullable Timer next;

  AccountAudit(
      Context context,
      Calls calls,
      Orders orders,
      Cancels cancels,
      FillHistory fills,
      Money money,
      @Nullable PerpAccount perp,
      KeyCheck key) {
    this.context = context;
    this.calls = calls;
    this.orders = orders;
    this.cancels = cancels;
    this.fills = fills;
    this.money = money;
    this.perp = perp;
    this.key = key;
  }

  /**
   * Begins: asks for the account until it is known, and audits from then on.
   *
   * @param atStart what becomes of orders found
   * @param pace how long to wait between two audits, in nanoseconds
   */
  void begin(Venue.AtStart atStart, LongSupplier pace) {
    this.atStart = atStart;
    this.pace = pace;
    run();
  }

  /** Compares everything with the venue, now; if that goes on already, once more afterwards. */
  void run() {
    if (context.closed || key.withheld() != null || !context.hasAccount() || pace == null) {
      return;
    }
    if (running) {
      again = true;
      return;
    }
    running = true;
    if (next != null) {
      next.cancel();
      next = null;
    }
    askOrders(
        told ->
            // Asked after the orders, so that what these lock is certainly taken off.
            askBalances(
                toldToo ->
                    askPositions(
                        toldAll -> {
                          fills.audit();
                          if (perp != null) {
                            perp.audit();
                          }
                          ran(told && toldToo && toldAll);
                        })));
  }

  private void ran(boolean answered) {
    running = false;
    fresh = answered;
    failures = answered ? 0 : failures + 1;
    known |= answered;
    if (context.closed || pace == null) {
      return;
    }
    if (again) {
      again = false;
      run();
    } else {
      long pause = answered ? pace.getAsLong() : context.backoff(failures);
      next = context.timers.set(context.now + pause, this::run);
    }
  }

  private void askOrders(Consumer<Boolean> told) {
    long askedAt = context.now;
    calls.perform(
        () -> context.books().openOrders(null, new Rows(context, "open orders")),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<OrderUpdate>> a) {
            found(a.value(), askedAt);
            orders.openOrders(a.value(), null, askedAt, context.now);
            orders.askAgain(context.now);
          } else {
            failed("open orders", outcome);
          }
          told.accept(outcome instanceof Outcome.Answer);
        });
  }

  /** What is open at the first look was left by an earlier run, or is somebody else's. */
  private void found(List<OrderUpdate> open, long askedAt) {
    if (known || atStart == Venue.AtStart.IGNORE) {
      return;
    }
    String prefix = context.profile.clientIds().prefix();
    for (OrderUpdate u : open) {
      String id = u.clientId();
      if (id == null || prefix.isEmpty() || !id.startsWith(prefix)) {
        continue;
      }
      OrderState adopted = orders.adopt(u, askedAt, context.now);
      if (adopted != null && atStart == Venue.AtStart.CANCEL) {
        cancels.cancel(id);
      }
    }
  }

  private void askBalances(Consumer<Boolean> told) {
    long askedAt = context.now;
    Rows rows = new Rows(context, "balances");
    calls.perform(
        () -> context.books().balances(rows),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<Balance>> a) {
            money.answered(a.value(), rows.isWhole(), askedAt);
          } else {
            failed("balances", outcome);
          }
          told.accept(outcome instanceof Outcome.Answer);
        });
  }

  /** A stream told that balances changed, and not how: one question answers for many moves. */
  void balancesMoved() {
    if (balancesMoved || context.closed || pace == null) {
      return;
    }
    balancesMoved = true;
    context.timers.set(
        context.now + MOVED_NANOS,
        () -> {
          balancesMoved = false;
          if (!context.closed) {
            askBalances(told -> {});
          }
        });
  }

  /** Asks for every position, where there are any. */
  void askPositions(Consumer<Boolean> told) {
    if (perp == null) {
      told.accept(true);
      return;
    }
    if (context.closed) {
      return;
    }
    long askedAt = context.now;
    long askedMillis = context.clock.isKnown() ? context.clock.millis(askedAt) : 0;
    Rows rows = new Rows(context, "positions");
    calls.perform(
        () -> ((PerpDialect) context.books()).positions(rows),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<Position>> a) {
            perp.answered(a.value(), rows.isWhole(), askedMillis, askedAt);
          } else {
            failed("positions", outcome);
          }
          told.accept(outcome instanceof Outcome.Answer);
        });
  }

  private void failed(String what, Outcome<?> outcome) {
    String why = context.redactor.show(outcome.describe());
    problem = what + ": " + why;
    if (outcome instanceof Outcome.Refusal<?> r
        && r.fault().kind() == Fault.Kind.UNAUTHORIZED
        && !known) {
      key.refused(why);
    }
    context.faulted(what, outcome);
  }

  /** Whether everything was told by the venue at least once. */
  boolean isAccountKnown() {
    return known && (perp == null || perp.isKnown());
  }

  /** Whether balances and open orders were, whatever is of positions. */
  boolean areBalancesKnown() {
    return known;
  }

  /** Whether the latest audit got all its answers. */
  boolean isFresh() {
    return fresh;
  }

  /** What went wrong last; null when nothing did. */
  @Nullable String problem() {
    return problem;
  }

  /** Audits no more. */
  void close() {
    if (next != null) {
      next.cancel();
    }
  }
}
