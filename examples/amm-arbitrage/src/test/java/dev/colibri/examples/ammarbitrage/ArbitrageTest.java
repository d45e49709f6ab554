package dev.colibri.examples.ammarbitrage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The strategy as it is, between a chain that does not exist and the embedded exchange. */
class ArbitrageTest {
  @Test
  void it_swaps_while_the_pool_is_dearer_and_then_rests() {
    try (World world = new World(new ToyPool("20400"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofMinutes(10));
      assertTrue(arbitrage.swaps() > 3, arbitrage::report);
      assertTrue(arbitrage.profit().signum() > 0, arbitrage::report);
      assertTrue(arbitrage.open().abs().compareTo(new BigDecimal("0.1")) < 0, arbitrage::report);
      // What the chain has less of, the exchange has more of.
      assertEquals(0, open(world).compareTo(arbitrage.open()), arbitrage::report);
      assertTrue(
          world.chain.quote().add(world.onExchange("USD")).compareTo(new BigDecimal("2000")) > 0);
    }
  }

  @Test
  void it_buys_on_the_chain_what_is_cheap_there() {
    try (World world = new World(new ToyPool("19600"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofMinutes(5));
      assertTrue(world.chain.base().compareTo(new BigDecimal("1000")) > 0, arbitrage::report);
      assertTrue(arbitrage.profit().signum() > 0, arbitrage::report);
    }
  }

  /** What is bought and not sold yet, or the reverse, by the word of chain and exchange. */
  private static BigDecimal open(World world) {
    return world.chain.base().add(world.onExchange("AAA")).subtract(new BigDecimal("2000"));
  }

  @Test
  void whatever_goes_wrong_what_a_swap_filled_is_made_good_once() {
    try (World world = new World(new ToyPool("22000"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      var random = new SplittableRandom(9);
      for (int i = 0; i < 3_000; i++) {
        switch (random.nextInt(40)) {
          case 0 -> world.protocol.faults().dropReply("POST /order");
          case 1 -> world.protocol.faults().dropRequest("POST /order");
          case 2, 3, 4 -> world.host.busy(Duration.ofMillis(random.nextInt(900)));
          default -> {}
        }
        world.time.advance(Duration.ofMillis(random.nextInt(400)));
        BigDecimal open = open(world);
        assertTrue(
            open.abs().compareTo(new BigDecimal("5.1")) <= 0,
            () -> "more than a slice: " + open + ", " + arbitrage.report());
      }
      world.time.advance(Duration.ofMinutes(3));
      assertTrue(arbitrage.swaps() > 10, arbitrage::report);
      assertEquals(0, open(world).compareTo(arbitrage.open()), arbitrage::report);
    }
  }

  @Test
  void it_leaves_alone_what_does_not_pay_for_fees_and_gas() {
    try (World world = new World(new ToyPool("20010"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofMinutes(2));
      assertEquals(0, arbitrage.swaps(), arbitrage::report);
    }
  }

  @Test
  void the_depth_of_both_is_drawn() {
    try (World world = new World(new ToyPool("20000"), "2")) {
      world.spot.books(world.listed).listen(book -> {});
      world.time.advance(Duration.ofSeconds(5));
      String drawn = Depth.draw(world.amm.book(world.pair, 200), world.spot.book(world.listed));
      assertEquals(9, drawn.lines().count(), drawn);
      assertTrue(drawn.contains("█"), drawn);
    }
  }
}
