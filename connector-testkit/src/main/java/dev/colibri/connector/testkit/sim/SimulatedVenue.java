package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Protocol;

/** A venue that can be simulated from its wire to the user: how it speaks, and the other end. */
public interface SimulatedVenue {

  /** As a simulation is called: {@code binance}. */
  String name();

  /**
   * The other end of the wire.
   *
   * @param account may be traded by whoever has the key and the secret
   */
  Protocol protocol(Exchange exchange, long seed, String account, String key, String secret);

  /** What a user opens. */
  Venue<?> venue(String key, String secret);

  /** The stream that carries its books, as events name it. */
  default String books() {
    return "market";
  }

  /** Milliseconds between two rounds of trading by others: how lively its markets are. */
  default int crowdMillis() {
    return 1_000;
  }
}
