package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * One account's side of a {@link Trade}. The fee is in {@code feeAsset}, what the account received;
 * the settlement asset where margined.
 *
 * @param positionSide the position it changed
 * @param realised profit less loss of what it closed, before fees; zero on spot
 * @param cause whose order it was of
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
    long time,
    Position.Side positionSide,
    BigDecimal realised,
    Order.Cause cause) {

  public BigDecimal quoteQuantity() {
    return Amounts.times(price, quantity);
  }
}
