package dev.colibri.connector.spi;

import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Json;
import java.time.Duration;

/**
 * Which candles are asked for in one request.
 *
 * @param instrument of which instrument
 * @param interval how long each is
 * @param name what the venue calls the interval
 * @param fromMillis they open not before, in milliseconds of venue time since the epoch
 * @param toMillis they open before
 */
public record CandleRange(
    Instrument instrument, Duration interval, String name, long fromMillis, long toMillis) {

  /** The first second of the range. */
  public long fromSeconds() {
    return Math.floorDiv(fromMillis + 999, 1000);
  }

  /** The last second that belongs to the range. */
  public long lastSecond() {
    return Math.floorDiv(toMillis - 1, 1000);
  }

  /**
   * The candle of a row that is an array.
   *
   * @param places where in the row stand open, high, low, close, volume and, where the venue tells
   *     it, the volume in quote units
   */
  public Candle candle(long openMillis, Json row, int... places) {
    return new Candle(
        instrument,
        openMillis,
        interval,
        row.at(places[0]).asDecimal(),
        row.at(places[1]).asDecimal(),
        row.at(places[2]).asDecimal(),
        row.at(places[3]).asDecimal(),
        row.at(places[4]).asDecimal(),
        places.length == 5 ? null : row.at(places[5]).asDecimal());
  }

  /** The candle of a row that is an object, by its fields of open, high, low, close and volume. */
  public Candle candle(long openMillis, Json row, String fields) {
    String[] names = fields.split(" ");
    return new Candle(
        instrument,
        openMillis,
        interval,
        row.decimal(names[0]),
        row.decimal(names[1]),
        row.decimal(names[2]),
        row.decimal(names[3]),
        row.decimal(names[4]),
        null);
  }
}
