/**
 * The nouns of trading: instruments, orders, fills, books, trades, balances.
 *
 * <p>What belongs here merely names. It decides nothing, knows no venue, and touches no clock,
 * thread or socket. Everything is immutable, except for the views ({@link
 * dev.colibri.connector.model.OrderBook}, {@link dev.colibri.connector.model.BookChangeView},
 * {@link dev.colibri.connector.model.TradeView}, {@link dev.colibri.connector.model.TopView}) that
 * the market-data path lends to listeners for the time of a call.
 */
@NullMarked
package dev.colibri.connector.model;

import org.jspecify.annotations.NullMarked;
