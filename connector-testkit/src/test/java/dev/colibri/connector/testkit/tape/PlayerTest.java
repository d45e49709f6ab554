package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayerTest {
  private static final Path TAPES = Path.of("src/test/tapes/toy-spot");
  private static final String FILL = "partial-fill-then-cancel";

  private final Player player =
      new Player(
          SpotVenue.of(ToySpot::new, Credentials.of("key", "a secret")),
          Tape.read(TAPES.resolve("venue.tape")));

  private static String text(String name) throws IOException {
    return Files.readString(TAPES.resolve(name + ".tape"));
  }

  @ParameterizedTest
  @ValueSource(strings = {FILL, "reply-lost", "book"})
  void the_engine_does_what_the_tape_says(String name) throws IOException {
    Path file = TAPES.resolve(name + ".tape");
    if ("1".equals(System.getenv("TAPE_UPDATE"))) {
      Files.writeString(file, player.rewritten(Tape.read(file)));
    }
    player.play(Tape.read(file));
  }

  @Test
  void what_was_played_can_be_asked_about() throws IOException {
    Played played = player.play(Tape.parse(FILL, text(FILL)));

    assertEquals(
        List.of(
            OrderEvent.Kind.ACCEPTED,
            OrderEvent.Kind.FILL,
            OrderEvent.Kind.CANCEL_SENT,
            OrderEvent.Kind.CANCELED),
        played.orders("a1").stream().map(OrderEvent::kind).toList());
    assertEquals(1, played.departures().stream().filter(Departure::places).count());
    assertEquals(1, played.departures().stream().filter(Departure::cancels).count());
    assertTrue(played.live().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // another request than expected
        "\"price\":\"99.5\",\"size\":\"1\"}}|\"price\":\"99.4\",\"size\":\"1\"}}|x:3:"
            + " $.query.price: expected \"99.4\", is \"99.5\"",
        // an event that says something else
        "\"event\":\"ACCEPTED\"|\"event\":\"OPENED\"|x:5: $.event: expected \"OPENED\", is"
            + " \"ACCEPTED\"",
        // an event that never comes
        "{\"event\":\"CANCELED\",\"order\":\"a1\",\"filled\":\"0.4\"}|{\"event\":\"CANCELED\",\"order\":\"a1\",\"filled\":\"0.4\"}\\n"
            + "{\"event\":\"X\"}|x:13: never told: {\"event\":\"X\"}",
        // a request that never goes out
        "{\"do\":\"ask\"|{\"out\":\"POST /more\"}\\n"
            + "{\"do\":\"ask\"|x:13: never went out: {\"out\":\"POST /more\"}",
      })
  void a_tape_that_is_not_true_is_found_out_at_its_line(String is, String other, String problem)
      throws IOException {
    String text = text(FILL);
    assertTrue(text.contains(is), is);
    Tape wrong = Tape.parse("x", text.replace(is, other.replace("\\n", "\n")));

    String message = assertThrows(TapeException.class, () -> player.play(wrong)).getMessage();
    assertEquals(problem, message.lines().findFirst().orElse(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"out\":\"DELETE", "\"event\":\"FILL\""})
  void what_happens_and_is_not_on_the_tape_is_found_out(String line) throws IOException {
    String without = String.join("\n", text(FILL).lines().filter(l -> !l.contains(line)).toList());

    String message =
        assertThrows(TapeException.class, () -> player.play(Tape.parse("x", without))).getMessage();
    assertTrue(message.contains("not expected"), message);
  }

  @Test
  void a_tape_with_nothing_but_what_comes_in_is_completed() throws IOException {
    String text = text(FILL);
    String bare =
        String.join(
            "\n",
            text.lines()
                .filter(l -> !l.contains("\"out\":") && !l.contains("\"event\":"))
                .toList());

    assertEquals(text, player.rewritten(Tape.parse("x", bare)));
    assertEquals(text, player.rewritten(Tape.parse("x", text)));
  }

  /** Its beginning is played, so that what is to be written next answers what went out. */
  @Test
  void a_tape_that_is_not_whole_goes_as_far_as_what_is_to_be_written() throws IOException {
    String name = "reply-lost";
    String text = text(name);
    String reply =
        text.lines().filter(l -> l.contains("\"in\":\"reply\"")).findFirst().orElseThrow();
    String toDo = "{\"t\":3000,\"in\":\"reply\",\"todo\":\"the order, open\"}";
    String unfinished = text.replace(reply, toDo);
    String bare =
        String.join("\n", unfinished.lines().filter(l -> !l.contains("\"out\":")).toList());

    Tape tape = Tape.parse("x", bare);
    String message = assertThrows(TapeException.class, () -> player.play(tape)).getMessage();

    assertEquals(
        "x:5: to do: reply, in the venue's own words: the order, open\n  what went out: "
            + text.lines().filter(l -> l.contains("GET /order")).findFirst().orElseThrow(),
        message);
    assertEquals(unfinished, player.rewritten(tape));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // the venue's tape answers another request
        "\"GET /fees\"|\"GET /fee\"|an out line here expects it, an on line here or in venue.tape"
            + " answers it",
        // and its header names no streams
        "\"sockets\":|\"note\":\"\",\"socket\":|the header of venue.tape names no such stream in"
            + " \"sockets\"",
      })
  void what_nobody_expected_is_told_with_how_it_is_expected(String is, String other, String hint)
      throws IOException {
    Player mistaken =
        new Player(
            SpotVenue.of(ToySpot::new, Credentials.of("key", "a secret")),
            Tape.parse("venue.tape", text("venue").replace(is, other)));
    Tape start =
        Tape.parse(
            "x", text("reply-lost").lines().limit(1).toList().get(0) + "\n{\"do\":\"start\"}");

    String message = assertThrows(TapeException.class, () -> mistaken.play(start)).getMessage();

    assertTrue(message.contains(hint), message);
  }

  @Test
  void what_never_went_out_is_told_with_what_the_user_was_told() throws IOException {
    Tape tape = Tape.parse("x", text(FILL).replace("\"size\":\"1\",\"id\"", "\"id\""));

    String message = assertThrows(TapeException.class, () -> player.play(tape)).getMessage();

    assertTrue(message.contains("never went out: {\"out\":\"POST /order\""), message);
    assertTrue(message.contains("told instead: [{\"event\":\"refused\""), message);
  }

  /** As a parser does that rounds where it may not. */
  private static final class Throwing extends ToySpot {
    @Override
    public Call<OrderUpdate> place(Order order) {
      Request request = ((Call.Ask<OrderUpdate>) super.place(order)).request();
      return request.read(reply -> rounded(reply.json(), order));
    }

    private static OrderUpdate rounded(Json json, Order order) {
      BigDecimal size = json.decimal("size").divide(new BigDecimal(3));
      return OrderUpdate.of(order.instrument(), OrderStatus.OPEN).filled(size).build();
    }
  }

  @Test
  void what_a_dialect_throws_is_named_with_its_place() throws IOException {
    Player throwing =
        new Player(
            SpotVenue.of(Throwing::new, Credentials.of("key", "a secret")),
            Tape.read(TAPES.resolve("venue.tape")));
    Tape tape = Tape.parse("x", text(FILL));

    String message = assertThrows(TapeException.class, () -> throwing.play(tape)).getMessage();

    assertTrue(
        message.contains(
            "\n"
                + "  the dialect threw java.lang.ArithmeticException: Non-terminating decimal"
                + " expansion; no exact representable decimal result. at "
                + Throwing.class.getName()
                + ".rounded(PlayerTest.java:"),
        message);
  }

  @Test
  void what_venue_tape_lacks_is_named() throws IOException {
    String without =
        text("venue")
            .replaceAll("\\{\"on\":\"GET /(time|markets)\"[^\n]*\n", "")
            .replaceAll("\\{\"on\":\"frame\",\"of\":\"account\"[^\n]*\n", "");
    Player lacking =
        new Player(
            SpotVenue.of(ToySpot::new, Credentials.of("key", "a secret")),
            Tape.parse("venue.tape", without));
    Tape unfinished =
        Tape.parse("x", text("reply-lost") + "{\"in\":\"reply\",\"todo\":\"the rest\"}");

    String message = assertThrows(TapeException.class, () -> lacking.play(unfinished)).getMessage();

    assertTrue(
        message.contains(
            "nothing answers GET /time, GET /markets: venue.tape needs a line for each, as"
                + " {\"on\":\"GET /time\",\"body\":…}"),
        message);
  }

  /**
   * Everything that crosses the wire and everything that is told, with its time: the same on every
   * JDK and every machine. A change of the engine may change it; the message has the new one.
   */
  @Test
  void the_trace_of_a_tape_is_the_same_everywhere() throws IOException {
    assertEquals(
        "671aa8b9472e77a15e7d621153128f2eb9413190d8091988aeead3789e8df14c",
        player.play(Tape.parse("x", text(FILL))).hash());
  }
}
