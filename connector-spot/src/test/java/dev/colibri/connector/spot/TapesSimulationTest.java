package dev.colibri.connector.spot;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.spot.bybit.Bybit;
import dev.colibri.connector.spot.coinbase.Coinbase;
import dev.colibri.connector.spot.gate.Gate;
import dev.colibri.connector.spot.hyperliquid.Hyperliquid;
import dev.colibri.connector.spot.kraken.Kraken;
import dev.colibri.connector.spot.kucoin.Kucoin;
import dev.colibri.connector.spot.okx.Okx;
import dev.colibri.connector.testkit.conformance.Outcomes;
import dev.colibri.connector.testkit.tape.TapesUnderFaults;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
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

  /** What a build looks at; fewer where every request is signed by what a JDK is slow at. */
  private static long seeds(SpotVenue venue) {
    return Long.getLong("sim.seeds", name(venue).equals("coinbase-spot") ? 1 : 2);
  }

  static Stream<SpotVenue> venues() {
    return Stream.of(
        Binance.spot(Credentials.of("key", "a secret")),
        Bybit.spot(Credentials.of("key", "a secret")),
        Coinbase.spot(Credentials.of("organizations/o/apiKeys/k", "A".repeat(43) + "=")),
        Gate.spot(Credentials.of("key", "a secret")),
        Hyperliquid.spot(
            Credentials.of("0x00000000000000000000000000000000000000aa", "01".repeat(32))),
        Kraken.spot(Credentials.of("key", "c2VjcmV0")),
        Kucoin.spot(Credentials.of("key", "secret").withPassphrase("passphrase")),
        Okx.spot(Credentials.of("key", "a secret").withPassphrase("a phrase")));
  }

  private static String name(SpotVenue venue) {
    return venue.dialect().profile().name();
  }

  @ParameterizedTest
  @MethodSource("venues")
  void whatever_goes_wrong_nothing_unlawful_is_told(SpotVenue venue) throws IOException {
    Path folder = Path.of("src", "test", "tapes", name(venue));
    String told = TapesUnderFaults.play(venue, folder, FROM, seeds(venue));
    String name = venue.dialect().profile().name();
    System.out.println(Outcomes.told(name, "simulation", told));
  }
}
