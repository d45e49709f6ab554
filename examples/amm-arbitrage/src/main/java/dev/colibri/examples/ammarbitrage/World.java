package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
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
import dev.colibri.connector.testkit.sim.toy.ToyAmm;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import dev.colibri.connector.testkit.sim.toy.ToyChainDialect;
import dev.colibri.connector.testkit.sim.toy.ToyChainNetwork;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * A chain with a pool, an exchange with a crowd that trades, and a connector to each, in virtual
 * time. Live it would be {@code colibri.open(Uniswap.on(EvmNetwork.BASE, wallet))} and {@code
 * colibri.open(Binance.spot(keys))}.
 */
final class World implements AutoCloseable {
  static final Token BASE = new Token("aaa", "AAA", 18);
  static final Token QUOTE = new Token("bbb", "USD", 18);
  static final Pool POOL = ToyAmm.pool(BASE, QUOTE);
  private static final String MARKET = "AAA-USD";
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);
  private static final Duration BLOCK = Duration.ofSeconds(2);

  final VirtualTime time = new VirtualTime();
  final ToyChain chain = new ToyChain(time.millis());
  final Exchange exchange = new Exchange(List.of(Market.of("AAA", "USD", "0.0001", "0.01")));
  final Colibri colibri;
  final AmmConnector amm;
  final Instrument pair;
  final SpotConnector spot;
  final Instrument listed;

  /**
   * Begins.
   *
   * @param inPool how much of the quote asset stands in the pool against 10,000 units of the base
   * @param price around which the crowd trades
   */
  World(String inPool, String price) {
    ToyAmm.deploy(chain.token(BASE.address()).token(QUOTE.address()));
    chain.give("", US, units("5"));
    chain.give(BASE.address(), US, units("1000")).give(QUOTE.address(), US, units("1000"));
    chain.give(BASE.address(), POOL.address(), units("10000"));
    chain.give(QUOTE.address(), POOL.address(), units(inPool));
    exchange.openAccount(US);
    exchange.deposit(US, "AAA", new BigDecimal("1000"), time.millis());
    exchange.deposit(US, "USD", new BigDecimal("1000"), time.millis());
    BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
    protocol.addHmacKey(KEY, "not-a-secret", US);
    Timeline timeline =
        new Timeline(new Crowd(exchange, 7).trade(MARKET, price, "20"), protocol, time.millis());
    Network toExchange = new ProtocolNetwork(time, protocol, timeline, Duration.ofMillis(5));
    Network toChain = new ToyChainNetwork(time, chain, 2, 7);
    time.after(BLOCK, this::mine);
    time.advance(Duration.ofSeconds(30));
    colibri =
        VirtualHost.runtime(
            time,
            Network.of(uri -> uri.getHost().endsWith("binance.com") ? toExchange : toChain),
            7);
    spot = colibri.open(Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey());
    amm =
        colibri.open(
            AmmVenue.of(v -> new ToyChainDialect(US), null)
                .with(c -> new ToyAmm(US, List.of(POOL))));
    amm.watch(POOL);
    spot.start();
    amm.start();
    if (!time.advanceUntil(() -> spot.isReady() && amm.isReady(), Duration.ofMinutes(1))) {
      throw new IllegalStateException(spot.readiness() + ", " + amm.readiness());
    }
    pair = amm.pair(BASE, QUOTE);
    listed = spot.instrument(MARKET);
  }

  static BigInteger units(String n) {
    return BASE.raw(new BigDecimal(n));
  }

  private void mine() {
    chain.mine(time.millis());
    time.after(BLOCK, this::mine);
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
    exchange.verify();
  }
}
