package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Takes note of a book's changes while a message is applied, and tells them once all of it passed.
 * It is the view it lends. A book that nobody listens to level by level has none.
 */
final class ChangeLog implements BookChangeView {
  private final Book book;
  private final Consumer<? super BookChangeView> listener;

  /** The price, negated for an ask, and the size of each change. */
  private long[] changes = new long[64];

  private int end;

  /** The levels are not changes of the last told ones: all are told. */
  private boolean whole = true;

  private Kind kind = Kind.CLEARED;
  private Side side = Side.BUY;
  private long price;
  private long size;
  private boolean endOfMessage;

  ChangeLog(Book book, Consumer<? super BookChangeView> listener) {
    this.book = book;
    this.listener = listener;
  }

  /** A level changed. */
  void level(boolean bid, long price, long size) {
    if (whole) {
      return;
    }
    if (end == changes.length) {
      changes = Arrays.copyOf(changes, 2 * end);
    }
    changes[end] = bid ? price : -price;
    changes[end + 1] = size;
    end += 2;
  }

  /** The book is another one than that which was told. */
  void whole() {
    whole = true;
    end = 0;
  }

  /** The book is not valid any more: tells that, and forgets what was noted. */
  void invalid() {
    whole();
    tellCleared(true);
  }

  /** The message passed: tells what was noted. */
  void tell() {
    if (whole) {
      int bids = book.side(Side.BUY).count();
      int asks = book.side(Side.SELL).count();
      tellCleared(bids + asks == 0);
      tellSide(Side.BUY, asks == 0);
      tellSide(Side.SELL, true);
      whole = false;
      return;
    }
    for (int i = 0; i < end; i += 2) {
      long p = changes[i];
      tellLevel(p > 0 ? Side.BUY : Side.SELL, Math.abs(p), changes[i + 1], i + 2 == end);
    }
    end = 0;
  }

  private void tellSide(Side side, boolean last) {
    BookSide levels = book.side(side);
    for (int i = 0; i < levels.count(); i++) {
      tellLevel(side, levels.price(i), levels.size(i), last && i + 1 == levels.count());
    }
  }

  private void tellCleared(boolean last) {
    kind = Kind.CLEARED;
    price = 0;
    size = 0;
    endOfMessage = last;
    listener.accept(this);
  }

  private void tellLevel(Side side, long price, long size, boolean last) {
    kind = Kind.LEVEL;
    this.side = side;
    this.price = price;
    this.size = size;
    endOfMessage = last;
    listener.accept(this);
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public Instrument instrument() {
    return book.instrument();
  }

  @Override
  public BookState state() {
    return book.state();
  }

  @Override
  public boolean endOfMessage() {
    return endOfMessage;
  }

  @Override
  public Side side() {
    return side;
  }

  @Override
  public long price() {
    return price;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int priceDigits() {
    return book.priceDigits();
  }

  @Override
  public int sizeDigits() {
    return book.sizeDigits();
  }

  @Override
  public long sequence() {
    return book.sequence();
  }

  @Override
  public long venueMillis() {
    return book.venueMillis();
  }

  @Override
  public long receivedNanos() {
    return book.receivedNanos();
  }
}
