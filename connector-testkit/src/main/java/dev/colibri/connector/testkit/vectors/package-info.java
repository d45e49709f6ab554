/**
 * Checks dialects against vectors: what an independent client sends and reads for the same intent.
 *
 * <p>What belongs here drives a dialect or a session by hand, without an engine, and compares by
 * written rules. Nothing here knows a venue.
 */
@NullMarked
package dev.colibri.connector.testkit.vectors;

import org.jspecify.annotations.NullMarked;
