package dev.colibri.examples.ammarbitrage;

import java.math.BigDecimal;
import java.time.Duration;

/** Runs the arbitrage for some minutes of virtual time and prints what came of it. */
public final class Main {
  private static final int MINUTES = 10;

  private Main() {}

  /** Ends with 0 when it swapped, earned, and left nothing open; with 1 otherwise. */
  public static void main(String[] args) {
    System.exit(run(new ToyPool("20200")) ? 0 : 1);
  }

  /**
   * Whether it swapped, earned, and left nothing open.
   *
   * @param chain with a pool in which a unit is worth a little more than 2
   */
  static boolean run(PoolChain chain) {
    try (World world = new World(chain, "2");
        Arbitrage arbitrage = world.arbitrage("5")) {
      world.time.advance(Duration.ofSeconds(1));
      System.out.println(
          Depth.draw(world.amm.book(world.pair, 200), world.spot.book(world.listed)));
      for (int i = 0; i < MINUTES; i++) {
        world.time.advance(Duration.ofMinutes(1));
        System.out.println(arbitrage.report());
      }
      boolean fine =
          arbitrage.swaps() > 0
              && arbitrage.profit().signum() > 0
              && arbitrage.open().abs().compareTo(new BigDecimal("0.1")) < 0;
      System.out.println("amm-arbitrage: " + (fine ? "OK " : "FAILED ") + arbitrage.report());
      return fine;
    }
  }
}
