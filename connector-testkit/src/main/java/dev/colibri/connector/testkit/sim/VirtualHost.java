package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.SpotVenue;
import java.time.Duration;
import java.util.ArrayList;
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
  private final List<Transport> transports = new ArrayList<>();
  private boolean onStrategyThread;
  private boolean closed;

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
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

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
    time.at(
        time.nanos(),
        () -> {
          if (closed) {
            return;
          }
          onStrategyThread = true;
          try {
            task.run();
          } finally {
            onStrategyThread = false;
          }
        });
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
  public Transport transport(SpotVenue venue, Set<String> hosts) {
    Transport transport = new VirtualTransport(time, network, hosts);
    transports.add(transport);
    return transport;
  }

  /** Nothing of this host runs any more, as after the end of a process. */
  @Override
  public void close() {
    transports.forEach(Transport::close);
    closed = true;
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
      if (nanos < scheduled) {
        scheduled = nanos;
        time.at(nanos, () -> due(nanos));
      }
    }

    private void due(long nanos) {
      if (nanos == scheduled) {
        scheduled = NEVER;
      }
      if (closed || wanted == NEVER) {
        return;
      }
      if (wanted <= time.nanos()) {
        wanted = NEVER;
        ring.run();
      } else if (scheduled == NEVER) {
        at(wanted);
      }
    }

    @Override
    public void cancel() {
      wanted = NEVER;
    }
  }
}
