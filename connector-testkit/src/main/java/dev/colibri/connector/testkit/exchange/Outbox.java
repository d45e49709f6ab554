package dev.colibri.connector.testkit.exchange;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The way out of one session: frames leave it lost, repeated or in the wrong order where the {@link
 * Faults} of their stream say so, else as they come.
 */
public final class Outbox {
  private static final long LONGEST_MILLIS = 500;

  private record Held(String stream, String frame, long until) {}

  private final Faults faults;
  private final Consumer<String> wire;
  private final List<Held> held = new ArrayList<>();

  /** An outbox before a wire. */
  public Outbox(Faults faults, Consumer<String> wire) {
    this.faults = faults;
    this.wire = wire;
  }

  /** Sends a frame of a stream; what was held back for it follows. */
  public void send(String stream, String frame, long now) {
    if (faults.losesFrame(stream)) {
      return;
    }
    if (!holds(stream) && faults.swapsFrame(stream)) {
      held.add(new Held(stream, frame, now + LONGEST_MILLIS));
      return;
    }
    wire.accept(frame);
    if (faults.repeatsFrame(stream)) {
      wire.accept(frame);
    }
    if (!held.isEmpty()) {
      release(stream, Long.MIN_VALUE);
    }
  }

  private boolean holds(String stream) {
    return !held.isEmpty() && held.stream().anyMatch(h -> h.stream().equals(stream));
  }

  /** Sends what has been held back long enough. */
  public void wake(long now) {
    if (!held.isEmpty()) {
      release("", now);
    }
  }

  /** When {@link #wake} is due, or the end of time. */
  public long nextWake() {
    // What is held first is due first.
    return held.isEmpty() ? Long.MAX_VALUE : held.get(0).until();
  }

  /** An acknowledgement waits for a frame of whatever stream, the others for one of their own. */
  private void release(String after, long now) {
    for (Iterator<Held> it = held.iterator(); it.hasNext(); ) {
      Held h = it.next();
      boolean followed =
          !after.isEmpty() && (h.stream().equals(after) || h.stream().equals(Faults.ACKS));
      if (followed || h.until() <= now) {
        it.remove();
        wire.accept(h.frame());
      }
    }
  }
}
