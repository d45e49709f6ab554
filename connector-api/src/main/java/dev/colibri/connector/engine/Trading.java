package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeReplace;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Venue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The account's side of the engine: places and cancels, asks about what is not known, and audits
 * what seems to be. What an order is, {@link Orders} decides; this class asks the venue and passes
 * the evidence on.
 */
final class Trading {
  /** How many parts of a long list of fills are asked for at once. */
  private static final int MOST_PAGES = 20;

  /** How long moves of balances are gathered until they are asked for. */
  private static final long MOVED_NANOS = Duration.ofSeconds(2).toNanos();

  /** How many instruments' fills one audit asks for; the others take their turn. */
  private static final int FILLS_AN_AUDIT = 10;

  /** Fills are asked for from a little before the last that is known: venues list some late. */
  private static final long OVERLAP_MILLIS = 60_000;

  private static final long WEEK_MILLIS = Duration.ofDays(7).toMillis();

  /** Before so many weeks venues tell nothing any more. */
  private static final int MOST_WEEKS = 26;

  /** How many orders are asked about at once; the others follow when these were. */
  private static final int QUESTIONS_AT_ONCE = 20;

  private static final String CLOSED = "the connector is closed";

  /** The smallest batch: one order leaves by its own request. */
  private static final int LEAST_OF_A_BATCH = 2;

  private final Context context;
  private final Calls calls;
  private final Supplier<InstrumentIndex> instruments;
  private final ClientIds ids;
  private final Orders orders;
  private final Money money;
  private final @Nullable PerpAccount perp;

  /** Orders to be canceled as soon as the venue shows that it has them. */
  private final Set<String> cancelWanted = new LinkedHashSet<>();

  /** Orders whose status or fills are being asked. */
  private final Set<String> asking = new LinkedHashSet<>();

  /** By the order that must be gone first: what takes its place. */
  private final Map<String, Replacement> replacements = new LinkedHashMap<>();

  /** An order that waits for the end of another. */
  private record Replacement(Order order, Replaced told) {}

  /** By the order that is being changed: who is told what became of it. */
  private final Map<String, Replaced> amendments = new LinkedHashMap<>();

  /** By instrument traded: the venue's time up to which all its fills are known. */
  private final LinkedHashMap<Instrument, Long> watermarks = new LinkedHashMap<>();

  private Venue.AtStart atStart = Venue.AtStart.ADOPT;
  private @Nullable LongSupplier pace;
  private boolean auditing;
  private boolean balancesMoved;
  private boolean auditAgain;
  private boolean accountKnown;
  private boolean fresh;
  private boolean placing = true;
  private boolean closed;
  private @Nullable String withheld;
  private int failures;
  private long questionAt = Long.MAX_VALUE;
  private @Nullable String problem;
  private @Nullable String refusedKey;
  private Timers.@Nullable Timer nextAudit;
  private Timers.@Nullable Timer nextQuestion;

  Trading(
      Context context,
      Calls calls,
      Supplier<InstrumentIndex> instruments,
      Orders orders,
      Money money,
      @Nullable PerpAccount perp) {
    this.context = context;
    this.calls = calls;
    this.instruments = instruments;
    this.orders = orders;
    this.money = money;
    this.perp = perp;
    this.ids = new ClientIds(context.profile.clientIds(), context.now, context.random());
  }

  // ---------------------------------------------------------------- placing and canceling

  /** Checks, registers and sends an order. */
  OrderState place(Order asked) {
    OrderState state = register(asked);
    send(state);
    return state;
  }

  private void send(OrderState state) {
    String id = state.clientId();
    sent(id);
    calls.perform(() -> context.books().place(state.order()), outcome -> placed(id, outcome));
  }

  private void sent(String id) {
    orders.sent(id, context.clock.isKnown() ? context.clock.millis(context.now) : 0, context.now);
  }

