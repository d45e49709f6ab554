package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Guard and dead man's switch while the network errs: the venue's own account says what it held at
 * any moment, and when it would have canceled.
 */
class GuardSimulationTest {
  private static final String ACCOUNT = "me";
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration TRADING = Duration.ofMinutes(5);
  private static final BigDecimal MOST_ORDER = new BigDecimal("1500");
  private static final BigDecimal MOST_EXPOSURE = new BigDecimal("4000");
  private static final Map<String, BigDecimal> PRICES =
      new TreeMap<>(Map.of("BTC-USDT", new BigDecimal(60_000), "ETH-USDT", new BigDecimal(3_000)));

  /** What happens to requests and streams; the host's clock is right, and tells when it is over. */
  private static final FaultKind[] FAULTS =
      EnumSet.range(FaultKind.REQUEST_LOST, FaultKind.FRAME_CUT).toArray(new FaultKind[0]);

  @Test
  void no_order_leaves_beyond_a_bound_after_a_halt_or_unguarded() {
    long from = Long.getLong("sim.from", 1);
    int seeds = Integer.getInteger("sim.seeds", 10);
    int orders = 0;
    int halts = 0;
    int silences = 0;
    for (long seed = from; seed < from + seeds; seed++) {
      Run run = new Run(seed);
      run.trade();
      run.end(seed % 2 == 0);
      orders += run.orders;
      halts += run.halts;
      silences += run.silences;
    }
    assertTrue(orders > 20 * seeds && halts > seeds, orders + " orders, " + halts + " halts");
    assertTrue(silences > 0 || seeds < 30, "the venue never canceled by itself");
  }

  /** One seed. */
  private static final class Run implements FaultyNetwork.Tap {
    private final long seed;
    private final SplittableRandom random;
    private final VirtualTime time = new VirtualTime();
    private final Exchange exchange =
        new Exchange(
            List.of(
                Market.of("BTC", "USDT", "0.01", "0.00001"),
                Market.of("ETH", "USDT", "0.01", "0.0001")));
    private final ToyProtocol venue =
        new ToyProtocol(exchange).addKey("key", "a secret of mine", ACCOUNT);
    private final FaultyNetwork network;
    private final Trader trader;
    private final VirtualHost host;
    private final SpotConnector toy;
    private List<Instrument> instruments = List.of();
    private boolean halted;
    private boolean closing;
    private int orders;
    private int halts;
    private int silences;
    private @Nullable String violation;

    Run(long seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      exchange.listen(new AtExchange());
      exchange.openAccount(ACCOUNT);
      for (String asset : List.of("USDT", "BTC", "ETH")) {
        exchange.deposit(ACCOUNT, asset, new BigDecimal(300_000), time.millis());
      }
      Crowd crowd = new Crowd(exchange, seed, 1_000);
      crowd.trade("BTC-USDT", "60000", "0.01").trade("ETH-USDT", "3000", "0.2");
      Timeline timeline = new Timeline(crowd, venue, time.millis());
      ProtocolNetwork wire =
          new ProtocolNetwork(time, venue, timeline, Duration.ofMillis(1 + random.nextInt(80)));
      network = new FaultyNetwork(time, wire, random.split(), new FaultCount(), this);
      trader = new Trader(random.split(), PRICES, order -> {});
      host = new VirtualHost(time, network, seed);
      Colibri colibri = Colibri.on(host, Settings.DEFAULT, v -> v);
      toy =
          colibri.open(
              SpotVenue.of(
                      ToySpot.WithDeadMansSwitch::new, Credentials.of("key", "a secret of mine"))
                  .cancelOnSilence(SILENCE));
      toy.guard(
          Guard.none()
              .maxOrderNotional(MOST_ORDER.toPlainString())
              .maxExposure(MOST_EXPOSURE.toPlainString()));
      toy.start();
      colibri.every(Duration.ofMillis(1_100), this::act);
    }

    private void act() {
      if (instruments.isEmpty()) {
        instruments = toy.instruments();
      } else if (!closing && toy.readiness().balances()) {
        trader.act(toy, instruments);
      }
    }

    private void require(boolean holds, String what) {
      if (!holds && violation == null) {
        violation = "seed " + seed + " at " + time.millis() + ": " + what;
      }
    }

    void trade() {
      long end = time.nanos() + TRADING.toNanos();
      while (time.nanos() < end) {
        time.advance(Duration.ofMillis(1 + random.nextInt(8_000)));
        switch (random.nextInt(12)) {
          case 0 -> {
            toy.halt();
            halted = true;
            halts++;
          }
          case 1, 2, 3, 4 -> {
            halted = false;
            toy.resume();
          }
          case 5 -> host.pause(Duration.ofMillis(random.nextInt(20_000)));
          default -> network.apply(FAULTS[random.nextInt(FAULTS.length)]);
        }
        silences += venue.cancelsAt(ACCOUNT) == Long.MAX_VALUE ? 1 : 0;
        assertEquals(null, violation);
      }
    }

    /** The process closes, or is gone: either way nothing of ours is left at the venue. */
    void end(boolean killed) {
      closing = true;
      network.heal();
      // What is still on its way arrives.
      time.advance(Duration.ofSeconds(90));
      halted = false;
      toy.resume();
      if (killed) {
        host.kill();
        time.advance(SILENCE.plus(ToyWorld.SECOND));
      } else {
        assertEquals(List.of(), toy.closeAsync().join());
        assertEquals(Long.MAX_VALUE, venue.cancelsAt(ACCOUNT), "seed " + seed + ": disarmed");
      }
      assertEquals(null, violation);
      assertEquals(List.of(), exchange.openOrders(ACCOUNT, null), "seed " + seed);
      exchange.verify();
    }

    @Override
    public void departs(HttpRequest request) {
      String path = request.uri().getPath();
      boolean order = path.equals("/order") || path.equals("/orders");
      if (order && (request.method().equals("POST") || request.method().equals("PUT"))) {
        orders++;
        require(!halted, "an order leaves after a halt: " + request);
        require(
            venue.cancelsAt(ACCOUNT) > time.millis() && venue.cancelsAt(ACCOUNT) < Long.MAX_VALUE,
            "an order leaves, and nobody would cancel it: " + request);
      }
    }

    @Override
    public void told(HttpRequest request, Delivery delivery) {}

    @Override
    public void departs(String path, String frame) {}

    /** What the venue holds, whenever something happened there. */
    private final class AtExchange implements ExchangeListener {
      @Override
      public void settled(long at) {
        Map<String, BigDecimal> exposure = new TreeMap<>();
        for (Order o : exchange.openOrders(ACCOUNT, null)) {
          BigDecimal whole = o.quantity().multiply(o.price());
          BigDecimal open = o.quantity().subtract(o.executed()).multiply(o.price());
          require(whole.compareTo(MOST_ORDER) <= 0, "too large an order rests: " + o);
          exposure.merge(o.market() + " " + o.side(), open, BigDecimal::add);
        }
        exposure.forEach(
            (side, sum) -> require(sum.compareTo(MOST_EXPOSURE) <= 0, side + " comes to " + sum));
      }
    }
  }
}
