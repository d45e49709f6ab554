/**
 * What a connector counts, for programs that collect figures with Micrometer, which is an optional
 * library: nothing else sees this package. It sees what users see, and nothing of the engine.
 */
@NullMarked
package dev.colibri.connector.micrometer;

import org.jspecify.annotations.NullMarked;
