package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.Venue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A host in virtual time: no thread, no socket, and the same numbers for the same seed. Several
 * hosts may share one {@link VirtualTime} and one {@link Network}, as processes share a world.
 */
public final class VirtualHost implements Host {
  /** Whoever waits longer waits for something that will not come. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final VirtualTime time;
  private final Network network;
  private final SplittableRandom random;
  private final HostClock clock;
  private final List<Transport> transports = new ArrayList<>();
  private final Set<VirtualAlarm> alarms = new LinkedHashSet<>();
  private boolean onStrategyThread;
  private long pausedUntil = Long.MIN_VALUE;
  private long busyUntil = Long.MIN_VALUE;
  private boolean closed;

  /**
   * A runtime on a host of its own: {@code Colibri.live()} in virtual time.
   *
   * @param time its clock
   * @param network what its transports reach
   * @param seed decides every number that the host gives
   */
  public static Colibri runtime(VirtualTime time, Network network, long seed) {
    return new VirtualHost(time, network, seed).runtime();
  }

  /** A runtime on this host, with default settings. */
  public Colibri runtime() {
    return Colibri.on(this, Settings.DEFAULT, venue -> venue);
  }

  /**
   * A host.
   *
   * @param time its clock
   * @param network what its transports reach
   * @param seed decides every number that {@link #random()} gives
   */
  public VirtualHost(VirtualTime time, Network network, long seed) {
    this.time = time;
    this.network = network;
    this.random = new SplittableRandom(seed);
    this.clock = new HostClock(time.nanos());
  }

  @Override
  public long nanos() {
    return clock.at(time.nanos());
  }

  // ---------------------------------------------------------------- what a host suffers

  /**
   * Nothing of this host runs for a while, as in a long collection of garbage; what comes in
   * meanwhile waits. Its clock goes on.
   */
  public void pause(Duration how) {
    pausedUntil = Math.max(pausedUntil, time.nanos() + how.toNanos());
  }

  /** As {@link #pause}, and its clock stands still, as when a machine sleeps. */
  public void sleep(Duration how) {
    long end = time.nanos() + how.toNanos();
    pausedUntil = Math.max(pausedUntil, end);
    time.at(
        end,
        () -> {
          clock.stood(time.nanos(), how.toNanos());
          rearm();
        });
  }

  /** Its clock is set forward, as if whoever is running now had taken so long. */
  public void jump(Duration how) {
    clock.jump(time.nanos(), how.toNanos());
    rearm();
  }

  /** Its clock runs fast from now on, or slow when negative. */
  public void drift(long partsPerMillion) {
    clock.drift(time.nanos(), partsPerMillion);
    rearm();
  }

  /** The strategy thread is not free before so long: to be called by the task that takes long. */
  public void busy(Duration how) {
    busyUntil = Math.max(busyUntil, time.nanos() + how.toNanos());
  }

  /** The process is killed: nothing of it runs any more, and nobody is told. */
  public void kill() {
    closed = true;
    transports.forEach(Transport::close);
  }

  /** The end of its latest pause, which may be to come, in nanoseconds of virtual time. */
  long awakeSince() {
    return pausedUntil;
  }

  /** Whether it runs what is due at once, its strategy too. */
  boolean isFree() {
    return time.nanos() >= Math.max(pausedUntil, busyUntil);
  }

  /** When its clock will show a time, unless it sleeps before, in nanoseconds of virtual time. */
  long when(long shown) {
    return clock.when(shown);
  }

  private void rearm() {
    List.copyOf(alarms).forEach(VirtualAlarm::rearm);
  }

  /** Runs what comes from outside when the host can, and never when it is dead. */
  void run(Runnable task) {
    time.at(time.nanos(), () -> attempt(task));
  }

  private void attempt(Runnable task) {
    if (closed) {
      return;
    }
    if (time.nanos() < pausedUntil) {
      time.at(pausedUntil, () -> attempt(task));
    } else {
      task.run();
    }
  }

  // ---------------------------------------------------------------- what a host gives

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public Alarm alarm(Runnable ring) {
    return new VirtualAlarm(ring);
  }

  @Override
  public void strategy(Runnable task) {
    run(() -> onStrategyThread(task));
  }

  private void onStrategyThread(Runnable task) {
    if (time.nanos() < busyUntil) {
      // Those that wait keep their order: tasks of one time run in the order they were given.
      time.at(busyUntil, () -> attempt(() -> onStrategyThread(task)));
      return;
    }
    onStrategyThread = true;
    try {
      task.run();
    } finally {
      onStrategyThread = false;
    }
  }

  @Override
  public boolean onStrategyThread() {
    return onStrategyThread;
  }

  /** Lets time pass until the stage is done, and fails when nothing will ever complete it. */
  @Override
  public void awaited(CompletableFuture<?> stage) {
    if (!time.advanceUntil(stage::isDone, PATIENCE)) {
      throw new IllegalStateException(
          "nothing completes it within " + PATIENCE + " of virtual time");
    }
  }

  @Override
  public Transport transport(Venue<?> venue, Set<String> hosts) {
    Transport transport = new VirtualTransport(this, time, network, hosts);
    transports.add(transport);
    return transport;
  }

  /** Nothing of this host runs any more, as after the end of a process. */
  @Override
  public void close() {
    kill();
  }

  private final class VirtualAlarm implements Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final Runnable ring;
    private long wanted = NEVER;

    /** When the earliest task of this alarm runs: setting it later costs no second task. */
    private long scheduled = NEVER;

    VirtualAlarm(Runnable ring) {
      this.ring = ring;
    }

    @Override
    public void at(long nanos) {
      wanted = nanos;
      alarms.add(this);
      rearm();
    }

    void rearm() {
      long when = Math.max(clock.when(wanted), time.nanos());
      if (when < scheduled) {
        scheduled = when;
        time.at(when, () -> attempt(() -> due(when)));
      }
    }

    private void due(long when) {
      if (when == scheduled) {
        scheduled = NEVER;
      }
      if (wanted == NEVER) {
        return;
      }
      if (wanted <= nanos()) {
        cancel();
        ring.run();
      } else if (scheduled == NEVER) {
        rearm();
      }
    }

    @Override
    public void cancel() {
      wanted = NEVER;
      alarms.remove(this);
    }
  }
}
