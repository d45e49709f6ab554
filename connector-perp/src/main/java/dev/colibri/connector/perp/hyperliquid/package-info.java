/**
 * Hyperliquid's perpetuals: the venue and its test network.
 *
 * <p>Read on 2026-11-22 against <a
 * href="https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api">the venue's pages</a>
 * (info endpoint of perpetuals, exchange endpoint, websocket, error responses, rate limits, account
 * abstraction modes, funding, TP/SL). Never run against the venue.
 *
 * <p>What is odd here, beside what is odd of {@link dev.colibri.connector.spot.hyperliquid}:
 *
 * <ul>
 *   <li>A perpetual is spelled {@code BTC}, and is its place in the list in orders, delisted ones
 *       counted. Margin, profit, fees and funding are in USDC; sizes are in base units.
 *   <li>Perpetuals that others listed ({@code xyz:TSLA}) have margins of their own and are left
 *       out.
 *   <li>Positions are one-way. Leverage is a whole number, and belongs to the instrument.
 *   <li>An account may be unified: then its collateral is the USDC among its spot balances, and
 *       what the state of its perpetuals says of balances means nothing. A question tells, with one
 *       word for an answer.
 *   <li>What waits for a price waits for the mark price. It is a limit order, or a market order
 *       that may trade up to 10 % beyond its trigger.
 *   <li>A fill's {@code dir} is meant for eyes, and is the only place that says whether the venue
 *       made it: {@code liquidation} stands on the fills of both sides.
 *   <li>Funding is every hour. A payment has no id of its own: its time is one.
 *   <li>The stream of marks and rates tells no time.
 *   <li>Funds move between spot and perpetuals by the account's own key only.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.perp.hyperliquid;

import org.jspecify.annotations.NullMarked;
