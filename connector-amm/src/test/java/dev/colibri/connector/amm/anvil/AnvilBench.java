package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.conformance.AmmBench;
import dev.colibri.connector.testkit.sim.MemoryJournal;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A market maker's contracts on a real node, in virtual time, for one card. */
final class AnvilBench implements AmmBench {
  private static final BigInteger DEEP = BigInteger.TEN.pow(24);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("5c".repeat(32)));

  private final MarketMaker maker;
  private final Contracts.Chain chain;
  private final VirtualTime time;
  private final AnvilNetwork network;
  private final MemoryJournal journal = new MemoryJournal();
  private final List<OrderEvent> orders = new ArrayList<>();
  private final List<ConnectorEvent> events = new ArrayList<>();
  private VirtualHost host;
  private Colibri colibri;
  private AmmConnector connector;
  private Token base;
  private Token quote;
  private Token beyond;
  private Pool pool;

  /**
   * Three tokens, of which the first two and the last two have a pool, and a wallet with some of
   * the first two.
   */
  static void deploy(Contracts.Chain chain, MarketMaker maker) {
    maker.pool(chain, Contracts.ALPHA, Contracts.BETA, DEEP, DEEP);
    maker.pool(chain, Contracts.BETA, Contracts.GAMMA, DEEP, DEEP);
    chain.fund(WALLET.address(), Contracts.E18.multiply(BigInteger.TEN));
    BigInteger funds = Contracts.E18.multiply(BigInteger.valueOf(1_000));
    chain.give(Contracts.ALPHA, WALLET.address(), funds);
    chain.give(Contracts.BETA, WALLET.address(), funds);
  }

  /** On a chain as it was deployed. */
  AnvilBench(Contracts.Chain chain, MarketMaker maker) {
    this.chain = chain;
    this.maker = maker;
    chain.anvil.dropAll();
    time = AnvilNetwork.clock(chain.anvil);
    network = new AnvilNetwork(time, chain.anvil);
    open();
    until(connector::isReady);
    until(() -> connector.watched().stream().allMatch(p -> connector.state(p).isPresent()));
    until(() -> connector.balance(base).isPresent() && connector.balance(quote).isPresent());
  }

  private void open() {
    orders.clear();
    events.clear();
    host = new VirtualHost(time, network, 11);
    colibri = Colibri.on(host, Settings.DEFAULT, v -> v).journal(journal);
    connector = colibri.open(venue());
    connector.orders().listen(orders::add);
    connector.events().listen(events::add);
    connector.start();
    base = token(Contracts.ALPHA);
    quote = token(Contracts.BETA);
    beyond = token(Contracts.GAMMA);
    pool = connector.pools(base, quote).join().get(0);
    connector.watch(pool);
    connector.watch(connector.pools(quote, beyond).join().get(0));
  }

  private Token token(Contracts contract) {
    return connector.token(chain.at(contract)).join();
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
  public AmmConnector connector() {
    return connector;
  }

  @Override
  public Colibri colibri() {
    return colibri;
  }

  @Override
  public Token base() {
    return base;
  }

  @Override
  public Token quote() {
    return quote;
  }

  @Override
  public Token beyond() {
    return beyond;
  }

  @Override
  public Pool pool() {
    return pool;
  }

  @Override
  public BigDecimal size() {
    return BigDecimal.ONE;
  }

  @Override
  public String spender() {
    return chain.at(maker.router);
  }

  @Override
  public void until(BooleanSupplier holds) {
    if (!time.advanceUntil(holds, PATIENCE)) {
      throw new AssertionError(
          "not in time; orders "
              + orders
              + ", transactions "
              + connector.openTransactions()
              + ", "
              + events);
    }
  }

  @Override
  public void pass(Duration time) {
    this.time.advance(time);
  }

  @Override
  public void mining(boolean on) {
    network.mining(on);
  }

  @Override
  public void cheapen() {
    BigInteger much = Contracts.E18.multiply(BigInteger.valueOf(50_000));
    maker.sell(chain, Contracts.ALPHA, Contracts.BETA, much);
    network.mine();
  }

  @Override
  public void cut(boolean cut) {
    network.cut(cut);
  }

  @Override
  public BigInteger held(Token token) {
    return token.isNative()
        ? chain.rpc.number("eth_getBalance", WALLET.address(), "latest")
        : chain.rpc.uint(token.address(), "balanceOf(address)", WALLET.address());
  }

  @Override
  public long nonce() {
    return chain.rpc.number("eth_getTransactionCount", WALLET.address(), "latest").longValueExact();
  }

  @Override
  public boolean isWaiting(String hash) {
    Json sent = chain.rpc.send("eth_getTransactionByHash", hash);
    return !sent.isNull() && sent.find("blockNumber") == null;
  }

  @Override
  public void restart() {
    close();
    open();
  }

  /** As killed: nobody hears of it any more. */
  @Override
  public void close() {
    host.kill();
    journal.kill();
  }

  @Override
  public List<OrderEvent> orders() {
    return List.copyOf(orders);
  }

  @Override
  public List<ConnectorEvent> events() {
    return List.copyOf(events);
  }
}
