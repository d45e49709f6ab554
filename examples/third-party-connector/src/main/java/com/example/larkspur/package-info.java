/**
 * Larkspur, an exchange that does not exist, as somebody outside Colibri would add it.
 *
 * <p>Its pages, invented on 2026-11-22, say this:
 *
 * <ul>
 *   <li>Whatever is asked is answered by {@code {"data":…}}, or by {@code
 *       {"fault":{"code":"E-204","says":"…"}}} with a status of 400 and more.
 *   <li>A request of an account has three headers: the key, the time in milliseconds, and the HMAC
 *       SHA-256, in Base64, of method, address, time and body, with a line for each.
 *   <li>Orders have a tag of the client's own, of at most 24 letters and digits. A tag is refused
 *       while an order has it that is open.
 *   <li>One connection tells of markets, another one of an account. Every message names its line:
 *       {@code book}, {@code trades}, {@code touch}; {@code orders}, {@code fills}, {@code funds}.
 *   <li>A book comes as an image, and then as changes. Each names the revision that it makes, and a
 *       change its first one, too.
 *   <li>Market orders are given by size alone.
 * </ul>
 */
@NullMarked
package com.example.larkspur;

import org.jspecify.annotations.NullMarked;
