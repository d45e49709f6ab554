package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.AmmVenue.Allow;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.testkit.sim.MemoryJournal;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import dev.colibri.connector.testkit.sim.toy.ToyChainDialect;
import dev.colibri.connector.testkit.sim.toy.ToyChainNetwork;
import dev.colibri.connector.testkit.sim.toy.ToyState;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of one wallet's transactions, case by case. */
class TransactionsTest {
  private static final String US = "0xus";
  private static final String TILL = "0xtill";

  private final VirtualTime time = new VirtualTime();
  private final ToyChain chain = new ToyChain(time.millis());
  private ToyChainNetwork network = new ToyChainNetwork(time, chain, 1, 1);
  private final MemoryJournal journal = new MemoryJournal();
  private final Map<String, TransactionState> told = new LinkedHashMap<>();
  private final List<SignedTransaction> signed = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private AmmVenue venue = AmmVenue.of(v -> new Dialect(), null).confirmations(3);
  private WalletProcess process;

  /** How long balances take. */
  private Duration slowness = Duration.ZERO;

  /** What the chain takes for data, which is another question; 0 where it takes nothing. */
  private long dataFee;

  /** What is not to be forgotten. */
  private String wanted = "";

  private final class Dialect extends ToyChainDialect {
    Dialect() {
      super(US);
    }

    @Override
    public Call<List<TokenAmount>> balances(List<Token> tokens, Block at) {
      return super.balances(tokens, at).after(slowness);
    }

    @Override
    public Call<BigInteger> dataFee(TransactionDraft draft) {
      BigInteger fee = wei(dataFee);
      return dataFee == 0 ? super.dataFee(draft) : gasPrice().map(price -> fee);
    }

    @Override
    public SignedTransaction sign(TransactionDraft draft, long nonce, long gas, GasPrice price) {
      SignedTransaction s = super.sign(draft, nonce, gas, price);
      signed.add(s);
      return s;
    }
  }

  private void nodes(int n) {
    network = new ToyChainNetwork(time, chain, n, 1);
    network.hear(sent::add);
  }

  TransactionsTest() {
    network.hear(sent::add);
    chain.give("", US, BigInteger.TEN.pow(12));
    for (String token : List.of("gold", "resetcoin")) {
      chain.token(token).give(token, US, BigInteger.valueOf(1_000));
    }
    chain.deploy(TILL, TransactionsTest::till);
  }

  private static void till(
      ToyState state, String from, BigInteger value, String[] words, long millis) {
    if (state.get("shut").signum() > 0) {
      throw new ToyState.Reverted("the till is shut");
    }
    if (!words[1].isEmpty()) {
      state.take(words[1], from, TILL, TILL, new BigInteger(words[2]));
    }
    state.set("effects", state.get("effects").add(BigInteger.ONE));
  }

  private void start() {
    process =
        new WalletProcess(
            time,
            network,
            venue.dialect(),
            venue,
            journal.open("toy"),
            told.size() + 1,
            new Transactions.Sink() {
              @Override
              public void changed(TransactionState state, @Nullable Receipt receipt) {
                told.put(state.id(), state);
              }

              @Override
              public boolean wants(String id) {
                return id.equals(wanted);
              }
            });
    time.advance(Duration.ofSeconds(1));
  }

  private void submit(String id, String token, int amount, long deadline) {
    TransactionDraft draft =
        ToyChainDialect.draft(id, TILL, "pay," + token + "," + amount + "," + id, deadline);
    TokenAmount need = new TokenAmount(new Token(token, token, 0), BigInteger.valueOf(amount));
    List<Plan.Allowance> needs =
        token.isEmpty() ? List.of() : List.of(new Plan.Allowance(need, TILL));
    Plan<String> plan = new Plan<>(draft, needs, Receipt::hash);
    process.run(() -> process.transactions.submit(id, "note", plan, 75_000));
  }

  private void pay(String id) {
    submit(id, "", 0, 0);
    wait(1);
  }

