package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Ledger;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A process that trades on a bad day is killed, again and again, anywhere: between any two steps of
 * its world, right before something is kept, and right after. The exchange's own ledger is the
 * judge of what the next process makes of the journal.
 */
class CrashTest {
  private static final int POINTS = Integer.getInteger("crash.points", 300);
  private static final int FROM = Integer.getInteger("crash.from", 1);
  private static final int LIVES = 25;
  private static final String US = "us";
  private static final List<String> MARKETS = List.of("BTC-USDT", "ETH-USDT");

  @Test
  void wherever_a_process_is_killed_the_next_one_finds_every_order_and_doubles_none() {
    int points = 0;
    int orders = 0;
    long slowest = 0;
    Map<String, Integer> kinds = new TreeMap<>();
    for (long seed = FROM; points < POINTS; seed++) {
      World world = new World(seed);
      for (int life = 0; life < LIVES && points < POINTS; life++, points++) {
        world.live();
      }
      world.lastLife();
      orders += world.placed.size();
      slowest = Math.max(slowest, world.slowestStart);
      world.kinds.forEach((kind, n) -> kinds.merge(kind, n, Integer::sum));
    }
    assertTrue(slowest <= Duration.ofSeconds(5).toNanos(), "ready after " + slowest + " ns");
    System.out.printf(
        "crash: points=%d %s orders=%d orphaned=0 doubled=0 ready_within=%d ms%n",
        points, kinds, orders, slowest / 1_000_000);
  }

  /** An exchange that goes on while processes come and go. */
  private static final class World {
    private final long seed;
    private final SplittableRandom random;
    private final VirtualTime time = new VirtualTime();
    private final Exchange exchange =
        new Exchange(
            List.of(
                Market.of("BTC", "USDT", "0.1", "0.001"),
                Market.of("ETH", "USDT", "0.1", "0.001")));
    private final ToyProtocol protocol = new ToyProtocol(exchange).addKey("key", "a secret", US);
    private final Crowd crowd;
    private final ProtocolNetwork wire;
    private final AlteredNetwork network;
    private final MemoryJournal journal = new MemoryJournal();

    /** By client id, how often an order was sent, over all lives. */
    final Map<String, Integer> placed = new TreeMap<>();

    final Map<String, Integer> kinds = new TreeMap<>();

    /** Trades that any process told. */
    private final TreeSet<String> told = new TreeSet<>();

    long slowestStart;
    private int life;
    private boolean dead;

    private boolean full;

    /** Whether the disk was full in this life. */
    private boolean unkept;

    private final List<String> violations = new ArrayList<>();

    private VirtualHost host;
    private Colibri colibri;
    private SpotConnector toy;

    /** By client id, what the present process told. */
    private final Map<String, List<OrderEvent.Kind>> events = new TreeMap<>();

