package dev.colibri.connector.perp;

import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.perp.bybit.BybitPerp;
import dev.colibri.connector.perp.hyperliquid.HyperliquidPerp;
import dev.colibri.connector.perp.okx.OkxPerp;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.conformance.Outcomes;
import dev.colibri.connector.testkit.tape.TapesUnderFaults;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tape of every venue, while things go wrong between the tape and the engine. {@code
 * -Dsim.seeds=1000 -Dsim.from=7} looks further.
 */
class TapesSimulationTest {
  private static final long FROM = Long.getLong("sim.from", 1);
  private static final long SEEDS = Long.getLong("sim.seeds", 1);

  static Stream<PerpVenue> venues() {
    return Stream.of(
            BinancePerp.of(Credentials.of("key", "a secret")),
            BybitPerp.of(Credentials.of("key", "a secret")),
            HyperliquidPerp.of(
                    Credentials.of("0x1a642f0e3c3af545e7acbd38b07251b3990914f1", "01".repeat(32)))
                .allowWithdrawingKey(),
            OkxPerp.of(Credentials.of("key", "a secret").withPassphrase("a phrase")))
        .filter(venue -> Files.isDirectory(folder(venue)));
  }

  private static Path folder(PerpVenue venue) {
    return Path.of("src", "test", "tapes", venue.dialect().profile().name());
  }

  @ParameterizedTest
  @MethodSource("venues")
  void whatever_goes_wrong_nothing_unlawful_is_told(PerpVenue venue) throws IOException {
    String told = TapesUnderFaults.play(venue, folder(venue), FROM, SEEDS);
    String name = venue.dialect().profile().name();
    System.out.println(Outcomes.told(name, "simulation", told));
  }
}
