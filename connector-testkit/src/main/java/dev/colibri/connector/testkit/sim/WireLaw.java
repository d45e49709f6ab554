package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of what goes over the wires: how much is sent, what twice, and what in a ban. */
final class WireLaw implements FaultyNetwork.Tap {
  /** How much a request may be repeated, all in all. */
  private static final int MOST_REQUESTS = 30_000;

  /** What sets something to a value moves nothing when it comes again. */
  private static final List<String> SETTINGS =
      List.of("/listenKey", "/marginType", "/leverage", "/positionSide/dual");

  /** More connections in a minute than this are a storm. */
  private static final int MOST_CONNECTS = 60;

  private static final long MINUTE = 60_000_000_000L;

  private final VirtualTime time;
  private final Trace trace;
  private final Invariants all;

  /** The requests of the present process that nothing came back for yet. */
  private final Map<HttpRequest, Long> asked = new IdentityHashMap<>();

  private final Set<String> mutations = new LinkedHashSet<>();

  /** When connections of the last minute were asked for. */
  private final Deque<Long> connects = new ArrayDeque<>();

  private long bannedUntil = Long.MIN_VALUE;

  /** When the host hears of the ban, in nanoseconds of virtual time. */
  private long banHeard = Long.MIN_VALUE;

  private int requests;

  WireLaw(VirtualTime time, Trace trace, Invariants all) {
    this.time = time;
    this.trace = trace;
    this.all = all;
  }

  /** Another process connects from now on. */
  void begin() {
    connects.clear();
  }

  /** The process is dead. The next one knows nothing of a ban, and will be told. */
  void died() {
    bannedUntil = Long.MIN_VALUE;
    asked.clear();
  }

  @Override
  public void departs(HttpRequest request) {
    trace.line(time.millis(), "sends " + words(request));
    if (all.host() != null) {
      asked.put(request, time.nanos());
    }
    trace.add(request.uri().toString());
    byte[] body = request.body();
    if (body != null) {
      trace.add(body);
    }
    all.require(++requests <= MOST_REQUESTS, "I26", "more than " + MOST_REQUESTS + " requests");
    all.require(
        time.nanos() >= bannedUntil || time.nanos() <= banHeard,
        "I23",
        "sent while banned: " + words(request));
    if (isMutation(request)) {
      all.require(
          mutations.add(bytes(request)), "I25", "the same bytes are sent again: " + words(request));
    }
  }

  /** Without query, headers and body, in which one request differs from the next. */
  private static String words(HttpRequest request) {
    return request.method() + " " + request.uri().getHost() + request.uri().getPath();
  }

  private static boolean isMutation(HttpRequest request) {
    String path = request.uri().getPath();
    return (request.method().equals("POST") || request.method().equals("PUT"))
        && SETTINGS.stream().noneMatch(path::endsWith);
  }

  private static String bytes(HttpRequest request) {
    return request.uri() + " " + request.headers() + " " + Arrays.toString(request.body());
  }

  @Override
  public void told(HttpRequest request, Delivery delivery) {
    if (delivery instanceof Delivery.Replied r) {
      trace.line(time.millis(), "reply " + r.reply().status() + " to " + words(request));
      trace.add(r.reply().body());
      if (r.reply().status() == 400) {
        // What the venue refused for a time that was ahead may be stamped with that very time
        // again.
        mutations.remove(bytes(request));
      }
      if (isStop(r.reply()) && isHeard(request)) {
        long seconds = r.reply().number("Retry-After");
        // A tenth less: the host's clock may run fast.
        bannedUntil = Math.max(bannedUntil, time.nanos() + seconds * 900_000_000L);
        VirtualHost host = all.host();
        banHeard = host == null ? time.nanos() : Math.max(time.nanos(), host.awakeSince());
      }
    } else {
      trace.line(time.millis(), delivery + " for " + words(request));
    }
    asked.remove(request);
  }

  /** Whether the process lives that asked, and waits for the answer. */
  private boolean isHeard(HttpRequest request) {
    Long since = asked.get(request);
    return since != null && time.nanos() < since + request.timeout().toNanos();
  }

  /** Whether nothing at all may be asked for a while. A limit of orders stops orders alone. */
  private static boolean isStop(Reply reply) {
    return reply.status() == 418 || reply.status() == 429 && !reply.text().contains("-1015");
  }

  @Override
  public void departs(String path, String frame) {
    trace.add(frame);
  }

  @Override
  public void connects(String path) {
    connects.add(time.nanos());
    while (connects.element() < time.nanos() - MINUTE) {
      connects.remove();
    }
    all.require(
        connects.size() <= MOST_CONNECTS, "I26", connects.size() + " connections in a minute");
  }

  int requests() {
    return requests;
  }
}
