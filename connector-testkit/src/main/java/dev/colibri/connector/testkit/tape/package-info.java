/**
 * Tapes: what a user asks of a connector, what goes over the wire, and what the user is told, in
 * one file of JSON lines, so that a conversation with a venue is a test that runs without it.
 *
 * <p>What belongs here: reading, writing, matching, playing and recording of tapes. Nothing here
 * knows a venue.
 */
@NullMarked
package dev.colibri.connector.testkit.tape;

import org.jspecify.annotations.NullMarked;
