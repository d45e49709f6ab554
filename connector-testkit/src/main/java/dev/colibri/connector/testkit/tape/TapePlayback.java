package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Connector;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a venue said, at the moments at which it said it, to whoever listens: a tape without its
 * demands. A tape that is read from a file is not held in memory.
 */
public final class TapePlayback {
  private final VirtualTime time;
  private final TapeNetwork network;
  private final VirtualHost host;
  private final Supplier<@Nullable Line> tape;

  /** When the line that was read last comes, and the end as far as it is known. */
  private long at;

  /** What comes next; null when nothing does. */
  private @Nullable Line next;

  private final long zero;
  private final String venue;
  private Supplier<? extends List<? extends Connector>> connectors = List::of;
  private long played;

  /**
   * A playback, at its beginning.
   *
   * @param venueTape says in {@code on} lines how the venue answers what the tape does not hold
   */
  public TapePlayback(Tape venueTape, Tape tape) {
    this(venueTape, tape.header(), lines(tape.lines().iterator()));
  }

  /**
   * A playback of a tape of any size, at its beginning.
   *
   * @param venueTape says in {@code on} lines how the venue answers what the tape does not hold
   * @param tape is read on as time passes; closed by whoever opened it
   */
  public TapePlayback(Tape venueTape, TapeReader tape) {
    this(venueTape, tape.header(), tape::next);
  }

  private TapePlayback(Tape venueTape, Json header, Supplier<@Nullable Line> tape) {
    this.tape = tape;
    time = new VirtualTime(Instant.parse(header.textOr("clock", "2026-01-01T00:00:00Z")));
    network = TapeNetwork.playing(time, new Wire(null, venueTape.header()));
    host = new VirtualHost(time, network, 1);
    zero = time.nanos();
    venue = header.textOr("venue", "");
    at = zero;
    venueTape.lines().forEach(network::standing);
    read();
    time.at(at, this::play);
  }

  private static Supplier<@Nullable Line> lines(Iterator<Line> lines) {
    return () -> lines.hasNext() ? lines.next() : null;
  }

  /** Reads on to what the venue says next. */
  private void read() {
    do {
      next = tape.get();
      if (next != null && next.millis() != null) {
        at = Math.max(at, zero + next.millis() * 1_000_000L);
      }
    } while (next != null && !isPlayed(next));
  }

  private static boolean isPlayed(Line line) {
    return line.kind() == Kind.ON
        || line.kind() == Kind.IN
        || line.kind() == Kind.DO && line.what().equals("subscribe") && line.json().has("of");
  }

  /** Plays what is due. */
  private void play() {
    while (next != null && at <= time.nanos()) {
      Line due = next;
      read();
      play(due);
    }
    if (next != null) {
      time.at(at, this::play);
    }
  }

  private void play(Line read) {
    if (read.kind() == Kind.DO) {
      connectors.get().forEach(c -> keep(c, read));
      return;
    }
    Line line = withoutHost(read);
    if (line.kind() == Kind.ON) {
      network.standing(line);
      return;
    }
    played++;
    boolean heard = network.isHeard(line);
    if (heard) {
      network.perform(line);
    }
    if (line.what().equals("reply") && line.json().has("to")) {
      network.answersAgain(line, heard);
    }
  }

  /**
   * From now on has these connectors keep the books and the funding that whoever recorded the tape
   * subscribed to, from the same moment on: what a venue says only at the beginning is not said
   * again to a strategy that subscribes later.
   *
   * @param open those that are open at the time; those of other venues, and those that do not know
   *     their instruments yet, are left alone
   */
  public void keptBy(Supplier<? extends List<? extends Connector>> open) {
    connectors = open;
    network.instruments(this::isInstrument);
  }

  private boolean isInstrument(String name) {
    return connectors.get().stream()
        .filter(c -> c instanceof BookConnector)
        .flatMap(c -> ((BookConnector) c).instruments().stream())
        .anyMatch(i -> name.equals(i.symbol()) || name.equals(i.name()) || name.equals(i.base()));
  }

  private void keep(Connector connector, Line subscribe) {
    if (!connector.name().split(":", 2)[0].equals(venue)
        || !(connector instanceof BookConnector of)
        || of.instruments().isEmpty()) {
      return;
    }
    String to = subscribe.json().textOr("to", "");
    try {
      Instrument instrument = of.instrument(subscribe.of());
      if (to.equals("book")) {
        of.book(instrument);
      } else if (to.equals("funding") && of instanceof PerpConnector perp) {
        perp.funding(instrument).listen(rate -> {});
      }
    } catch (IllegalArgumentException e) {
      // The venue of the tape lists no such instrument: it never was subscribed to.
    }
  }

  /** Requests are known here by their path alone: a strategy may reach another environment. */
  private static Line withoutHost(Line line) {
    String to = line.json().findText("to");
    if (to == null || !to.contains(" //")) {
      return line;
    }
    JsonWriter w = new JsonWriter().object();
    line.json()
        .fields()
        .forEach(
            (k, v) -> {
              if (!k.equals("to")) {
                w.put(k, v);
              }
            });
    Json json = Json.parse(w.put("to", to.replaceFirst(" //[^/]*", " ")).end().toString());
    return new Line(line.file(), line.number(), line.kind(), line.what(), null, json, line.text());
  }

  /**
   * A connector to this venue is opened. Whoever asks for the venue's time at other moments than
   * whoever recorded the tape is told the time that it is by then, and not the one of then.
   */
  public void opened(Venue<?> venue) {
    if (venue.dialect() instanceof BookDialect dialect) {
      Call<?> asks = dialect.time();
      while (asks instanceof Call.Then<?, ?> then) {
        asks = then.first();
      }
      if (asks instanceof Call.Ask<?> ask) {
        network.asksTime(ask.request());
      }
    }
  }

  /** Its clock. */
  public VirtualTime time() {
    return time;
  }

  /** The world of a runtime. */
  public Host host() {
    return host;
  }

  /** The engine's bounds for a playback. */
  public Settings settings() {
    return Settings.DEFAULT;
  }

  /** How many lines from the venue have come, whether anybody heard them or not. */
  public long played() {
    return played;
  }

  /** Whether the last line has come. */
  public boolean isOver() {
    return next == null && at <= time.nanos();
  }

  /** Lets time pass to the end of the tape. */
  public void toEnd() {
    while (next != null) {
      time.advanceTo(Math.max(time.nanos(), at));
    }
    time.advanceTo(Math.max(time.nanos(), at));
  }
}
