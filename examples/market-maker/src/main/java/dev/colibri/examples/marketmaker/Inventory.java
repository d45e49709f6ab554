package dev.colibri.examples.marketmaker;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What trading one instrument has brought since the start, fees included. Not thread-safe: it lives
 * on the strategy thread.
 */
public final class Inventory {
  // As many as the engine remembers: later events of older orders do not come.
  private static final int REMEMBERED = 10_000;

  private final Instrument instrument;
  private final Map<String, OrderState> states = new LinkedHashMap<>();
  private final Map<String, Side> live = new LinkedHashMap<>();
  private BigDecimal base = BigDecimal.ZERO;
  private BigDecimal quote = BigDecimal.ZERO;
  private int fills;

  Inventory(Instrument instrument) {
    this.instrument = instrument;
  }

  /** An order was placed: it is live until its end is heard. */
  void placed(LiveOrder order) {
    live.put(order.clientId(), order.order().side());
  }

  /**
   * Whether an order of ours may still fill on a side, or may have filled without our having heard:
   * the connector is ahead of its events, and by its word alone that fill would be forgotten.
   */
  boolean isLive(Side side) {
    return live.containsValue(side);
  }

  /** Counts what an event changed: an order's totals are summed, so that corrections count too. */
  void heard(OrderEvent event) {
    OrderState now = event.state();
    if (!now.instrument().equals(instrument)) {
      return;
    }
    if (event.isTerminal()) {
      live.remove(now.clientId());
    }
    count(now, 1);
    OrderState before = states.put(now.clientId(), now);
    if (before != null) {
      count(before, -1);
    }
    if (states.size() > REMEMBERED) {
      var oldest = states.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    if (event.kind() == OrderEvent.Kind.FILL || event.kind() == OrderEvent.Kind.LATE_FILL) {
      fills++;
    }
  }

  private void count(OrderState state, int times) {
    BigDecimal sign = BigDecimal.valueOf(state.order().side() == Side.BUY ? times : -times);
    base = base.add(state.filled().multiply(sign));
    quote = quote.subtract(state.quoteFilled().multiply(sign));
    BigDecimal n = BigDecimal.valueOf(times);
    base = base.subtract(fee(state, instrument.base()).multiply(n));
    quote = quote.subtract(fee(state, instrument.quote()).multiply(n));
  }

  private static BigDecimal fee(OrderState state, String asset) {
    return state.fees().getOrDefault(asset, BigDecimal.ZERO);
  }

  /** Base units gained; negative when more was sold than bought. */
  public BigDecimal base() {
    return base;
  }

  /** Quote units gained; negative when more was spent than earned. */
  public BigDecimal quote() {
    return quote;
  }

  /** How many fills were counted. */
  public int fills() {
    return fills;
  }

  /** Profit in quote units, if the inventory were worth this price. */
  public BigDecimal profit(BigDecimal price) {
    return quote.add(base.multiply(price));
  }
}
