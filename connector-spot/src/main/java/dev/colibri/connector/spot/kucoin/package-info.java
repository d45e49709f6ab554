/**
 * KuCoin spot, by its high-frequency (HF) pages, which every account has today.
 *
 * <p>Read on 2026-11-22 against <a href="https://www.kucoin.com/docs-new">the venue's pages</a>
 * (Classic REST: Spot Trading, Account; Classic WebSocket; Rate Limit; Error Code) and the
 * specification in <a href="https://github.com/Kucoin/kucoin-universal-sdk">its SDK</a> of
 * 2025-11-04. Never run against the venue. There is no test network: the sandbox was closed in
 * 2023.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Every reply is {@code {"code":"200000","data":…}}; any other code is a refusal, whatever
 *       the HTTP status. The code 400100 stands for many refusals, told apart by their words.
 *   <li>The signed text has the query as it is before it is URL-encoded, and the passphrase is
 *       signed, too.
 *   <li>An order and a cancel are taken, not answered: the account stream tells what came of them.
 *       A post-only order that would trade, and what IOC, FOK or a market order leaves over, end
 *       there as {@code canceled}, without a reason. So does a market order by quote amount of
 *       which a remainder buys nothing.
 *   <li>"Order not exist or not allow to be cancelled" is one refusal: the order may have filled.
 *   <li>Order events tell no fee. It comes with the history of fills, usually in the quote asset,
 *       also of buys; {@code feeCurrency} of the instrument says which.
 *   <li>{@code /hf/orders/alter} gives the order another id and leaves it its client id: neither an
 *       amendment in place nor a replacement under a new id, so it is not used.
 *   <li>The client id protects an order only while it is open, if at all.
 *   <li>A stream needs a token and an address from a request, and is ready when it says welcome.
 *       The ping is a message; pings of the protocol are not enough.
 *   <li>Without keys a book begins with a hundred levels a side: levels that lie beyond, and do not
 *       change, are not known.
 *   <li>Limits are pools, and a request takes from one. Headers do not say from which.
 *   <li>Accounts of the unified kind ("UTA") have other pages, and are not served.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.kucoin;

import org.jspecify.annotations.NullMarked;
