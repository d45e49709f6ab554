package dev.colibri.connector.testkit;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeException;
import dev.colibri.connector.testkit.tape.TapePlayback;
import dev.colibri.connector.testkit.tape.TapeReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A recorded conversation for a strategy: what a venue said then comes at the same moments again,
 * in virtual time, through the venue's own dialect and the real engine. Orders are filled on paper,
 * by the recorded market data.
 *
 * <pre>{@code
 * try (var replay = Replay.of(Path.of("src/test/tapes/binance-spot/friday.tape"), Map.of("USDT", "1000"))) {
 *   var strategy = new MyStrategy(replay.colibri());
 *   replay.toEnd();
 *   assertEquals(…);
 * }
 * }</pre>
 *
 * <p>A request is answered with what the venue answered to the same within a second. Later, what is
 * of one instrument is not answered any more, as it was so then; anything else is answered as it
 * was last, and the venue's clock goes on. What was never asked is never answered. Nothing is
 * compared. Everything runs on the thread that made the replay.
 *
 * <p>Books and funding that whoever recorded the tape subscribed to are kept from the same moment
 * on, where the connector knows its instruments by then: a strategy that subscribes later finds
 * them as they were. A book whose beginning is past, or is not on the tape, does not become valid
 * until the venue tells all of it: no book is old.
 */
public final class Replay implements AutoCloseable {
  private final TapeReader tape;
  private final TapePlayback playback;
  private final Colibri colibri;

  private Replay(Path file, PaperAccount account) {
    tape = TapeReader.open(file);
    try {
      playback = new TapePlayback(venueTape(file, tape), tape);
    } catch (RuntimeException | TapeException e) {
      tape.close();
      throw e;
    }
    colibri = Colibri.paper(playback.host(), playback.settings(), new Opening(), account);
    playback.keptBy(colibri::connectors);
  }

  /** Opens what a strategy asks for. */
  private final class Opening implements Colibri.Opening {
    @Override
    public SpotVenue spot(SpotVenue asked) {
      playback.opened(asked);
      return asked;
    }

    @Override
    public PerpVenue perp(PerpVenue asked) {
      playback.opened(asked);
      return asked;
    }
  }

  /** A tape that names its sockets is complete. */
  private static Tape venueTape(Path file, TapeReader tape) {
    if (tape.header().has("sockets")) {
      return Tape.parse(tape.name(), tape.header().toString());
    }
    Path beside = file.resolveSibling("venue.tape");
    if (!Files.isRegularFile(beside)) {
      throw new TapeException(
          tape.name() + ":1: the header has no \"sockets\", and no venue.tape is beside the tape");
    }
    return Tape.read(beside);
  }

  /**
   * A replay. The tape may be of any size: it is read as it is played.
   *
   * @param tape a recording; unless it is complete in itself, as what {@code Recorder.into} writes,
   *     {@code venue.tape} in its folder says how the venue answers what the recording does not
   *     hold
   * @param balances what every account begins with, by asset
   * @throws dev.colibri.connector.testkit.tape.TapeException when its header is none; what is wrong
   *     further on is thrown when time comes to it
   */
  public static Replay of(Path tape, Map<String, String> balances) {
    return of(tape, PaperAccount.of(balances));
  }

  /** As {@link #of(Path, Map)}, with latency and fees of one's own. */
  public static Replay of(Path tape, PaperAccount account) {
    return new Replay(tape, account);
  }

  /** The runtime to give to a strategy. Closed along with this replay. */
  public Colibri colibri() {
    return colibri;
  }

  /** Lets time pass, and plays what falls due. */
  public void advance(Duration duration) {
    playback.time().advance(duration);
  }

  /** Lets time pass to the end of the tape. */
  public void toEnd() {
    playback.toEnd();
  }

  /** Whether the last line of the tape has come. */
  public boolean isOver() {
    return playback.isOver();
  }

  /** How many lines from the venue have come: replies, frames, ends of connections. */
  public long played() {
    return playback.played();
  }

  /** How much of the tape was read, in percent of its size. */
  public int percent() {
    return isOver() ? 100 : (int) (100 * tape.bytes() / Math.max(1, tape.size()));
  }

  /** Closes the runtime, within virtual time, and the tape. */
  @Override
  public void close() {
    colibri.close();
    tape.close();
  }
}
