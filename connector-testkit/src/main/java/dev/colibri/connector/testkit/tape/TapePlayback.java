package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.time.Instant;
import java.util.Iterator;
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
    network = TapeNetwork.playing(time::millis, new Wire(null, venueTape.header()));
    host = new VirtualHost(time, network, 1);
    zero = time.nanos();
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
    } while (next != null && next.kind() != Kind.ON && next.kind() != Kind.IN);
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
    Line line = withoutHost(read);
    if (line.kind() == Kind.ON) {
      network.standing(line);
      return;
    }
    played++;
    if (network.isHeard(line)) {
      network.perform(line);
    }
    String to = line.json().findText("to");
    if (line.what().equals("reply") && to != null) {
      // Whoever asks the same later gets it again, until there is a newer one.
      network.standing(
          new Line(line.file(), line.number(), Kind.ON, to, null, line.json(), line.text()));
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
