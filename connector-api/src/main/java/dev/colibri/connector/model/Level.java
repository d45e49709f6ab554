package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * One price of an order book and what rests there.
 *
 * @param price in quote units per base unit
 * @param size in base units
 */
public record Level(BigDecimal price, BigDecimal size) {}
