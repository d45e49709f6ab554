package dev.colibri.connector.engine;

import dev.colibri.connector.text.Decimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a book.
 *
 * <p>Most changes are near the best price. So the prices near it have a window, in which every
 * price there could be has a place of its own: its size is found and put without searching or
 * moving anything, and a bit tells that it is not 0. Levels beyond the window, be they many or far
 * apart, are {@link SortedLevels}. The window follows the best price. It is a ring: when it moves,
 * only the levels that enter or leave it do.
 *
 * <p>A side may know that it does not know the levels worse than some price (a snapshot shows only
 * so many). Changes beyond that bound are ignored: what is kept is complete.
 */
final class BookSide {
  /** How many prices have a place of their own, at first and at most; powers of two. */
  private static final int WINDOW = 512;

  private static final int MOST_WINDOW = 8192;

  /**
   * A window is doubled when, over the last messages, more than one or two changes a message would
   * have come into the larger one.
   */
  private static final int MOST_MISSES = 128;

  /** Keys are prices times this, in units: they rise towards the best. */
  private final long sign;

  /** No key is less. */
  private final long floor;

  /**
   * What all prices are multiples of: usually the venue's tick, of which nobody has to tell. 0
   * before the first price.
   */
  private long unit;

  /** To divide by the unit without dividing: its odd part's inverse, its twos, what fits in it. */
  private long inverse;

  private int twos;
  private long mostUnits;

  /** Every level that is worse than the window. */
  private final SortedLevels far;

  /** The size at each key of the window, whose place is the key modulo the window. */
  private long[] sizes;

  /** One bit for every size that is not 0. */
  private long[] taken;

  /**
   * With how many digits the venue wrote a level's price (above) and size (below), where that
   * matters; otherwise null.
   */
  private short @Nullable [] written;

  /** How many levels are in the window: never 0 when there is one beyond it. */
  private int near;

  /** The least key of the window. */
  private long low;

  /** The key of the best level; {@link Long#MIN_VALUE} without one. */
  private long best = Long.MIN_VALUE;

  /** Nothing is known of prices that, times the sign, are below it. */
  private long bound = Long.MIN_VALUE;

  /** With a bound: how many levels are too few. */
  private int few;

  /** How many changes would have come into a larger window, of late. */
  private int misses;

  /**
   * An empty side.
   *
   * @param writing whether it keeps how the venue wrote each level
   */
  BookSide(boolean bids, boolean writing) {
    this(bids, WINDOW, SortedLevels.LEAST_CAPACITY, writing);
  }

  private BookSide(boolean bids, int window, int beyond, boolean writing) {
    sign = bids ? 1 : -1;
    floor = bids ? 0 : Long.MIN_VALUE;
    far = new SortedLevels(beyond, writing);
    sizes = new long[window];
    taken = new long[window / 64];
    written = writing ? new short[window] : null;
    forgetUnit();
  }

  private int mask() {
    return sizes.length - 1;
  }

  private int lastWord() {
    return taken.length - 1;
  }

  /** How far below the best price a window begins that was moved: some room is left above. */
  private int reach() {
    return sizes.length / 4 * 3;
  }

  int count() {
    return near + far.count();
  }

  /** The price of a level; 0 is the best. */
  long price(int level) {
    Objects.checkIndex(level, count());
    return sign * unit * (level < near ? keyAt(place(level)) : far.key(level - near));
  }

  /** The size of a level; 0 is the best. */
  long size(int level) {
    Objects.checkIndex(level, count());
    return level < near ? sizes[place(level)] : far.size(level - near);
  }

  /** With how many digits a level was written, as {@link #set} was told; 0 where it is not kept. */
  int written(int level) {
    Objects.checkIndex(level, count());
    return level >= near ? far.written(level - near) : written == null ? 0 : written[place(level)];
  }

  /** The place of a level in the window. */
  private int place(int level) {
    int word = (int) best >> 6 & lastWord();
    long bits = taken[word] & -1L >>> ~(int) best;
    int left = level;
    for (int count = Long.bitCount(bits); left >= count; count = Long.bitCount(bits)) {
      left -= count;
      word = word - 1 & lastWord();
      bits = taken[word];
    }
    for (; left > 0; left--) {
      bits ^= Long.highestOneBit(bits);
    }
    return word << 6 | 63 - Long.numberOfLeadingZeros(bits);
  }

  private long keyAt(int place) {
    return best - ((int) best - place & mask());
  }

  /** The place of the best level in the window that is worse than this key; there must be one. */
  private int placeBelow(long key) {
    int word = (int) key >> 6 & lastWord();
    long bits = taken[word] & (1L << key) - 1;
    while (bits == 0) {
      word = word - 1 & lastWord();
      bits = taken[word];
    }
    return word << 6 | 63 - Long.numberOfLeadingZeros(bits);
  }

