package dev.colibri.connector.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Levels of a side, of any number and at any distance: key and size of each side by side in one
 * array, sorted, the best last.
 *
 * <p>A message names its levels best first, so that the search starts where the last one ended. The
 * levels begin somewhere in the array: cutting the worst ones moves nothing.
 */
final class SortedLevels {
  static final int LEAST_CAPACITY = 32;

  /** How far a search walks before it halves. */
  private static final int WALK = 16;

  /** A level's key, then its size. */
  private long[] levels;

  /** How each level was written, where that is kept; otherwise null. */
  private short @Nullable [] written;

  /** The worst level, and one beyond the best. */
  private int from;

  private int to;

  /** Where the last search ended, at most the best level: where the next one begins. */
  private int finger = -1;

  /**
   * No levels.
   *
   * @param writing whether it keeps how each level was written
   */
  SortedLevels(int capacity, boolean writing) {
    levels = new long[2 * capacity];
    written = writing ? new short[capacity] : null;
  }

  int count() {
    return to - from;
  }

  /** The key of a level; 0 is the best. */
  long key(int level) {
    return levels[2 * index(level)];
  }

  long size(int level) {
    return levels[2 * index(level) + 1];
  }

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

  /** Puts a size at a key; 0 takes the level away. Says whether that changed anything. */
  boolean set(long key, long size, int digits) {
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

  /** Adds a level that is better than all. */
  void add(long key, long size, int digits) {
    insert(to - 1, key, size);
    write(finger, digits);
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

  void removeWorst() {
    from++;
  }

  void removeBest() {
    to--;
    finger = Math.min(finger, to - 1);
  }

  /** Shows others as they are now, in their own array. */
  void show(SortedLevels of) {
    levels = of.levels;
    from = of.from;
    to = of.to;
  }

  /** Goes on in an array of its own. */
  void detach() {
    levels = levels.clone();
  }

  /**
   * Copies the best levels, worst first, to the beginning of an array.
   *
   * @return false when another thread changes them, so that what is found does not fit together
   */
  boolean tryCopy(int count, long[] into) {
    long[] a = levels;
    int end = to;
    if (count > end || 2 * end > a.length) {
      return false;
    }
    System.arraycopy(a, 2 * (end - count), into, 0, 2 * count);
    return true;
  }

  /** How many bytes the levels take. */
  long bytes() {
    return 8L * levels.length;
  }
}
