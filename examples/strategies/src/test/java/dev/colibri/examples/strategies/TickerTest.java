package dev.colibri.examples.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.testkit.Simulated;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two venues in virtual time, as one table. */
class TickerTest {

  @Test
  void every_venue_has_a_row_that_says_how_old_it_is() {
    try (var sim = Simulated.seeded(1).market("BTC-USDT", "0.1", "0.001")) {
      Ticker ticker = new Ticker();
      for (String name : List.of("kraken-spot", "okx-spot", "gate-spot")) {
        BookConnector venue = sim.colibri().open(name, null);
        venue.start().join();
        var btc = venue.instrument("BTC-USDT");
        ticker.watch(venue, btc);
        sim.advance(Duration.ofSeconds(1));
        if (!name.equals("gate-spot")) {
          sim.book(btc).bid("99", "1").ask("101", "1");
        }
      }
      sim.advance(Duration.ofSeconds(5));
      sim.cutConnections("okx-spot");
      sim.advance(Duration.ofMillis(1));

      List<String> rows = ticker.table(sim.colibri().now()).lines().toList();
      assertEquals(4, rows.size());
      assertTrue(
          rows.get(1).matches("BTC-USDT@kraken-spot +99(\\.0)? +101(\\.0)? +- .* s ago, old"),
          rows.get(1));
      assertTrue(rows.get(2).endsWith("disconnected"), rows.get(2));
      assertTrue(rows.get(3).matches(".* none +none .* s ago, old"), rows.get(3));
    }
  }

  @Test
  void the_command_line_names_what_it_does_not_understand() {
    try (var sim = Simulated.seeded(1).market("BTC-USDT", "0.1", "0.001")) {
      Main.run(sim.colibri(), List.of("ticker", "okx-spot:BTC-USDT"));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> Main.run(sim.colibri(), List.of("cross", "okx-spot")));
      assertTrue(e.getMessage().contains("cross"), e.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> Main.run(sim.colibri(), List.of("ticker", "nowhere:BTC-USDT")));
    }
  }
}
