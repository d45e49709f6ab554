package dev.colibri.connector.spot.kucoin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said on the streams besides data. */
class KucoinSessionTest {
  private static final Instrument BTC = instrument("BTC-USDT");
  private static final Instrument ETH = instrument("ETH-USDT");

  private final RecordingContext context =
      new RecordingContext(new FrozenSigning(0, null), BTC, ETH);

  private static Instrument instrument(String symbol) {
    TradingRules rules = TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build();
    return Instrument.builder("kucoin-spot", symbol, symbol.substring(0, 3), "USDT", rules).build();
  }

  private void hears(Session session, String message) {
    session.received(Frame.of(message.replace('\'', '"')), context);
  }

  private String id(int frame) {
    return Json.parse(context.sent().get(frame)).text("id");
  }

  @Test
  void readyIsWhenTheVenueSaysWelcome() {
    Session session = new KucoinMarketSession();
    session.opened(context);
    assertFalse(context.isReady());
    hears(session, "{'id':'hQvf8jkno','type':'welcome'}");
    assertTrue(context.isReady());
  }

  @Test
  void oneFrameCarriesManyInstrumentsOfAKind() {
    Session session = new KucoinMarketSession();
    session.subscribe(
        List.of(Topic.book(BTC, 0), Topic.trades(BTC), Topic.book(ETH, 0), Topic.top(ETH)),
        context);
    session.unsubscribe(List.of(Topic.trades(BTC)), context);
    assertEquals(
        List.of(
            "subscribe /market/level2:BTC-USDT,ETH-USDT",
            "subscribe /market/match:BTC-USDT",
            "subscribe /market/ticker:ETH-USDT",
            "unsubscribe /market/match:BTC-USDT"),
        context.sent().stream()
            .map(Json::parse)
            .map(f -> f.text("type") + " " + f.text("topic"))
            .toList());
    hears(session, "{'id':'" + id(0) + "','type':'ack'}");
    hears(session, "{'id':'" + id(3) + "','type':'ack'}");
    hears(session, "{'id':'" + id(1) + "','type':'error','code':404,'data':'no topic'}");
    hears(session, "{'id':'5','type':'pong','timestamp':1}");
    assertEquals(
        List.of(
            "accepted BOOK BTC-USDT",
            "accepted BOOK ETH-USDT",
            "refused TRADES BTC-USDT BAD_INSTRUMENT"),
        context.events());
  }

  @Test
  void theAccountIsAcceptedWithBothOfItsChannels() {
    Session session = new KucoinAccountSession();
    session.subscribe(List.of(Topic.account()), context);
    assertEquals(2, context.sent().size());
    assertTrue(Json.parse(context.sent().get(0)).bool("privateChannel"));
    hears(session, "{'id':'" + id(0) + "','type':'ack'}");
    hears(session, "{'id':'" + id(0) + "','type':'ack'}");
    assertEquals(List.of(), context.events());
    hears(session, "{'id':'" + id(1) + "','type':'ack'}");
    assertEquals(List.of("accepted ACCOUNT"), context.events());
  }

  @Test
  void anErrorOfNoFrameIsOfTheConnection() {
    hears(
        new KucoinMarketSession(),
        "{'id':'hQvf8jkno','type':'error','code':401,'data':'token is invalid'}");
    assertEquals(List.of("lost all DISCONNECTED"), context.events());
  }
}
