package dev.colibri.connector.io;

import dev.colibri.connector.spi.Venue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** How one connector reaches its venue: by which proxy, from which address, trusting whom. */
final class Dialer {
  private final Proxy proxy;
  private final @Nullable InetAddress local;
  private final Tls tls;

  /** Whom to trust, and how to talk to them. */
  record Tls(X509TrustManager trust, SSLSocketFactory sockets) {
    /**
     * By a trust store, or the platform's.
     *
     * @throws IllegalArgumentException when it cannot be used
     * @throws UncheckedIOException when it cannot be read
     */
    static Tls of(@Nullable Path store) {
      X509TrustManager trust = Dialer.trust(store);
      return new Tls(trust, Dialer.tls(trust));
    }
  }

  /**
   * The way to a venue.
   *
   * @param platform asked for where the venue has no trust store of its own
   */
  Dialer(Venue<?> venue, Supplier<Tls> platform) {
    // The machine's own proxy settings are not looked at: a connector says how it travels.
    proxy = venue.proxy() == null ? Proxy.NO_PROXY : venue.proxy();
    local = venue.localAddress();
    if (local != null && proxy.type() == Proxy.Type.SOCKS) {
      throw new IllegalArgumentException("a local address cannot be had with a SOCKS proxy");
    }
    tls = venue.trustStore() == null ? platform.get() : Tls.of(venue.trustStore());
  }

  private static X509TrustManager trust(@Nullable Path store) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store == null ? null : KeyStore.getInstance(store.toFile(), (char[]) null));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new IllegalStateException("this platform trusts nobody");
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the trust store " + store + " cannot be used", e);
    } catch (IOException e) {
      throw new UncheckedIOException("the trust store " + store + " cannot be read", e);
    }
  }

  private static SSLSocketFactory tls(X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this platform has no TLS", e);
    }
  }

  Proxy proxy() {
    return proxy;
  }

  X509TrustManager trust() {
    return tls.trust;
  }

  SSLSocketFactory tls() {
    return tls.sockets;
  }

  /** A socket that is not connected, from the local address; by the proxy. */
  Socket socket() throws IOException {
    return prepared(new Socket(proxy));
  }

  private Socket prepared(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    if (local != null) {
      socket.bind(new InetSocketAddress(local, 0));
    }
    return socket;
  }

  /** Makes sockets as {@link #socket()}, for a client that knows by itself how to use a proxy. */
  SocketFactory direct() {
    return new Unconnected() {
      @Override
      public Socket createSocket() throws IOException {
        return prepared(new Socket());
      }
    };
  }
}
