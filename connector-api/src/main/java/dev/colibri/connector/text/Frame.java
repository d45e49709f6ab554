package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;

/**
 * One message of a stream, as bytes inside a larger array. A frame is reused by its owner: it and
 * its bytes are valid only during the call that hands it over, and the array must not be written.
 * What has to live longer is copied with {@link #utf8()} or read with {@link #json()}.
 */
public final class Frame {
  private byte[] array = new byte[0];
  private int from;
  private int to;
  private boolean text;
  private long readNanos;

  /** A frame of its own bytes, for replies and tests. */
  public static Frame of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Frame().wrap(bytes, 0, bytes.length, true);
  }

  /** Points this frame at bytes {@code from} (inclusive) to {@code to} (exclusive). */
  public Frame wrap(byte[] array, int from, int to, boolean text) {
    if (from < 0 || from > to || to > array.length) {
      throw new IndexOutOfBoundsException(from + ".." + to + " of " + array.length);
    }
    this.array = array;
    this.from = from;
    this.to = to;
    this.text = text;
    return this;
  }

  /** Says when it was read, in nanoseconds since the epoch by the host's clock; 0 takes it back. */
  public Frame read(long nanos) {
    readNanos = nanos;
    return this;
  }

  /**
   * When it was read, in nanoseconds since the epoch; 0 where nobody said. What came in one read of
   * a socket has the same time.
   */
  public long readNanos() {
    return readNanos;
  }

  public byte[] array() {
    return array;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  public int length() {
    return to - from;
  }

  /** Whether the peer sent it as text; otherwise it is binary (compressed JSON, usually). */
  public boolean isText() {
    return text;
  }

  /** A copy as a string; malformed UTF-8 becomes U+FFFD, so use it for logs and plain text only. */
  public String utf8() {
    return new String(array, from, to - from, StandardCharsets.UTF_8);
  }

  /** A copy as a tree, whatever {@link #isText()} says. Throws {@link TextException}. */
  public Json json() {
    return Json.parse(array, from, to);
  }

  @Override
  public String toString() {
    return (text ? "text" : "binary") + " frame of " + length() + " bytes";
  }
}
