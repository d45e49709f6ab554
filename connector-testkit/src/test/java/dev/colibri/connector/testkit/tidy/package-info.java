/**
 * House rules as plain tests: what a reviewer would otherwise have to look for in every change.
 *
 * <p>What belongs here: rules about the text of this repository, each with its reason. They read
 * sources and need neither a compiler nor a built module.
 */
@NullMarked
package dev.colibri.connector.testkit.tidy;

import org.jspecify.annotations.NullMarked;
