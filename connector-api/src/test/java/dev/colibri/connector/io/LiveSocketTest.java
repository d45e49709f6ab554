package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LiveSocketTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final SpotVenue VENUE =
      SpotVenue.of(
          () -> {
            throw new AssertionError("no dialect is needed");
          },
          null);

  @TempDir static Path directory;

  private final LiveHost host = new LiveHost();

  @AfterEach
  void close() {
    host.close();
  }

  /** A server of one connection that says exactly what a test tells it to say. */
  private static final class Peer implements AutoCloseable {
    final ServerSocket listening;
    Socket socket = new Socket();
    String request = "";
    private String key = "";
    private DataInputStream in = new DataInputStream(InputStream.nullInputStream());
    private OutputStream out = OutputStream.nullOutputStream();

    Peer(ServerSocketFactory factory) throws IOException {
      listening = factory.createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
      listening.setSoTimeout(30_000);
    }

    Peer() throws IOException {
      this(ServerSocketFactory.getDefault());
    }

    URI uri(String scheme, String name) {
      return URI.create(scheme + "://" + name + ":" + listening.getLocalPort() + "/ws?a=%20b");
    }

    Peer accept() throws Exception {
      socket = listening.accept();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      return readRequest();
    }

    Peer readRequest() throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        text.append((char) in.readByte());
      }
      request = text.toString();
      for (String line : request.split("\r\n")) {
        if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
          key = line.substring(18).trim();
        }
      }
      return this;
    }

    byte[] handshake() throws Exception {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(digest)
              + "\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }

    Peer open() throws Exception {
      accept();
      return write(handshake());
    }

    Peer write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** One frame of the client: opcode and payload; null at the end. */
    String read() throws IOException {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int length = in.readUnsignedByte();
      assertTrue(length >= 128, "a client masks");
      length &= 127;
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return Integer.toHexString(first) + " " + new String(payload, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      listening.close();
    }
  }

  private static final class Heard implements Transport.SocketListener {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void opened() {
      events.add("opened");
    }

    @Override
    public void received(Frame frame) {
      String bytes = Arrays.toString(Arrays.copyOfRange(frame.array(), frame.from(), frame.to()));
      events.add(frame.isText() ? frame.utf8() : bytes);
    }

    @Override
    public void heartbeat() {
      events.add("heartbeat");
    }

    @Override
    public void closed(int code, String reason) {
      events.add("closed " + code + " " + reason);
    }

    String next() throws InterruptedException {
      String event = events.poll(30, TimeUnit.SECONDS);
      return event == null ? "nothing within 30 s" : event;
    }
  }

  private final Heard heard = new Heard();

  private Transport transport(Venue<?> venue) {
    return host.transport(venue, Set.of("127.0.0.1", "localhost"));
  }

  private Transport.Socket connect(Peer peer) {
    return transport(VENUE.plainTextOnLoopback())
        .connect(peer.uri("ws", "127.0.0.1"), Map.of("X-Token", "abc"), LONG, heard);
  }

  /** Nothing of ours happens after the end: whatever is still to come has a thread that ends. */
  private void nothingFollows() throws InterruptedException {
    host.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("colibri") || thread.getName().startsWith("WebSocket")) {
        thread.join(30_000);
        assertFalse(thread.isAlive(), thread.getName());
      }
    }
    assertNull(heard.events.poll());
  }

  @Test
  void aConversation() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.Socket socket = connect(peer);
      peer.open();
      assertTrue(peer.request.startsWith("GET /ws?a=%20b HTTP/1.1\r\n"), peer.request);
      assertTrue(peer.request.contains("X-Token: abc\r\n"), peer.request);
      assertTrue(peer.request.contains("User-Agent: colibri/"), peer.request);
      assertFalse(peer.request.contains("Sec-WebSocket-Extensions"), "compression is not asked");
      assertEquals("opened", heard.next());

      socket.send("{\"op\":\"ürün\"}");
      assertEquals("81 {\"op\":\"Ã¼rÃ¼n\"}", peer.read());
      socket.ping();
      assertEquals("89 ", peer.read());

      peer.write(InPlaceDraftTest.frame(0x81, "hello"));
      assertEquals("hello", heard.next());
      peer.write(InPlaceDraftTest.frame(0x82, new byte[] {1, 2}));
      assertEquals("[1, 2]", heard.next());
      peer.write(InPlaceDraftTest.frame(0x89, "still there?"));
      assertEquals("heartbeat", heard.next());
      assertEquals("8a still there?", peer.read(), "a ping is answered");
      peer.write(InPlaceDraftTest.frame(0x01, "in "));
      peer.write(InPlaceDraftTest.frame(0x8a, ""));
      assertEquals("heartbeat", heard.next());
      peer.write(InPlaceDraftTest.frame(0x80, "parts"));
      assertEquals("in parts", heard.next());

      socket.close();
      assertEquals("88 \u0003è", peer.read(), "1000");
      peer.write(InPlaceDraftTest.frame(0x88, new byte[] {3, (byte) 232}));
      assertEquals("closed 1000 the peer went away", heard.next());
      socket.send("too late");
      socket.ping();
      socket.close();
      assertNull(peer.read());
      nothingFollows();
    }
  }

  @Test
  void whatWasSentBeforeTheEndIsWrittenThoughTheWriterIsInTheMiddle() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.Socket socket = connect(peer);
      peer.open();
      assertEquals("opened", heard.next());
      // More than what the system keeps for a peer that does not read.
      String large = "x".repeat(60_000);
      int frames = 200;
      for (int i = 0; i < frames; i++) {
        socket.send(large);
      }
      peer.write(InPlaceDraftTest.frame(0x88, new byte[] {3, (byte) 232}));
      assertEquals("closed 1000 the peer went away", heard.next());
      int header = 8;
      int farewell = 8;
      assertEquals(frames * (header + large.length()) + farewell, peer.in.readAllBytes().length);
      nothingFollows();
    }
  }

  @Test
  void aConversationByteByByteIsHeardAlike() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.accept();
      byte[] all =
          InPlaceDraftTest.join(
              peer.handshake(),
              InPlaceDraftTest.frame(0x81, "one"),
              InPlaceDraftTest.frame(0x89, ""),
              InPlaceDraftTest.frame(0x81, "two".repeat(100)),
              InPlaceDraftTest.frame(0x88, new byte[] {3, (byte) 233, 'b', 'y', 'e'}));
      for (byte b : all) {
        peer.write(new byte[] {b});
      }
      assertEquals("opened", heard.next());
      assertEquals("one", heard.next());
      // A heartbeat may be told after the messages of the same read.
      Set<String> both = new TreeSet<>(Set.of("heartbeat", "two".repeat(100)));
      assertTrue(both.remove(heard.next()));
      assertTrue(both.remove(heard.next()));
      assertEquals("closed 1001 bye", heard.next());
      nothingFollows();
    }
  }

  @Test
  void aConversationOverTlsIsHeardAlikeHoweverItsRecordsAreCut() throws Exception {
    Certificates certificates = Certificates.of(directory, "dns:localhost");
    SpotVenue trusting = VENUE.trustStore(certificates.trustStore(directory));
    byte[] frames =
        InPlaceDraftTest.join(
            InPlaceDraftTest.frame(0x81, "one"),
            InPlaceDraftTest.frame(0x01, "t"),
            InPlaceDraftTest.frame(0x89, "are you there"),
            InPlaceDraftTest.frame(0x80, "wo".repeat(100)),
            InPlaceDraftTest.frame(0x82, new byte[] {1, 2, 3}),
            InPlaceDraftTest.frame(0x81, "three".repeat(10_000)),
            InPlaceDraftTest.frame(0x88, new byte[] {3, (byte) 233, 'b', 'y', 'e'}));
    for (int slice : new int[] {1, 7, 16_384, frames.length}) {
      try (Peer peer = new Peer(certificates.server().getServerSocketFactory())) {
        transport(trusting).connect(peer.uri("wss", "localhost"), Map.of(), LONG, heard);
        peer.open();
        // What is long goes in larger pieces, each of them a record of its own.
        for (int at = 0; at < frames.length; ) {
          int to = Math.min(frames.length, at + (at < 260 ? slice : Math.max(slice, 97)));
          peer.write(Arrays.copyOfRange(frames, at, to));
          at = to;
        }
        assertEquals("opened", heard.next());
        List<String> all = new ArrayList<>();
        for (String next = heard.next(); !next.startsWith("closed"); next = heard.next()) {
          all.add(next);
        }
        assertTrue(all.remove("heartbeat")); // It may be told after the messages of the same read.
        assertEquals(
            List.of("one", "t" + "wo".repeat(100), "[1, 2, 3]", "three".repeat(10_000)), all);
      }
    }
  }

  @Test
  void compressionIsNotAskedForAndWhoCompressesUnaskedIsLeft() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.accept();
      assertFalse(peer.request.toLowerCase(Locale.ROOT).contains("sec-websocket-extensions"));
      String handshake = new String(peer.handshake(), StandardCharsets.US_ASCII);
      String compressing =
          handshake.replaceFirst("\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
      peer.write(compressing.getBytes(StandardCharsets.US_ASCII));
      peer.write(InPlaceDraftTest.frame(0x81, "plain"));
      peer.write(new byte[] {(byte) 0xc1, 7, (byte) 0xf2, 0x48, -51, -55, -55, 7, 0});
      String first = heard.next();
      if (first.equals("opened")) {
        assertEquals("plain", heard.next());
        assertEquals(
            "closed 1002 a reserved bit is set, and no extension was asked for", heard.next());
      } else {
        assertTrue(first.startsWith("closed 1002"), first);
      }
      nothingFollows();
    }
  }

  @Test
  void aHandshakeAndMessagesInOneWriteAreAllHeard() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.accept();
      peer.write(
          InPlaceDraftTest.join(
              peer.handshake(),
              InPlaceDraftTest.frame(0x81, "one"),
              InPlaceDraftTest.frame(0x81, "two")));
      assertEquals("opened", heard.next());
      assertEquals("one", heard.next());
      assertEquals("two", heard.next());
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, bye", "1001, restart", "1008, too many", "1012, ''", "4001, own code"})
  void theServersCloseIsToldOnceWithItsCode(int code, String reason) throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.open();
      byte[] codeBytes = {(byte) (code >> 8), (byte) code};
      byte[] payload = InPlaceDraftTest.join(codeBytes, reason.getBytes(StandardCharsets.UTF_8));
      peer.write(InPlaceDraftTest.frame(0x88, payload));
      assertEquals("opened", heard.next());
      String told = reason.isEmpty() ? "the peer went away" : reason;
      assertEquals("closed " + code + " " + told, heard.next());
      // The library answers with a close frame, or, when that was its writer's turn, just hangs up.
      String farewell = peer.read();
      assertTrue(farewell == null || farewell.startsWith("88 "), farewell);
      nothingFollows();
    }
  }

  @Test
  void aServerThatIsGoneIsToldAs1006() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.open().write(new byte[] {(byte) 0x81, 100, 'h', 'a', 'l', 'f'});
      assertEquals("opened", heard.next());
      peer.close();
      assertTrue(heard.next().startsWith("closed 1006 "));
      nothingFollows();
    }
  }

  @Test
  void whatBreaksTheProtocolOrTheLimitClosesTheConnection() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.open().write(new byte[] {(byte) 0xc1, 1, 'x'});
      assertEquals("opened", heard.next());
      assertEquals(
          "closed 1002 a reserved bit is set, and no extension was asked for", heard.next());
    }
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.open().write(new byte[] {(byte) 0x81, 127, 0, 0, 0, 0, 0, (byte) 0x80, 0, 1});
      assertEquals("opened", heard.next());
      assertEquals("closed 1009 a message of more than 8388608 bytes", heard.next());
    }
  }

  @Test
  void aRefusedHandshakeIsAClose() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.accept().write("HTTP/1.1 429 Too Many\u001b[31m\r\n\r\n".getBytes());
      assertEquals(
          "closed 1002 Invalid status code received: 429 Status line:"
              + " HTTP/1.1 429 Too Many\\u001b[31m",
          heard.next());
      nothingFollows();
    }
  }

  @Test
  void anEndlessHandshakeIsGivenUp() throws Exception {
    try (Peer peer = new Peer()) {
      connect(peer);
      peer.accept().write("HTTP/1.1 101 Fine\r\n".getBytes());
      byte[] header = ("X: " + "x".repeat(1_000) + "\r\n").getBytes();
      try {
        for (int i = 0; i < 10_000; i++) {
          peer.write(header);
        }
      } catch (IOException refused) {
        assertTrue(heard.next().startsWith("closed 1002 a handshake of more than"));
        return;
      }
      throw new AssertionError("it took 10 MB of handshake");
    }
  }

  @Test
  void aServerThatNeverAnswersTheHandshakeIsGivenUpInTime() throws Exception {
    try (Peer peer = new Peer()) {
      transport(VENUE.plainTextOnLoopback())
          .connect(peer.uri("ws", "127.0.0.1"), Map.of(), Duration.ofMillis(50), heard);
      assertEquals("closed 1006 not open within PT0.05S", heard.next());
      nothingFollows();
    }
  }

  @Test
  void aServerThatIsNotThereIsAClose() throws Exception {
    try (Peer peer = new Peer()) {
      URI uri = peer.uri("ws", "127.0.0.1");
      peer.close();
      transport(VENUE.plainTextOnLoopback()).connect(uri, Map.of(), LONG, heard);
      assertEquals("closed 1006 Connection refused", heard.next());
      nothingFollows();
    }
  }

  @Test
  void aCloseBeforeItIsOpenIsTold() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.Socket socket = connect(peer);
      socket.send("dropped");
      socket.close();
      assertEquals("closed 1000 closed before it was open", heard.next());
      nothingFollows();
    }
  }

  @Test
  void aPeerThatDoesNotAnswerACloseIsLeft() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.Socket socket = connect(peer);
      peer.open();
      assertEquals("opened", heard.next());
      socket.close();
      assertTrue(heard.next().startsWith("closed 1000 "));
      nothingFollows();
    }
  }

  @Test
  void aPeerThatDoesNotReadNeverMakesUsWait() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.Socket socket = connect(peer);
      peer.open();
      assertEquals("opened", heard.next());
      String large = "x".repeat(60_000);
      for (int i = 0; i < 1_300 && heard.events.isEmpty(); i++) {
        socket.send(large);
      }
      assertEquals("closed 1006 the peer does not read: 1000 frames wait", heard.next());
      nothingFollows();
    }
  }

  @Test
  void aListenerThatThrowsStaysOne() throws Exception {
    try (Peer peer = new Peer()) {
      Transport.SocketListener broken =
          new Transport.SocketListener() {
            @Override
            public void opened() {
              heard.opened();
              throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void received(Frame frame) {
              heard.received(frame);
              throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void heartbeat() {
              heard.heartbeat();
              throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void closed(int code, String reason) {
              heard.closed(code, reason);
              throw new IllegalStateException("broken on purpose");
            }
          };
      transport(VENUE.plainTextOnLoopback())
          .connect(peer.uri("ws", "127.0.0.1"), Map.of(), LONG, broken);
      peer.open();
      assertEquals("opened", heard.next());
      peer.write(InPlaceDraftTest.frame(0x81, "one"));
      assertEquals("one", heard.next());
      peer.write(InPlaceDraftTest.frame(0x89, ""));
      assertEquals("heartbeat", heard.next());
      peer.write(InPlaceDraftTest.frame(0x81, "two"));
      assertEquals("two", heard.next());
      peer.close();
      assertTrue(heard.next().startsWith("closed"));
    }
  }

  @Test
  void closingTheTransportClosesItsSockets() throws Exception {
    try (Peer peer = new Peer()) {
      Transport transport = transport(VENUE.plainTextOnLoopback());
      transport.connect(peer.uri("ws", "127.0.0.1"), Map.of(), LONG, heard);
      peer.open();
      assertEquals("opened", heard.next());
      transport.close();
      assertEquals("closed 1000 the connector is closed", heard.next());
      transport.connect(peer.uri("ws", "127.0.0.1"), Map.of(), LONG, heard);
      assertEquals("closed 1006 the connector is closed", heard.next());
      nothingFollows();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ws://example.com/, example.com is not a host of this venue",
    "wss://127.0.0.1.example.com/, 127.0.0.1.example.com is not a host of this venue",
    "ws://user@127.0.0.1/, not a lawful address",
    "http://127.0.0.1/, http to 127.0.0.1 is not allowed: use wss",
    "ws://venue.test/, ws to venue.test is not allowed: use wss",
    "mailto:me, not a lawful address",
    "WSS://127.0.0.1/, WSS to 127.0.0.1 is not allowed: use wss",
  })
  void strangersAreNotCalled(String uri, String why) throws Exception {
    host.transport(VENUE.plainTextOnLoopback(), Set.of("127.0.0.1", "venue.test"))
        .connect(URI.create(uri), Map.of(), LONG, heard);
    assertEquals("closed 1006 " + why, heard.next());
  }

  @Test
  void plainTextNeedsPermissionEvenOnLoopback() throws Exception {
    transport(VENUE).connect(URI.create("ws://127.0.0.1/"), Map.of(), LONG, heard);
    assertEquals(
        "closed 1006 ws to 127.0.0.1 is not allowed: use wss, or plainTextOnLoopback()",
        heard.next());
  }

  @Test
  void aHeaderCannotSmuggleAnother() throws Exception {
    transport(VENUE).connect(URI.create("wss://localhost/"), Map.of("X", "a\r\nY: b"), LONG, heard);
    assertEquals("closed 1006 a header that HTTP does not allow", heard.next());
  }

  @Test
  void aCertificateIsTakenOnlyFromWhoIsTrustedAndOnlyForItsName() throws Exception {
    Certificates right = Certificates.of(directory, "dns:localhost");
    Certificates wrong = Certificates.of(directory, "dns:example.com");
    SpotVenue trusting = VENUE.trustStore(right.trustStore(directory));

    try (Peer peer = new Peer(right.server().getServerSocketFactory())) {
      transport(trusting).connect(peer.uri("wss", "localhost"), Map.of(), LONG, heard);
      peer.open().write(InPlaceDraftTest.frame(0x81, "secret"));
      assertEquals("opened", heard.next());
      assertEquals("secret", heard.next());
      peer.close();
      assertTrue(heard.next().startsWith("closed 1006"));
    }
    refusedByTls(VENUE, right, "localhost", "unable to find valid certification path");
    refusedByTls(trusting, wrong, "localhost", "unable to find valid certification path");
    refusedByTls(trusting, right, "127.0.0.1", "No subject alternative names");
    SpotVenue trustingWrong = VENUE.trustStore(wrong.trustStore(directory));
    refusedByTls(trustingWrong, wrong, "localhost", "No subject alternative DNS name matching");
  }

  private void refusedByTls(SpotVenue venue, Certificates server, String name, String why)
      throws Exception {
    try (Peer peer = new Peer(server.server().getServerSocketFactory())) {
      transport(venue).connect(peer.uri("wss", name), Map.of("X-Token", "abc"), LONG, heard);
      try {
        peer.accept();
      } catch (IOException handshakeFailed) {
        assertEquals("", peer.request, "not a byte of the request arrived");
      }
      String told = heard.next();
      assertTrue(told.startsWith("closed 1006 ") && told.contains(why), told);
      assertEquals("", peer.request);
    }
  }

  @Test
  void aProxyIsAskedToConnectByName() throws Exception {
    try (Peer peer = new Peer()) {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", peer.listening.getLocalPort());
      SpotVenue venue = VENUE.plainTextOnLoopback().proxy(new Proxy(Proxy.Type.HTTP, address));
      transport(venue).connect(URI.create("ws://localhost:9/ws"), Map.of(), LONG, heard);
      peer.accept();
      assertTrue(peer.request.startsWith("CONNECT localhost:9 HTTP/1.1"), peer.request);
      peer.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      peer.readRequest().write(peer.handshake());
      assertTrue(peer.request.startsWith("GET /ws HTTP/1.1"), peer.request);
      assertEquals("opened", heard.next());
    }
  }

  @Test
  void aConnectionComesFromTheLocalAddressThatIsSaid() throws Exception {
    try (Peer peer = new Peer()) {
      SpotVenue venue =
          VENUE.plainTextOnLoopback().localAddress(InetAddress.getByName("127.0.0.3"));
      transport(venue).connect(peer.uri("ws", "127.0.0.1"), Map.of(), LONG, heard);
      peer.open();
      assertEquals("opened", heard.next());
      assertEquals("127.0.0.3", peer.socket.getInetAddress().getHostAddress());
    }
  }
}
