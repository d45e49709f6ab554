package dev.colibri.connector;

/** Something that goes on until it is closed. Closing twice does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
