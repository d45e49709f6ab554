package dev.colibri.connector;

import java.util.List;

/** Something that goes on until it is closed. Closing twice does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();

  /** Several that are closed together. */
  static Subscription all(Subscription... several) {
    List<Subscription> all = List.of(several);
    return () -> all.forEach(Subscription::close);
  }
}
