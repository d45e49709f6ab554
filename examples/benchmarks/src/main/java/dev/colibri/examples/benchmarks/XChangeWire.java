package dev.colibri.examples.benchmarks;

import info.bitrich.xchangestream.service.netty.NettyStreamingService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Function;

/**
 * What a socket read, on its way through XChange's own handlers: those that it puts into its
 * channel when it connects, in their order, but for TLS, after a handshake. Buffers are arrays,
 * which cost it less than those of a socket.
 */
final class XChangeWire {
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_FRAME = 1 << 16;

  /** What RFC 6455 has a server add to the key of a handshake. */
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final EmbeddedChannel channel;

  /**
   * An open one.
   *
   * @param extension of the service
   * @param handler of the service, which gives it what comes
   */
  XChangeWire(
      ChannelHandler extension, Function<WebSocketClientHandshaker, ChannelHandler> handler) {
    WebSocketClientHandshaker handshaker =
        WebSocketClientHandshakerFactory.newHandshaker(
            URI.create("ws://localhost/stream"),
            WebSocketVersion.V13,
            null,
            true,
            new DefaultHttpHeaders(),
            MAX_FRAME);
    channel = new EmbeddedChannel();
    channel.config().setAllocator(new UnpooledByteBufAllocator(false));
    channel
        .pipeline()
        .addLast(new HttpClientCodec())
        .addLast(new HttpObjectAggregator(MAX_HEADERS))
        .addLast(new IdleStateHandler(NettyStreamingService.DEFAULT_IDLE_TIMEOUT, 0, 0))
        .addLast(extension)
        .addLast(handler.apply(handshaker));
    channel.pipeline().fireChannelActive();
    ByteBuf request = channel.readOutbound();
    channel.writeInbound(
        Unpooled.copiedBuffer(
            accepting(request.toString(StandardCharsets.US_ASCII)), StandardCharsets.US_ASCII));
    if (!handshaker.isHandshakeComplete()) {
      throw new IllegalStateException("XChange did not take the handshake");
    }
  }

  private static String accepting(String request) {
    String key = request.replaceAll("(?is)^.*sec-websocket-key: *(\\S+).*$", "$1");
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: "
          + Base64.getEncoder().encodeToString(hash)
          + "\r\n\r\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As one read of a socket; the same buffer may come again. */
  void deliver(ByteBuf read) {
    channel.pipeline().fireChannelRead(read.readerIndex(0).retain()).fireChannelReadComplete();
  }
}
