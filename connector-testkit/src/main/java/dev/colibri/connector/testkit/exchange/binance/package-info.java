/**
 * Binance spot as an embedded exchange speaks it: REST {@code /api/v3}, market streams, user data
 * streams and the WebSocket API, written from the venue's documentation
 * (github.com/binance/binance-spot-api-docs, state of 2026-07-21) and from nothing else.
 *
 * <p>What is left out: stop, trailing, iceberg and pegged orders, order lists, smart order routing,
 * RSA keys, SBE, FIX, microsecond replies.
 */
@NullMarked
package dev.colibri.connector.testkit.exchange.binance;

import org.jspecify.annotations.NullMarked;
