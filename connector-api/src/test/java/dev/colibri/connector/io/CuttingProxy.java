package dev.colibri.connector.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Carries bytes to a server and back, and cuts the connection after so many of one way. */
final class CuttingProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "cutting-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /** How many bytes of a connection pass; those that come after them do not. */
  volatile int upLimit = Integer.MAX_VALUE;

  volatile int downLimit = Integer.MAX_VALUE;

  /** How many have passed, of all connections. */
  final AtomicInteger up = new AtomicInteger();

  final AtomicInteger down = new AtomicInteger();

  CuttingProxy(int target) throws IOException {
    this.target = target;
    listening = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    threads.execute(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        open.add(client);
        open.add(server);
        threads.execute(() -> carry(client, server, upLimit, up));
        threads.execute(() -> carry(server, client, downLimit, down));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void carry(Socket from, Socket to, int limit, AtomicInteger counter) {
    byte[] buffer = new byte[8192];
    int left = limit;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      while (left > 0) {
        int n = in.read(buffer, 0, Math.min(buffer.length, left));
        if (n < 0) {
          return;
        }
        to.getOutputStream().write(buffer, 0, n);
        left -= n;
        counter.addAndGet(n);
      }
    } catch (IOException e) {
      // The other way was cut, or one of the two went away.
    } finally {
      ended(from, to);
    }
  }

  /** Waits until nobody holds a connection any more; whether that came to be. */
  synchronized boolean isLeftAlone() throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    while (!open.isEmpty() && System.nanoTime() < until) {
      wait(100);
    }
    return open.isEmpty();
  }

  private synchronized void ended(Socket from, Socket to) {
    open.remove(from);
    open.remove(to);
    notifyAll();
  }

  /** Cuts what is open. */
  void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
    threads.shutdownNow();
  }
}
