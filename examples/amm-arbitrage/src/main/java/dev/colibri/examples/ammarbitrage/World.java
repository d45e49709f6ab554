package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * A chain with a pool, an exchange with a crowd that trades, and a connector to each, in virtual
 * time. Live it would be {@code colibri.open(Uniswap.on(EvmNetwork.BASE, wallet))} and {@code
 * colibri.open(Binance.spot(keys))}.
 */
final class World implements AutoCloseable {
  private static final String MARKET = "AAA-USD";
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);

  final PoolChain chain;
  final VirtualTime time;
  final Exchange exchange = new Exchange(List.of(Market.of("AAA", "USD", "0.0001", "0.01")));
  final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  final VirtualHost host;
  final Colibri colibri;
  final AmmConnector amm;
  final Instrument pair;
  final SpotConnector spot;
  final Instrument listed;

  /**
   * Begins.
   *
   * @param chain is closed along with the world
   * @param price around which the crowd trades
   */
  World(PoolChain chain, String price) {
    this.chain = chain;
    time = chain.time();
    exchange.openAccount(US);
    exchange.deposit(US, "AAA", new BigDecimal("1000"), time.millis());
    exchange.deposit(US, "USD", new BigDecimal("1000"), time.millis());
    protocol.addHmacKey(KEY, "not-a-secret", US);
    Timeline timeline =
        new Timeline(new Crowd(exchange, 7).trade(MARKET, price, "20"), protocol, time.millis());
    Network toExchange = new ProtocolNetwork(time, protocol, timeline, Duration.ofMillis(5));
    time.advance(Duration.ofSeconds(30));
    host =
        new VirtualHost(
            time,
            Network.of(uri -> uri.getHost().endsWith("binance.com") ? toExchange : chain.network()),
            7);
    colibri = host.runtime();
    spot = colibri.open(Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey());
    amm = colibri.open(chain.venue());
    spot.start();
    amm.start();
    pair = chain.watch(amm);
    if (!time.advanceUntil(this::isReady, Duration.ofMinutes(1))) {
      throw new IllegalStateException(spot.readiness() + ", " + amm.readiness());
    }
    listed = spot.instrument(MARKET);
  }

  private boolean isReady() {
    return spot.isReady()
        && amm.isReady()
        && amm.watched().stream().allMatch(pool -> amm.state(pool).isPresent());
  }

  /** Our units of an asset on the exchange. */
  BigDecimal onExchange(String asset) {
    return exchange.ledger().balance(US, asset).total();
  }

  Arbitrage arbitrage(String slice) {
    return new Arbitrage(
        colibri,
        amm,
        pair,
        spot,
        listed,
        new Arbitrage.Plan(
            new BigDecimal(slice),
            new BigDecimal("0.001"),
            new BigDecimal("0.001"),
            new BigDecimal("0.005"),
            Duration.ofSeconds(60),
            new BigDecimal("10")));
  }

  @Override
  public void close() {
    colibri.close();
    chain.close();
    exchange.verify();
  }
}
