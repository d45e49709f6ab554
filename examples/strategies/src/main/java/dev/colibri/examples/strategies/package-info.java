/**
 * Small strategies to copy, each in one class: {@link dev.colibri.examples.strategies.Ticker} shows
 * prices of several venues, {@link dev.colibri.examples.strategies.CrossVenueMaker} quotes on one
 * venue and hedges on another, {@link dev.colibri.examples.strategies.Triangle} trades three
 * markets of one venue in a circle. {@link dev.colibri.examples.strategies.Main} runs each of them
 * on paper.
 */
@NullMarked
package dev.colibri.examples.strategies;

import org.jspecify.annotations.NullMarked;
