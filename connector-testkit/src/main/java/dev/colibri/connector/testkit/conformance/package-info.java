/**
 * What every connector must do, as numbered cards: {@link
 * dev.colibri.connector.testkit.conformance.SpotConformance} and {@link
 * dev.colibri.connector.testkit.conformance.PerpConformance}.
 *
 * <p>What belongs here: demands that hold for every venue. How a venue's wire looks while it meets
 * them is on its tapes.
 */
@NullMarked
package dev.colibri.connector.testkit.conformance;

import org.jspecify.annotations.NullMarked;
