package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.sim.AlteredNetwork;
import dev.colibri.connector.testkit.sim.PaperWitness;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Perpetuals on paper, beside an exchange whose market data, marks and funding are real. */
class BinancePerpPaperTest {
  private static final String KEY = "k".repeat(64);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration FUNDING = Duration.ofMinutes(10);
  private static final String MARKET = "BTC-USDT";

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(
          List.of(
              Market.perp("BTC", "USDT", "0.1", "0.001")
                  .withMargin(
                      new Market.Margin(
                          "USDT", 125, new BigDecimal("0.004"), FUNDING.toMillis()))));
  private final BinancePerpProtocol protocol = new BinancePerpProtocol(exchange, 7);
  private final Crowd crowd = new Crowd(exchange, 7, 1_000).trade(MARKET, "60000", "1");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
  private final AlteredNetwork altered = new AlteredNetwork(network);
  private final PaperWitness witness = new PaperWitness(altered);
  private final List<PositionEvent> moves = new ArrayList<>();
  private final List<OrderEvent> orders = new ArrayList<>();
  private final List<FundingPayment> paid = new ArrayList<>();
  private Colibri colibri;
  private PerpConnector paper;
  private Instrument btc;

  @BeforeEach
  void open() {
    time.advance(Duration.ofSeconds(30));
    colibri =
        Colibri.paper(
            new VirtualHost(time, witness, 7),
            Settings.DEFAULT,
            venue -> venue,
            PaperAccount.of(Map.of("USDT", "10000")).fees("0.0002", "0.0005"));
    paper = colibri.open(BinancePerp.of(Credentials.of(KEY, "not-a-secret")));
    witness.watch(paper);
    paper.positionUpdates().listen(moves::add);
    paper.orders().listen(orders::add);
    paper.fundingPayments().listen(paid::add);
    await(paper.start());
    btc = paper.instrument("BTC-USDT");
    paper.book(btc);
    await(paper.leverage(btc, "10"));
    time.advance(SECOND);
  }

  /** Whatever a test did, the venue was asked for nothing but what is public. */
  @AfterEach
  void nothingLeftButPublicQueries() {
    colibri.close();
    exchange.verify();
    assertEquals(List.of(), witness.trouble());
    witness.publicOnly("/fapi/v1/", KEY);
  }

  private <T> T await(CompletableFuture<T> stage) {
    assertTrue(time.advanceUntil(stage::isDone, Duration.ofMinutes(2)), "nothing comes of it");
    return stage.join();
  }

  private LiveOrder placed(Order order) {
    LiveOrder live = paper.place(order);
    time.advance(SECOND);
    return live;
  }

  private static void same(String wanted, BigDecimal is) {
    assertEquals(0, new BigDecimal(wanted).compareTo(is), "must be " + wanted + ", is " + is);
  }

  private BigDecimal total() {
    Balance told = paper.balances().get("USDT");
    return told == null ? BigDecimal.ZERO : told.total();
  }

  /** What the fills and the funding say that is left of the money. */
  private BigDecimal reckoned() {
    BigDecimal money = new BigDecimal("10000");
    for (OrderEvent e : orders) {
      Fill f = e.fill();
      if (f != null) {
        money = money.subtract(f.signedSize().multiply(f.price())).subtract(f.fee().amount());
      }
    }
    for (FundingPayment p : paid) {
      money = money.add(p.amount());
    }
    return money;
  }

  @Test
  void aPositionIsOpenedTurnedAndClosedAndMoneyMovesByProfitAndFees() {
    assertEquals("binance-perp:paper", paper.name());
    assertEquals(PositionMode.ONE_WAY, paper.positionMode().orElseThrow());
    LiveOrder opened = placed(Order.buy(btc).market().size("0.5"));
    assertEquals(OrderStatus.FILLED, opened.status());
    Position held = paper.position(btc);
    same("0.5", held.size());
    same(opened.averagePrice().toPlainString(), held.entryPrice());
    assertEquals(MarginMode.CROSS, held.marginMode());
    same("10", held.leverage());
    assertNotNull(held.liquidationPrice());
    assertTrue(held.liquidationPrice().compareTo(held.entryPrice()) < 0);
    BigDecimal fee = opened.averagePrice().multiply(new BigDecimal("0.00025"));
    same(new BigDecimal("10000").subtract(fee).toPlainString(), total());
    assertTrue(paper.available("USDT").compareTo(total()) < 0, "margin is held");

    placed(Order.sell(btc).market().size("0.8"));
    same("-0.3", paper.position(btc).size());
    placed(Order.close(paper.position(btc)));
    assertTrue(paper.position(btc).isFlat());
    assertEquals(List.of(), paper.positions());
    same(reckoned().toPlainString(), total());
    same(total().toPlainString(), paper.available("USDT"));
    time.advance(Duration.ofMinutes(3));
    assertTrue(moves.stream().allMatch(m -> m.kind() == PositionEvent.Kind.TRADE), moves + "");
  }

