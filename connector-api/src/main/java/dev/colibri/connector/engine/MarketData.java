package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The public side of the engine: who wants which market data, the books, and what they need beside
 * the stream: snapshots, a look at the venue when nothing comes, and polling where there is no
 * stream.
 */
final class MarketData implements BookEvents {
  /** How often a venue without streams is asked. */
  private static final long POLL_NANOS = Duration.ofSeconds(2).toNanos();

  /** How often a silent book is compared with the venue's before it is stale. */
  private static final int LOOKS = 3;

  private static final long SECOND_LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long the comparisons of a silent book may take; a ban may put them off for minutes. */
  private static final long LOOKING_NANOS = Duration.ofSeconds(10).toNanos();

  private final Context context;
  private final Calls calls;
  private final Streams streams;
  private final Map<Topic, Integer> users = new LinkedHashMap<>();
  private final Map<Instrument, BookKeeper> keepers = new LinkedHashMap<>();
  private final Map<Topic, Long> lostSince = new LinkedHashMap<>();
  private final Set<Instrument> delisted = new LinkedHashSet<>();

  /** Silent books of which the venue is being asked. */
  private final Set<BookKeeper> looking = new LinkedHashSet<>();

  private int valid;
  private boolean closed;
  private final Consumer<Instrument> funding;
  private final DepthStageImpl depth;
  private final TradeStageImpl trade;

  /** What is asked for again and again, where there is no stream. */
  private final Set<Topic> polled = new LinkedHashSet<>();

  /** By instrument polled: the highest trade id told. */
  private final Map<Instrument, Long> seen = new LinkedHashMap<>();

  /**
   * Market data.
   *
   * @param funding asks for mark price and funding of an instrument, and tells them
   */
  MarketData(Context context, Calls calls, Streams streams, Consumer<Instrument> funding) {
    this.funding = funding;
    this.context = context;
    this.calls = calls;
    this.streams = streams;
    this.depth = new DepthStageImpl(keepers, context.out::top, () -> context.now);
    this.trade = new TradeStageImpl(context.out::trade, () -> context.now);
  }

  DepthStage depth() {
    return depth;
  }

  TradeStage trade() {
    return trade;
  }

  /**
   * A message is over. One that threw midway leaves nothing behind but books that must be had anew.
   */
  void messageEnd(boolean whole, List<Instrument> named) {
    if (whole) {
      depth.begin();
    } else {
      trade.discard();
      depth.discard(named, "a message could not be read");
    }
  }

  // ---------------------------------------------------------------- who wants what

  Topic bookTopic(Instrument instrument) {
    int shown = context.settings.bookDepth();
    return Topic.book(
        instrument, streams.carries(Topic.Kind.BOOK) ? context.profile.bookDepth(shown) : shown);
  }

  /** One more wants the topic. */
  void want(Topic topic) {
    if (closed) {
      return;
    }
    if (users.merge(topic, 1, Integer::sum) > 1) {
      return;
    }
    if (topic.kind() == Topic.Kind.BOOK) {
      openBook(topic);
    }
    Instrument instrument = topic.instrument();
    boolean gone = instrument != null && delisted.contains(instrument);
    if (gone) {
      endBook(instrument);
    }
    if (!streams.carries(topic.kind())) {
      if (polled.add(topic)) {
        poll(topic);
      }
    } else if (!gone) {
      streams.add(topic);
    }
  }

  /** One fewer wants the topic; the last one ends it. */
  void unwant(Topic topic) {
    Integer count = users.get(topic);
    if (count == null) {
      return;
    }
    if (count > 1) {
      users.put(topic, count - 1);
      return;
    }
    users.remove(topic);
    lostSince.remove(topic);
    if (streams.carries(topic.kind())) {
      streams.remove(topic);
    }
    if (topic.kind() == Topic.Kind.BOOK) {
      BookKeeper keeper = keepers.remove(topic.requireInstrument());
      if (keeper != null) {
        keeper.lost(BookState.CLOSED, "nobody subscribes any more", context.now);
      }
    }
  }

