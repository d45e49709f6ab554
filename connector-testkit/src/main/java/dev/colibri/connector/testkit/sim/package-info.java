/**
 * Virtual time: a clock, a host and a network in which a runtime, its venue and its strategy run on
 * one thread, as fast as the machine allows, and the same way every time.
 *
 * <p>What belongs here: what stands in for the outside world in tests. Nothing here knows a venue.
 */
@NullMarked
package dev.colibri.connector.testkit.sim;

import org.jspecify.annotations.NullMarked;
