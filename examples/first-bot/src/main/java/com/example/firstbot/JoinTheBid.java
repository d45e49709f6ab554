package com.example.firstbot;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import java.time.Duration;

/** Keeps one order at the best bid. Live, on paper and in tests it is the same. */
public final class JoinTheBid {
  final SpotConnector connector;
  final Instrument btc;

  /** On public data, for a runtime on paper or a tape. */
  public JoinTheBid(Colibri colibri) {
    this(colibri, Binance.spot());
  }

  /** Returns when the venue is ready, or throws and says what is missing. */
  public JoinTheBid(Colibri colibri, SpotVenue venue) {
    connector = colibri.open(venue);
    connector.start().join();
    btc = connector.instrument("BTC-USDT");
    colibri.every(Duration.ofSeconds(1), this::act);
  }

  private void act() {
    var book = connector.book(btc);
    if (!book.isValid() || book.bestBid() == null) {
      return;
    }
    var bid = book.bestBid().price();
    var live = connector.openOrders(btc);
    if (live.isEmpty()) {
      connector.place(Order.buy(btc).limit(bid).size("0.001").postOnly());
    } else if (live.get(0).order().price().compareTo(bid) != 0) {
      live.get(0).cancel(); // A later second places anew, when this one is gone.
    }
  }
}
