package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.TextException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine's book of one instrument, and the view of it that listeners are lent.
 *
 * <p>Numbers are kept with the instrument's digits. A venue may write more: an order that rests
 * since before a tick size grew, say. When such a number is not exact with the book's digits, the
 * whole book takes on more digits, for as long as these levels are kept: a number is never rounded,
 * and one that does not fit even so is refused.
 */
final class Book implements OrderBook {
  /** As many as fit in a long. */
  private static final int MAX_DIGITS = 18;

  private static final long[] NO_LEVELS = {};
  private static final VarHandle VERSION;
  private static final long[] INVERSES_OF_FIVE = new long[MAX_DIGITS + 1];

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(Book.class, "version", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    INVERSES_OF_FIVE[0] = 1;
    for (int i = 1; i <= MAX_DIGITS; i++) {
      INVERSES_OF_FIVE[i] = INVERSES_OF_FIVE[i - 1] * 0xCCCC_CCCC_CCCC_CCCDL;
    }
  }

  private final Instrument instrument;
  private final int shown;
  private final BookSide bids;
  private final BookSide asks;
  private BookState state = BookState.LOADING;
  private String reason = "nothing has come yet";
  private long stateSinceNanos;
  private int epoch = 1;
  private long sequence;
  private long venueMillis;
  private long receivedNanos;
  private int priceDigits;
  private int sizeDigits;

  /** Takes note of every change; null when nobody listens. */
  private @Nullable ChangeLog log;

  /** Through which the levels were lent last; null when they were changed since. */
  private @Nullable BookSlot lent;

  /** Odd while the book is being written. */
  private long version;

  /**
   * An empty book that is loading.
   *
   * @param shown how many levels a side are shown
   * @param writing whether it keeps how the venue wrote each level, for {@link #asWritten}
   */
  Book(Instrument instrument, int shown, boolean writing, long now) {
    this.instrument = instrument;
    this.shown = shown;
    this.bids = new BookSide(true, writing);
    this.asks = new BookSide(false, writing);
    this.stateSinceNanos = now;
    this.priceDigits = instrument.priceDigits();
    this.sizeDigits = instrument.sizeDigits();
  }

  @Override
  public Instrument instrument() {
    return instrument;
  }

  @Override
  public BookState state() {
    return state;
  }

  /** Why the book is not valid; empty when it is. */
  String reason() {
    return reason;
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
    return Math.min(shown, readable(side).count());
  }

  @Override
  public long price(Side side, int level) {
    return readable(side).price(level);
  }

  @Override
  public long size(Side side, int level) {
    return readable(side).size(level);
  }

  @Override
  public OrderBook copy() {
    return Objects.requireNonNull(tryCopy(), "a book that is copied while it is written");
  }

  /**
   * A copy; made without the engine's lock, it is of one moment only if the book {@link #isStill}
   * at the version it had before.
   *
   * @return null when it is certainly not
   */
  @Nullable OrderBook tryCopy() {
    boolean valid = isValid();
    long[] bidLevels = valid ? bids.tryCopy(shown) : NO_LEVELS;
    long[] askLevels = valid ? asks.tryCopy(shown) : NO_LEVELS;
    return bidLevels == null || askLevels == null
        ? null
        : new BookCopy(
            instrument,
            state,
            reason,
            stateSinceNanos,
            sequence,
            epoch,
            venueMillis,
            receivedNanos,
            priceDigits,
            sizeDigits,
            bidLevels,
            askLevels);
  }

  // ---- for readers that do not hold the engine

  /** Even while the book is one that the venue's might have been; raised by every change. */
  long version() {
    return (long) VERSION.getAcquire(this);
  }

  /** Whether everything read since the version was asked for is of that version. */
  boolean isStill(long version) {
    VarHandle.acquireFence();
    return (long) VERSION.getOpaque(this) == version;
  }

  /** From here on it is written: readers wait. */
  void beginWriting() {
    VERSION.setOpaque(this, version + 1);
    VarHandle.releaseFence();
  }

