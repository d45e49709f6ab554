package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each payload says. Shapes are the venue's, values are ours. */
class BinanceParserTest {
  private final List<String> bad = new ArrayList<>();
  private final BadRows rows = (row, problem) -> bad.add(row);
  private final BinanceSpot venue = new BinanceSpot.International();

  static Instrument instrument(String row) {
    Instrument i = BinanceParser.instrument(Json.parse(row), "binance-spot");
    assertNotNull(i);
    return i;
  }

  static final String BTC_ROW =
      """
      {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",
       "quotePrecision":8,"quoteAssetPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET","STOP_LOSS"],
       "quoteOrderQtyMarketAllowed":true,"isSpotTradingAllowed":true,"permissionSets":[["SPOT","MARGIN"],["TRD_GRP_004"]],
       "filters":[
        {"filterType":"PRICE_FILTER","minPrice":"0.01000000","maxPrice":"1000000.00000000","tickSize":"0.01000000"},
        {"filterType":"LOT_SIZE","minQty":"0.00001000","maxQty":"9000.00000000","stepSize":"0.00001000"},
        {"filterType":"ICEBERG_PARTS","limit":10},
        {"filterType":"MARKET_LOT_SIZE","minQty":"0.00000000","maxQty":"71.30000000","stepSize":"0.00000000"},
        {"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"5","avgPriceMins":5},
        {"filterType":"NOTIONAL","minNotional":"5.00000000","maxNotional":"9000000.00000000","avgPriceMins":5}]}""";

  static final Instrument BTC = instrument(BTC_ROW);

  private <T> T read(Call<T> call, String body) {
    if (call instanceof Call.Otherwise<T> otherwise) {
      return read(otherwise.first(), body);
    }
    if (call instanceof Call.Then<?, T> then) {
      return readThen(then, body);
    }
    Call.Ask<T> ask = (Call.Ask<T>) call;
    Reply reply = new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    assertNull(venue.fault(ask.request(), reply));
    return ask.reader().apply(reply);
  }

  private <A, T> T readThen(Call.Then<A, T> then, String body) {
    return ((Call.Done<T>) then.next().apply(read(then.first(), body))).value();
  }

  @Test
  void anInstrumentHasTheRulesOfItsFilters() {
    assertEquals("BTC-USDT@binance-spot", BTC.toString());
    assertEquals("BTCUSDT", BTC.symbol());
    assertEquals(Instrument.State.TRADING, BTC.state());
    assertEquals(
        "tick 0.01, lot 0.00001, price 0.01..1000000, size 0.00001..9000, market size ..71.3,"
            + " notional 5..9000000, price digits 0, [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC, FOK],"
            + " market by quote",
        BTC.rules().toString());
  }

  @Test
  void withoutFiltersThePrecisionOfTheAssetsBounds() {
    Instrument bare =
        instrument(
            """
            {"symbol":"ETHBTC","status":"TRADING","baseAsset":"ETH","baseAssetPrecision":8,"quoteAsset":"BTC",
             "quoteAssetPrecision":6,"orderTypes":[],"isSpotTradingAllowed":true,"filters":[]}""");
    assertEquals(new BigDecimal("0.000001"), bare.rules().tickSize());
    assertEquals(new BigDecimal("1E-8").stripTrailingZeros(), bare.rules().lotSize());
    assertEquals(EnumSet.noneOf(OrderType.class), bare.rules().orderTypes());
    assertNull(bare.rules().minNotional());
  }

  @Test
  void theOlderNotionalFilterCountsToo() {
    String row =
        BTC_ROW.replace("\"NOTIONAL\"", "\"MIN_NOTIONAL\"").replace("maxNotional", "avgPrice");
    assertEquals(new BigDecimal("5.00000000"), instrument(row).rules().minNotional());
    assertNull(instrument(row).rules().maxNotional());
  }