  /** The key of the worst level in the window; there must be one. */
  private long worst() {
    int word = (int) low >> 6 & lastWord();
    long bits = taken[word] & -1L << low;
    while (bits == 0) {
      word = word + 1 & lastWord();
      bits = taken[word];
    }
    return keyAt(word << 6 | Long.numberOfTrailingZeros(bits));
  }

  /** Call before the levels of a message. */
  void begin() {
    far.begin();
    misses -= misses >> 6;
  }

  /**
   * Puts a size at a price; 0 takes the level away. Says whether that changed anything.
   *
   * @param price positive
   * @param digits with how many the venue wrote both; only the lower 16 bits count
   */
  boolean set(long price, long size, int digits) {
    if (sign * price < bound) {
      return false;
    }
    long units = units(price);
    if (Long.compareUnsigned(units, mostUnits) > 0) {
      if (size == 0) {
        return false; // Every level is a multiple.
      }
      refine(price);
      units = units(price);
    }
    long key = sign * units;
    if ((key - low & ~mask()) != 0) {
      return setBeyond(key, size, digits);
    }
    long before = put(key, size, digits);
    if (key >= best) {
      best(key, size);
    }
    return before != size;
  }

  /** A price in units; more than there can be when it is no multiple. */
  private long units(long price) {
    return Long.rotateRight(price * inverse, twos);
  }

  /** Makes the unit so small that this price is a multiple of it. */
  private void refine(long price) {
    long a = unit;
    long b = price;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    rebuild(a, toArray(), writings());
  }

  private void unit(long unit) {
    this.unit = unit;
    twos = Long.numberOfTrailingZeros(unit);
    long odd = unit >>> twos;
    // Right in three bits; each step doubles how many are.
    inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    mostUnits = Long.divideUnsigned(-1, unit);
  }

  /** How each level was written, worst first. */
  private int[] writings() {
    int[] all = new int[written == null ? 0 : count()];
    for (int i = 0; i < all.length; i++) {
      all[i] = written(all.length - 1 - i);
    }
    return all;
  }

  /** Puts all levels anew, worst first, in units of another size; 0 for one that they tell. */
  private void rebuild(long newUnit, long[] all, int[] writings) {
    newWindow(sizes.length);
    best = Long.MIN_VALUE;
    far.renew(all.length / 2);
    if (newUnit == 0) {
      forgetUnit();
    } else {
      unit(newUnit);
    }
    for (int i = 0; i < all.length; i += 2) {
      set(sign * all[i], all[i + 1], written == null ? 0 : writings[i / 2]);
    }
  }

  private void forgetUnit() {
    unit = 0;
    // No price is a multiple.
    inverse = 1;
    twos = 0;
    mostUnits = 0;
  }

  /** Puts a size into the window, and gives what was there. */
  private long put(long key, long size, int digits) {
    int place = (int) key & mask();
    long before = sizes[place];
    sizes[place] = size;
    if (written != null) {
      written[place] = (short) digits;
    }
    // Sizes are not negative. Nobody can foresee which are 0: no branch depends on it.
    long is = -size >>> 63;
    long was = -before >>> 63;
    taken[place >> 6] ^= (is ^ was) << place;
    near += (int) (is - was);
    return before;
  }

  /** The best level has this key now, or is not there any more. */
  private void best(long key, long size) {
    if (size != 0) {
      best = key;
    } else if (near == 0) {
      best = Long.MIN_VALUE;
      if (far.count() > 0) {
        lower(far.key(0));
      }
    } else {
      best = key - ((int) key - placeBelow(key) & mask());
      if (best - low < sizes.length / 4 && far.count() > 0) {
        lower(best);
      }
    }
  }

  private boolean setBeyond(long key, long size, int digits) {
    if (near > 0 && key < low) {
      boolean changes = far.set(key, size, digits);
      if (size != 0 && best - low < sizes.length / 4) {
        lower(best);
      } else if (low - key < sizes.length && ++misses > MOST_MISSES) {
        grow();
      }
      return changes;
    }
    if (size == 0) {
      return false;
    }
    long from = lowFor(key);
    while (near > 0) {
      long worst = worst();
      if (worst >= from) {
        break;
      }
      int place = (int) worst & mask();
      far.add(worst, sizes[place], written == null ? 0 : written[place]);
      put(worst, 0, 0);
    }
    low = from;
    best = key;
    put(key, size, digits);
    return true;
  }

  /** Where a window begins whose best level is this. */
  private long lowFor(long key) {
    return key - floor < reach() ? floor : key - reach();
  }

  /** Moves the window down to what is the best level now, and lets into it what it reaches. */
  private void lower(long top) {
    best = top;
    low = lowFor(top);
    while (far.count() > 0 && far.key(0) >= low) {
      put(far.key(0), far.size(0), far.written(0));
      far.removeBest();
    }
  }

  /** Doubles the window, unless it is as large as may be. */
  private void grow() {
    misses = 0;
    if (sizes.length == MOST_WINDOW) {
      return;
    }
    long[] oldSizes = sizes;
    short[] oldWritten = written;
    newWindow(2 * sizes.length);
    for (int i = 0; i < oldSizes.length; i++) {
      if (oldSizes[i] != 0) {
        long key = best - ((int) best - i & oldSizes.length - 1);
        put(key, oldSizes[i], oldWritten == null ? 0 : oldWritten[i]);
      }
    }
    lower(best);
  }

