package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.sim.toy.ToyAmm;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import dev.colibri.connector.testkit.sim.toy.ToyChainDialect;
import dev.colibri.connector.testkit.sim.toy.ToyChainNetwork;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/** A pool on a chain that does not exist: it needs nothing but a JDK. */
final class ToyPool implements PoolChain {
  private static final Token BASE = new Token("aaa", "AAA", 18);
  private static final Token QUOTE = new Token("bbb", "USD", 18);
  private static final Pool POOL = ToyAmm.pool(BASE, QUOTE);
  private static final String US = "us";
  private static final Duration BLOCK = Duration.ofSeconds(2);

  private final VirtualTime time = new VirtualTime();
  private final ToyChain chain = new ToyChain(time.millis());
  private final Network network = new ToyChainNetwork(time, chain, 2, 7);

  /**
   * Begins.
   *
   * @param inPool how much of the quote token stands in the pool against 10,000 of the base
   */
  ToyPool(String inPool) {
    ToyAmm.deploy(chain.token(BASE.address()).token(QUOTE.address()));
    chain.give("", US, units("5"));
    chain.give(BASE.address(), US, units("1000")).give(QUOTE.address(), US, units("1000"));
    chain.give(BASE.address(), POOL.address(), units("10000"));
    chain.give(QUOTE.address(), POOL.address(), units(inPool));
    time.after(BLOCK, this::mine);
  }

  private static BigInteger units(String n) {
    return BASE.raw(new BigDecimal(n));
  }

  private void mine() {
    chain.mine(time.millis());
    time.after(BLOCK, this::mine);
  }

  @Override
  public VirtualTime time() {
    return time;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public AmmVenue venue() {
    return AmmVenue.of(v -> new ToyChainDialect(US), null).with(c -> new ToyAmm(US, List.of(POOL)));
  }

  @Override
  public Instrument watch(AmmConnector amm) {
    amm.watch(POOL);
    return amm.pair(BASE, QUOTE);
  }

  @Override
  public BigDecimal base() {
    return BASE.units(chain.state().balance(BASE.address(), US));
  }

  @Override
  public BigDecimal quote() {
    return QUOTE.units(chain.state().balance(QUOTE.address(), US));
  }

  @Override
  public void close() {}
}
