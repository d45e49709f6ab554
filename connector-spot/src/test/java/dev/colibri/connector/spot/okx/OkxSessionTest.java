package dev.colibri.connector.spot.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.TextException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the two sessions say and hear beside what tapes show. */
class OkxSessionTest {
  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(
              1_700_000_000_123L,
              Credentials.of("test-api-key-0001", "test-api-secret-0001")
                  .withPassphrase("test-passphrase-0001")),
          OkxRequestTest.BTC);
  private final Session market = new OkxMarketSession();
  private final Session account = new OkxAccountSession(new OkxSpot("live"), "orders", "account");

  private void hear(Session session, String... messages) {
    for (String message : messages) {
      session.received(Frame.of(message.replace('\'', '"')), context);
    }
  }

  @Test
  void anAnswerIsAboutTheTopicsItNames() {
    market.subscribe(
        List.of(
            Topic.book(OkxRequestTest.BTC, 400),
            Topic.trades(OkxRequestTest.BTC),
            Topic.top(OkxRequestTest.BTC)),
        context);
    assertEquals(
        List.of(
            "{\"id\":\"1\",\"op\":\"subscribe\",\"args\":[{\"channel\":\"books\",\"instId\":\"BTC-USDT\"},"
                + "{\"channel\":\"trades\",\"instId\":\"BTC-USDT\"},"
                + "{\"channel\":\"bbo-tbt\",\"instId\":\"BTC-USDT\"}]}"),
        context.sent());
    hear(
        market,
        "pong",
        "{'id':'1','event':'subscribe','arg':{'channel':'trades','instId':'BTC-USDT'}}",
        "{'event':'channel-conn-count','channel':'books','connCount':'1','connId':'abc'}",
        "{'id':'1','event':'error','code':'60018','msg':'Wrong URL or channel:books,instId:BTC-USDT"
            + " does not exist.'}",
        "{'id':'1','event':'error','code':'60014','msg':'Requests too frequent.'}");
    assertEquals(
        List.of(
            "accepted TRADES BTC-USDT",
            "refused BOOK BTC-USDT BAD_INSTRUMENT",
            "refused TOP BTC-USDT RATE_LIMITED"),
        context.events());
  }

  @Test
  void anErrorThatAnswersNothingIsToldAsOne() {
    assertThrows(
        TextException.class,
        () -> hear(market, "{'event':'error','code':'60012','msg':'Illegal request'}"));
    assertThrows(TextException.class, () -> hear(account, "peng"));
  }

  @Test
  void aNoticeEndsTheConnectionBeforeTheVenueDoes() {
    hear(market, "{'event':'notice','code':'64008','msg':'Please reconnect.','connId':'abc'}");
    assertEquals(List.of("lost all DISCONNECTED"), context.events());
  }

  /** The signature is that of an independent client. */
  @Test
  void logsInThenSubscribesAndWaitsForBothChannels() {
    account.opened(context);
    hear(account, "{'event':'login','code':'0','msg':'','connId':'abc'}");
    account.subscribe(List.of(Topic.account()), context);
    assertEquals(
        List.of(
            "{\"op\":\"login\",\"args\":[{\"apiKey\":\"test-api-key-0001\",\"passphrase\":"
                + "\"test-passphrase-0001\",\"timestamp\":\"1700000000\",\"sign\":"
                + "\"s97iw1SV4lyJ8M6MQrFRRoUOPuSzUxQC+8rt+vxP6yo=\"}]}",
            "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"orders\",\"instType\":\"SPOT\"},"
                + "{\"channel\":\"account\"}]}"),
        context.sent());
    hear(account, "pong", "{'event':'subscribe','arg':{'channel':'account'},'connId':'abc'}");
    hear(account, "{'event':'subscribe','arg':{'channel':'account'},'connId':'abc'}");
    assertEquals(List.of("ready"), context.events());
    hear(account, "{'event':'subscribe','arg':{'channel':'orders','instType':'SPOT'}}");
    assertEquals(List.of("ready", "accepted ACCOUNT"), context.events());
  }

  @Test
  void anErrorBeforeTheLoginRefusesItAndOneAfterwardsTheSubscription() {
    hear(
        account,
        "{'event':'error','code':'60024','msg':'Wrong passphrase','connId':'abc'}",
        "{'event':'login','code':'0','msg':'','connId':'abc'}",
        "{'event':'error','code':'60011','msg':'Please log in','connId':'abc'}");
    assertEquals(
        List.of("refused login UNAUTHORIZED", "ready", "refused ACCOUNT UNAUTHORIZED"),
        context.events());
  }

  /** An order of an instrument that is not known hides no other. */
  @Test
  void setsOneRowAside() {
    String row =
        "{'instId':'%s','ordId':'28','clOrdId':'a1','side':'buy','ordType':'limit','px':'1','sz':'1',"
            + "'state':'live','accFillSz':'0','uTime':'7'}";
    hear(
        account,
        "{'arg':{'channel':'orders'},'data':["
            + row.formatted("?")
            + ","
            + row.formatted("BTC-USDT")
            + "]}");
    assertEquals(2, context.events().size());
    assertEquals("order OPEN BTC-USDT [a1/28] filled 0", context.events().get(1));
  }
}
