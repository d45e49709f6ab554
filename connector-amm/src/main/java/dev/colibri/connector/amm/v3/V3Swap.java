package dev.colibri.connector.amm.v3;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a swap does to a pool, reckoned step by step as the contract does.
 *
 * <p>A swap walks from price to price: to the next initialised tick, <em>or to the end of the
 * bitmap's word</em>, because the contract looks for the next tick in one word only, and every step
 * rounds on its own. Immutable, for any thread.
 */
public final class V3Swap {
  private static final BigInteger LOWEST = TickMath.MIN_SQRT_RATIO.add(BigInteger.ONE);
  private static final BigInteger HIGHEST = TickMath.MAX_SQRT_RATIO.subtract(BigInteger.ONE);
  static final int AMOUNT_BITS = 255;

  private final V3State before;
  private final boolean zeroForOne;
  private final boolean exactIn;
  private final BigInteger amount;
  private final @Nullable BigInteger limit;
  private final Walk walk;

  private V3Swap(
      V3State before,
      boolean zeroForOne,
      boolean exactIn,
      BigInteger amount,
      @Nullable BigInteger limit,
      Walk walk) {
    this.before = before;
    this.zeroForOne = zeroForOne;
    this.exactIn = exactIn;
    this.amount = amount;
    this.limit = limit;
    this.walk = walk;
  }

  static V3Swap of(
      V3State state,
      boolean zeroForOne,
      boolean exactIn,
      BigInteger amount,
      @Nullable BigInteger limit) {
    if (amount.signum() <= 0 || amount.bitLength() > AMOUNT_BITS) {
      throw new IllegalArgumentException("an amount is positive and has 255 bits: " + amount);
    }
    Walk walk = new Walk(state, zeroForOne, exactIn, amount, false);
    walk.run(checked(limit, state, zeroForOne));
    return new V3Swap(state, zeroForOne, exactIn, amount, limit, walk);
  }

  private static BigInteger checked(@Nullable BigInteger limit, V3State state, boolean zeroForOne) {
    if (limit == null) {
      return zeroForOne ? LOWEST : HIGHEST;
    }
    boolean lawful =
        zeroForOne
            ? limit.compareTo(state.sqrtPriceX96()) < 0 && limit.compareTo(LOWEST) >= 0
            : limit.compareTo(state.sqrtPriceX96()) > 0 && limit.compareTo(HIGHEST) <= 0;
    if (!lawful) {
      throw new IllegalArgumentException(
          "the limit " + limit + " is not on the way from " + state.sqrtPriceX96());
    }
    return limit;
  }

  /** The state that the swap was reckoned from. */
  public V3State before() {
    return before;
  }

  /** Whether token0 is paid and token1 got. */
  public boolean zeroForOne() {
    return zeroForOne;
  }

  /** Whether the amount asked for is what is paid, rather than what is got. */
  public boolean isExactIn() {
    return exactIn;
  }

  /** What is paid, with the fee, in raw units. */
  public BigInteger amountIn() {
    return walk.in;
  }

  /** What is got, in raw units. */
  public BigInteger amountOut() {
    return walk.out;
  }

  /** What of {@link #amountIn} is the pool's fee, the protocol's part included. */
  public BigInteger fee() {
    return walk.fee;
  }

  /** Whether the whole amount was swapped, rather than the part that the pool or limit allowed. */
  public boolean isWhole() {
    return walk.left.signum() == 0;
  }

  /** The square root of the price after the swap, with 96 bits behind the point. */
  public BigInteger sqrtPriceAfterX96() {
    return walk.price;
  }

  /** How many initialised ticks were crossed. */
  public int ticksCrossed() {
    return walk.crossed;
  }

  /** The pool after the swap, with the fees that its positions earned. */
  public V3State after() {
    Walk again = new Walk(before, zeroForOne, exactIn, amount, true);
    again.run(checked(limit, before, zeroForOne));
    return again.state();
  }

  @Override
  public String toString() {
    return amountIn() + (zeroForOne ? " token0 for " : " token1 for ") + amountOut();
  }

  /** What lies between two prices: what comes in, with the fee, and what goes out. */
  record Chunk(BigInteger in, BigInteger out) {}

  /**
   * What the pool gives, from price to price, until it ends or what is known of it does.
   *
   * @param ticks how far the prices are apart
   * @param most how many at the most
   */
  static List<Chunk> chunks(V3State state, boolean zeroForOne, int ticks, int most) {
    List<Chunk> chunks = new ArrayList<>();
    BigInteger all = BigInteger.ONE.shiftLeft(AMOUNT_BITS).subtract(BigInteger.ONE);
    Walk walk = new Walk(state, zeroForOne, true, all, false);
    BigInteger end = zeroForOne ? LOWEST : HIGHEST;
    int next = Math.floorDiv(state.tick(), ticks) * ticks + (zeroForOne ? 0 : ticks);
    BigInteger in = BigInteger.ZERO;
    BigInteger out = BigInteger.ZERO;
    try {
      while (chunks.size() < most && Math.abs(next) < TickMath.MAX_TICK) {
        BigInteger root = TickMath.sqrtRatio(next);
        walk.run(zeroForOne ? root.max(end) : root.min(end));
        // Less than a smallest part is added to what comes next.
        if (walk.out.compareTo(out) > 0) {
          chunks.add(new Chunk(walk.in.subtract(in), walk.out.subtract(out)));
          in = walk.in;
          out = walk.out;
        }
        next += zeroForOne ? -ticks : ticks;
        if (walk.liquidity.signum() == 0) {
          Integer tick = walk.nextTick();
          if (tick == null) {
            break;
          }
          next = zeroForOne ? Math.min(next, tick) : Math.max(next, tick);
        }
      }
    } catch (TicksNotLoaded e) {
      // What is known of the pool ends here, and so do the levels.
      return chunks;
    }
    return chunks;
  }

