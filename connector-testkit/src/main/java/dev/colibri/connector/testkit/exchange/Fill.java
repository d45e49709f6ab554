package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * One account's side of a {@link Trade}. The fee is in {@code feeAsset}, what the account received.
 */
public record Fill(
    String market,
    long tradeId,
    long orderId,
    String clientId,
    Order.Side side,
    BigDecimal price,
    BigDecimal quantity,
    BigDecimal fee,
    String feeAsset,
    boolean maker,
    long time) {

  public BigDecimal quoteQuantity() {
    return Amounts.times(price, quantity);
  }
}
