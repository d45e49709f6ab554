package dev.colibri.connector.testkit.sim;

import static dev.colibri.connector.testkit.sim.ToyMarket.AAA;
import static dev.colibri.connector.testkit.sim.ToyMarket.AB;
import static dev.colibri.connector.testkit.sim.ToyMarket.BBB;
import static dev.colibri.connector.testkit.sim.ToyMarket.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Swaps by chance on bad days: nodes lose, lag, lie and forget, blocks are left for others, gas and
 * prices move, the process is killed. At the end every order tells what the chain shows.
 */
class AmmSimulationTest {
  private static final long FROM = Long.getLong("sim.from", 1);
  private static final int SEEDS = Integer.getInteger("amm.seeds", 12);

  @Test
  void ordersTellWhatTheChainShows() {
    int filled = 0;
    int other = 0;
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      Map<OrderStatus, Integer> ends = new World(seed).run();
      filled += ends.getOrDefault(OrderStatus.FILLED, 0);
      other += ends.values().stream().mapToInt(n -> n).sum();
    }
    assertTrue(filled >= SEEDS && other > filled, filled + " of " + other + " were filled");
  }

  private static final class World {
    private final long seed;
    private final SplittableRandom random;
    private final ToyMarket market;
    private final Map<String, Side> placed = new LinkedHashMap<>();

    World(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.market = new ToyMarket(seed).ready();
    }

    Map<OrderStatus, Integer> run() {
      for (int step = 0; step < 60; step++) {
        step();
        market.time.advance(Duration.ofMillis(random.nextInt(200, 6_000)));
        requireOneEnd();
      }
      heal();
      market.chain.baseFee(BigInteger.valueOf(100));
      market.until(
          () ->
              market.connector.isReady()
                  && market.connector.openOrders().isEmpty()
                  && market.connector.openTransactions().isEmpty());
      market.time.advance(Duration.ofSeconds(30));
      requireOneEnd();
      return compare();
    }

    private void heal() {
      market.network.losses(0);
      market.network.nodes().forEach(ToyChain.Node::heal);
      market.mining(true);
    }

    private void step() {
      ToyChain.Node node = market.network.nodes().get(random.nextInt(2));
      switch (random.nextInt(22)) {
        case 0 -> market.network.losses(random.nextInt(400));
        case 1 -> node.lag(random.nextInt(4));
        case 2 -> node.stick();
        case 3 -> {
          if (random.nextBoolean()) {
            node.hideReceipts();
          } else {
            node.hideLogs();
          }
        }
        case 4 -> node.forget();
        case 5, 6 -> heal();
        case 7 -> market.mining(random.nextBoolean());
        case 8 -> market.chain.baseFee(BigInteger.valueOf(random.nextInt(20, 400)));
        case 9 ->
            market.chain.reorganize(random.nextInt(1, 3), random.nextInt(2), market.time.millis());
        case 10 -> market.chain.give("aaa", AB.address(), units("40"));
        case 11 -> market.chain.give("bbb", AB.address(), units("70"));
        case 12 -> {
          requireOneEnd();
          market.restart();
        }
        case 13, 14 -> any().ifPresent(LiveOrder::cancel);
        case 15 ->
            any().flatMap(o -> market.connector.transaction(o.clientId())).ifPresent(t -> t.bump());
        default -> place();
      }
    }

    private Optional<LiveOrder> any() {
      List<LiveOrder> open = market.connector.openOrders();
      return open.isEmpty() ? Optional.empty() : Optional.of(open.get(random.nextInt(open.size())));
    }

    private void place() {
      Instrument pair = market.pair(AAA, BBB);
      Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
      BigDecimal size = BigDecimal.valueOf(random.nextInt(1, 800), 2);
      BigDecimal slippage = BigDecimal.valueOf(random.nextInt(0, 60), 3);
      try {
        LiveOrder order;
        if (random.nextBoolean()) {
          order =
              market.connector.execute(
                  market.connector.quote(side, pair, size),
                  slippage,
                  market.in(Duration.ofSeconds(random.nextInt(5, 90))));
        } else {
          BigDecimal price = market.connector.quote(side, pair, size).price();
          BigDecimal worse = price.multiply(side == Side.BUY ? slippage : slippage.negate());
          order =
              market.connector.place(
                  Order.of(pair, side)
                      .size(size)
                      .limit(price.add(worse).setScale(30, RoundingMode.HALF_EVEN))
                      .goodTill(market.in(Duration.ofSeconds(random.nextInt(5, 90)))));
        }
        placed.put(order.clientId(), side);
      } catch (Refused e) {
        // Then nothing is done, which the comparison shows.
        assertNotNull(e.rule());
      }
    }

    /** Nothing ends twice in one process, and nothing fills after its end. */
    private void requireOneEnd() {
      Set<String> ended = new LinkedHashSet<>();
      for (OrderEvent e : market.orders) {
        assertTrue(!ended.contains(e.state().clientId()), this + ": after its end " + e);
        if (e.isTerminal()) {
          ended.add(e.state().clientId());
        }
      }
    }

    /** What orders tell comes to what the wallet holds, and to what receipts show. */
    private Map<OrderStatus, Integer> compare() {
      Map<OrderStatus, Integer> ends = new LinkedHashMap<>();
      BigDecimal aaa = AAA.units(units("100"));
      BigDecimal bbb = BBB.units(units("100"));
      List<String> hashes = new ArrayList<>();
      for (Map.Entry<String, Side> p : placed.entrySet()) {
        Optional<LiveOrder> order = market.connector.order(p.getKey());
        if (order.isEmpty()) {
          continue; // Killed before it was kept: nothing was sent, as the sums show.
        }
        OrderState s = order.get().state();
        assertTrue(s.status().isTerminal(), this + ": " + s);
        ends.merge(s.status(), 1, Integer::sum);
        boolean sell = p.getValue() == Side.SELL;
        aaa = sell ? aaa.subtract(s.filled()) : aaa.add(s.filled());
        bbb = sell ? bbb.add(s.quoteFilled()) : bbb.subtract(s.quoteFilled());
        if (s.status() == OrderStatus.FILLED) {
          String mined = market.connector.transaction(p.getKey()).orElseThrow().state().mined();
          Receipt receipt = market.chain.receipt(String.valueOf(mined));
          assertTrue(receipt != null && receipt.succeeded(), this + ": " + s);
          hashes.add(mined);
        }
      }
      assertEquals(hashes.size(), new LinkedHashSet<>(hashes).size(), toString());
      assertEquals(0, aaa.compareTo(AAA.units(market.held(AAA))), this + " holds other aaa");
      assertEquals(0, bbb.compareTo(BBB.units(market.held(BBB))), this + " holds other bbb");
      return ends;
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }
}
