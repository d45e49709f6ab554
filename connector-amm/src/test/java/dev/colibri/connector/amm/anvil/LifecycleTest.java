package dev.colibri.connector.amm.anvil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.amm.anvil.FaultyNode.Fault;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What can become of a swap on a chain, one after the other: each is carried out once or not at
 * all, and what is told of it is what the chain shows. {@code -Dlifecycle.seed=S} has other things
 * happen by chance.
 */
@Timeout(600)
@ExtendWith(Tally.class)
class LifecycleTest {
  private static final long LIMIT_NANOS = Duration.ofSeconds(120).toNanos();
  private static final long SEED = Long.getLong("lifecycle.seed", 1);
  private static final int SWAPS = 30;
  private static Market market;
  private static String clean;
  private static int wallets;

  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    market = new Market();
    clean = market.anvil.snapshot();
  }

  @AfterAll
  static void stop() {
    if (market != null) {
      market.close();
    }
  }

  @BeforeEach
  void afresh() {
    market.anvil.revert(clean);
    clean = market.anvil.snapshot();
    market.anvil.automine(true);
    lag = 0;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable c : open) {
      c.close();
    }
  }

  // ---- the wallet's program

  /** A trader of a wallet of its own, whose swaps need leave no more, and wait for blocks. */
  private LiveTrader trader(String stream, String... nodes) {
    LiveTrader.Setup setup = LiveTrader.Setup.of(market, ++wallets, stream, List.of(nodes));
    String address = setup.wallet().address();
    market.key(wallets, address);
    market.allow(wallets, address, market.base, market.quote);
    market.anvil.automine(false);
    LiveTrader trader = LiveTrader.pushed(setup);
    open.add(0, trader);
    return trader;
  }

  private LiveTrader trader() {
    return trader(market.anvil.url().replace("http", "ws"), market.anvil.url());
  }

  private FaultyNode node() {
    FaultyNode node = new FaultyNode(market.anvil);
    open.add(node);
    return node;
  }

  /** Blocks, each seen by the trader and a second after the other, until all orders are over. */
  private static void mine(LiveTrader trader, LiveOrder... orders) {
    mine(trader, () -> List.of(orders).stream().allMatch(o -> o.status().isTerminal()));
  }

  private static void mine(LiveTrader trader, BooleanSupplier isSo) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!isSo.getAsBoolean() && System.nanoTime() < end) {
      block(trader);
      trader.briefly(isSo);
    }
    trader.await("end", isSo);
  }

  private static void block(LiveTrader trader) {
    market.anvil.mine();
    trader.pass();
    long head = market.head() - lag;
    trader.await("block", () -> trader.amm.head().orElseThrow().number() >= head);
  }

  /** By how many blocks the node is behind that the trader asks first. */
  private static int lag;

  private static void until(LiveTrader trader, LiveOrder order, TransactionStatus status) {
    trader.hasten(
        status.toString(),
        () -> trader.states(order.clientId()).stream().anyMatch(s -> s.status() == status));
  }

  private static boolean isWaiting(String hash) {
    Json sent = market.chain.rpc.send("eth_getTransactionByHash", hash);
    return !sent.isNull() && sent.find("blockNumber") == null;
  }

  // ---- what is always so

  /** Everything that the wallet did on the chain is an order's, once, and is told as it was. */
  private static void settle(LiveTrader trader, LiveOrder... orders) {
    Map<String, Market.Effect> effects = new TreeMap<>();
    int doubles = 0;
    for (Market.Effect e : market.effects(trader.wallet)) {
      // Orders of a test differ in size, and so do their effects.
      String size = units(e.sold()).toPlainString();
      doubles += effects.put(size, e) == null ? 0 : 1;
    }
    for (LiveOrder order : orders) {
      String size = order.order().size().stripTrailingZeros().toPlainString();
      Market.Effect effect = effects.remove(size);
      boolean filled = order.status() == OrderStatus.FILLED;
      assertEquals(filled, effect != null, () -> order + " " + effects);
      // An order has ended a moment before anybody is told.
      trader.await("word of its end", () -> ends(trader, order) > 0);
      assertEquals(1, ends(trader, order), () -> trader.events(order.clientId()).toString());
      if (filled) {
        compare(trader, order, effect);
      } else {
        assertEquals(0, order.filled().signum());
      }
    }
    doubles += effects.size();
    Tally.lifecycle(doubles);
    assertEquals(0, doubles, "effects that nobody asked for: " + effects);
  }

  private static long ends(LiveTrader trader, LiveOrder order) {
    return trader.events(order.clientId()).stream()
        .filter(e -> e.state().status().isTerminal() && e.kind() != OrderEvent.Kind.FILL)
        .count();
  }

  private static void compare(LiveTrader trader, LiveOrder order, Market.Effect effect) {
    assertEquals(0, order.order().size().compareTo(order.filled()));
    assertEquals(0, units(effect.got()).compareTo(order.state().quoteFilled()));
    BigDecimal gas = new BigDecimal(market.cost(effect.hash()), 18);
    assertEquals(0, gas.compareTo(order.fees().get("ETH")), () -> order.fees() + " " + gas);
    TransactionState t = trader.transaction(order);
    assertEquals(effect.hash(), t.mined());
    assertEquals(TransactionStatus.CONFIRMED, t.status());
    long deep = market.head() - t.block().number() + 1;
    assertTrue(deep >= LiveTrader.CONFIRMATIONS, "told too early");
  }

  private static BigDecimal units(BigInteger raw) {
    return new BigDecimal(raw, 18).stripTrailingZeros();
  }

  private static void assertEnd(OrderStatus status, LiveOrder order) {
    assertEquals(status, order.status(), order::toString);
  }

  // ---- cases

  @Test
  void a_sale_is_carried_out_as_it_is_told() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("3");
    until(trader, order, TransactionStatus.PENDING);
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    settle(trader, order);
  }

  @Test
  void a_purchase_gets_exactly_what_was_asked_for() {
    LiveTrader trader = trader();
    LiveOrder order = trader.buy("3", "2");
    until(trader, order, TransactionStatus.PENDING);
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    List<Market.Effect> effects = market.effects(trader.wallet);
    assertEquals(1, effects.size());
    assertEquals(0, new BigDecimal("3").compareTo(units(effects.get(0).got())));
    assertEquals(0, units(effects.get(0).sold()).compareTo(order.state().quoteFilled()));
    Tally.lifecycle(0);
  }

  @Test
  void what_is_stuck_is_paid_more_for_and_carried_out_once() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("4");
    until(trader, order, TransactionStatus.PENDING);
    String first = trader.transaction(order).hashes().get(0);
    BigInteger before = price(first);
    trader.amm.transaction(order.clientId()).orElseThrow().bump();
    trader.await(
        "second",
        () -> {
          List<String> hashes = trader.transaction(order).hashes();
          return hashes.size() == 2 && isWaiting(hashes.get(1));
        });
    String second = trader.transaction(order).hashes().get(1);
    // What nodes of the world want at least is a tenth more; an eighth is what is promised.
    assertTrue(
        price(second)
                .multiply(BigInteger.valueOf(8))
                .compareTo(before.multiply(BigInteger.valueOf(9)))
            >= 0);
    assertFalse(isWaiting(first), "the node has both");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(second, trader.transaction(order).mined());
    settle(trader, order);
  }

  private static BigInteger price(String hash) {
    return Rpc.number(market.chain.rpc.send("eth_getTransactionByHash", hash).get("maxFeePerGas"));
  }

  @Test
  void what_waits_behind_a_dearer_chain_is_bumped_unasked() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("5");
    until(trader, order, TransactionStatus.PENDING);
    String first = trader.transaction(order).hashes().get(0);
    BigInteger dear = price(first).shiftLeft(1);
    mine(
        trader,
        () -> {
          market.anvil.nextBaseFee(dear);
          return trader.transaction(order).hashes().size() > 1;
        });
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertNotEquals(first, trader.transaction(order).mined());
    settle(trader, order);
    market.anvil.nextBaseFee(BigInteger.TEN.pow(9));
  }

  @Test
  void what_a_node_dropped_is_sent_again_as_the_same_bytes() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("6");
    until(trader, order, TransactionStatus.PENDING);
    String hash = trader.transaction(order).hashes().get(0);
    market.anvil.drop(hash);
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(hash, trader.transaction(order).mined(), "not the same bytes");
    settle(trader, order);
  }

  @Test
  void a_hole_in_the_nonces_is_filled() {
    LiveTrader trader = trader();
    LiveOrder first = trader.sell("7");
    until(trader, first, TransactionStatus.PENDING);
    LiveOrder second = trader.sell("8");
    until(trader, second, TransactionStatus.PENDING);
    market.anvil.drop(trader.transaction(first).hashes().get(0));
    mine(trader, first, second);
    assertEnd(OrderStatus.FILLED, first);
    assertEnd(OrderStatus.FILLED, second);
    settle(trader, first, second);
  }

  @Test
  void what_somebody_else_replaces_has_no_effect() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("9");
    until(trader, order, TransactionStatus.PENDING);
    // The same key in another program: nothing, with the same nonce, for more.
    TransactionState t = trader.transaction(order);
    BigInteger more = price(t.hashes().get(0)).shiftLeft(2);
    market.sendAs(wallets, trader.wallet, t.nonce(), more, new byte[0]);
    mine(trader, order);
    assertEnd(OrderStatus.CANCELED, order);
    assertEquals(TransactionStatus.REPLACED, trader.transaction(order).status());
    settle(trader, order);
  }

  @Test
  void what_the_chain_reverts_did_nothing_and_says_why() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("10", "0.99");
    until(trader, order, TransactionStatus.PENDING);
    market.crash();
    mine(trader, order);
    assertEnd(OrderStatus.REJECTED, order);
    TransactionState t = trader.transaction(order);
    assertEquals(TransactionStatus.REVERTED, t.status());
    assertTrue(t.problem().contains("Too little received"), t.problem());
    assertEquals(market.cost(t.mined()), t.cost());
    settle(trader, order);
  }

  @Test
  void what_would_fail_is_refused_before_it_costs_anything() {
    LiveTrader trader = trader();
    long nonce = market.nonce(trader.wallet);
    Refused refused = assertThrows(Refused.class, () -> trader.sell("11", "1.5"));
    assertEquals(Rule.PRICE_RANGE, refused.rule());
    block(trader);
    assertEquals(nonce, market.nonce(trader.wallet));
    settle(trader);
  }

  @Test
  void what_is_late_expires() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("12");
    until(trader, order, TransactionStatus.PENDING);
    market.anvil.pass(7_200);
    mine(trader, order);
    assertEnd(OrderStatus.EXPIRED, order);
    settle(trader, order);
  }

  @Test
  void what_a_reorganised_chain_forgets_is_sent_again() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("13");
    until(trader, order, TransactionStatus.PENDING);
    block(trader);
    until(trader, order, TransactionStatus.MINED);
    market.anvil.reorg(1);
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(1, trader.transaction(order).hashes().size(), "not the same bytes");
    settle(trader, order);
  }

  @Test
  void what_is_canceled_in_time_is_not_carried_out() {
    LiveTrader trader = trader();
    LiveOrder order = trader.sell("14");
    until(trader, order, TransactionStatus.PENDING);
    order.cancel();
    trader.await("cancel", () -> trader.transaction(order).hashes().size() == 2);
    String cancel = trader.transaction(order).hashes().get(1);
    trader.await("cancel", () -> isWaiting(cancel));
    mine(trader, order);
    assertEnd(OrderStatus.CANCELED, order);
    assertEquals(cancel, trader.transaction(order).mined());
    settle(trader, order);
  }

  @Test
  void two_wallets_do_not_disturb_each_other() {
    LiveTrader one = trader();
    market.anvil.automine(true);
    LiveTrader two = trader();
    List<LiveOrder> ones = new ArrayList<>();
    List<LiveOrder> twos = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ones.add(one.sell("15." + (i + 1)));
      twos.add(two.sell("15." + (i + 1)));
    }
    mine(one, ones.toArray(LiveOrder[]::new));
    mine(two, twos.toArray(LiveOrder[]::new));
    for (LiveOrder order : ones) {
      assertEnd(OrderStatus.FILLED, order);
    }
    for (LiveOrder order : twos) {
      assertEnd(OrderStatus.FILLED, order);
    }
    settle(one, ones.toArray(LiveOrder[]::new));
    settle(two, twos.toArray(LiveOrder[]::new));
  }

  @Test
  void fifty_swaps_of_one_wallet_at_once_are_fifty_swaps() {
    LiveTrader trader = trader();
    long before = market.nonce(trader.wallet);
    List<LiveOrder> orders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      orders.add(trader.sell("16.0" + (i + 11)));
    }
    LiveOrder[] all = orders.toArray(LiveOrder[]::new);
    mine(trader, all);
    for (LiveOrder order : all) {
      assertEnd(OrderStatus.FILLED, order);
    }
    assertEquals(50, market.nonce(trader.wallet) - before);
    assertEquals(
        50,
        orders.stream().map(o -> trader.transaction(o).nonce()).collect(Collectors.toSet()).size());
    settle(trader, all);
  }

  // ---- nodes that are not as they should be

  @Test
  void a_reply_that_is_lost_is_no_answer() {
    for (Fault fault : List.of(Fault.REPLY_LOST, Fault.REQUEST_LOST, Fault.BAD_GATEWAY)) {
      market.anvil.automine(true);
      FaultyNode node = node();
      LiveTrader trader = trader("", node.url());
      node.rule((m, n) -> m.equals("eth_sendRawTransaction") && n < 2 ? fault : Fault.NONE);
      LiveOrder order = trader.sell("17");
      until(trader, order, TransactionStatus.PENDING);
      mine(trader, order);
      assertEnd(OrderStatus.FILLED, order);
      assertEquals(1, trader.transaction(order).hashes().size());
      settle(trader, order);
    }
  }

  @Test
  void a_node_that_denies_what_it_has_is_not_believed() {
    FaultyNode node = node();
    LiveTrader trader = trader("", node.url());
    node.rule(
        (m, n) ->
            (m.equals("eth_getTransactionReceipt") && n < 6)
                    || (m.equals("eth_getTransactionByHash") && n < 6)
                ? Fault.DENIED
                : Fault.NONE);
    LiveOrder order = trader.sell("18");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(1, trader.transaction(order).hashes().size());
    settle(trader, order);
  }

  @Test
  void a_node_that_is_behind_makes_nothing_undone() {
    FaultyNode behind = node();
    LiveTrader trader = trader("", behind.url(), market.anvil.url());
    market.anvil.mine(8);
    behind.lag(4);
    lag = 4;
    LiveOrder order = trader.sell("19");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    settle(trader, order);
  }

  @Test
  void where_one_node_is_silent_another_one_is_asked() {
    FaultyNode silent = node();
    LiveTrader trader = trader("", silent.url(), market.anvil.url());
    silent.rule((m, n) -> Fault.REQUEST_LOST);
    LiveOrder order = trader.sell("20");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    settle(trader, order);
  }

  @Test
  void a_node_that_counts_too_many_while_something_waits_is_not_believed() {
    FaultyNode node = node();
    LiveTrader trader = trader("", node.url());
    long nonce = market.nonce(trader.wallet);
    LiveOrder first = trader.sell("22");
    until(trader, first, TransactionStatus.PENDING);
    node.miscount(1_000);
    // It takes some blocks to come back, at each of which the count is asked for.
    market.anvil.drop(trader.transaction(first).hashes().get(0));
    for (int i = 0; i < 4; i++) {
      block(trader);
    }
    LiveOrder second = trader.sell("23");
    until(trader, second, TransactionStatus.PENDING);
    assertEquals(nonce + 1, trader.transaction(second).nonce());
    node.miscount(0);
    mine(trader, first, second);
    assertEnd(OrderStatus.FILLED, first);
    assertEnd(OrderStatus.FILLED, second);
    assertEquals(nonce + 2, market.nonce(trader.wallet));
    settle(trader, first, second);
  }

  @Test
  void where_nodes_count_differently_nothing_is_signed_until_they_do_not() {
    FaultyNode node = node();
    node.miscount(1_000);
    LiveTrader trader = trader("", node.url(), market.anvil.url());
    long nonce = market.nonce(trader.wallet);
    LiveOrder order = trader.sell("24");
    mine(trader, () -> !trader.amm.isReady());
    List<Long> counts = List.of(nonce, nonce + 1_000);
    trader.await(
        "doubt",
        () ->
            String.valueOf(trader.transaction(order).problem())
                .startsWith("nodes count " + counts));
    for (int i = 0; i < 5; i++) {
      block(trader);
    }
    assertEquals(List.of(), trader.transaction(order).hashes());
    node.miscount(0);
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(nonce + 1, market.nonce(trader.wallet));
    settle(trader, order);
  }

  @Test
  void of_three_nodes_the_one_that_counts_too_many_is_outvoted() {
    FaultyNode node = node();
    node.miscount(3);
    LiveTrader trader = trader("", node.url(), node().url(), market.anvil.url());
    long nonce = market.nonce(trader.wallet);
    LiveOrder order = trader.sell("25");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    assertEquals(nonce + 1, market.nonce(trader.wallet));
    settle(trader, order);
  }

  @Test
  void a_node_that_counts_too_few_hides_nothing() {
    FaultyNode node = node();
    LiveTrader trader = trader("", node.url());
    LiveOrder first = trader.sell("26");
    until(trader, first, TransactionStatus.PENDING);
    node.miscount(-3);
    mine(trader, first);
    assertEnd(OrderStatus.FILLED, first);
    LiveOrder order = trader.sell("27");
    mine(trader, order);
    assertEnd(OrderStatus.FILLED, order);
    settle(trader, first, order);
    // What was to fill holes that are none ends, too, when the node tells the truth.
    node.miscount(0);
    mine(trader, () -> trader.amm.openTransactions().isEmpty());
  }

  // ---- all of it at once

  /**
   * Nodes that lose, deny and are behind, blocks that are taken back, transactions that are dropped
   * and prices that jump, by chance.
   */
  @Test
  void whatever_happens_a_swap_is_carried_out_once_or_not_at_all() {
    SplittableRandom random = new SplittableRandom(SEED);
    FaultyNode node = node();
    LiveTrader trader = trader("", node.url());
    node.rule(LifecycleTest::byChance);
    List<LiveOrder> orders = new ArrayList<>();
    for (int i = 0; i < SWAPS; i++) {
      try {
        orders.add(trader.sell("21." + (100 + i), random.nextInt(4) == 0 ? "0.98" : "0.5"));
      } catch (Refused e) {
        // Its pools were not heard of for too long, or give less: nothing was sent.
        assertTrue(List.of(Rule.NOT_READY, Rule.PRICE_RANGE).contains(e.rule()), e::toString);
      }
      switch (random.nextInt(8)) {
        case 0 -> orders.stream().filter(o -> !o.status().isTerminal()).forEach(this::drop);
        case 1 -> market.anvil.reorg(1);
        case 2 -> market.anvil.nextBaseFee(BigInteger.valueOf(random.nextInt(1, 30)).shiftLeft(30));
        case 3 -> node.lag(random.nextInt(3));
        case 4 -> orders.get(random.nextInt(orders.size())).cancel();
        default -> {}
      }
      if (i == SWAPS / 2) {
        market.crash();
      }
      market.anvil.mine();
      trader.briefly(() -> false);
    }
    node.lag(0);
    node.rule((m, n) -> Fault.NONE);
    mine(trader, orders.toArray(LiveOrder[]::new));
    settle(trader, orders.toArray(LiveOrder[]::new));
    Map<OrderStatus, Long> ends = new TreeMap<>();
    orders.forEach(o -> ends.merge(o.status(), 1L, Long::sum));
    System.out.println("by chance, seed " + SEED + ": " + ends);
    assertTrue(ends.containsKey(OrderStatus.FILLED), ends::toString);
  }

  private static Fault byChance(String method, int n) {
    int dice = new SplittableRandom(SEED + 31L * method.hashCode() + n).nextInt(100);
    boolean deniable =
        method.equals("eth_getTransactionReceipt") || method.equals("eth_getTransactionByHash");
    if (dice < 4) {
      return Fault.REPLY_LOST;
    } else if (dice < 8) {
      return Fault.REQUEST_LOST;
    } else if (dice < 10) {
      return Fault.BAD_GATEWAY;
    }
    return dice < 30 && deniable ? Fault.DENIED : Fault.NONE;
  }

  private void drop(LiveOrder order) {
    open.stream()
        .filter(c -> c instanceof LiveTrader)
        .map(c -> ((LiveTrader) c).transaction(order).hashes())
        .flatMap(List::stream)
        .filter(LifecycleTest::isWaiting)
        .forEach(market.anvil::drop);
  }
}
