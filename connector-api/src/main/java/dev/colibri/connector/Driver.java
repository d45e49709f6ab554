package dev.colibri.connector;

import dev.colibri.connector.engine.ConnectorEngine;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Effect;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.text.Frame;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives one engine: lets one thread at a time in, tells it what happened outside, and does outside
 * what it wants done. No listener of a user runs while the engine is held.
 */
final class Driver {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Transport.Socket> sockets = new LinkedHashMap<>();
  private final ConnectorEngine engine;
  private final Host host;
  private final Transport transport;
  private final Host.Alarm alarm;
  private final Connector connector;
  private final @Nullable Keeper keeper;

  /** By ticket, why a request did not leave: something is not kept. */
  private final Map<Long, Delivery> unkept = new LinkedHashMap<>();

  private long alarmAt = Long.MAX_VALUE;
  private boolean closed;

  /**
   * A driver with nobody inside.
   *
   * @param connector told when a thread leaves the engine, and when it has left
   */
  Driver(
      ConnectorEngine engine,
      Host host,
      Transport transport,
      Connector connector,
      @Nullable Keeper keeper) {
    this.engine = engine;
    this.host = host;
    this.transport = transport;
    this.connector = connector;
    this.keeper = keeper;
    this.alarm = host.alarm(this::wake);
  }

  private void wake() {
    run(
        () -> {
          alarmAt = Long.MAX_VALUE;
          engine.wake(host.nanos());
        });
  }

  /** Goes inside, and does outside what the engine wants done. */
  void run(Runnable verb) {
    call(
        () -> {
          verb.run();
          return 0;
        });
  }

  /** Goes inside for an answer. */
  <T> T call(Supplier<T> verb) {
    MarketFeed<?> touched = null;
    boolean outermost = !lock.isHeldByCurrentThread();
    lock.lock();
    try {
      return verb.get();
    } finally {
      try {
        if (outermost) {
          perform();
          touched = connector.leaving();
        }
      } finally {
        lock.unlock();
      }
      if (outermost) {
        connector.left(touched);
      }
    }
  }

  /** The hot path: as {@link #call}, without making anything. */
  private void receive(long connection, Frame frame) {
    MarketFeed<?> touched;
    lock.lock();
    try {
      long read = frame.readNanos();
      boolean more = engine.received(read == 0 ? host.nanos() : read, connection, frame);
      if (more || keeper != null && keeper.problem() != null) {
        perform();
      }
      touched = connector.leaving();
    } finally {
      lock.unlock();
    }
    connector.left(touched);
  }

  /** Looks at the engine without doing anything. */
  <T> T read(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  private void perform() {
    if (keeper != null && !closed && keeper.problem() != null) {
      keep(keeper, Collections.emptyMap());
    }
    do {
      engine.settle();
      for (Effect e = engine.poll(); e != null; e = engine.poll()) {
        if (!closed) {
          perform(e);
        }
      }
    } while (tellUnkept());
    setAlarm();
  }

  private void perform(Effect e) {
    if (e instanceof Effect.Http http) {
      if (!http.places() || mayLeave(http.ticket())) {
        send(http);
      }
    } else if (e instanceof Effect.Open open) {
      open(open);
    } else if (e instanceof Effect.Send send) {
      Transport.Socket s = sockets.get(send.connection());
      if (s != null && (send.placing() == 0 || mayLeave(send.placing()))) {
        s.send(send.text());
      }
    } else if (e instanceof Effect.Ping ping) {
      Transport.Socket s = sockets.get(ping.connection());
      if (s != null) {
        s.ping();
      }
    } else if (e instanceof Effect.Keep keep) {
      if (keeper != null) {
        keep(keeper, keep.changes());
      }
    } else {
      Transport.Socket s = sockets.remove(((Effect.Close) e).connection());
      if (s != null) {
        s.close();
      }
    }
  }

  /** An order leaves when everything is kept that must be; otherwise it is told that it did not. */
  private boolean mayLeave(long ticket) {
    if (keeper == null || keeper.problem() == null) {
      return true;
    }
    keep(keeper, Collections.emptyMap());
    if (keeper.problem() == null) {
      return true;
    }
    unkept.put(ticket, new Delivery.NotSent("journal: " + keeper.problem()));
    return false;
  }

  private void keep(Keeper keeper, Map<String, @Nullable String> changes) {
    boolean worked = keeper.problem() == null;
    keeper.keep(changes, host.nanos());
    String problem = keeper.problem();
    if (worked != (problem == null)) {
      engine.journal(problem);
    }
  }

  /** Whether the engine heard of something, so that there may be more to do. */
  private boolean tellUnkept() {
    if (unkept.isEmpty()) {
      return false;
    }
    Map<Long, Delivery> told = new LinkedHashMap<>(unkept);
    unkept.clear();
    told.forEach((ticket, why) -> engine.delivered(host.nanos(), ticket, why));
    return true;
  }

  private void setAlarm() {
    long next = closed ? Long.MAX_VALUE : engine.nextWakeup();
    if (next != alarmAt) {
      alarmAt = next;
      if (next == Long.MAX_VALUE) {
        alarm.cancel();
      } else {
        alarm.at(next);
      }
    }
  }

  private void send(Effect.Http http) {
    Signed s = http.signed();
    Transport.HttpRequest request =
        new Transport.HttpRequest(
            s.request().method(),
            http.uri(),
            s.headers(),
            s.contentType(),
            s.body(),
            http.timeout());
    transport.http(
        request,
        (Delivery delivery) -> run(() -> engine.delivered(host.nanos(), http.ticket(), delivery)));
  }

  private void open(Effect.Open open) {
    long id = open.connection();
    sockets.put(
        id,
        transport.connect(
            open.uri(),
            open.headers(),
            open.timeout(),
            new Transport.SocketListener() {
              @Override
              public void opened() {
                run(() -> engine.opened(host.nanos(), id));
              }

              @Override
              public void received(Frame frame) {
                receive(id, frame);
              }

              @Override
              public void heartbeat() {
                run(() -> engine.heartbeat(host.nanos(), id));
              }

              @Override
              public void closed(int code, String reason) {
                run(
                    () -> {
                      sockets.remove(id);
                      engine.closed(host.nanos(), id, code, reason);
                    });
              }
            }));
  }

  /** Lets nothing more out and closes what is open. */
  void close() {
    lock.lock();
    try {
      closed = true;
      alarm.cancel();
      sockets.clear();
      if (keeper != null) {
        keeper.close();
      }
    } finally {
      lock.unlock();
    }
    transport.close();
  }
}
