package dev.colibri.connector.spi;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a session may say to the engine; one method an event. Valid as long as its connection. */
public interface SessionContext {

  /** Sends a text frame, built as it leaves, when the stream's send limit has room. */
  void send(Function<SigningContext, String> frame);

  /** The connection is ready for subscriptions. */
  void ready();

  /** The venue accepted a subscription. Data may come before it. */
  void accepted(Topic topic);

  /** The venue refused a subscription. */
  void refused(Topic topic, Fault fault);

  /** The venue refused the login: the connection is closed, and tried again as the fault allows. */
  void refusedLogin(Fault fault);

  /**
   * An answer to a {@link Request} that travelled on this stream.
   *
   * @param requestId the {@link SigningContext#requestId()} it was signed with
   */
  void answer(long requestId, Reply reply);

  /**
   * Something is missing that the session itself can tell.
   *
   * @param topic what, or null for everything on this connection, which is then replaced
   */
  void lost(@Nullable Topic topic, BookState state, String reason);

  /** The instrument of the venue's spelling, found without making a String; null when not known. */
  @Nullable Instrument instrument(byte[] bytes, int from, int to);

  /** The instrument of the venue's spelling; null when not known. */
  @Nullable Instrument instrument(String symbol);

  /**
   * The instrument of the venue's spelling.
   *
   * @throws TextException when it is not known
   */
  default Instrument requireInstrument(String symbol) {
    Instrument known = instrument(symbol);
    if (known == null) {
      throw new TextException("not an instrument: " + Escape.text(symbol));
    }
    return known;
  }

  /** The stage for changes of books; one message at a time. */
  DepthStage depth();

  /** The stage for public trades. */
  TradeStage trade();

  /**
   * The message in progress tells of public trades and of nothing else, so that nothing has to
   * follow from it: no order, book or subscription is another one afterwards. To be said only by
   * who knows the whole message; saying nothing is always right.
   */
  default void onlyTrades() {}

  /** One of our orders changed. */
  void order(OrderUpdate update);

  /** One of our orders filled. */
  void fill(Fill fill);

  /**
   * Balances changed.
   *
   * @param complete whether assets that are absent are zero
   * @param venueMillis the venue's time of the balances in milliseconds since the epoch, or 0
   */
  void balances(List<Balance> balances, boolean complete, long venueMillis);

  /**
   * Balances changed, and the stream does not tell what is available now: they are asked for soon,
   * once for all that moved meanwhile.
   */
  void balancesMoved();

  /**
   * Positions of perpetuals changed, or what the venue tells of them did.
   *
   * @param complete whether instruments that are absent are flat
   */
  void positions(List<Position> positions, boolean complete);

  /** Some or all of what is told of a perpetual's mark price and funding; parts may be null. */
  void funding(FundingRate told);

  /**
   * Funding was paid or received: the payments are asked for soon, once for all that moved
   * meanwhile.
   */
  void fundingPaid();

  /** The account's leverage or margin mode of an instrument is now this. */
  void leverage(Leverage leverage);

  /**
   * The venue warns that a position is near its liquidation.
   *
   * @param raw the venue's own words
   */
  void marginCall(Instrument instrument, String raw);

  /** A chain has a new block. */
  default void head(Block block) {}

  /** A part of a message could not be read and was set aside. */
  void quarantined(String part, RuntimeException problem);
}
