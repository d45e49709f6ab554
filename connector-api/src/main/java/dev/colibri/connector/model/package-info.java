/**
 * The nouns of trading: instruments, orders, fills, books, trades, balances.
 *
 * <p>What belongs here merely names. It decides nothing, knows no venue, and touches no clock,
 * thread or socket. Everything is immutable, except for the two views ({@link
 * dev.colibri.connector.model.OrderBook}, {@link dev.colibri.connector.model.TradeView}) that the
 * market-data path lends to listeners for the time of a call.
 */
@NullMarked
package dev.colibri.connector.model;

import org.jspecify.annotations.NullMarked;
