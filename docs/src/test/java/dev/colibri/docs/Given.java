package dev.colibri.docs;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Signer;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import java.math.BigDecimal;
import java.time.Instant;

/** What a snippet of a page may use without saying where it comes from. Never run. */
public abstract class Given {
  protected Colibri colibri;
  protected SpotConnector connector;
  protected PerpConnector perp;
  protected Instrument btc;
  protected LiveOrder order;
  protected Signer wallet;
  protected AmmConnector base;
  protected Instrument pair;
  protected Pool pool;
  protected int lower;
  protected int upper;
  protected TokenAmount wethAmount;
  protected TokenAmount usdcAmount;
  protected BigDecimal slippage;
  protected Instant deadline;
  protected EmbeddedExchange exchange;
  protected Simulated sim;
}
