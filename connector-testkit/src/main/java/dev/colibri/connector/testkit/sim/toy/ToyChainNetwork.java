package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The way to a toy chain's nodes. Every question goes to one of them by chance; on a bad day some
 * are lost, some answers are lost, or late, or a page of somebody in between.
 */
public final class ToyChainNetwork implements Network {
  private final VirtualTime time;
  private final SplittableRandom random;
  private final List<ToyChain.Node> nodes = new ArrayList<>();
  private final List<Consumer<String>> heard = new ArrayList<>();
  private int losses;
  private Duration latency = Duration.ofMillis(20);

  /**
   * A network.
   *
   * @param seed decides what goes where, and what goes wrong
   */
  public ToyChainNetwork(VirtualTime time, ToyChain chain, int nodes, long seed) {
    this.time = time;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < nodes; i++) {
      this.nodes.add(chain.node());
    }
  }

  public List<ToyChain.Node> nodes() {
    return List.copyOf(nodes);
  }

  /** Of a thousand questions so many go wrong. */
  public void losses(int ofThousand) {
    losses = ofThousand;
  }

  public void latency(Duration latency) {
    this.latency = latency;
  }

  /** Told every transaction that is sent, whether or not it arrives. */
  public void hear(Consumer<String> listener) {
    heard.add(listener);
  }

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
    throw new IllegalStateException("the toy chain has no streams");
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    Map<String, String> asked = params(request.uri());
    String path = request.uri().getPath();
    if (path.equals("/send")) {
      heard.forEach(h -> h.accept(asked.getOrDefault("text", "")));
    }
    boolean wrong = random.nextInt(1_000) < losses;
    int kind = wrong ? random.nextInt(6) : -1;
    if (kind == 0) {
      time.after(Duration.ofSeconds(2), () -> answer.accept(new Delivery.Lost("reset")));
      return;
    }
    if (kind == 1) {
      answer.accept(new Delivery.NotSent("no route"));
      return;
    }
    ToyChain.Node node = nodes.get(random.nextInt(nodes.size()));
    time.after(
        latency,
        () -> {
          List<ToyChain.Node> asks = path.equals("/nonces") ? nodes : List.of(node);
          Reply reply = kind == 2 ? page(502) : kind == 3 ? page(200) : ask(asks, path, asked);
          Duration back = kind == 4 ? Duration.ofSeconds(5) : latency;
          time.after(
              back,
              () ->
                  answer.accept(
                      kind == 5 ? new Delivery.Lost("reset") : new Delivery.Replied(reply)));
        });
  }

  private static Reply page(int status) {
    return new Reply(status, Map.of(), "<html>".getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> params(URI uri) {
    Map<String, String> params = new TreeMap<>();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String param : query.split("&")) {
      int is = param.indexOf('=');
      if (is > 0) {
        params.put(
            param.substring(0, is),
            URLDecoder.decode(param.substring(is + 1), StandardCharsets.UTF_8));
      }
    }
    return params;
  }

  private static Reply ask(List<ToyChain.Node> nodes, String path, Map<String, String> asked) {
    JsonWriter out = new JsonWriter().object();
    try {
      if (path.equals("/nonces")) {
        out.array("nonces");
        nodes.forEach(n -> out.value(n.nonce(asked.get("wallet"))));
        out.end();
      } else {
        answer(nodes.get(0), path, asked, out);
      }
      return json(200, out.end());
    } catch (ToyState.Reverted e) {
      String reason = e.getMessage() == null ? "" : e.getMessage();
      return json(400, new JsonWriter().object().put("error", reason).end());
    }
  }

  private static Reply json(int status, JsonWriter json) {
    return new Reply(status, Map.of(), json.toBytes());
  }

  private static void answer(
      ToyChain.Node node, String path, Map<String, String> asked, JsonWriter out) {
    String hash = asked.getOrDefault("hash", "");
    switch (path) {
      case "/head" -> block(node.head().block(), out);
      case "/block" -> {
        ToyChain.Mined m = node.block(Long.parseLong(asked.get("number")));
        if (m != null) {
          block(m.block(), out);
        }
      }
      case "/price" -> out.put("most", node.price().toString()).put("tip", "2");
      case "/nonce" -> out.put("nonce", node.nonce(asked.get("wallet")));
      case "/estimate" ->
          out.put(
              "gas",
              node.estimate(
                  asked.get("from"),
                  asked.get("to"),
                  new BigInteger(asked.get("value")),
                  asked.getOrDefault("data", "")));
      case "/send" -> {
        String why = node.take(asked.get("text"));
        if (why != null) {
          throw new ToyState.Reverted(why);
        }
        out.put("hash", ToyChain.hash(asked.get("text")));
      }
      case "/receipt" -> {
        Receipt r = node.receipt(hash);
        if (r != null) {
          receipt(r, out);
        }
      }
      case "/sent" -> {
        String sent =
            node.sentWith(
                asked.get("wallet"),
                Long.parseLong(asked.get("nonce")),
                Long.parseLong(asked.get("from")),
                Long.parseLong(asked.get("to")));
        if (sent != null) {
          out.put("hash", sent);
        }
      }
      case "/known" -> out.put("known", node.knows(hash) ? "yes" : "no");
      case "/why" -> {
        String why = node.whyFailed(hash);
        out.put("why", why == null ? "" : why);
      }
      case "/balance" ->
          out.put(
              "balance",
              node.stateAt(Long.parseLong(asked.get("at")))
                  .balance(asked.getOrDefault("token", ""), asked.get("holder"))
                  .toString());
      case "/allowance" ->
          out.put(
              "allowance",
              node.head()
                  .after()
                  .allowance(asked.get("token"), asked.get("holder"), asked.get("spender"))
                  .toString());
      case "/read" ->
          out.put(
              "value",
              node.read(asked.get("to"), asked.get("data"), Long.parseLong(asked.get("at"))));
      default -> throw new ToyState.Reverted("no such question: " + path);
    }
  }

  private static void block(Block b, JsonWriter out) {
    out.put("number", b.number()).put("hash", b.hash());
    out.put("parent", b.parent()).put("millis", b.millis());
  }

  private static void receipt(Receipt r, JsonWriter out) {
    out.put("hash", r.hash()).put("number", r.blockNumber()).put("block", r.blockHash());
    out.put("succeeded", r.succeeded() ? "yes" : "no").put("gas", r.gasUsed());
    out.put("cost", r.cost().toString()).array("logs");
    for (Receipt.Log log : r.logs()) {
      out.object().put("address", log.address()).array("topics");
      log.topics().forEach(out::value);
      out.end().put("data", Hex.encode(log.data())).end();
    }
    out.end();
  }
}
