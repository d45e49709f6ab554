package dev.colibri.connector.engine;

import dev.colibri.connector.engine.Transitions.Input;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Profile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The truth about every order of one account, as far as it is known: what was asked for, what the
 * venue has shown, and what must still be asked.
 *
 * <p>What requests come to and what the venue shows is told here, and weighed in {@link Evidence}
 * and only there; what is remembered is in {@link KnownOrders}, what to ask in {@link Questions},
 * and what is not ours in {@link ExternalOrders}. An error is never an answer: requests that were
 * lost make an order UNKNOWN, transport failures of queries are not even told to this class, and an
 * order ends only by what the venue said, by its fills, by proof that it never left, or by two
 * independent answers that no such order exists, both asked when one that exists would have been
 * visible. The terminal event waits for the last fill.
 *
 * <p>Times are nanoseconds since the epoch by this host's clock unless they are called millis.
 * Where a query's time of asking is wanted, an earlier time than that of its departure is safe, and
 * a later one is not. Not thread-safe: the engine's lock is held outside.
 */
final class Orders {

  /**
   * Orders that may be live at a time; those that are found or restored are taken on regardless.
   */
  static final int MAX_LIVE = 10_000;

  private final Profile profile;
  private final OrderListener out;
  private final UnaryOperator<String> show;
  private final long visibilityNanos;
  private final Unkept unkept = new Unkept();
  private final Questions questions = new Questions();
  private final KnownOrders known = new KnownOrders(questions, unkept);
  private final ExternalOrders external;
  private final Evidence evidence;
  private long streamed;

  /**
   * No orders.
   *
   * @param show makes words of others fit to be told: without secrets, escaped, and not too long
   */
  Orders(Profile profile, OrderListener out, UnaryOperator<String> show) {
    this.profile = profile;
    this.out = out;
    this.show = show;
    this.visibilityNanos = profile.visibilityDelay().toNanos();
    this.external = new ExternalOrders(out, show, known);
    this.evidence = new Evidence(out, show, visibilityNanos, known, external, questions, unkept);
  }

  // ---------------------------------------------------------------- orders that we place

  /**
   * Takes an order on, before anything is sent.
   *
   * @param order with its client id
   * @param estimate for a market order, the price that it is expected to fill at at worst, in quote
   *     units per base unit; null when not known, and for limit orders
   * @throws Refused when the client id is not lawful or in use, or too many orders are live
   */
  OrderState register(Order order, @Nullable BigDecimal estimate, long now) {
    String id = order.clientId();
    if (id == null || !profile.clientIds().allows(id)) {
      throw new Refused(
          Rule.CLIENT_ID,
          String.valueOf(id),
          null,
          "a client order id of at most %s characters of %s is needed%s"
              .formatted(
                  profile.clientIds().maxLength(),
                  profile.clientIds().alphabet(),
                  profile.clientIds().start().isEmpty()
                      ? ""
                      : ", that begins with " + profile.clientIds().start()));
    }
    if (liveCount() >= MAX_LIVE) {
      throw new Refused(
          Rule.TOO_MANY_ORDERS,
          String.valueOf(liveCount() + 1),
          BigDecimal.valueOf(MAX_LIVE),
          "cancel some first: at most " + MAX_LIVE + " orders may be live");
    }
    return known.track(order, estimate, now).state();
  }

  /** Forgets an order that was registered and of which nothing was sent or told. */
  void withdraw(String clientId) {
    known.withdraw(clientId);
  }

  /**
   * The place request is leaving: from now on the venue may have the order.
   *
   * @param venueMillis now by the venue's clock; 0 when that is not known
   */
  void sent(String clientId, long venueMillis, long now) {
    Tracked t = known.tracked(clientId);
    if (t != null) {
      if (t.sentNanos == Tracked.NEVER) {
        t.order = t.order.sentAt(venueMillis);
        t.changed(t.updatedNanos);
        unkept.mark(t);
      }
      t.sentNanos = now;
      t.placesInFlight++;
      t.absentNanos = Tracked.NEVER;
      questions.review(t, now);
    }
  }

  private @Nullable Tracked placeOver(String clientId) {
    Tracked t = known.tracked(clientId);
    if (t != null) {
      t.placesInFlight = Math.max(0, t.placesInFlight - 1);
    }
    return t;
  }

