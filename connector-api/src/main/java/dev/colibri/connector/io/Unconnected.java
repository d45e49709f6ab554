package dev.colibri.connector.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes sockets that their users connect themselves, with the time limit of theirs. */
abstract class Unconnected extends SocketFactory {
  @Override
  public abstract Socket createSocket() throws IOException;

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw refusal();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw refusal();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw refusal();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw refusal();
  }

  private static IOException refusal() {
    return new IOException("only sockets that are not connected are made here");
  }
}
