package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.model.Statistics;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connector's mind, whatever it trades with. It has four verbs: handle an event, {@link #wake},
 * {@link #poll} its effects, and {@link #nextWakeup}; the commands of its user are events too. It
 * has no clock, socket or thread: {@code now} is nanoseconds since the epoch, and one thread at a
 * time may be inside.
 */
public abstract sealed class ConnectorEngine permits Engine, AmmEngine {

  final Context context;
  final Departures departures;
  final Calls calls;

  /** What an earlier process kept, until it is taken on. */
  @Nullable Kept kept;

  boolean started;

  /** What is to be kept before anything else; null when it was, and without a journal. */
  private @Nullable Map<String, @Nullable String> firstKept;

  private boolean keeps;
  private boolean wasReady;

  /**
   * An engine at rest.
   *
   * @param context at the time of now
   * @param hosts by part of the API
   */
  ConnectorEngine(Context context, Map<String, BaseUri> hosts) {
    this.context = context;
    List<Limit> limits = new ArrayList<>(context.dialect.limits());
    context.dialect.streams().forEach(s -> limits.add(s.connectLimit()));
    context.joinLimits(limits);
    departures = new Departures(context, hosts);
    calls = new Calls(context, departures);
  }

  /** The base address of every part of a venue's API: the profile's, or what the user says. */
  public static Map<String, BaseUri> hosts(Venue<?> venue, Profile profile) {
    Map<String, BaseUri> known = profile.hosts().get(venue.environment());
    if (known == null) {
      throw new IllegalArgumentException(
          profile.name()
              + " has no environment "
              + venue.environment()
              + "; it has "
              + profile.hosts().keySet());
    }
    for (String part : venue.hosts().keySet()) {
      if (!known.containsKey(part)) {
        throw new IllegalArgumentException(
            profile.name() + " has no host " + part + "; it has " + known.keySet());
      }
    }
    Map<String, BaseUri> hosts = new LinkedHashMap<>(known);
    hosts.putAll(venue.hosts());
    return hosts;
  }

  abstract Streams streams();

  /** Lets leave what may, until nothing follows from it. */
  abstract void work();

  /** From now on says what is to be kept. */
  abstract void keeps();

  /** Whether there may be something to keep beside nonces. */
  abstract boolean isUnkept();

  /** Adds what is to be kept beside nonces. */
  abstract void keep(Map<String, @Nullable String> changes);

  final void enter(long now) {
    // Two threads may have read the clock in another order than they came in.
    context.now = Math.max(context.now, now);
    context.timers.runDue(context.now);
  }

  /** Whatever a verb changed is kept before anything that the verb wants done is. */
  private void keep() {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    if (firstKept != null) {
      changes.putAll(firstKept);
      firstKept = null;
    }
    departures.nonces().keep(changes);
    keep(changes);
    if (!changes.isEmpty()) {
      context.effects.addFirst(new Effect.Keep(changes));
    }
  }

  private void tellReadiness() {
    if (started && isReady() != wasReady) {
      wasReady = !wasReady;
      context.event(new ConnectorEvent.Ready(wasReady, readiness().missing()));
    }
  }

  // ---- the four verbs

  /** What became of a request. */
  public final void delivered(long now, long ticket, Delivery delivery) {
    enter(now);
    departures.delivered(ticket, delivery);
  }

  /** A socket is open. */
  public final void opened(long now, long connection) {
    enter(now);
    streams().opened(connection);
  }

  /**
   * A message came on a socket; its bytes are valid during the call.
   *
   * @return whether anything may follow from it. Otherwise there is nothing to {@link #settle}: it
   *     told of public trades, of which only paper makes more than to tell them, and no timer was
   *     due.
   */
  public final boolean received(long now, long connection, Frame frame) {
    long due = context.timers.next();
    enter(now);
    boolean onlyTrades = streams().received(connection, frame);
    return !onlyTrades || context.onPaper || due <= context.now;
  }

  /** A ping or pong came on a socket. */
  public final void heartbeat(long now, long connection) {
    enter(now);
    streams().heartbeat(connection);
  }

  /** A socket is closed, or never opened. */
  public final void closed(long now, long connection, int code, String reason) {
    enter(now);
    streams().closed(connection, code, reason);
  }

  /** Does what is due. */
  public final void wake(long now) {
    enter(now);
  }

  /** Ends a verb: lets leave what may, and tells what came of it. Call before {@link #poll}. */
  public final void settle() {
    work();
    tellReadiness();
    if (keeps && (firstKept != null || departures.nonces().isUnkept() || isUnkept())) {
      keep();
    }
  }

  /** The next thing to be done outside; null when there is no more. */
  public final @Nullable Effect poll() {
    return context.effects.poll();
  }

  /** When {@link #wake} must be called at the latest; {@link Long#MAX_VALUE} for never. */
  public final long nextWakeup() {
    return context.timers.next();
  }

  // ---- the journal

  /**
   * From now on says what is to be kept, and at its start takes on what an earlier process kept. To
   * be called before anything else.
   *
   * @param entries all that is kept
   * @throws IllegalStateException naming the entry that cannot be read
   */
  public final void remember(Map<String, String> entries) {
    Kept read = Kept.read(entries);
    kept = read;
    firstKept = read.first();
    keeps = true;
    departures.nonces().restore(read.nonces());
    keeps();
  }

  /**
   * The journal does not keep what it should; null when it does again. No verb: it may be said
   * while effects are drained.
   */
  public final void journal(@Nullable String problem) {
    context.event(
        new ConnectorEvent.Journal(
            problem == null, problem == null ? "" : context.redactor.show(problem)));
  }

  // ---- start and close

  /** Begins: asks for whatever must be known, and connects. */
  public abstract void start(long now);

  /** Which parts are ready. */
  public abstract Readiness readiness();

  /** Whether every part is ready. */
  public abstract boolean isReady();

  /** Why it can never become ready, as a bad key; null while it can. */
  public abstract @Nullable String fatal();

  /** Takes no more orders, and ends those that are live where that is wanted and can be done. */
  public abstract void beginClose(long now, boolean cancelOrders);

  /** Whether everything that {@link #beginClose} began is through. */
  public abstract boolean mayClose();

  /** Ends everything; nothing is asked or told any more. Returns the orders that are still live. */
  public abstract List<OrderState> close(long now);

  // ---- orders

  /**
   * Places an order.
   *
   * @throws dev.colibri.connector.model.Refused when it breaks a rule; nothing was sent
   */
  public abstract OrderState place(long now, Order order);

  /** Asks to cancel an order; does nothing when it ended. */
  public abstract void cancel(long now, String clientId);

  /**
   * Gives up finding out what became of an order; does nothing when it ended.
   *
   * @param why for people
   * @param mayHappen whether the user knows that it may still trade
   * @throws IllegalArgumentException when no such order is known
   * @throws IllegalStateException when it is known where it stands, or it may still trade and the
   *     user does not say so
   */
  public abstract void dismiss(long now, String clientId, String why, boolean mayHappen);

  /** Cancels every live order of ours, of one instrument or of all; returns how many. */
  public abstract int cancelAll(long now, @Nullable Instrument instrument);

  /** An order of ours by its client id, or null. */
  public abstract @Nullable OrderState order(String clientId);

  /** Every live order of ours, oldest first. */
  public abstract List<OrderState> liveOrders();

  /** The least and most that everything live on an instrument can still fill. */
  public abstract Exposure exposure(Instrument instrument);

  /** Bounds on what is placed from now on. */
  public abstract void guard(Guard guard);

  /** Lets no new order out. */
  public abstract void halt();

  /** Lets orders out again. */
  public abstract void resume();

  /**
   * What was counted so far.
   *
   * @param events what is counted elsewhere
   */
  public final Statistics statistics(Map<String, Long> events) {
    return context.counters.show(events);
  }

  /** Asks something beside orders; its value, or why there is none, is told once. */
  public final <T> void ask(long now, Call<T> call, Consumer<T> answer, Consumer<String> failure) {
    enter(now);
    calls.perform(
        () -> call,
        outcome -> {
          if (outcome instanceof Outcome.Answer<T> a) {
            answer.accept(a.value());
          } else {
            failure.accept(context.redactor.show(outcome.describe()));
          }
        });
  }
}
