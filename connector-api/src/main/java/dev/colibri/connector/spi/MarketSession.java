package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Frame;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection of market data whose messages a {@link MarketFormat} describes. What is left to a
 * venue is to subscribe, and to hear what is no market data.
 *
 * <p>Books, trades and tops are read without allocating. Fields may stand in any order; a message
 * is fastest where what it is comes before its content.
 */
public abstract class MarketSession implements Session {
  private final MarketFormat.Compiled format;
  private final MarketReader reader;

  /** One a name that is heard under another one. */
  private final Map<Instrument, MarketReader> echoes = new LinkedHashMap<>();

  /** A fresh session. */
  protected MarketSession(MarketFormat format) {
    this.format = format.compile();
    reader = new MarketReader(this.format);
  }

  /**
   * What the venue says of one instrument is from now on heard of another one, too, because both
   * share a book: messages are read once more for each.
   */
  protected final void alsoFor(Instrument said, Instrument heard) {
    echoes.computeIfAbsent(heard, h -> new MarketReader(format, said, h));
  }

  @Override
  public final void received(Frame frame, SessionContext context) {
    if (!reader.read(frame, context)) {
      other(frame, context);
    } else if (!echoes.isEmpty()) {
      for (MarketReader echo : echoes.values()) {
        echo.read(frame, context);
      }
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
