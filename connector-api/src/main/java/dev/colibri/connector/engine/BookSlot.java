package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderBook;

/**
 * A place for a book on its way to another thread: it is set while the engine is driven, and read
 * when nothing sets it.
 */
public final class BookSlot {
  private final Book book;

  /** A place for copies of a book of the engine's. */
  public BookSlot(OrderBook live) {
    book = new Book((Book) live);
  }

  /** Copies the levels that are shown, and makes nothing in steady state. */
  public void set(OrderBook live) {
    book.take((Book) live);
  }

  /** What was set last. */
  public OrderBook book() {
    return book;
  }
}
