package dev.colibri.connector.testkit.exchange;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The protocol's requests over the JDK's HTTP server, on localhost. */
final class HttpEndpoint implements AutoCloseable {

  private static final int MAX_BODY = 1 << 20;
  private static final int THREADS = 8;

  static {
    // Headers and body leave in two packets; with Nagle's algorithm the second waits for 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final EmbeddedExchange exchange;
  private final HttpServer server;
  // These only read and write; what they read is carried out on the exchange's own thread.
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, task -> EmbeddedExchange.daemon(task, "embedded-exchange-http"));

  HttpEndpoint(EmbeddedExchange exchange, InetAddress address, int port) throws IOException {
    this.exchange = exchange;
    server = HttpServer.create(new InetSocketAddress(address, port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange http) throws IOException {
    try (http) {
      var body = http.getRequestBody().readNBytes(MAX_BODY + 1);
      if (body.length > MAX_BODY) {
        http.sendResponseHeaders(413, -1);
        return;
      }
      var uri = http.getRequestURI();
      var request =
          new Protocol.Request(
              http.getRequestMethod(),
              uri.getRawPath(),
              uri.getRawQuery() == null ? "" : uri.getRawQuery(),
              headers(http),
              body,
              http.getRemoteAddress().getAddress().getHostAddress());
      var reply = exchange.onThread(() -> exchange.protocol().handle(request, exchange.advance()));
      if (reply.isDropped()) {
        // Closing without an answer cuts the connection.
        return;
      }
      TimeUnit.MILLISECONDS.sleep(reply.delayMillis());
      reply.headers().forEach((name, value) -> http.getResponseHeaders().set(name, value));
      var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      http.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      http.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The connection is cut: no client may take a bug of ours for an answer.
      EmbeddedExchange.report(e);
    }
  }

  private static Map<String, String> headers(HttpExchange http) {
    var headers = new LinkedHashMap<String, String>();
    http.getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return headers;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
