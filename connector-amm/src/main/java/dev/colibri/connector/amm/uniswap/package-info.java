/**
 * Uniswap: where its contracts are. How they are spoken to is in {@link
 * dev.colibri.connector.amm.contracts}.
 *
 * <p>The addresses are those of <a
 * href="https://docs.uniswap.org/contracts/v3/reference/deployments/">its own pages</a>, as other
 * projects publish them. None was checked on its chain by anybody here: a connector asks the
 * contracts for one another before it lets them move anything.
 */
@NullMarked
package dev.colibri.connector.amm.uniswap;

import org.jspecify.annotations.NullMarked;
