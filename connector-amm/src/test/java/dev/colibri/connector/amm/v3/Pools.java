package dev.colibri.connector.amm.v3;

import java.math.BigInteger;
import java.util.SplittableRandom;

/** Pools of chance, and amounts that move them. */
final class Pools {
  private static final int[][] TIERS = {{100, 1}, {500, 10}, {2500, 50}, {3000, 60}, {10000, 200}};

  private Pools() {}

  /** A pool with positions about its price, some far, some ending at the price itself. */
  static Textbook.Pool pool(SplittableRandom random) {
    int[] tier = TIERS[random.nextInt(TIERS.length)];
    int spacing = tier[1];
    int tick = random.nextInt(-300_000, 300_001);
    BigInteger low = Textbook.sqrtRatio(tick);
    BigInteger width = Textbook.sqrtRatio(tick + 1).subtract(low);
    BigInteger price =
        random.nextInt(5) == 0
            ? low
            : low.add(width.multiply(BigInteger.valueOf(random.nextInt(1000))).shiftRight(10));
    Textbook.Pool pool =
        new Textbook.Pool(
            tier[0],
            spacing,
            random.nextBoolean() ? 0 : random.nextInt(4, 11),
            random.nextBoolean() ? 0 : random.nextInt(4, 11),
            tick,
            price);
    BigInteger unit = BigInteger.TWO.pow(random.nextInt(20, 80));
    int positions = random.nextInt(1, 9);
    for (int i = 0; i < positions; i++) {
      int middle = Math.floorDiv(tick, spacing) + random.nextInt(-20, 21);
      int lower = (middle - 1 - random.nextInt(1 << random.nextInt(1, 10))) * spacing;
      int upper = (middle + random.nextInt(1 << random.nextInt(1, 10))) * spacing;
      int end = 887272 / spacing * spacing;
      pool.provide(
          Math.max(-end, lower),
          Math.min(end, upper),
          unit.multiply(BigInteger.valueOf(random.nextInt(1, 1 << 20))));
    }
    return pool;
  }

  /** Up to what moves the price by many ticks, but often only by a few units. */
  static BigInteger amount(SplittableRandom random, Textbook.Pool pool, boolean token0) {
    BigInteger most = pool.gross.values().stream().reduce(BigInteger.ONE, BigInteger::max);
    BigInteger root = pool.price;
    BigInteger q96 = BigInteger.TWO.pow(96);
    // One per cent of the price, in the token at hand.
    BigInteger scale =
        (token0 ? most.multiply(q96).divide(root) : most.multiply(root).divide(q96))
            .divide(BigInteger.valueOf(200));
    BigInteger amount =
        switch (random.nextInt(6)) {
          case 0 -> BigInteger.valueOf(random.nextInt(1, 100));
          // All that there is; where ticks are dense, nobody waits for the textbook to find the
          // end.
          case 1 ->
              scale.multiply(BigInteger.valueOf(random.nextInt(1, pool.spacing == 1 ? 30 : 3000)));
          default -> scale.multiply(BigInteger.valueOf(random.nextInt(1, 1 << 20))).shiftRight(18);
        };
    return amount.add(BigInteger.ONE);
  }
}