  /** The venue answered the place request; the answer may hold fills or an end. */
  void accepted(String clientId, OrderUpdate answer, long now) {
    Tracked t = placeOver(clientId);
    if (t != null) {
      evidence.report(t, answer, Tracked.NEVER, now);
    }
  }

  /** The venue refused the place request. */
  void refused(String clientId, Fault fault, long now) {
    switch (fault.kind()) {
      // An order of this id exists: what became of it is for its status to say.
      case DUPLICATE_ID -> {
        outcomeUnknown(clientId, now);
        Tracked t = known.tracked(clientId);
        if (t != null) {
          t.idTaken = true;
        }
      }
      case OUTCOME_UNKNOWN -> outcomeUnknown(clientId, now);
      default -> failed(clientId, shown(fault), now);
    }
  }

  /** The place request provably never left this host. */
  void notSent(String clientId, String why, long now) {
    failed(clientId, new Reject.Other("not sent: " + show.apply(why)), now);
  }

  private void failed(String clientId, Reject reject, long now) {
    Tracked t = placeOver(clientId);
    if (t == null || t.status.isTerminal()) {
      return;
    }
    if (t.placed) {
      // Answer and evidence contradict each other: the venue is asked again.
      evidence.anomaly(t, "refused (" + reject.raw() + ") although the venue has shown it");
      questions.doubt(t, now);
      return;
    }
    // Of several attempts one was lost: that a later one was refused says nothing about it.
    if (t.status != OrderStatus.UNKNOWN) {
      t.reject = reject;
    }
    evidence.apply(t, Input.REFUSED, null, now);
    questions.review(t, now);
  }

  /** The outcome of the place request is not known: the order counts as live. */
  void outcomeUnknown(String clientId, long now) {
    Tracked t = placeOver(clientId);
    if (t == null || t.status.isTerminal()) {
      return;
    }
    t.lostNanos = now;
    t.sentNanos = Math.max(t.sentNanos, t.createdNanos);
    if (!t.placed) {
      evidence.apply(t, Input.LOST, null, now);
      questions.askBy(t, now);
    }
    questions.review(t, now);
  }

  private Reject shown(Fault fault) {
    return reject(Fault.of(fault.kind(), show.apply(fault.raw())));
  }

  /** A reason of the venue's, in words that are fit to be told. */
  static @Nullable Reject shown(@Nullable Reject reject, UnaryOperator<String> show) {
    String kind = reject == null ? "" : reject.getClass().getSimpleName();
    return reject == null ? null : KeptOrder.reject(kind, show.apply(reject.raw()));
  }

  /** What a refusal is to the one who placed the order; its words are taken as they are. */
  static Reject reject(Fault fault) {
    String raw = fault.raw();
    return switch (fault.kind()) {
      case INSUFFICIENT_FUNDS -> new Reject.InsufficientFunds(raw);
      case WOULD_CROSS -> new Reject.WouldCross(raw);
      case REDUCE_ONLY -> new Reject.ReduceOnly(raw);
      case BAD_PRICE -> new Reject.BadPrice(raw);
      case BAD_SIZE -> new Reject.BadSize(raw);
      case RATE_LIMITED, BANNED -> new Reject.RateLimited(raw);
      case UNAUTHORIZED -> new Reject.Auth(raw);
      case MAINTENANCE, BAD_INSTRUMENT -> new Reject.Maintenance(raw);
      case CLOCK_SKEW, NONCE_STALE, ORDER_NOT_FOUND, DUPLICATE_ID, REJECTED, OUTCOME_UNKNOWN ->
          new Reject.Other(raw);
    };
  }

  // ---------------------------------------------------------------- cancels

