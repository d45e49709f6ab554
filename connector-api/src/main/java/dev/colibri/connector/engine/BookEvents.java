package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.OrderBook;

/** What keeping a book asks for and tells. Must not call the keeper back from within. */
interface BookEvents {
  /**
   * The book must be had whole: asked for over REST, or, where the stream gives it, by subscribing
   * anew. A later request replaces an earlier one; the reply is given to {@link
   * BookKeeper#snapshot} with the ticket of the request it answers.
   *
   * @param ticket names this request; rises
   * @param attempt how many requests went before without a book that lasted: the step of the
   *     backoff
   */
  void needsSnapshot(OrderBook book, long ticket, int attempt);

  /** A valid book has changed, or has become valid. */
  void changed(OrderBook book);

  /**
   * The book's state is another. When it is invalid this is told before anything else is done, and
   * {@link BookState#STALE} asks for a remedy: the stream may be mute, so subscribe anew.
   *
   * @param reason why it is invalid; empty when it is valid
   */
  void stateChanged(OrderBook book, BookState from, String reason);
}
