/**
 * A two-sided market maker to copy: {@link dev.colibri.examples.marketmaker.MarketMaker} decides,
 * and {@link dev.colibri.examples.marketmaker.Main} runs it.
 */
@NullMarked
package dev.colibri.examples.marketmaker;

import org.jspecify.annotations.NullMarked;
