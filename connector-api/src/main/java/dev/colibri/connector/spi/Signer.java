package dev.colibri.connector.spi;

/**
 * Signs for a wallet. Whoever keeps keys elsewhere, as in a hardware module, implements it; it is
 * asked while the connector is held, so that a slow one holds up the connector. Called by one
 * thread at a time.
 */
public interface Signer {

  /** The wallet, in the chain's spelling. */
  String address();

  /**
   * Signs.
   *
   * @param what for people: everything that is agreed to by it
   * @param digest 32 bytes
   * @return r and s of 32 bytes each, s in the lower half, and a byte of 0 or 1 that tells the key
   * @throws SecurityException when it will not, saying why: nothing was signed, and nothing is sent
   */
  byte[] sign(String what, byte[] digest);
}
