package dev.colibri.connector.testkit.sim;

/** Something that must never be, was. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  Violation(String what, Throwable cause) {
    super(what, cause);
  }
}
