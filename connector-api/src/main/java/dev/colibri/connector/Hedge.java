package dev.colibri.connector;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Trades away on one instrument what is open elsewhere, by orders that take from its book, one at a
 * time: while one may still trade, one of unknown outcome included, none follows it. So nothing is
 * traded away twice.
 *
 * <pre>{@code
 * var hedge = new Hedge(inventory, connector, btc, new BigDecimal("0.002"));
 * colibri.every(Duration.ofMillis(250), () -> hedge.offset(inventory.net("BTC")));
 * }</pre>
 *
 * <p>Lives on the strategy thread.
 */
public final class Hedge {
  private final Inventory inventory;
  private final BookConnector on;
  private final Instrument instrument;
  private final BigDecimal slippage;
  private final Attempts attempts;

  /**
   * A hedge that did nothing yet.
   *
   * @param inventory counts its orders
   * @param slippage how far beyond the book an order may trade, as a fraction of the price
   */
  public Hedge(Inventory inventory, BookConnector on, Instrument instrument, BigDecimal slippage) {
    this.inventory = inventory;
    attempts = new Attempts(inventory, on);
    this.on = on;
    this.instrument = instrument;
    this.slippage = slippage;
  }

  /**
   * Sells what is open, or buys what is short, as far as the book shows it; does nothing while an
   * order of its own inventory is live on the instrument, the book is not valid, or the venue
   * rejected an order less than a second ago.
   *
   * @param open base units, as the inventory has them now; negative for what is short
   * @return whether nothing is left to trade away: nothing is live here, and what is open is less
   *     than the venue takes
   */
  public boolean offset(BigDecimal open) {
    if (inventory.isLive(on, instrument)) {
      return false; // What it fills will be counted, and is no reason for another.
    }
    OrderBook book = on.book(instrument);
    if (open.signum() == 0 || !book.isValid()) {
      return open.signum() == 0;
    }
    Side side = open.signum() > 0 ? Side.SELL : Side.BUY;
    Level touch = side == Side.SELL ? book.bestBid() : book.bestAsk();
    if (touch == null || open.abs().compareTo(instrument.rules().leastSize(touch.price())) < 0) {
      return touch != null;
    }
    Order order = book.taking(side).order(open.abs(), slippage);
    if (order != null) {
      attempts.place(order);
    }
    return false;
  }

  /** Why the last order was refused before it was sent; null when it was not. */
  public @Nullable Refused refusal() {
    return attempts.refusal();
  }
}
