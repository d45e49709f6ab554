package dev.colibri.connector.spot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What no venue says on purpose, heard by every venue of this module: whatever comes back, an order
 * is never taken for accepted, cancelled, or absent, unless the venue says so.
 */
class VenueBadInputTest {
  private static final String CLIENT_ID = "0x000000000000000000000000000000a1";

  private static final String VENUE_ID = "28";

  private record Bad(String name, int status, String body) {
    Reply reply() {
      return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final List<Bad> TABLE =
      List.of(
          new Bad("a page for an answer", 200, "<html><body>Please wait</body></html>"),
          new Bad("nothing for an answer", 200, ""),
          new Bad("space for an answer", 200, " \r\n"),
          new Bad("no content", 204, ""),
          new Bad("half an object", 200, "{\"code\":\"0\",\"data\":[{\"or"),
          new Bad("half a list", 200, "[{\"id\":\"28\""),
          new Bad("an empty object", 200, "{}"),
          new Bad("an empty list", 200, "[]"),
          new Bad("a word", 200, "OK"),
          new Bad("null", 200, "null"),
          new Bad("an object and more", 200, "{}{}"),
          new Bad("a redirect", 302, ""),
          new Bad("a page about a redirect", 307, "<html>moved</html>"),
          new Bad("a page that is not there", 404, "<html>Not Found</html>"),
          new Bad("a path that is not there", 404, ""),
          new Bad("a method that is not there", 405, "<html>Method Not Allowed</html>"),
          new Bad("a timeout of a proxy", 408, ""),
          new Bad("a failure", 500, ""),
          new Bad("a failure in JSON", 500, "{\"error\":\"Internal Server Error\"}"),
          new Bad("a page of a gateway", 502, "<html>Bad Gateway</html>"),
          new Bad("a gateway in JSON", 503, "{\"message\":\"Service Unavailable\"}"),
          new Bad("a timeout of a gateway", 504, "upstream timed out"));

  /** What stands in the place of a field. */
  private static final List<String> WRONG = List.of("{}", "[]", "true", "[[]]", "{\"a\":1}");

  @TestFactory
  Stream<DynamicTest> what_is_no_answer_tells_nothing_of_an_order() {
    return venues()
        .flatMap(
            v ->
                TABLE.stream()
                    .map(bad -> dynamicTest(v.name() + ", " + bad.name(), () -> hear(v, bad))));
  }

  private static void hear(SpotVenueProvider venue, Bad bad) {
    BookDialect dialect = dialect(venue);
    Order order = order();
    assertEquals(
        Fault.Kind.OUTCOME_UNKNOWN,
        kind(outcome(dialect, dialect.place(order), bad.reply())),
        "place");
    Order known = order.venueId(VENUE_ID);
    assertEquals(
        Fault.Kind.OUTCOME_UNKNOWN,
        kind(outcome(dialect, dialect.cancel(known), bad.reply())),
        "cancel");
    Object status = kind(outcome(dialect, dialect.status(known), bad.reply()));
    assertNotEquals(Fault.Kind.ORDER_NOT_FOUND, status, "status");
    assertEquals(Fault.Kind.class, status.getClass(), () -> "status: " + status);
  }

  @TestFactory
  Stream<DynamicTest> a_field_of_another_type_tells_nothing_else_of_an_order() {
    return venues().map(v -> dynamicTest(v.name(), () -> spoil(v)));
  }

  private static void spoil(SpotVenueProvider venue) {
    BookDialect dialect = dialect(venue);
    Call<OrderUpdate> place = dialect.place(order());
    Object placed = outcome(dialect, place, reply(said(venue, 0).toString()));
    assertEquals(OrderUpdate.class, placed.getClass(), () -> "the good reply: " + placed);
    spoil(dialect, place, said(venue, 0), (OrderUpdate) placed);
    Call<OrderUpdate> cancel = dialect.cancel(order().venueId(((OrderUpdate) placed).venueId()));
    Object canceled = outcome(dialect, cancel, reply(said(venue, 1).toString()));
    assertEquals(OrderUpdate.class, canceled.getClass(), () -> "the good reply: " + canceled);
    spoil(dialect, cancel, said(venue, 1), (OrderUpdate) canceled);
  }

  private static void spoil(
      BookDialect dialect, Call<OrderUpdate> call, Json good, OrderUpdate told) {
    List<String> problems = new ArrayList<>();
    for (String wrong : WRONG) {
      Json value = Json.parse(wrong);
      for (int at = 0; ; at++) {
        Spoiled spoiled = new Spoiled(at, value);
        String copy = spoiled.copy(good).toString();
        if (spoiled.where == null) {
          break;
        }
        Object heard = outcome(dialect, call, reply(copy));
        if (heard instanceof OrderUpdate u && !agrees(u, told)) {
          problems.add(spoiled.where + " = " + wrong + ": " + heard);
        }
      }
    }
    assertEquals(List.of(), problems, () -> told + " became something else");
  }

  /** Whether an update says the same, or that the order may be alive. */
  private static boolean agrees(OrderUpdate heard, OrderUpdate told) {
    return heard.toString().equals(told.toString())
        || told.status().isTerminal() && !heard.status().isTerminal();
  }

  /** A copy in which one value, the {@code at}th from the top, is another. */
  private static final class Spoiled {
    private final Json wrong;
    private int left;
    private @Nullable String where;

    Spoiled(int at, Json wrong) {
      this.left = at;
      this.wrong = wrong;
    }

    Json copy(Json value) {
      JsonWriter out = new JsonWriter();
      write(value, out);
      return Json.parse(out.toString());
    }

    private void write(Json value, JsonWriter out) {
      if (left-- == 0) {
        where = value.path();
        out.value(wrong);
      } else if (value.isObject()) {
        out.object();
        value.fields().forEach((name, v) -> write(v, out.name(name)));
        out.end();
      } else if (value.isArray()) {
        out.array();
        value.items().forEach(v -> write(v, out));
        out.end();
      } else {
        out.value(value);
      }
    }
  }

  // ---- what a venue makes of a reply

  /** The value, or the fault, as the engine has it: what cannot be read is unknown. */
  private static <T> Object outcome(BookDialect dialect, Call<T> call, Reply reply) {
    try {
      return walk(dialect, call, reply);
    } catch (RuntimeException e) {
      return Fault.of(Fault.Kind.OUTCOME_UNKNOWN, "unreadable: " + e);
    }
  }

  private static <T> Object walk(BookDialect dialect, Call<T> call, Reply reply) {
    if (call instanceof Call.Done<T> c) {
      return c.value();
    } else if (call instanceof Call.Failed<T> c) {
      return c.fault();
    } else if (call instanceof Call.Ask<T> c) {
      Fault fault = dialect.fault(c.request(), reply);
      return fault != null ? fault : c.reader().apply(reply);
    } else if (call instanceof Call.Then<?, T> c) {
      return then(dialect, c, reply);
    } else if (call instanceof Call.After<T> c) {
      return walk(dialect, c.call(), reply);
    } else if (call instanceof Call.Otherwise<T> c) {
      Object first = walk(dialect, c.first(), reply);
      Call<T> rescue = first instanceof Fault f ? c.rescue().apply(f) : null;
      return rescue == null ? first : walk(dialect, rescue, reply);
    }
    throw new IllegalStateException("no call: " + call);
  }

  @SuppressWarnings("unchecked")
  private static <A, T> Object then(BookDialect dialect, Call.Then<A, T> c, Reply reply) {
    Object first = walk(dialect, c.first(), reply);
    return first instanceof Fault ? first : walk(dialect, c.next().apply((A) first), reply);
  }

  private static Object kind(Object outcome) {
    return outcome instanceof Fault f ? f.kind() : outcome;
  }

  private static Reply reply(String body) {
    return new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  // ---- the venues

  private static Stream<SpotVenueProvider> venues() {
    return ServiceLoader.load(SpotVenueProvider.class).stream().map(ServiceLoader.Provider::get);
  }

  private static BookDialect dialect(SpotVenueProvider venue) {
    return venue.venue(null).dialect();
  }

  private static Order order() {
    return Order.sell(instrument()).limit("67210.1").size("0.5").clientId(CLIENT_ID);
  }

  /** What the venue says to the order of card S06, and then to its cancel. */
  private static Json said(SpotVenueProvider venue, int reply) {
    String tapes = venue.name().startsWith("binance") ? "binance-spot" : venue.name();
    Tape tape = Tape.read(Path.of("src/test/tapes", tapes, "S06-cancel.tape"));
    String body =
        tape.lines().stream()
            .filter(l -> l.json().textOr("in", "").equals("reply"))
            .toList()
            .get(reply)
            .json()
            .get("body")
            .toString();
    return Json.parse(body.replace("\"$now\"", "1767225600000"));
  }

  /** With everything that any of the venues keeps beside an instrument. */
  private static Instrument instrument() {
    BigDecimal step = new BigDecimal("0.00000001");
    return Instrument.builder(
            "any", "BTC-USDT", "BTC", "USDT", TradingRules.builder(step, step).build())
        .attribute("asset", "10107")
        .attribute("pair", "XXBTZUSD")
        .attribute("altname", "XBTUSD")
        .attribute("alias", "BTC-USDT")
        .build();
  }
}
