package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A network, and the gateways on its way, on which the faults of a menu happen. What a request
 * meets is decided when it leaves; streams suffer message by message. Every number comes from the
 * seed.
 */
public final class FaultyNetwork implements Network {
  /** How long an outage of any kind lasts at most. */
  private static final int LONGEST_OUTAGE_MILLIS = 20_000;

  private static final int[] CLOSE_CODES = {1000, 1001, 1006, 1008, 1009, 1011, 1012, 1013, 4000};
  private static final int[] SERVER_ERRORS = {500, 502, 503, 504, 520, 522};
  private static final FaultKind[] STREAM_OUTAGES = {
    FaultKind.OUTAGE, FaultKind.STREAM_OUTAGE, FaultKind.DNS_FAILURE, FaultKind.CONNECTION_REFUSED
  };
  private static final String PAGE = "<html><body><h1>Bad gateway</h1></body></html>";

  /** Hears what goes over the wires. */
  public interface Tap {
    /** A request leaves its host. */
    void departs(HttpRequest request);

    /** What its host hears of it, at that moment. */
    void told(HttpRequest request, Delivery delivery);

    /** A message leaves its host. */
    void departs(String path, String frame);

    /** A WebSocket is asked for. */
    default void connects(String path) {}
  }

  private final VirtualTime time;
  private final Network network;
  private final SplittableRandom random;
  private final FaultCount count;
  private final Tap tap;
  private final List<Line> lines = new ArrayList<>();

  /** Faults of one request each, waiting for the next that leaves. */
  private final Deque<FaultKind> requestFaults = new ArrayDeque<>();

  /** Faults of one new connection each. */
  private final Deque<FaultKind> connectFaults = new ArrayDeque<>();

  /** Until when an outage lasts, in nanoseconds of virtual time. */
  private final Map<FaultKind, Long> outages = new EnumMap<>(FaultKind.class);

  private final Set<String> targets = new LinkedHashSet<>();
  private @Nullable Runnable atNextDeparture;
  private @Nullable String brokenPath;
  private int latencyMillis;

  /**
   * A network without faults so far.
   *
   * @param count is told of every fault that takes effect
   */
  public FaultyNetwork(
      VirtualTime time, Network network, SplittableRandom random, FaultCount count, Tap tap) {
    this.time = time;
    this.network = network;
    this.random = random;
    this.count = count;
    this.tap = tap;
  }

  // ---------------------------------------------------------------- faults

