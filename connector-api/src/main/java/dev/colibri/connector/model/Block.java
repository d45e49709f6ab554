package dev.colibri.connector.model;

/**
 * A block of a chain, as a node tells it.
 *
 * @param number its height
 * @param hash in the chain's spelling
 * @param parent the hash of the block before it
 * @param millis the time it says, in milliseconds since the epoch
 */
public record Block(long number, String hash, String parent, long millis) {
  @Override
  public String toString() {
    return "block " + number;
  }
}
