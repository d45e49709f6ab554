package dev.colibri.connector.spot.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from payloads. */
class HyperliquidParserTest {
  private static final Instrument HYPE = HyperliquidRequestTest.HYPE;
  private static final String ORDER =
      "{'order':{'coin':'@107','side':'B','limitPx':'25.12','sz':'3.0','oid':28,'timestamp':5,'origSz':'5.0',"
          + "'cloid':'0xa1','orderType':'Limit','tif':'Gtc'},'status':'open','statusTimestamp':7}";
  private static final String FILL =
      "{'coin':'@107','px':'25.12','sz':'3.5','side':'A','time':7,'startPosition':'0.0','dir':'Sell',"
          + "'closedPnl':'0.0','hash':'0x00','oid':28,'crossed':true,'fee':'0.0615','tid':118906512037719,"
          + "'feeToken':'USDC'}";

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static OrderUpdate order(String text) {
    return HyperliquidParser.update(json(text), HYPE);
  }

  /** By the word itself or its family; a word of neither is told as it is. */
  @ParameterizedTest
  @CsvSource({
    "open, PARTIALLY_FILLED HYPE-USDC [0xa1/28] filled 2.0",
    "triggered, PARTIALLY_FILLED HYPE-USDC [0xa1/28] filled 2.0",
    "filled, FILLED HYPE-USDC [0xa1/28] filled 2.0",
    "canceled, CANCELED HYPE-USDC [0xa1/28] filled 2.0",
    "scheduledCancel, CANCELED HYPE-USDC [0xa1/28] filled 2.0",
    "internalCancel, CANCELED HYPE-USDC [0xa1/28] filled 2.0",
    "selfTradeCanceled, CANCELED HYPE-USDC [0xa1/28] filled 2.0 Other[raw=selfTradeCanceled]",
    "delistedCanceled, CANCELED HYPE-USDC [0xa1/28] filled 2.0 Other[raw=delistedCanceled]",
    "rejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 Other[raw=rejected]",
    "tickRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 BadPrice[raw=tickRejected]",
    "minTradeNtlRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 BadSize[raw=minTradeNtlRejected]",
    "minTradeSpotNtlRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0"
        + " BadSize[raw=minTradeSpotNtlRejected]",
    "badAloPxRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 WouldCross[raw=badAloPxRejected]",
    "insufficientSpotBalanceRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0"
        + " InsufficientFunds[raw=insufficientSpotBalanceRejected]",
    "perpMarginRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0"
        + " InsufficientFunds[raw=perpMarginRejected]",
    "reduceOnlyRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 ReduceOnly[raw=reduceOnlyRejected]",
    "reduceOnlyCanceled, CANCELED HYPE-USDC [0xa1/28] filled 2.0 ReduceOnly[raw=reduceOnlyCanceled]",
    "badTriggerPxRejected, REJECTED HYPE-USDC [0xa1/28] filled 2.0 BadPrice[raw=badTriggerPxRejected]",
    "iocCancelRejected, CANCELED HYPE-USDC [0xa1/28] filled 2.0 Other[raw=iocCancelRejected]",
    "somethingNew, UNKNOWN(somethingNew) HYPE-USDC [0xa1/28] filled 2.0"
  })
  void readsAStatus(String status, String expected) {
    assertEquals(expected, order(ORDER.replace("'open'", "'" + status + "'")).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "Gtc, Limit, BUY HYPE-USDC LIMIT size 5.0 at 25.12 [0xa1], {}",
    "Alo, Limit, BUY HYPE-USDC LIMIT_MAKER size 5.0 at 25.12 [0xa1], {}",
    "Ioc, Limit, BUY HYPE-USDC LIMIT size 5.0 at 25.12 IOC [0xa1], {}",
    "FrontendMarket, Market, BUY HYPE-USDC MARKET size 5.0 [0xa1], {}",
    "LiquidationMarket, Market, BUY HYPE-USDC LIMIT size 5.0 at 25.12 [0xa1],"
        + " {type=LiquidationMarket}",
    "Gtc, Stop Limit, BUY HYPE-USDC LIMIT size 5.0 at 25.12 STOP at MARK 25.0 [0xa1], {}",
    "null, Stop Market, BUY HYPE-USDC MARKET size 5.0 STOP at MARK 25.0 [0xa1], {}",
    "null, Take Profit Limit, BUY HYPE-USDC LIMIT size 5.0 at 25.12 TAKE_PROFIT at MARK 25.0 [0xa1], {}"
  })
  void describesAnOrder(String tif, String type, String expected, String params) {
    String trigger = type.contains(" ") ? ",'isTrigger':true,'triggerPx':'25.0'" : "";
    var described =
        order(
                ORDER
                    .replace("'Gtc'", tif.equals("null") ? tif : "'" + tif + "'")
                    .replace("'Limit'", "'" + type + "'" + trigger))
            .order();
    assertEquals(expected, String.valueOf(described));
    assertEquals(params, described.params().toString());
  }

