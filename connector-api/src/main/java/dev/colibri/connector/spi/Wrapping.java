package dev.colibri.connector.spi;

import java.math.BigInteger;

/** The ability to make a chain's own asset into a token: it may be one by itself. */
public interface Wrapping {

  /** What makes the chain's own asset into a token. */
  TransactionDraft wrap(BigInteger amount);

  /** What makes it the chain's own asset again. */
  TransactionDraft unwrap(BigInteger amount);
}
