package dev.colibri.connector.testkit.sim;

import static dev.colibri.connector.testkit.sim.ToyMarket.AAA;
import static dev.colibri.connector.testkit.sim.ToyMarket.AB;
import static dev.colibri.connector.testkit.sim.ToyMarket.BBB;
import static dev.colibri.connector.testkit.sim.ToyMarket.CCC;
import static dev.colibri.connector.testkit.sim.ToyMarket.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.LiveTransaction;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.JournalException;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolBook;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.testkit.sim.toy.ToyAmm;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A connector of market makers as a whole, in virtual time, on a chain that does not exist. */
class AmmConnectorTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final BigDecimal CENT = new BigDecimal("0.01");

  private final ToyMarket market = new ToyMarket().ready();
  private final Instrument ab = market.pair(AAA, BBB);

  private Order sell(String size, String limit) {
    return Order.sell(ab).size(size).limit(limit).goodTill(market.in(SOON));
  }

  /** So that what follows needs no approval. */
  private void allowed() {
    var t = market.connector.allow(new TokenAmount(AAA, units("1000")), ToyAmm.ADDRESS);
    market.until(() -> t.done().isDone());
    market.until(() -> market.connector.openTransactions().isEmpty());
  }

  private static Fill fill(List<OrderEvent> events) {
    return events.stream()
        .filter(e -> e.kind() == OrderEvent.Kind.FILL)
        .findFirst()
        .orElseThrow()
        .fill();
  }

  // ---------------------------------------------------------------- swaps

  @Test
  void aSaleGivesAnExactAmountAndIsFilledByWhatTheChainShows() {
    BigInteger before = market.held(BBB);
    SwapQuote quote = market.connector.quote(Side.SELL, ab, "10");
    LiveOrder order = market.connector.place(sell("10", "1.9"));
    market.until(() -> order.done().isDone());

    assertEquals(
        List.of(OrderEvent.Kind.ACCEPTED, OrderEvent.Kind.FILL, OrderEvent.Kind.FILLED),
        market.kinds());
    Fill fill = fill(market.orders);
    BigInteger got = market.held(BBB).subtract(before);
    assertEquals(0, fill.size().compareTo(new BigDecimal("10")));
    assertEquals(0, fill.quoteSize().compareTo(BBB.units(got)));
    assertEquals(got, quote.out().raw(), "nothing happened between");
    assertEquals("COIN", fill.fee().asset());
    String hash = fill.tradeId();
    assertEquals(
        0,
        fill.fee()
            .amount()
            .compareTo(market.connector.nativeToken().units(market.chain.receipt(hash).cost())));
    assertEquals(hash, order.venueId());
    assertEquals(0, order.state().quoteFilled().compareTo(BBB.units(got)));
  }

  @Test
  void aFillTellsGasAsItsFeeAndThePoolsFeesApart() {
    Instrument ac = market.pair(AAA, CCC);
    SwapQuote quote = market.connector.quote(Side.SELL, ac, "5");
    LiveOrder order = market.connector.execute(quote, CENT, market.in(SOON));
    market.until(() -> order.done().isDone());
    Fill fill = fill(market.orders);
    assertEquals(2, fill.poolFees().size());
    assertEquals(quote.poolFees(), fill.poolFees());
    PoolFee first = fill.poolFees().get(0);
    assertEquals(AB, first.pool());
    assertEquals(AAA, first.paid().token());
    assertEquals(0, first.paid().units().compareTo(new BigDecimal("0.015")));
    assertEquals(BBB, fill.poolFees().get(1).paid().token());
    assertEquals(Map.of("COIN", fill.fee().amount()), order.state().fees());
    SwapQuote purchase = market.connector.quote(Side.BUY, ac, "5");
    assertEquals(
        List.of(CCC, BBB), purchase.poolFees().stream().map(f -> f.paid().token()).toList());
  }

  private List<ConnectorEvent.AmountsUnknown> unknowns() {
    return market.events.stream()
        .filter(e -> e instanceof ConnectorEvent.AmountsUnknown)
        .map(e -> (ConnectorEvent.AmountsUnknown) e)
        .toList();
  }

  @Test
  void aReceiptThatCannotBeReadIsAskedOfAnotherNode() {
    allowed();
    market.network.nodes().get(0).hideLogs();
    for (int i = 0; i < 8; i++) {
      LiveOrder order = market.connector.place(sell("1", "1.5"));
      market.until(() -> order.done().isDone());
    }
    assertFalse(unknowns().isEmpty(), "some were asked of the one that hides logs");
    BigDecimal got = BigDecimal.ZERO;
    for (OrderEvent e : market.orders) {
      if (e.kind() == OrderEvent.Kind.FILL) {
        got = got.add(e.fill().quoteSize());
      }
    }
    assertEquals(units("100").add(BBB.raw(got)), market.held(BBB));
  }

  @Test
  void whatNoReceiptShowsIsReadFromBalances() {
    allowed();
    market.network.nodes().forEach(n -> n.hideLogs());
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.done().isDone());
    Fill fill = fill(market.orders);
    assertTrue(fill.isProvisional());
    assertEquals(units("100").add(BBB.raw(fill.quoteSize())), market.held(BBB));
    assertEquals(0, fill.size().compareTo(BigDecimal.TEN));
    assertEquals(List.of(), fill.poolFees());
    assertEquals(1, unknowns().size());
    assertEquals(order.clientId(), unknowns().get(0).order());
  }

  @Test
  void whatNothingShowsStaysUnknownAndIsNoNumber() {
    allowed();
    market.network.nodes().forEach(n -> n.hideLogs());
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    LiveOrder other = market.connector.place(sell("5", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN && other.status() == OrderStatus.OPEN);
    market.mining(true);
    market.time.advance(Duration.ofMinutes(90));
    assertEquals(OrderStatus.OPEN, order.status(), "balances show two swaps at once");
    assertEquals(0, order.state().filled().signum());
    assertEquals(2, unknowns().size());
    assertEquals(
        TransactionStatus.CONFIRMED,
        market.connector.transaction(order.clientId()).orElseThrow().status());
    market.restart();
    market.time.advance(Duration.ofMinutes(1));
    assertEquals(2, market.connector.openOrders().size(), "nor is it known after a restart");
    market.network.nodes().forEach(ToyChain.Node::heal);
    market.until(() -> market.connector.openOrders().isEmpty());
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(OrderEvent.Kind.FILLED, market.last());
    BigDecimal got = BigDecimal.ZERO;
    for (OrderEvent e : market.orders) {
      got = e.kind() == OrderEvent.Kind.FILL ? got.add(e.fill().quoteSize()) : got;
    }
    assertEquals(units("100").add(BBB.raw(got)), market.held(BBB));
  }

  @Test
  void aSwapThatNothingShowsIsDismissedAndStandsInNothingsWay() {
    allowed();
    market.network.nodes().forEach(n -> n.hideLogs());
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    LiveOrder other = market.connector.place(sell("5", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN && other.status() == OrderStatus.OPEN);
    assertThrows(IllegalStateException.class, () -> order.dismiss("it is on its way"));
    market.mining(true);
    market.until(() -> unknowns().size() == 2);
    var next = order.replace(sell("1", "1.5"));
    order.dismiss("the explorer shows 19.1 bbb");
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(OrderStatus.DISMISSED, order.done().join().status());
    assertEquals("dismissed: the explorer shows 19.1 bbb", order.state().reject().raw());
    assertTrue(next.isCompletedExceptionally(), "nothing was shown, so nothing takes its place");
    assertEquals(
        TransactionStatus.CONFIRMED,
        market.connector.transaction(order.clientId()).orElseThrow().status());
    market.restart();
    market.until(() -> market.connector.isReady());
    assertEquals(List.of(other.clientId()), ids());
    market.network.nodes().forEach(ToyChain.Node::heal);
    market.until(() -> market.connector.openOrders().isEmpty());
    market.time.advance(Duration.ofMinutes(1));
    assertTrue(
        market.orders.stream().noneMatch(e -> e.state().clientId().equals(order.clientId())),
        "it ended once");
  }

  @Test
  void aSwapThatMayStillHappenIsDismissedWithItsTransaction() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    LiveTransaction<?> t = market.connector.transaction(order.clientId()).orElseThrow();
    assertThrows(IllegalStateException.class, () -> t.dismiss("?"));
    order.dismissThoughItMayHappen("the node lost its history");
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(TransactionStatus.DISMISSED, t.status());
    assertEquals(OrderEvent.Kind.DISMISSED, market.last());
    assertEquals(
        "dismissed though it may still be carried out: the node lost its history",
        order.state().reject().raw());
    assertEquals(units("100"), market.connector.spendable(AAA).raw(), "nothing is kept for it");
  }

  @Test
  void whatNoNodeHasTheReceiptOfIsToldAndDismissed() {
    allowed();
    market.network.nodes().forEach(ToyChain.Node::hideLogs);
    market.mining(false);
    List<LiveOrder> two =
        List.of(
            market.connector.place(sell("10", "1.5")), market.connector.place(sell("5", "1.5")));
    market.until(() -> two.stream().allMatch(o -> o.status() == OrderStatus.OPEN));
    market.mining(true);
    market.until(() -> unknowns().size() == 2);
    market.restart();
    market.network.nodes().forEach(ToyChain.Node::hideReceipts);
    market.events.clear();
    market.until(() -> unknowns().size() == 2);
    assertEquals("no node shows its receipt", unknowns().get(0).reason());
    market.connector.openOrders().forEach(o -> o.dismiss("the explorer shows both"));
    assertEquals(List.of(), market.connector.openOrders());
  }

  @Test
  void whatIsUnknownIsNotForgottenWhereTheProcessEndedBeforeItSignedAnother() {
    allowed();
    market.network.nodes().forEach(n -> n.hideLogs());
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    LiveOrder other = market.connector.place(sell("5", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN && other.status() == OrderStatus.OPEN);
    market.mining(true);
    market.time.advance(Duration.ofMinutes(90));
    market.mining(false);
    Order purchase = Order.buy(ab).size("1").limit("3").goodTill(market.in(SOON));
    String waits = market.connector.place(purchase).clientId();
    market.until(() -> market.connector.openTransactions().size() == 2);
    market.restart();
    market.mining(true);
    market.time.advance(Duration.ofMinutes(1));
    assertEquals(
        TransactionStatus.REFUSED,
        market.connector.transaction(waits).orElseThrow().status(),
        "it waited for its approval");
    assertEquals(2, market.connector.openOrders().size());
    market.network.nodes().forEach(ToyChain.Node::heal);
    market.until(() -> market.connector.openOrders().isEmpty());
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(OrderEvent.Kind.FILLED, market.last());
  }

  /**
   * One node has the block that the swap is in, and hides the logs; the other stays on a branch
   * where it went at another price.
   */
  @Test
  void aReceiptOfABranchThatWasLeftIsNoFill() {
    for (long seed = 1; seed <= 6; seed++) {
      ToyMarket m = new ToyMarket(seed).ready();
      var leave = m.connector.allow(new TokenAmount(AAA, units("1000")), ToyAmm.ADDRESS);
      m.until(() -> leave.done().isDone());
      m.mining(false);
      Instrument pair = m.pair(AAA, BBB);
      LiveOrder order =
          m.connector.place(Order.sell(pair).size("10").limit("1.5").goodTill(m.in(SOON)));
      m.until(() -> order.status() == OrderStatus.OPEN);
      m.chain.mine(m.time.millis());
      m.network.nodes().get(1).stick();
      m.network.nodes().get(0).hideLogs();
      m.chain.reorganize(1, 1, m.time.millis());
      m.chain.give("aaa", AB.address(), units("100"));
      m.mining(true);
      m.until(() -> m.events.stream().anyMatch(e -> e instanceof ConnectorEvent.AmountsUnknown));
      m.time.advance(Duration.ofSeconds(40));
      m.network.nodes().forEach(ToyChain.Node::heal);
      m.until(() -> order.done().isDone());
      BigInteger got = m.held(BBB).subtract(units("100"));
      assertEquals(0, order.state().quoteFilled().compareTo(BBB.units(got)), "seed " + seed);
      m.host.kill();
    }
  }

  @Test
  void aBoundIsNeverWorseThanTheLimitByRounding() {
    SwapQuote quote = market.connector.quote(Side.SELL, ab, "0.000000000000000003");
    assertEquals(BigInteger.valueOf(5), quote.out().raw());
    refused(Rule.PRICE_RANGE, sell("0.000000000000000003", "1.7"));
    LiveOrder order = market.connector.place(sell("0.000000000000000003", "1.6"));
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.FILLED, order.status());
  }

  @Test
  void aPurchaseGetsAnExactAmount() {
    BigInteger before = market.held(AAA);
    LiveOrder order =
        market.connector.place(Order.buy(ab).size("10").limit("2.1").goodTill(market.in(SOON)));
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(units("10"), market.held(AAA).subtract(before));
    assertTrue(order.averagePrice().compareTo(new BigDecimal("2.1")) < 0);
  }

  @Test
  void aWayMayLeadThroughTwoPools() {
    Instrument ac = market.pair(AAA, CCC);
    SwapQuote quote = market.connector.quote(Side.SELL, ac, "5");
    assertEquals(2, quote.legs().get(0).pools().size());
    LiveOrder order = market.connector.execute(quote, CENT, market.in(SOON));
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(quote.out().raw(), market.held(CCC));
  }

  @Test
  void manySwapsOfOneWalletGoOneAfterTheOther() {
    List<LiveOrder> orders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      orders.add(market.connector.place(sell("1", "1.5")));
    }
    market.until(() -> orders.stream().allMatch(o -> o.status().isTerminal()));
    assertTrue(orders.stream().allMatch(o -> o.status() == OrderStatus.FILLED));
    assertEquals(units("80"), market.held(AAA));
    assertEquals(20, orders.stream().map(LiveOrder::venueId).distinct().count());
  }

  // ---------------------------------------------------------------- what is not done

  private void refused(Rule rule, Order order) {
    Refused e = assertThrows(Refused.class, () -> market.connector.place(order));
    assertEquals(rule, e.rule(), e.getMessage());
  }

  @Test
  void whatHasNoBoundOrTooMuchIsRefusedByNameAndNothingIsSent() {
    List<String> sent = new ArrayList<>();
    market.network.hear(sent::add);
    Order whole = sell("1", "1.9");
    refused(Rule.ORDER_TYPE, Order.sell(ab).size("1").market());
    refused(Rule.INCOMPLETE, Order.sell(ab).size("1"));
    refused(Rule.TIME_IN_FORCE, Order.sell(ab).size("1").limit("1.9"));
    refused(Rule.TIME_IN_FORCE, Order.sell(ab).size("1").limit("1.9").ioc());
    refused(Rule.ORDER_TYPE, Order.sell(ab).size("1").limit("1.9").postOnly());
    refused(Rule.TIME_IN_FORCE, whole.goodTill(market.colibri.now()));
    refused(Rule.LOT_SIZE, whole.size("0.0000000000000000001"));
    refused(Rule.BUDGET, whole.size("100.1"));
    refused(Rule.PRICE_RANGE, whole.limit("2.0"));
    Refused tooMuch =
        assertThrows(Refused.class, () -> market.connector.quote(Side.BUY, ab, "1000"));
    assertEquals(Rule.MAX_SIZE, tooMuch.rule());
    market.connector.guard(Guard.none().maxOrderNotional("1"));
    refused(Rule.GUARD, whole);
    market.connector.guard(Guard.none());
    market.connector.halt();
    refused(Rule.NOT_READY, whole);
    market.connector.resume();
    market.time.advance(Duration.ofSeconds(10));
    assertEquals(List.of(), sent);
    assertEquals(List.of(), market.connector.openOrders());
  }

  @Test
  void whatWaitsToBeSignedIsNotSignedAfterAHalt() {
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    LiveTransaction<?> swap = market.connector.transaction(order.clientId()).orElseThrow();
    market.until(
        () -> swap.state().problem() != null && swap.state().problem().contains("waits for this"));
    LiveOrder planned = market.connector.place(sell("10", "1.5"));
    market.connector.halt();
    market.mining(true);
    market.until(() -> market.connector.openTransactions().isEmpty());
    market.connector.resume();
    market.time.advance(Duration.ofSeconds(30));
    assertEquals(OrderStatus.REJECTED, order.status());
    assertEquals(OrderStatus.REJECTED, planned.status());
    assertEquals(TransactionStatus.REFUSED, swap.status());
    assertEquals(List.of(), swap.hashes());
    assertEquals(units("100"), market.held(AAA));
  }

  @Test
  void anOrderIsNotCalledLikeAnotherTransaction() {
    LiveTransaction<?> t = market.connector.allow(new TokenAmount(AAA, units("3")), ToyAmm.ADDRESS);
    refused(Rule.CLIENT_ID, sell("1", "1.5").clientId(t.id()));
    market.until(() -> t.done().isDone());
    refused(Rule.CLIENT_ID, sell("1", "1.5").clientId(t.id()));
  }

  @Test
  void whatLiveSwapsMayTakeIsNotSpentTwice() {
    market.mining(false);
    market.connector.place(sell("60", "1.5"));
    refused(Rule.BUDGET, sell("50", "1.5"));
    assertEquals(units("40"), market.connector.spendable(AAA).raw());
    market.mining(true);
    market.until(() -> market.connector.openOrders().isEmpty());
    assertEquals(units("40"), market.connector.spendable(AAA).raw());
  }

  @Test
  void whatLiquidityMayTakeIsNotSpentOnASwapToo() {
    market.mining(false);
    LiveTransaction<LiquidityChange> given =
        market
            .connector
            .shares(ToyAmm.NAME)
            .orElseThrow()
            .add(
                AB,
                new TokenAmount(AAA, units("60")),
                new TokenAmount(BBB, units("100")),
                new BigDecimal("0.5"),
                market.in(SOON));
    market.until(() -> given.state().problem() != null);
    refused(Rule.BUDGET, sell("50", "1.5"));
    assertEquals(units("40"), market.connector.spendable(AAA).raw());
    market.mining(true);
    market.until(() -> given.done().isDone());
    assertEquals(market.held(AAA), market.connector.spendable(AAA).raw());
  }

  @Test
  void aPriceThatGotWorseBeforeItWasSignedRejectsIt() {
    LiveOrder order = market.connector.place(sell("10", "1.97"));
    market.chain.give("aaa", AB.address(), units("100"));
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.REJECTED, order.status());
    assertInstanceOf(Reject.BadPrice.class, order.state().reject());
    assertEquals(units("100"), market.held(AAA));
  }

  @Test
  void aPriceThatGotWorseInFrontOfTheChainRevertsItAndCostsGasOnly() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.9"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    market.chain.give("aaa", AB.address(), units("100"));
    market.mining(true);
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.REJECTED, order.status());
    assertInstanceOf(Reject.BadPrice.class, order.state().reject());
    assertEquals(units("100"), market.held(AAA));
    var transaction = market.connector.transaction(order.clientId()).orElseThrow();
    assertEquals(TransactionStatus.REVERTED, transaction.status());
    assertTrue(transaction.state().cost().signum() > 0);
  }

  @Test
  void aSwapThatTheChainComesToTooLateExpires() {
    allowed();
    market.mining(false);
    LiveOrder order =
        market.connector.place(
            Order.sell(ab).size("10").limit("1.5").goodTill(market.in(Duration.ofSeconds(30))));
    market.time.advance(Duration.ofSeconds(40));
    assertFalse(order.status().isTerminal(), "it may still be carried out, for all that is known");
    market.mining(true);
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.EXPIRED, order.status());
    assertEquals(units("100"), market.held(AAA));
  }

  @Test
  void aCanceledSwapDoesNothing() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    order.cancel();
    market.time.advance(Duration.ofSeconds(5));
    assertEquals(OrderStatus.PENDING_CANCEL, order.status());
    market.mining(true);
    market.until(() -> order.done().isDone());
    assertEquals(OrderStatus.CANCELED, order.status());
    assertEquals(units("100"), market.held(AAA));
  }

  @Test
  void anOrderIsCanceledAtOnceBeforeItIsSigned() {
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    order.cancel();
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(OrderStatus.REJECTED, order.status());
    market.time.advance(Duration.ofSeconds(30));
    assertEquals(units("100"), market.held(AAA));
  }

  // ---------------------------------------------------------------- quotes and pools

  @Test
  void allPoolsAreOfOneBlockAndAQuoteSaysWhich() {
    SwapQuote quote = market.connector.quote(Side.BUY, market.pair(AAA, CCC), "1");
    assertEquals(market.connector.state(AB).orElseThrow().block(), quote.block());
    assertEquals(market.connector.state(ToyMarket.BC).orElseThrow().block(), quote.block());
    market.time.advance(Duration.ofSeconds(60));
    assertTrue(market.states.size() > 20, "told once a block");
    assertEquals(
        market.states.size(), market.states.stream().map(s -> s.block()).distinct().count());
  }

  @Test
  void aQuoteIsCarriedOutOnceAndNotWhenItIsOld() {
    SwapQuote quote = market.connector.quote(Side.SELL, ab, "1");
    LiveOrder order = market.connector.execute(quote, CENT, market.in(SOON));
    assertThrows(Refused.class, () -> market.connector.execute(quote, CENT, market.in(SOON)));
    market.until(() -> order.done().isDone());
    SwapQuote old = market.connector.quote(Side.SELL, ab, "1");
    market.time.advance(Duration.ofSeconds(30));
    assertThrows(Refused.class, () -> market.connector.execute(old, CENT, market.in(SOON)));
    SwapQuote fresh = market.connector.quote(Side.SELL, ab, "1");
    assertThrows(
        Refused.class, () -> market.connector.execute(fresh, BigDecimal.ONE, market.in(SOON)));
    assertEquals(units("99"), market.held(AAA));
  }

  /** As whoever keeps it as text and reads it again would have it. */
  private static SwapQuote copy(SwapQuote q, long expiresMillis) {
    return new SwapQuote(
        q.id(),
        q.instrument(),
        q.side(),
        q.in(),
        q.out(),
        q.legs(),
        q.poolFees(),
        q.priceImpact(),
        q.gas(),
        q.gasCost(),
        q.block(),
        expiresMillis);
  }

  private void spent(SwapQuote quote) {
    Refused e =
        assertThrows(Refused.class, () -> market.connector.execute(quote, CENT, market.in(SOON)));
    assertEquals(Rule.QUOTE, e.rule(), e.getMessage());
  }

  /** The way through two pools is better by some per cent, and its gas is worth more. */
  @Test
  void aLongerWayMustEarnItsGas() {
    Pool ac = ToyAmm.pool(AAA, CCC);
    market.chain.give("aaa", ac.address(), units("1000"));
    market.chain.give("ccc", ac.address(), units("1900"));
    market.connector.watch(ac);
    market.until(() -> market.connector.state(ac).isPresent());
    market.time.advance(Duration.ofSeconds(10));
    for (Side side : Side.values()) {
      boolean sell = side == Side.SELL;
      Instrument pair = sell ? market.pair(AAA, CCC) : market.pair(CCC, AAA);
      SwapQuote unknown = market.connector.quote(side, pair, BigDecimal.ONE);
      assertEquals(2, unknown.legs().get(0).pools().size(), unknown.toString());
      BigDecimal half =
          (sell ? unknown.out() : unknown.in())
              .units()
              .divide(AAA.units(unknown.gasCost()), MathContext.DECIMAL32);
      SwapQuote worth = market.connector.quote(side, pair, BigDecimal.ONE, half);
      assertEquals(List.of(ac), worth.legs().get(0).pools(), side + " " + worth);
      SwapQuote free = market.connector.quote(side, pair, BigDecimal.ONE, BigDecimal.ZERO);
      assertEquals(2, free.legs().get(0).pools().size(), side + " " + free);
    }
  }

  @Test
  void aCopyOfAQuoteIsTheSameQuote() {
    SwapQuote quote = market.connector.quote(Side.SELL, ab, "1");
    LiveOrder order =
        market.connector.execute(copy(quote, quote.expiresMillis()), CENT, market.in(SOON));
    spent(quote);
    spent(copy(quote, quote.expiresMillis()));
    market.until(() -> order.done().isDone());
    market.time.advance(Duration.ofSeconds(30));
    spent(copy(quote, market.in(SOON).toEpochMilli()));
    assertEquals(units("99"), market.held(AAA));
    SwapQuote before = market.connector.quote(Side.SELL, ab, "1");
    market.restart();
    Instrument again = market.pair(AAA, BBB);
    market.ready();
    spent(before);
    assertEquals(again, before.instrument());
  }

  @Test
  void poolsAreNotQuotedFromWhenTheChainIsNotHeard() {
    market.network.losses(1_000);
    market.until(
        () -> market.events.stream().anyMatch(e -> e instanceof ConnectorEvent.PoolInvalid));
    Refused e = assertThrows(Refused.class, () -> market.connector.quote(Side.SELL, ab, "1"));
    assertEquals(Rule.NOT_READY, e.rule());
    assertFalse(market.connector.isReady());
    assertTrue(market.connector.state(AB).isEmpty());
    market.network.losses(0);
    market.until(() -> market.connector.isReady());
    assertEquals(
        market.connector.head().orElseThrow(), market.connector.quote(Side.SELL, ab, "1").block());
  }

  @Test
  void aPoolIsAskedLikeABook() {
    PoolBook book = market.connector.book(ab, 20);
    assertTrue(book.isValid());
    assertTrue(book.bestBid().price().compareTo(book.bestAsk().price()) < 0);
    BigDecimal vwap = book.taking(Side.SELL).vwapForVolume(new BigDecimal("7.8125"));
    BigDecimal quoted = market.connector.quote(Side.SELL, ab, "7.8125").price();
    assertTrue(vwap.subtract(quoted).abs().compareTo(new BigDecimal("1e-12")) < 0);
  }

  // ---------------------------------------------------------------- from process to process

  @Test
  void aKilledProcessFindsItsSwapsAgainAndDoesNoneTwice() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    market.restart();
    market.time.advance(Duration.ofSeconds(5));
    assertEquals(List.of(order.clientId()), ids());
    market.mining(true);
    market.until(() -> market.connector.isReady() && market.connector.openOrders().isEmpty());
    market.time.advance(Duration.ofSeconds(60));
    assertEquals(OrderEvent.Kind.RECOVERED, market.orders.get(0).kind());
    assertEquals(OrderEvent.Kind.FILLED, market.last());
    assertEquals(order.clientId(), market.orders.get(0).state().clientId());
    Fill fill = fill(market.orders);
    assertEquals(0, fill.size().compareTo(BigDecimal.TEN));
    assertEquals(units("90"), market.held(AAA));
  }

  /** Ends the process, and makes another entry of that of an order's transaction. */
  private void rewrite(String id, UnaryOperator<String> entry) {
    market.host.kill();
    market.journal.kill();
    try (Journal.Part part = market.journal.open("toy-chain/alice")) {
      Map<String, String> entries = part.entries();
      Map<String, String> changes = new LinkedHashMap<>();
      changes.put("format", "1");
      changes.put("tx/" + id, entry.apply(entries.get("tx/" + id)));
      part.keep(changes);
    }
  }

  private static final Pattern NOTE = Pattern.compile("\"note\":\"(\\\\.|[^\"\\\\])*\"");

  /** As it was before the way was kept. */
  private static final String OLD_NOTE =
      "{\\\"amm\\\":\\\"toy-amm\\\",\\\"base\\\":\\\"aaa\\\",\\\"baseSymbol\\\":\\\"aaa\\\",\\\"baseDecimals\\\":18,"
          + "\\\"quote\\\":\\\"bbb\\\",\\\"quoteSymbol\\\":\\\"bbb\\\",\\\"quoteDecimals\\\":18}";

  private static String withNote(String entry, String note) {
    return NOTE.matcher(entry).replaceFirst(Matcher.quoteReplacement("\"note\":\"" + note + "\""));
  }

  @Test
  void aSwapThatAnOlderVersionKeptIsFilledByBalances() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    rewrite(order.clientId(), entry -> withNote(entry, OLD_NOTE));
    market.restart();
    market.mining(true);
    market.until(() -> market.connector.isReady() && market.connector.openOrders().isEmpty());
    market.time.advance(Duration.ofSeconds(1));
    assertEquals(OrderEvent.Kind.FILLED, market.last());
    Fill fill = fill(market.orders);
    assertTrue(fill.isProvisional());
    assertEquals(units("100").add(BBB.raw(fill.quoteSize())), market.held(BBB));
    assertEquals("2", market.journal.entries("toy-chain/alice").get("format"));
  }

  @Test
  void aSwapThatCannotBeReadIsNotLeftOut() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    rewrite(order.clientId(), entry -> withNote(entry, "{}"));
    Map<String, String> before = market.journal.entries("toy-chain/alice");
    JournalException e = assertThrows(JournalException.class, market::restart);
    assertTrue(
        e.getMessage().contains("what transaction " + order.clientId() + " was to swap"),
        e.getMessage());
    assertEquals(before, market.journal.entries("toy-chain/alice"));
  }

  private List<String> ids() {
    return market.connector.openOrders().stream().map(LiveOrder::clientId).toList();
  }

  @Test
  void aProcessKilledAnywhereDoesASwapAtMostOnce() {
    for (int at = 0; at < 10; at++) {
      for (boolean after : new boolean[] {false, true}) {
        ToyMarket m = new ToyMarket().ready();
        boolean[] killed = new boolean[1];
        m.journal.at(
            m.journal.size() + at,
            after,
            () -> {
              killed[0] = true;
              m.host.kill();
            });
        LiveOrder order =
            m.connector.place(
                Order.sell(m.pair(AAA, BBB)).size("10").limit("1.5").goodTill(m.in(SOON)));
        m.time.advance(Duration.ofSeconds(45));
        if (!killed[0]) {
          continue;
        }
        m.restart();
        m.ready();
        m.until(() -> m.connector.openOrders().isEmpty());
        m.time.advance(Duration.ofMinutes(3));
        BigInteger sold = units("100").subtract(m.held(AAA));
        String where = "killed at " + at + (after ? ", after" : ", before") + " it was kept";
        boolean told = m.connector.order(order.clientId()).isPresent();
        if (sold.signum() == 0) {
          assertTrue(
              !told
                  || m.connector.order(order.clientId()).orElseThrow().status()
                      != OrderStatus.FILLED,
              where);
        } else {
          assertEquals(units("10"), sold, where);
          assertEquals(
              OrderStatus.FILLED,
              m.connector.order(order.clientId()).orElseThrow().status(),
              where);
        }
        assertEquals(List.of(), m.connector.openTransactions(), where);
      }
    }
  }

  // ---------------------------------------------------------------- transactions

  @Test
  void liquidityIsGivenAndItsReceiptIsRead() {
    LiveTransaction<LiquidityChange> t =
        market
            .connector
            .shares(ToyAmm.NAME)
            .orElseThrow()
            .add(
                AB,
                new TokenAmount(BBB, units("20")),
                new TokenAmount(AAA, units("10")),
                CENT,
                market.in(SOON));
    assertEquals(TransactionStatus.WAITING, t.status());
    market.until(() -> t.done().isDone());
    LiquidityChange change = t.done().join();
    assertEquals(units("10").negate(), change.amount0().raw());
    assertEquals(units("90"), market.held(AAA));
    assertEquals(units("80"), market.held(BBB));
    assertEquals(TransactionStatus.CONFIRMED, t.status());
    assertEquals(1, t.hashes().size());
  }

  @Test
  void whatIsAllowedIsAllowedExactly() {
    LiveTransaction<TokenAmount> t =
        market.connector.allow(new TokenAmount(AAA, units("3")), ToyAmm.ADDRESS);
    market.until(() -> t.done().isDone());
    assertEquals(
        units("3"), market.chain.state().allowance("aaa", ToyMarket.WALLET, ToyAmm.ADDRESS));
    var told = market.connector.allowance(AAA, ToyAmm.ADDRESS);
    market.until(told::isDone);
    assertEquals(units("3"), told.join().raw());
  }

  @Test
  void aStuckTransactionIsBumpedAndStaysOne() {
    market.mining(false);
    LiveTransaction<TokenAmount> t =
        market.connector.allow(new TokenAmount(AAA, units("3")), ToyAmm.ADDRESS);
    market.until(() -> t.status() == TransactionStatus.PENDING);
    t.bump();
    market.until(() -> t.hashes().size() == 2);
    market.mining(true);
    market.until(() -> t.done().isDone());
    assertEquals(t.hashes().get(1), t.state().mined());
    assertEquals(1, market.chain.nonce(ToyMarket.WALLET));
  }

  // ---------------------------------------------------------------- opening and closing

  @Test
  void aWalletIsOpenOncePerChain() {
    assertThrows(IllegalStateException.class, () -> market.colibri.open(ToyMarket.venue()));
    market.connector.closeAsync();
    market.time.advance(Duration.ofSeconds(20));
    market.colibri.open(ToyMarket.venue());
  }

  @Test
  void accountsOnPaperHaveNone() {
    VirtualTime time = new VirtualTime();
    try (Colibri paper =
        Colibri.paper(
            new VirtualHost(time, market.network, 1),
            Settings.DEFAULT,
            v -> v,
            PaperAccount.of(Map.of("USDT", "1")))) {
      assertThrows(IllegalStateException.class, () -> paper.open(ToyMarket.venue()));
    }
  }

  @Test
  void aClosedConnectorTellsWhatIsLeftAndTheNextOneGoesOn() {
    allowed();
    market.mining(false);
    LiveOrder order = market.connector.place(sell("10", "1.5"));
    market.until(() -> order.status() == OrderStatus.OPEN);
    var closed = market.connector.closeAsync();
    market.until(closed::isDone);
    assertEquals(1, closed.join().size());
    refused(Rule.NOT_READY, sell("1", "1.5"));
    market.restart();
    market.mining(true);
    market.until(() -> market.last() == OrderEvent.Kind.FILLED);
    assertEquals(units("90"), market.held(AAA));
  }
}
