package dev.colibri.connector.model;

import java.math.BigInteger;

/**
 * What is paid for a unit of gas, in the smallest parts of the chain's own asset.
 *
 * @param most at the most, everything included
 * @param tip of it, at the most, to whoever makes the block; equal to {@code most} on chains that
 *     know one price only
 */
public record GasPrice(BigInteger most, BigInteger tip) {
  public GasPrice {
    if (tip.signum() < 0 || most.compareTo(tip) < 0) {
      throw new IllegalArgumentException("gas at most " + most + " with a tip of " + tip);
    }
  }
}
