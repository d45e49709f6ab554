/**
 * What a strategy sees: the runtime ({@link dev.colibri.connector.Colibri}), its connectors, live
 * orders and feeds.
 *
 * <h2>Where your code runs</h2>
 *
 * <p>Listeners, timers and replies of one runtime run one at a time on its strategy thread, so that
 * a strategy needs no locks, even across venues. {@link dev.colibri.connector.Feed#listenDirect} is
 * the exception: market data only, on the thread that read it. Every method may be called from any
 * thread and returns at once; waiting for one of our stages on the strategy thread fails at once,
 * because it would wait for itself.
 */
@NullMarked
package dev.colibri.connector;

import org.jspecify.annotations.NullMarked;
