package dev.colibri.connector;

import dev.colibri.connector.engine.BookLoan;
import dev.colibri.connector.engine.BookReader;
import dev.colibri.connector.engine.ChangeQueue;
import dev.colibri.connector.engine.TopSlot;
import dev.colibri.connector.engine.TradeRing;
import dev.colibri.connector.engine.TradeSlot;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.Topic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The market data feeds of one connector, and the thread-crossing between its engine and listeners.
 */
final class MarketFeeds {
  /** How many trades of an instrument wait for a slow listener. */
  private static final int TRADES_WAITING = 1024;

  /** How often a book is looked at that is being written, before its writer is waited for. */
  private static final int LOOKS = 100;

  private final BookConnector connector;
  private final Listeners listeners;

  // Looked up by key only, never walked through: their order reaches nobody. Filled by one thread
  // at a time, which holds the engine.
  private final Map<Instrument, BookFeed> books = new ConcurrentHashMap<>();
  private final Map<Instrument, TradeFeed> trades = new ConcurrentHashMap<>();
  private final Map<Instrument, TopFeed> tops = new ConcurrentHashMap<>();
  private final Map<Instrument, ChangeFeed> changes = new ConcurrentHashMap<>();

  /**
   * What the visiting thread tells when it has let go of the engine: the first one, which knows the
   * next, and the last one, where there is a first. Guarded by the engine's lock.
   */
  private @Nullable MarketFeed<?> touched;

  private @Nullable MarketFeed<?> touchedLast;

  MarketFeeds(BookConnector connector, Listeners listeners) {
    this.connector = connector;
    this.listeners = listeners;
  }

  Listeners listeners() {
    return listeners;
  }

  void want(MarketFeed<?> feed) {
    connector
        .driver()
        .run(
            () -> {
              connector.engine().want(now(), feed.topic());
              feed.begin();
            });
  }

  void unwant(MarketFeed<?> feed) {
    connector
        .driver()
        .run(
            () -> {
              feed.end();
              connector.engine().unwant(now(), feed.topic());
            });
  }

  @Nullable Latencies latencies() {
    return connector.latencies();
  }

  long now() {
    return connector.host().nanos();
  }

  void touch(MarketFeed<?> feed) {
    MarketFeed<?> last = touchedLast;
    if (touched == null || last == null) {
      touched = feed;
    } else {
      last.next = feed;
    }
    touchedLast = feed;
  }

  /**
   * The first that is to be told directly; null when nothing is. Called under the engine's lock.
   */
  @Nullable MarketFeed<?> takeTouched() {
    MarketFeed<?> taken = touched;
    touched = null;
    for (MarketFeed<?> feed = taken; feed != null; feed = feed.next) {
      feed.touched = false;
    }
    return taken;
  }

  /** Tells it and those behind it, outside the engine's lock. */
  void tell(MarketFeed<?> taken) {
    MarketFeed<?> left = taken;
    try {
      while (left != null) {
        MarketFeed<?> feed = left;
        left = behind(feed);
        feed.deliverDirect();
      }
    } finally {
      // Only after an error that nobody may catch there is one left.
      while (left != null) {
        MarketFeed<?> feed = left;
        left = behind(feed);
        feed.leave();
      }
    }
  }

  /** While the turn of a feed is still the caller's: afterwards somebody else may touch it. */
  private static @Nullable MarketFeed<?> behind(MarketFeed<?> feed) {
    MarketFeed<?> next = feed.next;
    feed.next = null;
    return next;
  }

  // ---------------------------------------------------------------- finding feeds

  Feed<OrderBook> books(Instrument i) {
    return find(books, i, () -> new BookFeed(i));
  }

  /** A copy of the book; the first call subscribes for good. */
  OrderBook book(Instrument i) {
    BookFeed feed = find(books, i, () -> new BookFeed(i));
    OrderBook book = feed.held ? feed.glimpse() : null;
    return book == null ? connector.driver().call(feed::hold) : book;
  }

  Feed<TradeView> trades(Instrument i) {
    return find(trades, i, () -> new TradeFeed(i));
  }

  Feed<TopView> tops(Instrument i) {
    return find(tops, i, () -> new TopFeed(i));
  }

  Feed<BookChangeView> changes(Instrument i) {
    return find(changes, i, () -> new ChangeFeed(i));
  }

  private <F> F find(Map<Instrument, F> feeds, Instrument i, Supplier<F> make) {
    F known = feeds.get(i);
    return known != null
        ? known
        : connector.driver().read(() -> feeds.computeIfAbsent(i, k -> make.get()));
  }

  // ---------------------------------------------------------------- what the engine tells

  void changed(OrderBook book) {
    BookFeed feed = books.get(book.instrument());
    if (feed != null) {
      feed.note(book);
    }
  }

  void traded(TradeView trade) {
    TradeFeed feed = trades.get(trade.instrument());
    if (feed != null) {
      feed.note(trade);
    }
  }

  void topped(TopView top) {
    TopFeed feed = tops.get(top.instrument());
    if (feed != null) {
      feed.note(top);
    }
  }

  // ---------------------------------------------------------------- the feeds

  private final class BookFeed extends MarketFeed<OrderBook> {
    private final Instrument instrument;
    private volatile boolean held;
    private volatile @Nullable BookReader reader;

    /** To direct listeners, who run when the engine is let go. */
    private final BookLoan loan = new BookLoan();

    BookFeed(Instrument instrument) {
      super(
          MarketFeeds.this,
          connector.engine().bookTopic(instrument),
          Latencies.Way.BOOKS,
          Latencies.Way.BOOKS_DIRECT);
      this.instrument = instrument;
    }

    void note(OrderBook book) {
      if (hasDirect()) {
        loan.lend(book);
      }
      noted();
    }

