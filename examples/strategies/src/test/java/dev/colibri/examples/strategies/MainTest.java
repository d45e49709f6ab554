package dev.colibri.examples.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Connector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strategies as the command line begins them: on paper, with a venue's market data. */
class MainTest {
  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(
          List.of(
              Market.of("BTC", "USDT", "0.01", "0.00001"),
              Market.of("ETH", "USDT", "0.01", "0.0001"),
              Market.of("ETH", "BTC", "0.00001", "0.001").withNotional("0.0001", "9000")));
  private final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time,
          protocol,
          new Timeline(
              new Crowd(exchange, 7)
                  .trade("BTC-USDT", "60000", "0.05")
                  .trade("ETH-USDT", "3000", "1")
                  .trade("ETH-BTC", "0.0480", "1"),
              protocol,
              time.millis()),
          Duration.ofMillis(5));
  private final Colibri colibri =
      Colibri.paper(
          new VirtualHost(time, network, 7),
          Settings.DEFAULT,
          venue -> venue,
          PaperAccount.of(Main.MONEY));
  private final List<OrderEvent> told = new ArrayList<>();

  @AfterEach
  void close() {
    colibri.close();
  }

  private List<BookConnector> run(String... args) {
    time.advance(Duration.ofSeconds(30));
    Main.run(colibri, List.of(args));
    List<BookConnector> opened = new ArrayList<>();
    for (Connector c : colibri.connectors()) {
      c.orders().listen(told::add);
      opened.add((BookConnector) c);
    }
    time.advance(Duration.ofSeconds(60));
    return opened;
  }

  @Test
  void a_maker_quotes_on_one_venue_and_hedges_on_the_other() {
    List<BookConnector> venues =
        run("cross", "binance-spot", "binance-us-spot", "BTC-USDT", "0.001");
    assertEquals(2, venues.get(0).openOrders().size(), told.toString());
    assertEquals(0, venues.get(1).openOrders().size(), told.toString());
  }

  @Test
  void a_triangle_is_traded_where_three_prices_do_not_agree() {
    BookConnector venue = run("triangle", "binance-spot", "USDT", "BTC", "ETH", "100").get(0);
    assertFalse(told.isEmpty());
    BigDecimal off = venue.balances().get("BTC").total().subtract(BigDecimal.ONE).abs();
    assertTrue(off.compareTo(new BigDecimal("0.002")) < 0, "no more than a budget is on its way");
  }
}
