package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderBook;
import org.jspecify.annotations.Nullable;

/**
 * Reads one book from any thread without the lock of its engine, so that no reader keeps the writer
 * waiting, however many there are and however often they ask.
 *
 * <p>The writer raises a number before it begins to change the book and again when it is done. Who
 * reads copies the levels, and has a book of one moment when the number is even and still the same.
 * A book that did not change is not copied again.
 */
public final class BookReader {
  private final Book book;
  private volatile @Nullable Seen last;

  /** What was copied last, and the number that stood beside it. */
  private record Seen(long version, OrderBook copy) {}

  /** Reads the engine's own book. */
  public BookReader(OrderBook live) {
    book = (Book) live;
  }

  /**
   * The book between two messages, as a copy that never changes.
   *
   * @return null when it was being written: a message takes microseconds, so try again
   */
  public @Nullable OrderBook read() {
    long version = book.version();
    Seen seen = last;
    if (seen != null && seen.version == version) {
      return seen.copy;
    }
    OrderBook copy = (version & 1) == 0 ? book.tryCopy() : null;
    if (copy == null || !book.isStill(version)) {
      return null;
    }
    last = new Seen(version, copy);
    return copy;
  }

  /** The same for who holds the engine, and therefore always gets it. */
  public OrderBook readHeld() {
    long version = book.version();
    Seen seen = last;
    if (seen != null && seen.version == version) {
      return seen.copy;
    }
    OrderBook copy = book.copy();
    if ((version & 1) == 0) {
      last = new Seen(version, copy);
    }
    return copy;
  }

  /** Whether it is this book that is read. */
  public boolean isOf(OrderBook live) {
    return book == live;
  }
}
