/**
 * The first program: connect, watch a book, trade, and prove that the books balance. {@link
 * dev.colibri.examples.quickstart.Quickstart} is where to begin reading.
 */
@NullMarked
package dev.colibri.examples.quickstart;

import org.jspecify.annotations.NullMarked;
