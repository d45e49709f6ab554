package dev.colibri.connector.engine;

import dev.colibri.connector.text.Decimal;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a book: price and size of each level side by side in one array, sorted, the best
 * last.
 *
 * <p>Most changes are near the best price, so that little moves, and a message names its levels
 * best first, so that the search starts where the last one ended. The levels begin somewhere in the
 * array: cutting the worst ones moves nothing.
 *
 * <p>A side may know that it does not know the levels worse than some price (a snapshot shows only
 * so many). Changes beyond that bound are ignored: what is kept is complete.
 */
final class BookSide {
  private static final int LEAST_CAPACITY = 32;

  /** How far a search walks before it halves. */
  private static final int WALK = 16;

  /** Prices times this rise towards the best. */
  private final long sign;

  /** A level's key, then its size. */
  private long[] levels = new long[2 * LEAST_CAPACITY];

  /**
   * With how many digits the venue wrote a level's price (above) and size (below), where that
   * matters; otherwise null.
   */
  private short @Nullable [] written;

  /** The worst level, and one beyond the best. */
  private int from;

  private int to;

  /** Where the last search ended, at most the best level: where the next one begins. */
  private int finger = -1;

  /** Nothing is known of keys below it. */
  private long bound = Long.MIN_VALUE;

  /** With a bound: how many levels are too few. */
  private int few;

  /**
   * An empty side.
   *
   * @param writing whether it keeps how the venue wrote each level
   */
  BookSide(boolean bids, boolean writing) {
    sign = bids ? 1 : -1;
    written = writing ? new short[LEAST_CAPACITY] : null;
  }

  int count() {
    return to - from;
  }

  /** The price of a level; 0 is the best. */
  long price(int level) {
    return sign * levels[2 * index(level)];
  }

  /** The size of a level; 0 is the best. */
  long size(int level) {
    return levels[2 * index(level) + 1];
  }

  /** With how many digits a level was written, as {@link #set} was told; 0 where it is not kept. */
  int written(int level) {
    return written == null ? 0 : written[index(level)];
  }

  private int index(int level) {
    return to - 1 - Objects.checkIndex(level, to - from);
  }

  /** Call before the levels of a message. */
  void begin() {
    finger = to - 1;
  }

  /**
   * Puts a size at a price; 0 takes the level away. Says whether that changed anything.
   *
   * @param price positive
   * @param digits with how many the venue wrote both; only the lower 16 bits count
   */
  boolean set(long price, long size, int digits) {
    long key = sign * price;
    if (key < bound) {
      return false;
    }
    int at = search(key);
    finger = at;
    if (at >= from && levels[2 * at] == key) {
      if (size == 0) {
        remove(at);
        return true;
      }
      boolean changes = levels[2 * at + 1] != size;
      levels[2 * at + 1] = size;
      write(at, digits);
      return changes;
    }
    if (size == 0) {
      return false;
    }
    insert(at, key, size);
    write(finger, digits);
    return true;
  }

  private void write(int at, int digits) {
    if (written != null) {
      written[at] = (short) digits;
    }
  }

  private void move(int at, int to, int count) {
    System.arraycopy(levels, 2 * at, levels, 2 * to, 2 * count);
    if (written != null) {
      System.arraycopy(written, at, written, to, count);
    }
  }

  /** The place of the greatest key that is at most {@code key}, or {@code from - 1}. */
  private int search(long key) {
    long[] a = levels;
    int i = finger;
    if (i < to - 1 && (i < from || a[2 * i] < key)) {
      i = to - 1; // Better than the level before: not best first. Search from the top.
    }
    for (int least = Math.max(from, i - WALK); i >= least; i--) {
      if (a[2 * i] <= key) {
        return i;
      }
    }
    int low = from;
    while (low <= i) {
      int middle = (low + i) >>> 1;
      if (a[2 * middle] <= key) {
        low = middle + 1;
      } else {
        i = middle - 1;
      }
    }
    return i;
  }

