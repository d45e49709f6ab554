/**
 * The arithmetic of pools with concentrated liquidity, in whole numbers, bit for bit as the
 * contracts reckon it.
 *
 * <p>What belongs here: the state of such a pool as a value, what a swap, a deposit or a withdrawal
 * does to it, and what a position is worth and is owed. Nothing here knows a chain, a token's name
 * or a block, and nothing waits. Prices are square roots of token1 per token0 in raw units, as
 * fixed-point numbers with 96 bits behind the point; amounts are raw units.
 *
 * <p>The rules are those of the Uniswap V3 core contracts (<a
 * href="https://docs.uniswap.org/contracts/v3/reference/core/UniswapV3Pool">reference</a>, <a
 * href="https://app.uniswap.org/whitepaper-v3.pdf">white paper</a>) and of their forks; checked
 * 2026-11-23 against the contracts themselves.
 */
@NullMarked
package dev.colibri.connector.amm.v3;

import org.jspecify.annotations.NullMarked;
