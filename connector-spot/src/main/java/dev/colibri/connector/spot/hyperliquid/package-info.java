/**
 * Hyperliquid spot: the venue and its test network.
 *
 * <p>Read on 2026-11-22 against <a
 * href="https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api">the venue's pages</a>
 * (info endpoint, exchange endpoint, websocket, asset ids, tick and lot size, nonces and API
 * wallets, error responses, rate limits) and its announcements of June and July 2026. Never run
 * against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Everything is a POST to one of two addresses: questions, which anybody may ask about
 *       anybody, and actions, which are signed. There is no login. Whoever signs is found out by
 *       recovering the address from the signature: a wrong hash is told as an unknown wallet.
 *   <li>A signature is over a "phantom agent", an EIP-712 struct with the hash of the action as
 *       MessagePack: the order of the fields counts. It names the network, so that an action for
 *       the test network is none for the other.
 *   <li>The key of an API wallet trades and cannot withdraw; the account's own key can, and is
 *       refused unless the user insists.
 *   <li>A reply of status ok holds a status for each order, and may refuse every one of them.
 *   <li>A pair is spelled {@code @107}, or {@code PURR/USDC} where the venue itself listed it, and
 *       is 10000 and its index in orders. The tokens it points to name its assets.
 *   <li>A price has at most five significant figures, unless it is whole, and eight decimals less
 *       those of the size. There is no largest size.
 *   <li>There are no market orders: one is sent as immediate-or-cancel at the touch and 5 %, which
 *       is asked for first. There is no fill-or-kill and no order by quote amount.
 *   <li>Client ids are {@code 0x} and 32 hexadecimal digits, always.
 *   <li>An action may be carried out for two days unless it expires: ours that place orders do so
 *       after five seconds, or one could come after it was looked for in vain.
 *   <li>A modified order has a new id. What cannot rest is canceled and placed instead.
 *   <li>What the account hears is told of its perpetual swaps, too: those rows are passed over.
 *   <li>Streams of books come in two kinds: five levels every half second, or twenty every five
 *       seconds. We take the first.
 *   <li>The venue hangs up on a connection to which it has said nothing for a minute.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.hyperliquid;

import org.jspecify.annotations.NullMarked;
