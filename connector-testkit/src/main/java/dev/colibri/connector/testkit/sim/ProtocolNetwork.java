package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Timeline;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A network with an embedded exchange at its other end, some latency away. */
public final class ProtocolNetwork implements Network {
  private static final String REMOTE = "127.0.0.1";
  private static final long NEVER = Long.MAX_VALUE;

  private final VirtualTime time;
  private final Protocol protocol;
  private final Timeline timeline;
  private final Duration latency;
  private final Set<ProtocolPeer> peers = new LinkedHashSet<>();
  private long scheduled = NEVER;
  private long ahead;

  /**
   * A network.
   *
   * @param timeline moves the protocol and whoever trades there; at or before {@code time}
   * @param latency of each direction; the same for everything, so that nothing overtakes
   */
  public ProtocolNetwork(VirtualTime time, Protocol protocol, Timeline timeline, Duration latency) {
    this.time = time;
    this.protocol = protocol;
    this.timeline = timeline;
    this.latency = latency;
    goOn();
  }

  /** Carries on what time alone causes at the exchange, whenever it is due. */
  private void goOn() {
    long next = timeline.next();
    if (next < scheduled) {
      scheduled = next;
      time.at(
          Math.multiplyExact(next - ahead, 1_000_000L),
          () -> {
            if (next == scheduled) {
              scheduled = NEVER;
              timeline.advance(millis());
              goOn();
            }
          });
    }
  }

  /** The exchange's clock, in milliseconds since the epoch. */
  public long millis() {
    return time.millis() + ahead;
  }

  /** Sets the exchange's clock forward. */
  public void jump(Duration how) {
    ahead += how.toMillis();
    scheduled = NEVER;
    goOn();
  }

  /** Does something at the exchange itself, now: no latency, and nobody's request. */
  public void atExchange(Runnable what) {
    timeline.advance(millis());
    what.run();
    goOn();
  }

  /**
   * Cuts every WebSocket at once: neither end hears what was on its way.
   *
   * @param code what clients are told; 1006 for a cut without a close frame
   */
  public void cut(int code) {
    for (ProtocolPeer peer : List.copyOf(peers)) {
      peer.channel.close(code, "cut");
      peer.closed();
    }
  }

  private void later(Runnable what) {
    time.after(latency, what);
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    later(
        () ->
            atExchange(
                () -> {
                  Protocol.Reply reply = protocol.handle(request(request), millis());
                  time.after(
                      latency.plusMillis(reply.delayMillis()),
                      () -> answer.accept(delivery(reply)));
                }));
  }

  private static Protocol.Request request(HttpRequest request) {
    Map<String, String> headers = lowerCase(request.headers());
    if (request.contentType() != null) {
      headers.put("content-type", request.contentType());
    }
    byte[] body = request.body();
    String query = request.uri().getRawQuery();
    return new Protocol.Request(
        request.method(),
        request.uri().getRawPath(),
        query == null ? "" : query,
        headers,
        body == null ? new byte[0] : body,
        REMOTE);
  }

  private static Map<String, String> lowerCase(Map<String, String> headers) {
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return lower;
  }

  private static Delivery delivery(Protocol.Reply reply) {
    return reply.isDropped()
        ? new Delivery.Lost("the connection was cut")
        : new Delivery.Replied(
            new Reply(
                reply.status(), reply.headers(), reply.body().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    ProtocolPeer peer = new ProtocolPeer(channel);
    String query = uri.getRawQuery();
    String target = query == null ? uri.getRawPath() : uri.getRawPath() + "?" + query;
    later(() -> atExchange(() -> peer.open(target)));
    return peer;
  }

  /** The exchange's end of one WebSocket. */
  private final class ProtocolPeer implements Peer {
    private final Channel channel;
    private Protocol.@Nullable Session session;
    private boolean over;

    ProtocolPeer(Channel channel) {
      this.channel = channel;
      peers.add(this);
    }

    void open(String target) {
      if (over) {
        return;
      }
      session = protocol.open(target, REMOTE, new ProtocolConnection(), millis());
      later(session == null ? () -> channel.close(1006, "HTTP 404") : channel::open);
    }

    /** What arrives from the client, unless the session ended meanwhile. */
    private void arrive(Consumer<Protocol.Session> what) {
      later(
          () -> {
            Protocol.Session s = session;
            if (s != null) {
              atExchange(() -> what.accept(s));
            }
          });
    }

    @Override
    public void text(String frame) {
      arrive(s -> s.text(frame, millis()));
    }

    @Override
    public void ping() {
      later(() -> later(channel::heartbeat));
    }

    @Override
    public void closed() {
      if (over) {
        return;
      }
      over = true;
      peers.remove(this);
      arrive(
          s -> {
            session = null;
            s.closed();
          });
    }

    private final class ProtocolConnection implements Protocol.Connection {
      @Override
      public void text(String frame) {
        later(() -> channel.text(frame));
      }

      @Override
      public void ping() {
        later(
            () -> {
              channel.heartbeat();
              arrive(s -> s.pong(millis()));
            });
      }

      @Override
      public void close(int code, String reason) {
        later(() -> channel.close(code, reason));
      }
    }
  }
}