  /** A cancel request is leaving. */
  void cancelSent(String clientId, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null || t.status.isTerminal()) {
      return;
    }
    t.cancelSentNanos = now;
    t.cancelsInFlight++;
    t.cancelLost = false;
    evidence.apply(t, Input.CANCEL_SENT, null, now);
    questions.review(t, now);
  }

  /** The venue took the cancel; whether the order has ended is for the answer to say. */
  void cancelAnswered(String clientId, OrderUpdate answer, long now) {
    Tracked t = cancelOver(clientId, now + Questions.PATIENCE_NANOS);
    if (t != null) {
      if (t.revived) {
        known.endRevival(t);
        questions.doubt(t, now);
      }
      evidence.report(t, answer, Tracked.NEVER, now);
    }
  }

  /** The venue refused the cancel. */
  void cancelRefused(String clientId, Fault fault, long now) {
    switch (fault.kind()) {
      // It may have ended, or not have arrived yet: says little, and becomes a question.
      case ORDER_NOT_FOUND, OUTCOME_UNKNOWN -> cancelUnknown(clientId, now);
      default -> {
        Tracked t = cancelOver(clientId, now);
        if (t != null) {
          evidence.apply(t, Input.CANCEL_REFUSED, null, shown(fault), now);
          questions.review(t, now);
        }
      }
    }
  }

  /** The outcome of the cancel is not known. */
  void cancelUnknown(String clientId, long now) {
    Tracked t = cancelOver(clientId, now);
    if (t == null) {
      return;
    }
    if (t.status.isTerminal()) {
      if (t.revived) {
        known.endRevival(t);
        questions.doubt(t, now);
      }
      return;
    }
    t.cancelLost = true;
    evidence.apply(t, Input.CANCEL_LOST, null, now);
    questions.askBy(t, now);
    questions.review(t, now);
  }

  private @Nullable Tracked cancelOver(String clientId, long over) {
    Tracked t = known.tracked(clientId);
    if (t != null) {
      t.cancelsInFlight = Math.max(0, t.cancelsInFlight - 1);
      t.cancelOverNanos = Math.max(t.cancelOverNanos, over);
    }
    return t;
  }

  /** The user wants an order canceled, or it is given up. */
  void cancelAsked(String clientId, boolean asked) {
    Tracked t = known.tracked(clientId);
    if (t != null && t.cancelAsked != asked) {
      t.cancelAsked = asked;
      unkept.mark(t);
    }
  }

  /** Whether a cancel is on its way, or was taken and its effect is awaited. */
  boolean isCancelPending(String clientId) {
    Tracked t = known.tracked(clientId);
    return t != null
        && (t.cancelsInFlight > 0 || (t.status == OrderStatus.PENDING_CANCEL && !t.cancelLost));
  }

  // ---------------------------------------------------------------- given up

  /**
   * The user gives up finding out what became of an order; nothing happens when it ended. What the
   * venue shows of it later is told as of any order that ended.
   *
   * @param why for people, fit to be shown
   * @param mayHappen whether the user knows that it may still trade
   * @throws IllegalArgumentException when no such order is known
   * @throws IllegalStateException when it is known where it stands, or it may still trade and the
   *     user does not say so
   */
  void dismiss(String clientId, String why, boolean mayHappen, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    if (t.status.isTerminal()) {
      return;
    }
    boolean isOver = t.end != null; // And what filled of it is not known.
    boolean isInDoubt = t.status == OrderStatus.UNKNOWN || t.status == OrderStatus.PENDING_CANCEL;
    if (!isOver && (!isInDoubt || t.placesInFlight > 0)) {
      throw new IllegalStateException("not dismissed: it is " + t.status + ", so cancel it: " + t);
    }
    if (!isOver && !mayHappen) {
      throw new IllegalStateException(
          "not dismissed: the venue may have it, so that it may still trade: " + t);
    }
    dismissed(t, isOver ? "dismissed: " + why : "dismissed though it may still trade: " + why, now);
  }

  /** An order was given up, for a reason that is fit to be shown. */
  void dismissed(String clientId, String why, long now) {
    Tracked t = known.tracked(clientId);
    if (t != null && t.status.isLive()) {
      dismissed(t, why, now);
    }
  }

  private void dismissed(Tracked t, String why, long now) {
    evidence.dismiss(t, why, now);
    questions.review(t, now);
  }

  // ---------------------------------------------------------------- amendments

  /**
   * An amendment is leaving: until the venue has shown what holds, the larger of both prices and
   * sizes counts.
   *
   * @param changed the order with the price and size that are asked for
   * @return which amendment of the order it is: what is told of an earlier one says nothing of it
   */
  int amendSent(String clientId, Order changed, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null || t.status.isTerminal()) {
      return 0;
    }
    t.promisedBefore = t.promised();
    t.wanted = changed;
    t.amending = true;
    t.amendLost = false;
    t.amendSentNanos = now;
    t.amendOverNanos = Tracked.NEVER;
    unkept.mark(t);
    questions.review(t, now);
    return ++t.amendments;
  }

  /** Whether it is not known which price and size of an order hold. */
  boolean isAmending(String clientId) {
    Tracked t = known.tracked(clientId);
    return t != null && t.amending;
  }

  /** The venue took the amendment; whether it is made is for the answer's description to say. */
  void amendAnswered(String clientId, int amendment, OrderUpdate answer, long now) {
    Tracked t = known.tracked(clientId);
    if (t != null) {
      if (t.amendments == amendment) {
        t.amendOverNanos = now + Questions.PATIENCE_NANOS;
      }
      evidence.report(t, answer, Tracked.NEVER, now);
    }
  }

  /** The venue refused the amendment, or it never left. */
  void amendRefused(String clientId, int amendment, Fault fault, long now) {
    if (fault.kind() == Fault.Kind.OUTCOME_UNKNOWN) {
      amendUnknown(clientId, amendment, now);
      return;
    }
    Tracked t = known.tracked(clientId);
    if (t == null || !t.amending || t.amendments != amendment) {
      return;
    }
    evidence.amendOver(t, Input.AMEND_REFUSED, shown(fault), now);
    if (fault.kind() == Fault.Kind.ORDER_NOT_FOUND && t.status.isLive()) {
      questions.doubt(t, now);
    }
  }

  /**
   * The outcome of the amendment is not known: the order lives, at one of both prices and sizes.
   */
  void amendUnknown(String clientId, int amendment, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null || !t.amending || t.amendments != amendment) {
      return;
    }
    t.amendLost = true;
    t.amendOverNanos = now;
    evidence.apply(t, Input.AMEND_LOST, null, now);
    questions.askBy(t, now);
    questions.review(t, now);
  }

  // ---------------------------------------------------------------- what the venue shows

  /** A stream told of an order. */
  void update(OrderUpdate u, long now) {
    update(u, Tracked.NEVER, now);
    Tracked t = known.match(u.instrument(), u.clientId(), u.venueId());
    if (t != null && t.streamed == 0) {
      t.streamed = ++streamed;
    }
  }

  /**
   * A query told of an order.
   *
   * @param askedAt when the query left; {@link Tracked#NEVER} for what a stream tells
   */
  void update(OrderUpdate u, long askedAt, long now) {
    Tracked t = known.match(u.instrument(), u.clientId(), u.venueId());
    if (t != null) {
      evidence.report(t, u, askedAt, now);
    } else if (u.clientId() == null && known.isPossiblyOurs(u.instrument())) {
      // Whosever it is, it is the account's: a position does not wait for who that is.
      u.fills().forEach(f -> out.filled(f, null, true));
      external.park(u, askedAt, now);
    } else {
      if (u.clientId() != null && known.tracked(u.clientId()) != null) {
        out.anomaly(u.toString(), "another order has the client id of one of ours");
      }
      u.fills().forEach(f -> out.filled(f, null, false));
      external.show(u, now);
    }
  }

  /** A stream told of a fill. */
  void fill(Fill f, long now) {
    fill(f, Tracked.NEVER, now);
  }

  /**
   * A query told of a fill, however often.
   *
   * @param askedAt when the query left; {@link Tracked#NEVER} for what a stream tells
   */
  void fill(Fill f, long askedAt, long now) {
    Tracked t = known.match(f.instrument(), f.clientId(), f.venueId());
    boolean possiblyOurs = f.clientId() == null && known.isPossiblyOurs(f.instrument());
    out.filled(f, t == null ? null : t.order, t != null || possiblyOurs || isOurId(f.clientId()));
    if (t != null) {
      evidence.fill(t, f, askedAt, now);
    } else if (possiblyOurs && f.venueId() != null) {
      external.park(f, askedAt, now);
    } else if (isOurId(f.clientId())) {
      out.anomaly(f.toString(), "a fill of an order of ours that is not known: it is not counted");
    }
  }

  /**
   * The venue answered, well-formed, that it knows no such order. Failures of the query must not be
   * told here.
   */
  void absent(String clientId, long askedAt, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null) {
      return;
    }
    if (t.status.isTerminal()) {
      if (askedAt >= Math.max(t.doubtNanos, t.lastSignNanos) + visibilityNanos) {
        t.doubtNanos = Tracked.NEVER;
        questions.review(t, now);
      }
      return;
    }
    // While its request is on the way, an order may appear at any time.
    if (t.placesInFlight > 0 || (!t.placed && t.status != OrderStatus.UNKNOWN)) {
      return;
    }
    long since =
        Math.max(Math.max(t.createdNanos, t.sentNanos), Math.max(t.lostNanos, t.lastSignNanos));
    long counts = since + visibilityNanos;
    if (askedAt < counts) {
      questions.askAt(t, Math.max(counts, now + Questions.FIRST_BACKOFF_NANOS));
    } else if (t.absentNanos == Tracked.NEVER || askedAt < t.absentNanos) {
      t.absentNanos = t.absentNanos == Tracked.NEVER ? now : t.absentNanos;
      questions.askAt(t, now + Questions.FIRST_BACKOFF_NANOS);
    } else if (!t.placed
        && !t.shownBefore
        && t.order.venueId() == null
        && t.fills.filled().signum() == 0) {
      t.reject = new Reject.Other("never arrived: the venue knows no such order");
      evidence.end(t, OrderStatus.REJECTED, true, now);
    } else {
      // The venue had it and has forgotten it: how much of it filled, only its fills can say.
      if (t.reject == null) {
        t.reject = new Reject.Other("the venue knows no such order any more");
      }
      t.endByFills = true;
      t.doubtNanos = Tracked.NEVER;
      evidence.end(t, OrderStatus.CANCELED, false, now);
    }
  }

  /**
   * The venue gave every open order, of one instrument or of the account. An order of ours that is
   * not among them has ended or is not visible yet; its status will be asked.
   *
   * @param askedAt when the query left
   */
  void openOrders(List<OrderUpdate> all, @Nullable Instrument of, long askedAt, long now) {
    external.unpark(now);
    Set<Tracked> seen = new LinkedHashSet<>();
    Set<KnownOrders.VenueKey> foreign = new LinkedHashSet<>();
    for (OrderUpdate u : all) {
      update(u, askedAt, now);
      Tracked t = known.match(u.instrument(), u.clientId(), u.venueId());
      if (t != null) {
        seen.add(t);
      } else {
        foreign.add(ExternalOrders.key(u));
      }
    }
    long visible = askedAt - visibilityNanos;
    for (Tracked t : new ArrayList<>(known.live())) {
      if ((of == null || of.equals(t.instrument()))
          && t.placed
          && t.end == null
          && t.lastSignNanos <= visible
          && !seen.contains(t)) {
        questions.doubt(t, now);
      }
    }
    external.keepOnly(foreign, of, visible);
  }

  /** Every fill of an order was asked for and has been told. */
  void fillsAnswered(String clientId, long askedAt, long now) {
    Tracked t = known.tracked(clientId);
    if (t == null || t.wantsFillsSince == Tracked.NEVER) {
      return;
    }
    long counts = t.wantsFillsSince + visibilityNanos;
    if (askedAt < counts) {
      questions.askAt(t, Math.max(counts, now + Questions.FIRST_BACKOFF_NANOS));
      return;
    }
    evidence.fillsAnswered(t, now);
  }

  // ---------------------------------------------------------------- orders found

  /**
   * Takes over an order that is open on the venue and was placed by an earlier run.
   *
   * @param u describes the order and names its client id
   * @return its state; null when the venue does not describe it or it is known already
   */
  @Nullable OrderState adopt(OrderUpdate u, long askedAt, long now) {
    Order described = u.order();
    String id = u.clientId();
    if (described == null || id == null || known.tracked(id) != null) {
      return null;
    }
    // Its venue id is learnt like any other's, so that fills find it by that id.
    Tracked t = known.track(described.clientId(id).venueId(null), null, now);
    t.sentNanos = now;
    external.remove(ExternalOrders.key(u));
    evidence.report(t, u, askedAt, now);
    return t.state();
  }

  /**
   * Takes an order on from the journal of an earlier process. What became of one that was live is
   * not known; its fills were told by that process, are counted, and are not told again.
   */
  void restore(Tracked t, long now) {
    known.restore(t);
    t.changed(now);
    t.sentNanos = now;
    if (t.end != null) {
      t.status = t.end;
      t.placed = t.shownBefore;
      t.endComplete = true;
      t.told = t.fills.filled();
      known.remember(t, now);
      return;
    }
    t.status = OrderStatus.UNKNOWN;
    t.lostNanos = now;
    if (t.cancelSentNanos != Tracked.NEVER) {
      t.cancelOverNanos = now;
    }
    if (t.amending) {
      t.amendments = 1;
      t.amendLost = true;
      t.amendSentNanos = now;
      t.amendOverNanos = now;
    }
    evidence.emit(t, OrderEvent.Kind.RECOVERED, null, now);
    evidence.settle(t, now);
    questions.review(t, now);
  }

  /** Leaves an order alone that the journal knows as live: its client id is taken, no more. */
  void leaveAlone(String clientId) {
    known.leaveAlone(clientId);
  }

  // ---------------------------------------------------------------- the journal

  /** From now on remembers what is to be kept. */
  void keeps() {
    unkept.keeps();
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return !unkept.isEmpty();
  }

  /** Adds what changed since it was last asked. */
  void keep(Map<String, @Nullable String> changes) {
    unkept.keep(known, changes);
  }

  // ---------------------------------------------------------------- questions

  /**
   * What to ask the venue now. An order is asked about again and again, at growing intervals of at
   * most half a minute, until its question is answered: calling this counts as asking.
   *
   * @param max how many orders to ask about at the most
   */
  List<Questions.Question> questions(long now, int max) {
    external.unpark(now);
    known.forget(now);
    return questions.due(now, max);
  }

  /** When {@link #questions} will next have something; Long.MAX_VALUE for never. */
  long nextQuestion() {
    return questions.next();
  }

  /** The venue answers again after an outage: every open question is due at once. */
  void askAgain(long now) {
    questions.askAgain(now);
  }

  /** Something, as a request that touched two orders, calls for the status of an order. */
  void doubt(String clientId, long now) {
    Tracked t = known.tracked(clientId);
    if (t != null) {
      questions.doubt(t, now);
    }
  }

  // ---------------------------------------------------------------- what is known

  /** The order of ours with a client id; null when it is not known, or not any more. */
  @Nullable OrderState find(String clientId) {
    Tracked t = known.tracked(clientId);
    return t == null ? null : t.state();
  }

  /** The order of ours with a venue id; null when it is not known. */
  @Nullable OrderState byVenueId(Instrument instrument, String venueId) {
    Tracked t = known.byVenueId(instrument, venueId);
    return t == null ? null : t.state();
  }

  /** Orders that may still trade, oldest first, pending and unknown ones included. */
  List<OrderState> live() {
    return known.live().stream().map(Tracked::state).toList();
  }

  int liveCount() {
    return known.live().size();
  }

  /** Everything that can still trade: the live, and what was ended here and lives on the venue. */
  List<Tracked> tradable() {
    return known.tradable();
  }

  /** Terminal orders that are still remembered and ended at a time or later, latest first. */
  List<Tracked> endedSince(long since) {
    return known.endedSince(since);
  }

  /** Open orders that are not ours, as last shown. */
  List<OrderState> external() {
    return external.all();
  }

  /** What every live order of an instrument can still trade. */
  Exposure exposure(Instrument instrument) {
    return known.exposure(instrument, null);
  }

  /** The same without one of them. */
  Exposure exposure(Instrument instrument, @Nullable String without) {
    return known.exposure(instrument, without);
  }

  /** How many orders a stream has told of: two things at one time still have an order. */
  long streamed() {
    return streamed;
  }

  /** How many things are kept, of every kind: what a test of bounded memory looks at. */
  int remembered() {
    return known.size() + external.size() + questions.size() + unkept.size();
  }

  private boolean isOurId(@Nullable String clientId) {
    String prefix = profile.clientIds().prefix();
    return clientId != null && !prefix.isEmpty() && clientId.startsWith(prefix);
  }
}
