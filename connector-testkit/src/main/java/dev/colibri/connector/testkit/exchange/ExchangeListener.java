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

  /**
   * Positions of an account changed, told once at the end of the request that did it.
   *
   * @param assets whose wallets changed with them
   */
  default void positions(String account, List<Position> changed, List<String> assets, long now) {}

  /** Funding or an insurance payment reached a wallet; its balance has changed. */
  default void income(String account, Income income) {}

  /** An account's leverage in a market is another from now on. */
  default void leverage(String account, String market, int leverage, long now) {}

  /** An account is near its liquidation; these positions are open. */
  default void marginCall(String account, String asset, List<Position> positions, long now) {}

  /** Mark price, index price or funding of a market changed. */
  default void marked(String market, Mark mark, long now) {}

  /** A request has been carried out; everything it caused has been told. */
  default void settled(long now) {}
}
