package dev.colibri.connector.perp.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, one after the other, and what is made of answers. */
class BybitPerpRequestTest {
  private static final long NOW = 1_700_000_000_123L;
  private static final long WEEK = 604_800_000L;
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Instrument BTC = BybitPerpParserTest.BTC;
  private static final String NOTHING = "{'result':{'list':[]}}";
  private static final String CROSS = "{'result':{'marginMode':'REGULAR_MARGIN'}}";
  private static final String ISOLATED = "{'result':{'marginMode':'ISOLATED_MARGIN'}}";

  private final BybitPerpDialect venue = new BybitPerpDialect();
  private final List<String> sent = new ArrayList<>();
  private final Order buy = Order.buy(BTC).clientId("clbr1").positionSide(PositionSide.NET);
  private final Order sell = Order.sell(BTC).clientId("clbr1").positionSide(PositionSide.NET);
  private final Order limit = buy.limit("67210.50").size("0.010");

  /** Performs a call; each request is written down, and answered by the next of the answers. */
  private <T> @Nullable T ask(Call<T> call, String... answers) {
    sent.clear();
    return value(call, List.of(answers).iterator());
  }

  private <T> @Nullable T value(Call<T> call, java.util.Iterator<String> answers) {
    if (call instanceof Call.Ask<T> c) {
      sent.add(line(c.request()));
      return answers.hasNext() ? read(c, answers.next()) : null;
    } else if (call instanceof Call.Then<?, T> c) {
      return then(c, answers);
    } else if (call instanceof Call.Failed<T> c) {
      throw new IllegalStateException(c.fault().toString());
    }
    return assertInstanceOf(Call.Done.class, call).value() == null ? null : done(call);
  }

  private static <T> T done(Call<T> call) {
    return ((Call.Done<T>) call).value();
  }

  private <T> T read(Call.Ask<T> ask, String answer) {
    byte[] body = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Reply reply = new Reply(200, Map.of(), body);
    assertNull(venue.fault(ask.request(), reply));
    return ask.reader().apply(reply);
  }

  private <A, T> @Nullable T then(Call.Then<A, T> then, java.util.Iterator<String> answers) {
    A first = value(then.first(), answers);
    return first == null ? null : value(then.next().apply(first), answers);
  }

  private String line(Request r) {
    Signed s = venue.depart(r, new FrozenSigning(NOW, Credentials.of("a-key", "not-a-secret")));
    assertEquals(r.isSigned() ? "a-key" : null, s.headers().get("X-BAPI-API-KEY"));
    byte[] body = s.body();
    String text = body == null ? s.query() : new String(body, StandardCharsets.UTF_8);
    return r.method() + " " + r.path().substring(4) + (text == null ? "" : " " + text);
  }

  private void leaves(String line, Call<?> call) {
    ask(call);
    assertEquals(line.replace('\'', '"'), sent.get(0));
  }

  @Test
  void requestsOfMarketData() {
    leaves("GET market/time", venue.time());
    leaves("GET market/orderbook category=linear&symbol=BTCUSDT&limit=1000", venue.book(BTC, 0));
    leaves("GET market/tickers category=linear", venue.tickers(List.of(), NONE));
    leaves(
        "GET market/tickers category=linear&symbol=BTCUSDT",
        venue.fundingRates(List.of(BTC), NONE));
    leaves(
        "GET market/recent-trade category=linear&symbol=BTCUSDT&limit=1000",
        venue.trades(BTC, 5000, NONE));
    ask(venue.instruments(NONE), NOTHING, NOTHING);
    assertEquals(
        List.of(
            "GET market/instruments-info category=linear&limit=1000",
            "GET market/instruments-info category=inverse&limit=1000"),
        sent);
  }

  @Test
  void ordersSayTheirPosition() {
    String begin = "POST order/create {'category':'linear','symbol':'BTCUSDT',";
    String id = ",'orderLinkId':'clbr1'}";
    String price = ",'price':'67210.5','timeInForce':'GTC'" + id;
    leaves(
        begin + "'side':'Buy','orderType':'Limit','qty':'0.01','positionIdx':0" + price,
        venue.place(limit));
    leaves(
        begin + "'side':'Buy','orderType':'Limit','qty':'0.01','positionIdx':1" + price,
        venue.place(limit.positionSide(PositionSide.LONG)));
    leaves(
        begin
            + "'side':'Buy','orderType':'Limit','qty':'0.01','positionIdx':2,'reduceOnly':true"
            + price,
        venue.place(limit.reduceOnly().positionSide(PositionSide.SHORT)));
    leaves(
        begin + "'side':'Sell','orderType':'Market','qty':'0.5','positionIdx':0" + id,
        venue.place(sell.market().size("0.5")));
  }

