package dev.colibri.connector.model;

import java.math.BigInteger;

/**
 * What a wallet has of a pool.
 *
 * @param liquidity its share, in the pool's own parts
 * @param total all shares
 * @param amount0 what the share is worth now, of token0
 * @param amount1 likewise, of token1
 */
public record PoolShare(
    Pool pool,
    BigInteger liquidity,
    BigInteger total,
    TokenAmount amount0,
    TokenAmount amount1,
    Block block) {}
