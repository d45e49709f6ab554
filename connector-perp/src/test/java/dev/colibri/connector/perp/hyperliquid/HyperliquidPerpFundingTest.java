package dev.colibri.connector.perp.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Funding over several hours, of which the stream does not tell when the next ends. */
class HyperliquidPerpFundingTest {
  private static final String HEADER =
      "{'tape':1,'venue':'hyperliquid-perp','kind':'perp','source':'docs','on':'2026-11-22','scenario':'hours',"
          + "'clock':'2026-01-01T00:59:00Z'}\n";
  private static final String MARK =
      "{'t':%d,'in':'frame','of':'market','json':{'channel':'activeAssetCtx','data':{'coin':'HYPE','ctx':"
          + "{'funding':'0.0000125','oraclePx':'25.12','markPx':'%s'}}}}\n"
          + "{'event':'funding','of':'HYPE-USDC','*':'*'}\n";

  @Test
  void the_next_funding_is_never_long_past() {
    String again = "{'event':'funding','of':'HYPE-USDC','*':'*'}\n";
    String tape =
        HEADER
            + "{'t':0,'do':'subscribe','to':'funding','of':'HYPE-USDC'}\n"
            + "{'event':'Connected','stream':'market'}\n"
            + again
            + MARK.formatted(1_000, "25.13")
            + MARK.formatted(61_000, "25.14")
            + again
            + MARK.formatted(64_000, "25.15")
            + MARK.formatted(3_661_000, "25.16")
            + again;
    Player player =
        new Player(
            HyperliquidPerp.of(HyperliquidPerpTest.KEYS).allowWithdrawingKey(),
            Tape.read(Path.of("src", "test", "tapes", "hyperliquid-perp", "venue.tape")));
    List<String> told =
        player.play(Tape.parse("hours", tape.replace('\'', '"'))).told("funding").stream()
            .map((Json f) -> f.text("mark") + " " + (f.longValue("next") / 3_600_000 - 490_896))
            .toList();
    assertEquals(
        List.of("25.125 1", "25.13 1", "25.14 1", "25.125 2", "25.15 2", "25.16 2", "25.125 3"),
        told);
  }
}