  /** Above the market it is reached by rising, below it by falling. */
  @Test
  void ordersThatWaitForAPrice() {
    String begin = "POST order/create {'category':'linear','symbol':'BTCUSDT',";
    leaves(
        begin
            + "'side':'Sell','orderType':'Market','qty':'0.5','positionIdx':0,'reduceOnly':true,"
            + "'triggerPrice':'61000','triggerBy':'MarkPrice','triggerDirection':2,'orderLinkId':'clbr1'}",
        venue.place(sell.market().size("0.5").reduceOnly().trigger(Trigger.stop("61000"))));
    leaves(
        begin
            + "'side':'Sell','orderType':'Limit','qty':'0.5','positionIdx':0,"
            + "'triggerPrice':'71000','triggerBy':'LastPrice','triggerDirection':1,"
            + "'price':'70900','timeInForce':'GTC','orderLinkId':'clbr1'}",
        venue.place(
            sell.limit("70900")
                .size("0.5")
                .trigger(Trigger.takeProfit("71000").by(Trigger.By.LAST))));
    leaves(
        begin
            + "'side':'Buy','orderType':'Market','qty':'0.5','positionIdx':0,"
            + "'triggerPrice':'71000','triggerBy':'IndexPrice','triggerDirection':1,'orderLinkId':'clbr1'}",
        venue.place(buy.market().size("0.5").trigger(Trigger.stop("71000").by(Trigger.By.INDEX))));
  }

  @Test
  void requestsAboutOrders() {
    leaves(
        "POST order/cancel {'category':'linear','symbol':'BTCUSDT','orderId':'28'}",
        venue.cancel(limit.venueId("28")));
    leaves(
        "POST order/cancel-all {'category':'linear','symbol':'BTCUSDT'}",
        venue.cancelAll(BTC, NONE));
    leaves(
        "POST order/amend {'category':'linear','symbol':'BTCUSDT','orderId':'28','qty':'0.02'}",
        venue.amend(limit.venueId("28"), limit.venueId("28").size("0.02")));
    leaves(
        "POST order/create-batch {'category':'linear','request':[{'symbol':'BTCUSDT','side':'Buy',"
            + "'orderType':'Limit','qty':'0.01','positionIdx':0,'price':'67210.5','timeInForce':'GTC',"
            + "'orderLinkId':'clbr1'}]}",
        venue.placeAll(List.of(limit)));
    leaves(
        "POST order/cancel-batch {'category':'linear','request':[{'symbol':'BTCUSDT','orderId':'28'}]}",
        venue.cancelEach(List.of(limit.venueId("28"))));
    ask(venue.status(limit), NOTHING);
    assertEquals(
        List.of(
            "GET order/realtime category=linear&symbol=BTCUSDT&orderLinkId=clbr1",
            "GET order/history category=linear&symbol=BTCUSDT&orderLinkId=clbr1"),
        sent);
    leaves(
        "GET order/realtime category=linear&symbol=BTCUSDT&limit=50", venue.openOrders(BTC, NONE));
    ask(venue.openOrders(null, NONE), NOTHING, NOTHING);
    assertEquals(
        List.of(
            "GET order/realtime category=linear&settleCoin=USDT&limit=50",
            "GET order/realtime category=linear&settleCoin=USDC&limit=50"),
        sent);
    leaves(
        "GET execution/list category=linear&symbol=BTCUSDT&startTime=" + NOW + "&limit=100",
        venue.fills(FillQuery.since(BTC, NOW), NONE));
  }

  /** Each order counts, apart from those of spot. */
  @Test
  void limitsAreTheCategorysOwn() {
    Call<?> call = venue.placeAll(List.of(limit, limit.clientId("clbr2")));
    assertEquals(
        List.of(new Request.Cost("ip", 1), new Request.Cost("linear/v5/order/create-batch", 2)),
        assertInstanceOf(Call.Ask.class, call).request().costs());
    List<String> named = venue.limits().stream().map(l -> l.bucket() + " " + l.amount()).toList();
    assertTrue(named.contains("linear/v5/order/create-batch 10"), named::toString);
    assertTrue(named.contains("linear/v5/account/wallet-balance 50"), named::toString);
  }

  // ---- position mode

  private static String sides(int... indexes) {
    StringBuilder rows = new StringBuilder();
    for (int index : indexes) {
      rows.append(rows.length() == 0 ? "" : ",")
          .append("{'positionIdx':")
          .append(index)
          .append('}');
    }
    return "{'result':{'list':[" + rows + "]}}";
  }

