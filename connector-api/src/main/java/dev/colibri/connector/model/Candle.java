package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The trades of one interval.
 *
 * @param instrument what was traded
 * @param openMillis when the interval begins, in milliseconds since the epoch
 * @param interval how long it is
 * @param open the first price
 * @param high the highest price
 * @param low the lowest price
 * @param close the last price
 * @param volume in base units
 * @param quoteVolume in quote units, or null where the venue does not tell it
 */
public record Candle(
    Instrument instrument,
    long openMillis,
    Duration interval,
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal close,
    BigDecimal volume,
    @Nullable BigDecimal quoteVolume) {}
