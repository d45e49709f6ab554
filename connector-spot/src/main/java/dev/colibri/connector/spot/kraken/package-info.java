/**
 * Kraken spot.
 *
 * <p>Read on 2026-11-22 against <a href="https://docs.kraken.com/api/">the venue's pages</a> (Spot
 * REST, Spot WebSocket v2, guides to authentication, errors, limits, client order ids, amends and
 * the book checksum). Never run against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>A pair has three spellings: {@code XXBTZUSD} and {@code XBTUSD} over REST, {@code BTC/USD}
 *       on streams, which is the instrument's symbol. Bitcoin is XBT and dogecoin XDG over REST.
 *   <li>HTTP 200 says nothing: what matters is whether {@code error} is empty. A batch has an error
 *       in each of its rows.
 *   <li>Requests with a key leave with a rising nonce. Some that leave at once may arrive in
 *       another order, and be refused: give the key a nonce window of some seconds. Of ten and
 *       more, an order that was held back on the way could arrive after it was looked for in vain.
 *   <li>The reply to an order has its id and no more, that to a cancel a number: what became of
 *       them is told by the stream.
 *   <li>{@code CancelAll} cancels the orders of every pair, and is not used.
 *   <li>A client id is unique among open orders only. The pages do not say how a second one is
 *       refused; others were told {@code EGeneral:Invalid arguments:cl_ord_id not unique}, and of
 *       capitals in one, that the argument is invalid.
 *   <li>An order without {@code txid} is found among the open orders, or else among the closed
 *       ones.
 *   <li>Market orders by quote amount are for buyers.
 *   <li>What a book was when nothing came is not known by a number: the touch is compared.
 *   <li>Trading costs more of the limit the younger the order is that is canceled; this is told
 *       only by the refusal. Limits are those of the lowest tier.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.kraken;

import org.jspecify.annotations.NullMarked;
