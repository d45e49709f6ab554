package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Trade;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One stream that somebody listens to; it hears the exchange and publishes payloads. */
abstract class Feed {

  private final String name;
  private final Set<StreamSession> sessions = new LinkedHashSet<>();

  Feed(String name) {
    this.name = name;
  }

  /** Milliseconds between two ticks, or 0 for a feed without them. */
  long period() {
    return 0;
  }

  void level(long updateId, Side side, BigDecimal price, BigDecimal quantity) {}

  void trade(Trade trade) {}

  void aggTrade(AggTrades.AggTrade trade) {}

  /** A fill of an order of the venue itself. */
  void forced(Execution execution) {}

  void settled(long now) {}

  /** Called once in each period of the clock. */
  void tick(long now) {}

  final String name() {
    return name;
  }

  final void add(StreamSession session) {
    sessions.add(session);
  }

  final void remove(StreamSession session) {
    sessions.remove(session);
  }

  final boolean isIdle() {
    return sessions.isEmpty();
  }

  /** The stream's name among the faults. */
  String faulty() {
    return name;
  }

  final void publish(String payload) {
    // A copy, because a session may leave while it is told.
    List.copyOf(sessions).forEach(session -> session.publish(name, faulty(), payload));
  }
}
