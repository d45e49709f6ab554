package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one book on their way to a listener. One thread may add while another drains; nothing
 * is made in steady state. Who does not drain for {@value #MOST} changes loses them, and is told so
 * by a {@code CLEARED} of state {@code STALE} before the next ones.
 */
public final class ChangeQueue {
  private static final int MOST = 1 << 16;

  private Batch filling = new Batch();
  private Batch draining = new Batch();

  private boolean lost;

  /** Keeps a copy of a change. */
  public synchronized void add(BookChangeView change) {
    lost |= filling.add(change);
  }

  /**
   * Tells everything that waits, in order, outside the queue's own lock. One thread at a time.
   *
   * @return whether changes were lost, so that the listener needs the whole book anew
   */
  public boolean drain(Consumer<? super BookChangeView> listener) {
    boolean incomplete;
    synchronized (this) {
      Batch full = filling;
      filling = draining;
      draining = full;
      incomplete = lost;
      lost = false;
    }
    draining.tell(listener);
    return incomplete;
  }

  /** Changes side by side in arrays; the view of the one at {@link #at}. */
  private static final class Batch implements BookChangeView {
    private static final int FIELDS = 5;
    private long[] numbers = new long[FIELDS * 64];
    private byte[] flags = new byte[4 * 64];
    private int count;
    private int at;
    private @Nullable Instrument instrument;

    /** Says whether it had no room for those before it. */
    boolean add(BookChangeView c) {
      boolean full = count == MOST;
      if (full) {
        // In place of all of them: nothing is known of the book.
        count = 0;
        put(c, Kind.CLEARED, Side.BUY, BookState.STALE, 0, 0, true);
      }
      put(c, c.kind(), c.side(), c.state(), c.price(), c.size(), c.endOfMessage());
      return full;
    }

    private void put(
        BookChangeView c,
        Kind kind,
        Side side,
        BookState state,
        long price,
        long size,
        boolean endOfMessage) {
      if (count * FIELDS == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * numbers.length);
        flags = Arrays.copyOf(flags, 2 * flags.length);
      }
      instrument = c.instrument();
      int n = count * FIELDS;
      numbers[n] = price;
      numbers[n + 1] = size;
      numbers[n + 2] = c.sequence();
      numbers[n + 3] = c.venueMillis();
      numbers[n + 4] = c.receivedNanos();
      int f = count * 4;
      flags[f] = (byte) (kind.ordinal() << 2 | side.ordinal() << 1 | (endOfMessage ? 1 : 0));
      flags[f + 1] = (byte) state.ordinal();
      flags[f + 2] = (byte) c.priceDigits();
      flags[f + 3] = (byte) c.sizeDigits();
      count++;
    }

    void tell(Consumer<? super BookChangeView> listener) {
      int n = count;
      for (at = 0; at < n; at++) {
        listener.accept(this);
      }
      count = 0;
    }

    @Override
    public Kind kind() {
      return flags[at * 4] >> 2 == Kind.CLEARED.ordinal() ? Kind.CLEARED : Kind.LEVEL;
    }

    @Override
    public Instrument instrument() {
      if (instrument == null) {
        throw new IllegalStateException("a change is read outside its call");
      }
      return instrument;
    }

    @Override
    public BookState state() {
      return STATES[flags[at * 4 + 1]];
    }

    @Override
    public boolean endOfMessage() {
      return (flags[at * 4] & 1) != 0;
    }

    @Override
    public Side side() {
      return (flags[at * 4] >> 1 & 1) == Side.BUY.ordinal() ? Side.BUY : Side.SELL;
    }

    @Override
    public long price() {
      return numbers[at * FIELDS];
    }

    @Override
    public long size() {
      return numbers[at * FIELDS + 1];
    }

    @Override
    public int priceDigits() {
      return flags[at * 4 + 2];
    }

    @Override
    public int sizeDigits() {
      return flags[at * 4 + 3];
    }

    @Override
    public long sequence() {
      return numbers[at * FIELDS + 2];
    }

    @Override
    public long venueMillis() {
      return numbers[at * FIELDS + 3];
    }

    @Override
    public long receivedNanos() {
      return numbers[at * FIELDS + 4];
    }
  }

  private static final BookState[] STATES = BookState.values();
}
