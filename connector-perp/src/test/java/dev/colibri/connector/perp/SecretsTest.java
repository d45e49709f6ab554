package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.perp.bybit.BybitPerp;
import dev.colibri.connector.perp.hyperliquid.HyperliquidPerp;
import dev.colibri.connector.perp.okx.OkxPerp;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.tape.TapesUnderEchoes;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever of a request comes back in the words of an error, no secret among it is told. */
class SecretsTest {
  private static Credentials keys() {
    return Credentials.of("mArK3d-api-key-0123456789", "mArK3d s3cret+/of=no%body\"");
  }

  static Stream<PerpVenue> venues() {
    return Stream.of(
        BinancePerp.of(keys()),
        BybitPerp.of(keys()),
        HyperliquidPerp.of(
                Credentials.of("0xc0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", "0badc0de".repeat(8)))
            .allowWithdrawingKey(),
        OkxPerp.of(keys().withPassphrase("mArK3d & pass\\phrase")));
  }

  @ParameterizedTest
  @MethodSource("venues")
  void what_is_quoted_of_requests_is_told_without_secrets(PerpVenue venue) throws IOException {
    String name = venue.dialect().profile().name();
    int hidden = TapesUnderEchoes.play(venue, Path.of("src", "test", "tapes", name));
    assertTrue(hidden > 100, hidden + " texts quoted a secret: are any told?");
  }
}
