package dev.colibri.connector.amm.anvil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.anvil.FaultyNode.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that swap on a real chain with a journal in a real file, and are killed as {@code kill
 * -9} does, at every step that a swap takes. {@code -Dkills=5} goes through all of them five times.
 */
@Timeout(3_600)
@ExtendWith(Tally.class)
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kills", 1);

  private static final int MOST_BLOCKS = 400;

  /** When a process is killed. */
  private enum Step {
    PLACED,
    /** What was signed was kept, and no node has it. */
    SIGNED_AND_NOT_SENT,
    /** A node has it, and its answer was lost. */
    SENT_WITHOUT_ANSWER,
    PENDING,
    CANCEL_SENT,
    MINED,
    REORGED,
    /** While it finds out what became of what an earlier one did. */
    RECOVERING
  }

  @TempDir Path folder;
  private Child child;

  @AfterEach
  void end() throws Exception {
    if (child != null) {
      child.kill();
    }
  }

  @Test
  void a_process_that_is_killed_has_nothing_done_twice() throws Exception {
    try (Market market = new Market();
        FaultyNode node = new FaultyNode(market.anvil)) {
      LiveTrader.Setup setup = LiveTrader.Setup.of(market, 1_000, "", List.of(node.url()));
      String wallet = setup.wallet().address();
      market.key(1_000, wallet);
      market.allow(1_000, wallet, market.base);
      market.anvil.automine(false);

      Map<String, String> sizes = new LinkedHashMap<>();
      Map<String, String> steps = new LinkedHashMap<>();
      int kills = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (Step step : Step.values()) {
          node.rule((m, n) -> Fault.NONE);
          child = new Child(setup, folder.resolve("swaps.journal"));
          if (step == Step.RECOVERING) {
            child.await("started");
          } else {
            child.await("ready");
            String size = 1 + kills + ".5";
            String id = killed(market, node, step, size);
            sizes.put(id, size);
            steps.put(id, step.name());
          }
          child.kill();
          kills++;
          Tally.lifecycle(0);
          // What waits is mined while nobody looks, every other time.
          if (kills % 2 == 0) {
            market.anvil.mine();
          }
        }
      }

      node.rule((m, n) -> Fault.NONE);
      child = new Child(setup, folder.resolve("swaps.journal"));
      child.await("ready");
      Map<String, String> ends = ends(market, sizes);
      child.tell("end");
      assertEquals(0, child.exitCode());
      judge(market, wallet, sizes, ends, steps);
      System.out.printf("kill -9: kills=%d swaps=%s%n", kills, ends.values());
    }
  }

  /** Has it swap, and come as far as that. */
  private String killed(Market market, FaultyNode node, Step step, String size) throws IOException {
    Fault fault =
        step == Step.SIGNED_AND_NOT_SENT
            ? Fault.REQUEST_LOST
            : step == Step.SENT_WITHOUT_ANSWER ? Fault.REPLY_LOST : Fault.NONE;
    node.rule((m, n) -> m.equals("eth_sendRawTransaction") ? fault : Fault.NONE);
    child.tell("sell " + size);
    String id = child.await("placed ").split(" ", -1)[1];
    String of = "transaction " + id + " ";
    switch (step) {
      case SIGNED_AND_NOT_SENT, SENT_WITHOUT_ANSWER -> child.await(of + "BROADCAST");
      case PENDING -> child.await(of + "PENDING");
      case CANCEL_SENT -> {
        child.await(of + "PENDING 1");
        child.tell("cancel " + id);
        String[] said = child.await(of + "PENDING 2").split(" ", -1);
        market.anvil.waiting(said[said.length - 1]);
      }
      case MINED, REORGED -> {
        child.await(of + "PENDING");
        market.anvil.mine();
        child.await(of + "MINED");
        if (step == Step.REORGED) {
          market.anvil.reorg(1);
          market.anvil.mine();
          child.await(of + "REORGED");
        }
      }
      default -> {}
    }
    return id;
  }

  /** Blocks until everything is over. */
  private Map<String, String> ends(Market market, Map<String, String> sizes) throws IOException {
    Map<String, String> ends = new LinkedHashMap<>();
    for (String id : sizes.keySet()) {
      String said = "";
      for (int i = 0; i < MOST_BLOCKS && !ends.containsKey(id); i++) {
        child.tell("report " + id + " " + market.head());
        said = child.await("report " + id);
        String status = said.split(" ", -1)[3];
        if (List.of("CONFIRMED", "REVERTED", "REPLACED", "REFUSED", "NONE").contains(status)) {
          ends.put(id, status);
        } else {
          market.anvil.mine();
        }
      }
      assertTrue(ends.containsKey(id), said + " did not end");
    }
    return ends;
  }

  private static void judge(
      Market market,
      String wallet,
      Map<String, String> sizes,
      Map<String, String> ends,
      Map<String, String> steps) {
    Map<String, Market.Effect> effects = new TreeMap<>();
    int doubles = 0;
    for (Market.Effect e : market.effects(wallet)) {
      String size = new BigDecimal(e.sold(), 18).stripTrailingZeros().toPlainString();
      doubles += effects.put(size, e) == null ? 0 : 1;
    }
    for (String id : sizes.keySet()) {
      boolean done = effects.remove(sizes.get(id)) != null;
      assertEquals(
          ends.get(id).equals("CONFIRMED"), done, steps.get(id) + " ended " + ends.get(id));
    }
    Tally.doubled(doubles + effects.size());
    assertEquals(0, doubles, "carried out twice");
    assertEquals(Map.of(), effects, "nobody asked for these");
  }

  /** A virtual machine of its own. */
  private static final class Child {
    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;

    Child(LiveTrader.Setup setup, Path journal) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledSwapper.class.getName(),
                  journal.toString()));
      command.addAll(setup.words());
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    void tell(String line) {
      in.println(line);
    }

    /** Reads on until it says something that begins so. */
    String await(String words) throws IOException {
      List<String> said = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(words)) {
          return line;
        }
        said.add(line);
      }
      throw new AssertionError("it ended before it said " + words + ": " + said);
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