  @Test
  void readsAFill() {
    Fill fill = HyperliquidParser.fill(json(FILL), HYPE);
    assertEquals(
        "SELL 3.5 HYPE-USDC at 25.12 (trade 118906512037719, fee 0.0615 USDC)", fill.toString());
    assertEquals(
        "TAKER null 28 7",
        fill.liquidity() + " " + fill.clientId() + " " + fill.venueId() + " " + fill.venueMillis());
    Fill rebate = HyperliquidParser.fill(json(FILL.replace("0.0615", "-0.001")), HYPE);
    assertEquals("-0.001", rebate.fee().amount().toPlainString());
  }

  @Test
  void readsInstruments() {
    List<String> bad = new ArrayList<>();
    var all =
        HyperliquidParser.instruments(
            json(
                "{'universe':[{'tokens':[1,0],'name':'PURR/USDC','index':0},{'tokens':[150,0],'name':'@107',"
                    + "'index':107},{'tokens':[9,0],'name':'@1','index':1},{'tokens':[8,0],'name':'@2','index':2}],"
                    + "'tokens':[{'name':'USDC','szDecimals':8,'index':0},{'name':'PURR','szDecimals':0,'index':1},"
                    + "{'name':'HYPE','szDecimals':2,'index':150},{'name':'ODD','szDecimals':9,'index':8}]}"),
            (row, problem) -> bad.add(problem.getMessage()));
    assertEquals(2, all.size());
    assertEquals(
        "PURR-USDC PURR/USDC 10000",
        all.get(0).name()
            + " "
            + all.get(0).symbol()
            + " "
            + all.get(0).attribute(HyperliquidSpot.ASSET));
    assertEquals(
        "HYPE-USDC @107 10107",
        all.get(1).name()
            + " "
            + all.get(1).symbol()
            + " "
            + all.get(1).attribute(HyperliquidSpot.ASSET));
    assertEquals(
        "tick 0.000001, lot 0.01, price .., size 0.01.., market size .., notional 10.., price digits 5,"
            + " [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC]",
        all.get(1).rules().toString());
    assertEquals(
        List.of("$.universe[2]: a token that is not listed", "$.universe[3]: sizes of 9 decimals"),
        bad);
  }

  @Test
  void readsTheRest() {
    assertEquals(
        "Balance[asset=USDC, total=14.6, available=10.5]",
        HyperliquidParser.balance(json("{'coin':'USDC','token':0,'total':'14.6','hold':'4.1'}"))
            .toString());
    Symbols symbols = new Symbols();
    symbols.learn(List.of(HYPE));
    assertEquals(
        "25.1",
        HyperliquidParser.mark(json("{'coin':'@107','markPx':'25.1'}"), symbols).last().toString());
    assertNull(HyperliquidParser.mark(json("{'coin':'@9','markPx':'25.1'}"), symbols));
  }

  /** Rows about swaps and outcomes are nobody's business here; a pair that is not known is. */
  @Test
  void tellsPairsFromSwapsAndOutcomes() {
    Function<String, Instrument> known = coin -> coin.equals("@107") ? HYPE : null;
    assertEquals(HYPE, HyperliquidParser.pair(json("{'coin':'@107'}"), known));
    for (String coin : List.of("BTC", "xyz:TSLA", "#40", "kPEPE")) {
      assertNull(HyperliquidParser.pair(json("{'coin':'" + coin + "'}"), known), coin);
    }
    for (String coin : List.of("@108", "PURR/USDC")) {
      assertThrows(
          TextException.class,
          () -> HyperliquidParser.pair(json("{'coin':'" + coin + "'}"), known),
          coin);
    }
  }

  /** What is missing or wrong is never guessed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "order | 'side':'B' | 'side':'C'",
        "order | 'origSz':'5.0' | 'origSz':'1.0'",
        "order | 'sz':'3.0' | 'sz':'x'",
        "order | 'oid':28 | 'oid':null",
        "order | 'status':'open' | 'state':'open'",
        "fill | 'tid':118906512037719 | 'tid':null",
        "fill | 'feeToken':'USDC' | 'token':'USDC'",
        "fill | 'px':'25.12' | 'px':'0'",
        "fill | 'crossed':true | 'crossed':'maybe'"
      },
      quoteCharacter = '"')
  void refusesBadInput(String what, String good, String bad) {
    String text = what.equals("order") ? ORDER : FILL;
    assertTrue(text.contains(good));
    Function<Json, Object> reader =
        what.equals("order")
            ? row -> HyperliquidParser.update(row, HYPE)
            : row -> HyperliquidParser.fill(row, HYPE);
    assertThrows(RuntimeException.class, () -> reader.apply(json(text.replace(good, bad))));
  }
}
