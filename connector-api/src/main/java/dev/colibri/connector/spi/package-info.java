/**
 * What a venue must say: values in, values out.
 *
 * <p>A venue is a {@link dev.colibri.connector.spi.SpotDialect}: how it writes requests, signs
 * them, names refusals, and speaks on its streams. It holds no clock, socket, thread or retry; the
 * engine does everything that is hard, once, for every venue. A dialect may keep plain fields; all
 * its methods are called by one thread at a time.
 *
 * <p>What belongs here: the contracts between a venue and the engine, and nothing that decides.
 */
@NullMarked
package dev.colibri.connector.spi;

import org.jspecify.annotations.NullMarked;