  /** What was written is whole. */
  void endWriting() {
    VERSION.setRelease(this, version + 1);
  }

  /** Somebody may read the levels where they lie. */
  void lentTo(BookSlot slot) {
    if (lent != slot && isRead()) {
      detach();
    }
    lent = slot;
  }

  /** Whether somebody reads the levels where they lie, so that they must stay as they are. */
  private boolean isRead() {
    BookSlot slot = lent;
    lent = null;
    return slot != null && !slot.revoke();
  }

  private void detach() {
    bids.detach();
    asks.detach();
  }

  private BookSide readable(Side side) {
    if (state != BookState.VALID) {
      throw invalid(this, reason);
    }
    return side(side);
  }

  static InvalidBook invalid(OrderBook book, String reason) {
    long since = book.stateSinceNanos();
    return new InvalidBook(
        book.instrument()
            + ": the book is "
            + book.state()
            + " ("
            + reason
            + ") since "
            + Instant.ofEpochSecond(
                Math.floorDiv(since, 1_000_000_000L), Math.floorMod(since, 1_000_000_000L)));
  }

  // What the keeper does with it.

  BookSide side(Side side) {
    return side == Side.BUY ? bids : asks;
  }

  void log(@Nullable ChangeLog log) {
    this.log = log;
  }

  void state(BookState state, String reason, long now) {
    this.state = state;
    this.reason = reason;
    this.stateSinceNanos = now;
  }

  void nextEpoch() {
    epoch++;
    sequence = 0;
    venueMillis = 0;
    receivedNanos = 0;
  }

  /** What the levels now equal. */
  void stamp(long sequence, long venueMillis, long receivedNanos) {
    this.sequence = sequence;
    this.venueMillis = venueMillis;
    this.receivedNanos = receivedNanos;
  }

  /** Forgets every level, in place or leaving the arrays to whoever still reads them. */
  void clear(boolean inPlace, int bidCount, int askCount) {
    if (inPlace && !isRead()) {
      bids.clear();
      asks.clear();
    } else {
      bids.renew(bidCount);
      asks.renew(askCount);
    }
    if (!inPlace) {
      priceDigits = instrument.priceDigits();
      sizeDigits = instrument.sizeDigits();
    }
    if (log != null) {
      log.whole();
    }
  }

  /** Applies the levels of a change. Throws {@link TextException} for a number that cannot be. */
  void apply(DepthMessage m) {
    if (isRead()) {
      detach();
    }
    bids.begin();
    asks.begin();
    long[] a = m.levels;
    for (int i = m.from; i < m.to; i += DepthMessage.STRIDE) {
      long packed = a[i + 2];
      set(
          DepthMessage.isBid(packed),
          a[i],
          DepthMessage.priceDigits(packed),
          a[i + 1],
          DepthMessage.sizeDigits(packed));
    }
  }

  /**
   * Adds a level of a whole book. Venues write the best first: give the last first, and each is
   * appended.
   */
  void load(boolean bid, long price, int priceDigits, long size, int sizeDigits) {
    if (size != 0) {
      BookSide side = bid ? bids : asks;
      int before = side.count();
      set(bid, price, priceDigits, size, sizeDigits);
      if (side.count() == before) {
        throw new TextException(
            "the whole book has twice the price " + Decimal.of(price, priceDigits).toPlainString());
      }
    }
  }

  private void set(boolean bid, long price, int priceDigits, long size, int sizeDigits) {
    int digits = priceDigits << 8 | sizeDigits & 0xff;
    if (price <= 0) {
      throw unlawful("price", price, priceDigits);
    }
    if (size < 0) {
      throw unlawful("size", size, sizeDigits);
    }
    if (priceDigits != this.priceDigits) {
      price = price(price, priceDigits);
    }
    if (sizeDigits != this.sizeDigits) {
      size = size(size, sizeDigits);
    }
    if ((bid ? bids : asks).set(price, size, digits) && log != null) {
      log.level(bid, price, size);
    }
  }

