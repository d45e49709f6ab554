/**
 * What Colibri costs, measured with JMH. Machines differ and are noisy: only ratios of one run mean
 * something, and no test asserts a time.
 */
@NullMarked
package dev.colibri.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
