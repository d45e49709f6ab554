/**
 * PancakeSwap: where its contracts are, and what it changed of Uniswap's. How they are spoken to is
 * in {@link dev.colibri.connector.amm.contracts}.
 *
 * <p>The addresses are those of <a href="https://developer.pancakeswap.finance/contracts">its own
 * pages</a>, as other projects publish them. None was checked on its chain by anybody here: a
 * connector asks the contracts for one another before it lets them move anything.
 */
@NullMarked
package dev.colibri.connector.amm.pancakeswap;

import org.jspecify.annotations.NullMarked;
