package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The names of the fields of one kind of object, for {@link JsonScanner#nextField(FieldNames)}.
 *
 * <p>An object of a kind has its fields in the same order as the one before, as a rule. So the name
 * that came next the last time is compared first, eight bytes at a time; only another one is read
 * letter by letter and looked up. What is found does not depend on what was expected. Not
 * thread-safe: it remembers.
 */
public final class FieldNames {
  /** The place of a name that is none of these. */
  public static final int OTHER = -1;

  /** Stands for the end of the object, where there is no field any more. */
  public static final int END = -2;

  /** So many names of a kind of object are remembered, whatever their number. */
  private static final int MOST = 64;

  /** Longer ones are not remembered. */
  private static final int LONGEST_BYTES = 24;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Names names;
  private final Known[] known = new Known[MOST];
  private int count;

  /** What an object begins with is what follows this. */
  private final Known start = new Known();

  /** Stands for every name that is not remembered. */
  private final Known stray = new Known();

  private Known present = start;

  private FieldNames(Names names) {
    this.names = names;
  }

  /**
   * Names by their place in the list.
   *
   * @throws IllegalArgumentException when one is empty or stands there twice
   */
  public static FieldNames of(List<String> names) {
    return new FieldNames(Names.of(names));
  }

  /** Expects the name that an object begins with, as when that was read by other means. */
  public void restart() {
    present = start;
  }

  /** The name that is expected next. */
  Known next() {
    return present.next;
  }

  /** What was expected came. */
  int came(Known name) {
    present = name;
    return name.place;
  }

  /**
   * Something else came.
   *
   * @param from its first letter
   * @param to its closing quote
   * @return its place, or {@link #OTHER}
   */
  int find(byte[] bytes, int from, int to) {
    int place = names.find(bytes, from, to);
    Known came = remembered(bytes, from - 1, to + 2, place);
    present.next = came;
    present = came;
    return place;
  }

  private Known remembered(byte[] bytes, int from, int to, int place) {
    int length = to - from;
    // Where white space stands before a colon, there may be more of it the next time.
    int reach = Math.max(Long.BYTES, length);
    if (length > LONGEST_BYTES || from + reach > bytes.length || bytes[to - 1] != ':') {
      return stray;
    }
    for (int i = 0; i < count; i++) {
      if (known[i].length == length && known[i].isAt(bytes, from)) {
        return known[i];
      }
    }
    if (count == MOST) {
      return stray;
    }
    return known[count++] = new Known(bytes, from, length, place);
  }

  /** A name with its quotes and the colon, as it stands in a document. */
  static final class Known {
    private final int place;

    /** In bytes. */
    final int length;

    /** So many bytes must be there to look; more than there ever are where there is no text. */
    final int reach;

    private final long head;
    private final long mask;
    private final long middle;
    private final long tail;

    /** What followed it the last time; itself before that. */
    private Known next = this;

    /** One that is found nowhere. */
    private Known() {
      place = OTHER;
      length = 0;
      reach = 1 << 30;
      head = 0;
      mask = 0;
      middle = 0;
      tail = 0;
    }

    private Known(byte[] bytes, int from, int length, int place) {
      this.place = place;
      this.length = length;
      reach = Math.max(Long.BYTES, length);
      mask = length < Long.BYTES ? (1L << 8 * length) - 1 : -1;
      head = eight(bytes, from) & mask;
      middle = length <= 2 * Long.BYTES ? 0 : eight(bytes, from + Long.BYTES);
      tail = eight(bytes, from + reach - Long.BYTES);
    }

    private static long eight(byte[] bytes, int at) {
      return (long) EIGHT.get(bytes, at);
    }

    boolean isAt(byte[] b, int p) {
      if ((eight(b, p) & mask) != head) {
        return false;
      }
      return length <= Long.BYTES
          || eight(b, p + length - Long.BYTES) == tail
              && (length <= 2 * Long.BYTES || eight(b, p + Long.BYTES) == middle);
    }
  }
}
