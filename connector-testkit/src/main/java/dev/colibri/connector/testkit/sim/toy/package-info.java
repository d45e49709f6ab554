/**
 * A venue that does not exist, and the smallest example of one: how it speaks ({@link
 * dev.colibri.connector.testkit.sim.toy.ToySpot} and its sessions, the same files as every venue
 * has) and the other end of the wire ({@link dev.colibri.connector.testkit.sim.toy.ToyProtocol}
 * over the embedded exchange).
 *
 * <p>Requests are a query, answers are JSON. A signed request has three headers: {@code Key},
 * {@code Time} in milliseconds since the epoch, and {@code Sign}, the HMAC SHA-256 in hexadecimal
 * of time, method, path and query. A refusal is {@code {"error":"REASON"}} with status 400. Books
 * are kept by the stream: a snapshot first, then changes.
 */
@NullMarked
package dev.colibri.connector.testkit.sim.toy;

import org.jspecify.annotations.NullMarked;
