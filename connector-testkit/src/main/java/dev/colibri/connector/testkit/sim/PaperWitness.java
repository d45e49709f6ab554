package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.ConnectorEvent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sees what leaves a runtime on paper, and what its connector complains of. */
public final class PaperWitness implements Network {
  private final Network network;
  private final List<String> left = new ArrayList<>();
  private final List<String> trouble = new ArrayList<>();

  /** Stands before a network. */
  public PaperWitness(Network network) {
    this.network = network;
  }

  /** Listens to a connector. */
  public void watch(BookConnector connector) {
    connector
        .events()
        .listen(
            e -> {
              if (e instanceof ConnectorEvent.Quarantined
                  || e instanceof ConnectorEvent.Faulted
                  || e instanceof ConnectorEvent.BalanceDrift) {
                trouble.add(e.toString());
              }
            });
  }

  /** What it complained of since this was asked last. */
  public List<String> trouble() {
    List<String> all = List.copyOf(trouble);
    trouble.clear();
    return all;
  }

  /**
   * Fails unless something left, and all of it was public: read, below a path, without the key.
   *
   * @param path as in {@code /api/v3/}
   * @throws AssertionError naming what should not have left
   */
  public void publicOnly(String path, String key) {
    if (left.isEmpty()) {
      throw new AssertionError("nothing left");
    }
    for (String l : left) {
      boolean read = l.startsWith("GET " + path) || l.startsWith("connect /");
      if (!read || l.contains(key) || l.contains("signature") || l.contains("rder")) {
        throw new AssertionError("left on paper: " + l);
      }
    }
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    URI uri = request.uri();
    left.add(
        request.method() + " " + uri.getPath() + "?" + uri.getQuery() + " " + request.headers());
    network.http(request, answer);
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    left.add("connect " + uri.getPath() + "?" + uri.getQuery() + " " + headers);
    return network.connect(uri, headers, channel);
  }
}