  @Test
  void booksHaveRoomForOldOrdersOfFinerPrices() {
    assertEquals(8, BTC.priceDigits());
    assertEquals(8, BTC.sizeDigits());
    Instrument cheap =
        instrument(
            BTC_ROW
                .replace("0.00001000", "1.00000000")
                .replace("9000.00000000", "922337203685.00000000"));
    assertEquals(3, cheap.sizeDigits(), "a thousand of the largest orders fit a long");
    assertEquals(0, cheap.rules().lotSize().scale());
  }

  @Test
  void assetsAreNeverFoundByTakingTheSymbolApart() {
    Instrument odd =
        instrument(BTC_ROW.replace("\"BTCUSDT\"", "\"币安人生USDT\"").replace("\"BTC\"", "\"币安人生\""));
    assertEquals("币安人生-USDT", odd.name());
  }

  @ParameterizedTest
  @CsvSource({
    "TRADING,TRADING",
    "HALT,HALTED",
    "BREAK,HALTED",
    "CANCEL_ONLY,HALTED",
    "END_OF_DAY,HALTED",
    "PRE_TRADING,PRE_OPEN",
    "SOMETHING_NEW,UNKNOWN",
  })
  void statesOfAnInstrument(String status, Instrument.State state) {
    Instrument i = instrument(BTC_ROW.replace("TRADING", status));
    assertEquals(state, i.state());
    assertEquals(status, i.attribute("state"));
  }

  @Test
  void aBadRowHidesNoOther() {
    String other = BTC_ROW.replace("BTC", "ETH");
    String margin = BTC_ROW.replace("TradingAllowed\":true", "TradingAllowed\":false");
    List<Instrument> all =
        read(
            venue.instruments(rows),
            "{\"symbols\":["
                + String.join(
                    ",",
                    BTC_ROW,
                    BTC_ROW.replace("0.01000000\"}", "a lot\"}"),
                    margin,
                    "7",
                    BTC_ROW.replace("9000.0", "-9000.0").replace("\"0.00001000\"}", "\"-1\"}"),
                    other)
                + "]}");
    assertEquals(List.of(BTC, instrument(other)), all);
    assertEquals(3, bad.size(), bad.toString());
  }

  @Test
  void aBookKeepsTheDigitsThatWereWritten() {
    BookSnapshot book =
        read(
            venue.book(BTC, 10),
            "{\"bids\":[[\"67210.10000000\",\"0.5\",[]],[\"67210.09\",\"1.00\"]],"
                + "\"asks\":[[\"67210.11\",\"143000000000.00000000\"]],\"lastUpdateId\":1027024}");
    assertEquals(1027024, book.sequence());
    assertEquals("67210.10000000 x 0.5", level(book.bids(), 0));
    assertEquals("67210.09 x 1.00", level(book.bids(), 1));
    assertEquals("67210.11 x 143000000000.000000", level(book.asks(), 0));
    assertEquals(2, book.bids().count());
    assertEquals(1, book.asks().count());
  }

