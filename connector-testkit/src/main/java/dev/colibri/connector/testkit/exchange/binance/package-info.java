/**
 * Binance as an embedded exchange speaks it. Spot: REST {@code /api/v3}, market streams, user data
 * streams and the WebSocket API, written from the venue's documentation
 * (github.com/binance/binance-spot-api-docs, state of 2026-07-21). USDⓈ-M futures: REST {@code
 * /fapi}, market streams and user data streams, written from its pages and the examples of its own
 * client (developers.binance.com/docs/derivatives/usds-margined-futures and
 * github.com/binance/binance-connector-js, state of 2026-07-24). Nothing is shared with the
 * connectors.
 *
 * <p>What is left out of spot: stop, trailing, iceberg and pegged orders, order lists, smart order
 * routing, RSA keys, SBE, FIX, microsecond replies. Of futures: isolated margin, several assets
 * behind one position, leverage brackets, algo orders, the WebSocket API, dated and inverse
 * contracts.
 */
@NullMarked
package dev.colibri.connector.testkit.exchange.binance;

import org.jspecify.annotations.NullMarked;
