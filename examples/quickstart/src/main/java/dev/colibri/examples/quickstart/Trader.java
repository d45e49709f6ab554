package dev.colibri.examples.quickstart;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Refused;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A strategy that is busy rather than clever: it joins both sides of the book, withdraws, and every
 * third time crosses the spread instead.
 *
 * <p>Everything here runs on the strategy thread, so that no field needs a lock. Other threads may
 * read the results once {@link #stop()} has completed.
 */
final class Trader {
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final String SIZE = "0.002";

  private final Colibri colibri;
  private final BookConnector connector;
  private final Instrument instrument;
  private final Inventory inventory = new Inventory();
  private final Subscription rounds;
  private int round;
  private int orders;
  private int fills;
  private String news = "";

  Trader(Colibri colibri, BookConnector connector, Instrument instrument) {
    this.colibri = colibri;
    this.connector = connector;
    this.instrument = instrument;
    connector.guard(Guard.none().maxOrderNotional("1000").maxOrdersPerSecond(20));
    connector.orders().listen(this::heard);
    rounds = colibri.every(PAUSE, this::act);
  }

  private void act() {
    // Nothing new while an order of ours may still trade: one whose outcome is unknown counts.
    connector.cancelAll(instrument);
    if (inventory.isLive()) {
      return;
    }
    OrderBook book = connector.book(instrument);
    if (!book.isValid() || book.spread() == null) {
      return;
    }
    if (++round % 3 == 0) {
      place(Order.buy(instrument).limit(book.bestAsk().price()).size(SIZE).ioc());
    } else {
      place(Order.buy(instrument).limit(book.bestBid().price()).size(SIZE).postOnly());
      place(Order.sell(instrument).limit(book.bestAsk().price()).size(SIZE).postOnly());
    }
  }

  private void place(Order order) {
    try {
      inventory.place(connector, order);
      orders++;
    } catch (Refused e) {
      news = e.getMessage(); // Nothing was sent; the next round tries again.
    }
  }

  private void heard(OrderEvent event) {
    if (event.kind() == OrderEvent.Kind.FILL || event.kind() == OrderEvent.Kind.LATE_FILL) {
      fills++;
    }
    news = event.toString();
  }

  /** Places no more, cancels what is live, and completes when the venue has ended every order. */
  CompletableFuture<Void> stop() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    colibri.execute(
        () -> {
          rounds.close();
          connector.cancelAll(instrument);
          List<LiveOrder> live = inventory.openOrders();
          CompletableFuture.allOf(
                  live.stream().map(LiveOrder::done).toArray(CompletableFuture<?>[]::new))
              .thenRun(() -> ended.complete(null));
        });
    return ended;
  }

  /** What its orders made of the account. */
  Inventory inventory() {
    return inventory;
  }

  /** How many orders it placed. */
  int orders() {
    return orders;
  }

  int fills() {
    return fills;
  }

  /** The latest that happened, for people. */
  String news() {
    return news;
  }
}
