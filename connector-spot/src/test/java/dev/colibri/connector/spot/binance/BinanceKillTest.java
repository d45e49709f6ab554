package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Options;
import dev.colibri.connector.testkit.exchange.Order;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that trade on the embedded exchange, over real sockets and with a journal in a real
 * file, and are killed as {@code kill -9} does. {@code -Dkills=100} kills more of them.
 */
@Timeout(3_600)
class BinanceKillTest {
  private static final int KILLS = Integer.getInteger("kills", 3);
  private static final String MARKET = "BTC-USDT";

  @TempDir Path folder;
  private Child child;

  @AfterEach
  void end() throws Exception {
    if (child != null) {
      child.kill();
    }
  }

  @Test
  void a_process_that_is_killed_leaves_no_order_behind_and_the_next_one_doubles_none()
      throws Exception {
    SplittableRandom random = new SplittableRandom(KILLS);
    Set<String> fills = new HashSet<>();
    long slowest = 0;
    int recovered = 0;
    int orders = 0;
    try (EmbeddedExchange exchange = EmbeddedExchange.start(Options.of(5))) {
      for (int kill = 0; kill <= KILLS; kill++) {
        child = new Child(exchange, folder.resolve("orders.journal"), kill, fills);
        if (kill > 0 && kill < KILLS && random.nextInt(4) == 0) {
          // In the middle of finding out.
          child.await("started");
          child.kill();
          continue;
        }
        String[] ready = child.await("ready").split(" ", -1);
        slowest = Math.max(slowest, Long.parseLong(ready[1]));
        recovered += Integer.parseInt(ready[2]);
        compare(exchange);
        if (kill == KILLS) {
          break;
        }
        child.tell("trade");
        int more = 1 + random.nextInt(60);
        for (int i = 0; i < more; i++) {
          child.await("placed");
        }
        child.kill();
      }
      child.tell("end");
      assertEquals(0, child.exitCode());
      List<Order> all = orders(exchange);
      orders = all.size();
      Set<String> ids = all.stream().map(Order::clientId).collect(Collectors.toSet());
      assertEquals(orders, ids.size(), "an order was doubled");
    }
    System.out.printf(
        "kill -9: kills=%d orders=%d recovered=%d orphaned=0 doubled=0 slowest_ready=%d ms%n",
        KILLS, orders, recovered, slowest);
    assertTrue(recovered > 0, "no order was live when its process was killed");
  }

  private static List<Order> orders(EmbeddedExchange exchange) {
    return exchange.call(x -> List.copyOf(x.orders(EmbeddedExchange.ACCOUNT, MARKET)));
  }

  /** Asks the process what it knows until it is what the exchange knows: the crowd goes on. */
  private void compare(EmbeddedExchange exchange) throws IOException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    List<String> wrong = new ArrayList<>();
    do {
      List<Order> before = orders(exchange);
      Map<String, String> told = child.report(before.stream().map(Order::clientId).toList());
      Map<String, Order> after = new LinkedHashMap<>();
      orders(exchange).forEach(o -> after.put(o.clientId(), o));
      wrong.clear();
      for (Order o : before) {
        String said = told.get(o.clientId());
        if (!said.equals(described(o)) && !said.equals(described(after.get(o.clientId())))) {
          wrong.add(o + " is known as " + said);
        }
      }
      told.forEach(
          (id, said) -> {
            if (!after.containsKey(id) && said.startsWith("live")) {
              wrong.add(id + " is live here only");
            }
          });
    } while (!wrong.isEmpty() && System.nanoTime() < deadline);
    assertEquals(List.of(), wrong);
  }

  private static String described(Order o) {
    return (o.status().isOpen() ? "live " : "over ")
        + o.executed().stripTrailingZeros().toPlainString();
  }

  /** A virtual machine of its own. */
  private static final class Child {
    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;
    private final Set<String> fills;

    Child(EmbeddedExchange exchange, Path journal, int seed, Set<String> fills) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledTrader.class.getName(),
                  exchange.restUrl(),
                  exchange.streamUrl(),
                  exchange.apiKey(),
                  exchange.secret(),
                  journal.toString(),
                  Integer.toString(seed))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
      this.fills = fills;
    }

    void tell(String line) {
      in.println(line);
    }

    /** Reads on until it says something that begins so. */
    String await(String word) throws IOException {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("fill ")) {
          assertTrue(fills.add(line), line + " was told twice");
        }
        if (line.startsWith(word)) {
          return line;
        }
      }
      throw new AssertionError("it ended before it said " + word);
    }

    Map<String, String> report(List<String> ids) throws IOException {
      tell("report " + String.join(" ", ids));
      Map<String, String> told = new LinkedHashMap<>();
      for (int i = 0; i < ids.size(); i++) {
        String[] words = await("order ").split(" ", -1);
        Set<String> over = Set.of("FILLED", "CANCELED", "REJECTED", "EXPIRED");
        Set<String> live = Set.of("OPEN", "PARTIALLY_FILLED");
        String how = over.contains(words[2]) ? "over" : live.contains(words[2]) ? "live" : words[2];
        String filled = new BigDecimal(words[3]).stripTrailingZeros().toPlainString();
        told.put(words[1], how + " " + filled);
      }
      for (String id : await("live").split(" ", -1)) {
        if (!id.equals("live")) {
          told.putIfAbsent(id, "live only");
        }
      }
      return told;
    }

    void kill() throws Exception {
      process.destroyForcibly();
      process.waitFor();
    }

    int exitCode() throws InterruptedException {
      return process.waitFor();
    }
  }
}