    World(long seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      crowd = new Crowd(exchange, seed);
      wire =
          new ProtocolNetwork(
              time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
      network = new AlteredNetwork(new Counting(wire, placed));
      exchange.openAccount(US);
      for (String asset : List.of("BTC", "ETH", "USDT")) {
        exchange.deposit(US, asset, new BigDecimal(100_000), time.millis());
      }
      wire.atExchange(() -> MARKETS.forEach(m -> crowd.trade(m, "100", "0.05")));
    }

    /** A process from its start to its sudden end. */
    void live() {
      CompletableFuture<SpotConnector> ready = start();
      if (random.nextInt(4) == 0) {
        // Killed before it has found everything out.
        die();
        return;
      }
      heal(ready);
      trade();
      die();
    }

    void lastLife() {
      heal(start());
      colibri.close();
      for (String market : MARKETS) {
        assertEquals(List.of(), exchange.openOrders(US, market), where());
      }
      journal.entries("toy-spot/live/").forEach(this::assertEnded);
      assertEquals(List.of(), violations);
      assertTrue(placed.values().stream().allMatch(n -> n == 1), where() + placed);
      exchange.verify();
    }

    private void assertEnded(String key, String entry) {
      assertTrue(!key.startsWith("order/") || entry.contains("\"end\""), where() + entry);
    }

    private String where() {
      return "seed " + seed + ", life " + life + ": ";
    }

    private CompletableFuture<SpotConnector> start() {
      life++;
      dead = false;
      events.clear();
      host = new VirtualHost(time, network, seed * 1_000 + life);
      // Whoever starts it anew may have set its clock.
      host.jump(Duration.ofSeconds(random.nextInt(1_200)));
      colibri = Colibri.on(host, Settings.DEFAULT, venue -> venue).journal(journal);
      toy = colibri.open(SpotVenue.of(ToySpot.Amending::new, Credentials.of("key", "a secret")));
      toy.orders().listen(this::heard);
      return toy.start();
    }

    /** What a listener throws is only logged. */
    private void check(boolean holds, String what) {
      if (!holds) {
        violations.add(what);
      }
    }

    private void heard(OrderEvent e) {
      String id = e.state().clientId();
      List<OrderEvent.Kind> before = events.computeIfAbsent(id, i -> new ArrayList<>());
      String what = where() + e + " after " + before;
      check(e.kind() != OrderEvent.Kind.RECOVERED || before.isEmpty(), what);
      boolean over = before.stream().anyMatch(k -> new OrderEvent(k, e.state(), null).isTerminal());
      check(!over || !e.isTerminal() && e.kind() != OrderEvent.Kind.FILL, what);
      before.add(e.kind());
      Fill fill = e.fill();
      if (fill != null
          && (e.kind() == OrderEvent.Kind.FILL || e.kind() == OrderEvent.Kind.LATE_FILL)) {
        check(told.add(fill.instrument() + " " + fill.tradeId() + " " + fill.side()), what);
      }
    }

    /** Without faults, everything is known within a minute. */
    private void heal(CompletableFuture<SpotConnector> ready) {
      calm();
      long begin = time.nanos();
      time.advanceUntil(ready::isDone, Duration.ofMinutes(1));
      assertTrue(ready.isDone() && toy.isReady(), where() + toy.readiness());
      slowestStart = Math.max(slowestStart, time.nanos() - begin);
      String problem = problem();
      for (int i = 0; i < 120 && problem != null; i++) {
        time.advance(Duration.ofMillis(500));
        problem = problem();
      }
      assertNull(problem, () -> where() + problem());
    }

    /** How what the process knows differs from the truth; null when it does not. */
    private @Nullable String problem() {
      for (String market : MARKETS) {
        for (dev.colibri.connector.testkit.exchange.Order o : exchange.orders(US, market)) {
          Optional<LiveOrder> known = toy.order(o.clientId());
          if (known.isEmpty()) {
            return "orphaned: " + o;
          }
          OrderState s = known.get().state();
          if (s.status().isLive() != o.status().isOpen()
              || s.status() == OrderStatus.UNKNOWN
              || s.filled().compareTo(o.executed()) != 0
              || s.quoteFilled().compareTo(o.quoteExecuted()) != 0) {
            return s + " is " + o;
          }
          if (o.status().isOpen()
              && (s.order().price().compareTo(o.price()) != 0
                  || s.order().size().compareTo(o.quantity()) != 0)) {
            return "price or size of " + s + " is that of " + o;
          }
        }
      }
      for (LiveOrder live : toy.openOrders()) {
        if (exchange.order(US, live.order().instrument().symbol(), live.clientId()).isEmpty()) {
          return "the exchange does not know " + live;
        }
      }
      Map<String, Balance> balances = toy.balances();
      for (Map.Entry<String, Ledger.Balance> b : exchange.ledger().balances(US).entrySet()) {
        BigDecimal total = b.getValue().free().add(b.getValue().locked());
        Balance here = balances.get(b.getKey());
        if (here == null || here.total().compareTo(total) != 0) {
          return b + " is known as " + here;
        }
      }
      return null;
    }

    private void calm() {
      network.framesAsTheyAre("/account");
      makeRoom();
      protocol.faults().hideOrdersFor(0);
      for (String target : List.of("POST /order", "POST /orders", "DELETE /order", "PUT /order")) {
        while (protocol.faults().take(target) != null) {
          // What was to go wrong does not.
        }
      }
    }

    /** Trades, and lets things go wrong. */
    private void trade() {
      protocol.faults().hideOrdersFor(random.nextInt(2) * 500L);
      SplittableRandom loss = random.split();
      network.frames("/account", frame -> loss.nextInt(10) == 0 ? null : frame);
      colibri.every(Duration.ofMillis(40), this::act);
    }

    private void act() {
      Instrument instrument = toy.instrument(MARKETS.get(random.nextInt(2)));
      List<LiveOrder> open = toy.openOrders();
      LiveOrder some = open.isEmpty() ? null : open.get(random.nextInt(open.size()));
      int dice = random.nextInt(100);
      try {
        if (dice < 40 && open.size() < 30) {
          toy.place(order(instrument));
        } else if (dice < 50 && open.size() < 30) {
          toy.placeAll(List.of(order(instrument), order(instrument), order(instrument)));
        } else if (dice < 65 && some != null) {
          some.cancel();
        } else if (dice < 67) {
          toy.cancelAll(instrument);
        } else if (dice < 77 && some != null && some.order().price() != null) {
          BigDecimal move = BigDecimal.valueOf(random.nextInt(-5, 6), 1);
          BigDecimal size = BigDecimal.valueOf(random.nextInt(1, 100), 3);
          some.amend(some.order().limit(some.order().price().add(move)).size(size));
        } else if (dice < 82 && some != null) {
          some.replace(order(instrument));
        } else if (dice < 90) {
          harm();
        }
      } catch (Refused | IllegalArgumentException e) {
        // As a strategy does that tries things.
      }
    }

    private Order order(Instrument instrument) {
      Order order = random.nextBoolean() ? Order.buy(instrument) : Order.sell(instrument);
      int dice = random.nextInt(10);
      if (dice == 0 && order.side() == dev.colibri.connector.model.Side.BUY) {
        return order.market().quoteAmount(BigDecimal.valueOf(random.nextInt(5, 20)));
      }
      if (dice == 1) {
        return order.market().size(BigDecimal.valueOf(random.nextInt(1, 100), 3));
      }
      BigDecimal price = BigDecimal.valueOf(random.nextInt(985, 1016), 1);
      Order limit = order.limit(price).size(BigDecimal.valueOf(random.nextInt(1, 200), 3));
      return dice == 2
          ? limit.ioc()
          : dice == 3 ? limit.fok() : dice < 6 ? limit.postOnly() : limit;
    }

    private void harm() {
      String target =
          List.of("POST /order", "POST /orders", "DELETE /order", "PUT /order")
              .get(random.nextInt(4));
      Faults faults = protocol.faults();
      switch (random.nextInt(6)) {
        case 0 -> faults.dropReply(target);
        case 1 -> faults.dropRequest(target);
        case 2 -> faults.add(new Faults.Fault(target, Faults.Kind.FAIL_AFTER, 502, "<html>"));
        case 3 -> faults.add(new Faults.Fault(target, Faults.Kind.FAIL_BEFORE, 503, "busy"));
        case 4 -> {
          unkept = true;
          full = true;
          journal.room(0);
          time.after(Duration.ofMillis(random.nextInt(500)), this::makeRoom);
        }
        default -> time.after(Duration.ZERO, () -> wire.cut(1006));
      }
    }

    private void makeRoom() {
      full = false;
      journal.room(Long.MAX_VALUE);
    }

    private void die() {
      int kind = random.nextInt(3);
      if (kind == 0) {
        count("at a step");
        int steps = random.nextInt(random.nextBoolean() ? 400 : 8_000);
        for (int i = 0; i < steps; i++) {
          time.step();
        }
        kill();
      } else {
        count(kind == 1 ? "before a batch" : "after a batch");
        journal.at(journal.size() + random.nextInt(60), kind == 2, this::kill);
        time.advanceUntil(() -> dead, Duration.ofMinutes(1));
        if (!dead) {
          kill();
        }
      }
    }

    private void count(String kind) {
      kinds.merge(kind, 1, Integer::sum);
    }

    private void kill() {
      dead = true;
      assertEquals(List.of(), violations);
      if (unkept) {
        // What was told while the disk was full, the next process does not know and tells again.
        told.clear();
        unkept = full;
      }
      journal.at(-1, false, () -> {});
      host.kill();
      journal.kill();
    }
  }

  /** Counts what is sent to be placed. */
  private record Counting(Network network, Map<String, Integer> placed) implements Network {
    private static final Pattern CLIENT = Pattern.compile("client(?:=|%3D)(\\w+)");

    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      if (request.method().equals("POST") && request.uri().getPath().startsWith("/order")) {
        byte[] body = request.body();
        String text =
            request.uri().getRawQuery()
                + (body == null ? "" : new String(body, StandardCharsets.UTF_8));
        Matcher m = CLIENT.matcher(text);
        while (m.find()) {
          placed.merge(m.group(1), 1, Integer::sum);
        }
      }
      network.http(request, answer);
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      return network.connect(uri, new LinkedHashMap<>(headers), channel);
    }
  }
}
