package dev.colibri.connector.io;

import dev.colibri.connector.spi.Venue;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real clock, threads, sockets and randomness.
 *
 * <p>Its threads are {@code colibri-strategy}, {@code colibri-timer}, {@code colibri-io-N} for
 * requests that are on their way, and two for every WebSocket. All are daemons: what keeps a
 * program alive is whoever waits for the runtime to end, not the runtime.
 *
 * <p>After {@link #close} nothing is told to anyone any more.
 */
public final class LiveHost implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHost.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How often calls in progress are looked at. */
  private static final long LOOK_MILLIS = 50;

  private final long epoch;
  private final long begin;
  private final SecureRandom random = new SecureRandom();
  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor strategy;
  private final ThreadPoolExecutor workers;
  private final Watches watches = new Watches(this::nanos);
  private final AtomicBoolean looks = new AtomicBoolean();
  private final Set<LiveTransport> transports = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Dialer.Tls> platform;
  private volatile @Nullable Thread strategyThread;

  public LiveHost() {
    Instant now = Instant.now();
    begin = System.nanoTime();
    epoch = now.getEpochSecond() * 1_000_000_000 + now.getNano();
    timer =
        new ScheduledThreadPoolExecutor(
            1, daemons("colibri-timer"), new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
    // Its queue is bounded by those who fill it: market data conflates, trades overflow visibly.
    strategy =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = daemon(task, "colibri-strategy");
              strategyThread = thread;
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    // As many as there are requests on their way, which the engine bounds.
    AtomicInteger count = new AtomicInteger();
    workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "colibri-io-" + count.incrementAndGet()),
            new ThreadPoolExecutor.DiscardPolicy());
    // The first one of a process takes long, and goes on while connectors are made ready.
    platform = CompletableFuture.supplyAsync(() -> Dialer.Tls.of(null), workers);
  }

  private static ThreadFactory daemons(String name) {
    return task -> daemon(task, name);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taken from the wall clock once, and counted on evenly: the wall clock's own corrections do
   * not show. Venues have clocks of their own, which the engine learns.
   */
  @Override
  public long nanos() {
    return epoch + (System.nanoTime() - begin);
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public Alarm alarm(Runnable ring) {
    return new LiveAlarm(guarded(ring));
  }

  @Override
  public void strategy(Runnable task) {
    strategy.execute(guarded(task));
  }

  @Override
  public boolean onStrategyThread() {
    return Thread.currentThread() == strategyThread;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Calls in progress are looked at twenty times a second, and told of while they last: one that
   * takes little longer than the limit may not be noticed, and one that never ends is.
   */
  @Override
  public Watch watch(Duration limit, BiConsumer<Object, Duration> slow) {
    if (looks.compareAndSet(false, true)) {
      timer.scheduleWithFixedDelay(
          guarded(watches::look), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return watches.add(limit, slow);
  }

  @Override
  public Runnable atExit(Runnable task) {
    Runtime process = Runtime.getRuntime();
    Thread hook = new Thread(guarded(task), "colibri-exit");
    try {
      process.addShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return () -> {}; // Too late: whoever ends it does not wait for more.
    }
    return () -> {
      try {
        process.removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // It runs, or has run.
      }
    };
  }

  @Override
  public Transport transport(Venue<?> venue, Set<String> hosts) {
    LiveTransport transport = new LiveTransport(this, venue, hosts);
    transports.add(transport);
    return transport;
  }

  void forget(LiveTransport transport) {
    transports.remove(transport);
  }

  /** Runs a task soon, on any thread but the caller's. */
  void run(Runnable task) {
    workers.execute(guarded(task));
  }

  /** TLS with those whom the platform trusts. */
  Dialer.Tls platform() {
    try {
      return platform.join();
    } catch (CompletionException e) {
      return Dialer.Tls.of(null); // Which says what is wrong.
    }
  }

  ExecutorService workers() {
    return workers;
  }

  /** Runs a short task later, on the timer's thread. */
  Future<?> after(Duration delay, Runnable task) {
    return timer.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A thread must outlive whatever its tasks throw, errors included. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        LOG.error("a task threw on {}", Thread.currentThread().getName(), e);
      }
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>Strategy tasks that were given already still run, unless they take longer than two seconds;
   * then their thread is interrupted. Called on the strategy thread it does not wait for them.
   */
  @Override
  public void close() {
    transports.forEach(LiveTransport::close);
    timer.shutdownNow();
    end(workers);
    end(strategy);
  }

  private void end(ThreadPoolExecutor executor) {
    executor.shutdown();
    boolean interrupted = false;
    try {
      boolean own = executor == strategy && onStrategyThread();
      if (own || executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    LOG.warn("threads were still busy after {} and are interrupted", PATIENCE);
    executor.shutdownNow();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class LiveAlarm implements Alarm {
    private final Runnable ring;
    private @Nullable Future<?> set;
    private long at;
    private long settings;

    LiveAlarm(Runnable ring) {
      this.ring = ring;
    }

    @Override
    public synchronized void at(long nanos) {
      if (set != null && at == nanos) {
        return;
      }
      cancel();
      at = nanos;
      long mine = settings;
      set =
          timer.schedule(
              () -> {
                if (isDue(mine)) {
                  ring.run();
                }
              },
              nanos - nanos(),
              TimeUnit.NANOSECONDS);
    }

    @Override
    public synchronized void cancel() {
      settings++;
      if (set != null) {
        set.cancel(false);
        set = null;
      }
    }

    /** Whether that setting still holds: it may have been replaced while it was about to ring. */
    private synchronized boolean isDue(long setting) {
      if (setting != settings) {
        return false;
      }
      settings++;
      set = null;
      return true;
    }
  }
}
