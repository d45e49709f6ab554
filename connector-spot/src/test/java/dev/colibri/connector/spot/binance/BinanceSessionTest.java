package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two sessions say and hear. */
class BinanceSessionTest {
  private static final Instrument BTC = BinanceParserTest.BTC;
  private static final Instrument ODD =
      BinanceParserTest.instrument(
          BinanceParserTest.BTC_ROW.replace("\"BTCUSDT\"", "\"I\\u5e01\""));
  private static final FrozenSigning SIGNING =
      new FrozenSigning(1_700_000_000_123L, Credentials.of("a-key", "not-a-secret"));

  private static final String DEPTH =
      "{\"e\":\"depthUpdate\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"U\":157,\"u\":160,"
          + "\"b\":[[\"67210.10000000\",\"0.431\"],[\"67210.09\",\"0.00\"]],\"a\":[[\"67210.11\",\"2\"]]}";
  private static final String TRADE =
      "{\"e\":\"trade\",\"E\":1700000000125,\"s\":\"BTCUSDT\",\"t\":28457,\"p\":\"67210.10\","
          + "\"q\":\"0.012\",\"T\":1700000000123,\"m\":true,\"M\":true}";
  private static final String TOP =
      "{\"u\":400900217,\"s\":\"BTCUSDT\",\"b\":\"67210.10\",\"B\":\"0.431\",\"a\":\"67210.11\","
          + "\"A\":\"1.2\"}";

  private final RecordingContext context = new RecordingContext(SIGNING, BTC, ODD);
  private final Session market = new BinanceMarketSession();
  private final Session account = new BinanceAccountSession();

  private List<String> hear(Session session, String message) {
    context.events().clear();
    session.received(Frame.of(message), context);
    return context.events();
  }

  private static Endpoint endpoint(Session session) {
    return ((Call.Done<Endpoint>) session.endpoint()).value();
  }

  // ---- market data

  @Test
  void subscribesToStreamsInLowerCaseWhateverTheLocale() {
    assertEquals("/ws", endpoint(market).path());
    market.opened(context);
    assertTrue(context.isReady());
    market.subscribe(List.of(Topic.book(ODD, 20), Topic.trades(BTC), Topic.top(BTC)), context);
    market.unsubscribe(List.of(Topic.trades(BTC)), context);
    assertEquals(
        List.of(
            "{\"method\":\"SUBSCRIBE\",\"params\":[\"i币@depth@100ms\",\"btcusdt@trade\",\"btcusdt@bookTicker\"],\"id\":1}",
            "{\"method\":\"UNSUBSCRIBE\",\"params\":[\"btcusdt@trade\"],\"id\":2}"),
        context.sent());
  }

  @Test
  void anAnswerAcceptsOrRefusesTheTopicsOfItsFrame() {
    market.subscribe(List.of(Topic.book(BTC, 0), Topic.trades(BTC)), context);
    market.subscribe(List.of(Topic.top(BTC)), context);
    market.subscribe(List.of(Topic.top(ODD)), context);
    market.unsubscribe(List.of(Topic.top(BTC)), context);
    assertEquals(
        List.of("refused TOP BTC-USDT REJECTED"),
        hear(market, "{\"error\":{\"code\":2,\"msg\":\"Invalid request\"},\"id\":2}"));
    assertEquals(
        List.of("accepted BOOK BTC-USDT", "accepted TRADES BTC-USDT"),
        hear(market, "{\"result\":null,\"id\":1}"));
    assertEquals(
        List.of("refused TOP BTC-USDT REJECTED"),
        hear(market, "{\"code\":2,\"msg\":\"Invalid request\",\"id\":3}"));
    assertEquals(List.of(), hear(market, "{\"result\":null,\"id\":4}"));
    assertEquals(List.of(), hear(market, "{\"result\":null,\"id\":1}"), "answered already");
    assertThrows(TextException.class, () -> hear(market, "{\"code\":3,\"msg\":\"Invalid JSON\"}"));
  }

  @Test
  void changesOfABook() {
    String expected =
        "DIFF BTC-USDT 157..160 after - at 1700000000123 [bid 67210.10000000 x 0.431,"
            + " bid 67210.09 x 0.00, ask 67210.11 x 2]";
    assertEquals(List.of(expected), hear(market, DEPTH));
    assertEquals(
        List.of("DIFF BTC-USDT 1..2 after - at 0 []"),
        hear(
            market, "{\"u\":2,\"a\":[],\"U\":1,\"s\":\"BTCUSDT\",\"b\":[],\"e\":\"depthUpdate\"}"));
    assertEquals(
        1,
        hear(market, DEPTH.replace("\"BTCUSDT\"", "\"\\u0049\\u5e01\"")).size(),
        "escaped symbol");
  }

