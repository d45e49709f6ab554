package dev.colibri.connector;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whose turn it is to do what several threads have noted: one does it, and whoever notes more
 * meanwhile leaves word, so that it is done once more. What is noted before {@link #take} is seen
 * by who has the turn, because both write the same state where each sees what the other wrote.
 *
 * <p>One thread at a time may try to take the turn, under a lock that need not be held any more
 * when it is over.
 */
final class Turn {
  private static final int FREE = 0;
  private static final int TAKEN = 1;
  private static final int AGAIN = 2;

  private final AtomicInteger state = new AtomicInteger();

  /** Whether it is the caller's; otherwise who has it does everything once more. */
  boolean take() {
    int before = state.getAcquire();
    while (before != FREE) {
      if (state.compareAndSet(before, AGAIN)) {
        return false;
      }
      before = state.get();
    }
    // Nobody else is here, and who had it is through.
    state.setRelease(TAKEN);
    return true;
  }

  /** Whether it is over; otherwise there may be more to do. */
  boolean end() {
    if (state.compareAndSet(TAKEN, FREE)) {
      return true;
    }
    state.set(TAKEN);
    return false;
  }

  /** It is over, whatever may be left. */
  void leave() {
    state.set(FREE);
  }
}
