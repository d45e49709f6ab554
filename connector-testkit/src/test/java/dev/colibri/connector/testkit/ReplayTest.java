package dev.colibri.connector.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final Path TAPE = Path.of("src/test/tapes/toy-spot/a-minute.tape");

  @Test
  void what_was_recorded_comes_again_and_fills_orders_on_paper() {
    try (var replay = Replay.of(TAPE, Map.of("USDT", "1000"))) {
      SpotConnector toy = replay.colibri().open(SpotVenue.of(ToySpot::new, null));
      toy.start().join();
      Instrument btc = toy.instrument("BTC-USDT");
      assertFalse(toy.book(btc).isValid(), "nothing was said yet");

      replay.advance(Duration.ofSeconds(5));
      assertEquals("99.6", toy.book(btc).bestBid().price().toPlainString());
      var order = toy.place(Order.buy(btc).limit("99.4").size("2").postOnly());
      replay.advance(Duration.ofSeconds(5));
      assertEquals(OrderStatus.OPEN, order.status());

      replay.toEnd();
      assertEquals(OrderStatus.FILLED, order.status());
      assertEquals("98.0", toy.book(btc).bestBid().price().toPlainString());
      assertTrue(toy.balances().get("BTC").total().signum() > 0);
    }
  }
}
