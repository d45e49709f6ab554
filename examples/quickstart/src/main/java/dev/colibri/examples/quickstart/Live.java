package dev.colibri.examples.quickstart;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;

/** A real venue: its public data, and with keys of the test network one order that rests there. */
final class Live {
  private static final BigDecimal FAR = new BigDecimal("0.9");
  private static final BigDecimal AMPLE = new BigDecimal("1.2");
  private static final BigDecimal LEAST = new BigDecimal("10");

  private Live() {}

  static String run(
      String venue, String name, Map<String, String> environment, Screen screen, Duration duration)
      throws Exception {
    boolean trades = venue.equals("binance") && environment.containsKey("BINANCE_API_KEY");
    try (Colibri colibri = Colibri.live()) {
      BookConnector connector =
          trades
              ? colibri.open(Binance.spot(Credentials.fromEnv("BINANCE")).testnet())
              : colibri.open(venue + "-spot", null);
      Quickstart.start(connector);
      Instrument instrument = connector.instrument(name);
      long updates = screen.show(colibri, connector, instrument, () -> "", duration);
      if (updates == 0) {
        throw new IllegalStateException(
            "no update of a valid book came; it is " + connector.book(instrument).state());
      }
      return updates
          + " book updates of "
          + instrument
          + (trades ? ", " + restAndCancel(colibri, connector, instrument) : "");
    }
  }

  /** Rests the smallest order well below the market, takes it back, and tells how it ended. */
  static OrderState restAndCancel(Colibri colibri, BookConnector connector, Instrument instrument)
      throws Exception {
    connector.guard(Guard.none().maxOrderNotional("25"));
    OrderBook book = connector.book(instrument);
    Level bid = book.isValid() ? book.bestBid() : null;
    if (bid == null) {
      throw new IllegalStateException("there is no bid to rest below");
    }
    BigDecimal price = bid.price().multiply(FAR);
    BigDecimal least = instrument.rules().minNotional();
    BigDecimal notional = (least == null ? LEAST : least).multiply(AMPLE);
    LiveOrder order =
        connector.place(
            Order.buy(instrument)
                .limit(price)
                .size(notional.divide(price, instrument.sizeDigits(), RoundingMode.UP))
                .postOnly()
                .rounded());
    colibri.after(Duration.ofSeconds(2), order::cancel);
    OrderState end = Quickstart.await("the end of " + order, order.done(), connector);
    if (end.status() != OrderStatus.CANCELED) {
      throw new IllegalStateException("the order should have rested until canceled: " + end);
    }
    return end;
  }
}
