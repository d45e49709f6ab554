/**
 * Tapes of live venues for everyday use: {@link dev.colibri.examples.recorder.Main} records them,
 * runs a strategy on them, and checks them before they are sent to somebody.
 */
@NullMarked
package dev.colibri.examples.recorder;

import org.jspecify.annotations.NullMarked;
