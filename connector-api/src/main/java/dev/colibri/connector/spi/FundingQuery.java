package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import org.jspecify.annotations.Nullable;

/**
 * Which funding payments are wanted.
 *
 * @param instrument of this instrument; null for all, or for as many as the venue tells at once
 * @param sinceMillis not before this venue time in milliseconds since the epoch
 * @param untilMillis not after this venue time in milliseconds since the epoch; 0 for no bound
 * @param cursor {@link Page#next()} of the page before; null for the first
 */
public record FundingQuery(
    @Nullable Instrument instrument, long sinceMillis, long untilMillis, @Nullable String cursor) {

  /** Every payment of the account since a time. */
  public static FundingQuery since(long millis) {
    return new FundingQuery(null, millis, 0, null);
  }

  /** The time not before which they are wanted, as a text; null without that bound. */
  public @Nullable String since() {
    return sinceMillis > 0 ? Long.toString(sinceMillis) : null;
  }

  /** The time not after which they are wanted, as a text; null without that bound. */
  public @Nullable String until() {
    return untilMillis > 0 ? Long.toString(untilMillis) : null;
  }

  /** The same, from a cursor on. */
  public FundingQuery from(String cursor) {
    return new FundingQuery(instrument, sinceMillis, untilMillis, cursor);
  }
}
