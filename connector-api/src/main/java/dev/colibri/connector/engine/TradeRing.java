package dev.colibri.connector.engine;

import dev.colibri.connector.model.TradeView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The newest trades that a slower listener has not heard yet. When it is full the oldest is lost,
 * which is a gap that the listener is told of before the next trade. One thread at a time adds, and
 * one at a time takes, without waiting for each other: who takes looks again whether what it copied
 * was not written over meanwhile.
 */
public final class TradeRing {
  private static final VarHandle BEGUN;
  private static final VarHandle TAIL;
  private static final VarHandle HEAD;

  static {
    try {
      MethodHandles.Lookup own = MethodHandles.lookup();
      BEGUN = own.findVarHandle(TradeRing.class, "begun", long.class);
      TAIL = own.findVarHandle(TradeRing.class, "tail", long.class);
      HEAD = own.findVarHandle(TradeRing.class, "head", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int capacity;

  /** A power of two of them, which is quicker to go around than others. */
  private final TradeSlot[] slots;

  // Of who adds: how many it began to write, and how many are whole.
  private long begun;
  private long tail;

  // When those were received that it wrote over, since it last had room.
  private boolean full;
  private long overFromNanos;
  private long overToNanos;

  // Of who takes: how many it took or lost.
  private long head;
  private long lost;
  private long lostFromNanos;
  private long lostToNanos;

  /**
   * An empty ring.
   *
   * @param capacity how many trades wait at most
   */
  public TradeRing(int capacity) {
    this.capacity = capacity;
    slots = new TradeSlot[Integer.highestOneBit(2 * capacity - 1)];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new TradeSlot();
    }
  }

  /** Whether there is nothing to take or to tell of; asked by who takes. */
  public boolean isEmpty() {
    return head == (long) TAIL.getAcquire(this) && lost == 0;
  }

  /** Keeps a copy of a trade. */
  public void add(TradeView trade) {
    long number = tail;
    if (number - (long) HEAD.getAcquire(this) >= capacity) {
      overToNanos = slot(number - capacity).receivedNanos();
      overFromNanos = full ? overFromNanos : overToNanos;
      full = true;
    } else {
      full = false;
    }
    BEGUN.setRelease(this, number + 1);
    VarHandle.storeStoreFence();
    slot(number).set(trade);
    TAIL.setRelease(this, number + 1);
  }

  /**
   * How many trades were lost before the next one; 0 for none. Ask before every {@link #poll}. The
   * times stand until the next loss.
   */
  public long takeLost() {
    long behind = (long) TAIL.getAcquire(this) - head - capacity;
    if (behind > 0) {
      lose(behind);
    }
    long n = lost;
    lost = 0;
    return n;
  }

  private void lose(long count) {
    lost += count;
    lostFromNanos = overFromNanos;
    lostToNanos = overToNanos;
    HEAD.setRelease(this, head + count);
  }

  /** When the first of the lost trades was received, or one shortly before. */
  public long lostFromNanos() {
    return lostFromNanos;
  }

  /** When the last of the lost trades was received, or one shortly after. */
  public long lostToNanos() {
    return lostToNanos;
  }

  /** Moves the oldest trade to {@code into}; false when there is none. */
  public boolean poll(TradeSlot into) {
    while (head != (long) TAIL.getAcquire(this)) {
      into.set(slot(head));
      VarHandle.loadLoadFence();
      long over = (long) BEGUN.getAcquire(this) - head - capacity;
      if (over <= 0) {
        HEAD.setRelease(this, head + 1);
        return true;
      }
      lose(over);
    }
    return false;
  }

  private TradeSlot slot(long number) {
    return slots[(int) number & slots.length - 1];
  }
}
