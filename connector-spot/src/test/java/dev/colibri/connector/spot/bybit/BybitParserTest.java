package dev.colibri.connector.spot.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads as the venue's pages show them, and what is made of them. */
class BybitParserTest {
  private static final Instrument BTC =
      Instrument.builder(
              "bybit-spot",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.000001")).build())
          .build();

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static final String ORDER =
      "{'symbol':'BTCUSDT','orderId':'28','orderLinkId':'clbr1','side':'Buy','orderType':'Limit',"
          + "'timeInForce':'GTC','price':'67210.1','qty':'0.5','marketUnit':'','orderStatus':'New',"
          + "'rejectReason':'EC_NoError','avgPrice':'','leavesValue':'0','cumExecQty':'0',"
          + "'cumExecValue':'0','updatedTime':'1684738540561'}";

  private static OrderUpdate order(String... changes) {
    String text = ORDER;
    for (String change : changes) {
      String field = change.substring(0, change.indexOf(':') + 1);
      text = text.replaceFirst(field + "'[^']*'", change);
    }
    return BybitParser.order(json(text), BTC);
  }

  @ParameterizedTest
  @CsvSource({
    "New,EC_NoError,0,OPEN,",
    "Untriggered,EC_NoError,0,OPEN,",
    "PartiallyFilled,EC_NoError,0.2,PARTIALLY_FILLED,",
    "Filled,EC_NoError,0.5,FILLED,",
    // Of a cancel that came too late.
    "Filled,EC_OrigClOrdIDDoesNotExist,0.5,FILLED,",
    "Cancelled,EC_PerCancelRequest,0,CANCELED,",
    "PartiallyFilledCanceled,EC_PerCancelRequest,0.2,CANCELED,",
    "Deactivated,EC_NoError,0,CANCELED,",
    "Cancelled,EC_BySelfMatch,0,CANCELED,Other[raw=EC_BySelfMatch]",
    // Of orders that never rest the engine knows it for an expiry.
    "Cancelled,EC_NoImmediateQtyToFill,0,CANCELED,Other[raw=EC_NoImmediateQtyToFill]",
    "PartiallyFilledCanceled,EC_CancelForNoFullFill,0.2,CANCELED,Other[raw=EC_CancelForNoFullFill]",
    "Rejected,EC_PostOnlyWillTakeLiquidity,0,REJECTED,WouldCross[raw=EC_PostOnlyWillTakeLiquidity]",
    "Cancelled,EC_PostOnlyWillTakeLiquidity,0,REJECTED,WouldCross[raw=EC_PostOnlyWillTakeLiquidity]",
    "Cancelled,EC_PostOnlyWillTakeLiquidity,0.2,CANCELED,WouldCross[raw=EC_PostOnlyWillTakeLiquidity]",
    "Teleported,EC_NoError,0,UNKNOWN,",
  })
  void statuses(String status, String reason, String filled, String expected, String reject) {
    OrderUpdate update =
        order(
            "'orderStatus':'" + status + "'",
            "'rejectReason':'" + reason + "'",
            "'cumExecQty':'" + filled + "'");
    assertEquals(expected, update.status().name());
    assertEquals(reject == null ? "null" : reject, String.valueOf(update.reject()));
    assertEquals(expected.equals("UNKNOWN") ? status : null, update.rawStatus());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Buy|Limit|GTC|''|BUY BTC-USDT LIMIT size 0.5 at 67210.1 [clbr1]",
        "Sell|Limit|PostOnly|''|SELL BTC-USDT LIMIT_MAKER size 0.5 at 67210.1 [clbr1]",
        "Buy|Limit|IOC|''|BUY BTC-USDT LIMIT size 0.5 at 67210.1 IOC [clbr1]",
        "Buy|Limit|FOK|''|BUY BTC-USDT LIMIT size 0.5 at 67210.1 FOK [clbr1]",
        "Buy|Market|IOC|baseCoin|BUY BTC-USDT MARKET size 0.5 [clbr1]",
        "Buy|Market|IOC|quoteCoin|BUY BTC-USDT MARKET amount 0.5 [clbr1]",
        "Buy|Market|IOC|''|BUY BTC-USDT MARKET amount 0.5 [clbr1]",
        "Sell|Market|IOC|''|SELL BTC-USDT MARKET size 0.5 [clbr1]",
      })
  void descriptions(String side, String type, String time, String unit, String expected) {
    OrderUpdate update =
        order(
            "'side':'" + side + "'",
            "'orderType':'" + type + "'",
            "'timeInForce':'" + time + "'",
            "'marketUnit':'" + unit + "'");
    assertEquals(expected, String.valueOf(update.order()));
  }

