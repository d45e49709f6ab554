package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A stretch of a document that {@link JsonScanner#pass} knows again, eight bytes at a time:
 * whatever stands between two values, from the end of one to the beginning of the next. Immutable.
 */
public final class Literal {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** In bytes. */
  final int length;

  /** How many containers are open at its end. */
  final int depth;

  /** All but the last one to eight bytes. */
  private final long[] words;

  /** The last eight bytes, or all of them in the high part of a long. */
  private final long tail;

  private final long mask;

  Literal(byte[] bytes, int from, int to, int depth) {
    length = to - from;
    this.depth = depth;
    words = new long[Math.max(0, (length - 1) / Long.BYTES)];
    for (int i = 0; i < words.length; i++) {
      words[i] = (long) EIGHT.get(bytes, from + Long.BYTES * i);
    }
    byte[] end = new byte[Long.BYTES];
    int last = Math.min(length, Long.BYTES);
    System.arraycopy(bytes, to - last, end, Long.BYTES - last, last);
    tail = (long) EIGHT.get(end, 0);
    mask = last == 0 ? 0 : -1L << 8 * (Long.BYTES - last);
  }

  /** Whether it ends before {@code end}, which lies at least eight bytes into the array. */
  boolean endsAt(byte[] b, int end) {
    if (((long) EIGHT.get(b, end - Long.BYTES) & mask) != tail) {
      return false;
    }
    for (int i = 0, p = end - length; i < words.length; i++, p += Long.BYTES) {
      if ((long) EIGHT.get(b, p) != words[i]) {
        return false;
      }
    }
    return true;
  }
}
