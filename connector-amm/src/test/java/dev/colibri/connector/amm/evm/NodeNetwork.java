package dev.colibri.connector.amm.evm;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.text.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Nodes by their hosts, and one that tells of heads by WebSocket, in virtual time. */
class NodeNetwork implements Network {
  /** By host. */
  final Map<String, StubNode> nodes = new LinkedHashMap<>();

  /** Connections that were opened, the latest last. */
  final List<Line> lines = new ArrayList<>();

  /** Whether connections are accepted. */
  boolean accepts = true;

  /** What the node of the stream says that its chain is. */
  long chainId = 8453;

  /** Whether subscriptions are. */
  boolean subscribes = true;

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    byte[] body = request.body();
    Reply reply =
        nodes
            .get(request.uri().getHost())
            .ask(body == null ? "" : new String(body, StandardCharsets.UTF_8));
    answer.accept(reply == null ? new Delivery.Lost("no answer") : new Delivery.Replied(reply));
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    Line line = new Line(uri, channel);
    lines.add(line);
    if (accepts) {
      channel.open();
    } else {
      channel.close(1006, "refused");
    }
    return line;
  }

  /** The connection in use; null for none. */
  @Nullable Line line() {
    return lines.isEmpty() ? null : lines.get(lines.size() - 1);
  }

  /** A WebSocket of a node. */
  final class Line implements Peer {
    final URI uri;
    final Channel channel;
    boolean live;

    Line(URI uri, Channel channel) {
      this.uri = uri;
      this.channel = channel;
    }

    @Override
    public void text(String frame) {
      Json asked = Json.parse(frame);
      String begin = "{\"jsonrpc\":\"2.0\",\"id\":" + asked.longValue("id") + ",";
      if (asked.text("method").equals("eth_chainId")) {
        channel.text(begin + "\"result\":\"0x" + Long.toHexString(chainId) + "\"}");
        return;
      }
      if (!asked.text("method").equals("eth_subscribe")) {
        throw new AssertionError(frame);
      }
      live = subscribes;
      channel.text(
          begin
              + (subscribes
                  ? "\"result\":\"0x9cef\"}"
                  : "\"error\":{\"code\":-32601,\"message\":\"no subscriptions\"}}"));
    }

    /** Tells of a block, as JSON. */
    void head(String block) {
      channel.text(
          "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":"
              + "{\"subscription\":\"0x9cef\",\"result\":"
              + block
              + "}}");
    }

    @Override
    public void ping() {
      channel.heartbeat();
    }

    @Override
    public void closed() {
      live = false;
    }
  }
}
