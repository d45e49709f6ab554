package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.text.BaseUri;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * Plays tapes over real sockets of this machine: the live host talks HTTP and WebSocket to a server
 * on the loopback address that has the tape. The times of a tape count for nothing here: what comes
 * in comes as soon as it is its turn. Needs MockWebServer on the class path.
 */
public final class Loopback {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Whoever holds it is the only one at the tape; waiting for something lets others in. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Map<String, BaseUri> parts = new LinkedHashMap<>();
  private final Venue<?> venue;
  private final Tape venueTape;
  private final Set<CompletableFuture<?>> waiting = new LinkedHashSet<>();
  private @Nullable TapeNetwork network;

  /**
   * A loopback.
   *
   * @param venue what the tapes are of, with keys that are no secret
   * @param venueTape how the venue answers what a scenario is not about
   */
  public Loopback(Venue<?> venue, Tape venueTape) {
    this.venue = venue;
    this.venueTape = venueTape;
    Map<String, BaseUri> hosts = venue.dialect().profile().hosts().get(venue.environment());
    if (hosts != null) {
      parts.putAll(hosts);
    }
  }

  /**
   * Plays a tape.
   *
   * @throws TapeException naming file and line of the first thing that is not as the tape says
   */
  public Played play(Tape tape) throws IOException {
    Player player = new Player(venue, venueTape);
    LivePace pace = new LivePace();
    try (MockWebServer server = new MockWebServer();
        LiveHost host = new LiveHost()) {
      server.setDispatcher(new TapeDispatcher());
      server.start(InetAddress.getLoopbackAddress(), 0);
      lock.lock();
      try {
        TapeNetwork ends = player.network(pace, false);
        network = ends;
        return player.play(tape, pace, ends, host, reachable(server.getPort()));
      } finally {
        network = null;
        // Whoever still waits for the tape would keep the server from closing.
        List.copyOf(waiting).forEach(stage -> stage.cancel(false));
        lock.unlock();
      }
    }
  }

  /** The venue at this machine; the first step of a path says which part of it is meant. */
  private Venue<?> reachable(int port) {
    Venue<?> here = venue.plainTextOnLoopback();
    for (Map.Entry<String, BaseUri> part : parts.entrySet()) {
      String scheme = part.getValue().scheme().startsWith("ws") ? "ws" : "http";
      here =
          here.host(
              part.getKey(), URI.create(scheme + "://127.0.0.1:" + port + "/" + part.getKey()));
    }
    return here;
  }

  /** The address at the venue that a path of this machine stands for. */
  private URI venueUri(String target) {
    String part = target.split("[/?]", 3)[1];
    BaseUri base = parts.get(part);
    if (base == null) {
      throw new TapeException("nobody is at " + target);
    }
    return URI.create(base.reveal() + target.substring(1 + part.length()));
  }

  /** Does something at the tape, and waits for the stage afterwards; false when it is over. */
  private boolean inside(CompletableFuture<?> stage, Consumer<TapeNetwork> what) {
    lock.lock();
    try {
      TapeNetwork ends = network;
      if (ends == null) {
        stage.cancel(false);
        return false;
      }
      waiting.add(stage);
      what.accept(ends);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void inside(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Time is real; waiting means letting the other threads in. */
  private final class LivePace implements Player.Pace {
    @Override
    public long nanos() {
      return System.currentTimeMillis() * 1_000_000L;
    }

    @Override
    public void settle() {}

    @Override
    public void to(long nanos) {}

    @Override
    public void told(Runnable note) {
      inside(note);
    }

    @Override
    public boolean until(BooleanSupplier holds, Duration most) {
      long left = Math.min(most.toNanos(), PATIENCE.toNanos());
      try {
        while (!holds.getAsBoolean()) {
          if (left <= 0) {
            return false;
          }
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      return true;
    }
  }

  private final class TapeDispatcher extends Dispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
      return "websocket".equalsIgnoreCase(request.getHeaders().get("Upgrade"))
          ? upgrade(request)
          : http(request);
    }

    private MockResponse http(RecordedRequest request) throws InterruptedException {
      CompletableFuture<Delivery> answer = new CompletableFuture<>();
      byte[] body = request.getBody() == null ? new byte[0] : request.getBody().toByteArray();
      HttpRequest asked =
          new HttpRequest(
              request.getMethod(),
              venueUri(request.getTarget()),
              headers(request),
              request.getHeaders().get("Content-Type"),
              body,
              PATIENCE);
      if (!inside(answer, ends -> ends.http(asked, answer::complete))) {
        return lost();
      }
      Delivery delivery = await(answer);
      if (!(delivery instanceof Delivery.Replied replied)) {
        return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
      }
      MockResponse.Builder response =
          new MockResponse.Builder().code(replied.reply().status()).body(replied.reply().text());
      replied.reply().headers().forEach(response::setHeader);
      return response.build();
    }

    private MockResponse upgrade(RecordedRequest request) throws InterruptedException {
      LoopbackSocket socket = new LoopbackSocket();
      inside(
          socket.accepted,
          ends ->
              socket.peer = ends.connect(venueUri(request.getTarget()), headers(request), socket));
      return Boolean.TRUE.equals(await(socket.accepted))
          ? new MockResponse.Builder().webSocketUpgrade(socket).build()
          : new MockResponse.Builder().code(503).build();
    }

    private MockResponse lost() {
      return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
    }

    private Map<String, String> headers(RecordedRequest request) {
      Map<String, String> all = new LinkedHashMap<>();
      request.getHeaders().forEach(h -> all.put(h.getFirst(), h.getSecond()));
      return all;
    }

    private <T> @Nullable T await(CompletableFuture<T> stage) throws InterruptedException {
      try {
        return stage.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        return null;
      }
    }
  }

  /** The server's end of one WebSocket. */
  private final class LoopbackSocket extends WebSocketListener implements Network.Channel {
    final CompletableFuture<Boolean> accepted = new CompletableFuture<>();
    final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    Network.@Nullable Peer peer;

    // What the tape says; said in order once the handshake is over.

    @Override
    public void open() {
      accepted.complete(true);
    }

    @Override
    public void text(String frame) {
      opened.thenAccept(s -> s.send(frame));
    }

    @Override
    public void heartbeat() {
      // The library answers pings by itself.
    }

    @Override
    public void close(int code, String reason) {
      if (!accepted.complete(false)) {
        opened.thenAccept(
            s -> {
              if (code == 1006) {
                s.cancel();
              } else {
                s.close(code, reason);
              }
            });
      }
    }

    // What the client says.

    @Override
    public void onOpen(WebSocket socket, Response response) {
      opened.complete(socket);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      inside(
          () -> {
            if (peer != null) {
              peer.text(text);
            }
          });
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      over();
    }

    @Override
    public void onFailure(WebSocket socket, Throwable problem, @Nullable Response response) {
      over();
    }

    private void over() {
      inside(
          () -> {
            if (peer != null) {
              peer.closed();
              peer = null;
            }
          });
    }
  }
}