  /**
   * Checks and registers several orders, all or none, and sends them: in few requests where the
   * venue takes several in one.
   */
  List<OrderState> placeAll(List<Order> asked) {
    List<OrderState> states = new ArrayList<>();
    try {
      asked.forEach(o -> states.add(register(o)));
    } catch (RuntimeException e) {
      states.forEach(s -> orders.withdraw(s.clientId()));
      money.withdrawn(states.size());
      throw e;
    }
    if (!(context.books() instanceof NativeBatch venue)) {
      states.forEach(this::send);
      return states;
    }
    List<OrderState> limits = states.stream().filter(s -> s.order().price() != null).toList();
    states.stream().filter(s -> s.order().price() == null).forEach(this::send);
    for (List<OrderState> batch : batches(limits, venue.mostPlaced())) {
      if (batch.size() < LEAST_OF_A_BATCH) {
        batch.forEach(this::send);
      } else {
        batch.forEach(s -> sent(s.clientId()));
        perform(batch, venue::placeAll, this::placed);
      }
    }
    return states;
  }

  /**
   * Parts of one instrument and of a bounded size, in the order of the first of each instrument.
   */
  private static List<List<OrderState>> batches(List<OrderState> all, int most) {
    Map<Instrument, List<OrderState>> of = new LinkedHashMap<>();
    all.forEach(s -> of.computeIfAbsent(s.instrument(), i -> new ArrayList<>()).add(s));
    List<List<OrderState>> batches = new ArrayList<>();
    for (List<OrderState> some : of.values()) {
      for (int from = 0; from < some.size(); from += most) {
        batches.add(some.subList(from, Math.min(some.size(), from + most)));
      }
    }
    return batches;
  }

  /** Asks one thing of several orders, and tells each what became of its part. */
  private void perform(
      List<OrderState> batch,
      Function<List<Order>, Call<List<BatchResult>>> call,
      BiConsumer<String, Outcome<OrderUpdate>> told) {
    List<Order> some = batch.stream().map(OrderState::order).toList();
    calls.perform(
        () -> call.apply(some),
        outcome -> {
          for (int i = 0; i < batch.size(); i++) {
            told.accept(batch.get(i).clientId(), part(outcome, i, batch.size()));
          }
        });
  }

  private static Outcome<OrderUpdate> part(Outcome<List<BatchResult>> whole, int i, int size) {
    if (!(whole instanceof Outcome.Answer<List<BatchResult>> a)) {
      return whole.withoutValue();
    }
    if (a.value().size() != size) {
      return new Outcome.Unknown<>(a.value().size() + " results for " + size + " orders");
    }
    BatchResult result = a.value().get(i);
    return result.update() != null
        ? new Outcome.Answer<>(result.update())
        : new Outcome.Refusal<>(result.fault());
  }

  /**
   * Null when there is no room for it beside the order that it replaces, in the account or within
   * the guard's bounds: that one goes first.
   */
  private @Nullable OrderState registerIfRoom(Order replacement) {
    try {
      return register(replacement);
    } catch (Refused e) {
      if (e.rule() == Rule.BUDGET || e.rule() == Rule.GUARD) {
        return null;
      }
      throw e;
    }
  }

  private OrderState register(Order said) {
    check(said);
    Order asked = perp == null ? said : perp.complete(said);
    BigDecimal estimate = money.check(asked);
    Order order = asked.clientId() == null ? asked.clientId(ids.next()) : asked;
    OrderState state = orders.register(order, estimate, context.now);
    money.placed();
    return state;
  }

  /** Checks everything but what the account can afford. */
  private void check(Order asked) {
    checkLawful(asked);
    if (orders.liveCount() >= context.settings.maxOpenOrders()) {
      throw new Refused(
          Rule.TOO_MANY_ORDERS,
          Integer.toString(orders.liveCount()),
          null,
          "at most " + context.settings.maxOpenOrders() + " orders may be live");
    }
  }

  private void checkLawful(Order asked) {
    if (closed || !placing) {
      throw new Refused(Rule.NOT_READY, "", null, CLOSED);
    }
    if (!context.hasAccount()) {
      throw new Refused(
          Rule.NOT_READY,
          "",
          null,
          "the connector was opened without credentials: public data only");
    }
    if (withheld != null) {
      throw new Refused(Rule.NOT_READY, "", null, withheld);
    }
    if (!isAccountKnown()) {
      throw new Refused(
          Rule.NOT_READY, "", null, "balances and open orders are not known yet; await start()");
    }
    Instrument known = instruments.get().bySymbol(asked.instrument().symbol());
    if (known == null || !known.equals(asked.instrument())) {
      throw new Refused(
          Rule.INSTRUMENT,
          asked.instrument().toString(),
          null,
          context.profile.name() + " does not trade " + asked.instrument());
    }
    asked.check();
    if (perp == null && asked.isReduceOnly()) {
      throw new Refused(
          Rule.POSITION, asked.toString(), null, known + " has no position to reduce: it is spot");
    }
    // The order may carry rules of an hour ago: today's count.
    known.rules().check(asked);
    if (known.state() != Instrument.State.TRADING) {
      throw new Refused(
          Rule.NOT_TRADING, known.state().name(), null, known + " is " + known.state());
    }
  }

