package dev.colibri.connector.testkit.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a simulation, as a number that is the same when it was the same, and its last
 * lines.
 */
public final class Trace {
  private static final int KEPT = Integer.getInteger("sim.lines", 50);
  private static final long PRIME = 0x100000001b3L;

  private final String[] last = new String[KEPT];
  private long hash = 0xcbf29ce484222325L;
  private int lines;

  /** Something happened that a reader wants to see. */
  public void line(long millis, String text) {
    last[lines++ % KEPT] = millis % 10_000_000 + " " + text;
    add(millis);
    add(text);
  }

  /** Something happened that only counts for the number. */
  public void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes that only count for the number. */
  public void add(byte[] bytes) {
    long h = hash;
    for (byte b : bytes) {
      h = (h ^ b) * PRIME;
    }
    hash = h;
  }

  /** A number that only counts for the number. */
  public void add(long n) {
    hash = (Long.rotateLeft(hash, 23) ^ n) * PRIME;
  }

  /** The number. */
  public long hash() {
    return hash;
  }

  /** The last lines, oldest first. */
  public List<String> last() {
    List<String> all = new ArrayList<>();
    for (int i = Math.max(0, lines - KEPT); i < lines; i++) {
      all.add(last[i % KEPT]);
    }
    return all;
  }
}
