package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderBook;
import org.jspecify.annotations.Nullable;

/**
 * Lends the engine's own book to whoever tells direct listeners, without copying a level. As long
 * as somebody reads the levels, whoever wants to change them copies them first. That is rare: who
 * told the engine of a message tells the listeners too, and brings the next message when they have
 * returned.
 *
 * <p>One thread at a time lends, while it holds the engine; one at a time borrows, without. What is
 * lent and not borrowed yet is replaced by what is lent next.
 */
public final class BookLoan {
  // While one is being read the other takes what comes; at most one waits to be read.
  private final BookSlot even = new BookSlot();
  private final BookSlot odd = new BookSlot();

  /** Lends the book as it is now. */
  public void lend(OrderBook live) {
    odd.revoke();
    if (!even.set(live)) {
      odd.set(live);
    }
  }

  /** The book as it was lent last, until it is {@link #returned}; null when that was read. */
  public @Nullable OrderBook borrow() {
    return even.claim() ? even.book() : odd.claim() ? odd.book() : null;
  }

  /** What was borrowed is read. */
  public void returned() {
    even.release();
    odd.release();
  }
}
