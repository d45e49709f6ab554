package dev.colibri.connector.perp;

import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.testkit.tape.Loopback;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of the tapes over real sockets, so that all of a live connector is in the play. */
class LoopbackTest {
  private static final Path TAPES = Path.of("src/test/tapes/binance-perp");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P07-partial-fill-then-cancel",
        "P107-a-position-mode-changed-while-trading-and-a-change-refused",
        "P115-close-a-long-position-at-the-market",
        "P120-nothing-left-to-close"
      })
  void plays(String name) throws IOException {
    new Loopback(
            BinancePerp.of(Credentials.of("key", "a secret")),
            Tape.read(TAPES.resolve("venue.tape")))
        .play(Tape.read(TAPES.resolve(name + ".tape")));
  }
}
