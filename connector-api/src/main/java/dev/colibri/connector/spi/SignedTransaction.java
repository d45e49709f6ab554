package dev.colibri.connector.spi;

import dev.colibri.connector.model.GasPrice;

/**
 * A transaction as it travels. The same bytes may be sent again and again, to as many nodes as
 * there are: a chain takes them once.
 *
 * @param hash what the chain will know it by
 * @param gasLimit how much gas it may use
 * @param price what it pays for it
 * @param bytes not copied, and must not be changed
 */
public record SignedTransaction(
    String hash, long nonce, long gasLimit, GasPrice price, byte[] bytes) {
  @Override
  public String toString() {
    return hash + " (nonce " + nonce + ")";
  }
}