  @Test
  void leverageAndMarginBoundWhatIsOpened() {
    time.advance(SECOND);
    // 10,000 at a leverage of ten are worth 100,000.
    Refused much =
        assertThrows(Refused.class, () -> paper.place(Order.buy(btc).limit("50000").size("2.1")));
    assertEquals(Rule.BUDGET, much.rule());
    LiveOrder resting = placed(Order.buy(btc).limit("50000").size("1"));
    assertEquals(OrderStatus.OPEN, resting.status());
    same("4975", paper.available("USDT"));
    var refused = assertThrows(CompletionException.class, () -> await(paper.leverage(btc, "2")));
    assertTrue(refused.getMessage().contains("margin"), refused.getMessage());
    assertEquals(1, witness.trouble().size(), "the refusal is told, too");
    paper.cancelAll();
    time.advance(SECOND);
    same("2", await(paper.leverage(btc, "2")).leverage());
  }

  @Test
  void whatMayOnlyCloseNeverOpensAndEndsWithItsPosition() {
    LiveOrder none = placed(Order.sell(btc).market().size("0.1").reduceOnly());
    assertEquals(OrderStatus.REJECTED, none.status());
    assertInstanceOf(Reject.ReduceOnly.class, none.state().reject());

    placed(Order.buy(btc).market().size("0.2"));
    LiveOrder takesProfit = placed(Order.sell(btc).limit("90000").size("0.2").reduceOnly());
    assertEquals(OrderStatus.OPEN, takesProfit.status());
    LiveOrder more = placed(Order.sell(btc).market().size("0.3").reduceOnly());
    assertEquals(OrderStatus.EXPIRED, more.status());
    same("0.2", more.filled());
    assertEquals(OrderStatus.EXPIRED, takesProfit.status());
    assertTrue(paper.position(btc).isFlat());
  }

  @Test
  void longAndShortAreHeldSideBySide() {
    assertEquals(PositionMode.HEDGE, await(paper.positionMode(PositionMode.HEDGE)));
    placed(Order.buy(btc).market().size("0.3"));
    placed(Order.sell(btc).market().size("0.2"));
    same("0.3", paper.position(btc, PositionSide.LONG).size());
    same("-0.2", paper.position(btc, PositionSide.SHORT).size());
    assertThrows(CompletionException.class, () -> await(paper.positionMode(PositionMode.ONE_WAY)));
    placed(Order.sell(btc).market().size("0.3").reduceOnly());
    placed(Order.buy(btc).market().size("0.2").reduceOnly());
    assertEquals(List.of(), paper.positions());
    same(reckoned().toPlainString(), total());
  }

  @Test
  void fundingIsPaidOnceAtTheVenuesTimeAndRate() {
    network.atExchange(
        () -> exchange.setFundingRate(MARKET, new BigDecimal("0.001"), time.millis()));
    placed(Order.buy(btc).market().size("0.5"));
    long due = paper.fundingRate(btc).orElseThrow().nextMillis();
    time.advance(Duration.ofMillis(due - time.millis()).plusSeconds(40));
    assertEquals(1, paid.size(), paid + "");
    FundingPayment p = paid.get(0);
    assertEquals(due, p.venueMillis());
    assertTrue(p.amount().signum() < 0, "a long pays");
    BigDecimal mark = p.amount().divide(new BigDecimal("-0.0005"));
    assertTrue(mark.compareTo(new BigDecimal("50000")) > 0, p + "");

    placed(Order.sell(btc).market().size("1"));
    time.advance(FUNDING);
    assertEquals(2, paid.size(), paid + "");
    assertTrue(paid.get(1).amount().signum() > 0, "a short receives");
    assertEquals(2, await(paper.fundingPayments(Instant.EPOCH, colibri.now())).size());
    placed(Order.close(paper.position(btc)));
    same(reckoned().toPlainString(), total());
  }

