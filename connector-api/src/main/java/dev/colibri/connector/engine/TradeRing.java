package dev.colibri.connector.engine;

import dev.colibri.connector.model.TradeView;

/**
 * The newest trades that a slower listener has not heard yet. When it is full the oldest is lost,
 * which is a gap that the listener is told of before the next trade. Not thread-safe.
 */
public final class TradeRing {
  private final TradeSlot[] slots;
  private long head;
  private long tail;
  private long lost;
  private long lostFromNanos;
  private long lostToNanos;

  /**
   * An empty ring.
   *
   * @param capacity how many trades wait at most
   */
  public TradeRing(int capacity) {
    slots = new TradeSlot[capacity];
    for (int i = 0; i < capacity; i++) {
      slots[i] = new TradeSlot();
    }
  }

  public boolean isEmpty() {
    return head == tail && lost == 0;
  }

  /** Keeps a copy of a trade. */
  public void add(TradeView trade) {
    if (tail - head == slots.length) {
      long at = slot(head++).receivedNanos();
      if (lost++ == 0) {
        lostFromNanos = at;
      }
      lostToNanos = at;
    }
    slot(tail++).set(trade);
  }

  /**
   * How many trades were lost before the next one; 0 for none. Ask before every {@link #poll}. The
   * times stand until the next loss.
   */
  public long takeLost() {
    long n = lost;
    lost = 0;
    return n;
  }

  /** When the first of the lost trades was received. */
  public long lostFromNanos() {
    return lostFromNanos;
  }

  /** When the last of the lost trades was received. */
  public long lostToNanos() {
    return lostToNanos;
  }

  /** Moves the oldest trade to {@code into}; false when there is none. */
  public boolean poll(TradeSlot into) {
    if (head == tail) {
      return false;
    }
    into.set(slot(head++));
    return true;
  }

  private TradeSlot slot(long number) {
    return slots[(int) (number % slots.length)];
  }
}
