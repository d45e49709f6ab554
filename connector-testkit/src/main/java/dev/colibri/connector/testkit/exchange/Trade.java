package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * A public trade: one taker order met one maker order.
 *
 * @param market the market's {@linkplain Market#name() name}
 * @param id rises by one per market
 * @param quantity base units
 * @param buyerIsMaker whether the buy order was resting, that is, the taker sold
 * @param time milliseconds since 1970
 */
public record Trade(
    String market,
    long id,
    BigDecimal price,
    BigDecimal quantity,
    long buyOrderId,
    long sellOrderId,
    boolean buyerIsMaker,
    long time) {

  public BigDecimal quoteQuantity() {
    return Amounts.times(price, quantity);
  }

  public long takerOrderId() {
    return buyerIsMaker ? sellOrderId : buyOrderId;
  }
}
