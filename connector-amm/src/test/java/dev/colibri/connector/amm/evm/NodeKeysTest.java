package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveTransaction;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Effect;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Operators of nodes give out addresses with keys in them: nothing tells more than the host. */
class NodeKeysTest {
  private static final String MARK = "mArK3d";
  private static final String KEY = MARK + "0123456789abcdef";
  private static final String TOKEN = "0x00000000000000000000000000000000000000a1";
  private static final EvmNetwork NETWORK =
      EvmNetwork.of("test", 8453, "ETH")
          .blocks(Duration.ofSeconds(2), 2)
          .wrapped("WETH", "0x4200000000000000000000000000000000000006", "")
          .nodes(
              "https://path.example/v3/" + KEY,
              "https://query.example/?dkey=" + KEY,
              "https://" + KEY + ":" + KEY + "@user.example/rpc")
          .stream("wss://stream.example/ws/" + KEY + "?k=" + KEY)
          .privately("https://relay.example/" + KEY);

  private final VirtualTime time = new VirtualTime();
  private final Set<String> reached = new LinkedHashSet<>();
  private final List<String> told = new ArrayList<>();

  /** Whatever went wrong, each says the address that was asked. */
  private final class Telltale extends NodeNetwork {
    private int count;

    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      URI uri = request.uri();
      reached.add(uri + " " + request.headers().getOrDefault("Authorization", ""));
      told.add(request.toString());
      String body = new String(request.body(), StandardCharsets.UTF_8);
      String quoted = "{\"message\":\"bad key in " + uri + "\",\"code\":-32002}";
      String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":" + quoted + "}";
      switch (count++ % 9) {
        case 0 -> answer.accept(new Delivery.NotSent("no way to " + uri));
        case 1 -> answer.accept(new Delivery.Lost("reset by " + uri));
        case 2 -> answer.accept(replied(401, "who are you, " + KEY + " of " + uri));
        case 3 -> answer.accept(replied(500, "<html>" + uri));
        case 4 -> answer.accept(replied(200, body.startsWith("[") ? "[" + error + "]" : error));
        case 5 -> answer.accept(replied(429, error));
        case 6 ->
            answer.accept(
                replied(
                    200, body.startsWith("[") ? echo(body, uri) : "{\"result\":\"" + uri + "\"}"));
        case 7 -> answer.accept(replied(200, "{\"" + uri + "\":" + uri.getPath()));
        default -> super.http(request, answer);
      }
    }

    private String echo(String body, URI uri) {
      return body.replaceAll(
          "\"method\":\"[^\"]*\",\"params\":", "\"result\":\"" + uri + "\",\"x\":");
    }

    private Delivery replied(int status, String text) {
      return new Delivery.Replied(Talk.reply(status, text));
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      reached.add(uri + " ");
      Line line = (Line) super.connect(uri, headers, channel);
      switch (lines.size() % 4) {
        case 0 -> channel.close(1008, "not with " + uri);
        case 1 -> channel.text("what is " + uri);
        case 2 -> channel.text("{\"id\":1,\"error\":\"" + uri + "\"}");
        default -> line.head("\"" + uri + "\"");
      }
      return line;
    }
  }

  @Test
  void nothing_that_a_session_tells_holds_a_key() {
    PrintStream err = System.err;
    var log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      session();
    } finally {
      System.setErr(err);
    }
    told.add(log.toString(StandardCharsets.UTF_8));
    assertEquals(
        Set.of(
            "https://path.example/v3/" + KEY + " ",
            "https://query.example/?dkey=" + KEY + " ",
            "https://user.example/rpc " + NETWORK.nodes().get(2).authorization(),
            "wss://stream.example/ws/" + KEY + "?k=" + KEY + " "),
        reached);
    String all = String.join("\n", told);
    assertTrue(all.contains("example") && all.contains("***"), all);
    assertFalse(all.contains(MARK), () -> all.replaceAll("(?m)^(?!.*" + MARK + ").*\n?", ""));
  }

  private void session() {
    var network = new Telltale();
    for (String host : List.of("path", "query", "user", "relay")) {
      network.nodes.put(host + ".example", new StubNode());
    }
    Colibri colibri = VirtualHost.runtime(time, network, 5);
    AmmVenue venue = EvmChain.on(NETWORK, EvmWallet.of(Secret.of("0x" + "11".repeat(32))));
    AmmConnector connector = colibri.open(venue);
    connector.events().listen(e -> told.add(e.toString()));
    connector.heads().listen(e -> told.add(e.toString()));
    connector.orders().listen(e -> told.add(e.toString()));
    connector.transactions().listen(e -> told.add(e + " " + e.problem()));
    connector.balanceUpdates().listen(e -> told.add(e.toString()));
    List<CompletableFuture<?>> stages = new ArrayList<>();
    stages.add(connector.start());
    for (int i = 0; i < 40; i++) {
      stages.add(connector.token(TOKEN));
      stages.add(connector.allowance(new Token(TOKEN, "AAA", 18), TOKEN));
      if (i % 10 == 0) {
        LiveTransaction<TokenAmount> allowed =
            connector.allow(new TokenAmount(new Token(TOKEN, "AAA", 18), BigInteger.TEN), TOKEN);
        stages.add(allowed.done());
        told.add(allowed.toString());
      }
      time.advance(Duration.ofSeconds(20));
      told.add(connector.readiness() + " " + connector.isReady());
    }
    connector.closeAsync();
    time.advance(Duration.ofSeconds(30));
    for (CompletableFuture<?> stage : stages) {
      assertTrue(stage.isDone());
      stage.whenComplete((value, e) -> told.add(value + " " + (e == null ? "" : trace(e))));
    }
    told.add(venue + " " + NETWORK + NETWORK.nodes() + NETWORK.stream() + NETWORK.privately());
    told.add(connector + " " + connector.profile() + connector.profile().hosts());
  }

  private static String trace(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void what_is_to_be_done_is_told_without_keys() {
    URI uri = URI.create("wss://user:" + KEY + "@a.example/" + KEY + "?x=" + KEY);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", KEY);
    Signed signed = Signed.of(Request.post("")).query(KEY).header("X", KEY).json(KEY);
    Duration timeout = Duration.ofSeconds(1);
    for (Object o :
        List.of(
            new Effect.Open(1, uri, headers, timeout),
            new Effect.Http(1, uri, signed, timeout),
            new HttpRequest("POST", uri, headers, null, null, timeout))) {
      assertTrue(o.toString().contains("a.example"), o.toString());
      assertFalse(o.toString().contains(MARK), o.toString());
    }
  }

  @Test
  void an_address_that_is_none_is_not_quoted() {
    for (String address : List.of("https://a b/" + KEY, "https:///" + KEY, KEY)) {
      for (Runnable word :
          List.<Runnable>of(
              () -> NETWORK.nodes(address),
              () -> NETWORK.stream(address),
              () -> NETWORK.privately(address))) {
        assertFalse(trace(assertThrows(IllegalArgumentException.class, word::run)).contains(MARK));
      }
    }
  }
}
