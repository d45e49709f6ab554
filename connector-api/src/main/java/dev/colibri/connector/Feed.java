package dev.colibri.connector;

import java.util.function.Consumer;

/**
 * Something that can be listened to. Listening subscribes; closing the last subscription
 * unsubscribes.
 *
 * @param <T> what listeners are given; for books, tops and trades a view that is valid during the
 *     call
 */
public interface Feed<T> {

  /**
   * Listens on the strategy thread. Books and tops conflate: a slow listener sees the latest, not
   * every one. Orders, fills and balances are never dropped. A listener that throws is reported and
   * stays.
   */
  Subscription listen(Consumer<? super T> listener);

  /**
   * Listens on the thread that read the data, for those who count microseconds. The listener must
   * be quick and must not wait; while it runs nothing else of its connection is read. Feeds that
   * are not market data have no such thread, and call it on the strategy thread.
   */
  default Subscription listenDirect(Consumer<? super T> listener) {
    return listen(listener);
  }
}
