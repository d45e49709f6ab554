/**
 * SushiSwap on Ethereum: where its contracts are, which are Uniswap's. It shows how little a market
 * maker needs that deploys them: a table of addresses.
 *
 * <p>The addresses are those of <a
 * href="https://docs.sushi.com/docs/Products/Classic%20AMM/Deployment%20Addresses">its own
 * pages</a>, as other projects publish them. None was checked on its chain by anybody here: a
 * connector asks the contracts for one another before it lets them move anything.
 */
@NullMarked
package dev.colibri.connector.amm.sushiswap;

import org.jspecify.annotations.NullMarked;
