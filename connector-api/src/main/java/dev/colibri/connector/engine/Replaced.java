package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderState;
import org.jspecify.annotations.Nullable;

/** Told what became of a replacement. */
@FunctionalInterface
public interface Replaced {
  /**
   * The new order is registered, or there is none.
   *
   * @param placed the new order; null when there is none
   * @param why there is none; empty otherwise
   */
  void done(@Nullable OrderState placed, String why);
}
