/** Holds the pages to what the code is: their snippets compile, their links lead somewhere. */
@NullMarked
package dev.colibri.docs;

import org.jspecify.annotations.NullMarked;
