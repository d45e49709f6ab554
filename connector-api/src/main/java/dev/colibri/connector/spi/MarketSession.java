package dev.colibri.connector.spi;

import dev.colibri.connector.text.Frame;

/**
 * A connection of market data whose messages a {@link MarketFormat} describes. What is left to a
 * venue is to subscribe, and to hear what is no market data.
 *
 * <p>Books, trades and tops are read without allocating. Fields may stand in any order; a message
 * is fastest where what it is comes before its content.
 */
public abstract class MarketSession implements Session {
  private final MarketReader reader;

  /** A fresh session. */
  protected MarketSession(MarketFormat format) {
    reader = new MarketReader(format.compile());
  }

  @Override
  public final void received(Frame frame, SessionContext context) {
    if (!reader.read(frame, context)) {
      other(frame, context);
    }
  }

  /**
   * A message that is no market data: an answer to a subscription, an error, a pong. Whatever it
   * throws quarantines the message.
   *
   * @param frame valid only during the call
   */
  protected abstract void other(Frame frame, SessionContext context);
}
