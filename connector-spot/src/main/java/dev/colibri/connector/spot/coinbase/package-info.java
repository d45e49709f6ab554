/**
 * Coinbase Advanced Trade, spot.
 *
 * <p>Read on 2026-11-22 against <a
 * href="https://docs.cdp.coinbase.com/advanced-trade/docs/welcome">the venue's pages</a> (REST API,
 * WebSocket channels, authentication, rate limits) and <a
 * href="https://github.com/coinbase/coinbase-advanced-py">its own client</a> (1.8.4). Never run
 * against the venue.
 *
 * <p>What is odd here:
 *
 * <ul>
 *   <li>Every signed request, and every subscription, carries a JSON Web Token of its own, which
 *       lives for two minutes; that of an order for five seconds, or one that was held back on the
 *       way could arrive after it was looked for in vain.
 *   <li>A refused order is HTTP 200 with {@code "success":false}. Of the fields that name a reason,
 *       the last one that says anything counts; where none does, nothing is known.
 *   <li>Placing an order says that it was taken, and nothing else; canceling one, that the request
 *       was. How both end is told by the account stream, or by asking.
 *   <li>Events and statuses hold totals. Each fill is asked for by REST.
 *   <li>There is no look-up by client id: it is looked for among the orders of the product, the
 *       newest first, back to when it left. After a restart only a journal knows that: without one,
 *       where there are more than 5000 orders, one that is not found stays unknown. A client id
 *       that is used again is answered with the first order.
 *   <li>{@code BTC-USDC} and {@code BTC-USD} share one book. Market data of the first comes under
 *       the name of the second, orders and fills under their own.
 *   <li>{@code side} of a public trade is that of the order that made.
 *   <li>The {@code ticker} channel speaks only when there is a trade: between trades, the book
 *       knows better.
 *   <li>Fees are charged in the quote currency, on top of the cost of a buy.
 *   <li>The sandbox answers orders and accounts with fixed texts and has no products: nothing can
 *       be connected to it.
 * </ul>
 */
@NullMarked
package dev.colibri.connector.spot.coinbase;

import org.jspecify.annotations.NullMarked;
