package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The dialect, driven by the real engine in virtual time, against a margin exchange that speaks the
 * venue's language. What the exchange holds has the last word.
 */
class BinancePerpExchangeTest {
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.perp("BTC", "USDT", "0.1", "0.001")));
  private final BinancePerpProtocol protocol = new BinancePerpProtocol(exchange, 7);
  private final ProtocolNetwork network;
  private final Colibri colibri;
  private final List<PositionEvent.Kind> moves = new ArrayList<>();
  private final List<PositionMode> modes = new ArrayList<>();

  BinancePerpExchangeTest() {
    String market = exchange.markets().iterator().next().name();
    Crowd crowd = new Crowd(exchange, 7).trade(market, "60000", "0.01");
    network =
        new ProtocolNetwork(
            time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
    colibri = Colibri.on(new VirtualHost(time, network, 7), Settings.DEFAULT, venue -> venue);
    exchange.openAccount(US);
    exchange.deposit(US, "USDT", new BigDecimal("100000"), time.millis());
    protocol.addHmacKey(KEY, "not-a-secret", US);
    time.advance(Duration.ofSeconds(30));
  }

  @AfterEach
  void theBooksOfTheExchangeBalance() {
    colibri.close();
    exchange.verify();
  }

  private PerpConnector open(PositionMode mode) {
    PerpConnector c =
        colibri.open(
            BinancePerp.of(Credentials.of(KEY, "not-a-secret")).testnet().positionMode(mode));
    c.positionUpdates().listen(e -> moves.add(e.kind()));
    c.events()
        .listen(
            e -> {
              if (e instanceof ConnectorEvent.PositionModeIs is) {
                modes.add(is.mode());
              }
            });
    await(c.start());
    Instrument btc = c.instrument("BTC-USDT");
    c.books(btc).listen(b -> {});
    assertEquals(new BigDecimal("10"), await(c.leverage(btc, "10")).leverage());
    time.advance(Duration.ofSeconds(5));
    return c;
  }

  private <T> T await(CompletableFuture<T> stage) {
    assertTrue(time.advanceUntil(stage::isDone, Duration.ofMinutes(2)), "nothing comes of it");
    return stage.join();
  }

  @Test
  void aModeThatIsChangedElsewhereIsHeardOfAtTheNextAudit() {
    PerpConnector c = open(PositionMode.ONE_WAY);
    exchange.setHedged(US, true, time.millis());
    time.advance(Duration.ofMinutes(1));
    assertEquals(PositionMode.HEDGE, c.positionMode().orElseThrow());
    assertEquals(List.of(PositionMode.ONE_WAY, PositionMode.HEDGE), modes);
    fill(c, Order.buy(c.instrument("BTC-USDT")).market().size("0.005"));
    size("0.005", c, PositionSide.LONG);
  }

  @Test
  void anOrderThatIsRefusedForItsModeIsTheLastOne() {
    PerpConnector c = open(PositionMode.ONE_WAY);
    Instrument btc = c.instrument("BTC-USDT");
    time.advance(Duration.ofSeconds(20));
    exchange.setHedged(US, true, time.millis());
    LiveOrder refused = c.place(Order.buy(btc).market().size("0.005"));
    assertEquals(OrderStatus.REJECTED, await(refused.done()).status());
    time.advance(Duration.ofSeconds(1));
    fill(c, Order.buy(btc).market().size("0.005"));
    size("0.005", c, PositionSide.LONG);
  }

  private void fill(PerpConnector c, Order order) {
    LiveOrder placed = c.place(order);
    assertEquals(OrderStatus.FILLED, await(placed.done()).status());
    time.advance(Duration.ofSeconds(5));
  }

  private static void size(String wanted, PerpConnector c, PositionSide side) {
    BigDecimal is = c.position(c.instrument("BTC-USDT"), side).size();
    assertEquals(0, new BigDecimal(wanted).compareTo(is), side + " is " + is);
  }

  @Test
  void onePositionIsOpenedTurnedAndClosed() {
    PerpConnector c = open(PositionMode.ONE_WAY);
    Instrument btc = c.instrument("BTC-USDT");
    fill(c, Order.buy(btc).market().size("0.005"));
    size("0.005", c, PositionSide.NET);
    assertEquals(MarginMode.CROSS, c.position(btc).marginMode());
    fill(c, Order.sell(btc).market().size("0.008"));
    size("-0.003", c, PositionSide.NET);
    fill(c, Order.close(c.position(btc)));
    size("0", c, PositionSide.NET);
    assertEquals(List.of(), exchange.positions(US).stream().filter(p -> !p.isFlat()).toList());
    assertTrue(moves.stream().allMatch(k -> k == PositionEvent.Kind.TRADE), moves::toString);
  }

  @Test
  void bothSidesAreHeldAndClosedApart() {
    PerpConnector c = open(PositionMode.HEDGE);
    Instrument btc = c.instrument("BTC-USDT");
    fill(c, Order.buy(btc).market().size("0.005"));
    fill(c, Order.sell(btc).market().size("0.002"));
    size("0.005", c, PositionSide.LONG);
    size("-0.002", c, PositionSide.SHORT);
    fill(c, Order.sell(btc).market().size("0.005").reduceOnly());
    size("0", c, PositionSide.LONG);
    size("-0.002", c, PositionSide.SHORT);
    fill(c, Order.buy(btc).market().size("0.002").reduceOnly());
    size("0", c, PositionSide.SHORT);
    assertTrue(moves.stream().allMatch(k -> k == PositionEvent.Kind.TRADE), moves::toString);
  }
}