  /** Makes room above {@code at}, by moving whichever part is smaller and can move. */
  private void insert(int at, long key, long size) {
    int place = at + 1;
    if (from > 0 && place - from < to - place) {
      move(from, from - 1, place - from);
      from--;
      place--;
    } else {
      if (2 * to == levels.length) {
        place -= from;
        makeRoom();
        place += from;
      }
      move(place, place + 1, to - place);
      to++;
    }
    levels[2 * place] = key;
    levels[2 * place + 1] = size;
    finger = place;
  }

  private void remove(int at) {
    if (at - from < to - 1 - at) {
      move(from, from + 1, at - from);
      from++;
    } else {
      move(at + 1, at, to - 1 - at);
      to--;
      finger = at - 1;
    }
  }

  /** Uses the room below the worst level when there is enough of it, so that moving stays rare. */
  private void makeRoom() {
    int count = count();
    int capacity = levels.length / 2;
    boolean enough = count <= capacity - capacity / 4;
    long[] room = enough ? levels : new long[4 * capacity];
    System.arraycopy(levels, 2 * from, room, 0, 2 * count);
    levels = room;
    if (written != null) {
      short[] notes = enough ? written : new short[2 * capacity];
      System.arraycopy(written, from, notes, 0, count);
      written = notes;
    }
    from = 0;
    to = count;
  }

  /** Forgets all levels, in place. */
  void clear() {
    from = 0;
    to = 0;
    finger = -1;
    bound = Long.MIN_VALUE;
    few = 0;
  }

  /** Forgets all levels and leaves the array to whoever still reads it. */
  void renew(int capacity) {
    clear();
    int room = Math.max(LEAST_CAPACITY, capacity + capacity / 4);
    levels = new long[2 * room];
    if (written != null) {
      written = new short[room];
    }
  }

  /** From now on nothing is known beyond the worst level. */
  void bind() {
    if (count() > 0) {
      bound = levels[2 * from];
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
    from++;
  }

  /**
   * Multiplies all prices and sizes, in a new array.
   *
   * @throws dev.colibri.connector.text.TextException when one does not fit, with nothing changed
   */
  void rescale(int priceDigits, int newPriceDigits, int sizeDigits, int newSizeDigits) {
    long[] a = new long[levels.length];
    for (int i = 2 * from; i < 2 * to; i += 2) {
      a[i] = Decimal.rescale(levels[i], priceDigits, newPriceDigits);
      a[i + 1] = Decimal.rescale(levels[i + 1], sizeDigits, newSizeDigits);
    }
    if (bound != Long.MIN_VALUE) {
      bound = Decimal.rescale(bound, priceDigits, newPriceDigits);
    }
    levels = a;
  }

  /** Goes on in an array of its own, and leaves the present one to whoever still reads it. */
  void detach() {
    levels = levels.clone();
  }

  /**
   * Keys and sizes of the best levels, worst first, in an array of their own.
   *
   * @return null when another thread changes the side, so that what is found does not fit together;
   *     not to be null does not prove that it does
   */
  long @Nullable [] tryCopy(int most) {
    long[] a = levels;
    int first = from;
    int end = to;
    int count = Math.min(most, end - first);
    return count < 0 || count > end || 2 * end > a.length ? null : best(a, end, count);
  }

  /** So many levels before an end, in an array of their own. */
  static long[] best(long[] levels, int end, int count) {
    return Arrays.copyOfRange(levels, 2 * (end - count), 2 * end);
  }

  /** Keys and sizes, worst first, in an array of their own. */
  long[] toArray() {
    return best(levels, to, count());
  }

  /** One beyond the best level in {@link #array()}. */
  int end() {
    return to;
  }

  /** The array itself: a key and a size for each level. */
  long[] array() {
    return levels;
  }

  /** How many bytes the levels take. */
  long bytes() {
    return 8L * levels.length;
  }
}