  /** A swap under way. Whoever only wants amounts does without growth and without the last tick. */
  private static final class Walk {
    private final V3State state;
    private final V3Ticks ticks;
    private final boolean down;
    private final boolean exactIn;
    private final boolean keeping;

    private BigInteger left;
    private BigInteger in = BigInteger.ZERO;
    private BigInteger out = BigInteger.ZERO;
    private BigInteger fee = BigInteger.ZERO;
    private BigInteger price;
    private BigInteger liquidity;
    private int tick;
    private int crossed;
    private BigInteger growth;
    private int position;
    private final List<V3Tick> flipped = new ArrayList<>();

    Walk(V3State state, boolean down, boolean exactIn, BigInteger amount, boolean keeping) {
      this.state = state;
      this.ticks = state.ticks();
      this.down = down;
      this.exactIn = exactIn;
      this.keeping = keeping;
      left = amount;
      price = state.sqrtPriceX96();
      liquidity = state.liquidity();
      tick = state.tick();
      // The next initialised tick on the way, whether or not in the same word.
      position = down ? ticks.floor(tick) : ticks.floor(tick) + 1;
      growth = down ? state.feeGrowthGlobal0X128() : state.feeGrowthGlobal1X128();
    }

    void run(BigInteger limit) {
      while (left.signum() > 0
          && (down ? price.compareTo(limit) > 0 : price.compareTo(limit) < 0)) {
        Integer tickAhead = nextTick();
        // Without liquidity nothing is rounded, and for amounts the words of the bitmap may be
        // skipped. The tick is another matter: at the end of a word a swap leaves it.
        boolean skips =
            !keeping && liquidity.signum() == 0 && (tickAhead != null || ticks.isKnown(down));
        int next =
            !skips ? ticks.endOfWord(tick, down) : down ? TickMath.MIN_TICK : TickMath.MAX_TICK;
        boolean initialised = tickAhead != null && (down ? tickAhead >= next : tickAhead <= next);
        if (initialised) {
          next = tickAhead;
        }
        BigInteger root = initialised ? ticks.root(position) : TickMath.sqrtRatio(next);
        BigInteger target = down ? root.max(limit) : root.min(limit);
        SwapMath.Step step =
            SwapMath.step(price, target, liquidity, left, down, exactIn, state.feePips());
        BigInteger paid = step.in().add(step.fee());
        in = in.add(paid);
        out = out.add(step.out());
        fee = fee.add(step.fee());
        left = left.subtract(exactIn ? paid : step.out());
        if (keeping && liquidity.signum() > 0) {
          BigInteger earned = state.protocolFee().less(step.fee(), down);
          growth = FullMath.wrap(growth.add(FullMath.mulDiv(earned, FullMath.Q128, liquidity)));
        }
        boolean moved = !step.sqrtPrice().equals(price);
        price = step.sqrtPrice();
        if (price.equals(root)) {
          if (initialised) {
            cross(ticks.at(position));
            position += down ? -1 : 1;
          }
          tick = down ? next - 1 : next;
        } else if (moved && keeping) {
          // A step that ends between ticks is the last one, so that nobody else asks for its tick.
          tick = TickMath.tick(price);
        }
      }
    }

    /** The next initialised tick on the way, or null if none is known. */
    @Nullable Integer nextTick() {
      return position >= 0 && position < ticks.count() ? ticks.at(position).index() : null;
    }

    private void cross(V3Tick t) {
      crossed++;
      liquidity = down ? liquidity.subtract(t.liquidityNet()) : liquidity.add(t.liquidityNet());
      if (liquidity.signum() < 0 || liquidity.bitLength() > 128) {
        throw new IllegalStateException(
            "liquidity " + liquidity + " at tick " + t.index() + ": the state was read in two");
      }
      if (keeping) {
        BigInteger growth0 = down ? growth : state.feeGrowthGlobal0X128();
        BigInteger growth1 = down ? state.feeGrowthGlobal1X128() : growth;
        flipped.add(
            new V3Tick(
                t.index(),
                t.liquidityGross(),
                t.liquidityNet(),
                FullMath.wrap(growth0.subtract(t.feeGrowthOutside0X128())),
                FullMath.wrap(growth1.subtract(t.feeGrowthOutside1X128()))));
      }
    }

    V3State state() {
      return new V3State(
          state.feePips(),
          state.protocolFee(),
          price,
          tick,
          liquidity,
          down ? growth : state.feeGrowthGlobal0X128(),
          down ? state.feeGrowthGlobal1X128() : growth,
          ticks.with(flipped));
    }
  }
}
