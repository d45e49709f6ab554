package dev.colibri.examples.marketmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The same class at the same time on an account of the exchange, and on paper beside it. */
class EverywhereTest {
  private static final Map<String, String> MONEY =
      new TreeMap<>(Map.of("USDT", "100000", "BTC", "1"));
  private static final String KEY = "k".repeat(64);

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  private final Crowd crowd = new Crowd(exchange, 7, 1_000).trade("BTC-USDT", "60000", "0.01");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));

  /** A market maker, and what it trades on. */
  private record Made(SpotConnector connector, Instrument btc, Inventory inventory) {
    static Made on(Colibri colibri) {
      var venue = Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey();
      SpotConnector connector = colibri.open(venue).start().join();
      var made = new Made(connector, connector.instrument("BTC-USDT"), new Inventory());
      var plan = MarketMaker.Plan.of("0.01");
      new MarketMaker(colibri, connector, made.btc, made.inventory, plan);
      return made;
    }

    /** It sold and bought often, and what it has by its own count is what the account has. */
    void assertTraded(BigDecimal base) {
      assertTrue(inventory.fees().get("USDT").signum() > 0, "it sold: " + inventory);
      assertTrue(inventory.fees().get("BTC").signum() > 0, "it bought: " + inventory);
      assertEquals(0, base.compareTo(inventory.held(btc)), inventory + " of " + base);
    }
  }

  @Test
  void it_trades_on_paper_as_it_does_on_the_exchange() {
    exchange.openAccount("us");
    MONEY.forEach((asset, n) -> exchange.deposit("us", asset, new BigDecimal(n), time.millis()));
    protocol.addHmacKey(KEY, "not-a-secret", "us");
    time.advance(Duration.ofSeconds(30));
    try (Colibri live =
            Colibri.on(new VirtualHost(time, network, 7), Settings.DEFAULT, venue -> venue);
        Colibri paper =
            Colibri.paper(
                new VirtualHost(time, network, 8),
                Settings.DEFAULT,
                venue -> venue,
                PaperAccount.of(MONEY))) {
      Made there = Made.on(live);
      Made here = Made.on(paper);
      assertEquals("binance-spot", there.connector().name());
      assertEquals("binance-spot:paper", here.connector().name());
      time.advance(Duration.ofSeconds(80));
      there.connector().closeAsync().join();
      here.connector().closeAsync().join();

      BigDecimal atVenue = exchange.ledger().balance("us", "BTC").total();
      there.assertTraded(atVenue.subtract(BigDecimal.ONE));
      BigDecimal onPaper = here.connector().balances().get("BTC").total();
      here.assertTraded(onPaper.subtract(BigDecimal.ONE));
    }
  }
}
