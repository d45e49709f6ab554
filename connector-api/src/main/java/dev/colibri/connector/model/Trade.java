package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * A public trade.
 *
 * @param instrument what was traded
 * @param id the venue's id, unique within the instrument
 * @param taker the side of the order that took
 * @param price in quote units per base unit
 * @param size in base units
 * @param venueMillis the venue's time in milliseconds since the epoch
 */
public record Trade(
    Instrument instrument,
    String id,
    Side taker,
    BigDecimal price,
    BigDecimal size,
    long venueMillis) {}
