/**
 * The arithmetic of pools with a constant product, in whole numbers, as the contracts reckon it.
 *
 * <p>What belongs here: the state of such a pool as a value, what a swap, a deposit or a withdrawal
 * does to it, and what its shares are worth. Nothing here knows a chain, a token's name or a block.
 * Amounts are raw units.
 *
 * <p>The rules are those of the Uniswap V2 pair and its library (<a
 * href="https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair">reference</a>, <a
 * href="https://app.uniswap.org/whitepaper.pdf">white paper</a>) and of their forks, which differ
 * in the two fees only; checked 2026-11-23 against the contracts themselves.
 */
@NullMarked
package dev.colibri.connector.amm.v2;

import org.jspecify.annotations.NullMarked;
