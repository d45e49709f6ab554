/**
 * Tests of one's own strategy: {@link dev.colibri.connector.testkit.Simulated} (a world in virtual
 * time). For authors of connectors, {@link dev.colibri.connector.testkit.NewVenue} makes a project.
 *
 * <p>What belongs here: what the tests of a strategy say. What they are made of lies below.
 */
@NullMarked
package dev.colibri.connector.testkit;

import org.jspecify.annotations.NullMarked;
