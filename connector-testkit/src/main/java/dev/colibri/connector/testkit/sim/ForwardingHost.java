package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.Venue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * A host that stands before another one and has it do everything: whoever extends it says what is
 * otherwise. As thread-safe as the other one.
 */
public abstract class ForwardingHost implements Host {
  private final Host host;

  /** Before a host, which is closed along. */
  protected ForwardingHost(Host host) {
    this.host = host;
  }

  @Override
  public long nanos() {
    return host.nanos();
  }

  @Override
  public long random() {
    return host.random();
  }

  @Override
  public Alarm alarm(Runnable ring) {
    return host.alarm(ring);
  }

  @Override
  public void strategy(Runnable task) {
    host.strategy(task);
  }

  @Override
  public boolean onStrategyThread() {
    return host.onStrategyThread();
  }

  @Override
  public void awaited(CompletableFuture<?> stage) {
    host.awaited(stage);
  }

  @Override
  public Watch watch(Duration limit, BiConsumer<Object, Duration> slow) {
    return host.watch(limit, slow);
  }

  @Override
  public Runnable atExit(Runnable task) {
    return host.atExit(task);
  }

  @Override
  public Transport transport(Venue<?> venue, Set<String> hosts) {
    return host.transport(venue, hosts);
  }

  @Override
  public void close() {
    host.close();
  }
}
