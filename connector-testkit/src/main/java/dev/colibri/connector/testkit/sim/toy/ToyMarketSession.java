package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Market data.
 *
 * <pre>{@code
 * {"op":"subscribe","topic":"BOOK","market":"BTC-USDT"}
 * {"ok":"BOOK BTC-USDT"}                                          {"error":"UNKNOWN_MARKET","for":"BOOK X"}
 * {"e":"snapshot","market":"BTC-USDT","last":12,"time":1700000000123,"bids":[["99.5","1"]],"asks":[]}
 * {"e":"diff","market":"BTC-USDT","first":13,"last":14,"time":1700000000123,"bids":[["99.5","0"]],"asks":[]}
 * {"e":"top","market":"BTC-USDT","last":14,"time":1700000000123,"bids":[["99.4","1"]],"asks":[]}
 * {"e":"trade","market":"BTC-USDT","id":7,"taker":"BUY","price":"99.6","size":"0.4","time":1700000000123}
 * }</pre>
 */
final class ToyMarketSession implements Session {
  private final Map<String, Topic> asked = new TreeMap<>();

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(ToySpot.STREAM, "/market"));
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    for (Topic topic : topics) {
      asked.put(name(topic), topic);
      context.send(signing -> frame("subscribe", topic));
    }
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(topic -> context.send(signing -> frame("unsubscribe", topic)));
  }

  private static String name(Topic topic) {
    return topic.kind() + " " + topic.requireInstrument().symbol();
  }

  private static String frame(String op, Topic topic) {
    return new JsonWriter()
        .object()
        .put("op", op)
        .put("topic", topic.kind().name())
        .put("market", topic.requireInstrument().symbol())
        .end()
        .toString();
  }

  @Override
  public void received(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.has("ok")) {
      answered(message.text("ok"), null, context);
    } else if (message.has("error")) {
      answered(message.text("for"), message.text("error"), context);
    } else {
      event(message, context);
    }
  }

  private void answered(
      String name, @org.jspecify.annotations.Nullable String error, SessionContext context) {
    Topic topic = asked.remove(name);
    if (topic == null) {
      return;
    }
    if (error == null) {
      context.accepted(topic);
    } else {
      context.refused(topic, ToySpot.fault(error));
    }
  }

  private static void event(Json message, SessionContext context) {
    Instrument instrument = context.instrument(message.text("market"));
    if (instrument == null) {
      throw new TextException("an event of an unknown market");
    }
    switch (message.text("e")) {
      case "snapshot" -> depth(message, instrument, DepthStage.Kind.SNAPSHOT, context);
      case "diff" -> depth(message, instrument, DepthStage.Kind.DIFF, context);
      case "top" -> depth(message, instrument, DepthStage.Kind.TOP, context);
      case "trade" -> {
        BigDecimal price = message.decimal("price");
        BigDecimal size = message.decimal("size");
        context
            .trade()
            .price(ToyParser.mantissa(price), ToyParser.digits(price))
            .size(ToyParser.mantissa(size), ToyParser.digits(size))
            .commit(
                instrument,
                message.longValue("id"),
                Side.valueOf(message.text("taker")),
                message.longValue("time"));
      }
      default -> {}
    }
  }

  private static void depth(
      Json message, Instrument instrument, DepthStage.Kind kind, SessionContext context) {
    DepthStage stage = context.depth();
    stage.begin();
    ToyParser.levels(message.get("bids"), stage::bid);
    ToyParser.levels(message.get("asks"), stage::ask);
    stage.commit(
        instrument,
        kind,
        message.longOr("first", DepthStage.NONE),
        message.longValue("last"),
        DepthStage.NONE,
        message.longValue("time"),
        DepthStage.NONE);
  }
}
