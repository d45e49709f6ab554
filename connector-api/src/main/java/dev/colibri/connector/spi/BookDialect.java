package dev.colibri.connector.spi;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one venue that trades on order books speaks. No clock, no socket, no thread.
 *
 * <p>Every method that returns a {@link Call} only describes what to ask and how to read the
 * answer; the engine performs it. Abilities that not every venue has are further interfaces ({@link
 * NativeReplace}, {@link NativeAmend}, {@link NativeBatch}, {@link NativeBatchCancel}, {@link
 * NativeCancelAll}, {@link DeadMansSwitch}, {@link Candles}, {@link KeyPermissions}): a dialect
 * implements what its venue can do.
 *
 * <p>Reading a reply may throw {@link dev.colibri.connector.text.TextException}: the engine treats
 * a reply that cannot be read as one that says nothing, so that for an order the outcome is
 * unknown.
 */
public non-sealed interface BookDialect extends Dialect {

  /** The venue's clock, in milliseconds since the epoch. */
  Call<Long> time();

  /** Everything it lists. A row that cannot be read is reported to {@code rows} and skipped. */
  Call<List<Instrument>> instruments(BadRows rows);

  /** A whole book of at least {@code depth} levels a side, or as many as the venue gives. */
  Call<BookSnapshot> book(Instrument instrument, int depth);

  /**
   * The touch and last price of every instrument, or at least of those given. Empty: all. More may
   * be told than was asked for.
   */
  Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows);

  /** The latest public trades, in the order of time or against it. */
  Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows);

  /** The account's fee rates. Empty where the venue does not tell: the profile's defaults hold. */
  Call<List<FeeRate>> fees(List<Instrument> instruments);

  /** Everything the account holds; assets that are absent are zero. */
  Call<List<Balance>> balances(BadRows rows);

  /** Sends the order, which has its client id. */
  Call<OrderUpdate> place(Order order);

  /** Cancels the order, by whichever of its ids the venue takes. */
  Call<OrderUpdate> cancel(Order order);

  /** Asks where the order stands, by whichever of its ids the venue takes. */
  Call<OrderUpdate> status(Order order);

  /** Every open order of the instrument, or of the account when it is null. */
  Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows);

  /** The fills that match the query, a page at a time, in the order of time or against it. */
  Call<Page<Fill>> fills(FillQuery query, BadRows rows);
}
