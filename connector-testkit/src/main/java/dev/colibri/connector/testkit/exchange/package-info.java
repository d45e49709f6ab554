/**
 * The embedded exchange: to a trading program what an embedded database is to an application.
 *
 * <p>{@link dev.colibri.connector.testkit.exchange.Exchange} is one price-time matcher with
 * accounts and a double-entry {@link dev.colibri.connector.testkit.exchange.Ledger}; {@link
 * dev.colibri.connector.testkit.exchange.Crowd} makes its books move. Both are deterministic: time
 * is an argument, randomness comes from a seed, and there is no thread and no socket in them. A
 * protocol speaks one venue's wire language on top of an exchange. Nothing here is shared with the
 * connectors under test, because an oracle that shares code with its subject proves nothing.
 */
@NullMarked
package dev.colibri.connector.testkit.exchange;

import org.jspecify.annotations.NullMarked;
