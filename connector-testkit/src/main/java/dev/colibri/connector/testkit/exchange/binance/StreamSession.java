package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A connection to the market streams, or to a user data stream by its listen key. */
final class StreamSession extends BinanceSession {

  private static final int MAX_STREAMS = 1_024;

  /**
   * What a kind of market demands of its clients.
   *
   * @param messagesASecond more than so many end the connection
   * @param pingMillis between two pings
   * @param pongMillis without a pong end the connection
   * @param serves which stream names this connection can listen to; others stay silent
   */
  record Rules(int messagesASecond, long pingMillis, long pongMillis, Predicate<String> serves) {

    static final Rules SPOT = new Rules(5, 20_000L, 60_000L, name -> true);
  }

  private final Rules rules;
  private final MarketStreams markets;
  private final UserStreams users;
  private final Faults faults;
  private final Set<String> names = new LinkedHashSet<>();
  private boolean combined;
  private long second = Long.MIN_VALUE;
  private int messages;

  StreamSession(
      MarketStreams markets,
      UserStreams users,
      Faults faults,
      Rules rules,
      boolean combined,
      Protocol.Connection connection,
      Set<BinanceSession> all,
      long now) {
    super(connection, faults, all, rules.pingMillis(), rules.pongMillis(), now);
    this.rules = rules;
    this.markets = markets;
    this.users = users;
    this.faults = faults;
    this.combined = combined;
  }

  /** Listens to a stream; a name that nothing answers to is kept and stays silent, as it does. */
  void subscribe(String name) {
    if (names.size() >= MAX_STREAMS) {
      refuse("too many streams");
      return;
    }
    if (names.add(name) && rules.serves().test(name)) {
      var feed = users.feed(name);
      feed = feed == null ? markets.feed(name) : feed;
      if (feed != null) {
        feed.add(this);
      }
    }
  }

  private void unsubscribe(String name) {
    if (names.remove(name)) {
      leave(name);
    }
  }

  private void leave(String name) {
    var feed = users.feed(name);
    if (feed == null) {
      markets.leave(name, this);
    } else {
      feed.remove(this);
    }
  }

  @Override
  void leave() {
    names.forEach(this::leave);
    names.clear();
  }

  /**
   * Tells one event of a stream this session listens to.
   *
   * @param faulty the stream's name among the faults
   */
  void publish(String stream, String faulty, String payload) {
    send(faulty, combined ? "{\"stream\":\"" + stream + "\",\"data\":" + payload + "}" : payload);
  }

  @Override
  void received(String frame, long now) {
    long current = Math.floorDiv(now, 1_000L);
    messages = current == second ? messages + 1 : 1;
    second = current;
    if (messages > rules.messagesASecond()) {
      refuse("Too many requests");
      return;
    }
    Json request;
    try {
      request = Json.parse(frame);
    } catch (TextException e) {
      error(3, "Invalid JSON: expected value at line 1 column 1", null);
      return;
    }
    try {
      handle(request);
    } catch (TextException e) {
      error(2, "Invalid request: " + e.getMessage(), null);
    }
  }

  private void handle(Json request) {
    var id = request.find("id");
    if (id != null && !(id.isNumber() || id.isString() && id.asText().length() <= 36)) {
      error(2, "Invalid request: request ID must be an unsigned integer", null);
      return;
    }
    var method = request.findText("method");
    if (method == null) {
      error(2, "Invalid request: missing field `method` at line 1 column 1", id);
      return;
    }
    switch (method) {
      case "SUBSCRIBE" -> {
        if (faults.refusesSubscription()) {
          error(2, "Invalid request: Too many requests", id);
          return;
        }
        texts(request).forEach(this::subscribe);
        send(Faults.ACKS, result(id, new JsonWriter().nullValue()));
      }
      case "UNSUBSCRIBE" -> {
        texts(request).forEach(this::unsubscribe);
        send(Faults.ACKS, result(id, new JsonWriter().nullValue()));
      }
      case "LIST_SUBSCRIPTIONS" -> {
        var out = new JsonWriter().array();
        names.forEach(out::value);
        send(result(id, out.end()));
      }
      case "SET_PROPERTY" -> {
        var params = request.get("params");
        if (!params.at(0).asText().equals("combined")) {
          error(0, "Unknown property", id);
          return;
        }
        combined = params.at(1).asBool();
        send(result(id, new JsonWriter().nullValue()));
      }
      case "GET_PROPERTY" -> {
        if (!request.get("params").at(0).asText().equals("combined")) {
          error(0, "Unknown property", id);
          return;
        }
        send(result(id, new JsonWriter().value(combined)));
      }
      default ->
          error(
              2,
              "Invalid request: unknown variant `"
                  + method
                  + "`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`,"
                  + " `SET_PROPERTY`, `GET_PROPERTY` at line 1 column 1",
              id);
    }
  }

  private static List<String> texts(Json request) {
    var result = new ArrayList<String>();
    request.get("params").items().forEach(item -> result.add(item.asText()));
    return result;
  }

  private static String result(@Nullable Json id, JsonWriter result) {
    // The result is a document of its own, so that its parts can be written as they come.
    return "{\"result\":" + result + ",\"id\":" + (id == null ? "null" : id) + "}";
  }

  private void error(int code, String message, @Nullable Json id) {
    var out = new JsonWriter().object().put("code", code).put("msg", message).name("id");
    send((id == null ? out.nullValue() : out.value(id)).end().toString());
  }
}
