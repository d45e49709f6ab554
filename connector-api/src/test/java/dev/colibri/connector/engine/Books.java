package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.DepthStage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** What the tests of books share. */
final class Books {
  static final long SECOND = 1_000_000_000L;

  private Books() {}

  /** A market whose prices have one digit and whose sizes have two. */
  static Instrument instrument(String symbol) {
    return Instrument.builder(
            "toy-spot",
            symbol,
            symbol,
            "USD",
            TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.01")).build())
        .build();
  }

  /** Bids best first, then asks best first, as {@code 10.0=1.00 9.9=2.00 | 10.1=0.50}. */
  static String show(OrderBook book) {
    return show(book, Side.BUY) + " | " + show(book, Side.SELL);
  }

  private static String show(OrderBook book, Side side) {
    List<String> levels = new ArrayList<>();
    for (int i = 0; i < book.depth(side); i++) {
      levels.add(book.level(side, i).price() + "=" + book.level(side, i).size());
    }
    return String.join(" ", levels);
  }

  /** The best {@code depth} levels of a map from price to size, as a book shows them. */
  static List<Long> best(NavigableMap<Long, Long> side, boolean bids, int depth) {
    List<Long> levels = new ArrayList<>();
    for (Map.Entry<Long, Long> e : (bids ? side.descendingMap() : side).entrySet()) {
      if (levels.size() == 2 * depth) {
        break;
      }
      levels.add(e.getKey());
      levels.add(e.getValue());
    }
    return levels;
  }

  /** All levels that a book shows of a side, price and size by turns. */
  static List<Long> levels(OrderBook book, Side side) {
    List<Long> levels = new ArrayList<>();
    for (int i = 0; i < book.depth(side); i++) {
      levels.add(book.price(side, i));
      levels.add(book.size(side, i));
    }
    return levels;
  }

  /** A diff without levels. */
  static DepthMessage diff(long first, long last, long previous, long now) {
    DepthMessage m = new DepthMessage();
    m.kind = DepthStage.Kind.DIFF;
    m.first = first;
    m.last = last;
    m.previous = previous;
    m.checksum = DepthStage.NONE;
    m.receivedNanos = now;
    return m;
  }

  /** A whole book as a reply over REST. */
  static BookSnapshot snapshot(
      Instrument instrument,
      long sequence,
      NavigableMap<Long, Long> bids,
      NavigableMap<Long, Long> asks,
      int depth) {
    BookSnapshot s = new BookSnapshot(instrument, sequence, sequence);
    List<Long> b = best(bids, true, depth);
    for (int i = 0; i < b.size(); i += 2) {
      s.bids().add(b.get(i), 1, b.get(i + 1), 2);
    }
    List<Long> a = best(asks, false, depth);
    for (int i = 0; i < a.size(); i += 2) {
      s.asks().add(a.get(i), 1, a.get(i + 1), 2);
    }
    return s;
  }

  /** Takes note of what a keeper says, a line an event. */
  static final class Recorder implements BookEvents {
    final List<String> lines = new ArrayList<>();
    final Map<BookState, Integer> states = new LinkedHashMap<>();
    long ticket;
    int requests;

    @Override
    public void needsSnapshot(OrderBook book, long ticket, int attempt) {
      this.ticket = ticket;
      requests++;
      lines.add("ask " + attempt);
    }

    @Override
    public void changed(OrderBook book) {
      lines.add("at " + book.sequence());
    }

    @Override
    public void stateChanged(OrderBook book, BookState from, String reason) {
      if (book.state() == from) {
        lines.add("still " + from);
      } else {
        lines.add(book.state().toString());
      }
      states.merge(book.state(), 1, Integer::sum);
    }
  }
}
