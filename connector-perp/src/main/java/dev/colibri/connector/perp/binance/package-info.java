/**
 * Binance USDⓈ-M futures: perpetual swaps margined in the coin that they are quoted in.
 *
 * <p>Read on 2026-11-22 against <a
 * href="https://developers.binance.com/docs/derivatives/usds-margined-futures">the venue's
 * pages</a> (Trade, Account, Market Data, WebSocket Market Streams, User Data Streams, Error Code,
 * General Info; change log up to 2026-10-23). Never run against the venue. What its spot market has
 * is used: {@link dev.colibri.connector.spot.binance}.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Streams are split by path since April 2026: books and tops at {@code /public}, trades and
 *       mark prices at {@code /market}, the account at {@code /private}. At the wrong path a
 *       subscription is accepted, and silent.
 *   <li>The account's stream goes to a listen key, which is asked for with the API key alone, lasts
 *       an hour, and is one for all programs of the account: it is renewed every half hour and
 *       never given back.
 *   <li>Stop and take-profit orders are the business of another service since December 2025, under
 *       ids of their own: what comes of one is an order with other ids. They are not offered.
 *   <li>Post-only is the time in force {@code GTX}. In hedge mode {@code positionSide} says what an
 *       order closes, and {@code reduceOnly} is refused.
 *   <li>What a good-till-date order is given counts in whole seconds, and must be more than ten
 *       minutes away.
 *   <li>{@code ACCOUNT_UPDATE} tells positions and wallets, not what is available. That of funding
 *       has no position but an isolated one's. {@code ACCOUNT_CONFIG_UPDATE} tells leverage without
 *       margin mode, {@code ACCOUNT_UPDATE} margin mode without leverage.
 *   <li>Liquidations, deleveraging and settlement are orders of the venue's own, known by their
 *       client ids on the stream; the account's history does not tell them from others.
 *   <li>A change of a post-only order that would trade cancels the order.
 *   <li>Trades of a stream are joined: same price, side, and tenth of a second.
 *   <li>The countdown that cancels orders is one for each instrument, so that there is no dead
 *       man's switch for the account.
 *   <li>HTTP 503 says nothing of an order, although the venue calls two of its messages a certain
 *       failure.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.perp.binance;

import org.jspecify.annotations.NullMarked;
