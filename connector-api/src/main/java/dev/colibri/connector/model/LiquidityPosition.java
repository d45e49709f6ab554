package dev.colibri.connector.model;

import java.math.BigInteger;

/**
 * Liquidity in a range of price.
 *
 * @param id what the market maker knows it by
 * @param liquidity in the pool's own parts
 * @param amount0 what it holds now, of token0
 * @param amount1 likewise, of token1
 * @param fees0 what it is owed now, of token0: what was reckoned before and what came since
 * @param fees1 likewise, of token1
 */
public record LiquidityPosition(
    String id,
    Pool pool,
    int lowerTick,
    int upperTick,
    BigInteger liquidity,
    TokenAmount amount0,
    TokenAmount amount1,
    TokenAmount fees0,
    TokenAmount fees1,
    Block block) {}
