package dev.colibri.examples.benchmarks;

import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Swap;
import dev.colibri.connector.amm.v3.V3Tick;
import dev.colibri.connector.amm.v3.V3Ticks;
import java.math.BigInteger;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of a quote from a pool with concentrated liquidity that is held here, when the swap
 * crosses three ticks; {@link #plain} is the same by the textbook.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PoolQuotes {
  private static final int FEE = 3000;
  private static final int SPACING = 60;
  private static final int TICK = -200_311;
  private static final int POSITIONS = 20;
  private static final int CROSSED = 3;

  private final V3State pool = pool();
  private final NavigableMap<Integer, BigInteger> net = new TreeMap<>();
  private final BigInteger in;
  private final BigInteger out;
  private final BigInteger little;
  private final V3Swap swap;

  /** A pool of about 2,000 to 1, and amounts that cross so many ticks of it. */
  public PoolQuotes() {
    pool.ticks().list().forEach(t -> net.put(t.index(), t.liquidityNet()));
    BigInteger amount = BigInteger.TEN.pow(15);
    while (pool.exactIn(true, amount).ticksCrossed() < CROSSED) {
      amount = amount.multiply(BigInteger.valueOf(11)).divide(BigInteger.TEN);
    }
    in = amount;
    swap = pool.exactIn(true, in);
    out = swap.amountOut();
    little = amount.shiftRight(7);
    if (!plain().equals(out)) {
      throw new IllegalStateException("the textbook says " + plain() + ", and not " + out);
    }
  }

  private static V3State pool() {
    V3State state =
        V3State.of(
            FEE,
            TickMath.sqrtRatio(TICK).add(BigInteger.valueOf(12_345_678)),
            TICK,
            BigInteger.ZERO,
            V3Ticks.all(SPACING, List.of()));
    int middle = Math.floorDiv(TICK, SPACING);
    for (int i = 1; i <= POSITIONS; i++) {
      BigInteger liquidity = new BigInteger("3141592653589793238").multiply(BigInteger.valueOf(i));
      state = state.provide((middle - 1 - i) * SPACING, (middle + i) * SPACING, liquidity);
    }
    return state;
  }

  /** Exact in, across three ticks. */
  @Benchmark
  public BigInteger in() {
    return pool.exactIn(true, in).amountOut();
  }

  /** Exact out, across three ticks. */
  @Benchmark
  public BigInteger out() {
    return pool.exactOut(true, out).amountIn();
  }

  /** Exact in, across none. */
  @Benchmark
  public BigInteger little() {
    return pool.exactIn(true, little).amountOut();
  }

  /** The pool after a swap across three ticks, with fees and the tick. */
  @Benchmark
  public V3State after() {
    return swap.after();
  }

  /** Exact in, across three ticks, of a state that was just read. */
  @Benchmark
  public BigInteger fresh() {
    List<V3Tick> ticks = pool.ticks().list();
    V3State state =
        V3State.of(FEE, pool.sqrtPriceX96(), TICK, pool.liquidity(), V3Ticks.all(SPACING, ticks));
    return state.exactIn(true, in).amountOut();
  }

  /** Exact in, across three ticks, by the textbook. */
  @Benchmark
  public BigInteger plain() {
    return PlainSwap.sell(pool.sqrtPriceX96(), TICK, pool.liquidity(), FEE, SPACING, net, in);
  }
}
