package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.testkit.sim.ForwardingHost;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Real threads and sockets, and a clock that a test pushes on: what has its time need not be waited
 * for.
 */
final class PushedHost extends ForwardingHost {
  private final Set<PushedAlarm> set = new LinkedHashSet<>();
  private volatile long ahead;

  PushedHost() {
    super(new LiveHost());
  }

  /** From now on it is so much later. */
  synchronized void push(Duration how) {
    ahead += how.toNanos();
    List.copyOf(set).forEach(PushedAlarm::arm);
  }

  @Override
  public long nanos() {
    return super.nanos() + ahead;
  }

  @Override
  public Alarm alarm(Runnable ring) {
    return new PushedAlarm(ring);
  }

  private final class PushedAlarm implements Alarm {
    private final Alarm alarm = PushedHost.super.alarm(this::due);
    private final Runnable ring;
    private long wanted;

    PushedAlarm(Runnable ring) {
      this.ring = ring;
    }

    @Override
    public void at(long nanos) {
      synchronized (PushedHost.this) {
        wanted = nanos;
        set.add(this);
        arm();
      }
    }

    private void arm() {
      alarm.at(wanted - ahead);
    }

    private void due() {
      synchronized (PushedHost.this) {
        if (!set.contains(this)) {
          return;
        }
        if (wanted > nanos()) {
          arm(); // It was set anew when it was about to ring.
          return;
        }
        set.remove(this);
      }
      ring.run();
    }

    @Override
    public void cancel() {
      synchronized (PushedHost.this) {
        set.remove(this);
        alarm.cancel();
      }
    }
  }
}
