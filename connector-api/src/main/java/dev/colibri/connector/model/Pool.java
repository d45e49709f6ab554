package dev.colibri.connector.model;

import java.util.Objects;

/**
 * A pool of two tokens. Two are equal when their addresses are.
 *
 * @param amm whose it is, as in {@code uniswap-v3}
 * @param address in the chain's spelling
 * @param token0 the one of the smaller address
 * @param token1 the other
 * @param feeMillionths what a swap pays of what comes in, in millionths
 * @param tickSpacing which ticks liquidity may begin and end at; 0 where it is everywhere
 */
public record Pool(
    String amm, String address, Token token0, Token token1, int feeMillionths, int tickSpacing) {

  public Pool {
    if (token0.equals(token1)) {
      throw new IllegalArgumentException("a pool of " + token0 + " and itself: " + address);
    }
    if (feeMillionths < 0 || feeMillionths >= 1_000_000 || tickSpacing < 0) {
      throw new IllegalArgumentException(
          "pool " + address + " has fee " + feeMillionths + " and tick spacing " + tickSpacing);
    }
  }

  /** Whether its liquidity is in ranges of price. */
  public boolean isConcentrated() {
    return tickSpacing > 0;
  }

  public boolean has(Token token) {
    return token.equals(token0) || token.equals(token1);
  }

  /** The token on the other side. */
  public Token other(Token token) {
    if (!has(token)) {
      throw new IllegalArgumentException(token + " is not in " + this);
    }
    return token.equals(token0) ? token1 : token0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pool p && p.address.equals(address);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(address);
  }

  @Override
  public String toString() {
    return amm + " " + token0 + "/" + token1 + " " + feeMillionths;
  }
}
