package dev.colibri.examples.marketmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
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

  private MarketMaker maker(Colibri colibri) {
    MarketMaker maker =
        new MarketMaker(
            colibri,
            Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey(),
            MarketMaker.Settings.of("BTC-USDT", "0.01"));
    maker.start().join();
    return maker;
  }

  /** What it has by its own count is what the account has. */
  private static void counted(MarketMaker maker, BigDecimal base) {
    BigDecimal off = maker.inventory().base().subtract(base).abs();
    assertTrue(off.signum() == 0, "counted " + maker.inventory().base() + " of " + base);
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
      MarketMaker there = maker(live);
      MarketMaker here = maker(paper);
      assertEquals("binance-spot", there.connector().name());
      assertEquals("binance-spot:paper", here.connector().name());
      time.advance(Duration.ofSeconds(80));
      there.stop().join();
      here.stop().join();

      assertTrue(there.inventory().fills() > 3, "fills there: " + there.inventory().fills());
      assertTrue(here.inventory().fills() > 3, "fills here: " + here.inventory().fills());
      counted(there, exchange.ledger().balance("us", "BTC").total().subtract(BigDecimal.ONE));
      BigDecimal onPaper = here.connector().balances().get("BTC").total();
      counted(here, onPaper.subtract(BigDecimal.ONE));
    }
  }
}
