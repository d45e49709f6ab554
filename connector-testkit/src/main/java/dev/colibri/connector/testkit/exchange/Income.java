package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * One movement of a margin account's wallet.
 *
 * @param id rises over the whole exchange
 * @param market the market's {@linkplain Market#name() name}, empty if it belongs to none
 * @param amount what the wallet gained, negative for a loss
 * @param time milliseconds since 1970
 * @param tradeId of the market, or 0 if it belongs to no trade
 */
public record Income(
    long id, String market, Type type, String asset, BigDecimal amount, long time, long tradeId) {

  /** What moved the wallet. */
  public enum Type {
    TRANSFER,
    REALISED_PROFIT,
    FUNDING,
    FEE,
    /** The exchange paid what a liquidated account owed. */
    INSURANCE
  }
}
