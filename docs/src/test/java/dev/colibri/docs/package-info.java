/**
 * Holds the pages to what the code is: their snippets compile, their links lead somewhere, and the
 * {@code api.txt} of a module is what its users can name.
 */
@NullMarked
package dev.colibri.docs;

import org.jspecify.annotations.NullMarked;
