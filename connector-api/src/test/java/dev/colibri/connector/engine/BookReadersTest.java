package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.diff;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Books that are read by other threads while they change. Message {@code n} gives every level the
 * size {@code n}, moves the prices, now and then makes the book wider, replaces it or makes it
 * invalid: half a message, or two at once, would show.
 */
@Timeout(120)
class BookReadersTest {
  private static final int LEVELS = 60;
  private static final int SHOWN = 50;

  /** So many messages at least, and so many at most until all readers have seen enough. */
  private static final int LEAST = 5_000;

  private static final int MOST = 20_000_000;

  /** So many different states of the book are enough for a reader. */
  private static final int ENOUGH = 1_000;

  private final BookLoan loan = new BookLoan();
  private final BookKeeper keeper =
      new BookKeeper(
          Books.instrument("BTC-USD"),
          BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS,
          SHOWN,
          0,
          null,
          Duration.ofDays(10_000),
          new Lender(),
          0);

  private long lowest;
  private boolean valid;

  private final class Lender implements BookEvents {
    @Override
    public void needsSnapshot(OrderBook book, long ticket, int attempt) {}

    @Override
    public void changed(OrderBook book) {
      loan.lend(book);
    }

    @Override
    public void stateChanged(OrderBook book, BookState from, String reason) {
      loan.lend(book);
    }
  }

  /** The lowest bid of a message; prices have one digit. */
  private static long lowest(long n) {
    return 1_000 + n * 7 % 31;
  }

  private void write(long n) {
    if (valid && n % 97 == 0) {
      keeper.lost(BookState.GAP, "on purpose", n);
      valid = false;
      return;
    }
    boolean whole = !valid || n % 89 == 0;
    DepthMessage m = diff(n, n, DepthStage.NONE, n);
    m.kind = whole ? DepthStage.Kind.SNAPSHOT : DepthStage.Kind.DIFF;
    m.venueMillis = n;
    long low = lowest(n);
    for (int i = LEVELS - 1; i >= 0; i--) {
      m.add(true, low + i, 1, n, 2);
    }
    if (n % 5 == 0) {
      m.add(true, 10 * low - 5, 2, n, 2); // More digits than the book has.
    }
    for (int i = 0; i < LEVELS; i++) {
      m.add(false, low + LEVELS + i, 1, n, 2);
    }
    if (!whole) {
      for (long p = lowest; p < lowest + 2 * LEVELS; p++) {
        if (p < low || p >= low + LEVELS) {
          m.add(true, p, 1, 0, 2);
        }
        if (p < low + LEVELS || p >= low + 2 * LEVELS) {
          m.add(false, p, 1, 0, 2);
        }
      }
      if (n % 5 != 0 || low != lowest) {
        m.add(true, 10 * lowest - 5, 2, 0, 2);
      }
    }
    keeper.commit(m);
    lowest = low;
    valid = true;
  }

  /** Whether the book is one that was between two messages; gives its number. */
  private static long check(OrderBook book) {
    long n = book.sequence();
    if (!book.isValid()) {
      return -1;
    }
    assertEquals(n, book.venueMillis());
    assertEquals(n, book.receivedNanos());
    long unit = book.priceDigits() == 1 ? 1 : 10;
    assertEquals(SHOWN, book.depth(Side.BUY));
    assertEquals(SHOWN, book.depth(Side.SELL));
    for (int i = 0; i < SHOWN; i++) {
      assertEquals(n, book.size(Side.BUY, i));
      assertEquals(n, book.size(Side.SELL, i));
      assertEquals(unit * (lowest(n) + LEVELS - 1 - i), book.price(Side.BUY, i));
      assertEquals(unit * (lowest(n) + LEVELS + i), book.price(Side.SELL, i));
    }
    return n;
  }

  /** Writes until every reader has seen enough. */
  private void writeWhile(List<Supplier<Long>> readers) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong busy = new AtomicLong(readers.size());
    ExecutorService threads = Executors.newFixedThreadPool(readers.size());
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (Supplier<Long> reader : readers) {
        all.add(
            threads.submit(
                () -> {
                  int seen = 0;
                  long last = 0;
                  try {
                    while (!over.get()) {
                      long n = reader.get();
                      if (n > 0) {
                        assertTrue(n >= last, () -> "the book goes back to " + n);
                        if (n > last && ++seen == ENOUGH) {
                          busy.decrementAndGet();
                        }
                        last = n;
                      }
                    }
                  } finally {
                    if (seen < ENOUGH) {
                      busy.decrementAndGet();
                    }
                  }
                  return seen;
                }));
      }
      for (long n = 1; n <= MOST && (n <= LEAST || busy.get() > 0); n++) {
        write(n);
      }
      over.set(true);
      for (Future<Integer> f : all) {
        int seen = f.get(60, TimeUnit.SECONDS);
        assertTrue(seen >= ENOUGH, () -> "only " + seen + " states were seen");
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void readers_without_the_lock_see_the_book_between_two_messages(int count) throws Exception {
    BookReader reader = new BookReader(keeper.book());
    List<Supplier<Long>> readers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      readers.add(
          () -> {
            OrderBook book = reader.read();
            return book == null ? -1 : check(book);
          });
    }
    writeWhile(readers);
  }

  @Test
  void a_book_that_is_lent_stays_as_it_was_until_it_is_returned() throws Exception {
    writeWhile(
        List.of(
            () -> {
              OrderBook book = loan.borrow();
              if (book == null) {
                return -1L;
              }
              try {
                long n = check(book);
                OrderBook copy = book.copy();
                Thread.yield();
                assertEquals(n, check(book));
                assertEquals(n, check(copy));
                return n;
              } finally {
                loan.returned();
              }
            }));
  }

  @Test
  void a_book_that_did_not_change_is_copied_once() {
    write(1);
    BookReader reader = new BookReader(keeper.book());
    OrderBook first = reader.read();
    assertNotNull(first);
    assertSame(first, reader.read());
    assertSame(first, reader.readHeld());
    write(2);
    assertNotSame(first, reader.readHeld());
    assertEquals(1, check(first));
    assertEquals(2, check(reader.readHeld()));
    assertSame(reader.readHeld(), reader.read());
    keeper.lost(BookState.DISCONNECTED, "on purpose", 3);
    assertEquals(BookState.DISCONNECTED, reader.readHeld().state());
  }

  @Test
  void while_a_book_is_written_only_who_holds_it_reads_it() {
    write(1);
    Book book = (Book) keeper.book();
    BookReader reader = new BookReader(book);
    book.beginWriting();
    assertNull(reader.read());
    assertEquals(1, check(reader.readHeld()));
    book.endWriting();
    assertNotNull(reader.read());
  }

  @Test
  void what_is_lent_is_the_books_own_unless_it_changes_meanwhile() {
    Book book = (Book) keeper.book();
    write(1);
    for (long n = 2; n < 80; n++) {
      write(n);
      OrderBook lent = loan.borrow();
      assertEquals(n, check(lent));
      loan.returned();
      write(++n); // What waits to be borrowed keeps nobody from writing.
      write(++n);
      assertEquals(n, check(loan.borrow()));
      assertNull(loan.borrow());
      loan.returned();
    }
    write(80);
    long[] before = book.side(Side.BUY).array();
    OrderBook lent = loan.borrow();
    write(81);
    assertNotSame(before, book.side(Side.BUY).array());
    assertEquals(80, check(lent));
    loan.returned();
    assertEquals(81, check(loan.borrow()));
  }
}