  @Test
  void ofTheFundingTimesThatNobodyToldOfOnlyTheFirstIsPaid() {
    placed(Order.buy(btc).market().size("0.5"));
    long due = paper.fundingRate(btc).orElseThrow().nextMillis();
    altered.frames("/market/ws", frame -> null).replies("GET /fapi/v1/premiumIndex", reply -> null);
    time.advance(FUNDING.multipliedBy(3));
    altered.framesAsTheyAre("/market/ws").repliesAsTheyAre("GET /fapi/v1/premiumIndex");
    time.advance(FUNDING.multipliedBy(2));

    long later = FUNDING.toMillis();
    assertEquals(
        List.of(due, due + 3 * later, due + 4 * later),
        paid.stream().map(FundingPayment::venueMillis).toList());
  }

  private void mark(String price) {
    BigDecimal p = new BigDecimal(price);
    network.atExchange(() -> exchange.setMark(MARKET, p, p, time.millis()));
    time.advance(Duration.ofSeconds(5));
  }

  @Test
  void aPositionThatItsMarginDoesNotBearIsLiquidatedAndNothingIsLeft() {
    await(paper.leverage(btc, "20"));
    placed(Order.buy(btc).market().size("2"));
    LiveOrder resting = placed(Order.sell(btc).limit("90000").size("0.1").reduceOnly());
    BigDecimal end = paper.position(btc).liquidationPrice();
    mark(end.add(BigDecimal.TEN).setScale(1, RoundingMode.UP).toPlainString());
    same("2", paper.position(btc).size());
    mark(end.subtract(BigDecimal.TEN).setScale(1, RoundingMode.DOWN).toPlainString());

    assertTrue(paper.position(btc).isFlat());
    assertEquals(OrderStatus.CANCELED, resting.status());
    assertEquals(PositionEvent.Kind.LIQUIDATION, moves.get(moves.size() - 1).kind());
    same("0", total());
    same("0", paper.available("USDT"));
    time.advance(Duration.ofMinutes(2));
    same("0", total());
  }

  @Test
  void anIsolatedPositionLosesOnlyWhatWasPutAsideForIt() {
    await(paper.leverage(new Leverage(btc, BigDecimal.TEN, MarginMode.ISOLATED)));
    placed(Order.buy(btc).market().size("0.5"));
    BigDecimal margin = paper.position(btc).margin();
    BigDecimal before = total();
    mark("50000");
    assertEquals(PositionEvent.Kind.LIQUIDATION, moves.get(moves.size() - 1).kind());
    same(before.subtract(margin).stripTrailingZeros().toPlainString(), total());
  }

  @Test
  void aMakersOrderIsAmendedInPlace() {
    LiveOrder order = placed(Order.buy(btc).limit("50000").size("0.5"));
    String id = order.clientId();
    var amended = await(order.amend(Order.buy(btc).limit("50100").size("0.4")).orElseThrow());
    time.advance(SECOND);
    assertEquals(id, amended.clientId());
    same("50100", amended.order().price());
    same("0.4", amended.order().size());
    assertTrue(orders.stream().anyMatch(e -> e.kind() == OrderEvent.Kind.AMENDED), orders + "");
  }

  /** A strategy among a crowd: what it did accounts for every position and every unit of money. */
  @Test
  void whatItDidAddsUp() {
    var quoting = colibri.every(Duration.ofSeconds(5), this::quote);
    time.advance(Duration.ofMinutes(15));
    quoting.close();
    paper.cancelAll();
    time.advance(SECOND);
    BigDecimal held = BigDecimal.ZERO;
    int fills = 0;
    for (OrderEvent e : orders) {
      if (e.fill() != null) {
        held = held.add(e.fill().signedSize());
        fills++;
      }
    }
    assertTrue(fills > 50, "too little happened: " + fills);
    same(held.toPlainString(), paper.position(btc).size());
    if (!paper.position(btc).isFlat()) {
      placed(Order.close(paper.position(btc)));
    }
    same(reckoned().toPlainString(), total());
    time.advance(Duration.ofMinutes(2));
    assertTrue(moves.stream().allMatch(m -> m.kind() == PositionEvent.Kind.TRADE), moves + "");
  }

  private void quote() {
    paper.cancelAll(btc);
    OrderBook book = paper.book(btc);
    if (!book.isValid() || book.bestBid() == null || book.bestAsk() == null) {
      return;
    }
    paper.place(Order.buy(btc).limit(book.bestBid().price()).size("0.03").postOnly());
    paper.place(Order.sell(btc).limit(book.bestAsk().price()).size("0.03").postOnly());
    if (!paper.position(btc).isFlat() && time.millis() % 3 == 0) {
      paper.place(Order.close(paper.position(btc)));
    }
  }
}
