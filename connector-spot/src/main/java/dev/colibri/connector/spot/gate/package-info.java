/**
 * Gate (once Gate.io) spot: the live venue and its test network.
 *
 * <p>Read on 2026-11-22 against <a href="https://www.gate.com/docs/developers/apiv4/en">the venue's
 * pages</a> (APIv4, Spot WebSocket v4; REST API up to v4.106.88, change log of the WebSocket up to
 * 2026-08-31). Never run against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>The {@code amount} of a market buy is what it spends, in quote units; that of a market sell
 *       is its size. There is nothing else: orders in the other unit are refused here.
 *   <li>By its client id an order is found only while it is open. That it is not found says nothing
 *       until all that ended since it left have been looked through, too; where these are too many,
 *       it stays unknown.
 *   <li>A signature is good for a minute, and an order for as long unless a header says otherwise:
 *       ours says five seconds, or an order could come after it was looked for in vain.
 *   <li>Client ids begin with {@code t-}. Nothing says that one may not be used twice.
 *   <li>A market buy ends {@code closed} and {@code filled} with some of its amount left over; how
 *       much it bought stands in {@code filled_amount}, which only replies tell dependably.
 *   <li>A fee that is paid in GT or in points leaves {@code fee} at 0, and stands in {@code gt_fee}
 *       or {@code point_fee}.
 *   <li>A cancel of an order that ended is told {@code ORDER_CLOSED} or {@code ORDER_CANCELLED},
 *       which says that it ended and not how.
 *   <li>Batches and cancels of everything succeed as a whole while items of theirs fail.
 *   <li>Every page has a limit of its own, and headers speak of that of the page that was asked.
 *   <li>Sizes of the touch are told for one instrument; in a list of all they are missing.
 *   <li>{@code spot.obu} begins with a whole book of 50 or 400 levels. {@code
 *       spot.order_book_update}, which is older, needs a snapshot from REST and ends at 100 levels.
 *   <li>The stream of orders may tell of margin accounts, too: those orders are left out.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.gate;

import org.jspecify.annotations.NullMarked;
