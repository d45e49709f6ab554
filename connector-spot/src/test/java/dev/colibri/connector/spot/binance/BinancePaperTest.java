package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.PaperWitness;
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

/** The same strategy at the same time on an account of the exchange and on paper. */
class BinancePaperTest {
  private static final String KEY = "k".repeat(64);

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  private final Crowd crowd = new Crowd(exchange, 7).trade("BTC-USDT", "60000", "0.01");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
  private final PaperWitness witness = new PaperWitness(network);

  /** Quotes both sides at the touch, and now and then takes. */
  private final class Trader {
    private final SpotConnector connector;
    private final Instrument btc;
    private final TreeMap<Liquidity, BigDecimal> filled = new TreeMap<>();
    private int round;

    Trader(Colibri colibri) {
      connector =
          colibri.open(Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey());
      witness.watch(connector);
      connector
          .orders()
          .listen(
              e -> {
                if (e.fill() != null) {
                  filled.merge(e.fill().liquidity(), e.fill().size(), BigDecimal::add);
                }
              });
      connector.start().join();
      btc = connector.instrument("BTC-USDT");
      connector.book(btc);
      colibri.every(Duration.ofSeconds(2), this::trade);
    }

    private void trade() {
      connector.cancelAll(btc);
      OrderBook book = connector.book(btc);
      if (!book.isValid() || book.bestBid() == null || book.bestAsk() == null) {
        return;
      }
      connector.place(Order.buy(btc).limit(book.bestBid().price()).size("0.03").postOnly());
      connector.place(Order.sell(btc).limit(book.bestAsk().price()).size("0.03").postOnly());
      if (++round % 4 == 0) {
        connector.place(
            Order.of(btc, round % 8 == 0 ? Side.BUY : Side.SELL).market().size("0.0005"));
      }
    }
  }

  @Test
  void paperFillsWhatTheExchangeWouldAndAsksItNothingButPublicData() {
    Map<String, String> held = new TreeMap<>(Map.of("BTC", "10", "USDT", "1000000"));
    exchange.openAccount("us");
    held.forEach((asset, n) -> exchange.deposit("us", asset, new BigDecimal(n), time.millis()));
    protocol.addHmacKey(KEY, "not-a-secret", "us");
    time.advance(Duration.ofSeconds(30));
    try (Colibri live = Colibri.on(host(network), Settings.DEFAULT, venue -> venue);
        Colibri paper =
            Colibri.paper(
                host(witness),
                Settings.DEFAULT,
                venue -> venue,
                PaperAccount.of(held).latency(Duration.ofMillis(10)))) {
      Trader there = new Trader(live);
      Trader onPaper = new Trader(paper);
      time.advance(Duration.ofMinutes(5));

      BigDecimal real = there.filled.get(Liquidity.MAKER);
      BigDecimal simulated = onPaper.filled.get(Liquidity.MAKER);
      String both = simulated + " on paper, " + real + " there";
      assertTrue(real.compareTo(BigDecimal.ONE) > 0, both);
      assertTrue(simulated.compareTo(real.multiply(new BigDecimal("0.9"))) > 0, both);
      assertTrue(simulated.compareTo(real.multiply(new BigDecimal("1.05"))) < 0, both);
      assertTrue(onPaper.filled.get(Liquidity.TAKER).signum() > 0);
    }
    assertEquals(List.of(), witness.trouble());
    exchange.verify();
    witness.publicOnly("/api/v3/", KEY);
  }

  private VirtualHost host(Network reached) {
    return new VirtualHost(time, reached, 7);
  }
}
