/**
 * Bybit perpetuals: the linear contracts of the V5 API, settled in USDT or USDC, of unified trading
 * accounts.
 *
 * <p>Read on 2026-11-22 against <a href="https://bybit-exchange.github.io/docs/v5/intro">the
 * venue's pages</a> (Trade, Position, Account, Market, WebSocket Stream, Rate Limit Rules, Error
 * Codes, Enums Definitions, Demo Trading; change log up to 2026-07-24). Never run against the
 * venue. What is odd with spot is odd here, too.
 *
 * <p>What is odd beside it:
 *
 * <ul>
 *   <li>Sizes are in base units. Inverse contracts are another category, in which they are counted
 *       in dollars; they are left out, as dated futures are, whose names have a dash.
 *   <li>Funding is told among the executions, as {@code Funding}. What it came to, with its sign,
 *       its asset and one row for both settlements of USDC contracts, is in the transaction log.
 *   <li>The position mode is one of each contract settled in USDT, and changed for all of them
 *       together but those where something is open, without a word. USDC contracts are always
 *       one-way.
 *   <li>The margin mode is one of the whole account, and no position tells it.
 *   <li>Executions do not say which position they changed, only how much of them closed one.
 *   <li>Orders that wait for a trigger are placed, found and canceled as others are. At most ten of
 *       them may wait in an instrument.
 *   <li>Lists of all instruments are asked for by settlement asset.
 *   <li>Public trades have ids that are no numbers.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.perp.bybit;

import org.jspecify.annotations.NullMarked;
