package dev.colibri.connector.perp.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What both streams are asked for, and what is made of their messages. */
class BybitPerpSessionTest {
  private static final Instrument BTC = BybitPerpParserTest.BTC;

  private final BybitPerpDialect venue = new BybitPerpDialect();
  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(1_700_000_000_123L, Credentials.of("a-key", "not-a-secret")), BTC);

  private Session open(int stream) {
    return venue.streams().get(stream).open();
  }

  private List<String> heard(Session session, String... messages) {
    context.events().clear();
    for (String message : messages) {
      session.received(Frame.of(message.replace('\'', '"')), context);
    }
    return context.events();
  }

  @Test
  void subscriptions() {
    Session market = open(0);
    market.subscribe(
        List.of(Topic.book(BTC, 50), Topic.trades(BTC), Topic.top(BTC), Topic.funding(BTC)),
        context);
    Session account = open(1);
    account.subscribe(List.of(Topic.account()), context);
    assertEquals(
        List.of(
            "{'op':'subscribe','req_id':'1','args':['orderbook.50.BTCUSDT','publicTrade.BTCUSDT',"
                + "'orderbook.1.BTCUSDT','tickers.BTCUSDT']}",
            "{'op':'subscribe','args':['order.linear','execution.linear','position.linear','wallet']}"),
        context.sent().stream().map(s -> s.replace('"', '\'')).toList());
    assertEquals(
        List.of(
            "accepted BOOK BTC-USDT",
            "accepted TRADES BTC-USDT",
            "accepted TOP BTC-USDT",
            "accepted FUNDING BTC-USDT"),
        heard(
            market,
            "{'success':true,'ret_msg':'','conn_id':'2324','req_id':'1','op':'subscribe'}"));
    assertEquals(
        List.of("accepted ACCOUNT"),
        heard(account, "{'success':true,'ret_msg':'','op':'subscribe','conn_id':'cejr'}"));
  }

  /** Their ids are no numbers. */
  @Test
  void trades() {
    assertEquals(
        List.of("trade BTC-USDT 0 BUY 0.001 at 16578.50 at 1672304486865"),
        heard(
            open(0),
            "{'topic':'publicTrade.BTCUSDT','type':'snapshot','ts':1672304486868,'data':[{'T':1672304486865,"
                + "'s':'BTCUSDT','S':'Buy','v':'0.001','p':'16578.50','L':'PlusTick',"
                + "'i':'20f43950-d8dd-5b31-9112-a178eb6023af','BT':false,'seq':1783284617}]}"));
  }

  /** A message that changes none of it says nothing. */
  @Test
  void fundingWholeAndInParts() {
    assertEquals(
        List.of(
            "FundingRate[instrument=BTC-USDT@bybit-perp, markPrice=67210.55, indexPrice=67208.19,"
                + " rate=-0.005, nextMillis=1760342400000, venueMillis=30]",
            "FundingRate[instrument=BTC-USDT@bybit-perp, markPrice=67210.60, indexPrice=null,"
                + " rate=null, nextMillis=0, venueMillis=31]"),
        heard(
            open(0),
            "{'topic':'tickers.BTCUSDT','type':'snapshot','data':{'symbol':'BTCUSDT','lastPrice':'67210.10',"
                + "'markPrice':'67210.55','indexPrice':'67208.19','nextFundingTime':'1760342400000',"
                + "'fundingRate':'-0.005','bid1Price':'67210.00'},'cs':9532239429,'ts':30}",
            "{'topic':'tickers.BTCUSDT','type':'delta','data':{'symbol':'BTCUSDT','markPrice':'67210.60'},'cs':1,'ts':31}",
            "{'topic':'tickers.BTCUSDT','type':'delta','data':{'symbol':'BTCUSDT','bid1Size':'4'},'cs':2,'ts':32}"));
  }

  private static final String FILL =
      "{'category':'linear','symbol':'%s','orderId':'28','orderLinkId':'clbr1','side':'Sell','execId':'%s',"
          + "'execPrice':'67190.1','execQty':'0.5','execType':'%s','execFee':'18.4','feeCurrency':'USDT',"
          + "'isMaker':false,'execTime':'1746270400353','closedSize':'0.5'}";

  private static String executions(String... rows) {
    return "{'topic':'execution.linear','id':'1','creationTime':5,'data':["
        + String.join(",", rows)
        + "]}";
  }

  /** Funding is asked for, what is not known is set aside, and of dated futures nothing is said. */
  @Test
  void executions() {
    assertEquals(
        List.of(
            "quarantined " + FILL.formatted("BTCUSDT", "c", "CorporateAction").replace('\'', '"'),
            "fill SELL 0.5 BTC-USDT at 67190.1 (trade a, fee 18.4 USDT)",
            "funding paid"),
        heard(
            open(1),
            executions(
                FILL.formatted("BTCUSDT", "a", "Trade"),
                FILL.formatted("BTCUSDT", "b", "Funding"),
                FILL.formatted("BTCUSDT", "c", "CorporateAction"),
                FILL.formatted("BTCUSDT-25DEC26", "d", "Trade"))));
    assertEquals(
        List.of("fill SELL 0.5 BTC-USDT at 67190.1 (trade e, fee 18.4 USDT)"),
        heard(open(1), executions(FILL.formatted("BTCUSDT", "e", "Trade"))));
  }

  @Test
  void positionsOneByOne() {
    String row =
        "{'category':'linear','positionIdx':%d,'symbol':'%s','side':'%s','size':'%s','entryPrice':'67000','leverage':'10',"
            + "'markPrice':'67100','liqPrice':'','unrealisedPnl':'1','positionIM':'670','updatedTime':'5'}";
    String message = "{'id':'1','topic':'position.linear','creationTime':7,'data':[%s]}";
    assertEquals(
        List.of("positions [short 0.3 BTC-USDT from 67000, flat BTC-USDT LONG from 67000]"),
        heard(
            open(1),
            message.formatted(
                row.formatted(0, "BTCUSDT", "Sell", "0.3")
                    + ","
                    + row.formatted(1, "BTCUSDT", "", "0")
                    + ","
                    + row.formatted(0, "BTCUSDT-25DEC26", "Buy", "1"))));
  }

  /** What a position has lost is not available, though the wallet still has it. */
  @Test
  void theWallet() {
    assertEquals(
        List.of(
            "balances [Balance[asset=USDT, total=1000, available=680],"
                + " Balance[asset=BTC, total=2, available=2]] at 1700034722104"),
        heard(
            open(1),
            "{'topic':'wallet','creationTime':1700034722104,'data':[{'accountType':'UNIFIED','coin':["
                + "{'coin':'USDT','walletBalance':'1000','locked':'10','totalOrderIM':'40','totalPositionIM':'200','unrealisedPnl':'-70'},"
                + "{'coin':'BTC','walletBalance':'2','locked':'0','totalOrderIM':'','totalPositionIM':'','unrealisedPnl':'70'}]}]}"));
  }
}
