package dev.colibri.connector.model;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What giving or taking back liquidity did, by the receipt's logs alone.
 *
 * @param position the position's id; null where a pool has none
 * @param liquidity by how much it changed, negative where it was taken back
 * @param amount0 what the wallet got of token0, fees included; negative for what it gave
 * @param amount1 likewise, of token1
 * @param fees0 how much of that were fees
 * @param fees1 likewise, of token1
 */
public record LiquidityChange(
    Pool pool,
    @Nullable String position,
    BigInteger liquidity,
    TokenAmount amount0,
    TokenAmount amount1,
    TokenAmount fees0,
    TokenAmount fees1) {}
