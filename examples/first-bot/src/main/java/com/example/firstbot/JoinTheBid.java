package com.example.firstbot;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Quote;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Keeps one order at the best bid of others, until it holds enough. Live, on paper and in tests it
 * is the same.
 */
public final class JoinTheBid {
  private static final BigDecimal SIZE = new BigDecimal("0.001");
  private static final BigDecimal MOST = new BigDecimal("0.01");

  final SpotConnector connector;
  final Instrument btc;
  private final Inventory inventory = new Inventory();
  private final Quote bid;

  /** On public data, for a runtime on paper or a tape. */
  public JoinTheBid(Colibri colibri) {
    this(colibri, Binance.spot());
  }

  /** Returns when the venue is ready, or throws and says what is missing. */
  public JoinTheBid(Colibri colibri, SpotVenue venue) {
    connector = colibri.open(venue);
    connector.start().join();
    btc = connector.instrument("BTC-USDT");
    connector.openOrders(btc).forEach(inventory::adopt); // What a killed process left.
    bid = new Quote(inventory, connector, btc, Side.BUY, BigDecimal.ZERO);
    colibri.every(Duration.ofSeconds(1), this::act);
  }

  private void act() {
    var others = inventory.others(connector.book(btc));
    var best = others.isValid() ? others.bestBid() : null;
    // Not known: no order. Elsewhere: canceled now, and placed by a later second, when it is gone.
    bid.at(best == null ? null : best.price(), SIZE.min(inventory.room(btc, Side.BUY, MOST)));
  }
}
