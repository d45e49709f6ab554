package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One state of a book that is lent: it has the arrays of the book's levels, and where they begin.
 *
 * @see BookLoan
 */
final class BookSlot {
  private static final int FREE = 0;
  private static final int SET = 1;
  private static final int READ = 2;

  private static final VarHandle USE;

  static {
    try {
      USE = MethodHandles.lookup().findVarHandle(BookSlot.class, "use", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int use = FREE;
  private final View view = new View();

  /**
   * Lends the book as it is now.
   *
   * @return false when what was lent before is still being read
   */
  boolean set(OrderBook live) {
    if (!revoke()) {
      return false;
    }
    Book book = (Book) live;
    view.show(book);
    book.lentTo(this);
    USE.setRelease(this, SET);
    return true;
  }

  /** Takes back what nobody began to read; false when somebody did and is not done. */
  boolean revoke() {
    int now = (int) USE.getAcquire(this);
    return now == FREE || now == SET && USE.compareAndSet(this, SET, FREE);
  }

  /** Begins to read; false when there is nothing that was not read yet. */
  boolean claim() {
    return (int) USE.getOpaque(this) == SET && USE.compareAndSet(this, SET, READ);
  }

  /** The book, for whoever {@linkplain #claim() claimed} it. */
  OrderBook book() {
    return view;
  }

  /** Is done reading, if it was being read. */
  void release() {
    if ((int) USE.getOpaque(this) == READ) {
      USE.setRelease(this, FREE);
    }
  }

  /** The book at one moment. */
  private static final class View implements OrderBook {
    private @Nullable Instrument instrument;
    private BookState state = BookState.LOADING;
    private String reason = "";
    private long stateSinceNanos;
    private long sequence;
    private int epoch;
    private long venueMillis;
    private long receivedNanos;
    private int priceDigits;
    private int sizeDigits;

    private final BookSide bids = BookSide.view(true);
    private int bidsDepth;
    private final BookSide asks = BookSide.view(false);
    private int asksDepth;

    void show(Book book) {
      instrument = book.instrument();
      state = book.state();
      reason = book.reason();
      stateSinceNanos = book.stateSinceNanos();
      sequence = book.sequence();
      epoch = book.epoch();
      venueMillis = book.venueMillis();
      receivedNanos = book.receivedNanos();
      priceDigits = book.priceDigits();
      sizeDigits = book.sizeDigits();
      if (state == BookState.VALID) {
        bids.show(book.side(Side.BUY));
        bidsDepth = book.depth(Side.BUY);
        asks.show(book.side(Side.SELL));
        asksDepth = book.depth(Side.SELL);
      }
    }

    @Override
    public Instrument instrument() {
      return Objects.requireNonNull(instrument);
    }

    @Override
    public BookState state() {
      return state;
    }

    @Override
    public long stateSinceNanos() {
      return stateSinceNanos;
    }

    @Override
    public long sequence() {
      return sequence;
    }

    @Override
    public int epoch() {
      return epoch;
    }

    @Override
    public long venueMillis() {
      return venueMillis;
    }

    @Override
    public long receivedNanos() {
      return receivedNanos;
    }

    @Override
    public int priceDigits() {
      return priceDigits;
    }

    @Override
    public int sizeDigits() {
      return sizeDigits;
    }

    @Override
    public int depth(Side side) {
      if (state != BookState.VALID) {
        throw Book.invalid(this, reason);
      }
      return side == Side.BUY ? bidsDepth : asksDepth;
    }

    @Override
    public long price(Side side, int level) {
      return side(side).price(Objects.checkIndex(level, depth(side)));
    }

    @Override
    public long size(Side side, int level) {
      return side(side).size(Objects.checkIndex(level, depth(side)));
    }

    private BookSide side(Side side) {
      return side == Side.BUY ? bids : asks;
    }

    @Override
    public OrderBook copy() {
      boolean valid = state == BookState.VALID;
      return new BookCopy(
          instrument(),
          state,
          reason,
          stateSinceNanos,
          sequence,
          epoch,
          venueMillis,
          receivedNanos,
          priceDigits,
          sizeDigits,
          valid ? bids.best(bidsDepth) : new long[0],
          valid ? asks.best(asksDepth) : new long[0]);
    }
  }
}
