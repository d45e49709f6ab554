package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A virtual host whose sockets a test may speak into at once, as another thread would in the middle
 * of something; and whose transport may be broken.
 */
final class TappedHost extends ForwardingHost {
  private final Map<String, Transport.SocketListener> listeners = new TreeMap<>();
  boolean broken;

  TappedHost(VirtualHost host) {
    super(host);
  }

  /** A frame arrives now, before this returns. */
  void receive(String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    listeners.get(path).received(new Frame().wrap(bytes, 0, bytes.length, true));
  }

  @Override
  public Transport transport(Venue<?> venue, Set<String> hosts) {
    return new Tapped(super.transport(venue, hosts));
  }

  private final class Tapped implements Transport {
    private final Transport transport;

    Tapped(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void http(HttpRequest request, Consumer<Delivery> done) {
      if (broken) {
        throw new IllegalStateException("a transport that breaks its promise");
      }
      transport.http(request, done);
    }

    @Override
    public Socket connect(
        URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
      listeners.put(uri.getPath(), listener);
      return transport.connect(uri, headers, timeout, listener);
    }

    @Override
    public void close() {
      transport.close();
    }
  }
}
