/**
 * Decides: departures, nonces, limits, timers, reconnects, books, order truth.
 *
 * <p>Deterministic. It has four verbs (handle an event, wake at a time, drain its effects, tell the
 * next wake-up) and no clock, socket, thread or randomness of its own: time is an argument, random
 * numbers come from a seed, and the same events give the same effects on every run and every JDK.
 * One thread at a time drives an engine.
 */
@NullMarked
package dev.colibri.connector.engine;

import org.jspecify.annotations.NullMarked;