  /** What is left of an amount is less than a lot at the price paid, or it is not. */
  @ParameterizedTest
  @CsvSource({"0.05,FILLED", "0.07,CANCELED"})
  void anAmountIsSpentWhenWhatIsLeftBuysNoLot(String left, String expected) {
    OrderUpdate update =
        order(
            "'orderType':'Market'",
            "'marketUnit':'quoteCoin'",
            "'orderStatus':'PartiallyFilledCanceled'",
            "'rejectReason':'EC_CancelForNoFullFill'",
            "'avgPrice':'67210.1'",
            "'cumExecQty':'0.2'",
            "'leavesValue':'" + left + "'");
    assertEquals(expected, update.status().name());
  }

  @ParameterizedTest
  @CsvSource({
    "Buy,0.0002,BTC,0.0002 BTC",
    "Buy,0.02,MNT,0.02 MNT",
    "Buy,0.0002,'',0.0002 BTC",
    "Sell,13.4,'',13.4 USDT",
    "Buy,-13.4,'',-13.4 USDT",
    "Sell,-0.0002,'',-0.0002 BTC",
  })
  void fees(String side, String amount, String currency, String expected) {
    Fee fee =
        BybitParser.fill(
                json(
                    "{'orderId':'28','orderLinkId':'','side':'%s','execId':'7','execPrice':'67210.1',"
                            .formatted(side)
                        + "'execQty':'0.2','execFee':'%s','feeCurrency':'%s','isMaker':true,'execTime':'5'}"
                            .formatted(amount, currency)),
                BTC)
            .fee();
    assertEquals(expected, fee == null ? "" : fee.amount().toPlainString() + " " + fee.asset());
  }

  /** Derivatives hold margin in the same account; in portfolio margin mode the fields are blank. */
  @ParameterizedTest
  @CsvSource({"0.5,0.1,0.2,0.3,1.7", "0.5,'','',0,2.0", "0.5,'','',-0.4,1.6", "3,0,0,0,0"})
  void balances(String locked, String orders, String positions, String profit, String available) {
    Balance balance =
        BybitParser.balance(
            json(
                "{'coin':'BTC','walletBalance':'2.5','locked':'%s','totalOrderIM':'%s','totalPositionIM':'%s','unrealisedPnl':'%s'}"
                    .formatted(locked, orders, positions, profit)));
    assertEquals(new BigDecimal("2.5"), balance.total());
    assertEquals(0, balance.available().compareTo(new BigDecimal(available)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'side':'Hold'",
        "'qty':'much'",
        "'qty':''",
        "'updatedTime':'yesterday'",
        "'orderId':null"
      })
  void whatCannotBeReadIsNoOrder(String change) {
    String field = change.substring(0, change.indexOf(':') + 1);
    Json row = json(ORDER.replaceFirst(field + "'[^']*'", change));
    RuntimeException e = assertThrows(RuntimeException.class, () -> BybitParser.order(row, BTC));
    assertTrue(e instanceof TextException || e instanceof IllegalArgumentException, e::toString);
  }

  @Test
  void anInstrumentWithoutTickIsNone() {
    assertThrows(
        TextException.class,
        () ->
            BybitParser.instrument(json("{'symbol':'BTCUSDT','lotSizeFilter':{}}"), "bybit-spot"));
  }
}