  private void newWindow(int length) {
    sizes = new long[length];
    taken = new long[length / 64];
    if (written != null) {
      written = new short[length];
    }
    near = 0;
  }

  /** Forgets all levels, in place. */
  void clear() {
    while (near > 0) {
      put(worst(), 0, 0);
    }
    best = Long.MIN_VALUE;
    far.clear();
    bound = Long.MIN_VALUE;
    few = 0;
  }

  /** Forgets all levels and leaves the arrays to whoever still reads them. */
  void renew(int capacity) {
    newWindow(sizes.length);
    clear();
    far.renew(capacity);
    forgetUnit();
  }

  /** From now on nothing is known beyond the worst level. */
  void bind() {
    if (count() > 0) {
      bound = sign * price(count() - 1);
      few = Math.max(1, count() / 2);
    }
  }

  /** Whether so much of a bound side is gone that it should be asked for anew. */
  boolean isThin() {
    return count() < few;
  }

  /** Whether the side is empty because it is not known, and not because nobody is there. */
  boolean isUnknown() {
    return count() == 0 && bound != Long.MIN_VALUE;
  }

  /** Takes the worst level away. */
  void removeWorst() {
    if (far.count() > 0) {
      far.removeWorst();
    } else {
      put(worst(), 0, 0);
      if (near == 0) {
        best = Long.MIN_VALUE;
      }
    }
  }

  /**
   * Multiplies all prices and sizes, in new arrays.
   *
   * @throws dev.colibri.connector.text.TextException when one does not fit, with nothing changed
   */
  void rescale(int priceDigits, int newPriceDigits, int sizeDigits, int newSizeDigits) {
    long[] a = toArray();
    for (int i = 0; i < a.length; i += 2) {
      a[i] = Decimal.rescale(a[i], priceDigits, newPriceDigits);
      a[i + 1] = Decimal.rescale(a[i + 1], sizeDigits, newSizeDigits);
    }
    if (bound != Long.MIN_VALUE) {
      bound = Decimal.rescale(bound, priceDigits, newPriceDigits);
    }
    rebuild(0, a, writings());
  }

  // ---- for those who read the side without being the one who writes it

  /** A side that only shows others. */
  static BookSide view(boolean bids) {
    return new BookSide(bids, 0, 0, false);
  }

  /** Shows a side as it is now, in that side's own arrays: until it changes, or is detached. */
  void show(BookSide of) {
    unit = of.unit;
    sizes = of.sizes;
    taken = of.taken;
    near = of.near;
    best = of.best;
    far.show(of.far);
  }

  /** Goes on in arrays of its own, and leaves the present ones to whoever still reads them. */
  void detach() {
    sizes = sizes.clone();
    taken = taken.clone();
    far.detach();
  }

  /**
   * Keys and sizes of the best levels, worst first, in an array of their own.
   *
   * @return null when another thread changes the side, so that what is found does not fit together;
   *     not to be null does not prove that it does
   */
  long @Nullable [] tryCopy(int most) {
    long[] a = sizes;
    long[] bits = taken;
    long top = best;
    long scale = unit;
    int inWindow = near;
    int beyond = Math.max(0, Math.min(most - inWindow, far.count()));
    int count = Math.min(most, inWindow) + beyond;
    if (inWindow < 0 || a.length != 64 * bits.length) {
      return null;
    }
    long[] all = new long[2 * count];
    if (!far.tryCopy(beyond, all)) {
      return null;
    }
    for (int i = 0; i < 2 * beyond; i += 2) {
      all[i] *= scale;
    }
    int at = 2 * count;
    // The word of the best level comes first and, for what lies behind the end of the ring, last.
    for (int i = 0; i <= bits.length && at > 2 * beyond; i++) {
      int word = ((int) top >> 6) - i & bits.length - 1;
      long left = i == 0 ? bits[word] & -1L >>> ~(int) top : bits[word];
      for (; left != 0 && at > 2 * beyond; left ^= Long.highestOneBit(left)) {
        int place = word << 6 | 63 - Long.numberOfLeadingZeros(left);
        all[--at] = a[place];
        all[--at] = scale * (top - ((int) top - place & a.length - 1));
      }
    }
    return at == 2 * beyond ? all : null;
  }

  /** The same for who knows that nobody writes. */
  long[] best(int most) {
    return Objects.requireNonNull(tryCopy(most), "a side that is copied while it is written");
  }

  /** Keys and sizes of all levels, worst first, in an array of their own. */
  long[] toArray() {
    return best(count());
  }

  /** The sizes of the window themselves, which a test may watch. */
  long[] array() {
    return sizes;
  }

  /** How many bytes the levels take. */
  long bytes() {
    return 8L * sizes.length + far.bytes();
  }
}
