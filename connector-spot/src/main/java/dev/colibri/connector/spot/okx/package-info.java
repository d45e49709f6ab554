/**
 * OKX spot: the global venue, those of the United States and of Europe, and demo trading of each.
 *
 * <p>Read on 2026-11-22 against <a href="https://www.okx.com/docs-v5/en/">the venue's pages</a>
 * (API v5: public data, market data, trading account, order book trading, errors) and <a
 * href="https://www.okx.com/docs-v5/log_en/">its change log</a>, as far as copies of them were at
 * hand. Never run against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Demo trading has keys and streams of its own, and the REST hosts of the real thing: a
 *       header makes the difference.
 *   <li>An envelope says {@code 0} for success, and {@code 1} or {@code 2} where some of its orders
 *       failed; each order has a code of its own inside.
 *   <li>Answers to orders, cancels and amendments say that a request was taken. What became of it
 *       comes by the stream, fills included.
 *   <li>A post-only order that would cross is taken and canceled at once ({@code cancelSource} 31);
 *       so are the rests of FOK (13) and IOC (14) orders.
 *   <li>The size of a market order to buy is an amount of the quote asset unless {@code tgtCcy}
 *       says otherwise: it always does.
 *   <li>{@code maxMktSz} of a spot instrument is an amount of USDT. There is no smallest notional.
 *   <li>An order that was canceled without a fill is forgotten two hours later: code {@code 51603}.
 *   <li>{@code 50004}, {@code 51054} and {@code 51149} are time-outs, {@code 50001}, {@code 50005},
 *       {@code 50013} and {@code 50026} a venue in trouble: an order that met one is unknown.
 *   <li>A signature is good for half a minute, and an order for as long unless a header says
 *       otherwise: ours says five seconds, or an order could come after it was looked for in vain.
 *   <li>{@code 51400} to {@code 51402} say that an order is done, not that a cancel did it.
 *   <li>Days begin at 16:00 UTC, except in intervals whose name ends in {@code utc}.
 *   <li>The checksum of books is 0 since 2026-06-23. The whole book that the stream sends first was
 *       announced to go in 2026: it is taken where it comes, and not needed.
 *   <li>Trade mode is {@code cash}, for accounts in spot mode and futures mode. Accounts in
 *       multi-currency and portfolio margin mode want {@code order.with("tdMode", "cross")}.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.okx;

import org.jspecify.annotations.NullMarked;
