package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import java.time.Instant;

/**
 * What a venue said, at the moments at which it said it, to whoever listens: a tape without its
 * demands.
 */
public final class TapePlayback {
  private final VirtualTime time;
  private final TapeNetwork network;
  private final VirtualHost host;
  private long end;

  /**
   * A playback, at its beginning.
   *
   * @param venueTape says in {@code on} lines how the venue answers what the tape does not hold
   */
  public TapePlayback(Tape venueTape, Tape tape) {
    time = new VirtualTime(Instant.parse(tape.header().textOr("clock", "2026-01-01T00:00:00Z")));
    // It writes down what is new to it instead of objecting.
    network = new TapeNetwork(time::millis, new Wire(null, venueTape.header()), true);
    host = new VirtualHost(time, network, 1);
    end = time.nanos();
    venueTape.lines().forEach(network::standing);
    for (Line line : tape.lines()) {
      if (line.millis() != null) {
        end = Math.max(end, time.nanos() + line.millis() * 1_000_000L);
      }
      if (line.kind() == Kind.ON || line.kind() == Kind.IN) {
        time.at(end, () -> play(line));
      }
    }
  }

  private void play(Line line) {
    if (line.kind() == Kind.ON) {
      network.standing(line);
      return;
    }
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

  /** When the last line comes, in nanoseconds since the epoch. */
  public long endNanos() {
    return end;
  }
}
