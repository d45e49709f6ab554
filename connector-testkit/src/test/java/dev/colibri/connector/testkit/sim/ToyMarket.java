package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.sim.toy.ToyAmm;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import dev.colibri.connector.testkit.sim.toy.ToyChainDialect;
import dev.colibri.connector.testkit.sim.toy.ToyChainNetwork;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A toy chain with pools, a process that trades on it, and whatever that was told. */
final class ToyMarket {
  static final String WALLET = "alice";
  static final Token AAA = new Token("aaa", "aaa", 18);
  static final Token BBB = new Token("bbb", "bbb", 18);
  static final Token CCC = new Token("ccc", "ccc", 18);
  static final Pool AB = ToyAmm.pool(AAA, BBB);
  static final Pool BC = ToyAmm.pool(BBB, CCC);

  final VirtualTime time = new VirtualTime();
  final ToyChain chain = new ToyChain(time.millis());
  final ToyChainNetwork network;
  final MemoryJournal journal = new MemoryJournal();
  final List<OrderEvent> orders = new ArrayList<>();
  final List<TransactionState> transactions = new ArrayList<>();
  final List<ConnectorEvent> events = new ArrayList<>();
  final List<PoolState> states = new ArrayList<>();
  VirtualHost host;
  Colibri colibri;
  AmmConnector connector;
  private boolean mining = true;

  ToyMarket() {
    this(7);
  }

  /** A seed decides where questions go, and what becomes of them. */
  ToyMarket(long seed) {
    network = new ToyChainNetwork(time, chain, 2, seed);
    chain.token("aaa").token("bbb").token("ccc");
    ToyAmm.deploy(chain);
    chain.give("", WALLET, units("1"));
    chain.give("aaa", WALLET, units("100")).give("bbb", WALLET, units("100"));
    chain.give("aaa", AB.address(), units("1000")).give("bbb", AB.address(), units("2000"));
    chain.give("bbb", BC.address(), units("1000")).give("ccc", BC.address(), units("1000"));
    time.after(Duration.ofSeconds(2), this::mine);
    open();
  }

  static BigInteger units(String n) {
    return new BigDecimal(n).movePointRight(18).toBigIntegerExact();
  }

  private void mine() {
    if (mining) {
      chain.mine(time.millis());
    }
    time.after(Duration.ofSeconds(2), this::mine);
  }

  void mining(boolean on) {
    mining = on;
  }

  static AmmVenue venue() {
    return AmmVenue.of(v -> new ToyChainDialect(WALLET), null)
        .with(c -> new ToyAmm(WALLET, List.of(AB, BC)));
  }

  private void open() {
    host = new VirtualHost(time, network, 11);
    colibri = Colibri.on(host, Settings.DEFAULT, v -> v).journal(journal);
    connector = colibri.open(venue());
    connector.orders().listen(orders::add);
    connector.transactions().listen(transactions::add);
    connector.events().listen(events::add);
    connector.listen(AB, states::add);
    connector.watch(BC);
    connector.start();
  }

  /** The process is killed, and another one begins where it was. */
  void restart() {
    host.kill();
    journal.kill();
    orders.clear();
    transactions.clear();
    open();
  }

  ToyMarket ready() {
    until(() -> connector.isReady());
    return this;
  }

  void until(BooleanSupplier holds) {
    if (!time.advanceUntil(holds, Duration.ofMinutes(5))) {
      throw new AssertionError(
          "not in time; orders " + orders + ", transactions " + transactions + ", " + events);
    }
  }

  Instrument pair(Token base, Token quote) {
    return connector.pair(base, quote);
  }

  Instant in(Duration time) {
    return colibri.now().plus(time);
  }

  OrderEvent.@Nullable Kind last() {
    return orders.isEmpty() ? null : orders.get(orders.size() - 1).kind();
  }

  List<OrderEvent.Kind> kinds() {
    return orders.stream().map(OrderEvent::kind).toList();
  }

  BigInteger held(Token token) {
    return chain.state().balance(token.address(), WALLET);
  }
}
