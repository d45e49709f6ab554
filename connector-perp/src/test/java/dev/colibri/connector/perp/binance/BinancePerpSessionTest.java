package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the sessions say and hear. */
class BinancePerpSessionTest {
  private static final Instrument BTC = BinancePerpParserTest.BTC;

  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(1_700_000_000_123L, Credentials.of("a-key", "not-a-secret")), BTC);
  private final BinancePerpDialect venue = new BinancePerpDialect();
  private final Session market = new BinancePerpMarketSession("/market/ws");
  private final Session account = new BinancePerpAccountSession(venue);

  private List<String> hear(Session session, String message) {
    context.events().clear();
    session.received(Frame.of(message), context);
    return context.events();
  }

  @Test
  void everyKindOfTopicHasItsPath() {
    for (Stream stream : venue.streams()) {
      if (stream.open().endpoint() instanceof Call.Done<Endpoint> d) {
        boolean fast = stream.carries().contains(Topic.Kind.BOOK);
        assertEquals(fast ? "/public/ws" : "/market/ws", d.value().path());
        assertEquals(fast, stream.carries().contains(Topic.Kind.TOP));
        assertEquals(!fast, stream.carries().contains(Topic.Kind.TRADES));
        assertEquals(!fast, stream.carries().contains(Topic.Kind.FUNDING));
      } else {
        assertTrue(stream.carries().contains(Topic.Kind.ACCOUNT));
      }
    }
    assertEquals(3, venue.streams().size());
  }

  @Test
  void subscribesInLowerCaseAndHearsAnswers() {
    market.opened(context);
    assertTrue(context.isReady());
    market.subscribe(
        List.of(Topic.book(BTC, 0), Topic.trades(BTC), Topic.top(BTC), Topic.funding(BTC)),
        context);
    assertEquals(
        List.of(
            "{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@depth@100ms\",\"btcusdt@aggTrade\","
                + "\"btcusdt@bookTicker\",\"btcusdt@markPrice@1s\"],\"id\":1}"),
        context.sent());
    assertEquals(
        List.of(
            "accepted BOOK BTC-USDT",
            "accepted TRADES BTC-USDT",
            "accepted TOP BTC-USDT",
            "accepted FUNDING BTC-USDT"),
        hear(market, "{\"result\":null,\"id\":1}"));
    market.subscribe(List.of(Topic.funding(BTC)), context);
    assertEquals(
        List.of("refused FUNDING BTC-USDT REJECTED"),
        hear(market, "{\"error\":{\"code\":2,\"msg\":\"Invalid request\"},\"id\":2}"));
  }

  @Test
  void marketData() {
    assertEquals(
        List.of(
            "DIFF BTC-USDT 157..160 after 149 at 1700000000120 [bid 67210.10 x 0.431, ask 67210.20 x 0]"),
        hear(
            market,
            "{\"e\":\"depthUpdate\",\"E\":1700000000123,\"T\":1700000000120,\"s\":\"BTCUSDT\",\"U\":157,"
                + "\"u\":160,\"pu\":149,\"b\":[[\"67210.10\",\"0.431\"]],\"a\":[[\"67210.20\",\"0\"]]}"));
    assertEquals(
        List.of("trade BTC-USDT 5933014 SELL 0.012 at 67210.10 at 1700000000123"),
        hear(
            market,
            "{\"e\":\"aggTrade\",\"E\":1700000000125,\"s\":\"BTCUSDT\",\"a\":5933014,\"p\":\"67210.10\","
                + "\"q\":\"0.012\",\"nq\":\"0.012\",\"f\":100,\"l\":105,\"T\":1700000000123,\"m\":true}"));
    assertEquals(
        1,
        hear(
                market,
                "{\"e\":\"bookTicker\",\"u\":400900217,\"E\":1700000000123,\"T\":1700000000120,"
                    + "\"s\":\"BTCUSDT\",\"b\":\"67210.10\",\"B\":\"0.431\",\"a\":\"67210.20\",\"A\":\"1.2\"}")
            .size());
    assertEquals(
        List.of(
            "FundingRate[instrument=BTC-USDT@binance-perp, markPrice=67210.11, indexPrice=67209.80,"
                + " rate=0.00038167, nextMillis=1700006400000, venueMillis=1700000000123]"),
        hear(
            market,
            "{\"e\":\"markPriceUpdate\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"p\":\"67210.11\","
                + "\"ap\":\"67210.1\",\"i\":\"67209.80\",\"P\":\"67200.1\",\"r\":\"0.00038167\","
                + "\"T\":1700006400000}"));
    assertThrows(
        TextException.class,
        () -> hear(market, "{\"e\":\"markPriceUpdate\",\"E\":1,\"s\":\"XYZ\",\"p\":\"1\"}"));
  }

  // ---- the account

  private static final String FILL =
      "{\"e\":\"ORDER_TRADE_UPDATE\",\"E\":1700000000125,\"T\":1700000000123,\"o\":{\"s\":\"BTCUSDT\","
          + "\"c\":\"clbrA1\",\"S\":\"BUY\",\"o\":\"LIMIT\",\"f\":\"GTC\",\"q\":\"0.5\",\"p\":\"67210.1\","
          + "\"ap\":\"67210\",\"sp\":\"0\",\"x\":\"TRADE\",\"X\":\"PARTIALLY_FILLED\",\"i\":28,\"l\":\"0.2\","
          + "\"z\":\"0.2\",\"L\":\"67210\",\"N\":\"USDT\",\"n\":\"2.6\",\"T\":1700000000123,\"t\":56,"
          + "\"b\":\"0\",\"a\":\"0\",\"m\":true,\"R\":false,\"wt\":\"CONTRACT_PRICE\",\"ot\":\"LIMIT\","
          + "\"ps\":\"BOTH\",\"cp\":false,\"rp\":\"0\",\"V\":\"EXPIRE_MAKER\",\"pm\":\"NONE\",\"gtd\":0,"
          + "\"er\":\"0\"}}";

  @Test
  void orders() {
    assertEquals(
        List.of("  with BUY 0.2 BTC-USDT at 67210 (trade 56, fee 2.6 USDT)"),
        hear(account, FILL).subList(1, 2));
    assertEquals(2, context.events().size(), "what is available comes with the account's update");
    hear(
        account,
        FILL.replace(
            "\"x\":\"TRADE\",\"X\":\"PARTIALLY_FILLED\"", "\"x\":\"CANCELED\",\"X\":\"CANCELED\""));
    assertEquals("balances moved", context.events().get(1), "what the order locked is free");
  }

  /** By the venue's page, without its comments. */
  private static final String UPDATE =
      "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1564745798939,\"T\":1564745798938,\"a\":{\"m\":\"ORDER\",\"B\":["
          + "{\"a\":\"USDT\",\"wb\":\"122624.12345678\",\"cw\":\"100.12345678\",\"bc\":\"50.12345678\"}],"
          + "\"P\":[{\"s\":\"BTCUSDT\",\"pa\":\"20\",\"ep\":\"6563.66500\",\"bep\":\"0\",\"cr\":\"0\","
          + "\"up\":\"2850.21200\",\"mt\":\"isolated\",\"iw\":\"13200.70726908\",\"ps\":\"LONG\"},"
          + "{\"s\":\"BTCUSDT\",\"pa\":\"-10\",\"ep\":\"6563.86000\",\"bep\":\"6563.6\","
          + "\"cr\":\"-45.04000000\",\"up\":\"-1423.15600\",\"mt\":\"isolated\",\"iw\":\"6570.42511771\","
          + "\"ps\":\"SHORT\"},{\"s\":\"BTCUSDT_261225\",\"pa\":\"1\",\"ep\":\"1\",\"up\":\"0\","
          + "\"mt\":\"cross\",\"iw\":\"0\",\"ps\":\"LONG\"}]}}";

  @Test
  void positionsAndBalances() {
    assertEquals(
        List.of(
            "positions [long 20 BTC-USDT LONG from 6563.66500, short 10 BTC-USDT SHORT from 6563.86000]",
            "balances moved"),
        hear(account, UPDATE));
    assertEquals(
        List.of("quarantined {\"s\":\"BTCUSDT\"}", "positions []", "balances moved"),
        hear(
            account,
            "{\"e\":\"ACCOUNT_UPDATE\",\"E\":2,\"T\":1,\"a\":{\"m\":\"ORDER\",\"B\":[],"
                + "\"P\":[{\"s\":\"BTCUSDT\"}]}}"));
  }

  @Test
  void fundingIsNoFill() {
    assertEquals(
        List.of("balances moved", "funding paid"),
        hear(
            account,
            "{\"e\":\"ACCOUNT_UPDATE\",\"E\":2,\"T\":1,\"a\":{\"m\":\"FUNDING_FEE\",\"B\":[{\"a\":\"USDT\","
                + "\"wb\":\"100\",\"cw\":\"100\",\"bc\":\"-0.4\"}]}}"));
  }

  @Test
  void leverageIsToldWithTheMarginModeThatIsKnown() {
    String told =
        "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":2,\"T\":1,\"ac\":{\"s\":\"BTCUSDT\",\"l\":25}}";
    assertEquals(List.of(), hear(account, told), "nobody asked yet");
    Call.Ask<?> ask = (Call.Ask<?>) venue.leverage(BTC, MarginMode.CROSS);
    String config = "[{\"symbol\":\"BTCUSDT\",\"marginType\":\"ISOLATED\",\"leverage\":20}]";
    ask.reader().apply(new Reply(200, Map.of(), config.getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        List.of("Leverage[instrument=BTC-USDT@binance-perp, leverage=25, mode=ISOLATED]"),
        hear(account, told));
    assertEquals(
        List.of(),
        hear(account, "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":2,\"T\":1,\"ai\":{\"j\":true}}"),
        "of assets, not of an instrument");
    hear(account, UPDATE.replace("\"mt\":\"isolated\"", "\"mt\":\"cross\""));
    assertEquals("25", String.valueOf(venue.leverageOf(BTC)));
  }

  @Test
  void warningsAndTheEndOfTheKey() {
    assertEquals(
        List.of("margin call BTC-USDT@binance-perp"),
        hear(
            account,
            "{\"e\":\"MARGIN_CALL\",\"E\":1587727187525,\"cw\":\"3.16812045\",\"p\":[{\"s\":\"BTCUSDT\","
                + "\"ps\":\"LONG\",\"pa\":\"1.327\",\"mt\":\"CROSSED\",\"iw\":\"0\",\"mp\":\"187.17127\","
                + "\"up\":\"-1.166074\",\"mm\":\"1.614445\"}]}"));
    assertEquals(
        List.of("lost all DISCONNECTED"),
        hear(account, "{\"e\":\"listenKeyExpired\",\"E\":1736996475556,\"listenKey\":\"x\"}"));
  }

  @Test
  void whatIsToldTwiceOrIsOfOthersIsPassedOver() {
    for (String e : List.of("TRADE_LITE", "ALGO_UPDATE", "STRATEGY_UPDATE", "SOMETHING_NEW")) {
      assertEquals(List.of(), hear(account, "{\"e\":\"" + e + "\",\"E\":1,\"T\":1,\"o\":{}}"));
    }
  }
}
