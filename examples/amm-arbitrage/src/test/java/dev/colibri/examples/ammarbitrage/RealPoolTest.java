package dev.colibri.examples.ammarbitrage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.anvil.MarketMaker;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The strategy as it is, between pools of real contracts and the embedded exchange. */
@Timeout(300)
class RealPoolTest {
  private static final BigDecimal BOTH = new BigDecimal("2000");

  @ParameterizedTest
  @EnumSource(MarketMaker.class)
  void it_swaps_while_the_pool_is_dearer_and_then_rests(MarketMaker maker) {
    try (World world = new World(new RealPool(maker, "20400"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofMinutes(10));
      assertTrue(arbitrage.swaps() > 3, arbitrage::report);
      assertTrue(arbitrage.profit().signum() > 0, arbitrage::report);
      assertTrue(arbitrage.open().abs().compareTo(new BigDecimal("0.1")) < 0, arbitrage::report);
      // What the chain has less of, the exchange has more of.
      BigDecimal base = world.chain.base().add(world.onExchange("AAA"));
      assertEquals(0, base.subtract(BOTH).compareTo(arbitrage.open()), arbitrage::report);
      BigDecimal quote = world.chain.quote().add(world.onExchange("USD"));
      assertTrue(quote.compareTo(BOTH) > 0, arbitrage::report);
    }
  }

  @Test
  void it_buys_on_the_chain_what_is_cheap_there() {
    try (World world = new World(new RealPool(MarketMaker.UNISWAP_V3, "19600"), "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofMinutes(5));
      assertTrue(world.chain.base().compareTo(new BigDecimal("1000")) > 0, arbitrage::report);
      assertTrue(arbitrage.profit().signum() > 0, arbitrage::report);
    }
  }

  @Test
  void the_depth_of_both_is_drawn() {
    try (World world = new World(new RealPool(MarketMaker.UNISWAP_V3, "20000"), "2")) {
      world.spot.books(world.listed).listen(book -> {});
      world.time.advance(Duration.ofSeconds(5));
      String drawn = Depth.draw(world.amm.book(world.pair, 200), world.spot.book(world.listed));
      assertEquals(9, drawn.lines().count(), drawn);
      assertTrue(drawn.contains("█"), drawn);
    }
  }
}
