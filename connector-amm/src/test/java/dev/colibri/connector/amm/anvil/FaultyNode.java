package dev.colibri.connector.amm.anvil;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node between a connector and the chain that loses, lies and lags as it is told. Its settings
 * may be changed at any time, by any thread.
 */
public final class FaultyNode implements AutoCloseable {

  /** What becomes of a request. */
  public enum Fault {
    NONE,
    /** It is carried out, and nobody hears of it. */
    REPLY_LOST,
    /** It never arrives. */
    REQUEST_LOST,
    /** A page of a proxy in between, with status 502. */
    BAD_GATEWAY,
    /** The answer is that there is nothing: JSON's null. */
    DENIED
  }

  /** Says what becomes of the n-th request, from 0, of a method. */
  public interface Rule {
    Fault of(String method, int n);
  }

  private static final Set<String> OF_A_BLOCK =
      Set.of("eth_getBlockByNumber", "eth_call", "eth_getBalance", "eth_getTransactionCount");

  private final Anvil anvil;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyNode::daemon);
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private volatile Rule rule = (method, n) -> Fault.NONE;
  private volatile int lag;
  private volatile int miscounts;

  public FaultyNode(Anvil anvil) {
    this.anvil = anvil;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "faulty-node");
    thread.setDaemon(true);
    return thread;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on, and counting from 0 again. */
  public void rule(Rule rule) {
    counts.clear();
    this.rule = rule;
  }

  /** Knows nothing of the last blocks. */
  public void lag(int blocks) {
    lag = blocks;
  }

  /** Counts so many transactions of a wallet too many. */
  public void miscount(int more) {
    miscounts = more;
  }

  /** How many requests of a method there were since the rule was set. */
  public int count(String method) {
    AtomicInteger count = counts.get(method);
    return count == null ? 0 : count.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  // ---- a request, or several

  /** What ends a connection without a word. */
  @SuppressWarnings("serial")
  private static final class Lost extends RuntimeException {}

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body;
      try (InputStream in = exchange.getRequestBody()) {
        body = in.readAllBytes();
      }
      Json asked = Json.parse(body, 0, body.length);
      byte[] reply;
      try {
        if (asked.isArray()) {
          List<String> replies = new ArrayList<>();
          for (Json one : asked.items()) {
            replies.add(one(one));
          }
          reply = ("[" + String.join(",", replies) + "]").getBytes(StandardCharsets.UTF_8);
        } else {
          reply = one(asked).getBytes(StandardCharsets.UTF_8);
        }
      } catch (Lost e) {
        // Closed without an answer.
        return;
      } catch (Gateway e) {
        byte[] page = "<html>502 Bad Gateway</html>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(502, page.length);
        exchange.getResponseBody().write(page);
        return;
      }
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  @SuppressWarnings("serial")
  private static final class Gateway extends RuntimeException {}

  private String one(Json request) {
    String method = request.text("method");
    int n = counts.computeIfAbsent(method, m -> new AtomicInteger()).getAndIncrement();
    Fault fault = rule.of(method, n);
    switch (fault) {
      case REQUEST_LOST:
        throw new Lost();
      case BAD_GATEWAY:
        throw new Gateway();
      case DENIED:
        return reply(request, "\"result\":null");
      default:
        String reply = behind(request, method);
        if (method.equals("eth_getTransactionCount") && miscounts != 0) {
          Json count = Json.parse(reply).find("result");
          if (count != null) {
            long told = Rpc.number(count).longValueExact() + miscounts;
            reply = reply(request, "\"result\":\"" + Rpc.hex(Math.max(0, told)) + "\"");
          }
        }
        if (fault == Fault.REPLY_LOST) {
          throw new Lost();
        }
        return reply;
    }
  }

  // ---- as seen from some blocks ago

  private String behind(Json request, String method) {
    int behind = lag;
    List<Object> parameters = new ArrayList<>();
    request.get("params").items().forEach(p -> parameters.add(plain(p)));
    if (behind == 0) {
      return forward(request, method, parameters);
    }
    long head = Math.max(0, anvil.rpc.block() - behind);
    if (method.equals("eth_blockNumber")) {
      return reply(request, "\"result\":\"" + Rpc.hex(head) + "\"");
    }
    if (method.equals("eth_getTransactionReceipt")) {
      Json receipt = anvil.rpc.send(method, parameters.get(0));
      boolean known =
          !receipt.isNull() && Rpc.number(receipt.get("blockNumber")).longValueExact() <= head;
      return known ? forward(request, method, parameters) : reply(request, "\"result\":null");
    }
    if (OF_A_BLOCK.contains(method)) {
      for (int i = 0; i < parameters.size(); i++) {
        Object p = parameters.get(i);
        if ("latest".equals(p) || "pending".equals(p)) {
          parameters.set(i, Rpc.hex(head));
        } else if (p instanceof Map<?, ?> map && map.get("blockHash") instanceof String hash) {
          Json block = anvil.rpc.send("eth_getBlockByHash", hash, false);
          if (block.isNull() || Rpc.number(block.get("number")).longValueExact() > head) {
            return reply(request, "\"error\":{\"code\":-32000,\"message\":\"header not found\"}");
          }
        }
      }
      boolean ahead =
          method.equals("eth_getBlockByNumber")
              && new BigInteger(parameters.get(0).toString().substring(2), 16)
                      .compareTo(BigInteger.valueOf(head))
                  > 0;
      if (ahead) {
        return reply(request, "\"result\":null");
      }
    }
    return forward(request, method, parameters);
  }

  private String forward(Json request, String method, List<Object> parameters) {
    String reply = anvil.rpc.raw(method, parameters.toArray());
    // Its own number instead of the one that was asked with.
    return reply.replaceFirst("\"id\":0", "\"id\":" + id(request));
  }

  private static String reply(Json request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id(request) + "," + result + "}";
  }

  private static String id(Json request) {
    Json id = request.get("id");
    return id.isString() ? "\"" + id.asText() + "\"" : id.asText();
  }

  private static Object plain(Json json) {
    if (json.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      json.fields().forEach((name, value) -> map.put(name, plain(value)));
      return map;
    }
    if (json.isArray()) {
      return json.items().stream().map(FaultyNode::plain).toList();
    }
    if (json.isString()) {
      return json.asText();
    }
    return json.isNumber() ? json.asDecimal() : (Object) json.asBool();
  }
}
