package dev.colibri.connector.perp.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spot.okx.OkxParser;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from payloads. */
class OkxPerpParserTest {
  private static final String BTC =
      "{'instType':'SWAP','instId':'BTC-USDT-SWAP','instFamily':'BTC-USDT','uly':'BTC-USDT',"
          + "'groupId':'2','settleCcy':'USDT','ctVal':'0.01','ctMult':'1','ctValCcy':'BTC',"
          + "'ctType':'linear','lever':'100','tickSz':'0.1','lotSz':'0.01','minSz':'0.01',"
          + "'maxLmtSz':'100000000','maxMktSz':'12000','state':'live'}";
  private static final String ORDER =
      "{'instId':'BTC-USDT-SWAP','ordId':'28','clOrdId':'a1','tdMode':'cross','side':'buy','posSide':'net',"
          + "'reduceOnly':'false','ordType':'limit','px':'67210.1','sz':'5','state':'partially_filled',"
          + "'accFillSz':'2','avgPx':'67210.1','category':'normal','cancelSource':'','uTime':'7'}";
  private static final String PUSH =
      "{'tradeId':'56','fillPx':'67210.1','fillSz':'2','fillFee':'-0.67','fillFeeCcy':'USDT',"
          + "'fillTime':'6','execType':'M'}";
  private static final String FILL =
      "{'instId':'BTC-USDT-SWAP','tradeId':'56','ordId':'28','clOrdId':'','billId':'9','subType':'1',"
          + "'side':'buy','posSide':'net','fillPx':'67210.1','fillSz':'2','fee':'-0.67','feeCcy':'USDT',"
          + "'execType':'T','fillTime':'7'}";
  private static final String POSITION =
      "{'instId':'BTC-USDT-SWAP','mgnMode':'cross','posSide':'net','pos':'5','avgPx':'67200.5',"
          + "'upl':'-0.48','lever':'10','liqPx':'','markPx':'67210.1','margin':'','imr':'336','uTime':'7'}";

  private static final BadRows NONE = OkxPerpRequestTest.NONE;

  static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  /** A row with some fields replaced. */
  private static String but(String row, String changes) {
    Map<String, Json> fields = new LinkedHashMap<>(json(row).fields());
    fields.putAll(json(changes).fields());
    return fields.entrySet().stream()
        .map(e -> "'" + e.getKey() + "':'" + e.getValue().asText() + "'")
        .collect(Collectors.joining(",", "{", "}"));
  }

  static String row(String changes) {
    return but(BTC, changes);
  }

  static Instrument instrument(String changes, BadRows rows) {
    return OkxPerpParser.instrument(json(row(changes)), rows);
  }

  private static OrderUpdate order(String row) {
    return OkxPerpParser.order(json(row), OkxPerpRequestTest.BTC);
  }

  // ---- instruments

  /** Rules are in base units, whatever a contract is. */
  @Test
  void readsAnInstrument() {
    Instrument btc = instrument("{}", NONE);
    assertEquals("BTC-USDT", btc.name());
    assertEquals("USDT", btc.settle());
    assertEquals("0.01", btc.contractSize().toPlainString());
    assertEquals("100", btc.maxLeverage().toPlainString());
    assertEquals(
        "tick 0.1, lot 0.0001, price .., size 0.0001..1000000, market size ..120, notional ..,"
            + " price digits 0, [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC, FOK]",
        btc.rules().toString());
    assertEquals(3, btc.priceDigits());
    assertEquals(4, btc.sizeDigits());
  }

  @Test
  void multipliesAContract() {
    Instrument sats =
        instrument("{'uly':'SATS-USDT','ctValCcy':'SATS','ctVal':'1000','ctMult':'10000'}", NONE);
    assertEquals(0, sats.contractSize().compareTo(new BigDecimal("10000000")));
    assertEquals("100000", sats.rules().lotSize().toPlainString());
  }

  @Test
  void leavesOutWhatIsInverseByName() {
    List<String> out = new ArrayList<>();
    BadRows rows =
        new BadRows() {
          @Override
          public void bad(String row, RuntimeException problem) {
            throw problem;
          }

          @Override
          public void leftOut(String name, String why) {
            out.add(name + ": " + why);
          }
        };
    String inverse =
        "{'instId':'BTC-USD-SWAP','uly':'BTC-USD','ctType':'inverse','ctVal':'100','ctValCcy':'USD',"
            + "'settleCcy':'BTC'}";
    assertNull(instrument(inverse, rows));
    assertEquals(List.of("BTC-USD: it is an inverse contract: margin and profit are in BTC"), out);
    assertNull(instrument("{'ctType':'','ctVal':'','state':'preopen'}", rows));
    assertThrows(TextException.class, () -> instrument("{'ctValCcy':'USD'}", rows));
  }

