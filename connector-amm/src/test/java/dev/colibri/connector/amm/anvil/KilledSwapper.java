package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that swaps until it is killed, and says on its standard output what it does. It obeys
 * one line at a time of its standard input: {@code sell SIZE}, {@code cancel ID}, {@code report ID
 * HEAD} once it has heard of that block, {@code end}.
 */
final class KilledSwapper {
  private KilledSwapper() {}

  /** Told the journal, and what {@link LiveTrader.Setup} reads. */
  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    Colibri colibri = Colibri.live().journal(Path.of(words.get(0)));
    LiveTrader.Setup setup = LiveTrader.Setup.read(words.subList(1, words.size()));
    LiveTrader trader = new LiveTrader(colibri, setup, KilledSwapper::say);
    say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] told = line.split(" ", -1);
      if (told[0].equals("end")) {
        break;
      }
      switch (told[0]) {
        case "sell" -> say("placed " + trader.sell(told[1]).clientId());
        case "cancel" -> trader.amm.cancel(told[1]);
        default -> {
          long head = Long.parseLong(told[2]);
          trader.await("block", () -> trader.amm.head().orElseThrow().number() >= head);
          String status =
              trader.amm.order(told[1]).map(LiveOrder::status).map(Enum::name).orElse("NONE");
          String transaction =
              trader.amm.transaction(told[1]).map(t -> t.status().name()).orElse("NONE");
          say("report " + told[1] + " " + status + " " + transaction);
        }
      }
    }
    colibri.close();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
