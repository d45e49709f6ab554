package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a swap would give, by the state of its pools at the end of a block. It is carried out once:
 * a copy with the same id counts as the same.
 *
 * @param id tells it from every other quote of its connector, of earlier processes too
 * @param instrument what is bought or sold, and for what
 * @param side a buy has an exact amount out, a sell an exact amount in
 * @param in what goes in, in parts of the token that is given
 * @param out what comes out, in parts of the token that is got
 * @param legs the ways it goes, each with its share; together they are the whole
 * @param poolFees what pools keep of it, which is in the price already
 * @param priceImpact by how much worse than the price before it is its average price, fee aside;
 *     0.01 is a per cent
 * @param gas how much gas it is expected to use
 * @param gasCost what that costs in the chain's own asset, in its smallest parts; null where the
 *     price of gas is not known
 * @param block the state it is from
 * @param expiresMillis when it should not be used any more, in milliseconds since the epoch
 */
public record SwapQuote(
    String id,
    Instrument instrument,
    Side side,
    TokenAmount in,
    TokenAmount out,
    List<Leg> legs,
    List<PoolFee> poolFees,
    BigDecimal priceImpact,
    long gas,
    @Nullable BigInteger gasCost,
    Block block,
    long expiresMillis) {

  /**
   * A part of a swap, which goes through pools one after the other.
   *
   * @param pools in the order in which they are gone through
   * @param tokens what goes in, what is between, and what comes out: one more than pools
   */
  public record Leg(List<Pool> pools, List<Token> tokens, BigInteger in, BigInteger out) {
    public Leg {
      pools = List.copyOf(pools);
      tokens = List.copyOf(tokens);
      if (pools.isEmpty() || tokens.size() != pools.size() + 1) {
        throw new IllegalArgumentException(pools.size() + " pools, " + tokens.size() + " tokens");
      }
    }
  }

  public SwapQuote {
    legs = List.copyOf(legs);
    poolFees = List.copyOf(poolFees);
  }

  /** Base units. */
  public BigDecimal size() {
    return (side == Side.BUY ? out : in).units();
  }

  /** Quote units. */
  public BigDecimal quoteSize() {
    return (side == Side.BUY ? in : out).units();
  }

  /** The average price with the pools' fees and without gas, to 34 digits. */
  public BigDecimal price() {
    return quoteSize().divide(size(), MathContext.DECIMAL128);
  }

  /**
   * The average price with everything in it, to 34 digits.
   *
   * @param gasRate what a unit of the chain's own asset is worth, in quote units
   * @throws IllegalStateException when the price of gas is not known
   */
  public BigDecimal allInPrice(BigDecimal gasRate, Token gasToken) {
    if (gasCost == null) {
      throw new IllegalStateException("the price of gas is not known");
    }
    BigDecimal gasQuote = gasToken.units(gasCost).multiply(gasRate);
    BigDecimal all = side == Side.BUY ? quoteSize().add(gasQuote) : quoteSize().subtract(gasQuote);
    return all.divide(size(), MathContext.DECIMAL128);
  }
}
