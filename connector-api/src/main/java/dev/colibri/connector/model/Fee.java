package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * A fee that was charged.
 *
 * @param asset the asset it was charged in
 * @param amount how much of it, in units of the asset; negative for a rebate
 */
public record Fee(String asset, BigDecimal amount) {}
