package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests and frames to a {@link Network}. It keeps the promises of a transport: callbacks
 * come later and once, a request that nobody answers is lost at its time-out, a socket closes once.
 */
final class VirtualTransport implements Transport {
  private final VirtualHost host;
  private final VirtualTime time;
  private final Network network;
  private final Set<String> hosts;
  private final Set<Exchange> exchanges = new LinkedHashSet<>();
  private final Set<VirtualSocket> sockets = new LinkedHashSet<>();
  private boolean closed;

  VirtualTransport(VirtualHost host, VirtualTime time, Network network, Set<String> hosts) {
    this.host = host;
    this.time = time;
    this.network = network;
    this.hosts = hosts;
  }

  private void soon(Runnable task) {
    time.at(time.nanos(), task);
  }

  /** Why this transport may not talk to an address; null when it may. */
  private @Nullable String forbidden(URI uri) {
    return closed
        ? "the transport is closed"
        : allowed(uri.getHost()) ? null : uri.getHost() + " is not a host of this venue";
  }

  /** One of the hosts, or a name under one of them, as live. */
  private boolean allowed(String name) {
    int dot = name.indexOf('.');
    return hosts.contains(name) || dot >= 0 && allowed(name.substring(dot + 1));
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> done) {
    String why = forbidden(request.uri());
    Exchange exchange = new Exchange(done);
    exchanges.add(exchange);
    if (why != null) {
      exchange.end(new Delivery.NotSent(why));
      return;
    }
    time.after(request.timeout(), () -> exchange.end(new Delivery.Lost("timed out")));
    soon(() -> network.http(request, exchange::end));
  }

  @Override
  public Socket connect(
      URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
    VirtualSocket socket = new VirtualSocket(listener);
    sockets.add(socket);
    String why = forbidden(uri);
    if (why != null) {
      socket.close(1006, why);
      return socket;
    }
    time.after(timeout, socket::timeOut);
    soon(() -> socket.connect(uri, headers));
    return socket;
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(exchanges).forEach(e -> e.end(new Delivery.Lost("the transport was closed")));
    List.copyOf(sockets).forEach(VirtualSocket::close);
  }

  /** A request on its way. */
  private final class Exchange {
    private final Consumer<Delivery> done;

    Exchange(Consumer<Delivery> done) {
      this.done = done;
    }

    void end(Delivery delivery) {
      if (exchanges.remove(this)) {
        host.run(() -> done.accept(delivery));
      }
    }
  }

  private final class VirtualSocket implements Socket, Network.Channel {
    private final SocketListener listener;
    private final Frame frame = new Frame();
    private Network.@Nullable Peer peer;
    private boolean open;
    private boolean ended;

    VirtualSocket(SocketListener listener) {
      this.listener = listener;
    }

    void connect(URI uri, Map<String, String> headers) {
      if (!ended) {
        peer = network.connect(uri, headers, this);
      }
    }

    void timeOut() {
      if (!open) {
        close(1006, "timed out");
      }
    }

    @Override
    public void open() {
      if (!ended && !open) {
        open = true;
        host.run(listener::opened);
      }
    }

    @Override
    public void text(String text) {
      if (open && !ended) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        host.run(() -> listener.received(frame.wrap(bytes, 0, bytes.length, true)));
      }
    }

    @Override
    public void heartbeat() {
      if (open && !ended) {
        host.run(listener::heartbeat);
      }
    }

    /** What was said before still arrives, as on a wire. */
    @Override
    public void close(int code, String reason) {
      if (!ended) {
        ended = true;
        sockets.remove(this);
        host.run(() -> listener.closed(code, reason));
        hangUp();
      }
    }

    @Override
    public void send(String text) {
      toPeer(p -> p.text(text));
    }

    @Override
    public void ping() {
      toPeer(Network.Peer::ping);
    }

    @Override
    public void close() {
      close(1000, "closed here");
    }

    private void toPeer(Consumer<Network.Peer> what) {
      if (open && !ended) {
        soon(
            () -> {
              if (peer != null) {
                what.accept(peer);
              }
            });
      }
    }

    /** Whichever side closed: the other end hears no more of this one, and knows it. */
    private void hangUp() {
      soon(
          () -> {
            Network.Peer last = peer;
            peer = null;
            if (last != null) {
              last.closed();
            }
          });
    }
  }
}
