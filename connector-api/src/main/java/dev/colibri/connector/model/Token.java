package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/**
 * An asset of a chain. Two are equal when their addresses are: a symbol is a label that anybody may
 * use.
 *
 * @param address in the chain's spelling; empty for the asset that gas is paid in
 * @param symbol what its contract calls it
 * @param decimals how many decimal places a unit has
 */
public record Token(String address, String symbol, int decimals) {
  private static final int MOST_DECIMALS = 77;

  public Token {
    if (decimals < 0 || decimals > MOST_DECIMALS) {
      throw new IllegalArgumentException(
          "token " + symbol + " has " + decimals + " decimals, outside of 0 to " + MOST_DECIMALS);
    }
  }

  /** Whether gas is paid in it. */
  public boolean isNative() {
    return address.isEmpty();
  }

  /** An amount in units, exactly. */
  public BigDecimal units(BigInteger raw) {
    return new BigDecimal(raw, decimals);
  }

  /**
   * An amount in the smallest parts, exactly.
   *
   * @throws IllegalArgumentException when it is finer than the token
   */
  public BigInteger raw(BigDecimal units) {
    try {
      return units.movePointRight(decimals).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          units.toPlainString()
              + " "
              + symbol
              + " is finer than its "
              + decimals
              + " decimal places",
          e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token t && t.address.equals(address);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(address);
  }

  @Override
  public String toString() {
    return symbol;
  }
}
