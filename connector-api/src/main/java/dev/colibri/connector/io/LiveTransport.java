package dev.colibri.connector.io;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Escape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests by OkHttp, streams by Java-WebSocket.
 *
 * <p>A request must never be on the wire twice, and OkHttp re-sends for many reasons. Against all
 * of them at once: every send passes {@link Attempt}, which lets one pass and refuses a second; and
 * it hides the reply's status from the code that decides about follow-ups, which then has nothing
 * to follow. Bodies are one-shot and its own switches are off besides.
 *
 * <p>What is told is never more than what is known: a request counts as not sent only while nothing
 * of it was given to a connection, and a reply as whole only when it says itself where it ends.
 */
final class LiveTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTransport.class);

  /** The largest reply that is taken, in bytes, packed or unpacked. */
  static final int MAX_REPLY = 64 << 20;

  /** How many times larger than its packed form a reply may be, once it is above the floor. */
  private static final int MAX_RATIO = 100;

  private static final int RATIO_FLOOR = 1 << 20;

  /** How many idle connections are kept. */
  private static final int KEPT = 8;

  private static final String AGENT = "colibri/" + version();

  private final LiveHost host;
  private final Dialer dialer;
  private final Set<String> hosts;
  private final boolean plainText;
  private final OkHttpClient client;
  private final Set<LiveSocket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  LiveTransport(LiveHost host, Venue<?> venue, Set<String> hosts) {
    this.host = host;
    this.dialer = new Dialer(venue, host::platform);
    this.hosts = new TreeSet<>();
    hosts.forEach(h -> this.hosts.add(h.toLowerCase(Locale.ROOT)));
    this.plainText = venue.isPlainTextOnLoopback();
    Dispatcher dispatcher = new Dispatcher(host.workers());
    // The engine's limiter is the only queue.
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    client =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            // Idle connections are given up before the servers do it, who would meet a request.
            .connectionPool(new ConnectionPool(KEPT, 30, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .authenticator(Authenticator.NONE)
            .proxyAuthenticator(Authenticator.NONE)
            .cookieJar(CookieJar.NO_COOKIES)
            .cache(null)
            .proxy(dialer.proxy())
            .socketFactory(dialer.direct())
            .sslSocketFactory(dialer.tls(), dialer.trust())
            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
            .connectTimeout(Duration.ofSeconds(10))
            // The whole call has a time limit, which every request says.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .eventListener(new Dialing())
            .addInterceptor(LiveTransport::findConnection)
            .addNetworkInterceptor(LiveTransport::sendOnce)
            .build();
  }

  private static String version() {
    String version = LiveTransport.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  @Override
  public void http(HttpRequest request, Consumer<Delivery> done) {
    Consumer<Delivery> told = delivery -> tell(done, delivery);
    Attempt attempt = new Attempt();
    Request built;
    try {
      built = build(request, attempt);
    } catch (IllegalArgumentException e) {
      String why = Objects.requireNonNullElse(e.getMessage(), "not a lawful request");
      host.run(() -> told.accept(new Delivery.NotSent(why)));
      return;
    }
    if (closed) {
      host.run(() -> told.accept(new Delivery.NotSent("the connector is closed")));
      return;
    }
    Call call = client.newCall(built);
    call.timeout().timeout(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call call, Response response) {
            // What an error leaves, as of a reply that does not fit into memory.
            Delivery delivery = new Delivery.Lost("its reply could not be read");
            try (response) {
              delivery = new Delivery.Replied(reply(attempt.status, response));
            } catch (IOException | RuntimeException e) {
              delivery = attempt.failed(e);
            } finally {
              ended(delivery);
            }
          }

          @Override
          public void onFailure(Call call, IOException e) {
            ended(attempt.failed(e));
          }

          private void ended(Delivery delivery) {
            if (closed) {
              // Its connection was not idle when the idle ones were closed.
              client.connectionPool().evictAll();
            }
            told.accept(delivery);
          }
        });
    if (closed) {
      // It closed meanwhile, and may not have seen this one.
      call.cancel();
    }
  }

  private static void tell(Consumer<Delivery> done, Delivery delivery) {
    try {
      done.accept(delivery);
    } catch (RuntimeException e) {
      LOG.error("the receiver of a delivery threw", e);
    }
  }

  /** Throws {@link IllegalArgumentException} with a message that holds no secret. */
  private Request build(HttpRequest request, Attempt attempt) {
    String refusal = refusal(request.uri(), "https", "http");
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    if (request.timeout().isNegative() || request.timeout().isZero()) {
      throw new IllegalArgumentException("a request without a time limit");
    }
    HttpUrl url = HttpUrl.get(request.uri());
    String path = request.uri().getRawPath();
    if (url == null
        || !url.encodedPath().equals(path.isEmpty() ? "/" : path)
        || !Objects.equals(url.encodedQuery(), request.uri().getRawQuery())) {
      // What was signed must be what is sent.
      throw new IllegalArgumentException("an address that would not travel as it is written");
    }
    try {
      Request.Builder builder = new Request.Builder().url(url).tag(Attempt.class, attempt);
      builder.header("User-Agent", AGENT);
      // Said here, so that we unpack, within limits, instead of OkHttp.
      builder.header("Accept-Encoding", "gzip");
      request.headers().forEach(builder::header);
      return builder.method(request.method(), body(request)).build();
    } catch (IllegalArgumentException e) {
      // Its message may show a header's value.
      throw new IllegalArgumentException("a method, header or body that HTTP does not allow");
    }
  }

  private static @Nullable RequestBody body(HttpRequest request) {
    byte[] bytes = request.body();
    if (bytes == null) {
      if (request.method().equals("GET")) {
        return null;
      }
      bytes = new byte[0];
    }
    MediaType type = null;
    if (request.contentType() != null) {
      type = MediaType.get(request.contentType());
    }
    return new OneShot(type, bytes);
  }

  /** Why an address may not be talked to, or null. */
  private @Nullable String refusal(URI uri, String secure, String plain) {
    String name = uri.getHost();
    if (name == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return "not a lawful address";
    }
    name = name.toLowerCase(Locale.ROOT);
    if (!allowed(name)) {
      return Escape.text(name) + " is not a host of this venue";
    }
    String scheme = uri.getScheme();
    if (secure.equals(scheme) || plain.equals(scheme) && plainText && isLoopback(name)) {
      return null;
    }
    boolean unsaid = plain.equals(scheme) && isLoopback(name);
    return scheme
        + " to "
        + Escape.text(name)
        + " is not allowed: use "
        + secure
        + (unsaid ? ", or plainTextOnLoopback()" : "");
  }

  /** One of the hosts, or a name under one of them: venues hand out such for streams. */
  private boolean allowed(String name) {
    if (hosts.contains(name)) {
      return true;
    }
    int dot = name.indexOf('.');
    return dot >= 0 && allowed(name.substring(dot + 1));
  }

  private static boolean isLoopback(String name) {
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  /** What became of one request. Written and read by the thread that performs the call. */
  private static final class Attempt {
    /** Whether a connection was made for it, and is not a kept one. */
    volatile boolean dialed;

    boolean left;
    int status;

    Delivery failed(Exception e) {
      String message = e.getClass().getSimpleName() + ": " + e.getMessage();
      String why = Escape.text(message);
      return left ? new Delivery.Lost(why) : new Delivery.NotSent(why);
    }
  }

  /**
   * The last thing before a request goes on the wire, connected and secured; the first to see the
   * reply.
   */
  private static Response sendOnce(Interceptor.Chain chain) throws IOException {
    Attempt attempt = Objects.requireNonNull(chain.request().tag(Attempt.class));
    if (attempt.left) {
      throw new IOException("a request that left must not leave again");
    }
    if (!attempt.dialed) {
      requireQuiet(Objects.requireNonNull(chain.connection()));
    }
    attempt.left = true;
    Response response = chain.proceed(chain.request());
    attempt.status = response.code();
    if (isCutUnseen(response)) {
      throw new IOException("a reply without an end of its own may be cut off");
    }
    return response.newBuilder().code(200).build();
  }

  private static final class Dialing extends EventListener {
    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
      Objects.requireNonNull(call.request().tag(Attempt.class)).dialed = true;
    }
  }

  /** A kept connection turned out to be of no use before anything was written to it. */
  private static final class Stale extends IOException {
    Stale(String message) {
      super(message);
    }
  }

  /** Goes from one kept connection to the next, and then to a new one, while they are stale. */
  private static Response findConnection(Interceptor.Chain chain) throws IOException {
    for (int i = 0; i < KEPT; i++) {
      try {
        return chain.proceed(chain.request());
      } catch (Stale e) {
        LOG.debug("{}: the next connection is tried", e.getMessage());
      }
    }
    // Others keep putting back what is of no use: this one is not sent.
    return chain.proceed(chain.request());
  }

  /**
   * A server may have ended a kept connection, and what is written to it then is lost, which is an
   * unknown outcome; or it has said something that nobody asked for, and would be taken for the
   * reply. OkHttp looks only after ten seconds of silence. Over HTTP/2 its own thread reads on and
   * knows.
   *
   * <p>Takes a millisecond: there is no shorter look at a socket, and an unknown outcome costs
   * seconds.
   */
  private static void requireQuiet(Connection connection) throws IOException {
    if (connection.protocol() == Protocol.HTTP_2) {
      return;
    }
    java.net.Socket socket = connection.socket();
    String heard;
    try {
      int before = socket.getSoTimeout();
      socket.setSoTimeout(1);
      heard = socket.getInputStream().read() < 0 ? "its end" : "something unasked";
      socket.setSoTimeout(before);
    } catch (SocketTimeoutException quiet) {
      socket.setSoTimeout(0);
      return;
    } catch (IOException e) {
      heard = e.getMessage();
    }
    socket.close();
    throw new Stale("a kept connection told " + heard);
  }

  /** Whether only the connection's end ends the reply, as a lost connection would, too. */
  private static boolean isCutUnseen(Response response) {
    return response.protocol() != Protocol.HTTP_2
        && response.body().contentLength() < 0
        && !"chunked".equalsIgnoreCase(response.header("Transfer-Encoding"));
  }

  private static Reply reply(int status, Response response) throws IOException {
    if (response.body().contentLength() > MAX_REPLY) {
      throw new IOException("a reply of " + response.body().contentLength() + " bytes");
    }
    byte[] bytes = read(response.body().byteStream(), MAX_REPLY);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : response.headers().names()) {
      headers.put(name, String.join(", ", response.headers(name)));
    }
    if ("gzip".equalsIgnoreCase(headers.get("Content-Encoding"))) {
      long limit = Math.max(RATIO_FLOOR, (long) MAX_RATIO * bytes.length);
      try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        bytes = read(unpacked, (int) Math.min(MAX_REPLY, limit));
      }
      headers.remove("Content-Encoding");
      headers.remove("Content-Length");
    }
    return new Reply(status, headers, bytes);
  }

  private static byte[] read(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (out.size() + n > limit) {
        throw new IOException("a reply of more than " + limit + " bytes");
      }
      out.write(buffer, 0, n);
    }
    return out.toByteArray();
  }

  @Override
  public Socket connect(
      URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
    String refusal = refusal(uri, "wss", "ws");
    if (refusal == null && closed) {
      refusal = "the connector is closed";
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("User-Agent", AGENT);
    all.putAll(headers);
    // Java-WebSocket writes them as they are.
    if (!all.entrySet().stream().allMatch(h -> isField(h.getKey()) && isField(h.getValue()))) {
      refusal = "a header that HTTP does not allow";
    }
    if (refusal != null) {
      String why = refusal;
      host.run(() -> listener.closed(1006, why));
      return NOWHERE;
    }
    LiveSocket socket =
        new LiveSocket(
            host,
            dialer,
            URI.create(uri.toASCIIString()),
            Collections.unmodifiableMap(all),
            timeout,
            listener,
            sockets::remove);
    sockets.add(socket);
    socket.connect();
    if (closed) {
      // It closed meanwhile, and may not have seen this one.
      socket.end(1000, "the connector is closed");
    }
    return socket;
  }

  private static boolean isField(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 127);
  }

  @Override
  public void close() {
    closed = true;
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
    sockets.forEach(s -> s.end(1000, "the connector is closed"));
    host.forget(this);
  }

  /** A body that can be written once: OkHttp does not send again what it cannot write again. */
  private static final class OneShot extends RequestBody {
    private final @Nullable MediaType type;
    private final byte[] bytes;

    OneShot(@Nullable MediaType type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    @Override
    public @Nullable MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(bytes);
    }
  }

  private static final Socket NOWHERE =
      new Socket() {
        @Override
        public void send(String text) {}

        @Override
        public void ping() {}

        @Override
        public void close() {}
      };
}
