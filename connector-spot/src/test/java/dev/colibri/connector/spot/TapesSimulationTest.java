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
import dev.colibri.connector.testkit.tape.FaultyPlayer;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeFault;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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

  private static Path folder(SpotVenue venue) {
    return Path.of("src", "test", "tapes", name(venue));
  }

  private static List<Tape> tapes(SpotVenue venue) throws IOException {
    try (Stream<Path> all = Files.list(folder(venue))) {
      return all.filter(f -> f.toString().endsWith(".tape") && !f.endsWith("venue.tape"))
          .sorted()
          .map(Tape::read)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("venues")
  void whatever_goes_wrong_nothing_unlawful_is_told(SpotVenue venue) throws IOException {
    long seeds = seeds(venue);
    Tape venueTape = Tape.read(folder(venue).resolve("venue.tape"));
    List<Tape> tapes = tapes(venue);
    List<List<FaultyPlayer.Result>> results =
        tapes.parallelStream()
            .map(
                tape -> {
                  var player = new FaultyPlayer(venue, venueTape);
                  return LongStream.range(FROM, FROM + seeds)
                      .mapToObj(seed -> player.play(tape, seed))
                      .toList();
                })
            .toList();

    Map<TapeFault, Integer> faults = new EnumMap<>(TapeFault.class);
    Duration virtual = Duration.ZERO;
    int orders = 0;
    var hashes = new StringBuilder();
    for (var result : results.stream().flatMap(List::stream).toList()) {
      result.faults().forEach((fault, n) -> faults.merge(fault, n, Integer::sum));
      virtual = virtual.plus(result.virtual());
      orders += result.orders();
      hashes.append(result.hash());
    }
    System.out.printf(
        Locale.ROOT,
        "sim: tapes-%s seeds=%d tapes=%d virtual_hours=%.1f orders=%d faults=<%s> violations=0"
            + " trace=%.16s%n",
        name(venue),
        seeds,
        tapes.size(),
        virtual.toMinutes() / 60.0,
        orders,
        faults.entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue())
            .collect(Collectors.joining(" ")),
        Hex.encode(Digest.sha256(hashes.toString().getBytes(StandardCharsets.UTF_8))));
  }
}
