package dev.colibri.examples.recorder;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.tape.Recorder;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what a venue says onto tapes, until the time is over, the size reached, or Ctrl-C. */
final class Recording {
  private static final Set<String> FLAGS =
      Set.of("--embedded", "--testnet", "--addresses", "--no-trades", "--no-books");
  private static final Set<String> VALUED =
      Set.of("--into", "--for", "--most", "--keep", "--environment", "--keys", "--venue-tape");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What is asked right after the start is answered by then, and a replay is never too late. */
  private static final long QUIET_MILLIS = 1_000;

  private static final long LOOK_MILLIS = 100;

  private final PrintStream out;
  private final CountDownLatch stop;
  private final String name;
  private final List<String> instruments;
  private final List<String> feeds;
  private final Arguments options;
  private final Path into;

  /** What {@code --venue-tape} names. */
  private final @Nullable Path description;

  private final Duration duration;
  private final long most;
  private final int keep;

  /** When the first tape began; 0 before. */
  private long began;

  /**
   * What to record.
   *
   * @param stop ends it early, cleanly
   * @throws IllegalArgumentException naming what is not understood
   */
  Recording(List<String> args, PrintStream out, CountDownLatch stop) {
    this.out = out;
    this.stop = stop;
    options = new Arguments(args, FLAGS, VALUED);
    List<String> words = options.has("--embedded") ? embedded() : options.words();
    if (words.isEmpty()) {
      throw new IllegalArgumentException("say which venue and which instruments");
    }
    name = words.get(0);
    Set<String> known = providers().keySet();
    if (!known.contains(name)) {
      throw new IllegalArgumentException("no connector " + name + "; there are " + known);
    }
    instruments = words.subList(1, words.size());
    if (instruments.isEmpty()) {
      throw new IllegalArgumentException("say which instruments of " + name);
    }
    feeds = feeds(byName(null) instanceof PerpVenue);
    duration = options.duration("--for", "24h");
    most = options.size("--most", "50MB");
    keep = options.number("--keep", 1, 1_000);
    String file = options.find("--venue-tape");
    description = file == null ? null : Path.of(file);
    if (description != null && !Files.isRegularFile(description)) {
      throw new IllegalArgumentException("there is no file " + description);
    }
    into = Path.of(options.text("--into", name + ".tape"));
    Path folder = into.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no folder " + folder);
    }
    if (Files.exists(into)) {
      throw new IllegalArgumentException(into + " is there already: say another with --into");
    }
  }

  /** The venue and instruments of an exchange on this machine. */
  private List<String> embedded() {
    for (String option : List.of("--testnet", "--environment", "--venue-tape")) {
      if (options.has(option)) {
        throw new IllegalArgumentException(option + " has no meaning with --embedded");
      }
    }
    List<String> words = new ArrayList<>(options.words());
    if (!words.isEmpty() && providers().containsKey(words.get(0))) {
      throw new IllegalArgumentException(
          "--embedded is in place of a venue: leave out " + words.get(0));
    }
    if (words.isEmpty()) {
      words.add("BTC-USDT");
    }
    words.add(0, "binance-spot");
    return words;
  }

  /** Records until it is told to stop. */
  void run() throws Exception {
    try (EmbeddedExchange exchange =
        options.has("--embedded")
            ? EmbeddedExchange.start(EmbeddedExchange.Options.of(42))
            : null) {
      Venue<?> venue = exchange == null ? venue() : venue(exchange);
      List<Path> files = new ArrayList<>();
      boolean goesOn = true;
      while (goesOn) {
        Path file = files.isEmpty() ? into : next(files.size() + 1);
        files.add(file);
        goesOn = one(venue, file) && keep > 1;
        if (goesOn && files.size() >= keep) {
          Files.deleteIfExists(files.get(files.size() - keep));
        }
      }
    }
  }

  /** The next that is not there of an earlier recording. */
  private Path next(int number) {
    Path file = numbered(into, number);
    return Files.exists(file) ? next(number + 1) : file;
  }

  /** As {@code a.tape}, {@code a-2.tape}, {@code a-3.tape}. */
  private static Path numbered(Path file, int number) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return file.resolveSibling(stem + "-" + number + (dot < 0 ? "" : name.substring(dot)));
  }

  /** Records one tape; true when it ended because it was full. */
  private boolean one(Venue<?> venue, Path file) throws Exception {
    String what = String.join(" ", instruments) + " of " + name;
    Recorder recorder =
        Recorder.live(venue, venueTape())
            .into(file, most, options.has("--embedded") ? "embedded" : "recorded", what);
    if (options.has("--addresses")) {
      recorder.hidingAddresses();
    }
    Progress progress = new Progress(out, Progress.isTerminal());
    try (Colibri colibri = recorder.colibri()) {
      BookConnector connector =
          venue instanceof PerpVenue perp ? colibri.open(perp) : colibri.open((SpotVenue) venue);
      recorder.watch(connector);
      recorder.perform("{\"do\":\"start\"}");
      awaitReady(connector, file);
      stop.await(QUIET_MILLIS, TimeUnit.MILLISECONDS);
      try {
        instruments.forEach(connector::instrument);
      } catch (IllegalArgumentException e) { // It names the nearest.
        recorder.finish();
        Files.deleteIfExists(file); // Nothing of what was asked for is on it.
        throw e;
      }
      instruments.forEach(instrument -> subscribe(recorder, instrument));
      out.println("recording " + what + " into " + file);
      if (began == 0) {
        began = System.nanoTime();
      }
      while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !recorder.isFull() && !isOver()) {
        progress.show(figures(recorder));
      }
      recorder.finish();
      progress.end();
      out.println(file + ": " + figures(recorder) + why(recorder));
    } finally {
      recorder.finish();
    }
    if (recorder.problem() != null) {
      throw new IllegalStateException(file + " could not be written");
    }
    return recorder.isFull() && stop.getCount() > 0 && !isOver();
  }

  private boolean isOver() {
    return System.nanoTime() - began >= duration.toNanos();
  }

  /** What is subscribed to, of every instrument. */
  private List<String> feeds(boolean perp) {
    List<String> feeds = new ArrayList<>();
    if (!options.has("--no-books")) {
      feeds.add("book");
    }
    if (!options.has("--no-trades")) {
      feeds.add("trades");
    }
    if (perp) {
      feeds.add("funding");
    }
    if (feeds.isEmpty()) {
      throw new IllegalArgumentException("--no-books and --no-trades leave nothing to record");
    }
    return feeds;
  }

  private void subscribe(Recorder recorder, String instrument) {
    for (String feed : feeds) {
      recorder.perform(
          new JsonWriter()
              .object()
              .put("do", "subscribe")
              .put("to", feed)
              .put("of", instrument)
              .end()
              .toString());
    }
  }

  private void awaitReady(BookConnector connector, Path file) throws InterruptedException {
    long late = System.nanoTime() + PATIENCE.toNanos();
    while (!connector.isReady()) {
      if (System.nanoTime() > late) {
        throw new IllegalStateException(
            connector
                + " is not ready after "
                + PATIENCE.toSeconds()
                + " s: "
                + connector.readiness().missing()
                + " missing; "
                + connector.readiness().problem()
                + "; what was said is in "
                + file);
      }
      if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("stopped before " + connector + " was ready");
      }
    }
  }

  private String figures(Recorder recorder) {
    return String.format(
        Locale.ROOT,
        "%d s, %d lines, %d KB",
        (System.nanoTime() - began) / 1_000_000_000L,
        recorder.lines(),
        recorder.bytes() >> 10);
  }

  private String why(Recorder recorder) {
    if (recorder.problem() != null) {
      return "; it could not be written on: " + recorder.problem();
    }
    return recorder.isFull() ? "; full" : stop.getCount() == 0 ? "; stopped" : "";
  }

  // ---------------------------------------------------------------- the venue

  private Venue<?> venue() {
    String prefix = options.find("--keys");
    Credentials keys = prefix == null ? null : Credentials.fromEnv(prefix);
    Venue<?> venue = byName(keys);
    String environment = options.has("--testnet") ? "testnet" : options.find("--environment");
    return environment == null ? venue : venue.environment(environment);
  }

  private Venue<?> byName(@Nullable Credentials keys) {
    return Objects.requireNonNull(providers().get(name)).apply(keys);
  }

  /** Every connector that there is, by name. */
  private static Map<String, Function<@Nullable Credentials, Venue<?>>> providers() {
    Map<String, Function<@Nullable Credentials, Venue<?>>> all = new LinkedHashMap<>();
    ServiceLoader.load(SpotVenueProvider.class).forEach(p -> all.put(p.name(), p::venue));
    ServiceLoader.load(PerpVenueProvider.class).forEach(p -> all.put(p.name(), p::venue));
    return all;
  }

  /** Its two kinds of socket have one address, and are told apart by two names of one computer. */
  private Venue<?> venue(EmbeddedExchange exchange) {
    Credentials keys = Credentials.of(exchange.apiKey(), exchange.secret());
    SpotVenue venue =
        ((SpotVenue) byName(options.has("--keys") ? keys : null))
            .plainTextOnLoopback()
            .host("rest", URI.create(exchange.restUrl()))
            .host("stream", URI.create(exchange.streamUrl()));
    String account = exchange.streamUrl().replace("127.0.0.1", "localhost");
    return venue.host("ws-api", URI.create(account));
  }

  private Tape venueTape() throws IOException {
    if (description != null) {
      return Tape.read(description);
    }
    String resource = "/tapes/" + name + "/venue.tape";
    try (InputStream in = Recording.class.getResourceAsStream(resource)) {
      if (in != null) {
        return Tape.parse("venue.tape", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    // One that nobody has described: its sockets are known by their hosts.
    JsonWriter header = new JsonWriter().object().put("tape", 1).put("venue", name);
    header.put("kind", name.endsWith("-perp") ? "perp" : "spot").put("source", "recorded");
    header.put("on", LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).toString());
    return Tape.parse("venue.tape", header.put("scenario", "unknown").end().toString());
  }
}
