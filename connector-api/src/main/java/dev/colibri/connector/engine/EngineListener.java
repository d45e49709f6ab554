package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.RawMessage;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.TradeView;

/**
 * What the engine tells. Called while the engine is driven: an implementation takes note and
 * returns, and runs no code of users.
 */
public interface EngineListener {

  /** Something happened to an order. */
  void order(OrderEvent event);

  /** Something a strategy should know. */
  void event(ConnectorEvent event);

  /** A balance changed. */
  default void balance(Balance balance) {}

  /**
   * A book changed, or became valid or invalid.
   *
   * @param book the engine's own book; read it only while the engine is driven, or copy it
   */
  default void book(OrderBook book) {}

  /** A public trade; the view is reused. */
  default void trade(TradeView trade) {}

  /** The best bid and ask of an instrument; the view is reused. */
  default void top(TopView top) {}

  /** A position of a perpetual changed. */
  default void position(PositionEvent event) {}

  /** More is known of a perpetual's funding: everything that is known by now. */
  default void funding(FundingRate rate) {}

  /** Funding was paid or received. */
  default void fundingPayment(FundingPayment payment) {}

  /** Whether anybody asks for messages as they came. */
  default boolean wantsRaw() {
    return false;
  }

  /** A message as it came on a stream, redacted; only when {@link #wantsRaw}. */
  default void raw(RawMessage message) {}
}
