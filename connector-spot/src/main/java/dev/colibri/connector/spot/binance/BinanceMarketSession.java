package dev.colibri.connector.spot.binance;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.DepthStage.Kind;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonScanner;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Market data: {@code @depth@100ms}, {@code @trade} and {@code @bookTicker} of many instruments on
 * one connection.
 *
 * <p>How the venue wants a book kept (WebSocket Streams, "How to manage a local order book
 * correctly"), in our words, and who does it:
 *
 * <ol>
 *   <li>Subscribe to the changes first: {@link #subscribe}.
 *   <li>Keep what comes, and note {@code U} of the first event: the engine, from {@link #depth}.
 *   <li>Ask for a snapshot: {@link BinanceSpot#book}.
 *   <li>When its {@code lastUpdateId} lies before that {@code U}, ask again.
 *   <li>Drop events whose {@code u} is not beyond {@code lastUpdateId}; the first one left has it,
 *       or its successor, between {@code U} and {@code u}.
 *   <li>The snapshot is the book, at {@code lastUpdateId}.
 *   <li>Apply what was kept, then what comes: an event whose {@code u} lies before the book says
 *       nothing; one whose {@code U} lies beyond the book's next is a gap, and all begins anew;
 *       sizes replace those that stood there, 0 removes the level; the book is then at {@code u}.
 * </ol>
 *
 * <p>Steps 2 and 4 to 7 are {@link
 * dev.colibri.connector.spi.BookDiscipline#REST_SNAPSHOT_THEN_DIFFS}, with {@code U} as the first
 * and {@code u} as the last number of a change.
 *
 * <p>A message of these three kinds is read without allocating. Messages of other kinds are passed
 * over.
 */
final class BinanceMarketSession implements Session {
  private static final byte[] DATA = ascii("data");
  private static final byte[] ID = ascii("id");
  private static final byte[] RESULT = ascii("result");
  private static final byte[] ERROR = ascii("error");
  private static final byte[] CODE = ascii("code");
  private static final byte[] DEPTH_UPDATE = ascii("depthUpdate");
  private static final byte[] TRADE_EVENT = ascii("trade");
  private static final byte[] SERVER_SHUTDOWN = ascii("serverShutdown");

  /** What a message is. */
  private enum Message {
    DEPTH,
    TRADE,
    TOP,
    SHUTDOWN,
    REPLY,
    /** The combined form, {@code {"stream":…,"data":{…}}}. */
    WRAPPED,
    OTHER
  }

  private final JsonScanner in = new JsonScanner();

  /** Subscriptions that were sent and not answered, by the id of their frame. */
  private final Map<Long, List<Topic>> asked = new TreeMap<>();

  // The fields of the present message.
  private byte[] bytes = {};
  private @Nullable Instrument instrument;
  private long first;
  private long last;
  private long millis;
  private boolean buyerMaker;
  private final long[] number = new long[4];
  private final int[] digits = new int[4];

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(BinanceSpot.STREAM, "/ws"));
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(
        signing -> {
          asked.put(signing.requestId(), topics);
          return frame("SUBSCRIBE", topics, signing.requestId());
        });
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    context.send(signing -> frame("UNSUBSCRIBE", topics, signing.requestId()));
  }

  private static String frame(String method, List<Topic> topics, long id) {
    JsonWriter out = new JsonWriter().object().put("method", method).array("params");
    topics.forEach(topic -> out.value(stream(topic)));
    return out.end().put("id", id).end().toString();
  }

  private static String stream(Topic topic) {
    String symbol = topic.requireInstrument().symbol().toLowerCase(Locale.ROOT);
    return switch (topic.kind()) {
      case BOOK -> symbol + "@depth@100ms";
      case TRADES -> symbol + "@trade";
      case TOP -> symbol + "@bookTicker";
      case ACCOUNT -> throw new IllegalArgumentException("the market stream has no account");
    };
  }

  @Override
  public void received(Frame frame, SessionContext context) {
    in.open(frame);
    bytes = frame.array();
    long event = in.mark();
    Message message = kind();
    boolean wrapped = message == Message.WRAPPED;
    if (wrapped) {
      event = in.mark();
      message = kind();
    }
    in.rewind(event);
    switch (message) {
      case DEPTH -> depth(context);
      case TRADE -> trade(context);
      case TOP -> top(context);
      default -> in.skip();
    }
    while (wrapped && in.nextField()) {
      in.skip();
    }
    in.end();
    switch (message) {
      case DEPTH ->
          context
              .depth()
              .commit(known(), Kind.DIFF, first, last, DepthStage.NONE, millis, DepthStage.NONE);
      case TRADE ->
          context
              .trade()
              .price(number[0], digits[0])
              .size(number[1], digits[1])
              .commit(known(), first, buyerMaker ? Side.SELL : Side.BUY, millis);
      case TOP -> commitTop(context);
      case SHUTDOWN ->
          context.lost(null, BookState.DISCONNECTED, "the venue is about to shut the server down");
      case REPLY -> reply(frame.json(), context);
      default -> {}
    }
  }

  /** Looks as far into an object as is needed to tell what it is; usually at its first field. */
  private Message kind() {
    boolean top = false;
    in.enterObject();
    while (in.nextField()) {
      if (in.nameIs('e')) {
        in.string();
        return in.valueIs(DEPTH_UPDATE)
            ? Message.DEPTH
            : in.valueIs(TRADE_EVENT)
                ? Message.TRADE
                : in.valueIs(SERVER_SHUTDOWN) ? Message.SHUTDOWN : Message.OTHER;
      }
      if (in.nameIs(DATA) && in.isObject()) {
        return Message.WRAPPED;
      }
      if (in.nameIs(ID) || in.nameIs(RESULT) || in.nameIs(ERROR) || in.nameIs(CODE)) {
        return Message.REPLY;
      }
      top |= in.nameIs('B');
      in.skip();
    }
    return top ? Message.TOP : Message.OTHER;
  }

  /**
   * Changes of a book.
   *
   * <pre>{@code
   * {"e":"depthUpdate","E":1700000000123,"s":"BTCUSDT","U":157,"u":160,
   *  "b":[["67210.10","0.431"]],"a":[["67210.11","0.000"]]}
   * }</pre>
   */
  private void depth(SessionContext context) {
    DepthStage stage = context.depth();
    stage.begin();
    begin();
    in.enterObject();
    while (in.nextField()) {
      if (in.nameIs('b')) {
        levels(stage, true);
      } else if (in.nameIs('a')) {
        levels(stage, false);
      } else if (in.nameIs('U')) {
        first = in.longValue();
      } else if (in.nameIs('u')) {
        last = in.longValue();
      } else if (in.nameIs('E')) {
        millis = in.longValue();
      } else {
        symbolOrSkip(context);
      }
    }
    told(first);
    told(last);
  }

  private void levels(DepthStage stage, boolean bids) {
    in.enterArray();
    while (in.nextLevel()) {
      long price = BinanceParser.positive(in.price());
      long size = BinanceParser.notNegative(in.size());
      if (bids) {
        stage.bid(price, in.priceDigits(), size, in.sizeDigits());
      } else {
        stage.ask(price, in.priceDigits(), size, in.sizeDigits());
      }
    }
  }

  /**
   * A trade; {@code m} tells that the buyer was the maker.
   *
   * <pre>{@code
   * {"e":"trade","E":1700000000125,"s":"BTCUSDT","t":28457,"p":"67210.10","q":"0.012",
   *  "T":1700000000123,"m":true,"M":true}
   * }</pre>
   */
  private void trade(SessionContext context) {
    begin();
    boolean side = false;
    in.enterObject();
    while (in.nextField()) {
      if (in.nameIs('p')) {
        number(0);
      } else if (in.nameIs('q')) {
        number(1);
      } else if (in.nameIs('t')) {
        first = in.longValue();
      } else if (in.nameIs('T')) {
        millis = in.longValue();
      } else if (in.nameIs('m')) {
        buyerMaker = in.bool();
        side = true;
      } else {
        symbolOrSkip(context);
      }
    }
    told(first);
    told(number[0]);
    told(number[1]);
    told(side ? 0 : DepthStage.NONE);
  }

  /**
   * The best bid and ask; a size of 0 stands for none.
   *
   * <pre>{@code
   * {"u":400900217,"s":"BTCUSDT","b":"67210.10","B":"0.431","a":"67210.11","A":"1.2"}
   * }</pre>
   */
  private void top(SessionContext context) {
    begin();
    in.enterObject();
    while (in.nextField()) {
      if (in.nameIs('b')) {
        number(0);
      } else if (in.nameIs('B')) {
        number(1);
      } else if (in.nameIs('a')) {
        number(2);
      } else if (in.nameIs('A')) {
        number(3);
      } else if (in.nameIs('u')) {
        last = in.longValue();
      } else {
        symbolOrSkip(context);
      }
    }
    for (long n : number) {
      told(n);
    }
  }

  private void commitTop(SessionContext context) {
    Instrument of = known();
    DepthStage stage = context.depth();
    stage.begin();
    if (number[1] > 0) {
      stage.bid(number[0], digits[0], number[1], digits[1]);
    }
    if (number[3] > 0) {
      stage.ask(number[2], digits[2], number[3], digits[3]);
    }
    stage.commit(of, Kind.TOP, DepthStage.NONE, last, DepthStage.NONE, 0, DepthStage.NONE);
  }

  private void begin() {
    instrument = null;
    first = DepthStage.NONE;
    last = DepthStage.NONE;
    millis = 0;
    for (int i = 0; i < number.length; i++) {
      number[i] = DepthStage.NONE;
    }
  }

  private void number(int slot) {
    in.decimal();
    number[slot] = BinanceParser.notNegative(in.mantissa());
    digits[slot] = in.digits();
  }

  private void symbolOrSkip(SessionContext context) {
    if (in.nameIs('s')) {
      in.string();
      instrument =
          in.isEscaped()
              ? context.instrument(in.valueText())
              : context.instrument(bytes, in.valueFrom(), in.valueTo());
    } else {
      in.skip();
    }
  }

  private static void told(long field) {
    if (field == DepthStage.NONE) {
      throw new TextException("an event without one of its fields");
    }
  }

  private Instrument known() {
    if (instrument == null) {
      throw new TextException("an event of an unknown symbol");
    }
    return instrument;
  }

  /**
   * An answer to a subscription. What the venue could not read has no id, and belongs to nothing.
   *
   * <pre>{@code
   * {"result":null,"id":1}      {"error":{"code":2,"msg":"Invalid request: …"},"id":1}
   * {"code":2,"msg":"Invalid request: …","id":1}
   * }</pre>
   */
  private void reply(Json reply, SessionContext context) {
    Json error = reply.find("error");
    if (error == null && reply.find("code") != null) {
      error = reply;
    }
    Json id = reply.find("id");
    List<Topic> topics = id == null ? null : asked.remove(id.asLong());
    if (topics == null) {
      if (error != null) {
        throw new TextException("the venue refuses a frame: " + error);
      }
      return;
    }
    for (Topic topic : topics) {
      if (error == null) {
        context.accepted(topic);
      } else {
        context.refused(topic, BinanceSpot.fault(400, error));
      }
    }
  }
}
