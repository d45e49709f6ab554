/**
 * Binance spot: binance.com, its test network and demo mode, and binance.us, which speaks the same
 * language at other hosts.
 *
 * <p>Read on 2026-11-22 against <a
 * href="https://developers.binance.com/docs/binance-spot-api-docs">the venue's pages</a> (REST API,
 * WebSocket API, WebSocket Streams, User Data Stream, Filters, Errors; change log up to 2026-07-17)
 * and <a href="https://docs.binance.us">those of binance.us</a>. Never run against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>A cancel is an order event with an id of its own. A reply to it has the order's id in
 *       {@code origClientOrderId}, an execution report in {@code C}; {@code clientOrderId} and
 *       {@code c} are the id of the cancel.
 *   <li>What the matching engine refuses is all one code, {@code -2010}, told apart by its message.
 *   <li>HTTP 5xx, {@code -1000}, {@code -1001}, {@code -1006} and {@code -1007} say nothing about
 *       an order; HTTP 403 is the firewall's, which looks at addresses and not at keys.
 *   <li>The account stream is a signed request on the WebSocket API, with keys of every kind.
 *       Listen keys ended on 2026-02-20. binance.us documents the same request.
 *   <li>A symbol is never taken apart: {@code exchangeInfo} names its assets. Stream names want it
 *       in lower case, events spell it in upper case.
 *   <li>A subscription to a stream that does not exist is accepted, and silent.
 *   <li>Old orders may rest at prices that are no multiple of today's tick size.
 *   <li>The filters {@code PERCENT_PRICE} and {@code PERCENT_PRICE_BY_SIDE} depend on an average
 *       price and {@code MAX_POSITION} on the account: only the venue checks them.
 *   <li>Keys are HMAC or Ed25519, told apart by the secret: a PEM text is Ed25519. RSA keys are not
 *       taken.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.binance;

import org.jspecify.annotations.NullMarked;
