package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares venues of ours with vectors: what an independent client, the peer, makes of an intent,
 * and what it reads from a payload. The format and the rules stand in the {@code README.md} beside
 * the vectors; differences that are no mistakes stand in {@link PeerVenue#allowances()}.
 */
public final class PeerVectors {
  /** A conversation of more requests goes round in circles. */
  private static final int MOST = 20;

  private final Path folder;
  private final Json credentials;
  private final List<String> lines = new ArrayList<>();
  private int agree;
  private int differ;
  private int unsupported;

  private PeerVectors(Path folder) {
    this.folder = folder;
    this.credentials = read(folder.resolve("credentials.json")).get("credentials");
  }

  /**
   * The vectors of a folder: the system property {@code vectors.dir}, or else {@code
   * shared/vectors} beside the project or a folder around it. Empty when there is none.
   */
  public static Optional<PeerVectors> find() {
    String told = System.getProperty("vectors.dir");
    Path folder = told == null ? null : Path.of(told);
    for (Path p = Path.of("").toAbsolutePath(); told == null && p != null; p = p.getParent()) {
      if (Files.isRegularFile(p.resolve("shared/vectors/credentials.json"))) {
        folder = p.resolve("shared/vectors");
        break;
      }
    }
    return folder != null && Files.isRegularFile(folder.resolve("credentials.json"))
        ? Optional.of(at(folder))
        : Optional.empty();
  }

  /** The vectors of a folder that has {@code credentials.json} and any of the kinds. */
  public static PeerVectors at(Path folder) {
    return new PeerVectors(folder);
  }

  private static Json read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return Json.parse(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares everything there is of a venue. */
  public PeerVectors compare(PeerVenue venue) {
    each("requests", venue, v -> request(venue, v));
    each("ws", venue, v -> stream(venue, v));
    each("parse", venue, v -> parse(venue, v));
    return this;
  }

  /** How many vectors agree. */
  public int agree() {
    return agree;
  }

  /** How many vectors differ. */
  public int differ() {
    return differ;
  }

  /** How many vectors our words do not reach. */
  public int unsupported() {
    return unsupported;
  }

  /** A line a difference, and a last line of numbers. */
  public String report() {
    List<String> all = new ArrayList<>(lines);
    all.add(
        "vectors: %d compared, %d agree, %d differ, %d unsupported"
            .formatted(agree + differ, agree, differ, unsupported));
    return String.join(System.lineSeparator(), all);
  }

  /**
   * Compares one vector: the differences, or null when it is about something we have no word for.
   */
  private interface Check {
    @Nullable List<String> differences(Json vector) throws Exception;
  }

  /** A venue's vectors may lie in several files, as {@code binance-spot-ed25519.json}. */
  private void each(String kind, PeerVenue venue, Check check) {
    String name = venue.exchange() + "-" + venue.market();
    if (!Files.isDirectory(folder.resolve(kind))) {
      return;
    }
    List<Path> files;
    try (var list = Files.list(folder.resolve(kind))) {
      files =
          list.filter(f -> f.getFileName().toString().matches(name + "(-.+)?\\.json"))
              .sorted()
              .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path file : files) {
      for (Json vector : read(file).items()) {
        String op = vector.textOr("op", vector.textOr("kind", ""));
        String where = kind + "/" + file.getFileName() + " " + op;
        List<String> found;
        try {
          found = check.differences(vector);
        } catch (Exception e) {
          found = List.of(String.valueOf(e));
        }
        judge(venue, op, where, found);
      }
    }
  }

  private void judge(PeerVenue venue, String op, String where, @Nullable List<String> found) {
    if (found == null) {
      unsupported++;
      lines.add("unsupported " + where);
      return;
    }
    int before = lines.size();
    for (String difference : found) {
      Optional<Allowance> allowed =
          venue.allowances().stream().filter(a -> a.allows(op, difference)).findFirst();
      if (allowed.isEmpty()) {
        lines.add("differs " + where + ": " + difference);
      }
    }
    if (lines.size() > before) {
      differ++;
    } else {
      agree++;
    }
  }

  private static Instrument instrument(PeerVenue venue, Json input) {
    return instrument(venue, input, input.textOr("marketId", "BTCUSDT"));
  }

  private static Instrument instrument(PeerVenue venue, Json input, String marketId) {
    String usual = venue.market().equals("perp") ? "BTC/USDT:USDT" : "BTC/USDT";
    Instrument i = venue.instrument().apply(marketId, input.textOr("symbol", usual));
    BigDecimal contract = input.findDecimal("contractSize");
    if (contract == null || contract.compareTo(i.contractSize()) == 0) {
      return i;
    }
    Instrument.Builder same =
        Instrument.builder(i.venue(), i.symbol(), i.base(), i.quote(), i.rules())
            .settle(i.settle())
            .maxLeverage(i.maxLeverage())
            .contractSize(contract);
    i.attributes().forEach(same::attribute);
    return same.build();
  }

  /** Lets a dialect know its instruments, where the venue's answer is at hand. */
  private void prime(PeerVenue venue, BookDialect dialect) {
    if (venue.answers().isEmpty()) {
      return;
    }
    walk(
        dialect.instruments((row, problem) -> {}),
        dialect,
        new FrozenSigning(0, anyKeys(venue).withPassphrase("phrase")),
        (sent, n) -> answer(venue, dialect, sent),
        new ArrayList<>());
  }

  private static @Nullable Reply answer(PeerVenue venue, BookDialect dialect, Signed sent) {
    String body = venue.answers().get(path(dialect, sent));
    return body == null ? null : reply(body);
  }

  /** The whole path of a request. */
  private static String path(BookDialect dialect, Signed sent) {
    BaseUri base =
        dialect
            .profile()
            .hosts()
            .getOrDefault("live", Collections.emptyMap())
            .get(sent.request().part());
    return (base == null ? "" : base.reveal().getRawPath()) + sent.request().path();
  }

  private Credentials credentials(Json vector) {
    Json c = credentials.get(vector.textOr("credentialsRef", "hmac"));
    // Venues that are blockchains have an address and the key of a wallet.
    Credentials keys =
        c.has("privateKey")
            ? Credentials.of(c.text("walletAddress"), c.text("privateKey"))
            : Credentials.of(c.text("apiKey"), c.text("secret"));
    if (c.findText("password") != null) {
      keys = keys.withPassphrase(c.text("password"));
    }
    return c.findText("uid") == null ? keys : keys.with("uid", c.text("uid"));
  }

  /** Keys to sign with what nobody looks at; of the venue's kind, where not every text is a key. */
  private Credentials anyKeys(PeerVenue venue) {
    Json own = credentials.find(venue.exchange());
    return own == null
        ? Credentials.of("key", "secret")
        : Credentials.of(own.text("apiKey"), own.text("secret"));
  }

  private static FrozenSigning clock(Json vector, Credentials keys) {
    return new FrozenSigning(vector.longValue("clockMillis"), keys);
  }

  // ---- requests

  private @Nullable List<String> request(PeerVenue venue, Json vector) throws Exception {
    BookDialect dialect = venue.dialect().get();
    Json input = vector.get("input");
    Call<?> call = Intents.call(dialect, vector.text("op"), input, instrument(venue, input));
    if (call == null) {
      return null;
    }
    Credentials keys = credentials(vector);
    List<Signed> sent = new ArrayList<>();
    prime(venue, dialect);
    String wanted = vector.get("request").textOr("path", "");
    walk(
        call,
        dialect,
        clock(vector, keys),
        (s, n) -> path(dialect, s).equals(wanted) ? null : answer(venue, dialect, s),
        sent);
    Comparison comparison = new Comparison(venue, vector.find("ignore"));
    Signed last = sent.get(sent.size() - 1);
    comparison.request(last, dialect.profile(), vector.get("request"));
    if (last.request().isSigned()) {
      comparison.same("signature", problem(venue.signature().request(last, keys)), "verifies");
    }
    return comparison.differences();
  }

  private static String problem(@Nullable String problem) {
    return problem == null ? "verifies" : problem;
  }

  /** What the venue replies, as far as that is known. */
  private interface Replies {
    /** The reply to the n-th request, from 1; null when there is none. */
    @Nullable Reply to(Signed sent, int n);

    static Replies of(List<Reply> all) {
      return (sent, n) -> n > all.size() ? null : all.get(n - 1);
    }
  }

  /** Walks a conversation as far as the replies reach, and keeps what was sent. */
  private static <T> Optional<T> walk(
      Call<T> call, BookDialect d, FrozenSigning clock, Replies replies, List<Signed> sent) {
    if (call instanceof Call.Done<T> c) {
      return Optional.of(c.value());
    } else if (call instanceof Call.Ask<T> c) {
      Signed signed = d.depart(c.request(), clock);
      sent.add(signed);
      Reply reply = sent.size() > MOST ? null : replies.to(signed, sent.size());
      if (reply == null) {
        return Optional.empty();
      }
      Fault fault = d.fault(c.request(), reply);
      if (fault != null) {
        throw new IllegalStateException("taken for a refusal: " + fault);
      }
      return Optional.of(c.reader().apply(reply));
    } else if (call instanceof Call.Then<?, T> c) {
      return then(c, d, clock, replies, sent);
    } else if (call instanceof Call.After<T> c) {
      return walk(c.call(), d, clock, replies, sent);
    } else if (call instanceof Call.Otherwise<T> c) {
      return walk(c.first(), d, clock, replies, sent);
    }
    return Optional.empty();
  }

  private static <A, T> Optional<T> then(
      Call.Then<A, T> c, BookDialect d, FrozenSigning clock, Replies replies, List<Signed> sent) {
    return walk(c.first(), d, clock, replies, sent)
        .flatMap(value -> walk(c.next().apply(value), d, clock, replies, sent));
  }

  // ---- streams

  private @Nullable List<String> stream(PeerVenue venue, Json vector) throws Exception {
    BookDialect dialect = venue.dialect().get();
    Instrument instrument = instrument(venue, vector.get("input"));
    Topic topic = Intents.topic(vector.text("op"), instrument, dialect.profile());
    Stream stream = topic == null ? null : carrier(dialect, topic);
    if (topic == null || stream == null) {
      return null;
    }
    Credentials keys = credentials(vector);
    FrozenSigning clock = clock(vector, keys);
    Comparison comparison = new Comparison(venue, vector.find("ignore"));
    Json connection = vector.get("connections").at(0);
    Session session = stream.open();
    List<Reply> replies = new ArrayList<>();
    Json rest = vector.find("rest");
    for (Json r : rest == null ? List.<Json>of() : rest.items()) {
      Json answer = r.find("response");
      replies.add(
          reply(
              answer == null
                  ? venue.answers().getOrDefault(r.textOr("path", ""), "{}")
                  : answer.toString()));
    }
    Optional<Endpoint> endpoint =
        walk(session.endpoint(), dialect, clock, Replies.of(replies), new ArrayList<>());
    comparison.same(
        "url",
        endpoint.map(e -> Comparison.address(url(dialect.profile(), e))).orElse(null),
        Comparison.address(connection.text("url")));
    RecordingContext context = new RecordingContext(clock, instrument);
    session.opened(context);
    Json said = connection.find("serverSaid");
    for (Json frame : said == null ? List.<Json>of() : said.items()) {
      session.received(Frame.of(frame.asText()), context);
    }
    if (context.isReady()) {
      session.subscribe(List.of(topic), context);
    }
    comparison.frames(context.sent(), connection.get("frames"));
    for (String frame : context.sent()) {
      comparison.same("signature", problem(venue.signature().frame(frame, keys)), "verifies");
    }
    return comparison.differences();
  }

  private static @Nullable Stream carrier(BookDialect dialect, Topic topic) {
    for (Stream stream : dialect.streams()) {
      if (stream.carries().contains(topic.kind())) {
        return stream;
      }
    }
    return null;
  }

  private static String url(Profile profile, Endpoint e) {
    Map<String, BaseUri> live = profile.hosts().getOrDefault("live", Collections.emptyMap());
    return e.url().isEmpty() ? live.get(e.part()).reveal() + e.path() : e.url();
  }

  private static Reply reply(String body) {
    return new Reply(200, Collections.emptyMap(), body.getBytes(StandardCharsets.UTF_8));
  }

  // ---- payloads

  private @Nullable List<String> parse(PeerVenue venue, Json vector) {
    BookDialect dialect = venue.dialect().get();
    Json input = vector.get("input");
    String market = symbol(input.find("payload"));
    Instrument instrument =
        market == null ? instrument(venue, input) : instrument(venue, input, market);
    Comparison comparison = new Comparison(venue, null);
    Readings readings = new Readings(comparison);
    prime(venue, dialect);
    String kind = vector.text("kind");
    if (kind.equals("watchOrderBook")) {
      Stream stream = carrier(dialect, Topic.book(instrument, 0));
      if (stream == null) {
        return null;
      }
      readings.book(heard(stream.open(), input, instrument), vector.get("expected"));
      return comparison.differences();
    }
    Call<?> call = Intents.call(dialect, kind, Json.parse("{\"orderId\":\"1\"}"), instrument);
    if (call == null) {
      return null;
    }
    Reply payload = reply(input.get("payload").toString());
    // The peer asks for kinds of instruments one by one, and heard the same of each.
    boolean same = kind.equals("fetchMarkets");
    Optional<?> value =
        walk(
            call,
            dialect,
            new FrozenSigning(0, anyKeys(venue).withPassphrase("phrase")),
            (sent, n) -> n == 1 || same ? payload : answer(venue, dialect, sent),
            new ArrayList<>());
    if (value.isEmpty()) {
      comparison.same("value", null, "one");
    } else {
      readings.value(value.get(), vector.get("expected"));
    }
    return comparison.differences();
  }

  /** The market that a payload is about, where it, or its first row, says so. */
  private static @Nullable String symbol(@Nullable Json payload) {
    if (payload == null) {
      return null;
    }
    if (payload.isArray()) {
      return payload.size() == 0 ? null : symbol(payload.at(0));
    }
    return payload.isObject() ? payload.findText("symbol") : null;
  }

  private static Readings.BookTotal heard(Session session, Json input, Instrument instrument) {
    Readings.BookTotal book = new Readings.BookTotal();
    RecordingContext context =
        new RecordingContext(new FrozenSigning(0, null), instrument) {
          @Override
          public @Nullable Instrument instrument(String symbol) {
            return instrument; // whatever market the payload was taken from
          }

          @Override
          public DepthStage depth() {
            return book;
          }
        };
    for (Json message : input.get("messages").items()) {
      session.received(Frame.of(message.toString()), context);
    }
    return book;
  }
}
