package dev.colibri.connector.spot.binance;

import dev.colibri.connector.testkit.tape.Loopback;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of the tapes over real sockets, so that all of a live connector is in the play. */
class BinanceLoopbackTest {
  private static final Path TAPES = Path.of("src/test/tapes/binance-spot");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "S07-partial-fill-then-cancel",
        "S08-full-fill",
        "S15-refused",
        "S21-reply-lost-order-lives",
        "S23-html",
        "S24-redirect",
        "S45-garbage",
        "S68-trades",
        "S69-top"
      })
  void plays(String name) throws IOException {
    new Loopback(
            Binance.spot(Credentials.of("key", "a secret")), Tape.read(TAPES.resolve("venue.tape")))
        .play(Tape.read(TAPES.resolve(name + ".tape")));
  }
}
