package dev.colibri.connector.amm.v2;

/**
 * In what the forks of constant-product pools differ.
 *
 * @param kept how much of {@code whole} remains of what comes in: 997 of 1000
 * @param whole the denominator of that
 * @param protocolPart of the growth of the pool, how many of {@code protocolWhole} parts go to the
 *     protocol when its fee is on: 1 of 6
 * @param protocolWhole the denominator of that
 */
public record V2Fees(int kept, int whole, int protocolPart, int protocolWhole) {
  /** Checks that no part is more than the whole. */
  public V2Fees {
    if (kept <= 0 || kept > whole || protocolPart < 0 || protocolPart >= protocolWhole) {
      throw new IllegalArgumentException(
          kept + "/" + whole + " and " + protocolPart + "/" + protocolWhole);
    }
  }
}
