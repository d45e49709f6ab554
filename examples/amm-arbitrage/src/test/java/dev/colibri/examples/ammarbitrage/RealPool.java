package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.amm.anvil.Anvil;
import dev.colibri.connector.amm.anvil.AnvilNetwork;
import dev.colibri.connector.amm.anvil.Contracts;
import dev.colibri.connector.amm.anvil.MarketMaker;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A pool of a real market maker's own contracts, on a real node of ours. */
final class RealPool implements PoolChain {
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("5d".repeat(32)));

  private final MarketMaker maker;
  private final Contracts.Chain chain = Contracts.start();
  private final VirtualTime time;
  private final Network network;

  /**
   * Begins.
   *
   * @param inPool how much of the quote token stands in the pool against 10,000 of the base
   */
  RealPool(MarketMaker maker, String inPool) {
    this.maker = maker;
    maker.pool(chain, Contracts.ALPHA, Contracts.BETA, units("10000"), units(inPool));
    chain.fund(WALLET.address(), units("5"));
    chain.give(Contracts.ALPHA, WALLET.address(), units("1000"));
    chain.give(Contracts.BETA, WALLET.address(), units("1000"));
    time = AnvilNetwork.clock(chain.anvil);
    network = new AnvilNetwork(time, chain.anvil);
  }

  /** Runs the same as {@link Main}, with a pool of Uniswap's. */
  public static void main(String[] args) {
    System.exit(Main.run(new RealPool(MarketMaker.UNISWAP_V3, "20200")) ? 0 : 1);
  }

  private static BigInteger units(String n) {
    return new BigDecimal(n).movePointRight(18).toBigIntegerExact();
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
    EvmNetwork here =
        EvmNetwork.of("anvil", Anvil.CHAIN, "ETH")
            .known("multicall3", Address.of(chain.at(Contracts.MULTICALL3)), "")
            .wrapped("WETH", chain.at(Contracts.WETH), "")
            .blocks(AnvilNetwork.BLOCK, 2)
            .tips("1", "20")
            .nodes(chain.anvil.url())
            .requestsPerSecond(10_000);
    return EvmChain.on(here, WALLET).with(maker.on(chain)).plainTextOnLoopback();
  }

  @Override
  public Instrument watch(AmmConnector amm) {
    Token base = amm.token(chain.at(Contracts.ALPHA)).join();
    Token quote = amm.token(chain.at(Contracts.BETA)).join();
    amm.watch(amm.pools(base, quote).join().get(0));
    return amm.pair(base, quote);
  }

  private BigDecimal held(Contracts token) {
    return new BigDecimal(chain.balance(token, WALLET.address()), 18);
  }

  @Override
  public BigDecimal base() {
    return held(Contracts.ALPHA);
  }

  @Override
  public BigDecimal quote() {
    return held(Contracts.BETA);
  }

  @Override
  public void close() {
    chain.close();
  }
}
