package dev.colibri.connector.spi;

import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Json;

/**
 * The names of the fields in which a venue tells what holds a perpetual to its index. A row may
 * have some of them only.
 *
 * @param mark of the mark price
 * @param index of the index price
 * @param rate of the rate of the payment that comes next
 * @param next of the time of that payment
 * @param millis of the venue's time of the row
 */
public record FundingFields(String mark, String index, String rate, String next, String millis) {

  /** What a row tells of an instrument. */
  public FundingRate read(Json row, Instrument instrument) {
    return read(row, instrument, row.longOr(millis, 0));
  }

  /** The same, told at a time of the venue that stands elsewhere; 0 where it does not tell. */
  public FundingRate read(Json row, Instrument instrument, long venueMillis) {
    return new FundingRate(
        instrument,
        row.findDecimal(mark),
        row.findDecimal(index),
        row.findDecimal(rate),
        row.longOr(next, 0),
        venueMillis);
  }

  /** Whether a row has any of them but for its time. */
  public boolean areIn(Json row) {
    return row.has(mark) || row.has(index) || row.has(rate) || row.has(next);
  }
}