  /** Lets a fault happen, now or to what comes next; false when it is none of the network. */
  public boolean apply(FaultKind kind) {
    switch (kind) {
      case REQUEST_LOST,
          REQUEST_HANGS,
          REQUEST_LATE,
          REQUEST_SLOW,
          REPLY_LOST,
          REPLY_HANGS,
          REPLY_SLOW,
          HTTP_429,
          HTTP_418,
          HTTP_403,
          HTTP_451,
          HTTP_REDIRECT,
          HTTP_5XX_BEFORE,
          HTTP_5XX_AFTER,
          HTML,
          TRUNCATED ->
          requestFaults.add(kind);
      case CONNECT_REFUSED, CONNECT_HANGS, ACK_LOST, ACK_LATE -> {
        connectFaults.add(kind);
        cut(any());
      }
      case DNS_FAILURE, CONNECTION_REFUSED, PATH_OUTAGE, REST_OUTAGE, OUTAGE, STREAM_OUTAGE -> {
        brokenPath = null;
        outages.put(kind, time.nanos() + millis(1 + random.nextInt(LONGEST_OUTAGE_MILLIS)));
        if (kind == FaultKind.STREAM_OUTAGE) {
          List.copyOf(lines).forEach(this::cut);
        }
      }
      case LATENCY -> {
        latencyMillis = 1 + random.nextInt(2_000);
        outages.put(kind, time.nanos() + millis(1 + random.nextInt(LONGEST_OUTAGE_MILLIS)));
      }
      case STREAM_CLOSED -> {
        Line line = any();
        if (line != null) {
          count.fired(kind);
          line.cut(CLOSE_CODES[random.nextInt(CLOSE_CODES.length)]);
        }
      }
      case STREAM_SILENT, STREAM_MUTE, FRAME_LOST, FRAME_TWICE, FRAME_LATE, FRAME_CUT -> {
        Line line = any();
        if (line != null) {
          line.suffers(kind);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** All is well from now on; what was cut stays cut, and connections that died stay dead. */
  public void heal() {
    requestFaults.clear();
    connectFaults.clear();
    atNextDeparture = null;
    outages.clear();
    lines.forEach(Line::heal);
  }

  /** Every method and path that was asked for. */
  public List<String> targets() {
    return List.copyOf(targets);
  }

  /** Runs when the next request is on its way, but no other. */
  public void atNextDeparture(Runnable what) {
    atNextDeparture = what;
  }

  /**
   * Since when, in nanoseconds of virtual time, a connection that is open carries nothing any more;
   * {@link Long#MAX_VALUE} when there is none.
   */
  public long deadSince() {
    long earliest = Long.MAX_VALUE;
    for (Line line : lines) {
      earliest = Math.min(earliest, line.silent ? line.silentSince : Long.MAX_VALUE);
    }
    return earliest;
  }

  /** How many WebSockets are open or opening. */
  public int connections() {
    return lines.size();
  }

  private @Nullable Line any() {
    return lines.isEmpty() ? null : lines.get(random.nextInt(lines.size()));
  }

  private void cut(@Nullable Line line) {
    if (line != null) {
      line.cut(1006);
    }
  }

  private boolean isOut(FaultKind kind) {
    Long until = outages.get(kind);
    if (until == null) {
      return false;
    }
    if (time.nanos() >= until) {
      outages.remove(kind);
      return false;
    }
    return true;
  }

  private static long millis(long n) {
    return n * 1_000_000L;
  }

  private void after(long millis, Runnable task) {
    time.after(Duration.ofMillis(millis), task);
  }

  /** Mostly short, now and then very long. */
  private long heavyTail() {
    return Math.min(60_000, 50L << random.nextInt(random.nextInt(11) + 1));
  }

  private long extraLatency() {
    if (!isOut(FaultKind.LATENCY)) {
      return 0;
    }
    count.fired(FaultKind.LATENCY);
    return random.nextInt(latencyMillis);
  }

  // ---------------------------------------------------------------- requests

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    tap.departs(request);
    targets.add(request.method() + " " + request.uri().getPath());
    Runnable then = atNextDeparture;
    if (then != null) {
      atNextDeparture = null;
      then.run();
    }
    Consumer<Delivery> told =
        d -> {
          tap.told(request, d);
          answer.accept(d);
        };
    FaultKind outage = outageOf(request);
    if (outage != null) {
      count.fired(outage);
      switch (outage) {
        case DNS_FAILURE -> told.accept(new Delivery.NotSent("no address of the host is known"));
        case CONNECTION_REFUSED -> told.accept(new Delivery.NotSent("connection refused"));
        default -> {} // Its host gives it up some time.
      }
      return;
    }
    FaultKind fault = requestFaults.poll();
    if (fault != null) {
      count.fired(fault);
      suffers(fault, request, told);
    } else {
      carry(request, extraLatency(), told);
    }
  }

  private @Nullable FaultKind outageOf(HttpRequest request) {
    if (isOut(FaultKind.OUTAGE)) {
      return FaultKind.OUTAGE;
    }
    if (isOut(FaultKind.REST_OUTAGE)) {
      return FaultKind.REST_OUTAGE;
    }
    if (isOut(FaultKind.DNS_FAILURE)) {
      return FaultKind.DNS_FAILURE;
    }
    if (isOut(FaultKind.CONNECTION_REFUSED)) {
      return FaultKind.CONNECTION_REFUSED;
    }
    if (isOut(FaultKind.PATH_OUTAGE)) {
      String target = request.method() + " " + request.uri().getPath();
      if (brokenPath == null) {
        brokenPath = target;
      }
      return target.equals(brokenPath) ? FaultKind.PATH_OUTAGE : null;
    }
    return null;
  }

  private void carry(HttpRequest request, long millis, Consumer<Delivery> told) {
    if (millis == 0) {
      network.http(request, told);
    } else {
      after(millis, () -> network.http(request, told));
    }
  }

  private void suffers(FaultKind fault, HttpRequest request, Consumer<Delivery> told) {
    Delivery reset = new Delivery.Lost("connection reset");
    switch (fault) {
      case REQUEST_LOST -> told.accept(reset);
      case REQUEST_HANGS -> {}
      case REQUEST_LATE -> {
        told.accept(reset);
        carry(request, 1 + random.nextInt(8_000), d -> {});
      }
      case REQUEST_SLOW -> carry(request, heavyTail(), told);
      case REPLY_LOST -> network.http(request, d -> told.accept(reset));
      case REPLY_HANGS -> network.http(request, d -> {});
      case REPLY_SLOW -> {
        long millis = heavyTail();
        network.http(request, d -> after(millis, () -> told.accept(d)));
      }
      case HTTP_429 -> told.accept(reply(429, 1 + random.nextInt(5), ""));
      case HTTP_418 -> told.accept(reply(418, 5 + random.nextInt(20), ""));
      case HTTP_403 -> told.accept(reply(403, 0, PAGE));
      case HTTP_451 -> told.accept(reply(451, 0, PAGE));
      case HTTP_REDIRECT -> told.accept(reply(302, 0, ""));
      case HTTP_5XX_BEFORE -> told.accept(serverError());
      case HTTP_5XX_AFTER -> network.http(request, d -> told.accept(serverError()));
      case HTML -> {
        if (random.nextBoolean()) {
          network.http(request, d -> told.accept(reply(200, 0, PAGE)));
        } else {
          told.accept(reply(200, 0, PAGE));
        }
      }
      case TRUNCATED -> network.http(request, d -> told.accept(half(d)));
      default -> throw new IllegalStateException(fault + " is no fault of a request");
    }
  }

  private Delivery serverError() {
    return reply(SERVER_ERRORS[random.nextInt(SERVER_ERRORS.length)], 0, PAGE);
  }

  private static Delivery reply(int status, int retryAfterSeconds, String body) {
    Map<String, String> headers = new TreeMap<>();
    if (retryAfterSeconds > 0) {
      headers.put("Retry-After", Integer.toString(retryAfterSeconds));
    }
    if (status == 302) {
      headers.put("Location", "https://elsewhere.test/");
    }
    return new Delivery.Replied(new Reply(status, headers, body.getBytes(StandardCharsets.UTF_8)));
  }

  private Delivery half(Delivery whole) {
    if (!(whole instanceof Delivery.Replied r) || r.reply().body().length < 2) {
      return whole;
    }
    byte[] body = r.reply().body();
    int length = random.nextInt(body.length - 1);
    return new Delivery.Replied(
        new Reply(r.reply().status(), r.reply().headers(), Arrays.copyOf(body, length)));
  }

  // ---------------------------------------------------------------- streams

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    tap.connects(uri.getPath());
    Line line = new Line(uri.getPath(), channel);
    lines.add(line);
    FaultKind outage = outageOfStreams();
    FaultKind fault = outage != null ? outage : connectFaults.poll();
    if (fault != null && fault != FaultKind.ACK_LOST && fault != FaultKind.ACK_LATE) {
      count.fired(fault);
      if (fault != FaultKind.OUTAGE && fault != FaultKind.CONNECT_HANGS) {
        after(1, () -> line.cut(1006));
      }
    } else {
      line.firstMessage = fault;
      line.venue = network.connect(uri, headers, line.new FromVenue());
    }
    return line.new FromHost();
  }

  private @Nullable FaultKind outageOfStreams() {
    for (FaultKind kind : STREAM_OUTAGES) {
      if (isOut(kind)) {
        return kind;
      }
    }
    return null;
  }

  /** One WebSocket, between its host and the venue. */
  private final class Line {
    private final String path;
    private final Channel host;
    private final Deque<FaultKind> next = new ArrayDeque<>();
    private final List<String> heldBack = new ArrayList<>();
    @Nullable Peer venue;
    @Nullable FaultKind firstMessage;
    private boolean silent;
    private long silentSince;
    private boolean mute;
    private boolean over;

    /** When what was said last arrives: nothing overtakes on one connection. */
    private long lastArrival;

    Line(String path, Channel host) {
      this.path = path;
      this.host = host;
    }

    void suffers(FaultKind kind) {
      if (kind == FaultKind.STREAM_SILENT) {
        silentSince = silent ? silentSince : time.nanos();
        silent = true;
        count.fired(kind);
      } else if (kind == FaultKind.STREAM_MUTE) {
        mute = true;
        count.fired(kind);
      } else {
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          next.add(kind);
        }
      }
    }

    void heal() {
      next.clear();
      firstMessage = null;
    }

    /** Neither end hears what was on its way. */
    void cut(int code) {
      if (!over) {
        end();
        host.close(code, "cut");
        hangUp();
      }
    }

    private void end() {
      over = true;
      lines.remove(this);
    }

    private void hangUp() {
      Peer p = venue;
      if (p != null) {
        p.closed();
      }
    }

    private boolean carriesNothing() {
      return silent || isOut(FaultKind.OUTAGE);
    }

    /** Hands a message on, after those before it. */
    private void inOrder(Runnable arrive) {
      long at = Math.max(lastArrival, time.nanos() + millis(extraLatency()));
      if (at == time.nanos()) {
        arrive.run();
      } else {
        lastArrival = at;
        time.at(at, arrive);
      }
    }

    private void tell(String message) {
      inOrder(
          () -> {
            if (!over && !carriesNothing()) {
              host.text(message);
            }
          });
    }

    private void receive(String message) {
      FaultKind fault = firstMessage != null ? firstMessage : next.poll();
      firstMessage = null;
      if (fault == null) {
        tell(message);
        releaseLater();
        return;
      }
      count.fired(fault);
      switch (fault) {
        case ACK_LOST, FRAME_LOST -> {}
        case ACK_LATE, FRAME_LATE -> {
          heldBack.add(message);
          after(2_000, this::release);
        }
        case FRAME_TWICE -> {
          tell(message);
          tell(message);
        }
        case FRAME_CUT -> tell(message.substring(0, message.length() / 2));
        default -> throw new IllegalStateException(fault + " is no fault of a message");
      }
    }

    /** What was held back comes after some of what follows it. */
    private void releaseLater() {
      if (!heldBack.isEmpty() && random.nextInt(3) == 0) {
        release();
      }
    }

    private void release() {
      List<String> late = List.copyOf(heldBack);
      heldBack.clear();
      late.forEach(this::tell);
    }

    /** What the host says. */
    private final class FromHost implements Peer {
      @Override
      public void text(String message) {
        tap.departs(path, message);
        Peer p = venue;
        if (p != null && !carriesNothing()) {
          p.text(message);
        }
      }

      @Override
      public void ping() {
        Peer p = venue;
        if (p != null && !carriesNothing()) {
          p.ping();
        }
      }

      @Override
      public void closed() {
        if (!over) {
          end();
          hangUp();
        }
      }
    }

    /** What the venue says. */
    private final class FromVenue implements Channel {
      @Override
      public void open() {
        if (!over && !carriesNothing()) {
          host.open();
        }
      }

      @Override
      public void text(String message) {
        if (!over && !mute && !carriesNothing()) {
          receive(message);
        }
      }

      @Override
      public void heartbeat() {
        if (!over && !carriesNothing()) {
          host.heartbeat();
        }
      }

      @Override
      public void close(int code, String reason) {
        if (!over) {
          end();
          host.close(code, reason);
        }
      }
    }
  }
}