  /** Where nothing is open, an instrument that is always there tells, with both its sides. */
  @Test
  void thePositionModeIsThatOfWhatIsOpen() {
    assertEquals(PositionMode.HEDGE, ask(venue.positionMode(), sides(1)));
    assertEquals(PositionMode.ONE_WAY, ask(venue.positionMode(), sides(0, 0)));
    assertEquals(List.of("GET position/list category=linear&settleCoin=USDT&limit=200"), sent);
    assertEquals(PositionMode.HEDGE, ask(venue.positionMode(), NOTHING, sides(1, 2)));
    assertEquals(PositionMode.ONE_WAY, ask(venue.positionMode(), NOTHING, sides(0)));
    assertEquals("GET position/list category=linear&symbol=BTCUSDT&limit=200", sent.get(1));
  }

  /** The venue passes over instruments with something open, without a word. */
  @Test
  void aChangeOfModeCountsOnlyWhereEveryPositionFollowed() {
    String taken = "{'retCode':0,'result':{}}";
    String same = "{'retCode':110025,'retMsg':'Position mode has not been modified.','result':{}}";
    assertEquals(
        PositionMode.HEDGE, ask(venue.setPositionMode(PositionMode.HEDGE), taken, NOTHING));
    assertEquals(
        "POST position/switch-mode {'category':'linear','coin':'USDT','mode':3}".replace('\'', '"'),
        sent.get(0));
    assertEquals(
        PositionMode.ONE_WAY, ask(venue.setPositionMode(PositionMode.ONE_WAY), same, sides(0)));
    assertEquals(
        "Fault[kind=REJECTED, raw=positions are open that are not in mode HEDGE]",
        refusal(venue.setPositionMode(PositionMode.HEDGE), taken, sides(0)));
  }

  private String refusal(Call<?> call, String... answers) {
    try {
      return "answered: " + ask(call, answers);
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  // ---- leverage

  private static final String POSITION =
      "{'positionIdx':%d,'symbol':'BTCUSDT','side':'%s','size':'%s','avgPrice':'67000',"
          + "'leverage':'%s','markPrice':'67100','liqPrice':'','unrealisedPnl':'1',"
          + "'positionIM':'670','updatedTime':'5'}";

  private static String positions(String... rows) {
    return "{'result':{'list':[" + String.join(",", rows) + "]}}";
  }

  @Test
  void leverageIsOfAnInstrumentAndTheMarginModeOfTheAccount() {
    String one = positions(POSITION.formatted(0, "", "0", "10"));
    assertEquals(
        new Leverage(BTC, new BigDecimal("10"), MarginMode.ISOLATED),
        ask(venue.leverage(BTC, MarginMode.CROSS), one, ISOLATED));
    assertEquals(
        List.of("GET position/list category=linear&symbol=BTCUSDT", "GET account/info"), sent);
    String both =
        positions(POSITION.formatted(1, "", "0", "20"), POSITION.formatted(2, "", "0", "5"));
    assertEquals(
        new Leverage(BTC, new BigDecimal("5"), MarginMode.CROSS),
        ask(venue.leverage(BTC, MarginMode.CROSS), both, CROSS));
    String portfolio = "{'result':{'marginMode':'PORTFOLIO_MARGIN'}}";
    assertEquals(
        new Leverage(BTC, BigDecimal.ONE, MarginMode.CROSS),
        ask(
            venue.leverage(BTC, MarginMode.CROSS),
            positions(POSITION.formatted(0, "", "0", "")),
            portfolio));
  }

  @Test
  void leverageIsSetAndTheAccountsMarginModeIsNot() {
    Leverage wanted = new Leverage(BTC, new BigDecimal("12.50"), MarginMode.CROSS);
    String same = "{'retCode':110043,'retMsg':'Set leverage has not been modified.','result':{}}";
    assertEquals(wanted, ask(venue.setLeverage(wanted), same));
    assertEquals(
        "POST position/set-leverage {'category':'linear','symbol':'BTCUSDT','buyLeverage':'12.5','sellLeverage':'12.5'}"
            .replace('\'', '"'),
        sent.get(0));
    ask(venue.positions(NONE), NOTHING, NOTHING, ISOLATED);
    assertEquals(
        "Fault[kind=REJECTED, raw=the margin mode of the whole account is ISOLATED, not CROSS]",
        refusal(venue.setLeverage(wanted)));
    assertEquals(List.of(), sent);
  }

  @Test
  void positionsAreOfBothSettlementAssets() {
    learn(BTC);
    assertEquals(
        "[long 0.3 BTC-USDT from 67000, short 0.2 BTC-USDT SHORT from 67000]",
        String.valueOf(
            ask(
                venue.positions(NONE),
                positions(
                    POSITION.formatted(0, "Buy", "0.3", "10"),
                    POSITION.formatted(2, "Sell", "0.2", "10"),
                    "{'symbol':'BTCUSDT-25DEC26','positionIdx':0}"),
                NOTHING,
                CROSS)));
    assertEquals(
        List.of(
            "GET position/list category=linear&settleCoin=USDT&limit=200",
            "GET position/list category=linear&settleCoin=USDC&limit=200",
            "GET account/info"),
        sent);
  }

  private void learn(Instrument instrument) {
    String row =
        "{'symbol':'%s','contractType':'LinearPerpetual','status':'Trading','baseCoin':'%s','quoteCoin':'%s','settleCoin':'%s',"
            + "'leverageFilter':{'maxLeverage':'100'},'priceFilter':{'tickSize':'0.1'},'lotSizeFilter':{'qtyStep':'0.001'}}";
    String text =
        row.formatted(
            instrument.symbol(), instrument.base(), instrument.quote(), instrument.settle());
    ask(venue.instruments(NONE), positions(text), NOTHING);
  }

  // ---- funding

  private static String payments(int count, long first, long now, String cursor) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      rows.append(i == 0 ? "" : ",")
          .append(
              "{'symbol':'BTCUSDT','side':'Buy','funding':'-0.1','type':'SETTLEMENT','feeRate':'0.0001','size':'0.3',"
                  + "'currency':'USDT','tradeId':'%d','transactionTime':'%d'}"
                      .formatted(first - i, first - i));
    }
    return "{'result':{'list':[%s],'nextPageCursor':'%s'},'time':%d}".formatted(rows, cursor, now);
  }

