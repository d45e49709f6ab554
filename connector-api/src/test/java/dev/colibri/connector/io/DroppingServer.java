package dev.colibri.connector.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks HTTP/1.1 on plain sockets, breaks off at the byte it is told, and counts what it was sent.
 * Its own words are written byte by byte here, so that no library decides what a client sees.
 */
final class DroppingServer implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^content-length: *(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final byte[] AGAIN = ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");

  /** What is said where nobody asked. */
  static final String UNASKED = "unasked";

  private static final byte[] STRAY =
      ascii("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + UNASKED);
  private static final byte[] WARM = ascii("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwarm");

  /** What becomes of a kept connection after {@code GET /last} was answered on it. */
  enum Idle {
    KEPT,
    CLOSED,
    RESET,
    /** Says that nothing more will come, and still reads. */
    HALF_CLOSED,
    /** Says something that nobody asked for, and still reads. */
    TALKED_TO
  }

  /** What becomes of the connection of a mutation. */
  enum End {
    CLOSED,
    RESET,
    /** The mutation has its whole answer, and the connection serves the next one. */
    KEPT
  }

  /**
   * What to do with the next request that is not a GET; one after it is answered well.
   *
   * @param read how many of its bytes are read; more than there are: all; 0: none, and the
   *     connection ends before it
   * @param answer is what would be said
   * @param written how many bytes of it are
   * @param end what becomes of the connection then
   * @param idle what becomes of the connection before it
   * @param rests to be told when {@code GET /last} has its answer
   * @param idled told when that was done
   * @param ended told when that was done
   */
  record Plan(
      int read,
      byte[] answer,
      int written,
      End end,
      Idle idle,
      CompletableFuture<Void> rests,
      CompletableFuture<Void> idled,
      CompletableFuture<Void> ended) {
    Plan(int read, byte[] answer, int written, End end, Idle idle) {
      this(read, answer, written, end, idle, told(), told(), told());
    }

    private static CompletableFuture<Void> told() {
      return new CompletableFuture<>();
    }
  }

  /** How many requests other than GETs began to arrive, whole or not. */
  final AtomicInteger begun = new AtomicInteger();

  /** How many requests other than GETs arrived whole, by their path. */
  final Map<String, Integer> delivered = new ConcurrentHashMap<>();

  private final ServerSocket listening;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "dropping-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Socket, Socket> open = new ConcurrentHashMap<>();
  private Plan plan;

  DroppingServer() throws IOException {
    listening = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    threads.execute(this::accept);
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort() + path);
  }

  synchronized void next(Plan plan) {
    this.plan = plan;
  }

  private synchronized Plan take() {
    Plan taken = plan;
    plan = null;
    return taken;
  }

  private synchronized void done(Plan done) {
    if (plan == done) {
      plan = null;
    }
  }

  private synchronized boolean isNextUnheard() {
    return plan != null && plan.read == 0;
  }

  private synchronized Plan peek() {
    return plan;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.put(socket, socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      boolean more = true;
      while (more) {
        more = exchange(socket);
      }
    } catch (IOException e) {
      // The client went away: that is its right.
    } finally {
      open.remove(socket);
    }
  }

  /** Whether the connection is kept. */
  private boolean exchange(Socket socket) throws IOException {
    if (isNextUnheard()) {
      begun.incrementAndGet();
      end(socket, take());
      return false;
    }
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    int first = in.read();
    if (first < 0) {
      return false;
    }
    if (first == 'G') {
      String path = request(in, first, Integer.MAX_VALUE);
      Plan next = peek();
      out.write(WARM);
      return path == null || !path.endsWith("/last") || idle(socket, next);
    }
    begun.incrementAndGet();
    Plan taken = take();
    String path = request(in, first, taken == null ? Integer.MAX_VALUE : taken.read);
    if (path != null) {
      delivered.merge(path, 1, Integer::sum);
    }
    if (taken == null) {
      out.write(AGAIN);
      return true;
    }
    out.write(taken.answer, 0, taken.written);
    return end(socket, taken);
  }

  private boolean idle(Socket socket, Plan next) throws IOException {
    next.rests.join();
    switch (next.idle) {
      case CLOSED -> socket.close();
      case RESET -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case HALF_CLOSED, TALKED_TO -> {
        if (next.idle == Idle.HALF_CLOSED) {
          socket.shutdownOutput();
        } else {
          socket.getOutputStream().write(STRAY);
        }
        next.idled.complete(null);
        // Whoever writes into it nevertheless is heard, and is not answered.
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first >= 0 && first != 'G') {
          begun.incrementAndGet();
          String path = request(in, first, Integer.MAX_VALUE);
          if (path != null) {
            delivered.merge(path, 1, Integer::sum);
          }
          done(next);
          end(socket, next);
        }
      }
      case KEPT -> {
        return true;
      }
    }
    next.idled.complete(null);
    return false;
  }

  /** Whether the connection is kept. */
  private static boolean end(Socket socket, Plan plan) throws IOException {
    try {
      if (plan.end == End.RESET) {
        socket.setSoLinger(true, 0);
      } else if (plan.end == End.CLOSED) {
        socket.shutdownOutput();
      }
      if (plan.end != End.KEPT) {
        socket.close();
      }
    } finally {
      plan.ended.complete(null);
    }
    return plan.end == End.KEPT;
  }

  /** Reads a request, or the first bytes of it; its path when it came whole, or else null. */
  private static String request(InputStream in, int first, int limit) throws IOException {
    StringBuilder text = new StringBuilder().append((char) first);
    int whole = Integer.MAX_VALUE;
    while (text.length() < Math.min(whole, limit)) {
      int c = in.read();
      if (c < 0) {
        return null;
      }
      text.append((char) c);
      if (c == '\n' && whole == Integer.MAX_VALUE && text.toString().endsWith("\r\n\r\n")) {
        Matcher length = LENGTH.matcher(text);
        whole = text.length() + (length.find() ? Integer.parseInt(length.group(1)) : 0);
      }
    }
    return text.length() == whole ? text.toString().split(" ", 3)[1] : null;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Closes what is open. */
  void hangUp() throws IOException {
    for (Socket socket : open.keySet()) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    hangUp();
    threads.shutdownNow();
  }
}
