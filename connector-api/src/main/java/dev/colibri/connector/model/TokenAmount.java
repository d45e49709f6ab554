package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * So much of a token, exactly.
 *
 * @param raw in the token's smallest parts; may be negative where it is a difference
 */
public record TokenAmount(Token token, BigInteger raw) {

  /** So many units. */
  public static TokenAmount of(Token token, BigDecimal units) {
    return new TokenAmount(token, token.raw(units));
  }

  /** In units. */
  public BigDecimal units() {
    return token.units(raw);
  }

  @Override
  public String toString() {
    return units().toPlainString() + " " + token.symbol();
  }
}
