package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Two hundred books at once, at an exchange that counts weights as the venue does. */
class BinanceManyInstrumentsTest {
  private static final int MARKETS = 200;

  private final VirtualTime time = new VirtualTime();
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  /** Counts what the exchange answers. */
  private final class Counting implements Network {
    private final Network network;

    Counting(Network network) {
      this.network = network;
    }

    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      network.http(
          request,
          delivery -> {
            if (delivery instanceof Delivery.Replied r) {
              statuses.merge(r.reply().status(), 1, Integer::sum);
            }
            answer.accept(delivery);
          });
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      return network.connect(uri, headers, channel);
    }
  }

  @Test
  void two_hundred_instruments_become_ready_within_the_venues_own_limits() {
    List<Market> markets = new ArrayList<>();
    for (int i = 0; i < MARKETS; i++) {
      markets.add(Market.of("C" + i, "USDT", "0.01", "0.001"));
    }
    Exchange exchange = new Exchange(markets);
    BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 1);
    Crowd crowd = new Crowd(exchange, 1);
    markets.forEach(m -> crowd.trade(m.name(), "100", "5"));
    ProtocolNetwork network =
        new ProtocolNetwork(
            time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(20));
    try (Colibri colibri =
        Colibri.on(
            new VirtualHost(time, new Counting(network), 1), Settings.DEFAULT, venue -> venue)) {
      SpotConnector binance = colibri.open(Binance.spot());
      binance.start().join();
      List<Instrument> all = binance.instruments();
      assertEquals(MARKETS, all.size());
      long begun = time.nanos();

      all.forEach(i -> binance.books(i).listen(book -> {}));
      time.advanceUntil(binance::isReady, Duration.ofMinutes(3));

      Duration took = Duration.ofNanos(time.nanos() - begun);
      assertTrue(binance.isReady(), () -> binance.readiness().missing());
      assertTrue(all.stream().map(binance::book).allMatch(OrderBook::isValid));
      // 200 books of weight 25 are 5,000 of 6,000 a minute, less a reserve of a tenth for cancels.
      assertTrue(took.compareTo(Duration.ofSeconds(90)) < 0, () -> "took " + took);
      assertEquals(List.of(200), List.copyOf(statuses.keySet()), () -> "replies " + statuses);
    }
  }
}
