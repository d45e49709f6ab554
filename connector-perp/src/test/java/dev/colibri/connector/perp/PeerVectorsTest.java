package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.colibri.connector.perp.binance.BinancePerpVectors;
import dev.colibri.connector.perp.bybit.BybitPerpVectors;
import dev.colibri.connector.perp.hyperliquid.HyperliquidPerpVectors;
import dev.colibri.connector.perp.okx.OkxPerpVectors;
import dev.colibri.connector.testkit.conformance.Outcomes;
import dev.colibri.connector.testkit.vectors.PeerVectors;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Every venue of this module against an independent client. The vectors are not part of the
 * project: {@code -Dvectors.dir} says where they lie.
 */
class PeerVectorsTest {
  private static final List<PeerVenue> VENUES =
      List.of(
          BinancePerpVectors.VENUE,
          BybitPerpVectors.VENUE,
          HyperliquidPerpVectors.VENUE,
          OkxPerpVectors.VENUE);

  @Test
  void agreesWithAnIndependentClient() {
    Optional<PeerVectors> found = PeerVectors.find();
    assumeTrue(found.isPresent(), "no vectors: say -Dvectors.dir=… to compare with a peer");
    PeerVectors vectors = found.get();
    for (PeerVenue venue : VENUES) {
      long agreed = vectors.agree();
      long differed = vectors.differ();
      vectors.compare(venue);
      Outcomes.counted(
          venue.dialect().get().profile().name(),
          "vectors",
          Map.of("agree", vectors.agree() - agreed, "differ", vectors.differ() - differed));
    }
    System.out.println(vectors.report());
    assertEquals(0, vectors.differ(), vectors::report);
    assertEquals(0, vectors.unsupported(), vectors::report);
  }
}