  /** A week at once, and pages within it; the answer tells what time it is. */
  @Test
  void paymentsFollowInPagesAndWeeks() {
    long since = NOW - WEEK - 1000;
    String request =
        "GET account/transaction-log accountType=UNIFIED&category=linear&type=SETTLEMENT&%sstartTime=%d&endTime=%d%s&limit=50";
    FundingQuery query = FundingQuery.since(since);
    learn(BTC);
    Page<FundingPayment> page =
        ask(venue.fundingPayments(query, NONE), payments(50, since + 99, NOW, "21963%3A1"));
    assertEquals(List.of(request.formatted("", since, since + WEEK - 1, "")), sent);
    assertEquals(50, page.items().size());
    assertEquals(since + " 21963:1", page.next());

    page = ask(venue.fundingPayments(query.from(page.next()), NONE), payments(3, since, NOW, "x"));
    assertEquals(
        List.of(request.formatted("", since, since + WEEK - 1, "&cursor=21963%3A1")), sent);
    assertEquals(Long.toString(since + WEEK), page.next());

    page = ask(venue.fundingPayments(query.from(page.next()), NONE), payments(0, 0, NOW, ""));
    assertEquals(List.of(request.formatted("", since + WEEK, since + 2 * WEEK - 1, "")), sent);
    assertNull(page.next());

    FundingQuery bounded = new FundingQuery(BTC, since, since + 5, null);
    page = ask(venue.fundingPayments(bounded, NONE), payments(1, since, NOW, ""));
    assertEquals(List.of(request.formatted("baseCoin=BTC&", since, since + 5, "")), sent);
    assertNull(page.next());
  }

  /** Without a time to begin with they follow backwards, and end where the venue knows no more. */
  @Test
  void paymentsBackwards() {
    String request =
        "GET account/transaction-log accountType=UNIFIED&category=linear&type=SETTLEMENT%s&limit=50";
    String times = "&startTime=%d&endTime=%d";
    long yesterday = NOW - 86_400_000;
    learn(BTC);
    FundingQuery query = FundingQuery.since(0);
    Page<FundingPayment> page =
        ask(venue.fundingPayments(query, NONE), payments(50, NOW - 1, NOW, "7%3A1"));
    assertEquals(List.of(request.formatted("")), sent);
    assertEquals("0 7:1", page.next());
    page = ask(venue.fundingPayments(query.from(page.next()), NONE), payments(1, NOW, NOW, ""));
    assertEquals(List.of(request.formatted("&cursor=7%3A1")), sent);
    assertEquals(Long.toString(-yesterday), page.next());
    page = ask(venue.fundingPayments(query.from(page.next()), NONE), payments(0, 0, NOW, ""));
    assertEquals(
        List.of(request.formatted(times.formatted(yesterday - WEEK + 1, yesterday))), sent);
    assertEquals(Long.toString(-(yesterday - WEEK)), page.next());
    query = new FundingQuery(null, 0, NOW - 729 * 86_400_000L, null);
    page = ask(venue.fundingPayments(query, NONE), payments(0, 0, NOW, ""));
    assertEquals(
        List.of(
            request.formatted(
                times.formatted(query.untilMillis() - WEEK + 1, query.untilMillis()))),
        sent);
    assertNull(page.next());
  }
}