  @ParameterizedTest
  @CsvSource({
    "live, TRADING, LIMIT LIMIT_MAKER MARKET",
    "post_only, TRADING, LIMIT_MAKER",
    "suspend, HALTED, LIMIT LIMIT_MAKER MARKET",
    "rebase, HALTED, LIMIT LIMIT_MAKER MARKET",
    "preopen, PRE_OPEN, LIMIT LIMIT_MAKER MARKET",
    "new_word, UNKNOWN, LIMIT LIMIT_MAKER MARKET",
  })
  void readsWhetherAnInstrumentTrades(String state, String expected, String types) {
    Instrument i = instrument("{'state':'" + state + "'}", NONE);
    assertEquals(expected, i.state().name());
    Set<OrderType> taken = i.rules().orderTypes();
    assertEquals(types, taken.stream().map(Enum::name).collect(Collectors.joining(" ")));
  }

  // ---- market data

  /** As spot's are read, in contracts. */
  @Test
  void readsMarketDataInBaseUnits() {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    Instrument btc = OkxPerpRequestTest.BTC;
    assertEquals(
        "[Ticker[instrument=BTC-USDT@okx-perp, bid=Level[price=9, size=0.05], ask=null, last=9,"
            + " venueMillis=7]]",
        value(
            venue.tickers(List.of(btc), NONE),
            "{'instId':'BTC-USDT-SWAP','last':'9','askPx':'','askSz':'','bidPx':'9','bidSz':'5','ts':'7'}"));
    assertEquals(
        "0.12",
        value(
            venue.trades(btc, 1, NONE).map(all -> all.get(0).size()),
            "{'instId':'BTC-USDT-SWAP','tradeId':'28','px':'9','sz':'12','side':'sell','ts':'7'}"));
    CandleRange range = new CandleRange(btc, Duration.ofMinutes(1), "1m", 0, 1);
    assertEquals(
        "0.10",
        value(
            venue.candles(range, NONE).map(all -> all.get(0).volume()),
            "['7','1','2','0.5','1.5','10','0.1','15','0']"));
  }

  private static String value(Call<?> call, String answer) {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    return String.valueOf(OkxPerpRequestTest.said(venue, call, answer).value());
  }

  // ---- the account

  /** What is not realised is no balance, and makes none available beyond it. */
  @ParameterizedTest
  @CsvSource({
    "1000, 892.5, 900, 0, 0, 1000 892.5",
    "1000, 1060, 900, 0, 0, 1000 1000",
    "1000, '', 900, '', '', 1000 900",
    "900, 850, 900, 95, -5, 1000 850",
    "-10, 50, 0, 0, 0, -10 -10",
  })
  void readsABalance(
      String cash, String equity, String free, String iso, String upl, String expected) {
    Balance balance =
        OkxPerpParser.balance(
            json(
                "{'ccy':'USDT','eq':'1','cashBal':'%s','availEq':'%s','availBal':'%s','isoEq':'%s','isoUpl':'%s'}"
                    .formatted(cash, equity, free, iso, upl)));
    assertEquals(
        expected, balance.total().toPlainString() + " " + balance.available().toPlainString());
  }

  @ParameterizedTest
  @CsvSource({
    "net, 5, long 0.05 BTC-USDT from 67200.5",
    "net, -5, short 0.05 BTC-USDT from 67200.5",
    "net, 0, flat BTC-USDT from 67200.5",
    "net, '', flat BTC-USDT from 67200.5",
    "long, 5, long 0.05 BTC-USDT LONG from 67200.5",
    "short, 5, short 0.05 BTC-USDT SHORT from 67200.5",
  })
  void readsAPosition(String side, String size, String expected) {
    Position p = position("{'posSide':'" + side + "','pos':'" + size + "'}");
    assertEquals(expected, p.toString());
    assertEquals(7, p.asOfMillis());
    assertEquals("67210.1", String.valueOf(p.markPrice()));
    assertEquals("-0.48", String.valueOf(p.unrealisedProfit()));
    assertEquals("10 CROSS", p.leverage() + " " + p.marginMode());
    assertNull(p.liquidationPrice());
    assertNull(p.margin());
  }

  private static Position position(String changes) {
    return OkxPerpParser.position(json(but(POSITION, changes)), OkxPerpRequestTest.BTC);
  }

  @Test
  void refusesAPositionThatMakesNoSense() {
    assertThrows(TextException.class, () -> position("{'posSide':'both'}"));
    assertThrows(TextException.class, () -> position("{'posSide':''}"));
    assertThrows(RuntimeException.class, () -> position("{'posSide':'long','pos':'-5'}"));
  }