  private long price(long price, int digits) {
    int zeros = digits - priceDigits;
    if (zeros > 0) {
      long exact = withoutZeros(price, zeros);
      if (exact >= 0) {
        return exact;
      }
      widen(needed(price, digits), sizeDigits);
    }
    return Decimal.rescale(price, digits, priceDigits);
  }

  private long size(long size, int digits) {
    int zeros = digits - sizeDigits;
    if (zeros > 0) {
      long exact = withoutZeros(size, zeros);
      if (exact >= 0) {
        return exact;
      }
      widen(priceDigits, needed(size, digits));
    }
    return Decimal.rescale(size, digits, sizeDigits);
  }

  /**
   * {@code n / 10^zeros} where that is exact, otherwise -1. Many venues pad every number, and a
   * division would cost more than all else that is done to a level: so the power of two is shifted
   * away, the power of five undone by its inverse modulo 2^64, and the product compared.
   *
   * @param n not negative
   */
  private static long withoutZeros(long n, int zeros) {
    if (zeros > MAX_DIGITS) {
      return n == 0 ? 0 : -1;
    }
    long power = Decimal.power(zeros);
    long quotient = (n >> zeros) * INVERSES_OF_FIVE[zeros];
    return quotient >= 0 && Math.multiplyHigh(quotient, power) == 0 && quotient * power == n
        ? quotient
        : -1;
  }

  /** How many digits a number needs; not 0. */
  private static int needed(long n, int digits) {
    while (n % 10 == 0) {
      n /= 10;
      digits--;
    }
    return digits;
  }

  private void widen(int newPriceDigits, int newSizeDigits) {
    if (newPriceDigits > MAX_DIGITS || newSizeDigits > MAX_DIGITS) {
      throw new TextException("a number has more than " + MAX_DIGITS + " digits after the point");
    }
    bids.rescale(priceDigits, newPriceDigits, sizeDigits, newSizeDigits);
    asks.rescale(priceDigits, newPriceDigits, sizeDigits, newSizeDigits);
    priceDigits = newPriceDigits;
    sizeDigits = newSizeDigits;
    if (log != null) {
      log.whole();
    }
  }

  private static TextException unlawful(String what, long n, int digits) {
    return new TextException(
        "a " + what + " of " + Decimal.of(n, digits).toPlainString() + " in a book");
  }

  /**
   * Cuts each side to so many levels.
   *
   * @param bind whether the book is from then on unknown beyond the cut; otherwise the venue tells
   *     when a level comes back into view
   */
  void cut(int most, boolean bind) {
    cut(bids, true, most, bind);
    cut(asks, false, most, bind);
  }

  private void cut(BookSide side, boolean bid, int most, boolean bind) {
    if (side.count() <= most) {
      return;
    }
    while (side.count() > most) {
      if (log != null) {
        log.level(bid, side.price(side.count() - 1), 0);
      }
      side.removeWorst();
    }
    if (bind) {
      side.bind();
    }
  }

  /** A side in the venue's own numbers, however many digits the book keeps. */
  BookChecksum.Levels asWritten(Side side) {
    return new AsWritten(side(side));
  }

  private final class AsWritten implements BookChecksum.Levels {
    private final BookSide side;

    AsWritten(BookSide side) {
      this.side = side;
    }

    @Override
    public int count() {
      return side.count();
    }

    @Override
    public long price(int level) {
      return Decimal.rescale(side.price(level), priceDigits, priceDigits(level));
    }

    @Override
    public int priceDigits(int level) {
      return side.written(level) >> 8;
    }

    @Override
    public long size(int level) {
      return Decimal.rescale(side.size(level), sizeDigits, sizeDigits(level));
    }

    @Override
    public int sizeDigits(int level) {
      return (byte) side.written(level);
    }
  }

  /** Whether the best bid is not below the best ask, which no honest book shows. */
  boolean isCrossed() {
    return bids.count() > 0 && asks.count() > 0 && bids.price(0) >= asks.price(0);
  }
}
