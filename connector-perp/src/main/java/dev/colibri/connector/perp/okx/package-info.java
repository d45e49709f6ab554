/**
 * OKX's linear perpetual swaps (instrument type {@code SWAP}): the global venue, those of the
 * United States and of Europe, and demo trading of each.
 *
 * <p>Read on 2026-11-22 against <a href="https://www.okx.com/docs-v5/en/">the venue's pages</a>
 * (API v5: trading account, order book trading, public data, errors), as far as copies of them were
 * at hand. Never run against the venue. What is as on spot {@link dev.colibri.connector.spot.okx}
 * has.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Sizes are contracts everywhere: of orders, fills, positions, books, trades and tickers. A
 *       contract is {@code ctVal} times {@code ctMult} of the base.
 *   <li>Spot and derivatives share one trading account, so that there is nothing to move between
 *       them.
 *   <li>{@code fundingTime} is when the rate that is told is paid; {@code nextFundingTime} is one
 *       period later.
 *   <li>The index is that of the underlying, which is named without {@code -SWAP}, and has a stream
 *       of its own.
 *   <li>Orders that the venue makes itself, to liquidate or to deleverage, have the trade number 0
 *       on the stream of orders and a negative one in the account's history. Their fills are taken
 *       from the history.
 *   <li>In hedge mode {@code reduceOnly} means nothing: every order names its position, and one
 *       that closes it never turns it. In one-way mode no position is named.
 *   <li>A reduce-only order that is larger than the position is refused, not cut. A resting one is
 *       canceled when another of a better price would close what it was to close ({@code
 *       cancelSource} 22 and 23).
 *   <li>A position that is cross and one that is isolated may stand side by side in one instrument:
 *       they are told as one, of the sum of both.
 *   <li>{@code uTime} of a position is when it changed last, and {@code pTime} when it was told.
 *   <li>{@code imr} of a cross position is in USD: only an isolated one's {@code margin} is told.
 *   <li>Accounts in spot mode trade no derivatives (code {@code 51010}); those in portfolio margin
 *       mode know one-way mode only, no leverage (code {@code 59111}), and ignore {@code
 *       reduceOnly}.
 *   <li>The bill of a funding payment tells it in {@code pnl}, and the position's size without
 *       sign.
 *   <li>An instrument in the state {@code post_only} takes post-only orders alone.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.perp.okx;

import org.jspecify.annotations.NullMarked;
