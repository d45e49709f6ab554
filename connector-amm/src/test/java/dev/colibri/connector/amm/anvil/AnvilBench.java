package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.amm.anvil.FaultyNode.Fault;
import dev.colibri.connector.amm.contracts.V2Contracts;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.conformance.AmmBench;
import dev.colibri.connector.testkit.sim.MemoryJournal;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Uniswap's contracts on a node of one's own, with the live connector, for one card at a time. */
final class AnvilBench implements AmmBench {
  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);
  private static final BigInteger DEEP = BigInteger.TEN.pow(24);
  private static final int FEE = 3_000;
  private static final long LIMIT_NANOS = Duration.ofSeconds(120).toNanos();
  private static final Duration BLOCK = Duration.ofMillis(100);
  private static int wallets;

  /** Which of the contracts. */
  enum Kind {
    V2,
    V3
  }

  /** What a program of the wallet was told. */
  private static final class Told {
    final List<OrderEvent> orders = new CopyOnWriteArrayList<>();
    final List<ConnectorEvent> events = new CopyOnWriteArrayList<>();
  }

  private final Kind kind;
  private final Contracts.Chain chain;
  private final Anvil anvil;
  private final EvmWallet wallet;
  private final MemoryJournal journal = new MemoryJournal();
  private FaultyNode node;
  private Colibri colibri;
  private AmmConnector connector;
  private Told told = new Told();
  private Token base;
  private Token quote;
  private Token beyond;
  private Pool pool;
  private boolean mining = true;
  private long minedNanos = System.nanoTime();

  /** Pools of three tokens, of which the first two and the last two have one. */
  static void deploy(Contracts.Chain chain, Kind kind) {
    Contracts[] tokens = {Contracts.ALPHA, Contracts.BETA, Contracts.GAMMA};
    for (Contracts token : tokens) {
      for (Contracts spender :
          List.of(Contracts.V2_ROUTER, Contracts.V3_POSITIONS, Contracts.V3_SWAP_ROUTER)) {
        chain.anvil.send(
            chain.at(token), "approve(address,uint256)", chain.at(spender), Contracts.MAX);
      }
    }
    for (int i = 0; i < 2; i++) {
      String a = chain.at(tokens[i]);
      String b = chain.at(tokens[i + 1]);
      if (kind == Kind.V2) {
        chain.anvil.send(
            chain.at(Contracts.V2_ROUTER),
            "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
            a,
            b,
            DEEP,
            DEEP,
            0,
            0,
            chain.anvil.rich,
            FAR);
      } else {
        concentrated(chain, a, b);
      }
    }
  }

  private static void concentrated(Contracts.Chain chain, String a, String b) {
    boolean sorted = a.compareTo(b) < 0;
    String token0 = sorted ? a : b;
    String token1 = sorted ? b : a;
    String factory = chain.at(Contracts.V3_FACTORY);
    chain.anvil.send(factory, "createPool(address,address,uint24)", token0, token1, FEE);
    String pool =
        chain.rpc.address(factory, "getPool(address,address,uint24)", token0, token1, FEE);
    chain.anvil.send(pool, "initialize(uint160)", BigInteger.ONE.shiftLeft(96));
    chain.anvil.send(
        chain.at(Contracts.V3_POSITIONS),
        "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
        List.of(token0, token1, FEE, -887_220, 887_220, DEEP, DEEP, 0, 0, chain.anvil.rich, FAR));
  }

  /** A wallet of its own on a chain with the pools. */
  AnvilBench(Contracts.Chain chain, Kind kind) {
    this.chain = chain;
    this.kind = kind;
    anvil = chain.anvil;
    anvil.automine(true);
    long behind = System.currentTimeMillis() / 1_000 - anvil.time();
    if (behind > 0) {
      anvil.pass(behind); // A node that went back to a snapshot has its time, too.
      anvil.mine();
    }
    byte[] seed = ("bench " + ++wallets).getBytes(StandardCharsets.US_ASCII);
    wallet = EvmWallet.of(Secret.of(Rpc.hex(Digest.keccak256(seed))));
    chain.fund(wallet.address(), Contracts.E18.multiply(BigInteger.TEN));
    BigInteger funds = Contracts.E18.multiply(BigInteger.valueOf(1_000));
    chain.give(Contracts.ALPHA, wallet.address(), funds);
    chain.give(Contracts.BETA, wallet.address(), funds);
    anvil.automine(false);
    open();
    until(connector::isReady);
    until(() -> connector.watched().stream().allMatch(p -> connector.state(p).isPresent()));
    until(() -> connector.balance(base).isPresent() && connector.balance(quote).isPresent());
  }

  private void open() {
    node = new FaultyNode(anvil);
    told = new Told();
    Told now = told;
    colibri = Colibri.live().journal(journal);
    connector = colibri.open(venue());
    connector
        .orders()
        .listen(
            e -> {
              now.orders.add(e);
              told();
            });
    connector.events().listen(now.events::add);
    connector.heads().listen(b -> told());
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
    EvmNetwork network =
        EvmNetwork.of("anvil", Anvil.CHAIN, "ETH")
            .known("multicall3", Address.of(chain.at(Contracts.MULTICALL3)), "")
            .wrapped("WETH", chain.at(Contracts.WETH), "")
            .blocks(BLOCK, 2)
            .tips("1", "20")
            .nodes(node.url())
            .requestsPerSecond(10_000);
    AmmVenue venue = EvmChain.on(network, wallet).plainTextOnLoopback();
    return kind == Kind.V2
        ? venue.with(
            V2Contracts.on(
                List.of(
                    V2Contracts.of(
                        "uniswap-v2",
                        Anvil.CHAIN,
                        chain.at(Contracts.V2_FACTORY),
                        chain.at(Contracts.V2_ROUTER),
                        new V2Fees(997, 1000, 1, 6)))))
        : venue.with(
            V3Contracts.on(
                List.of(
                    V3Contracts.of(
                        "uniswap-v3",
                        Anvil.CHAIN,
                        chain.at(Contracts.V3_FACTORY),
                        chain.at(Contracts.V3_SWAP_ROUTER_02),
                        V3Router.SWAP_ROUTER_02,
                        chain.at(Contracts.V3_POSITIONS),
                        List.of(FEE)))));
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
    return chain.at(kind == Kind.V2 ? Contracts.V2_ROUTER : Contracts.V3_SWAP_ROUTER_02);
  }

  private synchronized void told() {
    notifyAll();
  }

  private synchronized void moment() {
    try {
      wait(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void until(BooleanSupplier holds) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not in time; orders "
                + told.orders
                + ", transactions "
                + connector.openTransactions()
                + ", "
                + told.events);
      }
      step();
    }
  }

  /** Blocks come while somebody waits for something. */
  private void step() {
    if (mining && System.nanoTime() - minedNanos >= BLOCK.toNanos()) {
      minedNanos = System.nanoTime();
      anvil.mine();
    }
    moment();
  }

  @Override
  public void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      step();
    }
  }

  @Override
  public void mining(boolean on) {
    mining = on;
  }

  @Override
  public void cheapen() {
    BigInteger much = Contracts.E18.multiply(BigInteger.valueOf(50_000));
    String a = base.address();
    String b = quote.address();
    byte[] data =
        kind == Kind.V2
            ? Abi.call(
                "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
                much,
                BigInteger.ZERO,
                List.of(a, b),
                anvil.rich,
                FAR)
            : Abi.call(
                "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))",
                List.of(a, b, FEE, anvil.rich, FAR, much, BigInteger.ZERO, BigInteger.ZERO));
    anvil.rpc.send(
        "eth_sendTransaction",
        Map.of(
            "from",
            anvil.rich,
            "to",
            chain.at(kind == Kind.V2 ? Contracts.V2_ROUTER : Contracts.V3_SWAP_ROUTER),
            "data",
            Rpc.hex(data),
            "gas",
            Rpc.hex(1_000_000),
            "maxFeePerGas",
            Rpc.hex(BigInteger.TEN.pow(12)),
            "maxPriorityFeePerGas",
            Rpc.hex(BigInteger.TEN.pow(11))));
    if (mining) {
      anvil.mine();
    }
  }

  @Override
  public void cut(boolean cut) {
    node.rule((method, n) -> cut ? Fault.REQUEST_LOST : Fault.NONE);
  }

  @Override
  public BigInteger held(Token token) {
    return token.isNative()
        ? chain.rpc.number("eth_getBalance", wallet.address(), "latest")
        : chain.rpc.uint(token.address(), "balanceOf(address)", wallet.address());
  }

  @Override
  public long nonce() {
    return chain.rpc.number("eth_getTransactionCount", wallet.address(), "latest").longValueExact();
  }

  @Override
  public boolean isWaiting(String hash) {
    Json sent = chain.rpc.send("eth_getTransactionByHash", hash);
    return !sent.isNull() && sent.find("blockNumber") == null;
  }

  @Override
  public void restart() {
    end();
    open();
  }

  /** As far as the chain and the journal can tell, killed: neither hears of it any more. */
  private void end() {
    cut(true);
    journal.kill();
    colibri.close();
    node.close();
  }

  @Override
  public List<OrderEvent> orders() {
    return List.copyOf(told.orders);
  }

  @Override
  public List<ConnectorEvent> events() {
    return List.copyOf(told.events);
  }

  @Override
  public void close() {
    end();
  }
}
