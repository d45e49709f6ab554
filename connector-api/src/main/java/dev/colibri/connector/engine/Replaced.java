package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderState;
import org.jspecify.annotations.Nullable;

/** Told what became of a replacement or an amendment. */
@FunctionalInterface
public interface Replaced {
  /**
   * The new order is registered, or the order is changed; or neither.
   *
   * @param placed the new order, or the changed one; null when there is none
   * @param why there is none; empty otherwise
   */
  void done(@Nullable OrderState placed, String why);
}
