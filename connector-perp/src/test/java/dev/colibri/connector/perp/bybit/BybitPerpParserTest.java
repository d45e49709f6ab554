package dev.colibri.connector.perp.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads as the venue's pages show them, and what is made of them. */
class BybitPerpParserTest {
  static final Instrument BTC =
      Instrument.builder(
              "bybit-perp",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.001")).build())
          .build();

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  /** A payload of which some fields are otherwise. */
  private static Json with(String text, String... changes) {
    String all = text;
    for (String change : changes) {
      String field = change.substring(0, change.indexOf(':') + 1);
      all = all.replaceFirst(field + "('[^']*'|[^,}]*)", change);
    }
    return json(all);
  }

  // ---- instruments

  private static final String INSTRUMENT =
      "{'symbol':'BTCUSDT','contractType':'LinearPerpetual','status':'Trading','baseCoin':'BTC','quoteCoin':'USDT',"
          + "'leverageFilter':{'minLeverage':'1','maxLeverage':'100.00','leverageStep':'0.01'},"
          + "'priceFilter':{'minPrice':'0.10','maxPrice':'1999999.80','tickSize':'0.10'},"
          + "'lotSizeFilter':{'maxOrderQty':'1190.000','minOrderQty':'0.001','qtyStep':'0.001',"
          + "'maxMktOrderQty':'500.000','minNotionalValue':'5'},'settleCoin':'USDT'}";

  /** The same, as it comes. */
  static final String ROW = INSTRUMENT.replace('\'', '"');

  private static final class LeftOut implements BadRows {
    private final List<String> told = new ArrayList<>();

    @Override
    public void bad(String row, RuntimeException problem) {
      throw problem;
    }

    @Override
    public void leftOut(String name, String why) {
      told.add(name + ": " + why);
    }
  }

  @Test
  void aLinearPerpetual() {
    Instrument i = BybitPerpParser.instrument(json(INSTRUMENT), "bybit-perp", new LeftOut());
    assertEquals("BTC-USDT@bybit-perp", String.valueOf(i));
    assertEquals(
        "tick 0.1, lot 0.001, price 0.1..1999999.8, size 0.001..1190, market size ..500, notional 5..,"
            + " price digits 0, [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC, FOK],"
            + " triggers by [LAST, MARK, INDEX]",
        i.rules().toString());
    assertEquals("USDT", i.settle());
    assertEquals(BigDecimal.ONE, i.contractSize());
    assertEquals(new BigDecimal("100.00"), i.maxLeverage());
    assertEquals(Instrument.State.TRADING, i.state());
  }

  @Test
  void usdcContractsAreLinearInverseOnesAreLeftOutByNameAndFuturesWithoutAWord() {
    LeftOut rows = new LeftOut();
    Instrument usdc =
        BybitPerpParser.instrument(
            with(INSTRUMENT, "'symbol':'BTCPERP'", "'quoteCoin':'USDC'", "'settleCoin':'USDC'"),
            "bybit-perp",
            rows);
    assertEquals("BTC-USDC@bybit-perp", String.valueOf(usdc));
    assertNull(
        BybitPerpParser.instrument(
            with(INSTRUMENT, "'contractType':'LinearFutures'"), "bybit-perp", rows));
    assertNull(
        BybitPerpParser.instrument(
            with(INSTRUMENT, "'contractType':'InverseFutures'", "'quoteCoin':'USD'"),
            "bybit-perp",
            rows));
    assertEquals(List.of(), rows.told);
    assertNull(
        BybitPerpParser.instrument(
            with(INSTRUMENT, "'contractType':'InversePerpetual'", "'quoteCoin':'USD'"),
            "bybit-perp",
            rows));
    assertEquals(
        List.of("BTC-USD: it is an inverse contract: counted in USD and settled in BTC"),
        rows.told);
  }

  @Test
  void anInstrumentThatDoesNotTradeYet() {
    Instrument i =
        BybitPerpParser.instrument(
            with(INSTRUMENT, "'status':'PreLaunch'"), "bybit-perp", new LeftOut());
    assertEquals(Instrument.State.UNKNOWN, i.state());
    assertEquals("PreLaunch", i.attribute("status"));
    assertThrows(
        TextException.class,
        () ->
            BybitPerpParser.instrument(
                with(INSTRUMENT, "'tickSize':''"), "bybit-perp", new LeftOut()));
  }

  // ---- funding

  @Test
  void fundingInParts() {
    assertEquals(
        "FundingRate[instrument=BTC-USDT@bybit-perp, markPrice=67210.55, indexPrice=67208.19,"
            + " rate=0.0001, nextMillis=1760371200000, venueMillis=7]",
        BybitPerpParser.FUNDING
            .read(
                json(
                    "{'symbol':'BTCUSDT','markPrice':'67210.55','indexPrice':'67208.19',"
                        + "'fundingRate':'0.0001','nextFundingTime':'1760371200000'}"),
                BTC,
                7)
            .toString());
    assertEquals(
        "FundingRate[instrument=BTC-USDT@bybit-perp, markPrice=67210.6, indexPrice=null, rate=null,"
            + " nextMillis=0, venueMillis=8]",
        BybitPerpParser.FUNDING
            .read(json("{'symbol':'BTCUSDT','markPrice':'67210.6','nextFundingTime':''}"), BTC, 8)
            .toString());
  }

  private static final String PAYMENT =
      "{'id':'592324_BTCUSDT_161440249321','symbol':'BTCUSDT','side':'Buy','funding':'-2.01','fee':'0',"
          + "'cashFlow':'0','transactionTime':'1672128000000','type':'SETTLEMENT','feeRate':'0.0001',"
          + "'size':'0.3','qty':'0.3','currency':'USDT','tradeId':'534c0003'}";

  /** Longs pay a positive rate; the row has the rate of the one whose row it is. */
  @ParameterizedTest
  @CsvSource({
    "Buy,0.0001,-2.01,0.3,-2.01 USDT at 0.0001 for 0.3",
    "Buy,-0.0001,2.01,0.3,2.01 USDT at -0.0001 for 0.3",
    "Sell,-0.0001,2.01,-0.3,2.01 USDT at 0.0001 for -0.3",
    "Sell,0.0001,-2.01,-0.3,-2.01 USDT at -0.0001 for -0.3",
    "Sell,'',-2.01,'',-2.01 USDT at null for null",
    "Buy,0,'',0.3,",
    "Buy,0,0,0.3,",
  })
  void payments(String side, String rate, String amount, String size, String expected) {
    FundingPayment p =
        BybitPerpParser.payment(
            with(
                PAYMENT,
                "'side':'" + side + "'",
                "'feeRate':'" + rate + "'",
                "'funding':'" + amount + "'",
                "'size':'" + size + "'"),
            BTC);
    assertEquals(
        expected,
        p == null ? null : p.amount() + " " + p.asset() + " at " + p.rate() + " for " + p.size());
    if (p != null) {
      assertEquals("534c0003", p.id());
      assertEquals(1672128000000L, p.venueMillis());
    }
  }

  // ---- positions

  private static final String POSITION =
      "{'positionIdx':0,'symbol':'BTCUSDT','side':'Buy','size':'0.3','avgPrice':'67464.5','leverage':'10',"
          + "'markPrice':'67224.5','liqPrice':'61000','positionIM':'2024.1','unrealisedPnl':'-72',"
          + "'updatedTime':'1697673600012'}";

  @ParameterizedTest
  @CsvSource({
    "0,Buy,0.3,long 0.3 BTC-USDT from 67464.5",
    "0,Sell,0.3,short 0.3 BTC-USDT from 67464.5",
    "1,Buy,0.3,long 0.3 BTC-USDT LONG from 67464.5",
    "2,Sell,0.3,short 0.3 BTC-USDT SHORT from 67464.5",
    "0,'',0,flat BTC-USDT from 67464.5",
    "2,'',0,flat BTC-USDT SHORT from 67464.5",
  })
  void positions(int index, String side, String size, String expected) {
    Position p =
        BybitPerpParser.position(
            with(
                POSITION,
                "'positionIdx':" + index,
                "'side':'" + side + "'",
                "'size':'" + size + "'"),
            BTC,
            MarginMode.CROSS);
    assertEquals(expected, p.toString());
    assertEquals(1697673600012L, p.asOfMillis());
    assertEquals(new BigDecimal("61000"), p.liquidationPrice());
    assertEquals(new BigDecimal("-72"), p.unrealisedProfit());
    assertEquals(new BigDecimal("2024.1"), p.margin());
    assertEquals(new BigDecimal("10"), p.leverage());
    assertEquals(MarginMode.CROSS, p.marginMode());
  }

  /** The stream calls it otherwise; a blank or 0 is no price. */
  @Test
  void aPositionOfTheStreamThatIsFlat() {
    Position p =
        BybitPerpParser.position(
            json(
                "{'positionIdx':2,'symbol':'BTCUSDT','side':'','size':'0','entryPrice':'0','leverage':'',"
                    + "'markPrice':'28184.5','positionIM':'','liqPrice':'0','unrealisedPnl':'0',"
                    + "'updatedTime':'1697682317038'}"),
            BTC,
            null);
    assertTrue(p.isFlat());
    assertNull(p.entryPrice());
    assertNull(p.liquidationPrice());
    assertNull(p.margin());
    assertNull(p.leverage());
    assertNull(p.marginMode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'side':''", "'side':'Both'", "'size':''", "'positionIdx':3"})
  void whatCannotBeReadIsNoPosition(String change) {
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () -> BybitPerpParser.position(with(POSITION, change), BTC, MarginMode.CROSS));
    assertTrue(e instanceof TextException || e instanceof IllegalArgumentException, e::toString);
  }

  // ---- orders

  private static final String ORDER =
      "{'symbol':'BTCUSDT','orderId':'28','orderLinkId':'clbr1','side':'Buy','orderType':'Limit',"
          + "'timeInForce':'GTC','price':'67210.1','qty':'0.5','positionIdx':0,'orderStatus':'New',"
          + "'cancelType':'UNKNOWN','rejectReason':'EC_NoError','triggerPrice':'','triggerDirection':0,"
          + "'triggerBy':'','reduceOnly':false,'avgPrice':'','cumExecQty':'0','cumExecValue':'0',"
          + "'updatedTime':'1684738540561'}";

  private static OrderUpdate order(String... changes) {
    return BybitPerpParser.order(with(ORDER, changes), BTC);
  }

  @ParameterizedTest
  @CsvSource({
    "New,EC_NoError,UNKNOWN,0,OPEN,",
    "Untriggered,EC_NoError,UNKNOWN,0,OPEN,",
    "Triggered,EC_NoError,UNKNOWN,0,OPEN,",
    "PartiallyFilled,EC_NoError,UNKNOWN,0.2,PARTIALLY_FILLED,",
    "Filled,EC_NoError,UNKNOWN,0.5,FILLED,",
    "Cancelled,EC_PerCancelRequest,CancelByUser,0.2,CANCELED,",
    "Deactivated,EC_NoError,CancelByUser,0,CANCELED,",
    "Cancelled,EC_NoError,CancelByReduceOnly,0.2,CANCELED,ReduceOnly[raw=CancelByReduceOnly]",
    "Cancelled,EC_NoError,CancelAllBeforeLiq,0,CANCELED,Other[raw=CancelAllBeforeLiq]",
    "Cancelled,EC_NoImmediateQtyToFill,UNKNOWN,0,CANCELED,Other[raw=EC_NoImmediateQtyToFill]",
    "Rejected,EC_PostOnlyWillTakeLiquidity,UNKNOWN,0,REJECTED,WouldCross[raw=EC_PostOnlyWillTakeLiquidity]",
    "Teleported,EC_NoError,UNKNOWN,0,UNKNOWN,",
  })
  void statuses(
      String status, String reason, String cancel, String filled, String expected, String reject) {
    OrderUpdate update =
        order(
            "'orderStatus':'" + status + "'",
            "'rejectReason':'" + reason + "'",
            "'cancelType':'" + cancel + "'",
            "'cumExecQty':'" + filled + "'");
    assertEquals(expected, update.status().name());
    assertEquals(reject == null ? "null" : reject, String.valueOf(update.reject()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Buy|Limit|GTC|0|false|BUY BTC-USDT LIMIT size 0.5 at 67210.1 [clbr1]",
        "Sell|Limit|PostOnly|1|true|SELL BTC-USDT LIMIT_MAKER size 0.5 at 67210.1 reduce only LONG [clbr1]",
        // A size, whatever spot makes of a market order to buy.
        "Buy|Market|IOC|2|true|BUY BTC-USDT MARKET size 0.5 reduce only SHORT [clbr1]",
        "Sell|Limit|FOK|2|false|SELL BTC-USDT LIMIT size 0.5 at 67210.1 FOK SHORT [clbr1]",
      })
  void descriptions(
      String side, String type, String time, int index, boolean reduces, String expected) {
    OrderUpdate update =
        order(
            "'side':'" + side + "'",
            "'orderType':'" + type + "'",
            "'timeInForce':'" + time + "'",
            "'positionIdx':" + index,
            "'reduceOnly':" + reduces);
    assertEquals(expected, String.valueOf(update.order()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sell|61000.00|2|MarkPrice|STOP at MARK 61000.00",
        "Sell|71000|1|LastPrice|TAKE_PROFIT at LAST 71000",
        "Buy|71000|1|IndexPrice|STOP at INDEX 71000",
        "Buy|61000|2|LastPrice|TAKE_PROFIT at LAST 61000",
        "Buy|0.00|0|UNKNOWN|null",
        "Buy|''|0|''|null",
      })
  void triggers(String side, String price, int direction, String by, String expected) {
    OrderUpdate update =
        order(
            "'side':'" + side + "'",
            "'triggerPrice':'" + price + "'",
            "'triggerDirection':" + direction,
            "'triggerBy':'" + by + "'");
    assertEquals(expected, String.valueOf(update.order().trigger()));
  }

  // ---- fills

  private static final String FILL =
      "{'symbol':'BTCUSDT','orderId':'28','orderLinkId':'','side':'Sell','execId':'0ab1','execPrice':'67190.1',"
          + "'execQty':'0.5','execType':'Trade','execFee':'18.4','feeCurrency':'','isMaker':false,"
          + "'execTime':'1746270400353','closedSize':'0.5','createType':'CreateByUser'}";

  @ParameterizedTest
  @CsvSource({
    "Trade,CreateByUser,ORDER",
    "Trade,,ORDER",
    "Trade,CreateByStopOrder,ORDER",
    "Trade,CreateByLiq,LIQUIDATION",
    "BlockTrade,CreateByBlock_PassThrough,ORDER",
    "MovePosition,CreateByBlockTradeMovePosition_PassThrough,ORDER",
    "FutureSpread,CreateByFutureSpread,ORDER",
    "BustTrade,CreateByTakeOver_PassThrough,LIQUIDATION",
    "AdlTrade,CreateByAdl_PassThrough,ADL",
    "Delivery,CreateBySettle,SETTLEMENT",
    "Settle,,SETTLEMENT",
  })
  void causes(String type, String created, String expected) {
    Fill fill =
        BybitPerpParser.fill(
            with(
                FILL,
                "'execType':'" + type + "'",
                "'createType':'" + (created == null ? "" : created) + "'"),
            BTC,
            PositionMode.ONE_WAY);
    assertEquals(expected, fill.cause().name());
    assertEquals("18.4 USDT", fill.fee().amount() + " " + fill.fee().asset());
    assertEquals("SELL 0.5 BTC-USDT at 67190.1 (trade 0ab1, fee 18.4 USDT)", fill.toString());
  }

  /** Funding moves no position, and nobody knows what a split or a new word did. */
  @Test
  void fundingIsNoFillAndWhatIsNotKnownIsNone() {
    Json funding = with(FILL, "'execType':'Funding'");
    assertNull(BybitPerpParser.fill(funding, BTC, PositionMode.ONE_WAY));
    assertTrue(BybitPerpParser.isFunding(funding));
    for (String type : new String[] {"CorporateAction", "UNKNOWN", ""}) {
      Json row = with(FILL, "'execType':'" + type + "'");
      assertThrows(TextException.class, () -> BybitPerpParser.fill(row, BTC, PositionMode.ONE_WAY));
    }
  }

  /** In hedge mode only what it closed shows which position an order of others worked on. */
  @ParameterizedTest
  @CsvSource({
    "ONE_WAY,'',Sell,0.5,Trade,NET",
    "ONE_WAY,clbr1,Sell,0.5,Trade,null",
    "HEDGE,'',Sell,0.5,Trade,LONG",
    "HEDGE,'',Sell,0,Trade,SHORT",
    "HEDGE,'',Buy,'',Trade,LONG",
    "HEDGE,'',Buy,0.5,Trade,SHORT",
    "HEDGE,'',Buy,'',BustTrade,SHORT",
    "HEDGE,'',Sell,'',AdlTrade,LONG",
    "HEDGE,clbr1,Sell,0.5,Trade,null",
    ",'',Sell,0.5,Trade,null",
  })
  void positionsOfFills(
      PositionMode mode, String link, String side, String closed, String type, String expected) {
    Fill fill =
        BybitPerpParser.fill(
            with(
                FILL,
                "'orderLinkId':'" + link + "'",
                "'side':'" + side + "'",
                "'closedSize':'" + closed + "'",
                "'execType':'" + type + "'"),
            BTC,
            mode);
    assertEquals(expected, String.valueOf(fill.positionSide()));
  }
}
