package dev.colibri.connector.perp.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.TextException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the two sessions say and hear beside what spot's do. */
class OkxPerpSessionTest {
  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(1_700_000_000_123L, OkxPerpRequestTest.KEYS), OkxPerpRequestTest.BTC);
  private final Session market = new OkxPerpMarketSession();
  private final Session account = new OkxPerpAccountSession(new OkxPerpDialect("live"));

  private void hear(Session session, String... messages) {
    for (String message : messages) {
      session.received(Frame.of(message.replace('\'', '"')), context);
    }
  }

  @Test
  void fundingComesByThreeChannelsAndIsAcceptedWithTheFirst() {
    market.subscribe(List.of(Topic.funding(OkxPerpRequestTest.BTC)), context);
    assertEquals(
        List.of(
            "{\"id\":\"1\",\"op\":\"subscribe\",\"args\":[{\"channel\":\"funding-rate\",\"instId\":"
                + "\"BTC-USDT-SWAP\"},{\"channel\":\"mark-price\",\"instId\":\"BTC-USDT-SWAP\"},"
                + "{\"channel\":\"index-tickers\",\"instId\":\"BTC-USDT\"}]}"),
        context.sent());
    hear(
        market,
        "{'id':'1','event':'subscribe','arg':{'channel':'mark-price','instId':'BTC-USDT-SWAP'}}",
        "{'id':'1','event':'subscribe','arg':{'channel':'funding-rate','instId':'BTC-USDT-SWAP'}}",
        "{'id':'1','event':'subscribe','arg':{'channel':'index-tickers','instId':'BTC-USDT'}}",
        "{'arg':{'channel':'funding-rate','instId':'BTC-USDT-SWAP'},'data':[{'instId':'BTC-USDT-SWAP',"
            + "'fundingRate':'0.0001','fundingTime':'9','nextFundingTime':'99','ts':'5'}]}",
        "{'arg':{'channel':'mark-price','instId':'BTC-USDT-SWAP'},'data':[{'instId':'BTC-USDT-SWAP',"
            + "'markPx':'67210.1','ts':'6'}]}",
        "{'arg':{'channel':'index-tickers','instId':'BTC-USDT'},'data':[{'instId':'BTC-USDT',"
            + "'idxPx':'67209.8','ts':'7'}]}");
    String rate = "FundingRate[instrument=BTC-USDT@okx-perp, ";
    assertEquals(
        List.of(
            "accepted FUNDING BTC-USDT",
            rate + "markPrice=null, indexPrice=null, rate=0.0001, nextMillis=9, venueMillis=5]",
            rate + "markPrice=67210.1, indexPrice=null, rate=null, nextMillis=0, venueMillis=6]",
            rate + "markPrice=null, indexPrice=67209.8, rate=null, nextMillis=0, venueMillis=7]"),
        context.events());
  }

  @Test
  void aRefusalOfAnyOfThemRefusesFunding() {
    market.subscribe(List.of(Topic.funding(OkxPerpRequestTest.BTC)), context);
    hear(
        market,
        "{'id':'1','event':'error','code':'60018','msg':'Wrong URL or channel:index-tickers,"
            + "instId:BTC-USDT does not exist.'}");
    assertEquals(List.of("refused FUNDING BTC-USDT BAD_INSTRUMENT"), context.events());
    assertThrows(
        TextException.class,
        () ->
            hear(
                market,
                "{'arg':{'channel':'candle1m','instId':'BTC-USDT-SWAP'},"
                    + "'data':[{'instId':'BTC-USDT-SWAP'}]}"));
  }

  /** The engine converts what is staged. */
  @Test
  void booksAndTradesAreStagedInContracts() {
    hear(
        market,
        "{'arg':{'channel':'books','instId':'BTC-USDT-SWAP'},'action':'update','data':[{'asks':[],'bids':"
            + "[['67210.1','43.1','0','2']],'ts':'7','checksum':0,'seqId':12,'prevSeqId':11}]}",
        "{'arg':{'channel':'trades','instId':'BTC-USDT-SWAP'},'data':[{'instId':'BTC-USDT-SWAP','tradeId':"
            + "'28','px':'67210.1','sz':'12','side':'sell','ts':'7'}]}");
    assertEquals(
        List.of(
            "DIFF BTC-USDT -..12 after 11 at 7 [bid 67210.1 x 43.1]",
            "trade BTC-USDT 28 SELL 12 at 67210.1 at 7"),
        context.events());
  }

  @Test
  void subscribesToTheWholeAccountAndWaitsForAllOfIt() {
    account.opened(context);
    hear(account, "{'event':'login','code':'0','msg':'','connId':'abc'}");
    account.subscribe(List.of(Topic.account()), context);
    assertEquals(
        "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"orders\",\"instType\":\"SWAP\"},{\"channel\":\"account\"},"
            + "{\"channel\":\"positions\",\"instType\":\"SWAP\"},{\"channel\":\"liquidation-warning\","
            + "\"instType\":\"SWAP\"},{\"channel\":\"balance_and_position\"}]}",
        context.sent().get(1));
    for (String channel :
        List.of("orders", "account", "liquidation-warning", "balance_and_position")) {
      hear(account, "{'event':'subscribe','arg':{'channel':'" + channel + "'},'connId':'abc'}");
    }
    assertEquals(List.of("ready"), context.events());
    hear(account, "{'event':'subscribe','arg':{'channel':'positions'},'connId':'abc'}");
    assertEquals(List.of("ready", "accepted ACCOUNT"), context.events());
  }

  private static String positions(String... rows) {
    return "{'arg':{'channel':'positions','instType':'SWAP'},'eventType':'event_update','data':["
        + String.join(",", rows)
        + "]}";
  }

  private static String position(String of, String side, String size, String mode, long at) {
    return "{'instId':'%s','posSide':'%s','pos':'%s','mgnMode':'%s','avgPx':'1','uTime':'%s'}"
        .formatted(of, side, size, mode, at);
  }

  @Test
  void tellsPositionsAsTheyChangeAndWhenTheyAreClosed() {
    String of = "BTC-USDT-SWAP";
    hear(
        account,
        positions(position("BTC-USD-SWAP", "net", "9", "cross", 1)),
        positions(position(of, "net", "-5", "cross", 1)),
        positions(position(of, "net", "0", "cross", 2)),
        positions(
            position(of, "long", "5", "cross", 3),
            position("?", "net", "5", "cross", 3),
            position(of, "short", "2", "cross", 3)));
    assertEquals(
        List.of(
            "positions [short 0.05 BTC-USDT from 1]",
            "positions [flat BTC-USDT from 1]",
            "positions [long 0.05 BTC-USDT LONG from 1, short 0.02 BTC-USDT SHORT from 1]"),
        context.events().stream().filter(e -> e.startsWith("positions")).toList());
    assertEquals(4, context.events().size());
  }

  /** The venue tells each by itself when it changes. */
  @Test
  void addsACrossAndAnIsolatedPosition() {
    String of = "BTC-USDT-SWAP";
    hear(
        account,
        positions(position(of, "net", "5", "cross", 1)),
        positions(position(of, "net", "-3", "isolated", 2)),
        positions(position(of, "net", "6", "cross", 3)),
        positions(position(of, "net", "0", "cross", 4)));
    assertEquals(
        List.of(
            "positions [long 0.05 BTC-USDT from 1]",
            "positions [long 0.02 BTC-USDT]",
            "positions [long 0.03 BTC-USDT]",
            "positions [short 0.03 BTC-USDT from 1]"),
        context.events());
  }

  @Test
  void tellsOfFundingAndOfDanger() {
    String moved =
        "{'arg':{'channel':'balance_and_position'},'data':[{'pTime':'7','eventType':'%s'}]}";
    hear(
        account,
        moved.formatted("filled"),
        moved.formatted("funding_fee"),
        "{'arg':{'channel':'liquidation-warning','instType':'SWAP'},'data':[{'instId':'BTC-USDT-SWAP',"
            + "'mgnMode':'cross','mgnRatio':'1.17','pos':'5','posSide':'net'}]}");
    assertEquals(List.of("funding paid", "margin call BTC-USDT@okx-perp"), context.events());
  }

  @Test
  void tellsOrdersFillsAndBalances() {
    String row =
        "{'instId':'%s','ordId':'28','clOrdId':'a1','tdMode':'cross','side':'sell','posSide':'net',"
            + "'reduceOnly':'true','ordType':'market','px':'','sz':'5','state':'filled','accFillSz':'5',"
            + "'avgPx':'67210.1','category':'normal','uTime':'7','tradeId':'56','fillPx':'67210.1',"
            + "'fillSz':'5','fillFee':'-1.68','fillFeeCcy':'USDT','fillTime':'7','execType':'T'}";
    hear(
        account,
        "{'arg':{'channel':'orders','instType':'SWAP'},'data':["
            + row.formatted("BTC-USD-SWAP")
            + ","
            + row.formatted("?")
            + ","
            + row.formatted("BTC-USDT-SWAP")
            + "]}",
        "{'arg':{'channel':'account'},'data':[{'uTime':'7','details':[{'ccy':'USDT','eq':'990',"
            + "'cashBal':'1000','availEq':'900','availBal':'1000','isoEq':'0','isoUpl':'0'}]}]}");
    assertEquals(4, context.events().size());
    assertEquals(
        List.of(
            "order FILLED BTC-USDT [a1/28] filled 0.05",
            "  with SELL 0.05 BTC-USDT at 67210.1 (trade 56, fee 1.68 USDT)",
            "balances [Balance[asset=USDT, total=1000, available=900]] at 7"),
        context.events().subList(1, 4));
  }
}
