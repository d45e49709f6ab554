/**
 * The only clock, threads and sockets: OkHttp, Java-WebSocket, and the ports through which a
 * runtime uses them.
 *
 * <p>What belongs here touches the outside world and decides nothing.
 */
@NullMarked
package dev.colibri.connector.io;

import org.jspecify.annotations.NullMarked;
