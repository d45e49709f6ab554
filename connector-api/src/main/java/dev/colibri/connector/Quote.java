package dev.colibri.connector;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One side of an instrument, quoted by one post-only order: it is canceled where it rests too far
 * from where it is wanted, and placed anew when its end was told. So no two orders of the side are
 * ever live at once, whatever becomes of lost requests.
 *
 * <pre>{@code
 * var bid = new Quote(inventory, connector, btc, Side.BUY, new BigDecimal("0.0001"));
 * colibri.every(Duration.ofMillis(250), () -> bid.at(price(), size()));
 * }</pre>
 *
 * <p>Lives on the strategy thread.
 */
public final class Quote {
  private final Inventory inventory;
  private final BookConnector on;
  private final Instrument instrument;
  private final Side side;
  private final BigDecimal tolerance;
  private final Attempts attempts;

  /**
   * A quote that is nowhere yet. An order of this side that the inventory counts on this connector
   * already, as one that it adopted, is taken for the quote.
   *
   * @param inventory counts its orders
   * @param tolerance how far it may rest from where it is wanted, as a fraction of the price
   */
  public Quote(
      Inventory inventory,
      BookConnector on,
      Instrument instrument,
      Side side,
      BigDecimal tolerance) {
    this.inventory = inventory;
    attempts = new Attempts(inventory, on);
    this.on = on;
    this.instrument = instrument;
    this.side = side;
    this.tolerance = tolerance;
  }

  /**
   * Brings it to where it is wanted, one step a call: cancels what rests too far away, or places
   * where nothing is live. What is on its way or of unknown outcome is left to the engine, which is
   * finding out; for a second after the venue rejected an order, none is placed.
   *
   * @param price is rounded to a lawful one, a buy's down and a sell's up; null to {@link #cancel}
   * @param size of an order that is placed, in base units, rounded down; what rests keeps its own.
   *     Nothing is placed where it is less than {@link
   *     dev.colibri.connector.model.TradingRules#leastSize}.
   */
  public void at(@Nullable BigDecimal price, BigDecimal size) {
    if (price == null) {
      cancel();
      return;
    }
    Order wanted = Order.of(instrument, side).limit(price).size(size).postOnly().rounded();
    BigDecimal at = wanted.price();
    if (inventory.isLive(on, instrument, side)) {
      for (LiveOrder o : inventory.openOrders(on, instrument, side)) {
        if (o.status().isResting() && isOff(o.order().price(), at)) {
          o.cancel();
        }
      }
    } else if (at.signum() > 0 && wanted.size().compareTo(instrument.rules().leastSize(at)) >= 0) {
      attempts.place(wanted);
    }
  }

  private boolean isOff(@Nullable BigDecimal price, BigDecimal wanted) {
    return price == null || price.subtract(wanted).abs().compareTo(wanted.multiply(tolerance)) > 0;
  }

  /** Cancels what is live of it, of unknown outcome or not. */
  public void cancel() {
    for (LiveOrder o : inventory.openOrders(on, instrument, side)) {
      if (o.status() != OrderStatus.PENDING_CANCEL) {
        o.cancel();
      }
    }
  }

  /** Why the last order was refused before it was sent; null when it was not. */
  public @Nullable Refused refusal() {
    return attempts.refusal();
  }
}
