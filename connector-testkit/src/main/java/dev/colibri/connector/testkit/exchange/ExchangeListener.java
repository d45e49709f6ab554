package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.util.List;

/**
 * Hears what happens on an exchange, in exact order, on the caller's thread and during the call
 * that causes it. A listener must not change the exchange. Times are milliseconds since 1970.
 */
public interface ExchangeListener {

  /**
   * A price level changed. Numbers rise by one per market.
   *
   * @param quantity base units now waiting there, zero if the level is gone
   */
  default void level(
      Market market,
      long updateId,
      Order.Side side,
      BigDecimal price,
      BigDecimal quantity,
      long now) {}

  default void trade(Trade trade) {}

  default void execution(Execution execution) {}

  /** The balances of these assets changed, told once at the end of the request that did it. */
  default void balances(String account, List<String> assets, long now) {}

  /** A deposit (positive) or withdrawal (negative). */
  default void transfer(String account, String asset, BigDecimal delta, long now) {}

  /** A request has been carried out; everything it caused has been told. */
  default void settled(long now) {}
}
