package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.ForwardingHost;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Redactor;
import dev.colibri.connector.text.TextException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host that writes down what crosses the wire of the host it stands before, so that a live
 * conversation, or one with the embedded exchange, becomes a tape. What a user asks is given to
 * {@link #perform}; what he is told is written down as well.
 *
 * <p>Secrets are taken out before anything reaches a file, and files are readable by their owner
 * only. A recording is kept, and ends at {@value #MOST} lines; or it goes {@link #into} a file line
 * by line, and ends at the size that was given. Thread-safe.
 */
public final class Recorder extends ForwardingHost {
  /** Longer recordings are no scenario, unless they go into a file. */
  public static final int MOST = 20_000;

  /** So many questions may wait for their answers at once. */
  private static final int MOST_IDS = 10_000;

  private static final int MOST_ADDRESSES = 100_000;

  private static final java.util.regex.Pattern ADDRESS =
      java.util.regex.Pattern.compile("0x[0-9a-fA-F]{40}(?![0-9a-fA-F])");

  private final Tape venueTape;
  private final Json sockets;
  private final Wire wire;
  private final String kind;
  private final Redactor redactor = new Redactor();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, String> ids = new LinkedHashMap<>();
  private long named;

  /** What stands for an address of a chain; null when they are left as they are. */
  private @Nullable Map<String, String> addresses;

  private @Nullable TapeFile file;
  private String fileHeader = "";
  private boolean finished;

  /** Since when a connector is watched, in nanoseconds since the epoch. */
  private long zero;

  private @Nullable Acts acts;

  /**
   * A recorder.
   *
   * @param host does what is asked, and is closed along
   * @param venue whose keys are taken out
   * @param venueTape names its sockets and stamps
   */
  public Recorder(Host host, Venue<?> venue, Tape venueTape) {
    super(host);
    Map<String, Map<String, BaseUri>> known = venue.dialect().profile().hosts();
    Map<String, BaseUri> live = known.getOrDefault("live", Map.of());
    Map<String, BaseUri> reached = new LinkedHashMap<>(live);
    reached.putAll(known.getOrDefault(venue.environment(), Map.of()));
    reached.putAll(venue.hosts());
    BaseUri home = reached.get("rest");
    Json named = venueTape.header().find("sockets");
    this.venueTape = venueTape;
    this.sockets = Wire.reached(named == null ? Json.parse("{}") : named, live, reached);
    String header = new JsonWriter().object().put("sockets", sockets).end().toString();
    this.wire =
        new Wire(home == null ? null : home.host(), with(venueTape.header(), Json.parse(header)));
    this.kind = venue instanceof PerpVenue ? "perp" : "spot";
    this.zero = host.nanos();
    if (venue.credentials() != null) {
      redactor.register(venue.credentials());
    }
  }

  /**
   * A recorder of the venue itself, over real sockets.
   *
   * @param venueTape names the venue's sockets and stamps, and says how it acknowledges
   */
  public static Recorder live(Venue<?> venue, Tape venueTape) {
    return new Recorder(new LiveHost(), venue, venueTape);
  }

  /** A new runtime whose connectors' traffic this recorder sees; closing that closes its host. */
  public Colibri colibri() {
    return Colibri.on(this, Settings.DEFAULT, v -> v);
  }

  /** An object with the fields of another in place of its own. */
  private static Json with(Json object, Json others) {
    JsonWriter w = new JsonWriter().object();
    object
        .fields()
        .forEach(
            (k, v) -> {
              if (!others.has(k)) {
                w.put(k, v);
              }
            });
    others.fields().forEach((k, v) -> w.put(k, v));
    return Json.parse(w.end().toString());
  }

  /**
   * From now on writes into a file, line by line as they come, instead of keeping them. Such a tape
   * is complete: it says itself what its sockets are and how the venue acknowledges, and is played
   * without the venue's own tape. To be said before a connector is watched.
   *
   * @param file is replaced where there is one
   * @param most bytes; the line that would not fit any more, and all that follow, are left out
   * @param source {@code recorded}, or {@code embedded}
   * @return this recorder
   * @throws IOException when the file cannot be made
   * @throws IllegalStateException when a connector is watched already
   */
  public synchronized Recorder into(Path file, long most, String source, String scenario)
      throws IOException {
    if (acts != null || this.file != null) {
      throw new IllegalStateException("say where to write to before a connector is watched");
    }
    this.file = new TapeFile(file, most);
    this.fileHeader = header(venueTape.header().text("venue"), source, scenario);
    return this;
  }

  /**
   * From now on writes another address in place of each address of a chain, the same one for the
   * same, so that nobody reads off a tape whose it is.
   *
   * @return this recorder
   */
  public synchronized Recorder hidingAddresses() {
    addresses = new LinkedHashMap<>();
    return this;
  }

  /** How many lines were written, or are kept. */
  public synchronized long lines() {
    return file == null ? lines.size() : file.lines();
  }

  /** The size of the file so far; 0 where there is none. */
  public synchronized long bytes() {
    return file == null ? 0 : file.bytes();
  }

  /** Whether no further line is taken, for want of room or because writing failed. */
  public synchronized boolean isFull() {
    return file == null ? lines.size() >= MOST : file.isFull() || file.problem() != null;
  }

  private synchronized boolean isInFile() {
    return file != null;
  }

  /** Why the file could not be written; null when all is well. */
  public synchronized @Nullable String problem() {
    return file == null ? null : file.problem();
  }

  /** Ends the recording, whose file is then closed; what crosses the wire goes on to do so. */
  public synchronized void finish() {
    finished = true;
    if (file != null) {
      file.close();
    }
  }

  // ---------------------------------------------------------------- what the user does

  /**
   * Writes down from now on what crosses the wire and what the user of a connector is told; one
   * connector a recorder. Before its start, for a tape that begins with {@code do start}; or when
   * it is ready and quiet, for one that leaves the start, with all that a venue lists, to the
   * venue's tape.
   */
  public void watch(BookConnector connector) {
    Events words = begin(connector);
    connector.orders().listen(e -> write(words.order(e)));
    connector.events().listen(e -> write(words.connector(e)));
    if (connector instanceof PerpConnector perp) {
      perp.positionUpdates().listen(e -> write(words.position(e)));
      perp.fundingPayments().listen(p -> write(words.payment(p)));
    }
  }

  /** Listening is not done under this lock: what is on its way is written under others. */
  private synchronized Events begin(BookConnector connector) {
    zero = nanos();
    Events words = new Events(zero);
    acts = new Acts(connector, words, this::write);
    TapeFile to = file;
    if (to != null) {
      to.write(with(Json.parse(fileHeader), complete()).toString());
      for (Tape.Line on : venueTape.lines()) {
        // Its answers to requests were typed, or are of another day; these only acknowledge.
        if (on.kind() == Tape.Kind.ON && on.json().has("of")) {
          to.write(on.text());
        }
      }
    }
    return words;
  }

  /** What the header of a complete tape says beside what every header does. */
  private Json complete() {
    Json of = venueTape.header();
    JsonWriter w = new JsonWriter().object();
    w.put("clock", Instant.ofEpochSecond(0, zero).toString());
    w.put("sockets", sockets);
    for (String field : List.of("kinds", "stamps")) {
      Json value = of.find(field);
      if (value != null) {
        w.put(field, value);
      }
    }
    return Json.parse(w.end().toString());
  }

  /**
   * Does what a {@code do} line says, and writes it down.
   *
   * @param line as in {@code {"do":"cancel","id":"a1"}}
   * @throws TapeException when nobody can do that
   */
  public void perform(String line) {
    Acts user = acts();
    if (user == null) {
      throw new IllegalStateException("watch a connector first");
    }
    Tape.Line parsed =
        Tape.parse("recorder", header("x", "recorded", "x") + "\n" + line).lines().get(0);
    at("do", parsed.json());
    user.perform(parsed);
  }

  private synchronized @Nullable Acts acts() {
    return acts;
  }

  // ---------------------------------------------------------------- the tape

  private synchronized void write(String line) {
    if (acts == null || finished || isFull()) {
      return;
    }
    String shown = hidden(redactor.redact(line).replace("\"***\"", "\"*\""));
    if (file == null) {
      lines.add(shown);
    } else {
      file.write(shown);
    }
  }

  private String hidden(String line) {
    Map<String, String> known = addresses;
    if (known == null || !line.contains("0x")) {
      return line;
    }
    return ADDRESS
        .matcher(line)
        .replaceAll(
            found -> {
              String key = found.group().toLowerCase(Locale.ROOT);
              String number = known.size() < MOST_ADDRESSES ? "" + (known.size() + 1) : "0";
              return known.computeIfAbsent(
                  key, k -> "0x" + "0".repeat(40 - number.length()) + number);
            });
  }

  /** Takes the time and writes at once: of two threads the earlier one comes first. */
  private synchronized void at(String first, Json json) {
    write(timed(first, json));
  }

  private String timed(String first, Json json) {
    JsonWriter w = new JsonWriter().object();
    w.put("t", (nanos() - zero) / 1_000_000L);
    w.put(first, json.get(first));
    json.fields()
        .forEach(
            (k, v) -> {
              if (!k.equals(first) && !k.equals("t")) {
                w.put(k, v);
              }
            });
    return w.end().toString();
  }

  private void out(Json line) {
    write(Pattern.generalised(line, null, wire.stamps()));
  }

  private void in(JsonWriter line) {
    at("in", Json.parse(line.end().toString()));
  }

  /**
   * The recording as a tape.
   *
   * @param venue as in {@code binance-spot}
   * @param source {@code recorded}, or {@code embedded}
   */
  public synchronized String tape(String venue, String source, String scenario) {
    return header(venue, source, scenario) + "\n" + String.join("\n", lines) + "\n";
  }

  private synchronized String header(String venue, String source, String scenario) {
    Instant began = Instant.ofEpochSecond(0, zero);
    return new JsonWriter()
        .object()
        .put("tape", 1)
        .put("venue", venue)
        .put("kind", kind)
        .put("source", source)
        .put("on", LocalDate.ofInstant(began, ZoneOffset.UTC).toString())
        .put("scenario", scenario)
        .put("clock", began.toString())
        .end()
        .toString();
  }

  /** Writes a tape to a file that only its owner may read. */
  public static void save(Path file, String tape) throws IOException {
    TapeFile.create(file);
    Files.writeString(file, tape, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
  }

  // ---------------------------------------------------------------- the host

  @Override
  public Transport transport(Venue<?> venue, Set<String> hosts) {
    Transport transport = super.transport(venue, hosts);
    // No tape is of a chain, whose addresses may hold keys.
    return venue instanceof AmmVenue ? transport : new RecordingTransport(transport);
  }

  private final class RecordingTransport implements Transport {
    private final Transport transport;

    RecordingTransport(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void http(HttpRequest request, Consumer<Delivery> done) {
      Json out = wire.request(request);
      out(out);
      transport.http(
          request,
          delivery -> {
            in(answered(out, delivery));
            done.accept(delivery);
          });
    }

    private JsonWriter answered(Json out, Delivery delivery) {
      JsonWriter w = new JsonWriter().object();
      String to = out.text("out");
      if (delivery instanceof Delivery.Replied r) {
        w.put("in", "reply").put("to", to);
        asked(w, out);
        if (r.reply().status() != 200) {
          w.put("status", r.reply().status());
        }
        headers(w, r.reply().headers());
        Wire.contents(w, "body", r.reply().text());
        return w;
      }
      return w.put("in", delivery instanceof Delivery.NotSent ? "unsent" : "drop").put("to", to);
    }

    /** Of two questions at one address, whose answer this is; a scenario's order tells that. */
    private void asked(JsonWriter w, Json out) {
      Json asked = TapeNetwork.asked(Json.parse(Pattern.generalised(out, null, wire.stamps())));
      if (isInFile() && !asked.fields().isEmpty()) {
        w.put("asked", asked);
      }
    }

    /** Limits and redirects stand in headers; the others say nothing to a connector. */
    private void headers(JsonWriter w, Map<String, String> headers) {
      Map<String, String> telling = new LinkedHashMap<>();
      headers.forEach(
          (name, value) -> {
            if (name.toLowerCase(Locale.ROOT)
                .matches(
                    "x-.*(used|limit|weight|count|remain|reset).*|retry-after|location|ratelimit.*")) {
              telling.put(name, value);
            }
          });
      if (!telling.isEmpty()) {
        w.object("headers");
        telling.forEach(w::put);
        w.end();
      }
    }

    @Override
    public Socket connect(
        URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
      out(wire.connect(uri));
      RecordingListener recording = new RecordingListener(wire.socket(uri), listener);
      Socket socket = transport.connect(uri, headers, timeout, recording);
      return new Socket() {
        private boolean spoke;

        @Override
        public void send(String text) {
          if (!spoke) {
            spoke = true;
            recording.name = wire.socket(uri, text);
          }
          out(named(wire.frame(recording.name, text)));
          socket.send(text);
        }

        @Override
        public void ping() {
          socket.ping();
        }

        @Override
        public void close() {
          socket.close();
        }
      };
    }

    @Override
    public void close() {
      transport.close();
    }
  }

  /** A frame that goes out, whose id is given a name: the answer has the same. */
  private synchronized Json named(Json out) {
    Json frame = out.find("json");
    Json id = frame == null || !frame.isObject() ? null : frame.find("id");
    if (frame == null || id == null) {
      return out;
    }
    String name = ids.get(id.toString());
    if (name == null) {
      name = "$id" + ++named;
      ids.put(id.toString(), name);
      if (ids.size() > MOST_IDS) {
        ids.remove(ids.keySet().iterator().next());
      }
    }
    JsonWriter w = new JsonWriter().object().put("out", "frame").put("of", out.text("of"));
    w.object("json");
    String as = name;
    frame.fields().forEach((k, v) -> put(w, k, v, as));
    return Json.parse(w.end().end().toString());
  }

  private static void put(JsonWriter w, String field, Json value, @Nullable String id) {
    if (id != null && field.equals("id")) {
      w.put(field, id);
    } else {
      w.put(field, value);
    }
  }

  private synchronized void received(JsonWriter w, Json frame) {
    Json id = frame.isObject() ? frame.find("id") : null;
    String name = id == null ? null : ids.get(id.toString());
    if (name == null) {
      w.put("json", frame);
      return;
    }
    w.object("json");
    frame.fields().forEach((k, v) -> put(w, k, v, name));
    w.end();
  }

  private final class RecordingListener implements Transport.SocketListener {
    private volatile String name;
    private final Transport.SocketListener listener;

    RecordingListener(String name, Transport.SocketListener listener) {
      this.name = name;
      this.listener = listener;
    }

    @Override
    public void opened() {
      in(new JsonWriter().object().put("in", "open").put("of", name));
      listener.opened();
    }

    @Override
    public void received(Frame frame) {
      JsonWriter w = new JsonWriter().object().put("in", "frame").put("of", name);
      Json json;
      try {
        json = frame.json();
        Recorder.this.received(w, json);
      } catch (TextException e) {
        w.put("text", frame.utf8());
      }
      in(w);
      listener.received(frame);
    }

    @Override
    public void heartbeat() {
      listener.heartbeat();
    }

    @Override
    public void closed(int code, String reason) {
      if (code != 1000) {
        in(
            new JsonWriter()
                .object()
                .put("in", "close")
                .put("of", name)
                .put("code", code)
                .put("reason", reason));
      }
      listener.closed(code, reason);
    }
  }
}
