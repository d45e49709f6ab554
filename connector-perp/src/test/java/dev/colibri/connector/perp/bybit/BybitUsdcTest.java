package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Contracts settled in USDC have one position, whatever the mode of the account. */
class BybitUsdcTest {
  private static final Path TAPES = Path.of("src", "test", "tapes", "bybit-perp");

  /** The card of two positions side by side, up to the second order, with such a contract. */
  @Test
  void in_hedge_mode_they_have_one_position_all_the_same() throws IOException {
    String card = text("P118-long-and-short-side-by-side.tape");
    String tape =
        card.lines()
            .takeWhile(line -> !line.contains("\"id\":\"a2\""))
            .map(BybitUsdcTest::settledInUsdc)
            .map(line -> line.contains("\"on\":") ? line : one(line))
            .collect(Collectors.joining("\n", "", "\n"));
    String venue =
        text("venue.tape")
            .lines()
            .map(
                line ->
                    line.matches(".*(instruments-info|fee-rate) linear.*|.*wallet-balance.*")
                        ? settledInUsdc(line)
                        : line)
            .collect(Collectors.joining("\n", "", "\n"));
    new Player(BybitPerp.of(Credentials.of("key", "a secret")), Tape.parse("venue.tape", venue))
        .play(Tape.parse("usdc.tape", tape));
  }

  private static String text(String name) throws IOException {
    return Files.readString(TAPES.resolve(name), StandardCharsets.UTF_8);
  }

  private static String settledInUsdc(String line) {
    return line.replace("BTCUSDT", "BTCPERP").replace("USDT", "USDC");
  }

  /** What the venue tells, and is told, of the long position is of the only one. */
  private static String one(String line) {
    return line.replaceAll(",\\{\"positionIdx\":2.*?\\}", "")
        .replace("\"positionIdx\":1", "\"positionIdx\":0")
        .replace("\"side\":\"LONG\",", "");
  }
}
