package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.anvil.Contracts.Chain;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v2.V2State;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Swap;
import dev.colibri.connector.text.Digest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pools at random prices with positions at random places, on which something happens now and then.
 * Whatever it does to a pool is also reckoned, and must be what the chain then has.
 */
final class RandomPools {
  private static final V2Fees UNISWAP = new V2Fees(997, 1000, 1, 6);
  private static final V2Fees PANCAKE = new V2Fees(9975, 10_000, 8, 25);
  private static final List<Contracts> TOKENS =
      List.of(Contracts.ALPHA, Contracts.BETA, Contracts.GAMMA);
  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);
  private static final int MOST_POSITIONS = 16;

  /** A pool with concentrated liquidity, and where it was when it was last read. */
  static final class V3Pool {
    final boolean isPancake;
    final String address;
    final String token0;
    final String token1;
    final int fee;
    V3State state;
    private final List<Position> positions = new ArrayList<>();

    private V3Pool(boolean isPancake, String address, String token0, String token1, int fee) {
      this.isPancake = isPancake;
      this.address = address;
      this.token0 = token0;
      this.token1 = token1;
      this.fee = fee;
    }

    @Override
    public String toString() {
      return (isPancake ? "pancake " : "uniswap ") + fee + " at " + state;
    }
  }

  /** What is known as a number on one of them, and by its range on the other. */
  private record Position(BigInteger id, int lower, int upper) {}

  /** A pool with a constant product. */
  static final class V2Pool {
    final boolean isPancake;
    final String address;
    final String token0;
    final String token1;
    V2State state;

    private V2Pool(boolean isPancake, String address, String token0, String token1) {
      this.isPancake = isPancake;
      this.address = address;
      this.token0 = token0;
      this.token1 = token1;
    }
  }

  final List<V3Pool> v3 = new ArrayList<>();
  final List<V2Pool> v2 = new ArrayList<>();

  /** The block that the states are of. */
  long block;

  private final Chain chain;
  private final Anvil anvil;
  private final PoolReader reader;
  private final SplittableRandom random;

  RandomPools(Chain chain, SplittableRandom random) {
    this.chain = chain;
    this.anvil = chain.anvil;
    this.reader = new PoolReader(chain);
    this.random = random;
    List<Contracts> spenders =
        List.of(
            Contracts.V2_ROUTER,
            Contracts.PANCAKE_V2_ROUTER,
            Contracts.V3_POSITIONS,
            Contracts.V3_SWAP_ROUTER,
            Contracts.PANCAKE_V3_ROUTER);
    for (Contracts token : TOKENS) {
      for (Contracts spender : spenders) {
        String approve = "approve(address,uint256)";
        anvil.send(chain.at(token), approve, chain.at(spender), Contracts.MAX);
      }
    }
    for (int fee : new int[] {100, 500, 3000, 10_000}) {
      addV3(false, fee);
    }
    for (int fee : new int[] {100, 500, 2500, 10_000}) {
      addV3(true, fee);
    }
    for (int i = 0; i < TOKENS.size(); i++) {
      for (boolean isPancake : new boolean[] {false, true}) {
        addV2(isPancake, i);
      }
    }
    read();
  }

  /** Reads all states at one block. */
  private void read() {
    block = chain.rpc.block();
    for (V3Pool pool : v3) {
      pool.state = reader.v3(pool.address, pool.isPancake, block);
    }
    for (V2Pool pool : v2) {
      pool.state = reader.v2(pool.address, pool.isPancake ? PANCAKE : UNISWAP, block);
    }
  }

  /** Something happens to every pool. */
  void change() {
    for (V3Pool pool : v3) {
      switch (random.nextInt(5)) {
        case 0 -> addPosition(pool);
        case 1 -> removeSome(pool);
        case 2 -> swap(pool, boundary(pool));
        default -> swap(pool, null);
      }
    }
    for (V2Pool pool : v2) {
      swap(pool);
    }
    read();
  }

  // ---- making pools

  /** The two tokens that are not the n-th, the smaller address first. */
  private List<String> pair(int n) {
    List<String> pair = new ArrayList<>();
    TOKENS.forEach(t -> pair.add(chain.at(t)));
    pair.remove(n);
    pair.sort(String::compareTo);
    return pair;
  }

  private void addV3(boolean isPancake, int fee) {
    List<String> pair = pair(random.nextInt(TOKENS.size()));
    String factory = chain.at(isPancake ? Contracts.PANCAKE_V3_FACTORY : Contracts.V3_FACTORY);
    anvil.send(factory, "createPool(address,address,uint24)", pair.get(0), pair.get(1), fee);
    String address =
        chain.rpc.address(
            factory, "getPool(address,address,uint24)", pair.get(0), pair.get(1), fee);
    // Mostly where pools of the world are, now and then where hardly any is.
    int reach = random.nextInt(8) == 0 ? 700_000 : 120_000;
    BigInteger low = TickMath.sqrtRatio(random.nextInt(-reach, reach));
    // Not just at a tick.
    BigInteger price = low.add(low.multiply(big(10)).shiftRight(10 + 15));
    anvil.send(address, "initialize(uint160)", price);
    if (random.nextBoolean()) {
      // The protocol's part: fees of positions are less, swaps cost what they cost.
      if (isPancake) {
        String set = "setFeeProtocol(address,uint32,uint32)";
        anvil.send(factory, set, address, random.nextInt(1000, 4000), 0);
      } else {
        anvil.send(address, "setFeeProtocol(uint8,uint8)", random.nextInt(4, 11), 0);
      }
    }
    V3Pool pool = new V3Pool(isPancake, address, pair.get(0), pair.get(1), fee);
    v3.add(pool);
    int positions = random.nextInt(2, MOST_POSITIONS);
    for (int i = 0; i < positions; i++) {
      addPosition(pool);
    }
  }

  private void addV2(boolean isPancake, int n) {
    List<String> pair = pair(n);
    String router = chain.at(isPancake ? Contracts.PANCAKE_V2_ROUTER : Contracts.V2_ROUTER);
    anvil.send(
        router,
        "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
        pair.get(0),
        pair.get(1),
        big(random.nextInt(14, 100)).add(BigInteger.valueOf(10_000)),
        big(random.nextInt(14, 100)).add(BigInteger.valueOf(10_000)),
        0,
        0,
        anvil.rich,
        FAR);
    String factory = chain.at(isPancake ? Contracts.PANCAKE_V2_FACTORY : Contracts.V2_FACTORY);
    String address =
        chain.rpc.address(factory, "getPair(address,address)", pair.get(0), pair.get(1));
    v2.add(new V2Pool(isPancake, address, pair.get(0), pair.get(1)));
  }

  /** A whole number of up to so many bits. */
  BigInteger big(int bits) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < bits; i += 32) {
      number = number.shiftLeft(32).or(BigInteger.valueOf(random.nextLong() & 0xffffffffL));
    }
    return number.shiftRight((32 - bits % 32) % 32);
  }

  // ---- what happens to them

  private void addPosition(V3Pool pool) {
    Abi.Values slot = chain.rpc.view(pool.address, "slot0()", "(uint160,int24)");
    int spacing = chain.rpc.view(pool.address, "tickSpacing()", "(int24)").small(0);
    int most = TickMath.MAX_TICK / spacing;
    int here = Math.floorDiv(slot.small(1), spacing);
    int lower;
    int upper;
    if (random.nextInt(6) == 0) {
      lower = -most;
      upper = most;
    } else {
      // Of any width from one tick on, about here or beside.
      int width = 1 + random.nextInt(1 << random.nextInt(1, 11));
      int middle = here + random.nextInt(-2 * width, 2 * width + 1);
      lower = Math.max(-most, Math.min(most - 1, middle - width));
      upper = Math.max(lower + 1, Math.min(most, middle + width));
    }
    BigInteger amount0 = big(random.nextInt(20, 96));
    BigInteger amount1 = big(random.nextInt(20, 96));
    int from = lower * spacing;
    int to = upper * spacing;
    if (pool.isPancake) {
      byte[] mint =
          Abi.call(
              "mint((address,address,uint24,address,int24,int24,uint256,uint256,uint256,uint256))",
              List.of(
                  pool.token0,
                  pool.token1,
                  pool.fee,
                  anvil.rich,
                  from,
                  to,
                  amount0,
                  amount1,
                  0,
                  0));
      if (isDone(Contracts.PANCAKE_V3_ROUTER, mint)) {
        pool.positions.add(new Position(BigInteger.ZERO, from, to));
      }
    } else {
      byte[] mint =
          Abi.call(
              "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
              List.of(
                  pool.token0,
                  pool.token1,
                  pool.fee,
                  from,
                  to,
                  amount0,
                  amount1,
                  0,
                  0,
                  anvil.rich,
                  FAR));
      if (isDone(Contracts.V3_POSITIONS, mint)) {
        String positions = chain.at(Contracts.V3_POSITIONS);
        BigInteger count = chain.rpc.uint(positions, "balanceOf(address)", anvil.rich);
        String at = "tokenOfOwnerByIndex(address,uint256)";
        BigInteger last = count.subtract(BigInteger.ONE);
        BigInteger id = chain.rpc.uint(positions, at, anvil.rich, last);
        pool.positions.add(new Position(id, from, to));
      }
    }
  }

  /** Not where amounts are no liquidity, or more than a tick may hold. */
  private boolean isDone(Contracts to, byte[] data) {
    return anvil
        .sendAnyway(anvil.rich, chain.at(to), BigInteger.ZERO, data)
        .text("status")
        .equals("0x1");
  }

  private void removeSome(V3Pool pool) {
    if (pool.positions.isEmpty()) {
      return;
    }
    Position position = pool.positions.get(random.nextInt(pool.positions.size()));
    BigInteger liquidity = liquidity(pool, position);
    // Now and then all of it, so that its ticks are cleared.
    BigInteger part =
        random.nextInt(3) == 0 ? liquidity : liquidity.multiply(big(16)).shiftRight(16);
    if (part.signum() == 0) {
      return;
    }
    if (pool.isPancake) {
      String burn = "burn(int24,int24,uint128)";
      anvil.send(pool.address, burn, position.lower, position.upper, part);
    } else {
      anvil.send(
          chain.at(Contracts.V3_POSITIONS),
          "decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))",
          List.of(position.id, part, 0, 0, FAR));
    }
  }

  private BigInteger liquidity(V3Pool pool, Position position) {
    if (!pool.isPancake) {
      return chain
          .rpc
          .view(
              chain.at(Contracts.V3_POSITIONS),
              "positions(uint256)",
              "(uint96,address,address,address,uint24,int24,int24,uint128)",
              position.id)
          .number(7);
    }
    byte[] owner = Abi.encode("(address)", anvil.rich);
    byte[] key =
        Digest.keccak256(
            Abi.concat(
                Arrays.copyOfRange(owner, 12, 32), packed(position.lower), packed(position.upper)));
    return chain.rpc.view(pool.address, "positions(bytes32)", "(uint128)", key).number(0);
  }

  private static byte[] packed(int tick) {
    return new byte[] {(byte) (tick >> 16), (byte) (tick >> 8), (byte) tick};
  }

  /** The price at a tick where liquidity changes, or a word ends; null where there is none. */
  private BigInteger boundary(V3Pool pool) {
    var ticks = pool.state.ticks().list();
    if (ticks.isEmpty()) {
      return null;
    }
    int spacing = pool.state.ticks().tickSpacing();
    int tick =
        random.nextBoolean()
            ? ticks.get(random.nextInt(ticks.size())).index()
            : ((pool.state.tick() / spacing >> 8) + random.nextInt(2)) * 256 * spacing;
    // No contract takes the very ends for a limit.
    int most = TickMath.MAX_TICK - 1;
    return TickMath.sqrtRatio(Math.max(-most, Math.min(most, tick)));
  }

  /**
   * Swaps, and compares.
   *
   * @param limit a price to stop at; null for none
   */
  private void swap(V3Pool pool, BigInteger limit) {
    int side = limit == null ? 0 : limit.compareTo(pool.state.sqrtPriceX96());
    boolean down = side == 0 ? random.nextBoolean() : side < 0;
    BigInteger stop = side == 0 ? null : limit;
    // Mostly not all that there is: an empty pool has little to ask.
    BigInteger amount =
        stop == null ? amount(pool, down, true).shiftRight(random.nextInt(8)) : big(110);
    V3Swap reckoned = pool.state.exactIn(down, amount.max(BigInteger.ONE), stop);
    if (reckoned.amountIn().signum() == 0) {
      return;
    }
    Contracts router = pool.isPancake ? Contracts.PANCAKE_V3_ROUTER : Contracts.V3_SWAP_ROUTER;
    anvil.send(
        chain.at(router),
        "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))",
        List.of(
            down ? pool.token0 : pool.token1,
            down ? pool.token1 : pool.token0,
            pool.fee,
            anvil.rich,
            FAR,
            amount.max(BigInteger.ONE),
            0,
            stop == null ? BigInteger.ZERO : stop));
    V3State after = reader.v3(pool.address, pool.isPancake, chain.rpc.block());
    V3State expected = reckoned.after();
    if (!text(after).equals(text(expected))) {
      throw new AssertionError(
          reckoned + " in " + pool + " led to " + text(after) + " and not " + text(expected));
    }
    executed++;
  }

  /** How many swaps were carried out, each with the outcome that was reckoned. */
  int executed;

  private static String text(V3State state) {
    return state + " " + state.ticks().list();
  }

  private void swap(V2Pool pool) {
    boolean down = random.nextBoolean();
    BigInteger held = down ? pool.state.reserve0() : pool.state.reserve1();
    BigInteger amount = part(held).shiftRight(random.nextInt(8)).max(BigInteger.ONE);
    var reckoned = pool.state.exactIn(down, amount);
    if (reckoned.amountOut().signum() == 0) {
      return;
    }
    anvil.send(
        chain.at(pool.isPancake ? Contracts.PANCAKE_V2_ROUTER : Contracts.V2_ROUTER),
        "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
        amount,
        reckoned.amountOut(),
        down ? List.of(pool.token0, pool.token1) : List.of(pool.token1, pool.token0),
        anvil.rich,
        FAR);
    V2State after = reader.v2(pool.address, pool.state.fees(), chain.rpc.block());
    if (!after.equals(reckoned.after())) {
      throw new AssertionError(reckoned + " led to " + after);
    }
    executed++;
  }

  // ---- amounts

  /** Something between all and hardly anything of an amount, and now and then more. */
  BigInteger part(BigInteger whole) {
    int bits = random.nextInt(5) == 0 ? random.nextInt(0, 60) : random.nextInt(-1, 8);
    BigInteger about = bits < 0 ? whole.shiftLeft(1) : whole.shiftRight(bits);
    return about.multiply(big(10)).shiftRight(10).add(BigInteger.ONE);
  }

  /** An amount that moves a pool: of the size of what it holds. */
  BigInteger amount(V3Pool pool, boolean down, boolean exactIn) {
    String got = down ? pool.token1 : pool.token0;
    BigInteger held = chain.rpc.uint(got, "balanceOf(address)", pool.address);
    if (!exactIn) {
      return part(held);
    }
    // What that is worth of the other token, at the price as it is.
    BigInteger root = pool.state.sqrtPriceX96();
    BigInteger square = root.multiply(root);
    BigInteger worth =
        down ? held.shiftLeft(192).divide(square) : held.multiply(square).shiftRight(192);
    return part(worth.min(BigInteger.ONE.shiftLeft(110)));
  }
}
