package dev.colibri.examples.fundingarbitrage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceProtocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The strategy as it is, between two embedded exchanges, in virtual time. */
class CarryTest {
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);
  private static final String MARKET = "BTC-USDT";
  private static final BigDecimal SIZE = new BigDecimal("0.05");
  private static final BigDecimal SLICE = new BigDecimal("0.01");

  private final VirtualTime time = new VirtualTime();
  private final Exchange spots = new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final Exchange perps = new Exchange(List.of(Market.perp("BTC", "USDT", "0.1", "0.001")));
  private final BinanceProtocol spotProtocol = new BinanceSpotProtocol(spots, 7);
  private final BinanceProtocol perpProtocol = new BinancePerpProtocol(perps, 8);
  private final ProtocolNetwork toSpot = network(spots, spotProtocol);
  private final ProtocolNetwork toPerp = network(perps, perpProtocol);
  private final Network everywhere =
      Network.of(uri -> uri.getHost().startsWith("f") ? toPerp : toSpot);
  private final VirtualHost host = new VirtualHost(time, everywhere, 7);
  private final Colibri colibri = host.runtime();
  private final List<FundingPayment> payments = new ArrayList<>();
  private SpotConnector holds;
  private PerpConnector perp;
  private Inventory inventory;
  private Carry carry;

  private ProtocolNetwork network(Exchange exchange, BinanceProtocol protocol) {
    exchange.openAccount(US);
    exchange.deposit(US, "USDT", new BigDecimal("100000"), time.millis());
    protocol.addHmacKey(KEY, "not-a-secret", US);
    Crowd crowd = new Crowd(exchange, 7).trade(MARKET, "60000", "0.02");
    return new ProtocolNetwork(
        time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
  }

  private void start() {
    start(colibri);
  }

  private void start(Colibri colibri) {
    time.advance(Duration.ofSeconds(30));
    Credentials keys = Credentials.of(KEY, "not-a-secret");
    holds = colibri.open(Binance.spot(keys).allowWithdrawingKey());
    perp = colibri.open(BinancePerp.of(keys).allowWithdrawingKey());
    holds.start().join();
    perp.start().join();
    perp.fundingPayments().listen(payments::add);
    Instrument held = holds.instrument(MARKET);
    Instrument shorted = perp.instrument(MARKET);
    perp.leverage(shorted, "5").join();
    inventory = Inventory.found(List.of(holds, perp), Map.of()).join();
    carry =
        new Carry(
            colibri,
            holds,
            held,
            perp,
            shorted,
            inventory,
            new Carry.Plan(
                SIZE,
                SLICE,
                new BigDecimal("0.0001"),
                new BigDecimal("0.00005"),
                new BigDecimal("0.002")));
  }

  @AfterEach
  void close() {
    colibri.close();
    spots.verify();
    perps.verify();
  }

  private void rate(String rate) {
    toPerp.atExchange(() -> perps.setFundingRate(MARKET, new BigDecimal(rate), time.millis()));
  }

  private BigDecimal position() {
    return perps.position(US, MARKET, Position.Side.BOTH).size();
  }

  private BigDecimal held() {
    return spots.ledger().balance(US, "BTC").total();
  }

  /** Up to a lot, which the fee of a buy takes from what is bought. */
  private void assertNear(String expected, BigDecimal is) {
    BigDecimal off = new BigDecimal(expected).subtract(is).abs();
    assertTrue(off.compareTo(new BigDecimal("0.0002")) < 0, () -> is + ", not " + expected);
  }

  @Test
  void it_stays_out_while_there_is_nothing_to_earn() {
    start();
    rate("0.00002");
    time.advance(Duration.ofSeconds(30));
    assertNear("0", position());
    assertNear("0", held());
  }

  @Test
  void it_holds_what_it_is_short_of_and_collects_what_longs_pay() {
    start();
    rate("0.0005");
    time.advance(Duration.ofSeconds(60));
    assertNear("-0.05", position());
    assertNear("0.05", held());

    toPerp.atExchange(() -> perps.payFunding(MARKET, time.millis()));
    time.advance(Duration.ofSeconds(30));
    assertEquals(1, payments.size());
    assertTrue(payments.get(0).amount().signum() > 0, carry::report);
    assertNear("-0.05", position());
  }

  @Test
  void it_unwinds_when_the_rate_falls() {
    start();
    rate("0.0005");
    time.advance(Duration.ofSeconds(60));
    rate("-0.0005");
    time.advance(Duration.ofSeconds(60));
    assertNear("0", position());
    assertNear("0", held());
  }

  @Test
  void the_legs_meet_again_after_an_outage() {
    start();
    rate("0.0005");
    time.advance(Duration.ofSeconds(3));
    toSpot.cut(1006);
    toPerp.cut(1006);
    time.advance(Duration.ofSeconds(90));
    assertNear("-0.05", position());
    assertNear("0.05", held());
    carry.unwind();
    time.advance(Duration.ofSeconds(60));
    assertNear("0", position());
    assertNear("0", held());
  }

  /** What is held and not short, or short and not held, by the exchanges' own word. */
  private BigDecimal open() {
    return held().add(position());
  }

  /** No more than a slice is ever open: as much again would be an order that was placed twice. */
  private void assertNoMoreThanASliceIsOpen() {
    BigDecimal most = SLICE.add(new BigDecimal("0.0002"));
    assertTrue(open().abs().compareTo(most) <= 0, () -> open() + " open, " + carry.report());
  }

  @Test
  void a_strategy_that_hears_late_trades_nothing_twice() {
    start();
    rate("0.0005");
    for (int i = 0; i < 3_000; i++) {
      if (i % 7 == 0) {
        host.busy(Duration.ofMillis(i % 400));
      }
      time.advance(Duration.ofMillis(10));
      assertNoMoreThanASliceIsOpen();
    }
    time.advance(Duration.ofSeconds(30));
    assertNear("-0.05", position());
    assertNear("0.05", held());
    assertEquals(0, open().compareTo(inventory.net("BTC")), carry::report);
  }

  @Test
  void whatever_goes_wrong_no_more_than_a_slice_is_open() {
    start();
    rate("0.0005");
    var random = new SplittableRandom(3);
    for (int i = 0; i < 400; i++) {
      BinanceProtocol protocol = random.nextBoolean() ? spotProtocol : perpProtocol;
      switch (random.nextInt(12)) {
        case 0 -> protocol.faults().dropReply("POST /order");
        case 1 -> protocol.faults().dropRequest("POST /order");
        case 2 -> host.busy(Duration.ofMillis(random.nextInt(900)));
        case 3 -> rate(random.nextBoolean() ? "0.0005" : "-0.0005");
        case 4 -> (random.nextBoolean() ? toSpot : toPerp).cut(1006);
        default -> {}
      }
      time.advance(Duration.ofMillis(random.nextInt(700)));
      assertNoMoreThanASliceIsOpen();
    }
    CompletableFuture<Void> flat = carry.unwind();
    time.advance(Duration.ofMinutes(5));
    assertTrue(flat.isDone(), carry::report);
    assertNear("0", position());
    assertNear("0", held());
    assertEquals(0, open().compareTo(inventory.net("BTC")), carry::report);
    assertTrue(inventory.fees().get("BTC").signum() > 0, "it traded");
  }

  @Test
  void what_cannot_be_held_does_not_stay_short() {
    start();
    holds.halt();
    rate("0.0005");
    time.advance(Duration.ofSeconds(30));
    assertNear("-0.01", position());
    rate("-0.0005");
    time.advance(Duration.ofSeconds(30));
    assertNear("0", position());
    assertNear("0", held());
  }

  @Test
  void a_process_that_comes_after_goes_on_from_what_the_accounts_hold() {
    start();
    rate("0.0005");
    time.advance(Duration.ofSeconds(60));
    carry.close();
    holds.close();
    perp.close();
    assertNear("0.05", held());

    start();
    assertNear("-0.05", inventory.held(perp.instrument(MARKET)));
    time.advance(Duration.ofSeconds(30));
    assertNear("-0.05", position());
    assertNear("0.05", held());
    rate("-0.0005");
    time.advance(Duration.ofSeconds(60));
    assertNear("0", position());
    assertNear("0", held());
  }

  /** Two simulated accounts, of spot and of perpetuals, on the real data of both. */
  @Test
  void it_does_the_same_on_paper() {
    try (Colibri paper =
        Colibri.paper(
            new VirtualHost(time, everywhere, 9),
            Settings.DEFAULT,
            venue -> venue,
            PaperAccount.of(Map.of("USDT", "100000")))) {
      start(paper);
      rate("0.0005");
      time.advance(Duration.ofSeconds(60));
      assertNear("-0.05", perp.position(perp.instrument(MARKET)).size());
      assertNear("0", position());
      assertNear("0", held());

      carry.unwind();
      time.advance(Duration.ofSeconds(60));
      assertNear("0", perp.position(perp.instrument(MARKET)).size());
    }
  }
}
