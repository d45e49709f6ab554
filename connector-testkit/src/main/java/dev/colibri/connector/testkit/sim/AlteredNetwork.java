package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network that changes what the other end says: replies and frames are altered, lost or added on
 * their way back. What is asked arrives as it was asked, so that the other end acts on it.
 */
public final class AlteredNetwork implements Network {
  private final Network network;
  private final Map<String, UnaryOperator<@Nullable Delivery>> replies = new TreeMap<>();
  private final Map<String, UnaryOperator<@Nullable String>> frames = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Set<String> unreachable = new TreeSet<>();
  private final List<Line> lines = new ArrayList<>();

  /** An open or opening WebSocket. */
  private record Line(String path, Channel channel) {}

  /** Changes nothing yet. */
  public AlteredNetwork(Network network) {
    this.network = network;
  }

  /** A whole reply, as the venue or somebody on the way may write it. */
  public static Delivery reply(int status, String body) {
    return reply(status, Collections.emptyMap(), body);
  }

  /** A whole reply with headers. */
  public static Delivery reply(int status, Map<String, String> headers, String body) {
    return new Delivery.Replied(new Reply(status, headers, body.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Alters what comes back from now on.
   *
   * @param target method and path, as {@code GET /time}
   * @param change of the delivery; null means that nothing ever comes back
   */
  public AlteredNetwork replies(String target, UnaryOperator<@Nullable Delivery> change) {
    replies.put(target, change);
    return this;
  }

  /** Alters the text of well-formed replies from now on. */
  public AlteredNetwork bodies(String target, UnaryOperator<String> change) {
    return replies(
        target,
        d ->
            d instanceof Delivery.Replied r
                ? reply(r.reply().status(), r.reply().headers(), change.apply(r.reply().text()))
                : d);
  }

  /**
   * Alters what comes on WebSockets from now on.
   *
   * @param path of their addresses
   * @param change of a frame; null loses it
   */
  public AlteredNetwork frames(String path, UnaryOperator<@Nullable String> change) {
    frames.put(path, change);
    return this;
  }

  /** Lets requests to a target leave this host from now on, or not. */
  public AlteredNetwork reachable(String target, boolean reachable) {
    if (reachable) {
      unreachable.remove(target);
    } else {
      unreachable.add(target);
    }
    return this;
  }

  /** Alters replies to a target no more. */
  public AlteredNetwork repliesAsTheyAre(String target) {
    replies.remove(target);
    return this;
  }

  /** Alters frames of a path no more. */
  public AlteredNetwork framesAsTheyAre(String path) {
    frames.remove(path);
    return this;
  }

  /** Adds a frame to every WebSocket of a path. */
  public void say(String path, String frame) {
    of(path).forEach(line -> line.channel.text(frame));
  }

  /** Cuts every WebSocket of a path. */
  public void cut(String path, int code) {
    of(path).forEach(line -> line.channel.close(code, "cut"));
  }

  /** Whether a WebSocket of a path is open. */
  public boolean isOpen(String path) {
    return !of(path).isEmpty();
  }

  private List<Line> of(String path) {
    return lines.stream().filter(line -> line.path.equals(path)).toList();
  }

  /**
   * How often something was asked.
   *
   * @param target method and path; {@code CONNECT} and the path for a WebSocket; {@code *} for
   *     every path of a method
   */
  public int count(String target) {
    return counts.getOrDefault(target, 0);
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    String target = request.method() + " " + request.uri().getPath();
    counts.merge(target, 1, Integer::sum);
    counts.merge(request.method() + " *", 1, Integer::sum);
    if (unreachable.contains(target)) {
      answer.accept(new Delivery.NotSent("no route to " + request.uri().getHost()));
      return;
    }
    network.http(
        request,
        delivery -> {
          UnaryOperator<@Nullable Delivery> change = replies.get(target);
          Delivery altered = change == null ? delivery : change.apply(delivery);
          if (altered != null) {
            answer.accept(altered);
          }
        });
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    String path = uri.getPath();
    counts.merge("CONNECT " + path, 1, Integer::sum);
    Line line = new Line(path, channel);
    Peer peer = network.connect(uri, new LinkedHashMap<>(headers), new AlteredChannel(line));
    return new Peer() {
      @Override
      public void text(String frame) {
        peer.text(frame);
      }

      @Override
      public void ping() {
        peer.ping();
      }

      @Override
      public void closed() {
        lines.remove(line);
        peer.closed();
      }
    };
  }

  private final class AlteredChannel implements Channel {
    private final Line line;

    AlteredChannel(Line line) {
      this.line = line;
    }

    @Override
    public void open() {
      lines.add(line);
      line.channel.open();
    }

    @Override
    public void text(String text) {
      UnaryOperator<@Nullable String> change = frames.get(line.path);
      String altered = change == null ? text : change.apply(text);
      if (altered != null) {
        line.channel.text(altered);
      }
    }

    @Override
    public void heartbeat() {
      line.channel.heartbeat();
    }

    @Override
    public void close(int code, String reason) {
      lines.remove(line);
      line.channel.close(code, reason);
    }
  }
}
