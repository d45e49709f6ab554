package dev.colibri.connector.testkit.exchange;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong, as data. A protocol asks at the places named here; without faults it behaves
 * like its venue on a good day.
 *
 * <p>Requests are named in the protocol's words: method and path, such as {@code POST
 * /api/v3/order}, or the method name of a WebSocket API. So are streams: a stream name such as
 * {@code btcusdt@depth@100ms}, or {@code BOOK BTC-USDT} of the toy venue; two are the same
 * everywhere: {@link #PRIVATE} and {@link #ACKS}.
 *
 * <p>What must happen at once, and to everybody, is a method of {@link Protocol}: {@linkplain
 * Protocol#restart a restart}, {@linkplain Protocol#maintain maintenance}, {@linkplain
 * Protocol#replay a replay}.
 */
public final class Faults {

  /** The stream of an account's own events. */
  public static final String PRIVATE = "userDataStream";

  /**
   * The answers to subscriptions, to an account's events as well, as if they were a stream: one may
   * be lost though the data flows, or come after the first data.
   */
  public static final String ACKS = "acknowledgements";

  /** What happens to one request. */
  public enum Kind {
    /** Carried out, but the reply is lost: the caller cannot know. */
    DROP_REPLY,
    /** Lost on the way in: the caller cannot know either. */
    DROP_REQUEST,
    /** Carried out, but answered with the given status and body. */
    FAIL_AFTER,
    /** Not carried out, and answered with the given status and body. */
    FAIL_BEFORE;

    /** Whether the request takes effect all the same. */
    public boolean isCarriedOut() {
      return this == DROP_REPLY || this == FAIL_AFTER;
    }
  }

  /**
   * One fault, used once.
   *
   * @param target the request it hits
   * @param status what to answer, 0 for the two DROP kinds
   * @param body what to answer, empty for the two DROP kinds
   */
  public record Fault(String target, Kind kind, int status, String body) {

    public Fault {
      boolean dropped = kind == Kind.DROP_REPLY || kind == Kind.DROP_REQUEST;
      if (dropped != (status == 0) || dropped && !body.isEmpty()) {
        throw new IllegalArgumentException("an answer belongs to a failure, and only to it");
      }
    }
  }

  /** What has gone wrong, to be counted. */
  public enum Effect {
    REPLY_DROPPED,
    REQUEST_DROPPED,
    FAILED_AFTER,
    FAILED_BEFORE,
    REPLY_DELAYED,
    ORDER_HIDDEN,
    FILL_HIDDEN,
    FRAME_LOST,
    FRAME_REPEATED,
    FRAME_SWAPPED,
    FRAME_REPLAYED,
    ACK_LOST,
    ACK_REPEATED,
    ACK_LATE,
    SUBSCRIPTION_REFUSED,
    RESTARTED,
    REFUSED_WHILE_DOWN,
    REFUSED_IN_MAINTENANCE,
    RATE_LIMITED
  }

  private static final int LIMIT = 10_000;

  /** What a proxy says in front of a venue that is not there. */
  private static final Protocol.Reply DOWN =
      new Protocol.Reply(
          503,
          Map.of("Content-Type", "text/html"),
          "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>");

  private final List<Fault> waiting = new ArrayList<>();
  private final Map<String, Integer> lost = new LinkedHashMap<>();
  private final Map<String, Integer> repeated = new LinkedHashMap<>();
  private final Map<String, Integer> swapped = new LinkedHashMap<>();
  private final Map<String, Long> delays = new LinkedHashMap<>();
  private final EnumMap<Effect, Long> counts = new EnumMap<>(Effect.class);
  private long hiddenOrders;
  private long hiddenFills;
  private int refusedSubscriptions;
  private int limitDivisor = 1;
  private Order.SelfTrade selfTrade = Order.SelfTrade.EXPIRE_MAKER;
  private long downUntil = Long.MIN_VALUE;
  private boolean downInSilence;
  private long maintenanceUntil = Long.MIN_VALUE;
  private boolean maintenanceInWords;

  // Requests

  /** The next request to this target is carried out and its reply is lost. */
  public Faults dropReply(String target) {
    return add(new Fault(target, Kind.DROP_REPLY, 0, ""));
  }

  /** The next request to this target is lost. */
  public Faults dropRequest(String target) {
    return add(new Fault(target, Kind.DROP_REQUEST, 0, ""));
  }

  public Faults add(Fault fault) {
    if (waiting.size() == LIMIT) {
      throw new IllegalStateException("too many faults are waiting");
    }
    waiting.add(fault);
    return this;
  }

  /** The oldest waiting fault of this target, which is used up; or null. */
  public @Nullable Fault take(String target) {
    for (int i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).target().equals(target)) {
        var fault = waiting.remove(i);
        count(
            switch (fault.kind()) {
              case DROP_REPLY -> Effect.REPLY_DROPPED;
              case DROP_REQUEST -> Effect.REQUEST_DROPPED;
              case FAIL_AFTER -> Effect.FAILED_AFTER;
              case FAIL_BEFORE -> Effect.FAILED_BEFORE;
            });
        return fault;
      }
    }
    return null;
  }

  /** HTTP requests to this target are carried out as they arrive, and answered so much later. */
  public Faults delayReplies(String target, long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("a delay is not negative: " + millis);
    }
    delays.put(target, millis);
    return this;
  }

  /** The reply as it leaves: late, if its target's are. */
  public Protocol.Reply late(String target, Protocol.Reply reply) {
    long millis = delays.getOrDefault(target, 0L);
    return millis == 0 || reply.isDropped()
        ? reply
        : count(Effect.REPLY_DELAYED, reply.after(millis));
  }

  /** The venue allows so many times fewer requests and orders than usual; 1: as many. */
  public Faults divideLimits(int divisor) {
    if (divisor < 1) {
      throw new IllegalArgumentException("not a divisor of limits: " + divisor);
    }
    limitDivisor = divisor;
    return this;
  }

  /** What is left of a limit; never nothing. */
  public int limit(int usual) {
    return Math.max(1, usual / limitDivisor);
  }

  /**
   * What happens between two orders of one account whose taker does not say; usually the maker
   * goes.
   */
  public Faults preventSelfTrades(Order.SelfTrade mode) {
    selfTrade = mode;
    return this;
  }

  /** The mode of an order that names none. */
  public Order.SelfTrade selfTrade() {
    return selfTrade;
  }

  // What queries see

  /** Queries do not see an order or a fill until it is this old; the exchange itself does. */
  public Faults hideOrdersFor(long millis) {
    hiddenOrders = millis;
    return this;
  }

  /** Queries do not list a fill until it is this old, though the order already says filled. */
  public Faults hideFillsFor(long millis) {
    hiddenFills = millis;
    return this;
  }

  /** Whether an order of this age can be seen by queries. */
  public boolean isVisible(long since, long now) {
    return now - since >= hiddenOrders || count(Effect.ORDER_HIDDEN, false);
  }

  /** Whether a fill of this age can be seen by queries. */
  public boolean isFillVisible(long since, long now) {
    return now - since >= Math.max(hiddenOrders, hiddenFills) || count(Effect.FILL_HIDDEN, false);
  }

  // Streams

  /** The next frames of a stream never arrive, though the connection stays. */
  public Faults loseFrames(String stream, int count) {
    lost.put(stream, count);
    return this;
  }

  /** The next frames of a stream arrive twice. */
  public Faults repeatFrames(String stream, int count) {
    repeated.put(stream, count);
    return this;
  }

  /**
   * So many times, the next frame of a stream arrives after the one that follows on its stream, or
   * half a second late when none follows.
   */
  public Faults swapFrames(String stream, int count) {
    swapped.put(stream, count);
    return this;
  }

  /** The next subscriptions, or log-ins, are refused. */
  public Faults refuseSubscriptions(int count) {
    refusedSubscriptions = count;
    return this;
  }

  /** Whether the frame about to be sent on this stream is lost; counts it if so. */
  public boolean losesFrame(String stream) {
    return take(lost, stream, Effect.FRAME_LOST, Effect.ACK_LOST);
  }

  /** Whether the frame that has been sent on this stream is sent again; counts it if so. */
  public boolean repeatsFrame(String stream) {
    return take(repeated, stream, Effect.FRAME_REPEATED, Effect.ACK_REPEATED);
  }

  /** Whether the frame about to be sent on this stream is held back; counts it if so. */
  public boolean swapsFrame(String stream) {
    return take(swapped, stream, Effect.FRAME_SWAPPED, Effect.ACK_LATE);
  }

  /** Whether the subscription just asked for is refused; counts it if so. */
  public boolean refusesSubscription() {
    if (refusedSubscriptions == 0) {
      return false;
    }
    refusedSubscriptions--;
    return count(Effect.SUBSCRIPTION_REFUSED, true);
  }

  private boolean take(Map<String, Integer> left, String stream, Effect frame, Effect ack) {
    if (left.isEmpty() || left.computeIfPresent(stream, (s, n) -> n <= 0 ? null : n - 1) == null) {
      return false;
    }
    return count(stream.equals(ACKS) ? ack : frame, true);
  }

  // The venue as a whole

  /**
   * The venue goes down; {@link Protocol#restart} says so.
   *
   * @param inSilence whether requests are not answered at all
   */
  public void goDown(long until, boolean inSilence) {
    downUntil = until;
    downInSilence = inSilence;
    count(Effect.RESTARTED);
  }

  /** Whether nobody can connect. */
  public boolean isDown(long now) {
    return now < downUntil;
  }

  /** What a request hears while the venue is down, else null. */
  public Protocol.@Nullable Reply whileDown(long now) {
    return isDown(now)
        ? count(Effect.REFUSED_WHILE_DOWN, downInSilence ? Protocol.Reply.DROPPED : DOWN)
        : null;
  }

  /** The venue's trading stands still; {@link Protocol#maintain} says so. */
  public void closeForMaintenance(long until, boolean inWords) {
    maintenanceUntil = until;
    maintenanceInWords = inWords;
  }

  /** Whether private requests are refused for maintenance. */
  public boolean isMaintained(long now) {
    return now < maintenanceUntil;
  }

  /** What a private request hears during maintenance if the venue is not to use its own words. */
  public Protocol.@Nullable Reply inMaintenance(long now) {
    return isMaintained(now) && !maintenanceInWords
        ? count(Effect.REFUSED_IN_MAINTENANCE, DOWN)
        : null;
  }

  // Counts

  /** How often each thing has gone wrong so far; in the order of the enum, without zeros. */
  public Map<Effect, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** Counts what a protocol itself makes go wrong. */
  public void count(Effect effect) {
    counts.merge(effect, 1L, Long::sum);
  }

  private <T> T count(Effect effect, T result) {
    count(effect);
    return result;
  }
}