  @Test
  void trades() {
    assertEquals(
        List.of("trade BTC-USDT 28457 SELL 0.012 at 67210.10 at 1700000000123"),
        hear(market, TRADE));
    assertEquals(
        List.of("trade BTC-USDT 28457 BUY 0.012 at 67210.10 at 1700000000123"),
        hear(market, TRADE.replace("\"m\":true", "\"m\":false")));
  }

  @Test
  void theBestBidAndAsk() {
    assertEquals(
        List.of(
            "TOP BTC-USDT -..400900217 after - at 0 [bid 67210.10 x 0.431, ask 67210.11 x 1.2]"),
        hear(market, TOP));
    assertEquals(
        List.of("TOP BTC-USDT -..400900217 after - at 0 [bid 67210.10 x 0.431]"),
        hear(market, TOP.replace("\"67210.11\"", "\"0.00\"").replace("\"1.2\"", "\"0.00\"")));
  }

  @Test
  void theVenueAnnouncesItsShutdown() {
    assertEquals(
        List.of("lost all DISCONNECTED"), hear(market, "{\"e\":\"serverShutdown\",\"E\":1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"e\":\"kline\",\"E\":1,\"s\":\"BTCUSDT\",\"k\":{\"t\":\"x\"}}",
        "{\"e\":\"trade2\",\"t\":\"not a number\"}",
        "{\"x\":1,\"e\":\"aggTrade\"}",
      })
  void whatIsNotKnownIsPassedOver(String message) {
    assertEquals(List.of(), hear(market, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7",
        "[]",
        "{'e':'depthUpdate'",
        "{'e':'depthUpdate','s':'BTCUSDT','u':1,'b':[],'a':[]}",
        "{'e':'depthUpdate','s':'NOSUCH','U':1,'u':1,'b':[],'a':[]}",
        "{'e':'depthUpdate','U':1,'u':1,'b':[],'a':[]}",
        "{'e':'depthUpdate','s':'BTCUSDT','U':1,'u':1,'b':[['1']],'a':[]}",
        "{'e':'depthUpdate','s':'BTCUSDT','U':1,'u':1,'b':[['-1','1']],'a':[]}",
        "{'e':'depthUpdate','s':'BTCUSDT','U':1,'u':1,'b':[['1','-1']],'a':[]}",
        "{'e':'depthUpdate','s':'BTCUSDT','U':1,'u':1,'b':[],'a':[]} x",
        "{'e':'trade','s':'BTCUSDT','t':1,'p':'1','q':'1','T':1}",
        "{'e':'trade','s':'BTCUSDT','t':1,'p':'1','T':1,'m':true}",
        "{'e':'trade','s':'BTCUSDT','p':'1','q':'1','T':1,'m':true}",
        "{'e':'trade','s':'BTCUSDT','t':1,'p':'-1','q':'1','T':1,'m':true}",
        "{'s':'BTCUSDT','b':'1','B':'1','a':'2'}",
      })
  void whatIsMalformedIsThrownBackWhole(String message) {
    String json = message.replace('\'', '"');
    assertThrows(TextException.class, () -> hear(market, json));
    assertEquals(List.of(), context.events());
  }

  // ---- the account

  private String login() throws Exception {
    account.opened(context);
    Json frame = Json.parse(context.sent().get(0));
    Json params = frame.get("params");
    String payload = "apiKey=a-key&recvWindow=5000&timestamp=1700000000123";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("not-a-secret".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    String signature =
        HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.US_ASCII)));
    assertEquals("userDataStream.subscribe.signature", frame.text("method"));
    assertEquals(
        "{\"apiKey\":\"a-key\",\"recvWindow\":5000,\"timestamp\":1700000000123,\"signature\":\""
            + signature
            + "\"}",
        params.toString());
    return frame.text("id");
  }

  @Test
  void aSignedSubscriptionIsTheLogin() throws Exception {
    assertEquals("ws-api", endpoint(account).part());
    assertEquals("/ws-api/v3", endpoint(account).path());
    String id = login();
    assertFalse(context.isReady());
    assertEquals(List.of(), hear(account, "{\"id\":\"another\",\"status\":200,\"result\":{}}"));
    assertEquals(
        List.of("ready"),
        hear(account, "{\"id\":\"" + id + "\",\"status\":200,\"result\":{\"subscriptionId\":0}}"));
    context.events().clear();
    account.subscribe(List.of(Topic.account()), context);
    assertEquals(List.of("accepted ACCOUNT"), context.events());
  }

  @ParameterizedTest
  @CsvSource({
    "400,-1021,CLOCK_SKEW", "400,-1022,UNAUTHORIZED", "401,-2015,UNAUTHORIZED",
    "429,-1003,RATE_LIMITED", "418,-9999,BANNED", "500,-1000,OUTCOME_UNKNOWN",
  })
  void aRefusedLoginSaysWhy(int status, int code, String kind) throws Exception {
    String id = login();
    String reply = "{\"id\":%s,\"status\":%d,\"error\":{\"code\":%d,\"msg\":\"x\"}}";
    assertEquals(
        List.of("refused login " + kind),
        hear(account, reply.formatted("\"" + id + "\"", status, code)));
    assertEquals(
        List.of("refused login " + kind),
        hear(account, reply.formatted("null", status, code)),
        "what could not be read is answered without id");
  }

