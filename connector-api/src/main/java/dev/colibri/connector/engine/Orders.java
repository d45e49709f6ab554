package dev.colibri.connector.engine;

import dev.colibri.connector.engine.Transitions.Input;
import dev.colibri.connector.engine.Transitions.Step;
import dev.colibri.connector.model.Bounds;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.text.Escape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The truth about every order of one account, as far as it is known: what was asked for, what the
 * venue has shown, and what must still be asked.
 *
 * <p>Evidence is weighed here and only here. What the venue shows is joined into facts that only
 * grow ({@link Tracked}); what follows from them is looked up in {@link Transitions}. An error is
 * never an answer: requests that were lost make an order UNKNOWN, transport failures of queries are
 * not even told to this class, and an order ends only by what the venue said, by its fills, by
 * proof that it never left, or by two independent answers that no such order exists, both asked
 * when one that exists would have been visible. The terminal event waits for the last fill.
 *
 * <p>Times are nanoseconds since the epoch by this host's clock unless they are called millis.
 * Where a query's time of asking is wanted, an earlier time than that of its departure is safe, and
 * a later one is not. Not thread-safe: the engine's lock is held outside.
 */
final class Orders {

  /** Something to ask the venue about one order. */
  enum Ask {
    /**
     * Where it stands. The answer goes to {@link #update(OrderUpdate, long, long)} or {@link
     * #absent}; a failure goes nowhere.
     */
    STATUS,
    /** Every fill of it. Each goes to {@link #fill}, and when all came {@link #fillsAnswered}. */
    FILLS,
    /** To cancel it: it was ended here on evidence that the venue has since contradicted. */
    CANCEL
  }

  /** One of them. */
  record Question(Ask ask, OrderState order) {}

  /** Terminal orders kept, so that late fills and duplicates are still recognised. */
  static final int MAX_ENDED = 10_000;

  /** How long they are kept, unless there are more than that. */
  static final long KEEP_NANOS = 3_600_000_000_000L;

  /**
   * Orders that may be live at a time; those that are found or restored are taken on regardless.
   */
  static final int MAX_LIVE = 10_000;

  /** Orders of others that are shown. */
  static final int MAX_EXTERNAL = 10_000;

  /** Reports kept until it is known whose order a venue id is. */
  static final int MAX_PARKED = 1_000;

  /** How long they are kept. */
  static final long PARK_NANOS = 60_000_000_000L;

  /** How long a place or a cancel may go without the venue's word before it is asked. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  /** How long fills that are counted may take to arrive by themselves. */
  static final long GRACE_NANOS = 1_000_000_000L;

  static final long FIRST_BACKOFF_NANOS = 1_000_000_000L;
  static final long MAX_BACKOFF_NANOS = 30_000_000_000L;

  /** Whole answers without a counted fill after which a provisional one stands for it. */
  static final int FILL_ANSWERS = 3;

  /** The venue's ids are unique within an instrument, at many venues not beyond. */
  private record VenueKey(Instrument instrument, String venueId) {}

  private record TradeKey(Instrument instrument, String tradeId, Side side) {}

  /** A report about a venue id that may turn out to be an order of ours. */
  private record Parked(
      long nanos, @Nullable OrderUpdate update, @Nullable Fill fill, long askedAt) {
    VenueKey key() {
      return update != null
          ? new VenueKey(update.instrument(), String.valueOf(update.venueId()))
          : new VenueKey(fill.instrument(), String.valueOf(fill.venueId()));
    }
  }

  private final Profile profile;
  private final OrderListener out;
  private final long visibilityNanos;
  private final Map<String, Tracked> live = new LinkedHashMap<>();
  private final Map<String, Tracked> ended = new LinkedHashMap<>();
  private final Deque<Tracked> endedInOrder = new ArrayDeque<>();
  private final Set<Tracked> revived = new LinkedHashSet<>();
  private final Map<VenueKey, Tracked> byVenueId = new LinkedHashMap<>();
  private final Map<TradeKey, Tracked> trades = new LinkedHashMap<>();
  private final Map<VenueKey, OrderState> external = new LinkedHashMap<>();
  private final Deque<Parked> parked = new ArrayDeque<>();
  private final TreeSet<Tracked> asking =
      new TreeSet<>(
          Comparator.<Tracked>comparingLong(t -> t.askNanos).thenComparingLong(t -> t.sequence));
  private long sequence;
  private long streamed;

  /** Live orders in the journal that this process leaves alone. */
  private final Set<String> leftAlone = new LinkedHashSet<>();

  /** What the journal does not know yet, with fills by their trade ids; null without a journal. */
  private @Nullable Map<Tracked, Set<String>> unkept;

  Orders(Profile profile, OrderListener out) {
    this.profile = profile;
    this.out = out;
    this.visibilityNanos = profile.visibilityDelay().toNanos();
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
    if (live.size() >= MAX_LIVE) {
      throw new Refused(
          Rule.TOO_MANY_ORDERS,
          String.valueOf(live.size() + 1),
          BigDecimal.valueOf(MAX_LIVE),
          "cancel some first: at most " + MAX_LIVE + " orders may be live");
    }
    return track(order, estimate, now).state();
  }

  private Tracked track(Order order, @Nullable BigDecimal estimate, long now) {
    // Where all goes well nothing is ever asked, and orders end all the same.
    forget(now);
    String id = String.valueOf(order.clientId());
    if (live.containsKey(id) || ended.containsKey(id) || leftAlone.contains(id)) {
      throw new Refused(
          Rule.CLIENT_ID, id, null, "an order of this client id is known; use another one");
    }
    Tracked t = new Tracked(sequence++, order, estimate, now);
    live.put(id, t);
    mark(t);
    return t;
  }

