package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LiveTransportTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final SpotVenue VENUE =
      SpotVenue.of(
          () -> {
            throw new AssertionError("no dialect is needed");
          },
          null);

  @TempDir static Path directory;
  private static Certificates localhost;
  private static SpotVenue trusting;

  private final LiveHost host = new LiveHost();
  private final MockWebServer server = new MockWebServer();
  private final Script script = new Script();

  @BeforeAll
  static void certificates() throws Exception {
    localhost = Certificates.of(directory, "dns:localhost,ip:127.0.0.1");
    trusting = VENUE.trustStore(localhost.trustStore(directory));
  }

  @BeforeEach
  void prepare() {
    server.setDispatcher(script);
  }

  @AfterEach
  void close() {
    host.close();
    server.close();
  }

  /** Answers {@code /order} with the fault once, and well ever after; counts what arrives. */
  private static final class Script extends Dispatcher {
    final AtomicInteger orders = new AtomicInteger();
    final Semaphore arrived = new Semaphore(0);
    final List<RecordedRequest> requests = new ArrayList<>();
    volatile MockResponse fault = new MockResponse.Builder().body("fine").build();
    volatile boolean armed;

    @Override
    public synchronized MockResponse dispatch(RecordedRequest request) {
      requests.add(request);
      if (!request.getTarget().startsWith("/order")) {
        return new MockResponse.Builder().body("warm").build();
      }
      boolean first = orders.getAndIncrement() == 0;
      arrived.release();
      return first ? fault : new MockResponse.Builder().body("sent twice").build();
    }

    @Override
    public MockResponse peek() {
      return armed && orders.get() == 0 ? fault : new MockResponse.Builder().build();
    }

    synchronized long count(String target) {
      return requests.stream().filter(r -> r.getTarget().equals(target)).count();
    }

    synchronized RecordedRequest last() {
      return requests.get(requests.size() - 1);
    }
  }

  private Transport transport(Venue<?> venue) {
    return host.transport(venue, Set.of("127.0.0.1", "localhost"));
  }

  private URI at(String path) {
    return server.url(path).uri();
  }

  private static Delivery send(Transport transport, HttpRequest request) throws Exception {
    return sending(transport, request).get(50, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Delivery> sending(Transport transport, HttpRequest request) {
    CompletableFuture<Delivery> told = new CompletableFuture<>();
    CountDownLatch returned = new CountDownLatch(1);
    transport.http(
        request,
        delivery -> {
          try {
            returned.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          assertTrue(told.complete(delivery), "told twice");
        });
    returned.countDown();
    return told;
  }

  /** For a request that the server lets hang: it is given up once the server has it. */
  private Delivery sendAndGiveUp(Transport transport, HttpRequest request) throws Exception {
    CompletableFuture<Delivery> told = sending(transport, request);
    assertTrue(script.arrived.tryAcquire(50, TimeUnit.SECONDS));
    transport.close();
    return told.get(50, TimeUnit.SECONDS);
  }

  private static HttpRequest request(String method, URI uri, String body, Duration timeout) {
    return new HttpRequest(
        method,
        uri,
        Map.of("X-Key", "key-of-a-test"),
        body == null ? null : "application/x-www-form-urlencoded",
        body == null ? null : body.getBytes(StandardCharsets.UTF_8),
        timeout);
  }

  private static Reply replied(Delivery delivery) {
    return assertInstanceOf(Delivery.Replied.class, delivery, delivery::toString).reply();
  }

  /** What may go wrong after the request left. */
  enum Drop {
    AT_START,
    AFTER_REQUEST,
    AFTER_REQUEST_BY_HALF_CLOSE,
    DURING_REQUEST_BODY,
    DURING_BODY,
    STALL,
    STALL_IN_BODY,
    SHORT_BODY,
    NO_HTTP,
    MISPLACED_BODY,
    CHUNKS_BROKEN;

    MockResponse.Builder response() {
      MockResponse.Builder fault = new MockResponse.Builder().body("x".repeat(200_000));
      SocketEffect close = new SocketEffect.CloseSocket();
      switch (this) {
        case AT_START -> fault.onRequestStart(close);
        case AFTER_REQUEST -> fault.onResponseStart(close);
        case AFTER_REQUEST_BY_HALF_CLOSE ->
            fault.onResponseStart(new SocketEffect.CloseSocket(false, false, true));
        case DURING_REQUEST_BODY -> fault.onRequestBody(close);
        case DURING_BODY -> fault.onResponseBody(close);
        case STALL -> fault.onResponseStart(SocketEffect.Stall.INSTANCE);
        case STALL_IN_BODY -> fault.onResponseBody(SocketEffect.Stall.INSTANCE);
        case SHORT_BODY -> fault.setHeader("Content-Length", 300_000).onResponseEnd(close);
        case NO_HTTP -> fault.status("I am a teapot");
        case MISPLACED_BODY -> fault.code(204);
        case CHUNKS_BROKEN ->
            fault
                .removeHeader("Content-Length")
                .setHeader("Transfer-Encoding", "chunked")
                .onResponseEnd(close);
      }
      return fault;
    }
  }

  static Stream<Arguments> drops() {
    List<Arguments> all = new ArrayList<>();
    for (Drop drop : Drop.values()) {
      for (String method : List.of("GET", "POST", "PUT", "DELETE", "POST body", "DELETE body")) {
        for (boolean warm : new boolean[] {false, true}) {
          boolean possible = !(drop == Drop.AT_START && warm);
          if (possible && (drop != Drop.DURING_REQUEST_BODY || method.endsWith("body"))) {
            all.add(Arguments.of(drop, method, warm));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("drops")
  void whateverIsDroppedIsDeliveredOnceAndLost(Drop drop, String what, boolean warm)
      throws Exception {
    Transport transport = transport(VENUE.plainTextOnLoopback());
    server.start();
    if (warm) {
      replied(send(transport, request("GET", at("/warm"), null, LONG)));
    }
    script.fault = drop.response().build();
    script.armed = true;
    String body = what.endsWith("body") ? "quantity=1&".repeat(10_000) : null;
    HttpRequest order = request(what.split(" ")[0], at("/order"), body, LONG);
    Delivery delivery =
        drop.name().startsWith("STALL") ? sendAndGiveUp(transport, order) : send(transport, order);
    assertInstanceOf(Delivery.Lost.class, delivery, delivery::toString);
    assertFalse(delivery.toString().contains("key-of-a-test"));
    assertTrue(script.orders.get() <= 1, "delivered " + script.orders);
  }

  @Test
  void aReplyThatDoesNotComeInTimeIsLost() throws Exception {
    server.start();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    replied(send(transport, request("GET", at("/warm"), null, LONG)));
    script.fault = Drop.STALL.response().build();
    Delivery delivery =
        send(transport, request("POST", at("/order"), "a=1", Duration.ofSeconds(1)));
    assertEquals("Lost[why=InterruptedIOException: timeout]", delivery.toString());
    assertEquals(1, script.orders.get());
  }

  static Stream<Arguments> statuses() {
    List<Arguments> all = new ArrayList<>();
    for (int status :
        new int[] {300, 301, 302, 303, 307, 308, 401, 407, 408, 418, 421, 429, 500, 503}) {
      for (String method : List.of("GET", "POST", "PUT", "DELETE", "POST body", "DELETE body")) {
        all.add(Arguments.of(status, method));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyStatusIsAPlainReplyAndLeadsToNothing(int status, String what) throws Exception {
    try (MockWebServer stranger = new MockWebServer()) {
      stranger.start();
      server.start();
      script.fault =
          new MockResponse.Builder()
              .code(status)
              .setHeader("Location", "http://localhost:" + stranger.getPort() + "/order")
              .setHeader("Retry-After", "0")
              .setHeader("WWW-Authenticate", "Basic realm=\"x\"")
              .setHeader("Proxy-Authenticate", "Basic realm=\"x\"")
              .body("told why")
              .build();
      Transport transport = transport(VENUE.plainTextOnLoopback());
      Reply reply =
          replied(
              send(
                  transport,
                  request(
                      what.split(" ")[0],
                      at("/order"),
                      what.endsWith("body") ? "a=1" : null,
                      LONG)));
      assertEquals(status, reply.status());
      assertEquals("0", reply.header("retry-after"));
      assertEquals("told why", reply.text());
      assertEquals(1, script.orders.get());
      assertEquals(0, stranger.getRequestCount());
    }
  }

  @Test
  void anAbsurdRetryAfterIsAPlainReplyToo() throws Exception {
    server.start();
    script.fault =
        new MockResponse.Builder().code(503).setHeader("Retry-After", "99999999999").build();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    assertEquals(503, replied(send(transport, request("GET", at("/order"), null, LONG))).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "POST body"})
  void aKeptConnectionThatTheServerDroppedCostsNoSecondDelivery(String what) throws Exception {
    server.start();
    script.fault = new MockResponse.Builder().body("fine").build();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    for (int i = 0; i < 20; i++) {
      script.orders.set(1);
      // The server closes as soon as it answered, and the next request races with that.
      MockResponse.Builder last = new MockResponse.Builder().body("last");
      script.fault = last.onResponseEnd(new SocketEffect.CloseSocket()).build();
      script.orders.set(0);
      replied(send(transport, request("GET", at("/order"), null, LONG)));
      script.fault = new MockResponse.Builder().body("fine").build();
      script.orders.set(0);
      Delivery delivery =
          send(
              transport,
              request(
                  what.split(" ")[0], at("/order"), what.endsWith("body") ? "a=1" : null, LONG));
      assertFalse(delivery instanceof Delivery.NotSent, delivery::toString);
      assertTrue(script.orders.get() <= 1, "delivered " + script.orders);
      if (delivery instanceof Delivery.Replied replied) {
        assertEquals("fine", replied.reply().text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeptConnectionIsUsedAgain(boolean secured) throws Exception {
    if (secured) {
      server.useHttps(localhost.server().getSocketFactory());
      server.setProtocols(List.of(Protocol.HTTP_1_1));
    }
    server.start();
    Transport transport = transport(secured ? trusting : VENUE.plainTextOnLoopback());
    for (int i = 0; i < 10; i++) {
      replied(send(transport, request("POST", at("/warm"), "a=1", LONG)));
      assertEquals(0, script.last().getConnectionIndex());
      assertEquals(i, script.last().getExchangeIndex());
    }
  }

  private void secured(Protocol protocol) throws IOException {
    server.useHttps(localhost.server().getSocketFactory());
    server.setProtocols(
        protocol == Protocol.HTTP_2 ? List.of(protocol, Protocol.HTTP_1_1) : List.of(protocol));
    server.start();
  }

  private static URI at(CuttingProxy proxy, String path) {
    return URI.create("https://localhost:" + proxy.port() + path);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void aKeptConnectionThatEndedIsNotUsed(Protocol protocol) throws Exception {
    secured(protocol);
    try (CuttingProxy proxy = new CuttingProxy(server.getPort())) {
      Transport transport = transport(trusting);
      for (int i = 0; i < 10; i++) {
        replied(send(transport, request("GET", at(proxy, "/warm"), null, LONG)));
        proxy.cut();
        script.orders.set(0);
        Delivery delivery = send(transport, request("POST", at(proxy, "/order"), "a=1", LONG));
        if (protocol == Protocol.HTTP_1_1) {
          replied(delivery);
        }
        // Over HTTP/2 it may have left before the reader heard of the end.
        assertFalse(delivery instanceof Delivery.NotSent, delivery::toString);
        assertTrue(script.orders.get() <= 1, "delivered " + script.orders);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void whatIsCutAnywhereInTlsIsTruthfullyTold(Protocol protocol) throws Exception {
    secured(protocol);
    try (CuttingProxy proxy = new CuttingProxy(server.getPort())) {
      Transport transport = transport(trusting);
      String body = "quantity=1&".repeat(20);
      replied(send(transport, request("POST", at(proxy, "/warm"), body, LONG)));
      proxy.cut();
      int up = proxy.up.get();
      int down = proxy.down.get();
      Map<String, Delivery> told = new TreeMap<>();
      for (int cut = 0; cut < up + down; cut += 37) {
        proxy.upLimit = cut < up ? cut : Integer.MAX_VALUE;
        proxy.downLimit = cut < up ? Integer.MAX_VALUE : cut - up;
        String path = "/order/" + cut;
        told.put(path, send(transport, request("POST", at(proxy, path), body, LONG)));
        proxy.cut();
      }
      // By now whatever was sent has arrived.
      server.close();
      for (Map.Entry<String, Delivery> one : told.entrySet()) {
        int most = one.getValue() instanceof Delivery.NotSent ? 0 : 1;
        assertTrue(script.count(one.getKey()) <= most, one::toString);
      }
      Set<String> kinds = new TreeSet<>();
      told.values().forEach(d -> kinds.add(d.getClass().getSimpleName()));
      assertTrue(kinds.containsAll(Set.of("NotSent", "Lost")), kinds::toString);
    }
  }

  /** What a server of HTTP/2 may do to a stream. */
  enum StreamDrop {
    REFUSED_STREAM(new SocketEffect.CloseStream(7)),
    CANCEL(new SocketEffect.CloseStream(8)),
    ENHANCE_YOUR_CALM(new SocketEffect.CloseStream(11)),
    GOAWAY(SocketEffect.ShutdownConnection.INSTANCE),
    DISCONNECT(new SocketEffect.CloseSocket());

    final SocketEffect effect;

    StreamDrop(SocketEffect effect) {
      this.effect = effect;
    }
  }

  @ParameterizedTest
  @EnumSource(StreamDrop.class)
  void anHttp2StreamThatIsDroppedIsDeliveredOnce(StreamDrop drop) throws Exception {
    server.useHttps(localhost.server().getSocketFactory());
    server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    server.start();
    script.fault = new MockResponse.Builder().onResponseStart(drop.effect).build();
    for (String what : List.of("GET", "POST", "PUT", "DELETE", "POST body", "DELETE body")) {
      Transport transport = transport(trusting);
      script.armed = false;
      replied(send(transport, request("GET", at("/warm"), null, LONG)));
      assertEquals("HTTP/2", script.last().getVersion());
      script.orders.set(0);
      script.armed = true;
      script.arrived.drainPermits();
      String body = what.endsWith("body") ? "quantity=1&".repeat(10_000) : null;
      HttpRequest order = request(what.split(" ")[0], at("/order"), body, LONG);
      // A stream that was there before the farewell may still be answered: ours never is.
      Delivery delivery =
          drop == StreamDrop.GOAWAY ? sendAndGiveUp(transport, order) : send(transport, order);
      assertInstanceOf(Delivery.Lost.class, delivery, delivery::toString);
      assertEquals(1, script.orders.get());
    }
  }

  @Test
  void afterAGoawayTheNextRequestTakesANewConnection() throws Exception {
    server.useHttps(localhost.server().getSocketFactory());
    server.start();
    script.fault =
        new MockResponse.Builder()
            .body("fine")
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build();
    script.armed = true;
    Transport transport = transport(trusting);
    assertEquals(
        "fine", replied(send(transport, request("POST", at("/order"), "a=1", LONG))).text());
    for (int i = 0; i < 10; i++) {
      script.orders.set(0);
      Delivery delivery = send(transport, request("POST", at("/order"), "a=1", LONG));
      assertTrue(script.orders.get() <= 1, "delivered " + script.orders);
      assertFalse(delivery instanceof Delivery.NotSent, delivery::toString);
    }
  }

  @Test
  void whatIsSentIsWhatWasSaid() throws Exception {
    server.start();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    String query = "symbol=BTCUSDT&note=%C3%BCr%C3%BCn%20%27x%27&signature=a%2Fb%3D&empty=&x";
    Reply reply =
        replied(send(transport, request("POST", at("/order?" + query), "a=%20b&c=d", LONG)));
    assertEquals(200, reply.status());
    assertEquals("fine", reply.text());
    RecordedRequest got = script.last();
    assertEquals("POST", got.getMethod());
    assertEquals("/order?" + query, got.getTarget());
    assertNotNull(got.getBody());
    assertEquals("a=%20b&c=d", got.getBody().utf8());
    assertEquals("application/x-www-form-urlencoded", got.getHeaders().get("Content-Type"));
    assertEquals("key-of-a-test", got.getHeaders().get("X-Key"));
    assertTrue(got.getHeaders().get("User-Agent").startsWith("colibri/"));
    assertNull(got.getHeaders().get("Cookie"));

    send(transport, request("DELETE", at("/order"), null, LONG));
    assertEquals("0", script.last().getHeaders().get("Content-Length"));
    send(transport, request("GET", at("/order"), null, LONG));
    assertNull(script.last().getHeaders().get("Content-Length"));
  }

  @Test
  void cookiesAreNotKept() throws Exception {
    server.start();
    script.fault = new MockResponse.Builder().setHeader("Set-Cookie", "a=b").build();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    send(transport, request("GET", at("/order"), null, LONG));
    send(transport, request("GET", at("/order"), null, LONG));
    assertNull(script.last().getHeaders().get("Cookie"));
  }

  @Test
  void aRepeatedHeaderIsJoined() throws Exception {
    server.start();
    script.fault =
        new MockResponse.Builder().addHeader("X-Used", "1").addHeader("x-used", "2").build();
    Transport transport = transport(VENUE.plainTextOnLoopback());
    Reply reply = replied(send(transport, request("GET", at("/order"), null, LONG)));
    assertEquals("1, 2", reply.header("X-USED"));
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private Delivery unpacked(byte[] packed) throws Exception {
    script.fault =
        new MockResponse.Builder()
            .setHeader("Content-Encoding", "gzip")
            .body(new Buffer().write(packed))
            .build();
    script.orders.set(0);
    return send(transport(VENUE.plainTextOnLoopback()), request("GET", at("/order"), null, LONG));
  }

  @Test
  void aPackedReplyIsUnpackedWithinLimits() throws Exception {
    server.start();
    byte[] body = "{\"a\":1}".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    Reply reply = replied(unpacked(packed(body)));
    assertEquals(new String(body, StandardCharsets.UTF_8), reply.text());
    assertNull(reply.header("Content-Encoding"));
    assertEquals("gzip", script.last().getHeaders().get("Accept-Encoding"));

    assertInstanceOf(Delivery.Lost.class, unpacked(packed(new byte[4 << 20])), "a bomb");
    assertInstanceOf(Delivery.Lost.class, unpacked(body), "not gzip at all");
    byte[] whole = packed(body);
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
    assertInstanceOf(Delivery.Lost.class, unpacked(half), "half of it");
  }

  @Test
  void aReplyThatIsTooLargeIsLostBeforeItIsRead() throws Exception {
    server.start();
    script.fault =
        new MockResponse.Builder()
            .body("x".repeat(100_000))
            .setHeader("Content-Length", LiveTransport.MAX_REPLY + 1)
            .onResponseBody(SocketEffect.Stall.INSTANCE)
            .build();
    Delivery delivery =
        send(transport(VENUE.plainTextOnLoopback()), request("GET", at("/order"), null, LONG));
    assertEquals("Lost[why=IOException: a reply of 67108865 bytes]", delivery.toString());
  }

  @Test
  void aReplyWithoutLengthIsReadUpToTheLimit() throws Exception {
    server.start();
    script.fault =
        new MockResponse.Builder()
            .chunkedBody(new Buffer().write(new byte[LiveTransport.MAX_REPLY + 1]), 1 << 20)
            .build();
    Delivery delivery =
        send(transport(VENUE.plainTextOnLoopback()), request("GET", at("/order"), null, LONG));
    assertEquals("Lost[why=IOException: a reply of more than 67108864 bytes]", delivery.toString());
  }

  @Test
  void aReplyThatOnlyTheEndOfTheConnectionEndsIsLost() throws Exception {
    server.start();
    script.fault =
        new MockResponse.Builder()
            .body("{\"orders\":")
            .removeHeader("Content-Length")
            .onResponseEnd(new SocketEffect.CloseSocket())
            .build();
    Delivery delivery =
        send(transport(VENUE.plainTextOnLoopback()), request("POST", at("/order"), null, LONG));
    assertEquals(
        "Lost[why=IOException: a reply without an end of its own may be cut off]",
        delivery.toString());
  }

  private void notSent(SpotVenue venue, HttpRequest request, String why) throws Exception {
    int before = server.getRequestCount();
    Delivery delivery = send(transport(venue), request);
    Delivery.NotSent notSent =
        assertInstanceOf(Delivery.NotSent.class, delivery, delivery::toString);
    assertTrue(notSent.why().contains(why), notSent.why());
    assertFalse(notSent.why().contains("key-of-a-test"), notSent.why());
    assertEquals(before, server.getRequestCount());
    assertEquals(0, script.orders.get());
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/order, example.com is not a host of this venue",
    "https://127.0.0.1.example.com/order, is not a host of this venue",
    "https://localhost@example.com/order, not a lawful address",
    "https://user:pass@localhost/order, not a lawful address",
    "http://venue.localhost/order, http to venue.localhost is not allowed: use https",
    "ftp://localhost/order, ftp to localhost is not allowed: use https",
    "file:///etc/passwd, not a lawful address",
    "https://localhost/a/../b, an address that would not travel as it is written",
    "https://localhost/order?a='b', an address that would not travel as it is written",
    "https://localhost/order#top, not a lawful address",
  })
  void strangersAreNotCalledAndNothingIsRewritten(String uri, String why) throws Exception {
    notSent(VENUE.plainTextOnLoopback(), request("POST", URI.create(uri), null, LONG), why);
  }

  @Test
  void whatCannotBeARequestIsNotSentAndItsSecretsAreNotShown() throws Exception {
    server.start();
    SpotVenue plain = VENUE.plainTextOnLoopback();
    notSent(VENUE, request("POST", at("/order"), null, LONG), "is not allowed: use https");
    notSent(plain, request("GET", at("/order"), "a=1", LONG), "that HTTP does not allow");
    notSent(plain, request("GET", at("/order"), null, Duration.ZERO), "without a time limit");
    notSent(
        plain,
        new HttpRequest(
            "POST", at("/order"), Map.of("X-Key", "key-of-a-test\r\nX: y"), null, null, LONG),
        "that HTTP does not allow");
  }

  @Test
  void aHostThatIsNotThereWasNotSentTo() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = taken.getLocalPort();
    }
    URI uri = URI.create("https://127.0.0.1:" + port + "/order");
    Delivery delivery = send(transport(VENUE), request("POST", uri, "a=1", LONG));
    assertInstanceOf(Delivery.NotSent.class, delivery, delivery::toString);

    Transport unknown = host.transport(VENUE, Set.of("no-such-host.invalid"));
    URI nowhere = URI.create("https://no-such-host.invalid/order");
    delivery = send(unknown, request("POST", nowhere, "a=1", LONG));
    assertInstanceOf(Delivery.NotSent.class, delivery, delivery::toString);
  }

  @Test
  void aServerWhoseCertificateIsNotItsOwnWasNotSentTo() throws Exception {
    server.useHttps(localhost.server().getSocketFactory());
    server.start();
    notSent(VENUE, request("POST", at("/order"), "a=1", LONG), "certification path");

    Certificates other = Certificates.of(directory, "dns:example.com");
    SpotVenue trustingOther = VENUE.trustStore(other.trustStore(directory));
    try (MockWebServer wrong = new MockWebServer()) {
      wrong.useHttps(other.server().getSocketFactory());
      wrong.start();
      Delivery delivery =
          send(transport(trustingOther), request("POST", wrong.url("/order").uri(), "a=1", LONG));
      Delivery.NotSent notSent =
          assertInstanceOf(Delivery.NotSent.class, delivery, delivery::toString);
      assertTrue(notSent.why().contains("not verified"), notSent.why());
      assertEquals(0, wrong.getRequestCount());
    }
    assertEquals(
        "fine",
        replied(send(transport(trusting), request("POST", at("/order"), "a=1", LONG))).text());
  }

  @Test
  void aServerThatNeverFinishesTlsWasNotSentTo() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      URI uri = URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/order");
      Delivery delivery =
          send(transport(VENUE), request("POST", uri, "a=1", Duration.ofMillis(200)));
      assertInstanceOf(Delivery.NotSent.class, delivery, delivery::toString);
    }
  }

  @Test
  void aTrustStoreThatCannotBeReadIsRefusedAtOnce() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "no store");
    for (Path path : List.of(nonsense, directory.resolve("absent"))) {
      try {
        transport(VENUE.trustStore(path));
      } catch (RuntimeException refused) {
        assertTrue(refused.getMessage().contains(path.toString()), refused.getMessage());
        continue;
      }
      throw new AssertionError(path + " was taken for a trust store");
    }
  }

  @Test
  void aProxyIsUsedWhenOneIsSaid() throws Exception {
    server.start();
    Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", server.getPort()));
    Transport transport = transport(VENUE.plainTextOnLoopback().proxy(proxy));
    URI uri = URI.create("http://localhost:9/warm");
    assertEquals("warm", replied(send(transport, request("GET", uri, null, LONG))).text());
    assertEquals("localhost:9", script.last().getHeaders().get("Host"));
  }

  @Test
  void manyRequestsAtOnceAreAllOnTheirWay() throws Exception {
    server.start();
    int many = 100;
    CountDownLatch all = new CountDownLatch(many);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            all.countDown();
            // None is answered before every one has arrived.
            assertTrue(all.await(30, TimeUnit.SECONDS));
            return new MockResponse.Builder().body("fine").build();
          }
        });
    Transport transport = transport(VENUE.plainTextOnLoopback());
    List<CompletableFuture<Delivery>> told = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      CompletableFuture<Delivery> one = new CompletableFuture<>();
      told.add(one);
      transport.http(request("GET", at("/" + i), null, LONG), one::complete);
    }
    for (CompletableFuture<Delivery> one : told) {
      assertEquals("fine", replied(one.get(50, TimeUnit.SECONDS)).text());
    }
  }

  @Test
  void closingDropsWhatIsOnItsWay() throws Exception {
    server.start();
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            arrived.countDown();
            never.await();
            return new MockResponse.Builder().build();
          }
        });
    Transport transport = transport(VENUE.plainTextOnLoopback());
    CompletableFuture<Delivery> told = new CompletableFuture<>();
    transport.http(request("POST", at("/order"), "a=1", LONG), told::complete);
    assertTrue(arrived.await(30, TimeUnit.SECONDS));
    transport.close();
    assertInstanceOf(Delivery.Lost.class, told.get(30, TimeUnit.SECONDS));
    assertInstanceOf(
        Delivery.NotSent.class, send(transport, request("POST", at("/order"), "a=1", LONG)));
    never.countDown();
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void closingHangsUpThoughRequestsAreOnTheirWay(Protocol protocol) throws Exception {
    secured(protocol);
    try (CuttingProxy proxy = new CuttingProxy(server.getPort())) {
      Transport transport = transport(trusting);
      replied(send(transport, request("GET", at(proxy, "/warm"), null, LONG)));
      script.fault = Drop.STALL.response().build();
      script.armed = true;
      HttpRequest order = request("POST", at(proxy, "/order"), "a=1", LONG);
      assertInstanceOf(Delivery.Lost.class, sendAndGiveUp(transport, order));
      assertTrue(proxy.isLeftAlone(), "a connection is still open");
    }
  }

  @Test
  void afterTheEndNoThreadOfOursIsLeft() throws Exception {
    server.start();
    replied(
        send(transport(VENUE.plainTextOnLoopback()), request("POST", at("/order"), "a=1", LONG)));
    host.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("colibri")) {
        thread.join(30_000);
        assertFalse(thread.isAlive(), thread.getName());
      }
      // OkHttp and Okio keep a shared daemon each, for a minute, whatever is closed.
      assertTrue(
          thread.isDaemon() || !thread.getName().startsWith("Ok"), "would keep the program alive");
    }
  }
}
