package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold of every book that is shown: it is the exchange's, or not valid. */
final class BookLaw {
  private static final long WHOLE_BOOK_EVERY = 16;

  /** One subscribed book. */
  private static final class Shown {
    boolean valid;
    long sequence = -1;
    int epoch = -1;
    long updates;
  }

  /** The stream of the books. */
  private final String stream;

  private final BookMirror mirror;
  private final Trace trace;
  private final Invariants all;
  private final Map<String, Shown> books = new TreeMap<>();

  /** The books that were told to be valid. */
  private final Set<String> toldValid = new TreeSet<>();

  BookLaw(String stream, BookMirror mirror, Trace trace, Invariants all) {
    this.stream = stream;
    this.mirror = mirror;
    this.trace = trace;
    this.all = all;
  }

  /** Another process looks from now on. */
  void begin() {
    books.clear();
    toldValid.clear();
  }

  void watch(BookConnector connector, Instrument instrument) {
    Shown shown = new Shown();
    books.put(instrument.name(), shown);
    connector.books(instrument).listenDirect(book -> shown(shown, book));
  }

  private void shown(Shown before, OrderBook book) {
    boolean wasValid = before.valid;
    before.valid = book.isValid();
    if (!before.valid) {
      return;
    }
    trace.add(book.sequence());
    all.require(book.epoch() >= before.epoch, "I19", "its epoch went back: " + book);
    all.require(
        !wasValid || book.epoch() != before.epoch || book.sequence() >= before.sequence,
        "I19",
        book.instrument() + " went back to " + book.sequence() + " from " + before.sequence);
    before.epoch = book.epoch();
    before.sequence = book.sequence();
    boolean whole = !wasValid || before.updates++ % WHOLE_BOOK_EVERY == 0;
    String difference = mirror.difference(book, whole);
    all.require(difference == null, "I18", book.instrument() + " is wrong: " + difference);
    all.require(
        book.depth(Side.BUY) == 0
            || book.depth(Side.SELL) == 0
            || book.price(Side.BUY, 0) < book.price(Side.SELL, 0),
        "I20",
        book.instrument() + " is crossed");
  }

  void told(ConnectorEvent e) {
    if (e instanceof ConnectorEvent.BookValid b) {
      toldValid.add(b.instrument().name());
    } else if (e instanceof ConnectorEvent.BookInvalid b) {
      toldValid.remove(b.instrument().name());
    } else if (e instanceof ConnectorEvent.Disconnected d && d.stream().equals(stream)) {
      all.require(toldValid.isEmpty(), "I21", toldValid + " are valid and cut off");
    }
  }

  void look() {
    books.forEach(
        (market, shown) -> {
          long lacks = shown.valid ? mirror.nextAfter(market, shown.sequence) : Long.MAX_VALUE;
          all.require(
              lacks == Long.MAX_VALUE || all.isFresh(lacks),
              "I21",
              market + " is shown as valid and lacks what came at " + lacks);
        });
  }

  /** Why not every book is valid; null when all are. */
  @Nullable String unsettled(Set<String> delisted) {
    for (Map.Entry<String, Shown> book : books.entrySet()) {
      if (!book.getValue().valid && !delisted.contains(book.getKey())) {
        return "the book of " + book.getKey() + " is not valid";
      }
    }
    return null;
  }

  /** Which book is not at the exchange's latest; null when all are. */
  @Nullable String behind(Set<String> delisted) {
    for (Map.Entry<String, Shown> book : books.entrySet()) {
      if (book.getValue().sequence != mirror.latest(book.getKey())
          && !delisted.contains(book.getKey())) {
        return book.getKey()
            + " is at "
            + book.getValue().sequence
            + " of "
            + mirror.latest(book.getKey());
      }
    }
    return null;
  }
}
