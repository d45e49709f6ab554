package dev.colibri.connector.engine;

import java.util.Arrays;

/** Diffs that wait for a snapshot, in the order they came. Bounded, and small when it is empty. */
final class DiffBuffer {
  /** Longs: a mebibyte an instrument, some 700 messages of 60 levels. */
  static final int MAX_LONGS = 1 << 17;

  /** Longs before the levels of a message: its numbers, and where its levels end. */
  private static final int HEAD = 7;

  private static final long[] NOTHING = new long[0];

  private final DepthMessage message = new DepthMessage();
  private long[] longs = NOTHING;
  private int end;

  boolean isEmpty() {
    return end == 0;
  }

  /** Keeps a copy; false when there is no room. There always is for a single message. */
  boolean add(DepthMessage m) {
    int count = m.to - m.from;
    int needed = end + HEAD + count;
    if (needed > MAX_LONGS && end > 0) {
      return false;
    }
    if (needed > longs.length) {
      longs = Arrays.copyOf(longs, Math.max(needed, Math.min(MAX_LONGS, 2 * needed)));
    }
    longs[end] = m.first;
    longs[end + 1] = m.last;
    longs[end + 2] = m.previous;
    longs[end + 3] = m.venueMillis;
    longs[end + 4] = m.receivedNanos;
    longs[end + 5] = m.checksum;
    longs[end + 6] = needed;
    System.arraycopy(m.levels, m.from, longs, end + HEAD, count);
    end = needed;
    return true;
  }

  /** The message that begins at an offset, for as long as no other is asked for. */
  DepthMessage at(int offset) {
    message.first = longs[offset];
    message.last = longs[offset + 1];
    message.previous = longs[offset + 2];
    message.venueMillis = longs[offset + 3];
    message.receivedNanos = longs[offset + 4];
    message.checksum = longs[offset + 5];
    message.levels = longs;
    message.from = offset + HEAD;
    message.to = (int) longs[offset + 6];
    return message;
  }

  /** One beyond the last message; a message's {@code to} is the offset of the one after it. */
  int end() {
    return end;
  }

  /** Forgets the messages before an offset. */
  void dropBefore(int offset) {
    for (int i = offset; i < end; ) {
      int next = (int) longs[i + 6];
      longs[i + 6] = next - offset;
      i = next;
    }
    System.arraycopy(longs, offset, longs, 0, end - offset);
    end -= offset;
  }

  /** Forgets everything, and gives the room back. */
  void clear() {
    longs = NOTHING;
    end = 0;
  }
}