  private static String level(BookSnapshot.Levels levels, int i) {
    return Decimal.of(levels.price(i), levels.priceDigits(i)).toPlainString()
        + " x "
        + Decimal.of(levels.size(i), levels.sizeDigits(i)).toPlainString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{'bids':[],'asks':[]}",
        "{'lastUpdateId':1,'bids':[]}",
        "{'lastUpdateId':1,'asks':[]}",
        "{'lastUpdateId':1,'bids':[['1']],'asks':[]}",
        "{'lastUpdateId':1,'bids':[['-1','1']],'asks':[]}",
        "{'lastUpdateId':1,'bids':[['0','1']],'asks':[]}",
        "{'lastUpdateId':1,'bids':[['1','-1']],'asks':[]}",
        "{'lastUpdateId':1,'bids':[['1','1']],'asks':[]",
      })
  void aBookThatMakesNoSenseIsUnreadable(String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThrows(TextException.class, () -> BinanceParser.BOOK.snapshot(bytes, BTC));
  }

  @Test
  void tickersOfOneAndOfAll() {
    String ticker =
        "{\"symbol\":\"BTCUSDT\",\"lastPrice\":\"67210.10\",\"bidPrice\":\"67210.10\","
            + "\"bidQty\":\"0.431\",\"askPrice\":\"0.00\",\"askQty\":\"0.00\",\"closeTime\":9}";
    read(venue.instruments(rows), "{\"symbols\":[" + BTC_ROW + "]}");
    Ticker one = read(venue.tickers(List.of(BTC), rows), "[" + ticker + "]").get(0);
    assertNotNull(one.bid());
    assertEquals(new BigDecimal("67210.10"), one.bid().price());
    assertEquals(new BigDecimal("0.431"), one.bid().size());
    assertNull(one.ask());
    assertEquals(new BigDecimal("67210.10"), one.last());
    assertEquals(9, one.venueMillis());
    String other = ticker.replace("BTCUSDT", "MARGINONLY");
    assertEquals(1, read(venue.tickers(List.of(), rows), "[" + ticker + "," + other + "]").size());
    assertEquals(List.of(), bad);
  }

  @Test
  void tradesTellTheSideThatTook() {
    List<Trade> trades =
        read(
            venue.trades(BTC, 2, rows),
            "[{\"id\":7,\"price\":\"67210.10\",\"qty\":\"0.012\",\"time\":5,\"isBuyerMaker\":true},"
                + "{\"id\":8,\"price\":\"67210.20\",\"qty\":\"0.1\",\"time\":6,\"isBuyerMaker\":false},"
                + "{\"id\":9}]");
    assertEquals(
        List.of(
            new Trade(BTC, "7", Side.SELL, new BigDecimal("67210.10"), new BigDecimal("0.012"), 5),
            new Trade(BTC, "8", Side.BUY, new BigDecimal("67210.20"), new BigDecimal("0.1"), 6)),
        trades);
    assertEquals(1, bad.size());
  }

  @Test
  void candles() {
    Candle candle =
        BinanceParser.candle(
            Json.parse(
                "[60000,\"1\",\"4\",\"0.5\",\"2\",\"12.5\",119999,\"25.0\",308,\"0\",\"0\",\"0\"]"),
            new CandleRange(BTC, Duration.ofMinutes(1), "", 0, 0));
    assertEquals(
        new Candle(
            BTC,
            60000,
            Duration.ofMinutes(1),
            new BigDecimal("1"),
            new BigDecimal("4"),
            new BigDecimal("0.5"),
            new BigDecimal("2"),
            new BigDecimal("12.5"),
            new BigDecimal("25.0")),
        candle);
  }

  @Test
  void balancesAreThoseThatAreNotZero() {
    assertEquals(
        "[Balance[asset=BTC, total=5.0, available=4.5]]",
        read(
                venue.balances(rows),
                "{\"balances\":[{\"asset\":\"BTC\",\"free\":\"4.5\",\"locked\":\"0.5\"},"
                    + "{\"asset\":\"LTC\",\"free\":\"0.00\",\"locked\":\"0.00\"},{\"asset\":\"X\"}]}")
            .toString());
    assertEquals(List.of("{\"asset\":\"X\"}"), bad);
  }

  @Test
  void feesAreEverythingThatIsCharged() {
    FeeRate rate =
        BinanceParser.commission(
            Json.parse(
                "{\"standardCommission\":{\"maker\":\"0.001\",\"taker\":\"0.002\",\"buyer\":\"0\",\"seller\":\"0\"},"
                    + "\"specialCommission\":{\"maker\":\"0.01\",\"taker\":\"0.02\",\"buyer\":\"0\",\"seller\":\"0.1\"},"
                    + "\"taxCommission\":null}"),
            BTC);
    assertEquals(
        new FeeRate(BTC, new BigDecimal("0.111"), new BigDecimal("0.122")),
        new FeeRate(rate.instrument(), rate.maker(), rate.taker()));
  }

  @Test
  void fillsComeInPagesByTheIdOfTheTrade() {
    String row =
        "{\"symbol\":\"BTCUSDT\",\"id\":%d,\"orderId\":100234,\"price\":\"67210.10\",\"qty\":\"0.012\","
            + "\"commission\":\"0.000012\",\"commissionAsset\":\"BNB\",\"time\":5,\"isBuyer\":true,"
            + "\"isMaker\":false}";
    Page<Fill> last =
        read(venue.fills(FillQuery.since(BTC, 1), rows), "[" + row.formatted(7) + "]");
    assertNull(last.next());
    Fill fill = last.items().get(0);
    assertEquals("BUY 0.012 BTC-USDT at 67210.10 (trade 7, fee 0.000012 BNB)", fill.toString());
    assertEquals("100234", fill.venueId());
    assertEquals(Liquidity.TAKER, fill.liquidity());
    assertEquals(5, fill.venueMillis());
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      page.append(i == 0 ? '[' : ',').append(row.formatted(i));
    }
    assertEquals(
        "1000",
        read(venue.fills(FillQuery.since(BTC, 1), rows), page.append(']').toString()).next());
  }

  private static final String ORDER =
      """
      {"symbol":"BTCUSDT","orderId":28,"clientOrderId":"clbrA1","transactTime":1700000000123,
       "price":"67210.10","origQty":"0.5","executedQty":"0.2","origQuoteOrderQty":"0.000000",
       "cummulativeQuoteQty":"13442.02","status":"PARTIALLY_FILLED","timeInForce":"GTC","type":"LIMIT",
       "side":"BUY","fills":[{"price":"67210.10","qty":"0.2","commission":"0.0002",
       "commissionAsset":"BTC","tradeId":56}]}""";

  private static OrderUpdate order(String json) {
    return BinanceParser.order(Json.parse(json), BTC);
  }

  @Test
  void aPlacedOrderComesWithItsFills() {
    OrderUpdate u = order(ORDER);
    assertEquals("PARTIALLY_FILLED BTC-USDT [clbrA1/28] filled 0.2", u.toString());
    assertEquals(new BigDecimal("13442.02"), u.quoteFilled());
    assertEquals(1_700_000_000_123L, u.venueMillis());
    Fill fill = u.fills().get(0);
    assertEquals("BUY 0.2 BTC-USDT at 67210.10 (trade 56, fee 0.0002 BTC)", fill.toString());
    assertEquals(Liquidity.TAKER, fill.liquidity());
    assertEquals("clbrA1", fill.clientId());
    assertNotNull(u.order());
    assertEquals("BUY BTC-USDT LIMIT size 0.5 at 67210.10 [clbrA1]", u.order().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "NEW,OPEN", "PENDING_NEW,OPEN", "PARTIALLY_FILLED,PARTIALLY_FILLED", "FILLED,FILLED",
    "CANCELED,CANCELED", "PENDING_CANCEL,PENDING_CANCEL", "REJECTED,REJECTED", "EXPIRED,EXPIRED",
    "EXPIRED_IN_MATCH,EXPIRED", "SOMETHING_NEW,UNKNOWN",
  })
  void statusesOfAnOrder(String status, OrderStatus expected) {
    String filled = expected == OrderStatus.OPEN ? "0" : "0.2";
    OrderUpdate u =
        order(
            ORDER.replace("PARTIALLY_FILLED", status).replace("Qty\":\"0.2", "Qty\":\"" + filled));
    assertEquals(expected, u.status());
    assertEquals(expected == OrderStatus.UNKNOWN ? status : null, u.rawStatus());
  }

  @Test
  void aCancelsReplyNamesTheOrderByItsOriginalId() {
    OrderUpdate u =
        order(
            ORDER
                .replace("\"clientOrderId\":\"clbrA1\"", "\"clientOrderId\":\"of-the-cancel\"")
                .replace("{\"symbol\"", "{\"origClientOrderId\":\"clbrA1\",\"symbol\"")
                .replace("PARTIALLY_FILLED", "CANCELED"));
    assertEquals("CANCELED BTC-USDT [clbrA1/28] filled 0.2", u.toString());
  }

  @Test
  void anOldOrderDoesNotKnowItsQuoteQuantity() {
    assertNull(order(ORDER.replace("13442.02", "-1.0")).quoteFilled());
  }

  @Test
  void anExpiredOrderTellsWhy() {
    OrderUpdate u =
        order(
            ORDER.replace(
                "{\"symbol\"", "{\"expiryReason\":\"INSUFFICIENT_LIQUIDITY\",\"symbol\""));
    assertEquals(new Reject.Other("INSUFFICIENT_LIQUIDITY"), u.reject());
  }

  @Test
  void anAcknowledgementWithoutStatusSaysThatTheOrderWasTaken() {
    OrderUpdate u =
        order("{\"symbol\":\"BTCUSDT\",\"orderId\":28,\"clientOrderId\":\"a\",\"transactTime\":5}");
    assertEquals(OrderStatus.OPEN, u.status());
    assertNull(u.filled());
    assertNull(u.order());
  }

  @ParameterizedTest
  @CsvSource({
    "LIMIT,IOC,67210.10,0.00,BUY BTC-USDT LIMIT size 0.5 at 67210.10 IOC [clbrA1]",
    "LIMIT,FOK,67210.10,0.00,BUY BTC-USDT LIMIT size 0.5 at 67210.10 FOK [clbrA1]",
    "LIMIT_MAKER,GTC,67210.10,0.00,BUY BTC-USDT LIMIT_MAKER size 0.5 at 67210.10 [clbrA1]",
    "MARKET,GTC,0.00,0.00,BUY BTC-USDT MARKET size 0.5 [clbrA1]",
    "MARKET,GTC,0.00,7.5,BUY BTC-USDT MARKET amount 7.5 [clbrA1]",
    "STOP_LOSS_LIMIT,GTC,67210.10,0.00,BUY BTC-USDT LIMIT size 0.5 at 67210.10 [clbrA1]",
    "STOP_LOSS,GTC,0.00,0.00,BUY BTC-USDT MARKET size 0.5 [clbrA1]",
  })
  void describesOrdersOfEveryType(
      String type, String time, String price, String quote, String expected) {
    Order order =
        order(
                ORDER
                    .replace("\"LIMIT\"", "\"" + type + "\"")
                    .replace("GTC", time)
                    .replace(
                        "\"price\":\"67210.10\",\"origQty\"",
                        "\"price\":\"" + price + "\",\"origQty\"")
                    .replace(
                        "\"origQuoteOrderQty\":\"0.000000\"",
                        "\"origQuoteOrderQty\":\"" + quote + "\""))
            .order();
    assertNotNull(order);
    assertEquals(expected, order.toString());
    assertEquals(type.startsWith("STOP") ? type : null, order.params().get("type"));
  }

  @Test
  void openOrdersOfAnUnknownSymbolAreTold() {
    read(venue.instruments(rows), "{\"symbols\":[" + BTC_ROW + "]}");
    String other = ORDER.replace("BTCUSDT", "NOSUCH");
    assertEquals(1, read(venue.openOrders(null, rows), "[" + other + "," + ORDER + "]").size());
    assertEquals(1, bad.size());
  }

  @Test
  void cancelingEverythingLooksIntoOrderLists() {
    String body =
        "[" + ORDER + ",{\"orderListId\":7,\"orderReports\":[" + ORDER + "," + ORDER + ",{}]}]";
    assertEquals(3, read(venue.cancelAll(BTC, rows), body).size());
    assertEquals(List.of("{}"), bad);
  }

  @Test
  void aReplacementIsReadFromItsHalf() {
    String body =
        "{\"cancelResult\":\"SUCCESS\",\"newOrderResult\":\"SUCCESS\",\"cancelResponse\":{},"
            + "\"newOrderResponse\":"
            + ORDER
            + "}";
    Order old = Order.buy(BTC).limit("1").size("1").clientId("a");
    assertEquals("clbrA1", read(venue.replace(old, old.clientId("b")), body).clientId());
  }

  static final String REPORT =
      """
      {"e":"executionReport","E":1700000000125,"s":"BTCUSDT","c":"clbrA1","S":"BUY","o":"LIMIT","f":"GTC",
       "q":"0.5","p":"67210.10","P":"0.0","F":"0.0","g":-1,"C":"","x":"TRADE","X":"PARTIALLY_FILLED",
       "r":"NONE","i":28,"l":"0.2","z":"0.2","L":"67210.10","n":"0.0002","N":"BTC","T":1700000000123,
       "t":56,"w":true,"m":true,"M":false,"O":1700000000000,"Z":"13442.02","Y":"13442.02","Q":"0.00"}""";

  private static OrderUpdate report(String json) {
    return BinanceParser.executionReport(Json.parse(json), BTC);
  }

  @Test
  void aTradeReportIsAFillAndTheStateAfterIt() {
    OrderUpdate u = report(REPORT);
    assertEquals("PARTIALLY_FILLED BTC-USDT [clbrA1/28] filled 0.2", u.toString());
    assertEquals(1_700_000_000_123L, u.venueMillis());
    assertEquals(
        "BUY 0.2 BTC-USDT at 67210.10 (trade 56, fee 0.0002 BTC)", u.fills().get(0).toString());
    assertEquals(Liquidity.MAKER, u.fills().get(0).liquidity());
    assertNotNull(u.order());
    assertEquals("BUY BTC-USDT LIMIT size 0.5 at 67210.10 [clbrA1]", u.order().toString());
  }

  @Test
  void aFillWithoutFeeNamesNoAsset() {
    Fill fill =
        report(REPORT.replace("\"0.0002\",\"N\":\"BTC\"", "\"0\",\"N\":null")).fills().get(0);
    assertNotNull(fill.fee());
    assertEquals(0, fill.fee().amount().signum());
    assertThrows(TextException.class, () -> report(REPORT.replace("\"N\":\"BTC\"", "\"N\":null")));
  }

  @Test
  void aCancelReportHasTheOrdersIdInItsCapital() {
    OrderUpdate u =
        report(
            REPORT
                .replace("\"c\":\"clbrA1\"", "\"c\":\"of-the-cancel\"")
                .replace("\"C\":\"\"", "\"C\":\"clbrA1\"")
                .replace(
                    "\"x\":\"TRADE\",\"X\":\"PARTIALLY_FILLED\"",
                    "\"x\":\"CANCELED\",\"X\":\"CANCELED\""));
    assertEquals("CANCELED BTC-USDT [clbrA1/28] filled 0.2", u.toString());
    assertEquals(List.of(), u.fills());
  }

  @ParameterizedTest
  @CsvSource({
    "REJECTED,REJECTED,INSUFFICIENT_BALANCES,,InsufficientFunds",
    "REJECTED,REJECTED,WOULD_MATCH_IMMEDIATELY,,WouldCross",
    "REJECTED,REJECTED,SOMETHING_NEW,,Other",
    "EXPIRED,EXPIRED,NONE,UNFILLED_IOC_QUANTITY_EXPIRED,Other",
    "TRADE_PREVENTION,EXPIRED_IN_MATCH,NONE,,",
    "NEW,NEW,NONE,,",
  })
  void reportsTellWhyAnOrderEnded(
      String execution, String status, String reason, String expiry, String expected) {
    OrderUpdate u =
        report(
            REPORT
                .replace(
                    "\"TRADE\",\"X\":\"PARTIALLY_FILLED\"",
                    "\"" + execution + "\",\"X\":\"" + status + "\"")
                .replace(
                    "\"r\":\"NONE\"",
                    "\"r\":\""
                        + reason
                        + "\""
                        + (expiry == null ? "" : ",\"eR\":\"" + expiry + "\"")));
    assertEquals(expected, u.reject() == null ? null : u.reject().getClass().getSimpleName());
    assertEquals(List.of(), u.fills());
  }
}