  /** An answer that speaks of another order says nothing about the one that was asked about. */
  private Outcome<OrderUpdate> own(String id, Outcome<OrderUpdate> outcome) {
    if (!(outcome instanceof Outcome.Answer<OrderUpdate> a)
        || a.value().clientId() == null
        || id.equals(a.value().clientId())) {
      return outcome;
    }
    String why = "an answer about " + a.value().clientId();
    context.quarantined("order " + id, new IllegalStateException(why), a.value().toString());
    return new Outcome.Unknown<>(why);
  }

  private void placed(String id, Outcome<OrderUpdate> told) {
    Outcome<OrderUpdate> outcome = own(id, told);
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.accepted(id, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.refused(id, r.fault(), context.now);
      if (perp != null) {
        perp.refused(r.fault());
      }
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n) {
      orders.notSent(id, n.why(), context.now);
    } else {
      orders.outcomeUnknown(id, context.now);
    }
  }

  /**
   * Cancels an order of ours, or one of somebody else's that the user names.
   *
   * @throws IllegalArgumentException when no such order is known
   */
  void cancel(String clientId) {
    OrderState state = orders.find(clientId);
    if (state == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    if (state.status().isTerminal()) {
      return;
    }
    // A cancel that overtakes its order is told "not found", and the order would live on.
    wantCancel(clientId);
    if (isCancelDue(state)) {
      sendCancel(state);
    }
  }

  private void wantCancel(String clientId) {
    cancelWanted.add(clientId);
    orders.cancelAsked(clientId, true);
  }

  /** Whether a cancel may leave now: the venue may have the order, and no cancel is on its way. */
  private boolean isCancelDue(OrderState state) {
    return state.status() != OrderStatus.PENDING_NEW && !orders.isCancelPending(state.clientId());
  }

  /**
   * What was asked to be canceled stays so until it ends or the venue refuses: see {@link
   * #noticed}.
   */
  private void sendCancel(OrderState state) {
    String id = state.clientId();
    orders.cancelSent(id, context.now);
    calls.perform(() -> context.books().cancel(state.order()), outcome -> canceled(id, outcome));
  }

  private void canceled(String id, Outcome<OrderUpdate> told) {
    Outcome<OrderUpdate> outcome = own(id, told);
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.cancelAnswered(id, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.cancelRefused(id, r.fault(), context.now);
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n && closed) {
      orders.cancelRefused(id, Fault.of(Fault.Kind.REJECTED, n.why()), context.now);
    } else {
      // Not sent is no refusal either: where the order lives, its cancel leaves again.
      orders.cancelUnknown(id, context.now);
    }
  }

  /**
   * Cancels every live order of ours, of one instrument or of all, in few requests where the venue
   * takes several in one; returns how many.
   */
  int cancelAll(@Nullable Instrument instrument) {
    List<OrderState> all =
        orders.live().stream()
            .filter(s -> instrument == null || s.instrument().equals(instrument))
            .toList();
    if (!(context.books() instanceof NativeBatchCancel venue)) {
      all.forEach(s -> cancel(s.clientId()));
      return all.size();
    }
    all.forEach(s -> wantCancel(s.clientId()));
    List<OrderState> due = all.stream().filter(this::isCancelDue).toList();
    for (List<OrderState> batch : batches(due, venue.mostCanceled())) {
      if (batch.size() < LEAST_OF_A_BATCH) {
        batch.forEach(this::sendCancel);
      } else {
        batch.forEach(s -> orders.cancelSent(s.clientId(), context.now));
        perform(batch, venue::cancelEach, this::canceledInBatch);
      }
    }
    return all.size();
  }

  /** What the venue puts off goes on alone, as a cancel that was put off whole would. */
  private void canceledInBatch(String id, Outcome<OrderUpdate> outcome) {
    OrderState state = orders.find(id);
    if (state != null
        && !state.status().isTerminal()
        && outcome instanceof Outcome.Refusal<OrderUpdate> r
        && r.fault().kind().isPassing()
        && r.fault().kind() != Fault.Kind.OUTCOME_UNKNOWN) {
      calls.perform(() -> context.books().cancel(state.order()), alone -> canceled(id, alone));
    } else {
      canceled(id, outcome);
    }
  }

  // ---------------------------------------------------------------- changing and replacing

  /**
   * Changes the price or the size of an order in place.
   *
   * @param changed the order with another price, another size, or both
   * @param told the order as changed, or null and why it is not
   * @throws IllegalArgumentException when anything else differs, or the order has no price
   * @throws Refused when the order as changed breaks a rule; it stays as it is
   */
  void amend(NativeAmend venue, String clientId, Order changed, Replaced told) {
    OrderState state = orders.find(clientId);
    if (state == null || state.status().isTerminal()) {
      told.done(null, "order " + clientId + " is not live");
      return;
    }
    Order order = state.order();
    BigDecimal price = changed.price();
    BigDecimal size = changed.size();
    if (price == null || size == null || !isSameBut(order, changed)) {
      throw new IllegalArgumentException(
          "an amendment changes the price and size of a limit order, and nothing else; "
              + order
              + " cannot become "
              + changed);
    }
    String why = whyNotAmendable(state);
    if (why != null) {
      told.done(null, "order " + clientId + " " + why);
      return;
    }
    if (price.compareTo(order.price()) == 0 && size.compareTo(order.size()) == 0) {
      told.done(state, "");
      return;
    }
    Order wanted = order.limit(price).size(size);
    checkLawful(wanted);
    if (size.compareTo(state.filled()) <= 0) {
      throw new Refused(
          Rule.MIN_SIZE,
          size.toPlainString(),
          order
              .instrument()
              .rules()
              .roundSize(state.filled())
              .add(order.instrument().rules().lotSize()),
          "%s has filled, and the size includes that; cancel it instead"
              .formatted(state.filled().toPlainString()));
    }
    money.checkAmended(state, wanted);
    money.placed();
    amendments.put(clientId, told);
    int amendment = orders.amendSent(clientId, wanted, context.now);
    calls.perform(
        () -> venue.amend(order, wanted), outcome -> amended(clientId, amendment, outcome));
  }

  private static boolean isSameBut(Order a, Order b) {
    return a.price() != null
        && a.size() != null
        && a.instrument().equals(b.instrument())
        && a.side() == b.side()
        && a.type() == b.type()
        && a.timeInForce() == b.timeInForce()
        && a.isReduceOnly() == b.isReduceOnly()
        && Objects.equals(a.trigger(), b.trigger())
        && b.quoteAmount() == null
        && (b.clientId() == null || b.clientId().equals(a.clientId()))
        && (b.params().isEmpty() || b.params().equals(a.params()));
  }

  private @Nullable String whyNotAmendable(OrderState order) {
    String id = order.clientId();
    if (orders.isAmending(id)) {
      return "is being changed already";
    }
    if (cancelWanted.contains(id)) {
      return "is being canceled";
    }
    boolean rests =
        order.status() == OrderStatus.OPEN || order.status() == OrderStatus.PARTIALLY_FILLED;
    return rests ? null : "is " + order.status();
  }

  private void amended(String id, int amendment, Outcome<OrderUpdate> told) {
    Outcome<OrderUpdate> outcome = own(id, told);
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.amendAnswered(id, amendment, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.amendRefused(id, amendment, r.fault(), context.now);
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n) {
      orders.amendRefused(id, amendment, Fault.of(Fault.Kind.REJECTED, n.why()), context.now);
    } else {
      orders.amendUnknown(id, amendment, context.now);
    }
    if (!orders.isAmending(id) && !(outcome instanceof Outcome.Answer)) {
      // After the event that says so.
      String why = context.redactor.show(outcome.describe());
      context.later(() -> amendmentOver(id, null, why));
    }
  }

  private void amendmentOver(String id, @Nullable OrderState as, String why) {
    Replaced told = amendments.remove(id);
    if (told != null) {
      told.done(as, why);
    }
  }

  /** Tells who waits for an amendment, if an event says what became of it. */
  private void amendmentNoticed(OrderEvent event) {
    String id = event.state().clientId();
    if (event.kind() == OrderEvent.Kind.AMENDED) {
      amendmentOver(id, event.state(), "");
    } else if (event.isTerminal()) {
      amendmentOver(id, null, "the order is " + event.state().status());
    } else if (event.kind() == OrderEvent.Kind.RESOLVED && !orders.isAmending(id)) {
      amendmentOver(id, null, "the venue did not change it");
    }
  }

  /**
   * Places an order when the venue has shown that another is gone.
   *
   * @param placed told the new order, or null and why there is none
   * @throws Refused when the new order breaks a rule; the old one stays as it is
   */
  void replace(String clientId, Order replacement, Replaced placed) {
    OrderState old = orders.find(clientId);
    if (old == null || old.status().isTerminal()) {
      placed.done(null, "order " + clientId + " is not live");
      return;
    }
    if (replacements.containsKey(clientId)) {
      placed.done(null, "order " + clientId + " is being replaced already");
      return;
    }
    // Before the old order is touched.
    check(replacement);
    money.checkReplacement(old, replacement);
    if (context.books() instanceof NativeReplace venue
        && old.order().venueId() != null
        && old.instrument().equals(replacement.instrument())) {
      OrderState state = registerIfRoom(replacement);
      if (state != null) {
        sent(state.clientId());
        orders.cancelSent(clientId, context.now);
        calls.perform(
            () -> venue.replace(old.order(), state.order()),
            outcome -> {
              placed(state.clientId(), outcome);
              // Whatever came back speaks of the new order; the old one is asked about.
              orders.cancelUnknown(clientId, context.now);
            });
        placed.done(state, "");
        return;
      }
    }
    Replacement waiting = new Replacement(replacement, placed);
    replacements.put(clientId, waiting);
    // What it takes to cancel on a bad day; an order placed later is not what its strategy meant.
    Duration patience = context.settings.requestTimeout().plus(context.settings.patience());
    context.timers.set(
        context.now + patience.toNanos(),
        () -> {
          if (replacements.remove(clientId, waiting)) {
            placed.done(null, "the old order is not gone after " + patience);
          }
        });
    cancel(clientId);
  }

  /** What became of the cancel of an order that something may wait to replace. */
  private void replaceAfter(OrderState end) {
    Replacement next = replacements.remove(end.clientId());
    if (next == null) {
      return;
    }
    if (end.status() != OrderStatus.CANCELED) {
      next.told().done(null, "the old order is " + end.status());
      return;
    }
    try {
      next.told().done(place(next.order()), "");
    } catch (Refused e) {
      next.told().done(null, String.valueOf(e.getMessage()));
    }
  }

  /** Every event of an order passes here before it is told. */
  void noticed(OrderEvent event) {
    String id = event.state().clientId();
    Fill fill = event.fill();
    if (fill != null) {
      money.filled(fill);
      // Only an answer moves it on: that one fill was told says nothing of those before it.
      watermarks.putIfAbsent(fill.instrument(), untoldSince(beganAt(event.state())));
    }
    amendmentNoticed(event);
    if (event.isTerminal()) {
      cancelWanted.remove(id);
      replaceAfter(event.state());
    } else if (cancelWanted.contains(id) && showsWhatToCancel(event)) {
      // As it stands now: a cancel may have left between the event and its telling.
      OrderState now = orders.find(id);
      if (now != null && !isBeingCanceled(now, event.kind())) {
        sendCancel(now);
      }
    } else if (event.kind() == OrderEvent.Kind.CANCEL_REFUSED) {
      cancelWanted.remove(id);
      orders.cancelAsked(id, false);
      replaceAfter(event.state());
    }
  }

  /** Takes note of the venue's time of a fill that the journal kept. */
  private void knownUpTo(Fill fill) {
    if (fill.venueMillis() > 0) {
      watermarks.merge(fill.instrument(), notToCome(fill.venueMillis()), Math::max);
    }
  }

  /** The venue's time before which nothing of an order can have filled. */
  private long beganAt(OrderState order) {
    long sent = order.order().sentMillis();
    return notToCome(sent > 0 ? sent : order.createdNanos() / 1_000_000);
  }

  /** A time that has not come yet would hide what comes until then. */
  private long notToCome(long venueMillis) {
    return Math.min(venueMillis, context.clock.millis(context.now));
  }

  private boolean isBeingCanceled(OrderState order, OrderEvent.Kind after) {
    return order.status() == OrderStatus.PENDING_CANCEL
        && (after == OrderEvent.Kind.ACCEPTED || orders.isCancelPending(order.clientId()));
  }

  /**
   * Whether a cancel that was asked for should leave now: the venue has the order, or may have it,
   * or has it still although a cancel was sent.
   */
  private static boolean showsWhatToCancel(OrderEvent event) {
    return switch (event.kind()) {
      case ACCEPTED, RESOLVED -> true;
      case UNKNOWN -> event.state().status() == OrderStatus.UNKNOWN;
      default -> false;
    };
  }

  // ---------------------------------------------------------------- questions

  /** Asks what is due; called at the end of every verb. */
  void askDue() {
    if (closed) {
      return;
    }
    long next = orders.nextQuestion();
    if (next <= context.now) {
      for (Questions.Question q : orders.questions(context.now, QUESTIONS_AT_ONCE)) {
        ask(q);
      }
      next = orders.nextQuestion();
    }
    if (next != questionAt) {
      if (nextQuestion != null) {
        nextQuestion.cancel();
      }
      questionAt = next;
      nextQuestion = next == Long.MAX_VALUE ? null : context.timers.set(next, () -> {});
    }
  }

  private void ask(Questions.Question q) {
    switch (q.ask()) {
      case STATUS -> askStatus(q.order());
      case FILLS -> askFills(q.order());
      case CANCEL -> sendCancel(q.order());
    }
  }

  private void askStatus(OrderState state) {
    String id = state.clientId();
    if (!asking.add(id)) {
      return;
    }
    long askedAt = context.now;
    calls.perform(
        () -> context.books().status(state.order()),
        outcome -> {
          asking.remove(id);
          if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
            orders.update(a.value(), askedAt, context.now);
          } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r
              && r.fault().kind() == Fault.Kind.ORDER_NOT_FOUND) {
            orders.absent(id, askedAt, context.now);
          } else {
            // Says nothing about the order.
            context.faulted("status of " + id, outcome);
          }
        });
  }

  private void askFills(OrderState state) {
    String id = state.clientId();
    String key = id + " fills";
    if (state.order().venueId() == null || !asking.add(key)) {
      return;
    }
    long askedAt = context.now;
    Rows rows = new Rows(context, "fills");
    calls.perform(
        () -> fills(FillQuery.of(state.order()), rows),
        outcome -> {
          asking.remove(key);
          if (outcome instanceof Outcome.Answer<List<Fill>> a) {
            a.value().forEach(f -> orders.fill(f, askedAt, context.now));
            if (rows.isWhole()) {
              orders.fillsAnswered(id, askedAt, context.now);
            }
          } else {
            context.faulted("fills of " + id, outcome);
          }
        });
  }

  /**
   * Every fill of an instrument since a time, oldest first. Many venues tell a week from then on
   * and no more, so that a longer time is asked for in weeks.
   */
  private Call<List<Fill>> fills(Instrument i, long since, long asked, List<Rows> parts) {
    List<Call<List<Fill>>> weeks = new ArrayList<>();
    for (long from : weeks(since, asked)) {
      Rows rows = new Rows(context, "fills");
      parts.add(rows);
      weeks.add(fills(FillQuery.since(i, from), rows));
    }
    return weeks.size() == 1
        ? weeks.get(0)
        : Call.all(weeks)
            .map(
                all ->
                    OldestFirst.of(all.stream().flatMap(List::stream).toList(), Fill::venueMillis));
  }

  /** The times from which a week each covers what was between two times, in order. */
  static List<Long> weeks(long since, long until) {
    List<Long> weeks = new ArrayList<>();
    long from = Math.max(since, until - MOST_WEEKS * WEEK_MILLIS);
    do {
      weeks.add(from);
      from += WEEK_MILLIS;
    } while (from <= until);
    return weeks;
  }

  private Call<List<Fill>> fills(FillQuery query, Rows rows) {
    return Call.firstPages(
            (String cursor) ->
                context
                    .books()
                    .fills(cursor == null ? query : query.from(cursor), rows)
                    .map(rows::page),
            MOST_PAGES)
        .map(fills -> OldestFirst.of(fills, Fill::venueMillis));
  }

  // ---------------------------------------------------------------- the journal

  /**
   * Takes on what an earlier process left in the journal; to be called once, when instruments are
   * known and before anything is placed or heard of the account.
   *
   * @param atStart what becomes of orders that may be open
   */
  void restore(List<KeptOrder> kept, Venue.AtStart atStart) {
    Map<Instrument, Long> sent = new LinkedHashMap<>();
    for (KeptOrder k : kept) {
      if (k.isLive() && atStart == Venue.AtStart.IGNORE) {
        orders.leaveAlone(k.clientId());
        continue;
      }
      Instrument listed = instruments.get().bySymbol(k.symbol());
      Instrument instrument = listed != null ? listed : k.standIn(context.profile.name());
      Tracked t = k.tracked(instrument, context.now);
      if (listed == null && k.isLive()) {
        // It can be asked about and canceled all the same, and whoever holds it should know.
        context.event(new ConnectorEvent.Delisted(instrument));
      }
      t.fills.all().forEach(this::knownUpTo);
      if (k.isLive()) {
        sent.merge(instrument, beganAt(t.state()), Math::min);
      }
      orders.restore(t, context.now);
      if (k.isLive() && atStart == Venue.AtStart.CANCEL) {
        cancel(k.clientId());
      } else if (t.cancelAsked && t.status.isLive()) {
        // As if it had been asked for now: it leaves when the venue shows that it has the order.
        cancelWanted.add(k.clientId());
      }
    }
    // Whatever filled while no process looked is later than what was known, or than the order.
    sent.forEach(watermarks::putIfAbsent);
  }

  // ---------------------------------------------------------------- audits

  /** Whether balances and open orders were told by the venue at least once. */
  boolean isAccountKnown() {
    return accountKnown && (perp == null || perp.isKnown());
  }

  /** Whether balances and open orders are known, whatever is of positions. */
  boolean areBalancesKnown() {
    return accountKnown;
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
    audit();
  }

  /** Compares everything with the venue, now; if that goes on already, once more afterwards. */
  void audit() {
    if (closed || withheld != null || !context.hasAccount() || pace == null) {
      return;
    }
    if (auditing) {
      auditAgain = true;
      return;
    }
    auditing = true;
    if (nextAudit != null) {
      nextAudit.cancel();
      nextAudit = null;
    }
    long askedAt = context.now;
    calls.perform(
        () -> context.books().openOrders(null, new Rows(context, "open orders")),
        outcome -> {
          boolean known = outcome instanceof Outcome.Answer;
          if (outcome instanceof Outcome.Answer<List<OrderUpdate>> a) {
            found(a.value(), askedAt);
            orders.openOrders(a.value(), null, askedAt, context.now);
            orders.askAgain(context.now);
          } else {
            failed("open orders", outcome);
          }
          askBalances(
              told ->
                  askPositions(
                      toldToo -> {
                        auditFills();
                        if (perp != null) {
                          perp.auditMode();
                          perp.auditLeverages();
                        }
                        audited(known && told && toldToo);
                      }));
        });
  }

  /** Asked after the orders, so that what these lock is certainly taken off. */
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

  /** Every position, where there are any. */
  void askPositions(Consumer<Boolean> told) {
    if (perp == null) {
      told.accept(true);
      return;
    }
    if (closed) {
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

  /** A stream told that balances changed, and not how: one question answers for many moves. */
  void balancesMoved() {
    if (balancesMoved || closed || pace == null) {
      return;
    }
    balancesMoved = true;
    context.timers.set(
        context.now + MOVED_NANOS,
        () -> {
          balancesMoved = false;
          if (!closed) {
            askBalances(told -> {});
          }
        });
  }

  private void audited(boolean known) {
    auditing = false;
    fresh = known;
    failures = known ? 0 : failures + 1;
    accountKnown |= known;
    if (closed || pace == null) {
      return;
    }
    if (auditAgain) {
      auditAgain = false;
      audit();
    } else {
      long pause = known ? pace.getAsLong() : context.backoff(failures);
      nextAudit = context.timers.set(context.now + pause, this::audit);
    }
  }

  /** What is open at the first look was left by an earlier run, or is somebody else's. */
  private void found(List<OrderUpdate> open, long askedAt) {
    if (accountKnown || atStart == Venue.AtStart.IGNORE) {
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
        cancel(id);
      }
    }
  }

  private void failed(String what, Outcome<?> outcome) {
    String why = context.redactor.show(outcome.describe());
    problem = what + ": " + why;
    if (outcome instanceof Outcome.Refusal<?> r
        && r.fault().kind() == Fault.Kind.UNAUTHORIZED
        && !accountKnown) {
      refusedKey = why;
    }
    context.faulted(what, outcome);
  }

  /** Asks for fills that nothing told of: the instruments asked longest ago take their turn. */
  private void auditFills() {
    if (!context.clock.isKnown()) {
      return; // By a clock that is ahead, what filled lately would never be asked for.
    }
    long asked = context.clock.millis(context.now);
    long since = untoldSince(asked);
    for (OrderState s : orders.live()) {
      watermarks.putIfAbsent(s.instrument(), since);
    }
    if (perp != null) {
      // Others may trade what is held, and the venue itself may close it.
      perp.positions().forEach(p -> watermarks.putIfAbsent(p.instrument(), since));
    }
    List<Instrument> turn =
        List.copyOf(watermarks.keySet()).subList(0, Math.min(FILLS_AN_AUDIT, watermarks.size()));
    for (Instrument i : turn) {
      long known = watermarks.remove(i);
      watermarks.put(i, known);
      askFills(i, known, asked, () -> {});
    }
  }

  /** Asks for the fills of an instrument that nothing told of. */
  void askFills(Instrument i, Runnable then) {
    if (closed) {
      return;
    }
    if (!context.clock.isKnown()) {
      then.run();
      return;
    }
    long asked = context.clock.millis(context.now);
    askFills(i, watermarks.computeIfAbsent(i, instrument -> untoldSince(asked)), asked, then);
  }

  /** What others traded on perpetuals counts as well, and may have been long before. */
  private long untoldSince(long ofOurs) {
    return perp == null ? ofOurs : perp.untoldSince(ofOurs);
  }

  private void askFills(Instrument i, long since, long asked, Runnable then) {
    long askedAt = context.now;
    List<Rows> parts = new ArrayList<>();
    calls.perform(
        () -> fills(i, since - OVERLAP_MILLIS, asked, parts),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<Fill>> a) {
            a.value().forEach(f -> orders.fill(f, askedAt, context.now));
            if (perp != null) {
              perp.fillsAnswered(i, askedAt);
            }
            if (parts.stream().allMatch(Rows::isWhole)) {
              // Fills of orders that are long forgotten are not asked for again and again.
              watermarks.computeIfPresent(i, (instrument, before) -> Math.max(before, asked));
            }
          } else {
            context.faulted("fills of " + i, outcome);
          }
          then.run();
        });
  }

  /** Whether the latest audit got all its answers. */
  boolean isFresh() {
    return fresh;
  }

  /** What went wrong last; null when nothing did. */
  @Nullable String problem() {
    return problem;
  }

  /** Why the venue refuses the key before it ever answered; null when it does not. */
  @Nullable String refusedKey() {
    return refusedKey;
  }

  /** Places and audits nothing while the key is not to be used; null when it is again. */
  void withhold(@Nullable String why) {
    withheld = why;
    refusedKey = null;
  }

  /** Takes no more orders; cancels and questions go on. */
  void stopPlacing() {
    placing = false;
  }

  /** Why no order may leave, placed or not; null while any may. */
  @Nullable String whyNoneLeaves() {
    return !placing ? CLOSED : money.isHalted() ? GuardCheck.HALTED : withheld;
  }

  /** Takes no more orders, asks no more questions. */
  void close() {
    closed = true;
    if (nextAudit != null) {
      nextAudit.cancel();
    }
    if (nextQuestion != null) {
      nextQuestion.cancel();
    }
    List<Replacement> waiting = List.copyOf(replacements.values());
    replacements.clear();
    waiting.forEach(r -> r.told().done(null, CLOSED));
    List<Replaced> changing = List.copyOf(amendments.values());
    amendments.clear();
    changing.forEach(r -> r.done(null, CLOSED));
  }
}
