package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Fault;

/**
 * What became of a {@link dev.colibri.connector.spi.Call}. Only the first two are something the
 * venue said; the third is proof of its own; the last says nothing, and must never be taken for a
 * refusal.
 */
sealed interface Outcome<T> {

  /** The venue answered. */
  record Answer<T>(T value) implements Outcome<T> {}

  /** The venue refused, in words that are known. */
  record Refusal<T>(Fault fault) implements Outcome<T> {}

  /** Nothing that changes anything left this host. */
  record NotSent<T>(String why) implements Outcome<T> {}

  /** Nobody here knows. */
  record Unknown<T>(String why) implements Outcome<T> {}

  /** The same outcome of a call with another value; never asked of an answer. */
  @SuppressWarnings("unchecked") // no outcome but an answer holds a value
  default <B> Outcome<B> withoutValue() {
    if (this instanceof Answer) {
      throw new IllegalStateException("an answer has a value");
    }
    return (Outcome<B>) this;
  }

  /** For people. */
  default String describe() {
    if (this instanceof Answer<T> a) {
      return "answered " + a.value();
    }
    if (this instanceof Refusal<T> r) {
      return r.fault().kind() + " (" + r.fault().raw() + ")";
    }
    if (this instanceof NotSent<T> n) {
      return n.why();
    }
    return "outcome unknown: " + ((Unknown<T>) this).why();
  }
}