  private void openBook(Topic topic) {
    Instrument instrument = topic.requireInstrument();
    boolean streamed = streams.carries(Topic.Kind.BOOK);
    BookKeeper keeper =
        new BookKeeper(
            instrument,
            streamed ? context.profile.bookDiscipline() : BookDiscipline.FULL_SNAPSHOTS,
            context.settings.bookDepth(),
            streamed && !context.profile.bookDepths().isEmpty() ? topic.depth() : 0,
            streamed ? context.profile.bookChecksum() : null,
            context.settings.dataDeadline(),
            this,
            context.now);
    BookKeeper before = keepers.put(instrument, keeper);
    if (before != null) {
      // It was of the time before the venue took the instrument off.
      keeper.listen(before.listener());
    }
    watch(topic, keeper);
  }

  /** The live book, or null when nobody subscribes to it. */
  @Nullable OrderBook book(Instrument instrument) {
    BookKeeper keeper = keepers.get(instrument);
    return keeper == null ? null : keeper.book();
  }

  /** Who hears every change of a level of a subscribed book; null for nobody. */
  void changes(Instrument instrument, @Nullable Consumer<? super BookChangeView> listener) {
    BookKeeper keeper = keepers.get(instrument);
    if (keeper != null) {
      keeper.listen(listener);
    }
  }

  /** Whether every subscribed book of an instrument that the venue lists is valid. */
  boolean allValid() {
    if (delisted.isEmpty()) {
      return valid == keepers.size(); // After every message: nothing is made.
    }
    int gone = 0;
    for (Instrument i : delisted) {
      gone += keepers.containsKey(i) ? 1 : 0;
    }
    return valid == keepers.size() - gone;
  }

  /** The venue lists an instrument no more: its book has ended, and holds nothing else up. */
  void delisted(Instrument instrument) {
    if (!delisted.add(instrument)) {
      return;
    }
    topicsOf(instrument).forEach(streams::remove);
    endBook(instrument);
  }

  private void endBook(Instrument instrument) {
    BookKeeper keeper = keepers.get(instrument);
    if (keeper != null) {
      keeper.lost(BookState.CLOSED, "the venue lists it no more", context.now);
    }
  }

  /** The venue lists an instrument that it had taken off: what is wanted of it is had anew. */
  void listed(Instrument instrument) {
    if (!delisted.remove(instrument)) {
      return;
    }
    for (Topic topic : topicsOf(instrument)) {
      if (topic.kind() == Topic.Kind.BOOK) {
        openBook(topic);
      }
      if (streams.carries(topic.kind())) {
        streams.add(topic);
      }
    }
  }

  private List<Topic> topicsOf(Instrument instrument) {
    return users.keySet().stream().filter(t -> instrument.equals(t.instrument())).toList();
  }

  // ---------------------------------------------------------------- what the streams tell

  void subscribed(Topic topic) {
    if (topic.kind() == Topic.Kind.BOOK) {
      BookKeeper keeper = keepers.get(topic.requireInstrument());
      if (keeper != null) {
        keeper.subscribed(context.now);
      }
    } else if (topic.kind() == Topic.Kind.FUNDING) {
      // The stream may tell only what changes.
      funding.accept(topic.requireInstrument());
    }
    Long since = lostSince.remove(topic);
    if (since != null) {
      context.event(new ConnectorEvent.Gap(topic.toString(), since, context.now));
    }
  }

  void lost(Topic topic, BookState state, String reason) {
    if (topic.kind() == Topic.Kind.BOOK) {
      BookKeeper keeper = keepers.get(topic.requireInstrument());
      if (keeper != null) {
        keeper.lost(state, reason, context.now);
      }
    } else if (topic.kind() == Topic.Kind.TRADES && users.containsKey(topic)) {
      lostSince.putIfAbsent(topic, context.now);
    }
  }

  // ---------------------------------------------------------------- what books need

  @Override
  public void needsSnapshot(OrderBook book, long ticket, int attempt) {
    Instrument instrument = book.instrument();
    Topic topic = bookTopic(instrument);
    Runnable ask =
        () -> {
          BookKeeper keeper = keepers.get(instrument);
          if (keeper == null || keeper.book() != book) {
            return;
          }
          if (context.profile.bookDiscipline() == BookDiscipline.REST_SNAPSHOT_THEN_DIFFS) {
            fetch(keeper, topic, ticket);
          } else {
            streams.renew(topic);
          }
        };
    if (attempt == 0) {
      context.later(ask);
    } else {
      context.timers.set(context.now + context.backoff(attempt - 1), ask);
    }
  }

