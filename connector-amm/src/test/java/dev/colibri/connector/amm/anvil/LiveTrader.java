package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.text.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A program of one wallet, as users write it: the live connector, over real sockets. */
final class LiveTrader implements AutoCloseable {
  static final int CONFIRMATIONS = 2;
  private static final long LIMIT_NANOS = Duration.ofSeconds(120).toNanos();
  private static final long MOMENT_NANOS = Duration.ofMillis(30).toNanos();
  private static final Duration DEADLINE = Duration.ofMinutes(20);

  /**
   * What it must know of a chain, as words for the command line of a process of its own.
   *
   * @param key of the wallet
   * @param stream where new blocks are told; empty to ask for them
   * @param nodes best first
   */
  record Setup(
      String key,
      String weth,
      String multicall,
      String factory,
      String router,
      String positions,
      String base,
      String quote,
      String stream,
      List<String> nodes) {

    static Setup of(Market market, int wallet, String stream, List<String> nodes) {
      return new Setup(
          Market.key(wallet),
          market.chain.at(Contracts.WETH),
          market.chain.at(Contracts.MULTICALL3),
          market.chain.at(Contracts.V3_FACTORY),
          market.chain.at(Contracts.V3_SWAP_ROUTER_02),
          market.chain.at(Contracts.V3_POSITIONS),
          market.base,
          market.quote,
          stream,
          nodes);
    }

    List<String> words() {
      List<String> words =
          new ArrayList<>(
              List.of(key, weth, multicall, factory, router, positions, base, quote, stream));
      words.addAll(nodes);
      return words;
    }

    static Setup read(List<String> words) {
      return new Setup(
          words.get(0),
          words.get(1),
          words.get(2),
          words.get(3),
          words.get(4),
          words.get(5),
          words.get(6),
          words.get(7),
          words.get(8),
          words.subList(9, words.size()));
    }

    EvmWallet wallet() {
      return EvmWallet.of(Secret.of(key));
    }
  }

  final Colibri colibri;
  final AmmConnector amm;
  final String wallet;
  final Instrument pair;
  private final Consumer<Duration> push;

  /** What was told, in its order. */
  private final List<OrderEvent> events = new ArrayList<>();

  private final List<TransactionState> states = new ArrayList<>();

  /** Opens and waits until it can be traded with. Its clock can be pushed on. */
  static LiveTrader pushed(Setup setup) {
    PushedHost host = new PushedHost();
    Colibri colibri = Colibri.on(host, Settings.DEFAULT, venue -> venue);
    return new LiveTrader(colibri, host::push, setup, line -> {});
  }

  /** As above, on the real clock, and says what happens. */
  LiveTrader(Colibri colibri, Setup setup, Consumer<String> log) {
    this(
        colibri,
        how -> {
          throw new IllegalStateException("its clock is the real one");
        },
        setup,
        log);
  }

  private LiveTrader(Colibri colibri, Consumer<Duration> push, Setup setup, Consumer<String> log) {
    this.colibri = colibri;
    this.push = push;
    EvmNetwork network =
        EvmNetwork.of("anvil", Anvil.CHAIN, "ETH")
            .known("multicall3", Address.of(setup.multicall), "")
            .wrapped("WETH", setup.weth, "")
            .blocks(Duration.ofMillis(250), CONFIRMATIONS)
            .tips("1", "20")
            .nodes(setup.nodes.toArray(String[]::new))
            .requestsPerSecond(10_000);
    if (!setup.stream.isEmpty()) {
      network = network.stream(setup.stream);
    }
    V3Contracts v3 =
        V3Contracts.of(
            "uniswap-v3",
            Anvil.CHAIN,
            setup.factory,
            setup.router,
            V3Router.SWAP_ROUTER_02,
            setup.positions,
            List.of(Market.FEE));
    EvmWallet signer = setup.wallet();
    wallet = signer.address();
    amm =
        colibri.open(
            EvmChain.on(network, signer)
                .with(V3Contracts.on(List.of(v3)))
                .allow(AmmVenue.Allow.UNLIMITED)
                .cancelAtClose(false)
                .plainTextOnLoopback());
    amm.orders()
        .listen(
            e -> {
              told(() -> events.add(e));
              log.accept("order " + e.state().clientId() + " " + e.state().status());
            });
    amm.transactions()
        .listen(
            s -> {
              told(() -> states.add(s));
              log.accept(
                  "transaction "
                      + s.id()
                      + " "
                      + s.status()
                      + " "
                      + s.hashes().size()
                      + (s.hashes().isEmpty() ? "" : " " + s.hashes().get(s.hashes().size() - 1)));
            });
    amm.heads().listen(b -> told(() -> {}));
    log.accept("started");
    amm.start().join();
    Token base = amm.token(setup.base).join();
    Token quote = amm.token(setup.quote).join();
    pair = amm.pair(base, quote);
    Pool pool = amm.pools(base, quote).join().get(0);
    amm.watch(pool);
    await("a state of the pool", () -> amm.state(pool).isPresent());
    await("balances", () -> amm.balance(base).isPresent() && amm.balance(quote).isPresent());
  }

  private synchronized void told(Runnable what) {
    what.run();
    notifyAll();
  }

  /** Waits for what is told, until it is so. */
  synchronized void await(String what, BooleanSupplier isSo) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + "; told: " + events + " " + states);
      }
      try {
        wait(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** As above, while its time goes by quickly: what it does after a while, it does at once. */
  void hasten(String what, BooleanSupplier isSo) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!isSo.getAsBoolean() && System.nanoTime() < end) {
      briefly(isSo);
      pass();
    }
    await(what, isSo);
  }

  /** A second goes by on its clock. */
  void pass() {
    push.accept(Duration.ofSeconds(1));
  }

  /** Waits a moment for what may be told, and may not. */
  synchronized void briefly(BooleanSupplier isSo) {
    long end = System.nanoTime() + MOMENT_NANOS;
    while (!isSo.getAsBoolean() && System.nanoTime() < end) {
      try {
        wait(1 + MOMENT_NANOS / 1_000_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  synchronized List<OrderEvent> events(String id) {
    return events.stream().filter(e -> e.state().clientId().equals(id)).toList();
  }

  synchronized List<TransactionState> states(String id) {
    return states.stream().filter(s -> s.id().equals(id)).toList();
  }

  /** Sells so much at half the price: the pool is what limits it. */
  LiveOrder sell(String size) {
    return sell(size, "0.5");
  }

  LiveOrder sell(String size, String least) {
    Order order = Order.sell(pair).size(size).limit(least).goodTill(colibri.now().plus(DEADLINE));
    return amm.place(order);
  }

  LiveOrder buy(String size, String most) {
    Order order = Order.buy(pair).size(size).limit(most).goodTill(colibri.now().plus(DEADLINE));
    return amm.place(order);
  }

  TransactionState transaction(LiveOrder order) {
    return amm.transaction(order.clientId()).orElseThrow().state();
  }

  @Override
  public void close() {
    colibri.close();
  }
}
