package dev.colibri.examples.benchmarks;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The real clock, timers and threads, and a venue that is a function: requests are answered from
 * memory. Its sockets are real ones, or accept every subscription, and whoever asks for their
 * {@link #listeners} may tell them what a socket would have brought.
 */
final class ScriptedHost implements Host {
  private final LiveHost live = new LiveHost();
  private final ExecutorService venue =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "scripted-venue");
            thread.setDaemon(true);
            return thread;
          });
  private final Function<Transport.HttpRequest, @Nullable String> answers;
  private final Function<String, String> accept;
  private final boolean wired;
  private final List<Transport.SocketListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * A host.
   *
   * @param answers the body of an answer; null for 404
   * @param accept the answer to a message of ours
   * @param wired whether its sockets are real ones
   */
  ScriptedHost(
      Function<Transport.HttpRequest, @Nullable String> answers,
      Function<String, String> accept,
      boolean wired) {
    this.answers = answers;
    this.accept = accept;
    this.wired = wired;
  }

  /** Of the scripted sockets that were opened, in their order. */
  List<Transport.SocketListener> listeners() {
    return listeners;
  }

  /** Waits until the thread of the venue is done with what it has been given. */
  void settle() {
    CompletableFuture.runAsync(() -> {}, venue).join();
  }

  @Override
  public long nanos() {
    return live.nanos();
  }

  @Override
  public long random() {
    return live.random();
  }

  @Override
  public Alarm alarm(Runnable ring) {
    return live.alarm(ring);
  }

  @Override
  public void strategy(Runnable task) {
    live.strategy(task);
  }

  @Override
  public boolean onStrategyThread() {
    return live.onStrategyThread();
  }

  @Override
  public Watch watch(Duration limit, BiConsumer<Object, Duration> slow) {
    return live.watch(limit, slow);
  }

  @Override
  public Transport transport(Venue<?> of, Set<String> hosts) {
    return new Scripted(wired ? live.transport(of, hosts) : null);
  }

  @Override
  public void close() {
    live.close();
    venue.shutdownNow();
  }

  private final class Scripted implements Transport {
    private final @Nullable Transport wire;

    Scripted(@Nullable Transport wire) {
      this.wire = wire;
    }

    @Override
    public void http(HttpRequest request, Consumer<Delivery> done) {
      venue.execute(
          () -> {
            String answer = answers.apply(request);
            byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
            Reply reply = new Reply(answer == null ? 404 : 200, Map.of(), body);
            done.accept(new Delivery.Replied(reply));
          });
    }

    @Override
    public Socket connect(
        URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
      if (wire != null) {
        return wire.connect(uri, headers, timeout, listener);
      }
      listeners.add(listener);
      venue.execute(listener::opened);
      return new Open(listener);
    }

    @Override
    public void close() {
      if (wire != null) {
        wire.close();
      }
    }
  }

  /** Accepts every subscription. */
  private final class Open implements Transport.Socket {
    private final Transport.SocketListener listener;

    Open(Transport.SocketListener listener) {
      this.listener = listener;
    }

    @Override
    public void send(String text) {
      String answer = accept.apply(text);
      venue.execute(() -> listener.received(Frame.of(answer)));
    }

    @Override
    public void ping() {
      venue.execute(listener::heartbeat);
    }

    @Override
    public void close() {
      venue.execute(() -> listener.closed(1000, "closed here"));
    }
  }
}
