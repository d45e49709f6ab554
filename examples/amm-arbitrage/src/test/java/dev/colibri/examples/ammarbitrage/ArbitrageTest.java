package dev.colibri.examples.ammarbitrage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
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
      assertEquals(
          0,
          world
              .chain
              .base()
              .add(world.onExchange("AAA"))
              .subtract(new BigDecimal("2000"))
              .compareTo(arbitrage.open()),
          arbitrage::report);
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
