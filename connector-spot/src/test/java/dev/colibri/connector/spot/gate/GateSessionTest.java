package dev.colibri.connector.spot.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the session of the market says and hears beside what tapes show. */
class GateSessionTest {
  private static final BigDecimal STEP = new BigDecimal("0.01");
  private static final Instrument BTC =
      Instrument.builder(
              "gate-spot", "BTC_USDT", "BTC", "USDT", TradingRules.builder(STEP, STEP).build())
          .build();

  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(1_700_000_000_123L, Credentials.of("key", "secret")), BTC);
  private final Session market = new GateMarketSession();

  private void hear(String message) {
    market.received(Frame.of(message.replace('\'', '"')), context);
  }

  private static String frame(int id, String channel, String event, String payload) {
    return "{\"id\":%d,\"time\":1700000000,\"channel\":\"%s\",\"event\":\"%s\",\"payload\":[\"%s\"]}"
        .formatted(id, channel, event, payload);
  }

  /** A book with a gap is left and asked for anew, because a second subscription is refused. */
  @Test
  void every_topic_has_a_frame_of_its_own() {
    Topic book = Topic.book(BTC, 50);
    market.subscribe(List.of(book), context);
    market.subscribe(List.of(Topic.trades(BTC)), context);
    market.subscribe(List.of(Topic.top(BTC)), context);
    market.unsubscribe(List.of(book), context);
    market.subscribe(List.of(book), context);
    assertEquals(
        List.of(
            frame(1, "spot.obu", "subscribe", "ob.BTC_USDT.50"),
            frame(2, "spot.trades", "subscribe", "BTC_USDT"),
            frame(3, "spot.book_ticker", "subscribe", "BTC_USDT"),
            frame(4, "spot.obu", "unsubscribe", "ob.BTC_USDT.50"),
            frame(5, "spot.obu", "subscribe", "ob.BTC_USDT.50")),
        context.sent());
  }

  @Test
  void an_answer_is_about_the_frame_whose_number_it_has() {
    market.subscribe(List.of(Topic.book(BTC, 50)), context);
    market.subscribe(List.of(Topic.trades(BTC)), context);
    hear(
        "{'time':1700000000,'id':2,'channel':'spot.trades','event':'subscribe','result':{'status':'success'}}");
    hear(
        "{'time':1700000000,'id':1,'channel':'spot.obu','event':'subscribe','error':{'code':2,'message':"
            + "'unknown currency pair BTC_USDT'},'result':null}");
    hear("{'time':1700000000,'channel':'spot.pong','event':'','result':null}");
    assertEquals(
        List.of("accepted TRADES BTC-USDT", "refused BOOK BTC-USDT REJECTED"), context.events());
  }

  @Test
  void the_account_is_ready_with_all_of_its_channels_though_one_is_granted_twice() {
    Session account = new GateAccountSession();
    account.opened(context);
    for (String channel : List.of("orders", "usertrades", "usertrades", "balances")) {
      assertFalse(context.isReady());
      String granted =
          "{'id':1,'channel':'spot.%s','event':'subscribe','error':null,'result':{'status':'success'}}";
      account.received(Frame.of(granted.formatted(channel).replace('\'', '"')), context);
    }
    assertTrue(context.isReady());
  }

  @Test
  void a_connection_ends_before_the_venue_ends_it() {
    hear(
        "{'type':'service_upgrade','msg':'The connection will soon be closed for a service upgrade.'}");
    assertEquals(List.of("lost all DISCONNECTED"), context.events());
  }
}
