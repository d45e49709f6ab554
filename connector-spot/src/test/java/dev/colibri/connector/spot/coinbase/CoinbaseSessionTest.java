package dev.colibri.connector.spot.coinbase;

import static dev.colibri.connector.spot.coinbase.CoinbaseRequestTest.BTC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoinbaseSessionTest {
  private static final Instrument USDC =
      Instrument.builder("coinbase-spot", "BTC-USDC", "BTC", "USDC", BTC.rules())
          .attribute("alias", "BTC-USD")
          .build();

  private final RecordingContext context =
      new RecordingContext(new FrozenSigning(0, null), BTC, USDC);
  private final CoinbaseMarketSession session = new CoinbaseMarketSession();

  private void hear(String message) {
    session.received(Frame.of(message.replace('\'', '"')), context);
  }

  private static String level2(int sequence, String type) {
    return "{'channel':'l2_data','timestamp':'2026-01-01T00:00:00.123456789Z','sequence_num':"
        + sequence
        + ",'events':[{'type':'"
        + type
        + "','product_id':'BTC-USD','updates':[{'side':'bid','price_level':'10','new_quantity':'1'},"
        + "{'side':'offer','price_level':'11.5','new_quantity':'0'}]}]}";
  }

  /** One book under two names, and one subscription for both. */
  @Test
  void aProductIsHeardUnderItsAlias() {
    session.subscribe(List.of(Topic.book(USDC, 0)), context);
    hear(level2(0, "snapshot"));
    session.subscribe(List.of(Topic.book(BTC, 0)), context);
    session.unsubscribe(List.of(Topic.book(USDC, 0)), context);
    session.unsubscribe(List.of(Topic.book(BTC, 0)), context);
    String frame = "{'type':'%s','product_ids':['BTC-USD'],'channel':'level2'}".replace('\'', '"');
    assertEquals(
        List.of(
            frame.formatted("subscribe"),
            "{'type':'subscribe','channel':'heartbeats'}".replace('\'', '"'),
            frame.formatted("unsubscribe"),
            frame.formatted("subscribe"),
            frame.formatted("unsubscribe")),
        context.sent());
    String heard = " -..- after - at 1767225600123 [bid 10 x 1, ask 11.5 x 0]";
    assertEquals(
        List.of("SNAPSHOT BTC-USD" + heard, "SNAPSHOT BTC-USDC" + heard), context.events());
  }

  @Test
  void aNumberThatIsSkippedIsALoss() {
    hear("{'channel':'heartbeats','sequence_num':0,'events':[{'heartbeat_counter':42}]}");
    hear("{'channel':'subscriptions','sequence_num':1,'events':[{'subscriptions':{}}]}");
    hear(level2(3, "snapshot"));
    assertEquals(List.of("lost all GAP"), context.events());
  }
}
