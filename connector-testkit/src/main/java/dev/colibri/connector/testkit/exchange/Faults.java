package dev.colibri.connector.testkit.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong, as data. A protocol asks at the places named here; without faults it behaves
 * like its venue on a good day.
 */
public final class Faults {

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
   * @param target the request it hits, in the protocol's words: method and path, such as {@code
   *     POST /api/v3/order}, or the method name of a WebSocket API
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

  private static final int LIMIT = 10_000;

  private final List<Fault> waiting = new ArrayList<>();
  private final Map<String, Integer> lostFrames = new LinkedHashMap<>();
  private long hiddenMillis;

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

  /** Queries do not see an order or a fill until it is this old; the exchange itself does. */
  public Faults hideOrdersFor(long millis) {
    hiddenMillis = millis;
    return this;
  }

  /**
   * The next frames of a stream never arrive, though the connection stays.
   *
   * @param stream in the protocol's words: a stream name such as {@code btcusdt@depth}, or {@code
   *     userDataStream}
   */
  public Faults loseFrames(String stream, int count) {
    lostFrames.put(stream, count);
    return this;
  }

  /** Whether the frame about to be sent on this stream is lost; counts it if so. */
  public boolean losesFrame(String stream) {
    return lostFrames.computeIfPresent(stream, (s, left) -> left == 0 ? null : left - 1) != null;
  }

  /** The oldest waiting fault of this target, which is used up; or null. */
  public @Nullable Fault take(String target) {
    for (int i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).target().equals(target)) {
        return waiting.remove(i);
      }
    }
    return null;
  }

  /** Whether something of this age can be seen by queries. */
  public boolean isVisible(long since, long now) {
    return now - since >= hiddenMillis;
  }
}