  /** Forgets an order that was registered and of which nothing was sent or told. */
  void withdraw(String clientId) {
    live.remove(clientId);
  }

  /**
   * The place request is leaving: from now on the venue may have the order.
   *
   * @param venueMillis now by the venue's clock; 0 when that is not known
   */
  void sent(String clientId, long venueMillis, long now) {
    Tracked t = tracked(clientId);
    if (t != null) {
      if (t.sentNanos == Tracked.NEVER) {
        t.order = t.order.sentAt(venueMillis);
        t.changed(t.updatedNanos);
        mark(t);
      }
      t.sentNanos = now;
      t.placesInFlight++;
      t.absentNanos = Tracked.NEVER;
      review(t, now);
    }
  }

  private @Nullable Tracked placeOver(String clientId) {
    Tracked t = tracked(clientId);
    if (t != null) {
      t.placesInFlight = Math.max(0, t.placesInFlight - 1);
    }
    return t;
  }

  /** The venue answered the place request; the answer may hold fills or an end. */
  void accepted(String clientId, OrderUpdate answer, long now) {
    Tracked t = placeOver(clientId);
    if (t != null) {
      report(t, answer, Tracked.NEVER, now);
    }
  }

  /** The venue refused the place request. */
  void refused(String clientId, Fault fault, long now) {
    switch (fault.kind()) {
      // An order of this id exists: what became of it is for its status to say.
      case DUPLICATE_ID -> {
        outcomeUnknown(clientId, now);
        Tracked t = tracked(clientId);
        if (t != null) {
          t.idTaken = true;
        }
      }
      case OUTCOME_UNKNOWN -> outcomeUnknown(clientId, now);
      default -> failed(clientId, reject(fault), now);
    }
  }

  /** The place request provably never left this host. */
  void notSent(String clientId, String why, long now) {
    failed(clientId, new Reject.Other("not sent: " + Escape.text(why)), now);
  }

