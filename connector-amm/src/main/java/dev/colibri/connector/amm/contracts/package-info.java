/**
 * The contracts of pools, as Uniswap wrote them and many market makers deploy them: what they are
 * told, what they answer, what their logs say.
 *
 * <p>What belongs here is the same wherever they are deployed: a market maker's own package has its
 * addresses, its fees, and what it changed. PoolAmounts are exact, and what a transaction did is
 * read from its logs alone.
 *
 * <p>Written after the contracts themselves, as their authors publish them: <a
 * href="https://github.com/Uniswap/v2-periphery">V2</a>, <a
 * href="https://github.com/Uniswap/v3-periphery">V3</a>, <a
 * href="https://github.com/Uniswap/swap-router-contracts">SwapRouter02</a>, <a
 * href="https://github.com/Uniswap/universal-router">the Universal Router</a> and <a
 * href="https://github.com/Uniswap/permit2">Permit2</a>.
 */
@NullMarked
package dev.colibri.connector.amm.contracts;

import org.jspecify.annotations.NullMarked;
