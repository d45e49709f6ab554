/**
 * The corpus of planted bugs in {@code src/test/bugs}, and the runner that shows what catches them.
 */
@org.jspecify.annotations.NullMarked
package dev.colibri.connector.spot.planted;
