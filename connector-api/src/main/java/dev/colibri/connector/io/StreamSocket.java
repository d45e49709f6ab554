package dev.colibri.connector.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The socket of one WebSocket, in which connecting includes TLS, so that whoever uses it cannot
 * forget it or the check of the host's name. It may be closed from any thread at any time, even
 * while it connects or while a write hangs, and closing never waits.
 */
class StreamSocket extends Socket {
  private final Dialer dialer;
  private final boolean tls;
  private final Runnable atClose;
  private boolean closed;
  private @Nullable Socket wire;
  private volatile @Nullable Socket peer;

  /**
   * A socket that is not connected yet.
   *
   * @param atClose run when it closes; it may run more than once
   */
  StreamSocket(Dialer dialer, boolean tls, Runnable atClose) {
    this.dialer = dialer;
    this.tls = tls;
    this.atClose = atClose;
  }

  /**
   * Connects to the first of the host's addresses that answers.
   *
   * @param to an address that is not resolved
   * @param timeout for every step, in milliseconds
   */
  @Override
  public void connect(SocketAddress to, int timeout) throws IOException {
    InetSocketAddress host = (InetSocketAddress) to;
    Socket connected = connect(host, timeout);
    if (tls) {
      SSLSocket secured =
          (SSLSocket)
              dialer
                  .tls()
                  .createSocket(connected, bare(host), host.getPort(), /* autoClose= */ true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.setSoTimeout(timeout);
      secured.startHandshake();
      secured.setSoTimeout(0);
      connected = secured;
    }
    peer = connected;
  }

  private Socket connect(InetSocketAddress host, int timeout) throws IOException {
    if (dialer.proxy() != Proxy.NO_PROXY) {
      Socket socket = fresh();
      socket.connect(host, timeout);
      return socket;
    }
    InetAddress[] addresses = InetAddress.getAllByName(bare(host));
    IOException failure = new SocketException("no address of " + bare(host));
    for (InetAddress address : addresses) {
      Socket socket = fresh();
      try {
        socket.connect(
            new InetSocketAddress(address, host.getPort()),
            Math.max(1, timeout / addresses.length));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private static String bare(InetSocketAddress host) {
    String name = host.getHostString();
    return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
  }

  private synchronized Socket fresh() throws IOException {
    if (closed) {
      throw new SocketException("closed before it was open");
    }
    Socket socket = dialer.socket();
    wire = socket;
    return socket;
  }

  private Socket peer() throws SocketException {
    Socket socket = peer;
    if (socket == null) {
      throw new SocketException("not connected");
    }
    return socket;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return peer().getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return peer().getOutputStream();
  }

  /**
   * Closes what lies under TLS: closing TLS itself says farewell, for which it would wait behind a
   * write that hangs.
   */
  final synchronized void cut() throws IOException {
    closed = true;
    if (wire != null) {
      wire.close();
    }
    atClose.run();
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  @Override
  public boolean isConnected() {
    return peer != null;
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void setTcpNoDelay(boolean on) {
    // Always on.
  }

  @Override
  public void setReuseAddress(boolean on) {
    // Of no use to one that connects.
  }
}
