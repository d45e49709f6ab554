/**
 * Arbitrage between a market maker on a chain and an order book, to copy: {@link
 * dev.colibri.examples.ammarbitrage.Arbitrage} is the strategy, {@link
 * dev.colibri.examples.ammarbitrage.Depth} draws both next to each other, and {@link
 * dev.colibri.examples.ammarbitrage.Main} runs them on a simulated chain and the embedded exchange.
 * Its tests trade with real contracts as well.
 */
@NullMarked
package dev.colibri.examples.ammarbitrage;

import org.jspecify.annotations.NullMarked;