  private void fetch(BookKeeper keeper, Topic topic, long ticket) {
    // What lies within the window of the stream is never told again.
    int wanted =
        context.profile.bookDepths().isEmpty() ? context.settings.snapshotDepth() : topic.depth();
    int most = context.profile.mostBookLevels();
    int depth = most > 0 && (wanted == 0 || wanted > most) ? most : wanted;
    calls.perform(
        () -> context.books().book(topic.requireInstrument(), depth),
        outcome -> {
          if (outcome instanceof Outcome.Answer<BookSnapshot> a) {
            keeper.snapshot(a.value(), depth, ticket, context.now);
          } else {
            context.faulted("book of " + topic.requireInstrument(), outcome);
            keeper.snapshotFailed(ticket, context.now);
          }
        });
  }

  @Override
  public void changed(OrderBook book) {
    context.out.book(book);
  }

  @Override
  public void stateChanged(OrderBook book, BookState from, String reason) {
    if (from == BookState.VALID) {
      valid--;
    } else if (book.isValid()) {
      valid++;
    }
    context.event(
        book.isValid()
            ? new ConnectorEvent.BookValid(book.instrument())
            : new ConnectorEvent.BookInvalid(book.instrument(), book.state(), reason));
    context.out.book(book);
    if (book.state() == BookState.STALE) {
      context.later(() -> streams.renew(bookTopic(book.instrument())));
    }
  }

  /** Looks at the book when it has been silent for its deadline; never a timer per message. */
  private void watch(Topic topic, BookKeeper keeper) {
    long at = keeper.staleAt();
    context.timers.set(
        at == Long.MAX_VALUE ? context.now + context.settings.dataDeadline().toNanos() : at,
        () -> {
          if (keepers.get(topic.requireInstrument()) != keeper) {
            return;
          }
          if (keeper.staleAt() <= context.now) {
            // A look before that still waits for its answer says that asking is of no use now.
            if (keeper.book().isValid() && streams.isLive(topic) && looking.add(keeper)) {
              look(topic, keeper);
              return;
            }
            keeper.expire(context.now);
          }
          watch(topic, keeper);
        });
  }

  /** Some comparisons of one silent book, which must come to an end in time. */
  private static final class Look {
    Timers.@Nullable Timer limit;
    boolean over;
  }

  /** A quiet market and a mute stream look the same from here: the venue is asked which it is. */
  private void look(Topic topic, BookKeeper keeper) {
    Look look = new Look();
    look.limit =
        context.timers.set(
            context.now + LOOKING_NANOS,
            () -> {
              look.over = true;
              if (keepers.get(topic.requireInstrument()) == keeper) {
                keeper.expire(context.now);
                watch(topic, keeper);
              }
            });
    probe(topic, keeper, look, LOOKS);
  }

  private void probe(Topic topic, BookKeeper keeper, Look look, int looks) {
    calls.perform(
        () -> context.books().book(topic.requireInstrument(), 5),
        outcome -> {
          boolean current = !look.over && keepers.get(topic.requireInstrument()) == keeper;
          boolean silent = keeper.staleAt() <= context.now && keeper.book().isValid();
          boolean same =
              outcome instanceof Outcome.Answer<BookSnapshot> a && same(keeper.book(), a.value());
          if (current && silent && !same && looks > 1) {
            // A newer one may have changed just now, an older one come from a cache: look again.
            context.timers.set(
                context.now + SECOND_LOOK_NANOS, () -> probe(topic, keeper, look, looks - 1));
            return;
          }
          looking.remove(keeper);
          if (look.limit != null) {
            look.limit.cancel();
          }
          if (!current) {
            return;
          }
          if (silent && same) {
            keeper.confirmed(context.now);
          } else {
            keeper.expire(context.now);
          }
          watch(topic, keeper);
        });
  }

  /**
   * Whether the venue shows the very book that is kept: only that proves that nothing is missing.
   */
  private static boolean same(OrderBook book, BookSnapshot venue) {
    return venue.sequence() != DepthStage.NONE
        ? venue.sequence() == book.sequence()
        : sameTop(book, Side.BUY, venue.bids()) && sameTop(book, Side.SELL, venue.asks());
  }

