/**
 * Funding-rate arbitrage to copy: {@link dev.colibri.examples.fundingarbitrage.Carry} is short on a
 * perpetual and holds as much of the asset elsewhere, {@link
 * dev.colibri.examples.fundingarbitrage.Main} runs it.
 */
@NullMarked
package dev.colibri.examples.fundingarbitrage;

import org.jspecify.annotations.NullMarked;
