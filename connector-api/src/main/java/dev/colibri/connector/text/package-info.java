/**
 * How venues write: JSON, forms, decimals, hexadecimal and Base64, and the signatures over them.
 *
 * <p>A class belongs here when it turns bytes into values or values into bytes, whoever the venue
 * is. Nothing here knows a venue, the time, a thread or a socket, and Jackson is seen nowhere else.
 * Whatever cannot be read is refused with a {@link dev.colibri.connector.text.TextException}; it is
 * never guessed, rounded or skipped.
 */
@NullMarked
package dev.colibri.connector.text;

import org.jspecify.annotations.NullMarked;