    /** Without the engine's lock; null when there is more to find out. */
    @Nullable OrderBook glimpse() {
      BookReader now = reader;
      OrderBook book = null;
      for (int i = 0; now != null && book == null && i < LOOKS; i++) {
        book = now.read();
        if (book == null) {
          Thread.onSpinWait();
        }
      }
      // In the place of one that has ended there may be another.
      return book == null || book.state() == BookState.CLOSED ? null : book;
    }

    /** Under the engine's lock: the book as it is, subscribed to for good. */
    OrderBook hold() {
      if (!held) {
        connector.engine().want(now(), topic());
        held = true;
      }
      OrderBook book = copy();
      if (book == null) {
        throw new IllegalStateException(connector + " is closed");
      }
      return book;
    }

    /** Under the engine's lock: the book as it is; null when nobody subscribes to it. */
    @Nullable OrderBook copy() {
      OrderBook live = connector.engine().book(instrument);
      if (live == null) {
        reader = null;
        return null;
      }
      BookReader now = reader;
      if (now == null || !now.isOf(live)) {
        reader = now = new BookReader(live);
      }
      return now.readHeld();
    }

    @Override
    long receivedNanos(OrderBook book) {
      return book.receivedNanos();
    }

    @Override
    void tellLater() {
      OrderBook book = glimpse();
      if (book == null) {
        book = connector.driver().read(this::copy);
      }
      if (book != null) {
        callLater(book);
      }
    }

    @Override
    void tellDirect() {
      OrderBook book = loan.borrow();
      if (book != null) {
        try {
          callDirect(book);
        } finally {
          loan.returned();
        }
      }
    }
  }

  private final class TradeFeed extends MarketFeed<TradeView> {
    private final TradeRing waiting = new TradeRing(TRADES_WAITING);
    private final TradeRing fresh = new TradeRing(TRADES_WAITING);
    private final TradeSlot laterView = new TradeSlot();
    private final TradeSlot directView = new TradeSlot();
    private final Consumer<TradeView> toLater = this::callLater;
    private final Consumer<TradeView> toDirect = this::callDirect;

    TradeFeed(Instrument instrument) {
      super(
          MarketFeeds.this,
          Topic.trades(instrument),
          Latencies.Way.TRADES,
          Latencies.Way.TRADES_DIRECT);
    }

    void note(TradeView trade) {
      if (hasLater()) {
        waiting.add(trade);
        notedLater();
      }
      if (hasDirect()) {
        fresh.add(trade);
        notedDirect();
      }
    }

    @Override
    long receivedNanos(TradeView trade) {
      return trade.receivedNanos();
    }

    @Override
    void tellLater() {
      tell(waiting, laterView, toLater);
    }

    @Override
    void tellDirect() {
      tell(fresh, directView, toDirect);
    }

    private void tell(TradeRing ring, TradeSlot view, Consumer<TradeView> call) {
      boolean more;
      do {
        if (ring.takeLost() > 0) {
          connector.tellEvent(
              new ConnectorEvent.Gap(
                  topic() + ", a slow listener", ring.lostFromNanos(), ring.lostToNanos()));
        }
        if (!ring.poll(view)) {
          return;
        }
        more = !ring.isEmpty();
        call.accept(view);
        // Whoever adds one later tells of it, too.
      } while (more);
    }
  }

  private final class TopFeed extends MarketFeed<TopView> {
    private final TopSlot latest = new TopSlot();
    private final TopSlot laterView = new TopSlot();
    private final TopSlot directView = new TopSlot();

    TopFeed(Instrument instrument) {
      super(MarketFeeds.this, Topic.top(instrument), Latencies.Way.TOPS, Latencies.Way.TOPS_DIRECT);
    }

    void note(TopView top) {
      synchronized (latest) {
        latest.set(top);
      }
      noted();
    }

    private TopView shown(TopSlot view) {
      synchronized (latest) {
        view.set(latest);
      }
      return view;
    }

    @Override
    long receivedNanos(TopView top) {
      return top.receivedNanos();
    }

    @Override
    void tellLater() {
      callLater(shown(laterView));
    }

    @Override
    void tellDirect() {
      callDirect(shown(directView));
    }
  }

  private final class ChangeFeed extends MarketFeed<BookChangeView> {
    private final Instrument instrument;
    private final ChangeQueue waiting = new ChangeQueue();
    private final ChangeQueue fresh = new ChangeQueue();
    private final Consumer<BookChangeView> toLater = this::callLater;
    private final Consumer<BookChangeView> toDirect = this::callDirect;

    ChangeFeed(Instrument instrument) {
      super(
          MarketFeeds.this,
          connector.engine().bookTopic(instrument),
          Latencies.Way.CHANGES,
          Latencies.Way.CHANGES_DIRECT);
      this.instrument = instrument;
    }

    /** Whoever comes is told the whole book, and all others with him. */
    @Override
    void begin() {
      connector.engine().changes(now(), instrument, this::note);
    }

    @Override
    void end() {
      if (!hasLater() && !hasDirect()) {
        connector.engine().changes(now(), instrument, null);
      }
    }

    private void note(BookChangeView change) {
      if (hasLater()) {
        waiting.add(change);
      }
      if (hasDirect()) {
        fresh.add(change);
      }
      if (change.endOfMessage()) {
        noted();
      }
    }

    @Override
    long receivedNanos(BookChangeView change) {
      return change.receivedNanos();
    }

    @Override
    void tellLater() {
      tell(waiting, toLater);
    }

    @Override
    void tellDirect() {
      tell(fresh, toDirect);
    }

    private void tell(ChangeQueue queue, Consumer<BookChangeView> call) {
      if (queue.drain(call) && (hasLater() || hasDirect())) {
        connector.driver().run(this::begin);
      }
    }
  }
}