  /** In hedge mode the side of the position tells what an order is to do. */
  @ParameterizedTest
  @CsvSource({
    "buy, net, false, cross, BUY BTC-USDT LIMIT size 0.05 at 67210.1 [a1]",
    "sell, net, true, cross, SELL BTC-USDT LIMIT size 0.05 at 67210.1 reduce only [a1]",
    "buy, long, false, isolated, BUY BTC-USDT LIMIT size 0.05 at 67210.1 LONG [a1]",
    "sell, long, false, cross, SELL BTC-USDT LIMIT size 0.05 at 67210.1 reduce only LONG [a1]",
    "sell, short, false, cross, SELL BTC-USDT LIMIT size 0.05 at 67210.1 SHORT [a1]",
    "buy, short, false, cross, BUY BTC-USDT LIMIT size 0.05 at 67210.1 reduce only SHORT [a1]",
  })
  void describesAnOrder(String side, String position, String reduce, String mode, String expected) {
    String changes =
        "{'side':'%s','posSide':'%s','reduceOnly':'%s','tdMode':'%s'}"
            .formatted(side, position, reduce, mode);
    OrderUpdate update = order(but(ORDER, changes));
    Order order = update.order();
    assertEquals(expected, String.valueOf(order));
    assertEquals(mode, order.marginMode().name().toLowerCase(Locale.ROOT));
    assertEquals("PARTIALLY_FILLED BTC-USDT [a1/28] filled 0.02", update.toString());
    assertEquals("1344.202", update.quoteFilled().stripTrailingZeros().toPlainString());
  }

  /** What the venue itself made has no trade number there, and is told by the history. */
  @ParameterizedTest
  @CsvSource({
    "56, normal, ORDER",
    "-56, adl, ADL",
    "-56, full_liquidation, LIQUIDATION",
    "-56, partial_liquidation, LIQUIDATION",
    "57, delivery, SETTLEMENT",
    "0, full_liquidation, ",
    "0, adl, ",
    "'', normal, ",
  })
  void marksAFillOfTheStream(String trade, String category, String cause) {
    String changes = "{'tradeId':'" + trade + "','category':'" + category + "'}";
    List<Fill> fills = order(but(but(ORDER, PUSH), changes)).fills();
    assertEquals(cause == null ? 0 : 1, fills.size());
    if (cause != null) {
      Fill fill = fills.get(0);
      assertEquals(cause, fill.cause().name());
      assertEquals("NET", String.valueOf(fill.positionSide()));
      assertEquals(
          "BUY 0.02 BTC-USDT at 67210.1 (trade " + trade + ", fee 0.67 USDT)", fill.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, ORDER",
    "6, ORDER",
    "'', ORDER",
    "204, ORDER",
    "275, ORDER",
    "324, ORDER",
    "100, LIQUIDATION",
    "103, LIQUIDATION",
    "104, LIQUIDATION",
    "107, LIQUIDATION",
    "112, SETTLEMENT",
    "125, ADL",
    "128, ADL",
  })
  void marksAFillOfTheHistory(String type, String cause) {
    Fill fill = fill("{'subType':'" + type + "','posSide':'short'}");
    assertEquals(cause, fill.cause().name());
    assertEquals("SHORT", String.valueOf(fill.positionSide()));
    assertEquals("0.02", fill.size().toPlainString());
  }

  /** Funding, interest, transfers, and what no page knows yet. */
  @ParameterizedTest
  @CsvSource({"173", "174", "110", "111", "118", "236", "999"})
  void takesNothingElseForAFill(String type) {
    assertThrows(TextException.class, () -> fill("{'subType':'" + type + "'}"));
  }

  private static Fill fill(String changes) {
    return OkxPerpParser.fill(json(but(FILL, changes)), OkxPerpRequestTest.BTC);
  }

  @ParameterizedTest
  @CsvSource({
    "posSide, both",
    "category, new_word",
    "side, both",
    "sz, x",
    "uTime, soon",
    "accFillSz, -1"
  })
  void refusesWhatMakesNoSense(String field, String value) {
    String row = but(but(ORDER, PUSH), "{'" + field + "':'" + value + "'}");
    assertThrows(RuntimeException.class, () -> order(row));
  }

  @Test
  void readsTheSmallerOfTwoLeverages() {
    List<Json> rows =
        json("[{'lever':'20','posSide':'long'},{'lever':'5','posSide':'short'}]").items();
    assertEquals(
        "5",
        OkxPerpParser.leverage(rows, OkxPerpRequestTest.BTC, MarginMode.ISOLATED)
            .leverage()
            .toPlainString());
  }

  /** The kinds of order are those of spot. */
  @Test
  void knowsWordsOfNoKindOfOurs() {
    OrderUpdate update = order(but(ORDER, "{'ordType':'optimal_limit_ioc','px':''}"));
    assertEquals("BUY BTC-USDT MARKET size 0.05 [a1]", String.valueOf(update.order()));
    assertEquals("limit", OkxParser.KINDS.of(Order.buy(OkxPerpRequestTest.BTC).limit("1")));
  }
}