  private void failed(String clientId, Reject reject, long now) {
    Tracked t = placeOver(clientId);
    if (t == null || t.status.isTerminal()) {
      return;
    }
    if (t.placed) {
      // Answer and evidence contradict each other: the venue is asked again.
      anomaly(t, "refused (" + reject.raw() + ") although the venue has shown it");
      doubt(t, now);
      return;
    }
    // Of several attempts one was lost: that a later one was refused says nothing about it.
    if (t.status != OrderStatus.UNKNOWN) {
      t.reject = reject;
    }
    apply(t, Input.REFUSED, null, now);
    review(t, now);
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
      apply(t, Input.LOST, null, now);
      askBy(t, now);
    }
    review(t, now);
  }

  /** What a refusal is to the one who placed the order. */
  static Reject reject(Fault fault) {
    String raw = Escape.text(fault.raw());
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
    Tracked t = tracked(clientId);
    if (t == null || t.status.isTerminal()) {
      return;
    }
    t.cancelSentNanos = now;
    t.cancelsInFlight++;
    t.cancelLost = false;
    apply(t, Input.CANCEL_SENT, null, now);
    review(t, now);
  }

  /** The venue took the cancel; whether the order has ended is for the answer to say. */
  void cancelAnswered(String clientId, OrderUpdate answer, long now) {
    Tracked t = cancelOver(clientId, now + PATIENCE_NANOS);
    if (t != null) {
      if (t.revived) {
        endRevival(t);
        doubt(t, now);
      }
      report(t, answer, Tracked.NEVER, now);
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
          apply(t, Input.CANCEL_REFUSED, null, reject(fault), now);
          review(t, now);
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
        endRevival(t);
        doubt(t, now);
      }
      return;
    }
    t.cancelLost = true;
    apply(t, Input.CANCEL_LOST, null, now);
    askBy(t, now);
    review(t, now);
  }

  private @Nullable Tracked cancelOver(String clientId, long over) {
    Tracked t = tracked(clientId);
    if (t != null) {
      t.cancelsInFlight = Math.max(0, t.cancelsInFlight - 1);
      t.cancelOverNanos = Math.max(t.cancelOverNanos, over);
    }
    return t;
  }

  /** The user wants an order canceled, or it is given up. */
  void cancelAsked(String clientId, boolean asked) {
    Tracked t = tracked(clientId);
    if (t != null && t.cancelAsked != asked) {
      t.cancelAsked = asked;
      mark(t);
    }
  }

  /** Whether a cancel is on its way, or was taken and its effect is awaited. */
  boolean isCancelPending(String clientId) {
    Tracked t = tracked(clientId);
    return t != null
        && (t.cancelsInFlight > 0 || (t.status == OrderStatus.PENDING_CANCEL && !t.cancelLost));
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
    Tracked t = live.get(clientId);
    if (t == null) {
      return 0;
    }
    t.promisedBefore = t.promised();
    t.wanted = changed;
    t.amending = true;
    t.amendLost = false;
    t.amendSentNanos = now;
    t.amendOverNanos = Tracked.NEVER;
    mark(t);
    review(t, now);
    return ++t.amendments;
  }

  /** Whether it is not known which price and size of an order hold. */
  boolean isAmending(String clientId) {
    Tracked t = tracked(clientId);
    return t != null && t.amending;
  }

  /** The venue took the amendment; whether it is made is for the answer's description to say. */
  void amendAnswered(String clientId, int amendment, OrderUpdate answer, long now) {
    Tracked t = tracked(clientId);
    if (t != null) {
      if (t.amendments == amendment) {
        t.amendOverNanos = now + PATIENCE_NANOS;
      }
      report(t, answer, Tracked.NEVER, now);
    }
  }

  /** The venue refused the amendment, or it never left. */
  void amendRefused(String clientId, int amendment, Fault fault, long now) {
    if (fault.kind() == Fault.Kind.OUTCOME_UNKNOWN) {
      amendUnknown(clientId, amendment, now);
      return;
    }
    Tracked t = tracked(clientId);
    if (t == null || !t.amending || t.amendments != amendment) {
      return;
    }
    amendOver(t, Input.AMEND_REFUSED, reject(fault), now);
    if (fault.kind() == Fault.Kind.ORDER_NOT_FOUND && t.status.isLive()) {
      doubt(t, now);
    }
  }

  /**
   * The outcome of the amendment is not known: the order lives, at one of both prices and sizes.
   */
  void amendUnknown(String clientId, int amendment, long now) {
    Tracked t = tracked(clientId);
    if (t == null || !t.amending || t.amendments != amendment) {
      return;
    }
    t.amendLost = true;
    t.amendOverNanos = now;
    apply(t, Input.AMEND_LOST, null, now);
    askBy(t, now);
    review(t, now);
  }

  /** It is known which price and size hold; with that, its fills may be all of it. */
  private void amendOver(Tracked t, Input how, long now) {
    amendOver(t, how, null, now);
  }

  private void amendOver(Tracked t, Input how, @Nullable Reject refusal, long now) {
    t.amending = false;
    mark(t);
    apply(t, how, null, refusal, now);
    settle(t, now);
    review(t, now);
  }

  /**
   * Weighs the price and size that the venue says an order has. The ones that were asked for hold
   * when the venue shows them; that others hold, only an answer shows that was asked for long
   * enough after the amendment: everything else may be older than it.
   */
  private void shape(Tracked t, OrderUpdate u, long askedAt, long now) {
    Order shown = u.order();
    Order wanted = t.wanted;
    boolean old = u.venueMillis() > 0 && u.venueMillis() < t.amendedMillis;
    if (shown == null
        || wanted == null
        || old
        || t.status.isTerminal()
        || shown.price() == null
        || shown.size() == null) {
      return;
    }
    boolean late =
        t.amending
            && t.amendOverNanos != Tracked.NEVER
            && askedAt >= t.amendOverNanos + visibilityNanos;
    if (!differs(shown, wanted) || (late && differs(shown, t.order))) {
      take(t, shown, u.venueMillis(), now);
    } else if (late) {
      amendOver(t, Input.NOT_AMENDED, now);
    }
  }

  /** The venue has shown the price and size that hold now. */
  private void take(Tracked t, Order shown, long venueMillis, long now) {
    BigDecimal price = t.order.price();
    boolean dearer = t.missingAt == null || price == null || price.compareTo(t.missingAt) > 0;
    if (t.missing().signum() == 0) {
      t.missingAt = null;
    } else if (dearer) {
      t.missingAt = price;
    }
    t.order = t.order.limit(shown.price()).size(shown.size());
    t.wanted = null;
    t.amended(now, venueMillis);
    amendOver(t, Input.AMENDED, now);
  }

  /** Whether what filled can only have filled of the order as it was to be changed. */
  private static boolean isProvedByFills(Tracked t) {
    if (!t.amending || t.wanted == null) {
      return false;
    }
    BigDecimal filled = t.told.max(t.fills.filled());
    int larger = t.wanted.size().compareTo(t.order.size());
    return larger > 0 && filled.compareTo(t.order.size()) > 0
        || larger < 0 && t.end == OrderStatus.FILLED && filled.compareTo(t.wanted.size()) == 0;
  }

  private static boolean differs(Order a, Order b) {
    return differ(a.price(), b.price()) || differ(a.size(), b.size());
  }

  // ---------------------------------------------------------------- what the venue shows

  /** A stream told of an order. */
  void update(OrderUpdate u, long now) {
    update(u, Tracked.NEVER, now);
    Tracked t = match(u.instrument(), u.clientId(), u.venueId());
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
    Tracked t = match(u.instrument(), u.clientId(), u.venueId());
    if (t != null) {
      report(t, u, askedAt, now);
    } else if (u.clientId() == null && isPossiblyOurs(u.instrument())) {
      // Whosever it is, it is the account's: a position does not wait for who that is.
      u.fills().forEach(f -> out.filled(f, null, true));
      park(new Parked(now, u, null, askedAt));
    } else {
      if (u.clientId() != null && tracked(u.clientId()) != null) {
        out.anomaly(u.toString(), "another order has the client id of one of ours");
      }
      u.fills().forEach(f -> out.filled(f, null, false));
      showExternal(u, now);
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
    Tracked t = match(f.instrument(), f.clientId(), f.venueId());
    boolean possiblyOurs = f.clientId() == null && isPossiblyOurs(f.instrument());
    out.filled(f, t == null ? null : t.order, t != null || possiblyOurs || isOurId(f.clientId()));
    if (t != null) {
      learn(t, f.venueId(), now);
      count(t, f, askedAt, now);
      settle(t, now);
      review(t, now);
    } else if (possiblyOurs && f.venueId() != null) {
      park(new Parked(now, null, f, askedAt));
    } else if (isOurId(f.clientId())) {
      out.anomaly(f.toString(), "a fill of an order of ours that is not known: it is not counted");
    }
  }

  /**
   * The venue answered, well-formed, that it knows no such order. Failures of the query must not be
   * told here.
   */
  void absent(String clientId, long askedAt, long now) {
    Tracked t = tracked(clientId);
    if (t == null) {
      return;
    }
    if (t.status.isTerminal()) {
      if (askedAt >= Math.max(t.doubtNanos, t.lastSignNanos) + visibilityNanos) {
        t.doubtNanos = Tracked.NEVER;
        review(t, now);
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
      askAt(t, Math.max(counts, now + FIRST_BACKOFF_NANOS));
    } else if (t.absentNanos == Tracked.NEVER || askedAt < t.absentNanos) {
      t.absentNanos = t.absentNanos == Tracked.NEVER ? now : t.absentNanos;
      askAt(t, now + FIRST_BACKOFF_NANOS);
    } else if (!t.placed
        && !t.shownBefore
        && t.order.venueId() == null
        && t.fills.filled().signum() == 0) {
      t.reject = new Reject.Other("never arrived: the venue knows no such order");
      end(t, OrderStatus.REJECTED, true, now);
    } else {
      // The venue had it and has forgotten it: how much of it filled, only its fills can say.
      if (t.reject == null) {
        t.reject = new Reject.Other("the venue knows no such order any more");
      }
      t.endByFills = true;
      t.doubtNanos = Tracked.NEVER;
      end(t, OrderStatus.CANCELED, false, now);
    }
  }

  /**
   * The venue gave every open order, of one instrument or of the account. An order of ours that is
   * not among them has ended or is not visible yet; its status will be asked.
   *
   * @param askedAt when the query left
   */
  void openOrders(List<OrderUpdate> all, @Nullable Instrument of, long askedAt, long now) {
    unpark(now);
    Set<Tracked> seen = new LinkedHashSet<>();
    Set<VenueKey> foreign = new LinkedHashSet<>();
    for (OrderUpdate u : all) {
      update(u, askedAt, now);
      Tracked t = match(u.instrument(), u.clientId(), u.venueId());
      if (t != null) {
        seen.add(t);
      } else {
        foreign.add(externalKey(u));
      }
    }
    long visible = askedAt - visibilityNanos;
    for (Tracked t : new ArrayList<>(live.values())) {
      if ((of == null || of.equals(t.instrument()))
          && t.placed
          && t.end == null
          && t.lastSignNanos <= visible
          && !seen.contains(t)) {
        doubt(t, now);
      }
    }
    external
        .entrySet()
        .removeIf(
            e ->
                (of == null || of.equals(e.getValue().instrument()))
                    && e.getValue().status().isLive()
                    && e.getValue().updatedNanos() <= visible
                    && !foreign.contains(e.getKey()));
  }

  /** Every fill of an order was asked for and has been told. */
  void fillsAnswered(String clientId, long askedAt, long now) {
    Tracked t = tracked(clientId);
    if (t == null || t.wantsFillsSince == Tracked.NEVER) {
      return;
    }
    long counts = t.wantsFillsSince + visibilityNanos;
    if (askedAt < counts) {
      askAt(t, Math.max(counts, now + FIRST_BACKOFF_NANOS));
      return;
    }
    t.fillAnswers++;
    if (t.endByFills) {
      t.endComplete = true;
    }
    if (t.fillAnswers >= FILL_ANSWERS && t.missing().signum() > 0) {
      countProvisional(t, now);
    }
    settle(t, now);
    review(t, now);
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
    if (described == null || id == null || tracked(id) != null) {
      return null;
    }
    // Its venue id is learnt like any other's, so that fills find it by that id.
    Tracked t = track(described.clientId(id).venueId(null), null, now);
    t.sentNanos = now;
    external.remove(externalKey(u));
    report(t, u, askedAt, now);
    return t.state();
  }

  /**
   * Takes an order on from the journal of an earlier process. What became of one that was live is
   * not known; its fills were told by that process, are counted, and are not told again.
   */
  void restore(Tracked t, long now) {
    sequence = Math.max(sequence, t.sequence + 1);
    for (Fill f : t.fills.all()) {
      trades.put(new TradeKey(f.instrument(), f.tradeId(), f.side()), t);
    }
    if (t.order.venueId() != null) {
      byVenueId.put(new VenueKey(t.instrument(), t.order.venueId()), t);
    }
    t.changed(now);
    t.sentNanos = now;
    if (t.end != null) {
      t.status = t.end;
      t.placed = t.shownBefore;
      t.endComplete = true;
      t.told = t.fills.filled();
      remember(t, now);
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
    live.put(t.clientId(), t);
    emit(t, OrderEvent.Kind.RECOVERED, null, now);
    settle(t, now);
    review(t, now);
  }

  /** Leaves an order alone that the journal knows as live: its client id is taken, no more. */
  void leaveAlone(String clientId) {
    leftAlone.add(clientId);
  }

  // ---------------------------------------------------------------- the journal

  /** From now on remembers what is to be kept. */
  void keeps() {
    unkept = new LinkedHashMap<>();
  }

  private void mark(Tracked t) {
    if (unkept != null) {
      unkept.computeIfAbsent(t, o -> new LinkedHashSet<>());
    }
  }

  private void mark(Tracked t, Fill f) {
    if (unkept != null) {
      unkept.computeIfAbsent(t, o -> new LinkedHashSet<>()).add(f.tradeId());
    }
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return unkept != null && !unkept.isEmpty();
  }

  /** Adds what changed since it was last asked. */
  void keep(Map<String, @Nullable String> changes) {
    if (unkept == null) {
      return;
    }
    unkept.forEach(
        (t, fills) -> {
          if (tracked(t.clientId()) == t) {
            KeptOrder.keep(t, fills, changes);
          } else {
            KeptOrder.forget(t, changes);
          }
        });
    unkept.clear();
  }

  // ---------------------------------------------------------------- questions

  /**
   * What to ask the venue now. An order is asked about again and again, at growing intervals of at
   * most half a minute, until its question is answered: calling this counts as asking.
   *
   * @param max how many orders to ask about at the most
   */
  List<Question> questions(long now, int max) {
    unpark(now);
    forget(now);
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

  /** When {@link #questions} will next have something; Long.MAX_VALUE for never. */
  long nextQuestion() {
    return asking.isEmpty() ? Long.MAX_VALUE : asking.first().askNanos;
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

  private void askAt(Tracked t, long at) {
    asking.remove(t);
    t.askNanos = at;
    if (at != Long.MAX_VALUE) {
      asking.add(t);
    }
  }

  private void askBy(Tracked t, long at) {
    if (at < t.askNanos) {
      askAt(t, at);
    }
  }

  /** Something, as a request that touched two orders, calls for the status of an order. */
  void doubt(String clientId, long now) {
    Tracked t = tracked(clientId);
    if (t != null) {
      doubt(t, now);
    }
  }

  private void doubt(Tracked t, long now) {
    if (t.doubtNanos == Tracked.NEVER) {
      t.doubtNanos = now;
      askBy(t, now);
    }
    review(t, now);
  }

  /** Works out what must be asked about an order, and when, after something changed. */
  private void review(Tracked t, long now) {
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

  // ---------------------------------------------------------------- what is known

  /** The order of ours with a client id; null when it is not known, or not any more. */
  @Nullable OrderState find(String clientId) {
    Tracked t = tracked(clientId);
    return t == null ? null : t.state();
  }

  /** The order of ours with a venue id; null when it is not known. */
  @Nullable OrderState byVenueId(Instrument instrument, String venueId) {
    Tracked t = byVenueId.get(new VenueKey(instrument, venueId));
    return t == null ? null : t.state();
  }

  /** Orders that may still trade, oldest first, pending and unknown ones included. */
  List<OrderState> live() {
    return live.values().stream().map(Tracked::state).toList();
  }

  int liveCount() {
    return live.size();
  }

  private @Nullable Tracked tracked(String clientId) {
    Tracked t = live.get(clientId);
    return t != null ? t : ended.get(clientId);
  }

  /** How many orders a stream has told of: two things at one time still have an order. */
  long streamed() {
    return streamed;
  }

  /** Everything that can still trade: the live, and what was ended here and lives on the venue. */
  List<Tracked> tradable() {
    List<Tracked> some = new ArrayList<>(live.values());
    some.addAll(revived);
    return some;
  }

  /** Terminal orders that are still remembered and ended at a time or later, latest first. */
  List<Tracked> endedSince(long since) {
    List<Tracked> some = new ArrayList<>();
    for (Iterator<Tracked> i = endedInOrder.descendingIterator(); i.hasNext(); ) {
      Tracked t = i.next();
      if (t.endedNanos < since) {
        break;
      }
      some.add(t);
    }
    return some;
  }

  /** Open orders that are not ours, as last shown. */
  List<OrderState> external() {
    return external.values().stream().filter(s -> s.status().isLive()).toList();
  }

  /** What every live order of an instrument can still trade. */
  Exposure exposure(Instrument instrument) {
    return exposure(instrument, null);
  }

  /** The same without one of them. */
  Exposure exposure(Instrument instrument, @Nullable String without) {
    Bounds[] base = {Bounds.ZERO, Bounds.ZERO};
    Bounds[] quote = {Bounds.ZERO, Bounds.ZERO};
    for (Tracked t : tradable()) {
      if (t.instrument().equals(instrument) && !t.clientId().equals(without)) {
        int side = t.order.side().ordinal();
        base[side] = base[side].plus(t.base());
        quote[side] = quote[side].plus(t.quote());
      }
    }
    int buy = Side.BUY.ordinal();
    int sell = Side.SELL.ordinal();
    return new Exposure(instrument, base[buy], base[sell], quote[buy], quote[sell]);
  }

  /** How many things are kept, of every kind: what a test of bounded memory looks at. */
  int remembered() {
    return live.size()
        + ended.size()
        + byVenueId.size()
        + trades.size()
        + external.size()
        + parked.size()
        + asking.size()
        + revived.size()
        + leftAlone.size()
        + (unkept == null ? 0 : unkept.size());
  }

  // ---------------------------------------------------------------- weighing

  private @Nullable Tracked match(
      Instrument instrument, @Nullable String clientId, @Nullable String venueId) {
    Tracked mine = clientId == null ? null : tracked(clientId);
    if (mine != null && mine.instrument().equals(instrument) && isSameId(mine, venueId)) {
      return mine;
    }
    return venueId == null ? null : byVenueId.get(new VenueKey(instrument, venueId));
  }

  private static boolean isSameId(Tracked t, @Nullable String venueId) {
    String known = t.order.venueId();
    return known == null || venueId == null || known.equals(venueId);
  }

  private void report(Tracked t, OrderUpdate u, long askedAt, long now) {
    if (t.idTaken && !t.placed && isOther(t.order, u.order())) {
      t.reject = new Reject.Other("the client order id belongs to an earlier order");
      end(t, OrderStatus.REJECTED, true, now);
      return;
    }
    if (!learn(t, u.venueId(), now)) {
      return;
    }
    OrderStatus said = endsByItself(t, u.status()) ? OrderStatus.EXPIRED : u.status();
    if (said == OrderStatus.UNKNOWN) {
      anomaly(t, "the venue says \"" + Escape.text(String.valueOf(u.rawStatus())) + "\"");
    } else if (said != OrderStatus.REJECTED) {
      sign(t, u.venueMillis(), now);
    }
    for (Fill f : u.fills()) {
      out.filled(f, t.order, true);
      count(t, f, askedAt, now);
    }
    tell(t, u, u.filled(), askedAt, now);
    shape(t, u, askedAt, now);
    if (said.isTerminal()) {
      t.doubtNanos = askedAt >= t.doubtNanos ? Tracked.NEVER : t.doubtNanos;
      if (t.reject == null) {
        t.reject = u.reject();
      }
      BigDecimal total = u.filled();
      if (said == OrderStatus.FILLED && (total == null || total.signum() == 0)) {
        // Filled, without saying how much: its size, unless it was placed by quote amount.
        total = t.amending ? null : t.order.size();
        tell(t, u, total, askedAt, now);
      }
      if (askedAt != Tracked.NEVER && t.end == null && t.status.isLive()) {
        out.answered(u.venueMillis());
      }
      boolean complete = total != null || said == OrderStatus.REJECTED;
      // Asked and answered without a total: this venue does not tell it, only its fills do.
      t.endByFills |= !complete && askedAt != Tracked.NEVER;
      end(t, said, complete, now);
      return;
    }
    if (said != OrderStatus.UNKNOWN) {
      lives(t, said, askedAt, now);
    }
    settle(t, now);
    review(t, now);
  }

  /**
   * Whether the end is that of an order which never rests, and of which no cancel was sent: some
   * venues have only one word for it and for a cancel.
   */
  private static boolean endsByItself(Tracked t, OrderStatus said) {
    return said == OrderStatus.CANCELED
        && t.cancelSentNanos == Tracked.NEVER
        && (t.order.type() == OrderType.MARKET && t.order.trigger() == null
            || t.order.timeInForce() == TimeInForce.IOC
            || t.order.timeInForce() == TimeInForce.FOK);
  }

  /** Whether the venue describes another order than the one that was placed under this id. */
  private static boolean isOther(Order placed, @Nullable Order described) {
    return described != null && (placed.side() != described.side() || differs(placed, described));
  }

  private static boolean differ(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a != null && b != null && a.compareTo(b) != 0;
  }

  /** The venue says that the order lives: what that says about a cancel, a doubt, or an end. */
  private void lives(Tracked t, OrderStatus said, long askedAt, long now) {
    boolean asked = askedAt != Tracked.NEVER;
    if (t.status.isTerminal()) {
      long over = Math.max(t.endedNanos, t.cancelOverNanos) + visibilityNanos;
      if (asked && askedAt >= over && !t.revived) {
        anomaly(t, "ended here as " + t.status + ", yet the venue says that it lives");
        t.doubtNanos = Tracked.NEVER;
        t.revived = true;
        revived.add(t);
        askAt(t, Long.MAX_VALUE);
      } else if (t.endByFills && !asked) {
        // Ended by negative answers, not by a report that this one may merely be older than.
        doubt(t, now);
      }
      return;
    }
    if (!asked) {
      return;
    }
    if (askedAt >= t.doubtNanos) {
      t.doubtNanos = Tracked.NEVER;
    }
    if (t.status == OrderStatus.PENDING_CANCEL
        && said != OrderStatus.PENDING_CANCEL
        && t.end == null
        && t.cancelsInFlight == 0
        && askedAt >= t.cancelOverNanos + visibilityNanos) {
      t.cancelLost = false;
      apply(t, Input.STILL_LIVE, null, now);
    }
  }

  /** Joins how the order ended with what is known of that. */
  private void end(Tracked t, OrderStatus how, boolean complete, long now) {
    if (t.end == null || rank(how) > rank(t.end)) {
      t.end = how;
    }
    t.endComplete |= complete;
    endRevival(t);
    settle(t, now);
    review(t, now);
  }

  /** Of two ends the one that says more stands, whichever came first. */
  private static int rank(OrderStatus end) {
    return switch (end) {
      case REJECTED -> 0;
      case CANCELED -> 1;
      case EXPIRED -> 2;
      default -> 3;
    };
  }

  private void endRevival(Tracked t) {
    t.revived = false;
    revived.remove(t);
  }

  /** Ends the order here once its end and all its fills are known. */
  private void settle(Tracked t, long now) {
    if (t.status.isTerminal()) {
      return;
    }
    if (isProvedByFills(t)) {
      take(t, t.wanted, 0, now);
      return;
    }
    if (t.isFull()) {
      // Its fills are evidence enough, whether or not the venue has said so in words.
      t.end = OrderStatus.FILLED;
      t.endComplete = true;
    }
    OrderStatus end = t.end;
    if (end == null || !t.endComplete || t.missing().signum() > 0) {
      return;
    }
    if (end == OrderStatus.REJECTED && t.fills.filled().signum() > 0) {
      anomaly(t, "the venue says that it was rejected, and that some of it filled");
      end = OrderStatus.CANCELED;
    }
    if (end != OrderStatus.REJECTED && !t.placed) {
      sign(t, 0, now);
    }
    apply(
        t,
        switch (end) {
          case FILLED -> Input.END_FILLED;
          case EXPIRED -> Input.END_EXPIRED;
          case REJECTED -> Input.END_REJECTED;
          default -> Input.END_CANCELED;
        },
        null,
        now);
  }

  /** The venue has shown the order. */
  private void sign(Tracked t, long venueMillis, long now) {
    t.lastSignNanos = now;
    t.absentNanos = Tracked.NEVER;
    if (venueMillis > 0 && (t.firstSignMillis == 0 || venueMillis < t.firstSignMillis)) {
      t.firstSignMillis = venueMillis;
    }
    if (!t.placed) {
      t.placed = true;
      t.firstSignNanos = now;
      apply(t, Input.PLACED, null, now);
      if (t.status.isTerminal()) {
        // It was ended for want of a sign, and here is one.
        doubt(t, now);
      }
    }
  }

  /** Joins the venue's own total of what is filled. */
  private void tell(Tracked t, OrderUpdate u, @Nullable BigDecimal filled, long askedAt, long now) {
    if (filled == null || filled.signum() == 0) {
      return;
    }
    sign(t, u.venueMillis(), now);
    int c = filled.compareTo(t.told);
    if (c == 0 && t.toldQuote == null) {
      t.toldQuote = u.quoteFilled();
    }
    if (c > 0) {
      t.told = filled;
      t.toldQuote = u.quoteFilled();
      if (askedAt != Tracked.NEVER && filled.compareTo(t.fills.filled()) > 0) {
        out.answered(u.venueMillis());
      }
      t.fillAnswers = 0;
      t.wantsFillsSince = Tracked.NEVER;
      askAt(t, Long.MAX_VALUE);
      BigDecimal size = t.mostSize();
      if (size != null && filled.compareTo(size) > 0) {
        anomaly(t, "the venue counts " + filled.toPlainString() + " as filled, more than its size");
      }
    }
  }

  private void count(Tracked t, Fill f, long askedAt, long now) {
    if (!f.instrument().equals(t.instrument()) || f.side() != t.order.side()) {
      anomaly(t, "a fill of another instrument or side is not counted: " + f);
      return;
    }
    TradeKey key = new TradeKey(f.instrument(), f.tradeId(), f.side());
    Tracked owner = trades.putIfAbsent(key, t);
    if (owner != null && owner != t) {
      anomaly(t, "a fill that was counted for " + owner + " is not counted again: " + f);
      return;
    }
    if (owner == null || !t.placed) {
      // A fill that is listed again is old news: it does not show that the order is there still.
      sign(t, f.venueMillis(), now);
    }
    switch (t.fills.add(f)) {
      case COUNTED -> {
        if (askedAt != Tracked.NEVER && t.fills.filled().compareTo(t.told) > 0) {
          out.answered(f.venueMillis());
        }
        mark(t, f);
        apply(t, Input.FILL, f, now);
        checkSize(t);
      }
      case CORRECTED -> {
        mark(t, f);
        emit(t, OrderEvent.Kind.CORRECTED, f, now);
        checkSize(t);
      }
      case FEE -> {
        mark(t, f);
        emit(t, OrderEvent.Kind.FEE, f, now);
      }
      case CONFLICT -> anomaly(t, "a fill came again and differs; the first one stands: " + f);
      case KNOWN -> {}
    }
  }

  private void checkSize(Tracked t) {
    BigDecimal size = t.mostSize();
    if (size != null && t.fills.filled().compareTo(size) > 0) {
      anomaly(t, "more filled than its size: " + t.fills.filled().toPlainString());
    }
  }

  /**
   * Counts, as one provisional fill, what the venue says is filled and cannot show. Its id and
   * amounts follow from the order and the venue's total alone.
   */
  private void countProvisional(Tracked t, long now) {
    BigDecimal size = t.missing();
    BigDecimal quote = t.toldQuote == null ? null : t.toldQuote.subtract(t.fills.quoteFilled());
    BigDecimal price = t.price();
    if (quote != null && quote.signum() > 0) {
      price = quote.divide(size, MathContext.DECIMAL128);
    } else if (price == null) {
      price = t.state().averagePrice();
    }
    if (price == null) {
      anomaly(t, "the venue counts fills, and tells neither them nor their price");
      return;
    }
    Fill f =
        Fill.of(t.instrument(), "provisional-" + t.clientId() + "-" + t.told.toPlainString())
            .order(t.clientId(), t.order.venueId())
            .side(t.order.side())
            .price(price)
            .size(size)
            .provisional()
            .build();
    mark(t, f);
    t.fills.addProvisional(f, quote != null && quote.signum() > 0 ? quote : f.quoteSize());
    apply(t, Input.FILL, f, now);
  }

  /** Takes a step of the table. */
  private void apply(Tracked t, Input input, @Nullable Fill fill, long now) {
    apply(t, input, fill, null, now);
  }

  private void apply(
      Tracked t, Input input, @Nullable Fill fill, @Nullable Reject refusal, long now) {
    Step step = Transitions.of(t.status, input);
    if (step == null) {
      anomaly(t, input + " cannot follow " + t.status);
      return;
    }
    OrderStatus before = t.status;
    mark(t);
    t.status = step.next() == null ? t.resting() : step.next();
    t.changed(now);
    if (t.status != before) {
      // What was asked of the old status may be no question of the new one: see review.
      askAt(t, Long.MAX_VALUE);
    }
    if (before.isLive() && t.status.isTerminal()) {
      t.endedNanos = now;
      t.amending = false;
      live.remove(t.clientId());
      remember(t, now);
    }
    OrderEvent.Kind kind = step.event();
    if (kind != null) {
      emit(t, kind, fill, refusal, now);
    }
  }

  /** Remembers an order that ended, for a while. */
  private void remember(Tracked t, long now) {
    t.heldNanos = now;
    ended.put(t.clientId(), t);
    endedInOrder.add(t);
  }

  private void emit(Tracked t, OrderEvent.Kind kind, @Nullable Fill fill, long now) {
    emit(t, kind, fill, null, now);
  }

  private void emit(
      Tracked t, OrderEvent.Kind kind, @Nullable Fill fill, @Nullable Reject refusal, long now) {
    t.changed(now);
    out.event(new OrderEvent(kind, t.state(), fill, refusal));
  }

  private void anomaly(Tracked t, String what) {
    out.anomaly(t.toString(), what);
  }

  /** Takes in the venue's id of an order; false when the order is known under another one. */
  private boolean learn(Tracked t, @Nullable String venueId, long now) {
    if (venueId == null || venueId.equals(t.order.venueId())) {
      return true;
    }
    if (t.order.venueId() != null) {
      anomaly(t, "known as " + t.order.venueId() + ", and now told of as " + Escape.text(venueId));
      return false;
    }
    VenueKey key = new VenueKey(t.instrument(), venueId);
    Tracked owner = byVenueId.putIfAbsent(key, t);
    if (owner != null) {
      anomaly(t, "told of under the id of " + owner);
      return false;
    }
    t.order = t.order.venueId(venueId);
    t.changed(now);
    mark(t);
    external.remove(key);
    for (Parked p : takeParked(key)) {
      if (p.update != null) {
        report(t, p.update, p.askedAt, now);
      } else if (p.fill != null) {
        fill(p.fill, p.askedAt, now);
      }
    }
    return true;
  }

  // ---------------------------------------------------------------- orders of others

  private boolean isOurId(@Nullable String clientId) {
    String prefix = profile.clientIds().prefix();
    return clientId != null && !prefix.isEmpty() && clientId.startsWith(prefix);
  }

  /** Whether an id that is not known may belong to an order of ours whose id we were not told. */
  private boolean isPossiblyOurs(Instrument instrument) {
    for (Tracked t : live.values()) {
      if (t.order.venueId() == null && t.instrument().equals(instrument)) {
        return true;
      }
    }
    return false;
  }

  private void park(Parked p) {
    parked.add(p);
    if (parked.size() > MAX_PARKED) {
      release(parked.remove());
    }
  }

  private List<Parked> takeParked(VenueKey key) {
    List<Parked> taken = new ArrayList<>();
    for (Iterator<Parked> i = parked.iterator(); i.hasNext(); ) {
      Parked p = i.next();
      if (p.key().equals(key)) {
        i.remove();
        taken.add(p);
      }
    }
    return taken;
  }

  private void unpark(long now) {
    while (!parked.isEmpty()
        && (parked.element().nanos + PARK_NANOS <= now
            || !isPossiblyOurs(parked.element().key().instrument()))) {
      release(parked.remove());
    }
  }

  /** No order of ours took the id on, so that it is another's. */
  private void release(Parked p) {
    if (p.update != null) {
      showExternal(p.update, p.nanos);
    }
  }

  private static VenueKey externalKey(OrderUpdate u) {
    String id = u.venueId();
    return new VenueKey(u.instrument(), id != null ? id : "client:" + u.clientId());
  }

  private void showExternal(OrderUpdate u, long now) {
    VenueKey key = externalKey(u);
    OrderState known = external.get(key);
    Order order = known != null ? known.order() : u.order();
    if (order == null) {
      // Only what the venue describes can be shown; its list of open orders will.
      return;
    }
    BigDecimal filled = u.filled() == null ? BigDecimal.ZERO : u.filled();
    BigDecimal quote = u.quoteFilled() == null ? BigDecimal.ZERO : u.quoteFilled();
    OrderStatus status = u.status();
    if (known != null) {
      if (known.status().isTerminal()) {
        return;
      }
      if (filled.compareTo(known.filled()) < 0) {
        filled = known.filled();
        quote = known.quoteFilled();
      }
    }
    OrderState state =
        new OrderState(
            order
                .clientId(u.clientId() == null ? order.clientId() : u.clientId())
                .venueId(u.venueId()),
            status,
            filled,
            quote,
            Collections.emptyMap(),
            u.reject(),
            false,
            known == null ? now : known.createdNanos(),
            now);
    external.remove(key);
    external.put(key, state);
    if (external.size() > MAX_EXTERNAL) {
      external.remove(external.keySet().iterator().next());
    }
    if (known == null || known.status() != status || known.filled().compareTo(filled) != 0) {
      out.external(state);
    }
  }

  // ---------------------------------------------------------------- memory

  private void forget(long now) {
    while (!endedInOrder.isEmpty()) {
      Tracked t = endedInOrder.element();
      boolean old = t.heldNanos + KEEP_NANOS <= now && t.askNanos == Long.MAX_VALUE;
      if (!old && ended.size() <= MAX_ENDED) {
        return;
      }
      endedInOrder.remove();
      ended.remove(t.clientId());
      mark(t);
      askAt(t, Long.MAX_VALUE);
      revived.remove(t);
      if (t.order.venueId() != null) {
        byVenueId.remove(new VenueKey(t.instrument(), t.order.venueId()));
      }
      for (Fill f : t.fills.all()) {
        trades.remove(new TradeKey(f.instrument(), f.tradeId(), f.side()));
      }
    }
  }
}
