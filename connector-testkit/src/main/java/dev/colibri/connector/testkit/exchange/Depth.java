package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.util.List;

/**
 * A book at one moment, best levels first.
 *
 * @param lastUpdateId number of the last level change it contains
 */
public record Depth(long lastUpdateId, List<Level> bids, List<Level> asks) {

  /** The base units waiting at one price. */
  public record Level(BigDecimal price, BigDecimal quantity) {}
}
