/**
 * Bybit spot: the V5 API of unified trading accounts, with its test network, its demo mode and
 * sites of the same language.
 *
 * <p>Read on 2026-11-22 against <a href="https://bybit-exchange.github.io/docs/v5/intro">the
 * venue's pages</a> (Trade, Market, Account, WebSocket Stream, Rate Limit Rules, Error Codes, Enums
 * Definitions; change log up to 2026-07-24). Never run against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Everything comes in an envelope with HTTP 200, and {@code retCode} tells whether it is an
 *       answer. A batch has one code more for each of its orders, in {@code retExtInfo}.
 *   <li>Requests about orders are acknowledged and carried out later: the reply to a place, a
 *       cancel or a change says that it was taken, the account stream says what became of it. So a
 *       post-only order that would cross is acknowledged, and rejected afterwards.
 *   <li>The size of a market order to buy is an amount of the quote asset unless {@code marketUnit}
 *       says otherwise: it is always said. One that spent all but what buys no further lot ends
 *       {@code PartiallyFilledCanceled}, which is told as filled.
 *   <li>An order that is not known is an empty list and no error. Orders that ended are forgotten
 *       by {@code /v5/order/realtime} when the venue restarts: the history is asked, too.
 *   <li>Fills are told by {@code execution} and never by {@code order}; either may come first.
 *   <li>Cursors come percent-encoded and are sent back as they came.
 *   <li>A time alone asks for seven days of fills from then on, and no time for the last seven days
 *       until now.
 *   <li>HTTP 403 is an address that asked too much, which is shut out for ten minutes, or one of a
 *       country that is not served.
 *   <li>The account is shared with derivatives: what these hold as margin is not available.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.bybit;

import org.jspecify.annotations.NullMarked;
