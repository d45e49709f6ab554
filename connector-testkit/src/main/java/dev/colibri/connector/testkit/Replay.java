package dev.colibri.connector.testkit;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapePlayback;
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
 * <p>A request is answered with what the venue answered to its like: the answer that was recorded
 * next, or the last one again. Nothing is compared. Of spot venues only: simulated accounts hold no
 * positions. Everything runs on the thread that made the replay.
 */
public final class Replay implements AutoCloseable {
  private final TapePlayback playback;
  private final Colibri colibri;

  private Replay(Tape venueTape, Tape tape, PaperAccount account) {
    playback = new TapePlayback(venueTape, tape);
    colibri = Colibri.paper(playback.host(), playback.settings(), v -> v, account);
  }

  /**
   * A replay.
   *
   * @param tape a recording; in its folder {@code venue.tape} says how the venue answers what the
   *     recording does not hold
   * @param balances what every account begins with, by asset
   */
  public static Replay of(Path tape, Map<String, String> balances) {
    return of(tape, PaperAccount.of(balances));
  }

  /** As {@link #of(Path, Map)}, with latency and fees of one's own. */
  public static Replay of(Path tape, PaperAccount account) {
    return new Replay(Tape.read(tape.resolveSibling("venue.tape")), Tape.read(tape), account);
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
    playback.time().advanceTo(Math.max(playback.time().nanos(), playback.endNanos()));
  }

  /** Closes the runtime, within virtual time. */
  @Override
  public void close() {
    colibri.close();
  }
}