  private void wait(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  private void blocks(int n) {
    for (int i = 0; i < n; i++) {
      chain.mine(time.millis());
      wait(2);
    }
  }

  private TransactionState state(String id) {
    return process.transactions.find(id);
  }

  private void assertStatus(TransactionStatus status, String id) {
    assertEquals(status, state(id).status(), state(id).toString());
  }

  private int effects() {
    return chain.state().get("effects").intValueExact();
  }

  private static BigInteger wei(long price) {
    return BigInteger.valueOf(price);
  }

  @Test
  void what_is_as_deep_as_is_wanted_is_confirmed_and_cost_what_the_receipt_says() {
    start();
    pay("a");
    assertStatus(TransactionStatus.PENDING, "a");
    blocks(2);
    assertStatus(TransactionStatus.MINED, "a");
    assertEquals(2, state("a").confirmations());
    blocks(1);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    Receipt receipt = chain.receipt(state("a").mined());
    assertEquals(receipt.cost(), state("a").cost());
    assertEquals(1, effects());
  }

  @Test
  void fifty_at_once_have_nonces_one_after_the_other_and_are_all_done() {
    start();
    for (int i = 0; i < 50; i++) {
      submit("t" + i, "", 0, 0);
    }
    wait(1);
    assertEquals(50, chain.waiting().size());
    blocks(3);
    assertEquals(50, effects());
    assertEquals(50, chain.nonce(US));
    told.values().forEach(s -> assertEquals(TransactionStatus.CONFIRMED, s.status()));
  }

  @Test
  void one_approval_of_exactly_what_is_needed_is_made_for_all_that_wait() {
    start();
    submit("a", "gold", 10, 0);
    submit("b", "gold", 20, 0);
    submit("c", "gold", 30, 0);
    wait(1);
    assertEquals(1, chain.waiting().size(), "only the approval");
    blocks(2);
    blocks(5);
    for (String id : List.of("a", "b", "c")) {
      assertStatus(TransactionStatus.CONFIRMED, id);
    }
    assertEquals(BigInteger.ZERO, chain.state().allowance("gold", US, TILL));
  }

  @Test
  void what_was_allowed_before_is_counted_on_once() {
    start();
    submit("a", "gold", 10, 0);
    wait(1);
    blocks(1);
    chain.state().set("allowance gold " + US + " " + TILL, BigInteger.valueOf(15));
    wait(2);
    submit("b", "gold", 10, 0);
    wait(2);
    blocks(8);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(2, effects());
  }

  @Test
  void a_token_that_wants_it_is_reset_first() {
    chain.state().set("allowance resetcoin " + US + " " + TILL, BigInteger.ONE);
    start();
    submit("a", "resetcoin", 10, 0);
    wait(1);
    blocks(8);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(3, chain.nonce(US));
  }

  @Test
  void what_waits_for_something_on_its_way_is_planned_again() {
    start();
    pay("a");
    List<String> problems = new ArrayList<>();
    WalletPlans plans =
        process.plans(
            new WalletPlans.Sink() {
              @Override
              public void begun(TransactionState s) {
                problems.add(String.valueOf(s.problem()));
              }

              @Override
              public void ended(TransactionState s) {
                problems.add(s.toString());
              }
            });
    TransactionDraft draft = ToyChainDialect.draft("b", TILL, "pay,,0,b", 0);
    Plan<String> plan = new Plan<>(draft, List.of(), Receipt::hash);
    String[] id = new String[1];
    process.run(
        () ->
            id[0] =
                plans
                    .transact(
                        "b",
                        () ->
                            process.transactions.drafts().isEmpty()
                                ? Call.of(plan)
                                : Call.failed(Fault.of(Fault.Kind.NONCE_STALE, "a is on its way")))
                    .id());
    wait(5);
    assertEquals(List.of("null", "a is on its way"), problems, "said once");
    blocks(8);
    assertStatus(TransactionStatus.CONFIRMED, id[0]);
    assertEquals(2, effects());
  }

  private void allow(String id, String token, int amount) {
    TokenAmount most = new TokenAmount(new Token(token, token, 0), BigInteger.valueOf(amount));
    process.run(() -> process.transactions.allow(id, new Plan.Allowance(most, TILL)));
  }

  private int allowed(String token) {
    return chain.state().allowance(token, US, TILL).intValueExact();
  }

  @Test
  void changes_of_one_allowance_are_made_one_after_the_other() {
    start();
    for (String token : List.of("gold", "resetcoin")) {
      allow(token + "1", token, 5);
      allow(token + "2", token, 7);
      allow(token + "3", token, 3);
    }
    wait(1);
    blocks(12);
    for (String token : List.of("gold", "resetcoin")) {
      assertEquals(3, allowed(token));
      for (int i = 1; i <= 3; i++) {
        assertStatus(TransactionStatus.CONFIRMED, token + i);
      }
    }
  }

  @Test
  void what_the_user_allows_and_what_waits_for_leave_stand_in_one_line() {
    start();
    submit("a", "resetcoin", 10, 0);
    allow("none", "resetcoin", 0);
    submit("b", "resetcoin", 20, 0);
    allow("some", "resetcoin", 4);
    wait(1);
    blocks(24);
    for (String id : List.of("a", "none", "b", "some")) {
      assertStatus(TransactionStatus.CONFIRMED, id);
    }
    assertEquals(2, effects());
  }

  @Test
  void the_next_process_knows_what_is_being_allowed() {
    start();
    allow("a", "resetcoin", 5);
    wait(1);
    assertStatus(TransactionStatus.PENDING, "a");
    process.kill();
    journal.kill();
    start();
    allow("b", "resetcoin", 7);
    wait(1);
    assertStatus(TransactionStatus.WAITING, "b");
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(7, allowed("resetcoin"));
  }

  @Test
  void without_leave_what_needs_it_is_refused() {
    venue = venue.allow(Allow.NEVER);
    start();
    submit("a", "gold", 10, 0);
    wait(1);
    assertStatus(TransactionStatus.REFUSED, "a");
    assertEquals(TILL + " may take 0 gold, and it needs 10 gold", state("a").problem());
    assertEquals(List.of(), sent);
  }

  @Test
  void what_would_fail_is_refused_and_takes_no_nonce() {
    chain.state().set("shut", BigInteger.ONE);
    start();
    pay("a");
    assertStatus(TransactionStatus.REFUSED, "a");
    assertEquals("it would fail: the till is shut", state("a").problem());
    assertEquals(List.of(), signed);
  }

  @Test
  void what_fails_in_its_block_is_reverted_with_its_reason_and_its_cost() {
    start();
    pay("a");
    chain.state().set("shut", BigInteger.ONE);
    blocks(3);
    assertStatus(TransactionStatus.REVERTED, "a");
    assertEquals("the till is shut", state("a").problem());
    assertEquals(chain.receipt(state("a").mined()).cost(), state("a").cost());
    assertEquals(0, effects());
  }

  @Test
  void what_pays_too_little_is_signed_again_for_an_eighth_more_at_least() {
    start();
    pay("a");
    chain.baseFee(wei(210));
    for (int i = 0; i < 16; i++) {
      blocks(1);
    }
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(2, signed.size());
    GasPrice first = signed.get(0).price();
    GasPrice second = signed.get(1).price();
    assertTrue(second.most().multiply(wei(8)).compareTo(first.most().multiply(wei(9))) >= 0);
    assertTrue(second.tip().multiply(wei(8)).compareTo(first.tip().multiply(wei(9))) >= 0);
    assertEquals(signed.get(0).nonce(), signed.get(1).nonce());
    assertEquals(1, effects());
  }

  @Test
  void a_bump_that_is_asked_for_is_made_at_once_and_any_of_its_copies_may_be_mined() {
    start();
    pay("a");
    process.run(() -> process.transactions.bump("a"));
    wait(1);
    assertEquals(2, state("a").hashes().size());
    assertEquals(
        List.of(signed.get(1).hash()), chain.waiting().stream().map(ToyChain.Sent::hash).toList());
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
  }

  @Test
  void it_is_signed_so_often_at_the_most_and_can_be_canceled_even_then() {
    start();
    pay("a");
    for (int i = 0; i < 100; i++) {
      process.run(() -> process.transactions.bump("a"));
    }
    assertEquals(24, state("a").hashes().size());
    process.run(() -> process.transactions.cancel("a"));
    wait(20);
    blocks(3);
    assertStatus(TransactionStatus.REPLACED, "a");
  }

  @Test
  void what_is_canceled_in_time_is_replaced_by_nothing() {
    start();
    pay("a");
    process.run(() -> process.transactions.cancel("a"));
    wait(1);
    blocks(3);
    assertStatus(TransactionStatus.REPLACED, "a");
    assertEquals("canceled", state("a").problem());
    assertEquals(signed.get(1).hash(), state("a").mined());
    assertEquals(0, effects());
  }

  @Test
  void a_cancel_that_comes_too_late_changes_nothing() {
    start();
    pay("a");
    chain.mine(time.millis());
    process.run(() -> process.transactions.cancel("a"));
    wait(2);
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(1, effects());
  }

  @Test
  void while_gas_costs_more_than_is_paid_at_the_most_it_waits_and_says_so() {
    venue = venue.mostGasPrice(wei(150));
    start();
    pay("a");
    assertStatus(TransactionStatus.WAITING, "a");
    assertEquals("gas costs 200, and 150 are paid at the most", state("a").problem());
    chain.baseFee(wei(60));
    blocks(10);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    process.run(() -> {});
    submit("b", "", 0, 0);
    wait(1);
    process.run(() -> process.transactions.bump("b"));
    process.run(() -> process.transactions.bump("b"));
    assertEquals(2, state("b").hashes().size(), "120 to 135; 152 is too much");
  }

  @Test
  void what_no_node_has_any_more_is_noticed_though_its_cancel_would_cost_too_much() {
    venue = venue.mostGasPrice(wei(210));
    start();
    pay("a");
    process.run(() -> process.transactions.cancel("a"));
    wait(1);
    assertEquals(1, signed.size(), "225 is too much");
    chain.drop(signed.get(0).hash());
    blocks(12);
    assertStatus(TransactionStatus.REPLACED, "a");
    assertEquals(0, effects());
  }

  private void own(long amount) {
    chain.give("", US, wei(amount).subtract(chain.state().balance("", US)));
  }

  @Test
  void what_may_cost_more_than_there_is_is_refused_before_it_is_signed() {
    own(15_000_000 - 1);
    start();
    pay("a");
    assertStatus(TransactionStatus.REFUSED, "a");
    assertEquals(
        "it may cost 0.000000000015000000 COIN: there are 0.000000000014999999 COIN",
        state("a").problem());
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, process.transactions.fault("a").kind());
    assertEquals(List.of(), signed);
    own(15_000_000);
    blocks(6);
    pay("b");
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "b");
  }

  @Test
  void what_is_on_its_way_is_counted_with_the_most_that_it_may_cost() {
    own(40_000_000);
    start();
    for (int i = 0; i < 4; i++) {
      submit("t" + i, "", 0, 0);
    }
    wait(1);
    assertEquals(2, chain.waiting().size());
    assertStatus(TransactionStatus.WAITING, "t2");
    assertEquals(
        "it may cost 0.000000000015000000 COIN: there are 0.000000000040000000 COIN, and others may cost"
            + " 0.000000000030000000 COIN",
        state("t2").problem());
    blocks(20); // Each costs 6.12 of 40 millions.
    assertStatus(TransactionStatus.CONFIRMED, "t2");
    assertStatus(TransactionStatus.CONFIRMED, "t3");
    assertEquals(4, effects());
  }

  @Test
  void no_approval_is_paid_for_where_what_needs_it_cannot_be() {
    chain.state().set("allowance resetcoin " + US + " " + TILL, BigInteger.ONE);
    own(30_000_000 - 1);
    start();
    submit("a", "gold", 10, 0);
    wait(1);
    assertStatus(TransactionStatus.REFUSED, "a");
    assertEquals(
        "approve 10 gold, which it needs, is REFUSED: it may cost 0.000000000030000000 COIN, with"
            + " what it is done for: there are 0.000000000029999999 COIN",
        state("a").problem());
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, process.transactions.fault("a").kind());
    own(45_000_000 - 1);
    blocks(1);
    submit("b", "resetcoin", 10, 0);
    wait(1);
    assertStatus(TransactionStatus.REFUSED, "b");
    assertEquals(List.of(), signed);
    own(45_000_000);
    blocks(1);
    submit("c", "resetcoin", 10, 0);
    wait(1);
    blocks(8);
    assertStatus(TransactionStatus.CONFIRMED, "c");
  }

  @Test
  void what_ended_while_the_balance_was_asked_for_was_not_free() {
    venue = venue.confirmations(1);
    own(33_000_000);
    start();
    pay("a");
    wait(11);
    slowness = Duration.ofSeconds(4);
    chain.baseFee(wei(210));
    blocks(1);
    assertStatus(TransactionStatus.PENDING, "a");
    chain.baseFee(wei(100));
    chain.mine(time.millis());
    wait(1);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    slowness = Duration.ZERO;
    wait(3);
    pay("b");
    assertStatus(TransactionStatus.REFUSED, "b");
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, process.transactions.fault("b").kind());
    assertEquals(1, signed.size());
  }

  @Test
  void a_bump_that_cannot_be_paid_says_so_and_is_not_tried_again_and_again() {
    own(16_000_000);
    start();
    pay("a");
    process.run(() -> process.transactions.bump("a"));
    assertEquals(1, state("a").hashes().size());
    assertEquals(
        "not signed again for more: it may cost 0.000000000016875000 COIN: there are"
            + " 0.000000000016000000 COIN",
        state("a").problem());
    int before = sent.size();
    chain.baseFee(wei(210));
    blocks(30);
    assertStatus(TransactionStatus.PENDING, "a");
    assertEquals(before, sent.size());
    own(40_000_000);
    blocks(30);
    assertStatus(TransactionStatus.CONFIRMED, "a");
  }

  @Test
  void what_the_chain_takes_for_data_is_counted_by_the_next_process_too() {
    dataFee = 5_000_000;
    own(40_000_000 - 1);
    start();
    pay("a");
    assertStatus(TransactionStatus.PENDING, "a");
    process.kill();
    journal.kill();
    start();
    pay("b");
    assertStatus(TransactionStatus.WAITING, "b");
    assertEquals(
        "it may cost 0.000000000020000000 COIN: there are 0.000000000039999999 COIN, and others may"
            + " cost 0.000000000020000000 COIN",
        state("b").problem());
  }

  @Test
  void however_long_nodes_take_for_every_reply_it_is_signed() {
    dataFee = 2;
    start();
    for (int millis : List.of(2_000, 3_500, 5_500, 7_000, 9_000)) {
      String id = "t" + millis;
      network.latency(Duration.ofMillis(millis / 2));
      submit(id, "", 0, 0);
      for (int i = 0; i < 20; i++) {
        wait(2);
        chain.mine(time.millis());
      }
      assertTrue(state(id).nonce() >= 0, state(id).toString());
      network.latency(Duration.ofMillis(20));
      wait(30);
      blocks(3);
      assertStatus(TransactionStatus.CONFIRMED, id);
    }
  }

  @Test
  void a_lost_reply_is_followed_by_the_same_bytes() {
    start();
    network.losses(1_000);
    submit("a", "", 0, 0);
    wait(30);
    network.losses(0);
    wait(60);
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(1, sent.stream().distinct().count());
    assertEquals(1, effects());
  }

  @Test
  void what_no_node_has_any_more_is_sent_again() {
    start();
    pay("a");
    chain.drop(signed.get(0).hash());
    for (int i = 0; i < 6; i++) {
      blocks(1);
    }
    assertEquals(2, sent.size());
    assertEquals(1, sent.stream().distinct().count());
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
  }

  @Test
  void it_is_alone_in_its_block_where_all_others_are_known_to_be_elsewhere() {
    wanted = "a";
    start();
    pay("a");
    pay("b");
    chain.drop(signed.get(1).hash());
    blocks(1);
    assertStatus(TransactionStatus.MINED, "a");
    assertFalse(process.transactions.isAlone("a"), "who knows where b is");
    blocks(8);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertTrue(process.transactions.isAlone("a"));
    wait(3_600);
    blocks(1);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertFalse(process.transactions.isAlone("a"), "b is forgotten, and others may be");
  }

  @Test
  void what_was_in_a_block_that_is_left_is_sent_again_and_counted_anew() {
    start();
    pay("a");
    blocks(2);
    assertStatus(TransactionStatus.MINED, "a");
    chain.reorganize(2, 1, time.millis());
    time.advance(Duration.ofMillis(1_000));
    assertNotEquals(TransactionStatus.MINED, state("a").status());
    assertEquals(0, effects());
    wait(2);
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(1, signed.size());
    assertEquals(1, effects());
  }

  private String notDismissed(String id, boolean mayHappen) {
    TransactionState before = state(id);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> process.run(() -> process.transactions.dismiss(id, "why", mayHappen)));
    assertEquals(before, state(id));
    return e.getMessage();
  }

  @Test
  void what_nobody_proves_is_dismissed_when_its_nonce_is_used_for_long() {
    start();
    pay("a");
    network.nodes().forEach(ToyChain.Node::hideReceipts);
    blocks(10);
    assertTrue(notDismissed("a", false).contains("may still be carried out"));
    blocks(12);
    assertFalse(state("a").status().isTerminal(), state("a").toString());
    process.run(() -> process.transactions.dismiss("a", "the explorer shows it", false));
    assertStatus(TransactionStatus.DISMISSED, "a");
    assertEquals("dismissed: the explorer shows it", told.get("a").problem());
    process.kill();
    journal.kill();
    start();
    assertStatus(TransactionStatus.DISMISSED, "a");
    network.nodes().forEach(ToyChain.Node::heal);
    pay("b");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(2, effects());
    assertEquals(2, sent.stream().distinct().count());
    assertEquals(TransactionStatus.DISMISSED, told.get("a").status(), "told once, and last");
  }

  @Test
  void what_may_still_be_carried_out_is_dismissed_only_by_who_says_so() {
    start();
    pay("a");
    wait(600);
    assertTrue(notDismissed("a", false).contains("may still be carried out"));
    process.run(() -> process.transactions.dismiss("a", "I give up", true));
    assertEquals(
        "dismissed though it may still be carried out: I give up", told.get("a").problem());
    int before = sent.size();
    pay("b");
    assertEquals(1, state("b").nonce(), "what may be carried out keeps its nonce");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertStatus(TransactionStatus.DISMISSED, "a");
    assertEquals(2, effects(), "as was said");
    assertEquals(before + 1, sent.size());
  }

  @Test
  void nothing_takes_the_nonce_of_what_was_dismissed_and_never_comes() {
    start();
    pay("a");
    chain.drop(signed.get(0).hash());
    process.run(() -> process.transactions.dismiss("a", "I give up", true));
    pay("b");
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(1, effects());
    assertEquals(1, sent.stream().filter(s -> s.contains("pay,,0,a")).count(), "not sent again");
  }

  @Test
  void what_is_not_signed_or_in_a_block_is_not_dismissed() {
    venue = venue.mostGasPrice(wei(250));
    BigInteger fee = chain.baseFee();
    chain.baseFee(wei(1_000));
    start();
    submit("a", "", 0, 0);
    wait(1);
    assertEquals(Transactions.UNSIGNED, notDismissed("a", true));
    process.run(() -> process.transactions.cancel("a"));
    chain.baseFee(fee);
    wait(11);
    pay("b");
    blocks(2);
    assertTrue(notDismissed("b", true).contains("in a block"));
    blocks(2);
    process.run(() -> process.transactions.dismiss("b", "too late", true));
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertThrows(
        IllegalArgumentException.class, () -> process.transactions.dismiss("c", "?", true));
  }

  @Test
  void a_nonce_that_was_used_in_a_block_that_was_left_is_not_used() {
    venue = venue.confirmations(200);
    start();
    pay("a");
    network.nodes().forEach(ToyChain.Node::hideReceipts);
    blocks(25);
    network.nodes().forEach(ToyChain.Node::heal);
    blocks(3);
    assertStatus(TransactionStatus.MINED, "a");
    chain.reorganize(28, 1, time.millis());
    time.advanceUntil(
        () -> state("a").status() == TransactionStatus.REORGED, Duration.ofSeconds(10));
    assertTrue(notDismissed("a", false).contains("may still be carried out"));
  }

  @Test
  void what_was_dismissed_may_be_in_any_block() {
    wanted = "a";
    start();
    pay("a");
    pay("b");
    process.run(() -> process.transactions.dismiss("b", "I give up", true));
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertFalse(process.transactions.isAlone("a"));
  }

  @Test
  void another_use_of_its_nonce_replaces_it_and_is_named() {
    start();
    pay("a");
    String other = US + "|0|21000|9000|900|" + US + "|0|elsewhere";
    chain.take(other);
    blocks(5);
    assertStatus(TransactionStatus.REPLACED, "a");
    assertEquals(
        "another transaction of the wallet has its nonce: " + ToyChain.sent(other).hash(),
        state("a").problem());
    pay("b");
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "b");
  }

  @Test
  void a_height_that_never_was_is_forgotten() {
    start();
    Block never = new Block(1_000_000_000, "0xnever", "0xneither", time.millis());
    process.run(() -> process.transactions.head(never));
    pay("a");
    assertStatus(TransactionStatus.PENDING, "a");
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(1, effects());
  }

  @Test
  void hidden_receipts_prove_nothing() {
    start();
    pay("a");
    network.nodes().get(0).hideReceipts();
    blocks(30);
    assertEquals(false, state("a").status().isTerminal());
    network.nodes().get(0).heal();
    blocks(1);
    assertStatus(TransactionStatus.CONFIRMED, "a");
  }

  @Test
  void a_nonce_that_nothing_has_is_filled() {
    network.nodes().get(0).miscount(2);
    start();
    pay("a");
    assertEquals(2, state("a").nonce());
    network.nodes().get(0).heal();
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(3, chain.nonce(US));
    assertEquals(1, effects());
  }

  @Test
  void a_hole_is_filled_below_as_many_as_may_be_in_flight() {
    network.nodes().get(0).miscount(2);
    start();
    for (int i = 0; i < 70; i++) {
      submit("t" + i, "", 0, 0);
    }
    wait(1);
    assertEquals(64, chain.waiting().size());
    network.nodes().get(0).heal();
    blocks(20);
    assertEquals(70, effects());
    assertEquals(72, chain.nonce(US));
  }

  /** Somebody else uses the wallet's key. */
  private void elsewhere(int times) {
    for (int i = 0; i < times; i++) {
      chain.take(US + "|" + chain.nonce(US) + "|21000|9000|900|" + US + "|0|elsewhere");
      chain.mine(time.millis());
    }
  }

  private void payOnce() {
    start();
    pay("a");
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    wait(11);
  }

  @Test
  void a_count_that_is_too_high_for_a_while_costs_nothing() {
    payOnce();
    network.nodes().get(0).miscount(3);
    pay("b");
    blocks(2);
    assertStatus(TransactionStatus.WAITING, "b");
    assertEquals(
        "nodes count [4] transactions of the wallet, where 1 are known: nothing is signed by that",
        state("b").problem());
    assertEquals(state("b").problem(), process.transactions.doubt());
    network.nodes().get(0).heal();
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(null, process.transactions.doubt());
    assertEquals(2, chain.nonce(US));
  }

  @Test
  void a_count_that_is_far_too_high_is_not_believed_though_all_say_so() {
    nodes(3);
    payOnce();
    network.nodes().forEach(n -> n.miscount(1_000));
    pay("b");
    blocks(30); // All of them say so, for long.
    assertStatus(TransactionStatus.WAITING, "b");
    assertEquals(1, signed.size());
    network.nodes().forEach(ToyChain.Node::heal);
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(2, chain.nonce(US));
  }

  @Test
  void one_of_three_nodes_that_counts_too_many_is_outvoted() {
    nodes(3);
    network.nodes().get(1).miscount(500);
    payOnce();
    for (int i = 0; i < 10; i++) {
      pay("b" + i);
      blocks(3);
      assertStatus(TransactionStatus.CONFIRMED, "b" + i);
      wait(11);
    }
    assertEquals(11, chain.nonce(US));
  }

  @Test
  void two_of_three_nodes_that_count_too_many_while_something_waits_are_not_believed() {
    nodes(3);
    payOnce();
    pay("b");
    network.nodes().get(0).miscount(7);
    network.nodes().get(1).miscount(7);
    for (int i = 0; i < 10; i++) {
      chain.baseFee(wei(100 + i % 2));
      pay("c" + i);
      wait(2);
    }
    network.nodes().forEach(ToyChain.Node::heal);
    blocks(10);
    assertEquals(12, chain.nonce(US));
    assertEquals(12, effects());
  }

  @Test
  void after_hundreds_of_uses_elsewhere_between_two_starts_the_next_process_goes_on() {
    nodes(3);
    payOnce();
    process.kill();
    journal.kill();
    elsewhere(300);
    start();
    pay("b");
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(301, state("b").nonce());
    assertEquals(302, chain.nonce(US));
  }

  @Test
  void a_use_elsewhere_that_is_found_in_a_block_is_believed() {
    payOnce();
    elsewhere(40);
    wait(2);
    pay("b");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(41, state("b").nonce());
  }

  @Test
  void a_use_elsewhere_is_proved_however_long_ago() {
    payOnce();
    elsewhere(40);
    blocks(600);
    pay("b");
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(41, state("b").nonce());
  }

  @Test
  void a_use_elsewhere_that_no_node_can_prove_is_believed_in_the_end() {
    payOnce();
    elsewhere(40);
    network.nodes().get(0).hideReceipts();
    pay("b");
    blocks(200);
    assertStatus(TransactionStatus.WAITING, "b");
    blocks(120);
    assertEquals(41, state("b").nonce());
    network.nodes().get(0).heal();
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
  }

  @Test
  void where_nodes_disagree_for_ever_whoever_counts_fewest_is_believed_in_the_end() {
    nodes(2);
    network.nodes().get(1).miscount(500);
    start();
    pay("a");
    blocks(200);
    assertStatus(TransactionStatus.WAITING, "a");
    blocks(120);
    assertEquals(0, state("a").nonce());
    assertStatus(TransactionStatus.CONFIRMED, "a");
    wait(11);
    pay("b");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
  }

  @Test
  void what_was_signed_for_a_count_that_no_chain_had_costs_others_nothing() {
    network.nodes().get(0).miscount(1_000);
    start();
    submit("a", "", 0, time.millis() + 600_000);
    wait(1);
    assertEquals(1_000, state("a").nonce());
    network.nodes().get(0).heal();
    blocks(8);
    pay("b");
    pay("c");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertStatus(TransactionStatus.CONFIRMED, "c");
    assertEquals(2, chain.nonce(US));
    assertEquals(2, effects());
  }

  @Test
  void what_was_signed_for_a_count_that_no_chain_had_costs_the_next_process_nothing() {
    network.nodes().get(0).miscount(1_000);
    start();
    pay("a");
    network.nodes().get(0).heal();
    blocks(8);
    pay("b");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    process.kill();
    journal.kill();
    start();
    pay("c");
    assertEquals(1, state("c").nonce());
    assertEquals(1_000, state("a").nonce());
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "c");
  }

  @Test
  void a_count_that_is_too_low_hides_nothing() {
    start();
    pay("a");
    network.nodes().get(0).miscount(-3);
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    pay("b");
    blocks(12);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(2, chain.nonce(US));
    assertEquals(2, effects());
  }

  @Test
  void a_count_that_is_too_low_at_the_start_costs_nothing() {
    elsewhere(5);
    network.nodes().get(0).miscount(-2);
    start();
    pay("a");
    assertEquals(3, state("a").nonce());
    network.nodes().get(0).heal();
    blocks(12);
    assertStatus(TransactionStatus.REPLACED, "a");
    pay("b");
    blocks(4);
    assertStatus(TransactionStatus.CONFIRMED, "b");
    assertEquals(6, chain.nonce(US));
  }

  @Test
  void the_next_process_sends_the_same_bytes_and_refuses_what_was_not_signed() {
    venue = venue.mostGasPrice(wei(200));
    start();
    pay("a");
    chain.drop(signed.get(0).hash());
    chain.baseFee(wei(150));
    wait(11);
    pay("b");
    assertStatus(TransactionStatus.WAITING, "b");
    process.kill();
    journal.kill();
    start();
    assertStatus(TransactionStatus.REFUSED, "b");
    assertEquals("the process ended before it was signed", state("b").problem());
    assertStatus(TransactionStatus.PENDING, "a");
    assertEquals("note", process.transactions.note("a"));
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
    assertEquals(1, signed.size());
    assertEquals(1, effects());
  }

  @Test
  void while_the_disk_is_full_nothing_leaves() {
    start();
    journal.room(0);
    pay("a");
    assertStatus(TransactionStatus.SIGNED, "a");
    assertEquals(List.of(), sent);
    journal.room(Long.MAX_VALUE);
    wait(30);
    blocks(3);
    assertStatus(TransactionStatus.CONFIRMED, "a");
  }

  @Test
  void a_deadline_that_passes_before_anything_is_signed_refuses_it() {
    start();
    network.losses(1_000);
    submit("a", "", 0, time.millis() + 5_000);
    wait(6);
    assertStatus(TransactionStatus.REFUSED, "a");
    assertEquals("its deadline passed before it was signed", state("a").problem());
  }

  @Test
  void no_more_is_paid_for_what_is_too_late() {
    start();
    submit("a", "", 0, time.millis() + 5_000);
    wait(1);
    chain.baseFee(wei(250));
    for (int i = 0; i < 16; i++) {
      blocks(1);
    }
    assertStatus(TransactionStatus.REPLACED, "a");
    assertEquals("its deadline passed before it was mined", state("a").problem());
    assertEquals(0, effects());
  }
}
