package dev.colibri.docs;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;

/** What a snippet of a page may use without saying where it comes from. Never run. */
public abstract class Given {
  protected Colibri colibri;
  protected SpotConnector connector;
  protected PerpConnector perp;
  protected Instrument btc;
  protected LiveOrder order;
  protected EmbeddedExchange exchange;
  protected Simulated sim;
}
