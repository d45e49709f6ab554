package dev.colibri.examples.ammarbitrage;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import java.math.BigDecimal;

/** A chain in virtual time: a pool of two tokens, and a wallet with 1,000 of either. */
interface PoolChain extends AutoCloseable {
  /** What its blocks go by. */
  VirtualTime time();

  /** The way to its nodes. */
  Network network();

  /** What a connector of the wallet is opened from. */
  AmmVenue venue();

  /** Watches the pool, and says of what it is. */
  Instrument watch(AmmConnector amm);

  /** What the wallet has of the base token, by the chain's own word. */
  BigDecimal base();

  /** What the wallet has of the quote token, by the chain's own word. */
  BigDecimal quote();

  @Override
  void close();
}
