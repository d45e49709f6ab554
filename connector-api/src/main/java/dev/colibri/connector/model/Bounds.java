package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a quantity is at least and at most.
 *
 * @param least never more than the most
 * @param most null when nothing bounds it that is known
 */
public record Bounds(BigDecimal least, @Nullable BigDecimal most) {
  /** Exactly nothing. */
  public static final Bounds ZERO = new Bounds(BigDecimal.ZERO, BigDecimal.ZERO);

  /** Both together. */
  public Bounds plus(Bounds other) {
    return new Bounds(
        least.add(other.least), most == null || other.most == null ? null : most.add(other.most));
  }
}
