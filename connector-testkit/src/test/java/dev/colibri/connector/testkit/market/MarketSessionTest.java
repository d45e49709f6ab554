package dev.colibri.connector.testkit.market;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shape of message that a table can say, as a message and the events it causes. */
class MarketSessionTest {
  private static final Instrument BTC = instrument("BTC");
  private static final Instrument ETH = instrument("ETH");

  private final RecordingContext context =
      new RecordingContext(new FrozenSigning(0, Credentials.of("a-key", "no-secret")), BTC, ETH);

  private static Instrument instrument(String symbol) {
    TradingRules rules = TradingRules.builder(new BigDecimal("0.01"), BigDecimal.ONE).build();
    return Instrument.builder("test", symbol, symbol, "USD", rules).build();
  }

  private static final class TestSession extends MarketSession {
    TestSession(MarketFormat format) {
      super(format, "stream", "");
    }

    @Override
    protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
      throw new AssertionError("not asked");
    }

    @Override
    protected void other(Frame frame, SessionContext context) {
      context.quarantined("other: " + frame.utf8(), new TextException("other"));
    }
  }

  private List<String> hear(MarketFormat format, String... messages) {
    TestSession session = new TestSession(format);
    context.events().clear();
    for (String message : messages) {
      session.received(Frame.of(message.replace('\'', '"')), context);
    }
    return context.events();
  }

  /** Answers name the frame and one of its topics. */
  private static final class AskingSession extends MarketSession {
    AskingSession() {
      super(CHANNELS, "stream", "");
    }

    @Override
    protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
      return (subscribe ? "+" : "-") + topics + " " + signing.requestId();
    }

    @Override
    protected void other(Frame frame, SessionContext context) {
      Json answer = frame.json();
      Fault fault = answer.has("no") ? Fault.of(Fault.Kind.REJECTED, answer.text("no")) : null;
      String kind = answer.textOr("kind", "");
      answered(
          answer.longOr("id", ANY),
          topic -> topic.kind().toString().startsWith(kind),
          fault,
          context);
    }
  }

  @Test
  void answers_are_about_the_topics_of_their_frame() {
    AskingSession session = new AskingSession();
    context.events().clear();
    session.subscribe(List.of(Topic.book(BTC, 0), Topic.trades(BTC)), context);
    session.subscribe(List.of(Topic.book(ETH, 0), Topic.top(ETH)), context);
    session.unsubscribe(List.of(Topic.book(BTC, 0)), context);
    assertEquals(
        List.of(
            "+[BOOK BTC-USD, TRADES BTC-USD] 1",
            "+[BOOK ETH-USD, TOP ETH-USD] 2",
            "-[BOOK BTC-USD] 3"),
        context.sent());
    for (String answer :
        List.of(
            "{'id':1,'kind':'TRADES'}",
            "{'id':1,'kind':'TRADES'}",
            "{'id':2,'kind':'TOP','no':'why'}",
            "{'kind':'BOOK'}",
            "{'id':3}",
            "{'id':9}")) {
      session.received(Frame.of(answer.replace('\'', '"')), context);
    }
    assertEquals(
        List.of(
            "accepted TRADES BTC-USD",
            "refused TOP ETH-USD REJECTED",
            "accepted BOOK BTC-USD",
            "accepted BOOK ETH-USD"),
        context.events());
    assertThrows(
        TextException.class,
        () -> session.received(Frame.of("{\"id\":1,\"no\":\"why\"}"), context));
  }

  private static final Fields BOOK =
      Fields.of()
          .bids("bids")
          .asks("asks")
          .millis("ts")
          .last("seq")
          .previous("prev")
          .checksum("sum");

  /** Kind and symbol in an object of their own, content in an array. */
  private static final MarketFormat CHANNELS =
      MarketFormat.of(
              Fields.of()
                  .inside("arg", Fields.of().kind("channel").symbol("id"))
                  .action("action", "snapshot")
                  .rows("data"))
          .book("books", BOOK)
          .trades(
              "trades",
              Fields.of()
                  .symbol("id")
                  .id("tradeId")
                  .price("px")
                  .size("sz")
                  .side("side", "buy", "sell")
                  .millis("ts"))
          .top("bbo", Fields.of().bids("bids").asks("asks").last("seq").millis("ts"));

  private static final String ROW =
      "{'asks':[['2.5','1','0','3']],'bids':[['2.0','0']],'ts':'123','sum':-7,'seq':12,'prev':11}";
  private static final String SNAPSHOT =
      "SNAPSHOT BTC-USD -..12 after 11 at 123 sum -7 [ask 2.5 x 1, bid 2.0 x 0]";

  /** Books that name their channel and say by a flag that they are whole. */
  private static final MarketFormat STREAMS =
      MarketFormat.of(Fields.of().kind("channel").unless("event", "subscribe").rows("result"))
          .book(
              "ob",
              Fields.of()
                  .symbolIn("s", 3, '.')
                  .whole("full")
                  .first("U")
                  .last("u")
                  .bids("b")
                  .asks("a"));

  @Test
  void a_flag_says_that_a_book_is_whole_and_a_channel_has_a_symbol_in_its_name() {
    String levels = "'b':[['2.0','1']],'a':[['2.5','1']]}}";
    assertEquals(
        List.of(
            "SNAPSHOT BTC-USD -..7 after - at 0 [bid 2.0 x 1, ask 2.5 x 1]",
            "DIFF BTC-USD 8..9 after - at 0 [bid 2.0 x 1, ask 2.5 x 1]"),
        hear(
            STREAMS,
            "{'channel':'ob','result':{'full':true,'s':'ob.BTC.50','u':7," + levels,
            "{'channel':'ob','result':{'s':'ob.BTC.50','U':8,'u':9," + levels));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'channel':'ob','result':{'s':'ob.BTC.50','u':9,'b':[],'a':[]}}",
        "{'channel':'ob','result':{'s':'ob.','U':8,'u':9,'b':[],'a':[]}}",
        "{'channel':'ob','result':{'s':'ob','U':8,'u':9,'b':[],'a':[]}}",
        "{'channel':'ob','result':{'full':'yes','s':'ob.BTC.50','u':9,'b':[],'a':[]}}"
      })
  void a_change_needs_its_first_number_and_its_symbol(String message) {
    assertThrows(TextException.class, () -> hear(STREAMS, message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'channel':'ob','event':'subscribe','result':{'status':'success'}}",
        "{'channel':'ob','result':{'status':'success'},'event':'subscribe'}",
        "{'event':'subscribe','result':{'status':'fail'},'channel':'ob'}"
      })
  void an_answer_that_looks_like_data_is_none(String message) {
    assertEquals(1, hear(STREAMS, message).size());
    assertEquals("other", context.events().get(0).substring(12, 17));
  }

  @Test
  void a_kind_and_a_symbol_around_the_rows() {
    assertEquals(
        List.of(SNAPSHOT, SNAPSHOT.replace("SNAPSHOT", "DIFF")),
        hear(
            CHANNELS,
            "{'arg':{'channel':'books','id':'BTC'},'action':'snapshot','data':[" + ROW + "]}",
            "{'arg':{'channel':'books','id':'BTC'},'action':'update','data':[" + ROW + "]}"));
  }

  @Test
  void what_a_content_is_may_be_told_after_it() {
    assertEquals(
        List.of(SNAPSHOT, SNAPSHOT),
        hear(
            CHANNELS,
            "{'data':[" + ROW + "],'action':'snapshot','arg':{'id':'BTC','channel':'books'}}",
            "{'arg':{'channel':'books','id':'BTC'},'data':[" + ROW + "],'action':'snapshot'}"));
  }

  @Test
  void every_row_counts_by_itself() {
    assertEquals(
        List.of("trade BTC-USD 1 BUY 3 at 2.50 at 5", "trade ETH-USD 2 SELL 4 at 0.0000001 at 0"),
        hear(
            CHANNELS,
            "{'arg':{'channel':'trades','id':'BTC'},'action':'x','data':["
                + "{'id':'BTC','tradeId':'1','px':'2.50','sz':'3','side':'buy','ts':'5'},"
                + "{'id':'ETH','tradeId':2,'px':1e-7,'sz':4,'side':'sell'}]}"));
  }

  @Test
  void rows_inside_rows() {
    Fields trade = Fields.of().symbol("id").id("n").price("px").size("sz").side("side", "b", "s");
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("channel").counter("seq").rows("events"))
            .book("books", BOOK.symbol("id").action("type", "snapshot"))
            .trades("trades", Fields.of().action("type", "snapshot").rows("trades", trade));
    String one = "{'id':'BTC','n':1,'px':'2.50','sz':'3','side':'b'}";
    String two = "{'id':'ETH','n':2,'px':'1','sz':'4','side':'s'}";
    assertEquals(
        List.of(
            "trade BTC-USD 1 BUY 3 at 2.50 at 0",
            "trade ETH-USD 2 SELL 4 at 1 at 0",
            "trade ETH-USD 2 SELL 4 at 1 at 0",
            SNAPSHOT),
        hear(
            format,
            "{'channel':'trades','seq':4,'events':[{'type':'update','trades':["
                + one
                + ","
                + two
                + "]},{'type':'snapshot','trades':["
                + one
                + "]},{'type':'update','trades':["
                + two
                + "]}]}",
            "{'channel':'books','seq':5,'events':[{'type':'snapshot','id':'BTC',"
                + ROW.substring(1)
                + "]}"));
    assertThrows(
        TextException.class,
        () ->
            hear(
                format,
                "{'channel':'trades','seq':6,'events':[{'trades':["
                    + one
                    + "],'type':'update'}]}"));
  }

  @Test
  void what_is_told_behind_the_rows_is_of_every_row() {
    String rows =
        "'data':[{'tradeId':1,'px':'2','sz':'3','side':'buy'},{'tradeId':2,'px':'4','sz':'5','side':'sell'}]";
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("k").symbol("s").action("a", "snapshot").rows("data"))
            .trades(
                "t", Fields.of().id("tradeId").price("px").size("sz").side("side", "buy", "sell"));
    assertEquals(
        List.of("trade BTC-USD 1 BUY 3 at 2 at 0", "trade BTC-USD 2 SELL 5 at 4 at 0"),
        hear(format, "{'k':'t'," + rows + ",'a':'x','s':'BTC'}"));
    assertEquals(List.of(), hear(format, "{'k':'t','s':'BTC'," + rows + ",'a':'snapshot'}"));
  }

  @Test
  void a_row_borrows_nothing_from_the_row_before() {
    String message =
        "{'arg':{'channel':'trades'},'action':'x','data':["
            + "{'id':'BTC','tradeId':'1','px':'2.50','sz':'3','side':'buy','ts':'5'},"
            + "{'id':'BTC','tradeId':'2','sz':'3','side':'buy','ts':'5'}]}";
    assertThrows(TextException.class, () -> hear(CHANNELS, message));
    assertEquals(List.of("trade BTC-USD 1 BUY 3 at 2.50 at 5"), context.events());
  }

  @Test
  void a_book_that_is_always_whole_has_both_sides() {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("k"))
            .wholeBook("b", Fields.of().symbol("s").bids("b").asks("a"));
    assertEquals(
        List.of("SNAPSHOT BTC-USD -..- after - at 0 []"),
        hear(format, "{'k':'b','s':'BTC','b':[],'a':[]}"));
    for (String half : List.of("'b':[]", "'a':[]")) {
      assertThrows(TextException.class, () -> hear(format, "{'k':'b','s':'BTC'," + half + "}"));
    }
  }

  @Test
  void a_best_price_of_size_0_is_none() {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("k"))
            .top("t", Fields.of().symbol("s").bid("b", "B").ask("a", "A"));
    assertEquals(
        List.of("TOP BTC-USD -..- after - at 0 [ask 3 x 4]"),
        hear(format, "{'k':'t','s':'BTC','b':'0','B':'0.0','a':'3','A':'4'}"));
    assertEquals(
        List.of("TOP BTC-USD -..- after - at 0 [bid 1 x 2]"),
        hear(format, "{'k':'t','s':'BTC','b':'1','B':'2','a':'3','A':'0'}"));
  }

  @Test
  void trades_before_the_subscription_are_passed_over() {
    assertEquals(
        List.of(),
        hear(
            CHANNELS,
            "{'arg':{'channel':'trades','id':'BTC'},'action':'snapshot','data':["
                + "{'id':'BTC','tradeId':'1','px':'2.50','sz':'3','side':'buy','ts':'5'}]}"));
  }

  @Test
  void where_new_trades_are_called_a_snapshot_they_count() {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("topic").action("type", "snapshot").rows("data"))
            .liveTrades(
                "trade.*",
                Fields.of().symbol("s").id("i").price("p").size("v").side("S", "Buy", "Sell"));
    assertEquals(
        List.of("trade BTC-USD 7 SELL 3 at 2.5 at 0"),
        hear(
            format,
            "{'topic':'trade.BTC','type':'snapshot','data':["
                + "{'s':'BTC','i':'7','p':'2.5','v':'3','S':'Sell'}]}"));
  }

  @Test
  void a_top_may_come_as_levels() {
    assertEquals(
        List.of("TOP BTC-USD -..12 after - at 123 [bid 2.0 x 4]"),
        hear(
            CHANNELS,
            "{'arg':{'channel':'bbo','id':'BTC'},'action':'','data':[{'asks':[],"
                + "'bids':[['2.0','4']],'ts':'123','seq':12}]}"));
  }

  @Test
  void a_message_that_breaks_off_changes_nothing() {
    String message =
        "{'arg':{'channel':'books','id':'BTC'},'action':'snapshot','data':[" + ROW + "]";
    assertThrows(TextException.class, () -> hear(CHANNELS, message));
    assertEquals(List.of(), context.events());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'asks':[['2.5','1']],'bids':[],'ts':'1','prev':12}",
        "{'asks':[['2.5','1']],'seq':12,'prev':11}",
        "{'asks':[['2.5','-1']],'bids':[],'seq':12,'prev':11}",
        "{'asks':[['0','1']],'bids':[],'seq':12,'prev':11}",
        "{'asks':[['2.5']],'bids':[],'seq':12,'prev':11}",
        "{'asks':{},'bids':[],'seq':12,'prev':11}",
        "{'asks':[],'bids':[],'seq':'x','prev':11}",
        "{'asks':[],'bids':null,'seq':1,'prev':11}",
        "[]"
      })
  void a_whole_book_that_does_not_tell_everything_is_refused(String row) {
    assertThrows(
        TextException.class,
        () ->
            hear(
                CHANNELS,
                "{'arg':{'channel':'books','id':'BTC'},'action':'snapshot','data':[" + row + "]}"));
    assertEquals(List.of(), context.events());
  }

  @Test
  void a_whole_book_need_not_follow_a_message_but_a_change_must() {
    String row = "{'asks':[['2.5','1']],'bids':[],'seq':12}";
    String message = "{'arg':{'channel':'books','id':'BTC'},'action':'%s','data':[%s]}";

    assertEquals(
        List.of("SNAPSHOT BTC-USD -..12 after - at 0 [ask 2.5 x 1]"),
        hear(CHANNELS, message.formatted("snapshot", row)));
    assertThrows(TextException.class, () -> hear(CHANNELS, message.formatted("update", row)));
  }

  @Test
  void a_change_may_leave_out_a_side_but_not_its_number() {
    assertEquals(
        List.of("DIFF BTC-USD -..12 after 11 at 0 [ask 2.5 x 1]"),
        hear(
            CHANNELS,
            "{'arg':{'channel':'books','id':'BTC'},'action':'update','data':[{'asks':"
                + "[['2.5','1']],'bids':null,'seq':12,'prev':11}]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'arg':{'channel':'books','id':'XYZ'},'action':'update','data':[{'seq':12,'prev':11}]}",
        "{'arg':{'channel':'books'},'action':'update','data':[{'seq':12,'prev':11}]}",
        "{'arg':{'channel':'trades'},'action':'x','data':[{'id':'BTC','tradeId':1,'px':'1','sz':'1',"
            + "'side':'bought','ts':'5'}]}",
        "{'arg':{'channel':'trades'},'action':'x','data':[{'id':'BTC','px':'1','sz':'1','side':'buy'}]}"
      })
  void a_content_of_nothing_that_is_known_is_refused(String message) {
    assertThrows(TextException.class, () -> hear(CHANNELS, message));
    assertEquals(List.of(), context.events());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pong",
        "[1]",
        "{}",
        "{'event':'subscribe','arg':{'channel':'books','id':'BTC'}}",
        "{'event':'error','code':'1','msg':'no'}",
        "{'arg':{'channel':'candles','id':'BTC'},'action':'x','data':[['1']]}",
        "{'arg':{'channel':7,'id':'BTC'},'data':[]}",
        "{'arg':'none','data':[]}"
      })
  void what_is_no_market_data_is_left_to_the_venue(String message) {
    assertEquals(1, hear(CHANNELS, message).size());
  }

  @Test
  void a_kind_may_go_on_behind_what_is_known_of_it() {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("topic").action("type", "snapshot").rows("data"))
            .book("orderbook.*", Fields.of().symbol("s").bids("b").asks("a").sequence("u"));
    assertEquals(
        List.of("DIFF BTC-USD 7..7 after - at 0 [bid 2.0 x 1]"),
        hear(
            format,
            "{'topic':'orderbook.50.BTC','type':'delta','data':{'s':'BTC','b':[['2.0','1']],"
                + "'a':[],'u':7}}"));
  }

  @Test
  void levels_may_be_objects_and_a_book_always_whole() {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("channel").rows("data"))
            .wholeBook(
                "l2Book", Fields.of().symbol("coin").sides("levels").levels("px", "sz").millis("t"))
            .book("book", Fields.of().symbol("coin").bids("b").asks("a").levels("p", "q").iso("at"))
            .top("bbo", Fields.of().symbol("coin").sides("bbo").levels("px", "sz").millis("t"));
    assertEquals(
        List.of(
            "SNAPSHOT BTC-USD -..- after - at 5 [bid 2.0 x 1, ask 3 x 2]",
            "DIFF BTC-USD -..- after - at 1700000000123 [bid 0.5666 x 4831.75]",
            "TOP BTC-USD -..- after - at 6 [bid 2.0 x 1, ask 3 x 2]",
            "TOP BTC-USD -..- after - at 7 [ask 3 x 2]"),
        hear(
            format,
            "{'channel':'l2Book','data':{'coin':'BTC','t':5,'levels':[[{'px':'2.0','sz':'1','n':1}],"
                + "[{'n':1,'sz':'2','px':'3'}]]}}",
            "{'channel':'book','data':[{'coin':'BTC','b':[{'p':0.5666,'q':4831.75}],'a':[],"
                + "'at':'2023-11-14T22:13:20.123456Z'}]}",
            "{'channel':'bbo','data':{'coin':'BTC','t':6,'bbo':[{'px':'2.0','sz':'1','n':1},"
                + "{'px':'3','sz':'2','n':1}]}}",
            "{'channel':'bbo','data':{'coin':'BTC','t':7,'bbo':[null,{'px':'3','sz':'2','n':1}]}}"));
    assertThrows(
        TextException.class,
        () -> hear(format, "{'channel':'l2Book','data':{'coin':'BTC','t':5}}"));
    assertThrows(
        TextException.class,
        () -> hear(format, "{'channel':'book','data':{'coin':'BTC','b':[{'p':1}]}}"));
  }

  private static final MarketFormat COUNTED =
      MarketFormat.of(Fields.of().kind("channel").iso("at").counter("n").rows("events"))
          .book(
              "l2",
              Fields.of()
                  .action("type", "snapshot")
                  .symbol("id")
                  .changes("updates", "side", "bid", "offer", "price", "size"));

  @Test
  void changes_may_name_their_side_and_each_event_its_own_book() {
    assertEquals(
        List.of(
            "SNAPSHOT BTC-USD -..- after - at 1700000000000 [bid 2.0 x 1, ask 3 x 2]",
            "DIFF ETH-USD -..- after - at 1700000000000 [bid 4 x 0]"),
        hear(
            COUNTED,
            "{'channel':'l2','at':'2023-11-14T22:13:20Z','n':0,'events':[{'type':'snapshot','id':'BTC',"
                + "'updates':[{'side':'bid','price':'2.0','size':'1'},{'side':'offer','price':'3','size':'2'}]},"
                + "{'type':'update','id':'ETH','updates':[{'side':'bid','price':'4','size':'0'}]}]}"));
    assertThrows(
        TextException.class,
        () ->
            hear(
                COUNTED,
                "{'channel':'l2','n':0,'events':[{'type':'x','id':'BTC','updates':[{'price':'1','size':'2'}]}]}"));
  }

  @Test
  void a_missing_message_of_a_counted_connection_is_a_gap_in_everything() {
    String beat = "{'channel':'beats','n':%d,'events':[]}";
    String book = "{'channel':'l2','n':%d,'events':[{'type':'x','id':'BTC','updates':[]}]}";
    String diff = "DIFF BTC-USD -..- after - at 0 []";
    assertEquals(
        List.of("quarantined", diff, "quarantined", diff),
        hear(COUNTED, beat.formatted(4), book.formatted(5), beat.formatted(6), book.formatted(7))
            .stream()
            .map(e -> e.startsWith("quarantined") ? "quarantined" : e)
            .toList());
    assertEquals(
        List.of(diff, "lost all GAP"), hear(COUNTED, book.formatted(5), book.formatted(7)));
    assertEquals(
        List.of(diff, "lost all GAP"), hear(COUNTED, book.formatted(5), book.formatted(5)));
    assertEquals(
        List.of(diff, "lost all GAP"),
        hear(
            COUNTED,
            book.formatted(5),
            "{'events':[{'type':'x','id':'BTC','updates':[]}],'channel':'l2','n':9}"));
  }

  @Test
  void numbers_may_stand_deeper_and_times_in_any_unit() {
    Fields nested =
        Fields.of()
            .symbol("symbol")
            .first("from")
            .last("to")
            .inside("changes", Fields.of().bids("bids").asks("asks"));
    for (Fields fields :
        List.of(
            nested.millis("t1"),
            nested.micros("t2"),
            nested.nanos("t3"),
            nested.seconds("t4"),
            nested.millis("t5"))) {
      assertEquals(
          List.of("DIFF BTC-USD 3..4 after - at 1700000000123 [ask 2.0 x 1]"),
          hear(
              MarketFormat.of(Fields.of().kind("topic").rows("data")).book("level2:*", fields),
              "{'topic':'level2:BTC','data':{'changes':{'asks':[['2.0','1','4']],'bids':[]},'from':3,"
                  + "'to':4,'symbol':'BTC','t1':1700000000123,'t2':'1700000000123456',"
                  + "'t3':1700000000123456789,'t4':'1700000000.123456','t5':'1700000000123.99'}}"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'2023-11-14T22:13:20'",
        "'2023-11-14T22:13:20+01:00'",
        "'2023-13-14T22:13:20Z'",
        "'2023-11-14T2x:13:20Z'",
        "'2023-11-14T22:13:20.1x3Z'",
        "'2023-11-14T22:13:20123Z'",
        "'yesterday'",
        "7"
      })
  void what_is_no_time_is_refused(String time) {
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("k"))
            .book("b", Fields.of().symbol("s").bids("b").asks("a").iso("t"));
    assertThrows(TextException.class, () -> hear(format, "{'k':'b','s':'BTC','t':" + time + "}"));
  }

  @Test
  void levels_at_price_0_are_passed_over_where_they_say_nothing() {
    Fields levels = Fields.of().bids("bids").asks("asks");
    MarketFormat format =
        MarketFormat.of(Fields.of().kind("k"))
            .book("b", Fields.of().symbol("s").inside("changes", levels.zeroPrices()))
            .book("c", Fields.of().symbol("s").inside("changes", levels));
    String message = "{'k':'b','s':'BTC','changes':{'bids':[['0','9'],['2','1']],'asks':[]}}";
    assertEquals(List.of("DIFF BTC-USD -..- after - at 0 [bid 2 x 1]"), hear(format, message));
    assertThrows(TextException.class, () -> hear(format, message.replace("'k':'b'", "'k':'c'")));
  }

  @Test
  void a_reply_is_a_whole_book_by_the_same_table() {
    Fields fields =
        Fields.of()
            .inside(
                "result",
                Fields.of()
                    .inside("*", Fields.of().bids("bids").asks("asks").last("id").seconds("t")));
    BookSnapshot book =
        fields.snapshot(
            bytes(
                "{'error':[],'result':{'BTC':{'asks':[['2.5','1',9]],'bids':[['2.0','3',9],"
                    + "['1.9','4',9]],'id':7,'t':5}}}"),
            BTC);
    assertEquals(7, book.sequence());
    assertEquals(5000, book.venueMillis());
    assertEquals(2, book.bids().count());
    assertEquals(1, book.asks().count());
    assertEquals(19, book.bids().price(1));
    for (String broken :
        List.of(
            "{}",
            "[]",
            "<html>",
            "{'result':{}}",
            "{'result':{'BTC':{'asks':[],'id':7}}}",
            "{'result':{'BTC':{'asks':[],'bids':[]}}}",
            "{'result':{'BTC':{'asks':[],'bids':[],'id':7}}",
            "{'result':{'BTC':{'asks':[],'bids':[['1','-1']],'id':7}}}")) {
      assertThrows(TextException.class, () -> fields.snapshot(bytes(broken), BTC), broken);
    }
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  /** Messages of which every one may mislead who reads the next by it. */
  private static final List<String> ALIKE =
      List.of(
          "{'e':'trade','s':'BTC','t':1,'p':'2','q':'3','m':true,'x':0}",
          "{'e':'trade','s':'ETH','t':12345678901234567,'p':'2.50','q':'3e1','m':false,'x':[{}]}",
          "{'e':'trade','s':'ETH','t':1,'p':'4','q':'5','m':true,'x':null}",
          "{'e':'trade','s':'BTC','t':1,'p':'4','q':'5','m':true,'x':0} ",
          "{'e':'trade', 's':'BTC','t':1,'p':'4','q':'5','m':true,'x':0}",
          "{'e':'trade','s':'BTC','t':1,'p':'4','q':'5','m':true}",
          "{'s':'BTC','e':'trade','t':2,'p':'6','q':'7','m':true}",
          "{'s':'BTC','e':'edart','t':2,'p':'6','q':'7','m':true}",
          "{'s':'BTC','e':'bought-1','t':2,'p':'6','q':'7','m':true}",
          "{'e':'bought-1','s':'BTC','t':2,'p':'6','q':'7','m':true}",
          "{'e':'bought-2','s':'BTC','t':2,'p':'6','q':'7','m':true}",
          "{'e':'bargain','s':'BTC','t':2,'p':'6','q':'7','m':true}",
          "{'e':'edart','s':'BTC','t':1,'p':'2','q':'3','m':true,'x':0}",
          "{'u':5,'s':'BTC','b':'6','B':'7','a':'8','A':'9'}",
          "{'u':5,'s':'BTC','b':null,'B':'7','a':'8','A':'9','b':'6'}",
          "{'u':'5','s':'ETH','b':'6','B':'0','a':'8','A':'9'}");

  /** The same field is the price of one kind and the size of another. */
  private static final MarketFormat PLAIN =
      MarketFormat.of(Fields.of().kind("e"))
          .trades("trade", Fields.of().symbol("s").id("t").price("p").size("q").buyerMaker("m"))
          .trades("edart", Fields.of().symbol("s").id("t").price("q").size("p").buyerMaker("m"))
          .trades("bought-*", Fields.of().symbol("s").id("t").price("q").size("p").buyerMaker("m"))
          .topWith("B", Fields.of().symbol("s").last("u").bid("b", "B").ask("a", "A"));

  @Test
  void what_was_read_before_decides_nothing() {
    for (String before : ALIKE) {
      for (String message : ALIKE) {
        List<String> expected = List.copyOf(hear(PLAIN, message));
        List<String> first = List.copyOf(hear(PLAIN, before));
        List<String> both = hear(PLAIN, before, message);
        assertEquals(expected, both.subList(first.size(), both.size()), before + message);
      }
    }
  }

  @Test
  void a_message_of_a_counted_connection_is_missed_whatever_was_learned() {
    MarketFormat counted =
        MarketFormat.of(Fields.of().kind("channel").counter("n").rows("data"))
            .trades("trades", Fields.of().symbol("s").id("t").price("p").size("q").buyerMaker("m"));
    String form =
        "{'channel':'trades','n':%d,'data':[{'s':'BTC','t':%d,'p':'2','q':'3','m':true}]}";
    String trade = "trade BTC-USD %d SELL 3 at 2 at 0";
    assertEquals(
        List.of(trade.formatted(1), trade.formatted(2), "lost all GAP", trade.formatted(5)),
        hear(
            counted,
            form.formatted(1, 1),
            form.formatted(2, 2),
            form.formatted(4, 4),
            form.formatted(5, 5)));
  }
}
