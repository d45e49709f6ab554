package dev.colibri.connector.spot;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.spot.bybit.Bybit;
import dev.colibri.connector.spot.coinbase.Coinbase;
import dev.colibri.connector.spot.gate.Gate;
import dev.colibri.connector.spot.hyperliquid.Hyperliquid;
import dev.colibri.connector.spot.kraken.Kraken;
import dev.colibri.connector.spot.kucoin.Kucoin;
import dev.colibri.connector.spot.okx.Okx;
import dev.colibri.connector.testkit.tape.TapesUnderEchoes;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever of a request comes back in the words of an error, no secret among it is told. */
class SecretsTest {
  private static final String KEY = "mArK3d-api-key-0123456789";
  private static final String SECRET = "mArK3d s3cret+/of=no%body\"";
  private static final String PHRASE = "mArK3d & pass\\phrase";
  private static final String BYTES = "mArK3dmArK3dmArK3dmArK3dmArK3dmArK3dmArK3dA=";

  private static Credentials keys() {
    return Credentials.of(KEY, SECRET);
  }

  static Stream<SpotVenue> venues() {
    return Stream.of(
        Binance.spot(keys()),
        Bybit.spot(keys()),
        Coinbase.spot(Credentials.of("organizations/mArK3d/apiKeys/mArK3d", BYTES)),
        Gate.spot(keys()),
        Hyperliquid.spot(
            Credentials.of("0xc0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", "0badc0de".repeat(8))),
        Kraken.spot(Credentials.of(KEY, BYTES)),
        Kucoin.spot(keys().withPassphrase(PHRASE)),
        Okx.spot(keys().withPassphrase(PHRASE)));
  }

  /** Those whose secrets are more than words, with words for secrets. */
  static Stream<Supplier<SpotVenue>> mistaken() {
    return Stream.of(
        () -> Coinbase.spot(Credentials.of("organizations/mArK3d/apiKeys/mArK3d", SECRET)),
        () ->
            Hyperliquid.spot(Credentials.of("0xc0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", SECRET)),
        () -> Kraken.spot(Credentials.of(KEY, SECRET)));
  }

  @ParameterizedTest
  @MethodSource("mistaken")
  void a_secret_that_nothing_can_be_signed_with_is_not_quoted(Supplier<SpotVenue> mistaken) {
    StringWriter trace = new StringWriter();
    try {
      SpotVenue venue = mistaken.get();
      trace.append(venue + "");
      TapesUnderEchoes.play(venue, folder(venue));
    } catch (IOException | RuntimeException e) {
      e.printStackTrace(new PrintWriter(trace));
    }
    assertFalse(trace.toString().contains("mArK3d s3cret"), trace.toString());
  }

  private static Path folder(SpotVenue venue) {
    return Path.of("src", "test", "tapes", venue.dialect().profile().name());
  }

  @ParameterizedTest
  @MethodSource("venues")
  void what_is_quoted_of_requests_is_told_without_secrets(SpotVenue venue) throws IOException {
    int hidden = TapesUnderEchoes.play(venue, folder(venue));
    assertTrue(hidden > 100, hidden + " texts quoted a secret: are any told?");
  }
}