  @Test
  void eventsComeWrappedOrBare() {
    List<String> expected =
        List.of(
            "order PARTIALLY_FILLED BTC-USDT [clbrA1/28] filled 0.2",
            "  with BUY 0.2 BTC-USDT at 67210.10 (trade 56, fee 0.0002 BTC)");
    String report = BinanceParserTest.REPORT;
    assertEquals(expected, hear(account, report));
    assertEquals(expected, hear(account, "{\"subscriptionId\":0,\"event\":" + report + "}"));
  }

  @Test
  void balancesArePartial() {
    assertEquals(
        List.of(
            "quarantined {\"a\":\"X\"}",
            "balances [Balance[asset=BTC, total=5.0, available=4.5],"
                + " Balance[asset=LTC, total=0.0, available=0.0]] at 7"),
        hear(
            account,
            "{\"subscriptionId\":0,\"event\":{\"e\":\"outboundAccountPosition\",\"E\":9,\"u\":7,\"B\":["
                + "{\"a\":\"BTC\",\"f\":\"4.5\",\"l\":\"0.5\"},{\"a\":\"X\"},"
                + "{\"a\":\"LTC\",\"f\":\"0.0\",\"l\":\"0.0\"}]}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eventStreamTerminated", "serverShutdown"})
  void whenTheEventsEndTheConnectionIsLost(String event) {
    assertEquals(
        List.of("lost all DISCONNECTED"),
        hear(account, "{\"subscriptionId\":0,\"event\":{\"e\":\"" + event + "\",\"E\":1}}"));
  }

  @Test
  void otherEventsArePassedOver() {
    for (String event : List.of("balanceUpdate", "externalLockUpdate", "listStatus", "new")) {
      assertEquals(
          List.of(), hear(account, "{\"subscriptionId\":0,\"event\":{\"e\":\"" + event + "\"}}"));
    }
    assertEquals(List.of(), hear(account, "{\"id\":null,\"x\":1}"));
  }

  @Test
  void anOrderOfAnUnknownSymbolIsThrownBack() {
    assertThrows(
        TextException.class,
        () -> hear(account, BinanceParserTest.REPORT.replace("BTCUSDT", "NOSUCH")));
  }

  // ---- the cost of a message

  /** Counts, and keeps nothing. */
  private static final class Counter implements DepthStage, TradeStage {
    long sum;

    @Override
    public void begin() {}

    @Override
    public void bid(long price, int priceDigits, long size, int sizeDigits) {
      sum += price + size;
    }

    @Override
    public void ask(long price, int priceDigits, long size, int sizeDigits) {
      sum += price - size;
    }

    @Override
    public void commit(
        Instrument i, Kind kind, long first, long last, long previous, long millis, long checksum) {
      sum += last;
    }

    @Override
    public TradeStage price(long price, int digits) {
      sum += price;
      return this;
    }

    @Override
    public TradeStage size(long size, int digits) {
      sum += size;
      return this;
    }

    @Override
    public void commit(Instrument i, long id, Side taker, long millis) {
      sum += id;
    }
  }

  /** Hands out the counter, and takes every symbol for the same instrument. */
  private static SessionContext trivial(Counter counter) {
    return new RecordingContext(SIGNING) {
      @Override
      public Instrument instrument(byte[] bytes, int from, int to) {
        return BTC;
      }

      @Override
      public DepthStage depth() {
        return counter;
      }

      @Override
      public TradeStage trade() {
        return counter;
      }
    };
  }

  @Test
  void aMessageOfMarketDataAllocatesNothing() {
    Counter counter = new Counter();
    SessionContext trivial = trivial(counter);
    byte[][] messages = {bytes(DEPTH), bytes(TRADE), bytes(TOP)};
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    // What compilation allocates now and then is not the messages': the best of a few rounds
    // counts,
    // less what the question itself allocates.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long first = threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      receive(100_000, messages, trivial);
      long after = threads.getCurrentThreadAllocatedBytes();
      least = Math.min(least, after - before - (before - first));
    }
    // The compiler may leave a few bytes; garbage of ours would come with every message.
    assertTrue(least < 100_000, least + " bytes in 100,000 messages");
    assertTrue(counter.sum != 0);
  }

  private void receive(int times, byte[][] messages, SessionContext trivial) {
    for (int i = 0; i < times; i++) {
      byte[] m = messages[i % messages.length];
      market.received(frame.wrap(m, 0, m.length, true), trivial);
    }
  }

  private final Frame frame = Frame.of("");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
