package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiEvent;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Receipt;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What giving and taking back liquidity did, by the logs: what was moved by the tokens' own, how
 * much liquidity it was by the pool's or the position manager's. One that tells a thing twice, or
 * less than what was moved, is not believed.
 */
final class LiquidityMoves {
  private static final AbiEvent V2_MINT =
      AbiEvent.of("Mint(address indexed sender, uint256 amount0, uint256 amount1)");
  private static final AbiEvent V2_BURN =
      AbiEvent.of(
          "Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)");
  private static final AbiEvent INCREASE =
      AbiEvent.of(
          "IncreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256"
              + " amount1)");
  private static final AbiEvent DECREASE =
      AbiEvent.of(
          "DecreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256"
              + " amount1)");
  private static final AbiEvent COLLECT =
      AbiEvent.of(
          "Collect(address indexed owner, address recipient, int24 indexed tickLower, int24"
              + " indexed tickUpper, uint128 amount0, uint128 amount1)");

  private final Pool pool;
  private final Moves moves;
  private final BigInteger gained0;
  private final BigInteger gained1;

  LiquidityMoves(Pool pool, Receipt receipt, Address wallet) {
    this.pool = pool;
    moves = new Moves(receipt, wallet);
    gained0 = moves.gained(Address.of(pool.token0().address()));
    gained1 = moves.gained(Address.of(pool.token1().address()));
  }

  private Address address() {
    return Address.of(pool.address());
  }

  private LiquidityChange change(
      @Nullable String position, BigInteger liquidity, PoolAmounts fees) {
    return new LiquidityChange(
        pool,
        position,
        liquidity,
        new TokenAmount(pool.token0(), gained0),
        new TokenAmount(pool.token1(), gained1),
        new TokenAmount(pool.token0(), fees.amount0()),
        new TokenAmount(pool.token1(), fees.amount1()));
  }

  /** That the wallet gave at least what the pool got: a token may take a fee on the way. */
  private void gave(AbiValues told) {
    bound("gave", gained0.negate(), told.number("amount0"), 1);
    bound("gave", gained1.negate(), told.number("amount1"), 1);
  }

  /** That the wallet got at the most what the pool gave. */
  private void got(AbiValues told) {
    bound("got", gained0, told.number("amount0"), -1);
    bound("got", gained1, told.number("amount1"), -1);
  }

  private void bound(String what, BigInteger moved, BigInteger told, int way) {
    if (moved.signum() < 0 || moved.compareTo(told) * way < 0) {
      throw moves.unreadable("the wallet " + what + " " + moved + ", the pool tells " + told);
    }
  }

  private static final PoolAmounts NONE = new PoolAmounts(BigInteger.ZERO, BigInteger.ZERO);

  // ---- pools that hold it at every price

  LiquidityChange addedToPool() {
    gave(moves.once(address(), V2_MINT));
    BigInteger shares = moves.born(address());
    if (shares.signum() <= 0) {
      throw moves.unreadable("no share of " + pool + " came into the wallet");
    }
    return change(null, shares, NONE);
  }

  LiquidityChange removedFromPool() {
    got(moves.once(address(), V2_BURN));
    BigInteger shares = moves.gained(address());
    if (shares.signum() >= 0) {
      throw moves.unreadable("no share of " + pool + " left the wallet");
    }
    return change(null, shares, NONE);
  }

  // ---- positions

  /**
   * What opened a position, or gave it more.
   *
   * @param id which one; null for a new one
   */
  LiquidityChange added(Address manager, @Nullable BigInteger id) {
    AbiValues told = moves.once(manager, INCREASE);
    if (id != null && !told.number("tokenId").equals(id)) {
      throw moves.unreadable("position " + told.number("tokenId") + " got it, not " + id);
    }
    gave(told);
    return change(told.number("tokenId").toString(), told.number("liquidity"), NONE);
  }

  /**
   * What took from a position.
   *
   * @param liquidity whether some of it was liquidity, and not all of it fees
   */
  LiquidityChange taken(Address manager, BigInteger id, boolean liquidity) {
    List<AbiValues> collected = moves.told(address(), COLLECT);
    collected.removeIf(c -> !c.address("owner").equals(manager));
    if (collected.size() != 1) {
      throw moves.unreadable(pool + " tells of " + collected.size() + " collections, not one");
    }
    got(collected.get(0));
    if (!liquidity) {
      return change(id.toString(), BigInteger.ZERO, new PoolAmounts(gained0, gained1));
    }
    AbiValues less = moves.once(manager, DECREASE);
    if (!less.number("tokenId").equals(id)) {
      throw moves.unreadable("position " + less.number("tokenId") + " gave it, not " + id);
    }
    // A pool rounds what is owed to all positions of a range: a part of liquidity may be short of
    // it.
    PoolAmounts fees =
        new PoolAmounts(
            gained0.subtract(less.number("amount0")).max(BigInteger.ZERO),
            gained1.subtract(less.number("amount1")).max(BigInteger.ZERO));
    return change(id.toString(), less.number("liquidity").negate(), fees);
  }
}