  private static boolean sameTop(OrderBook book, Side side, BookSnapshot.Levels venue) {
    if (venue.count() == 0 || book.depth(side) == 0) {
      return venue.count() == book.depth(side);
    }
    BigDecimal theirs = BigDecimal.valueOf(venue.price(0), venue.priceDigits(0));
    return book.level(side, 0).price().compareTo(theirs) == 0;
  }

  // ---------------------------------------------------------------- venues without streams

  private void poll(Topic topic) {
    if (!users.containsKey(topic)) {
      polled.remove(topic);
      return;
    }
    Runnable next = () -> context.timers.set(context.now + POLL_NANOS, () -> poll(topic));
    Instrument instrument = topic.requireInstrument();
    if (topic.kind() == Topic.Kind.TRADES) {
      pollTrades(topic, instrument, next);
      return;
    }
    if (topic.kind() == Topic.Kind.FUNDING) {
      next.run();
      funding.accept(instrument);
      return;
    }
    boolean top = topic.kind() == Topic.Kind.TOP;
    calls.perform(
        () -> context.books().book(instrument, top ? 1 : topic.depth()),
        outcome -> {
          next.run();
          if (!(outcome instanceof Outcome.Answer<BookSnapshot> a)) {
            context.faulted(topic.toString(), outcome);
          } else if (users.containsKey(topic)) {
            show(a.value(), top ? DepthStage.Kind.TOP : DepthStage.Kind.SNAPSHOT);
          }
        });
  }

  private void show(BookSnapshot s, DepthStage.Kind kind) {
    try {
      depth.begin();
      int most = kind == DepthStage.Kind.TOP ? 1 : Integer.MAX_VALUE;
      BookSnapshot.Levels b = s.bids();
      for (int i = 0; i < Math.min(most, b.count()); i++) {
        depth.bid(b.price(i), b.priceDigits(i), b.size(i), b.sizeDigits(i));
      }
      BookSnapshot.Levels a = s.asks();
      for (int i = 0; i < Math.min(most, a.count()); i++) {
        depth.ask(a.price(i), a.priceDigits(i), a.size(i), a.sizeDigits(i));
      }
      depth.commit(
          s.instrument(),
          kind,
          DepthStage.NONE,
          s.sequence(),
          DepthStage.NONE,
          s.venueMillis(),
          DepthStage.NONE);
    } catch (RuntimeException e) {
      context.quarantined("book " + s.instrument(), e, "");
    }
  }

  private void pollTrades(Topic topic, Instrument instrument, Runnable next) {
    calls.perform(
        () -> context.books().trades(instrument, 100, new Rows(context, "trades " + instrument)),
        outcome -> {
          next.run();
          if (!(outcome instanceof Outcome.Answer<List<Trade>> a)) {
            context.faulted(topic.toString(), outcome);
          } else if (users.containsKey(topic)) {
            show(instrument, OldestFirst.of(a.value(), Trade::venueMillis));
          }
        });
  }

  private void show(Instrument instrument, List<Trade> trades) {
    Long last = seen.get(instrument);
    for (Trade t : trades) {
      long id = numeric(t.id());
      if (last != null && id > last) {
        try {
          BigDecimal size = instrument.contracts(t.size());
          trade
              .price(t.price().unscaledValue().longValueExact(), t.price().scale())
              .size(size.unscaledValue().longValueExact(), size.scale())
              .commit(instrument, id, t.taker(), t.venueMillis());
        } catch (RuntimeException e) {
          trade.discard();
          context.quarantined("trades " + instrument, e, t.toString());
        }
      }
      seen.merge(instrument, id, Math::max);
    }
  }

  private static long numeric(String id) {
    return id.chars().allMatch(c -> c >= '0' && c <= '9') && id.length() < 19
        ? Long.parseLong(id)
        : 0;
  }

  /** Ends every book for good; who still looks at one sees that. */
  void close() {
    closed = true;
    users.clear();
    for (BookKeeper k : new ArrayList<>(keepers.values())) {
      k.lost(BookState.CLOSED, Context.CLOSED, context.now);
    }
  }
}
