package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapeNetworkTest {
  private static final String HEADER =
      "{\"tape\":1,\"venue\":\"toy\",\"kind\":\"spot\",\"source\":\"docs\",\"on\":\"2026-11-22\","
          + "\"scenario\":\"S00\"}\n";

  private final List<String> log = new ArrayList<>();
  private long now = 1700;
  private TapeNetwork network = network(false);

  private TapeNetwork network(boolean updating) {
    Json header =
        Json.parse(
            "{\"sockets\":{\"account\":\"wss://ws.venue.test/private\"},\"stamps\":[\"time\"]}");
    return new TapeNetwork(() -> now, new Wire("venue.test", header), updating);
  }

  private static List<Tape.Line> lines(String... lines) {
    return Tape.parse("x.tape", HEADER + String.join("\n", lines)).lines();
  }

  private void ask(String method, String target, String form) {
    network.http(
        new HttpRequest(
            method,
            URI.create("https://venue.test" + target),
            new LinkedHashMap<>(),
            form == null ? null : "application/x-www-form-urlencoded",
            form == null ? null : form.getBytes(StandardCharsets.UTF_8),
            Duration.ofSeconds(10)),
        d ->
            log.add(
                d instanceof Delivery.Replied r
                    ? r.reply().status() + " " + r.reply().text()
                    : d.toString()));
  }

  private Network.Peer connect() {
    return network.connect(
        URI.create("wss://ws.venue.test/private?token=1"),
        new LinkedHashMap<>(),
        new Network.Channel() {
          @Override
          public void open() {
            log.add("open");
          }

          @Override
          public void text(String frame) {
            log.add(frame);
          }

          @Override
          public void heartbeat() {
            log.add("heartbeat");
          }

          @Override
          public void close(int code, String reason) {
            log.add(code + " " + reason);
          }
        });
  }

  @Test
  void an_expected_request_waits_for_its_reply() {
    network.expect(lines("{\"out\":\"POST /order\",\"form\":{\"size\":\"1\",\"time\":\"*\"}}"));
    ask("POST", "/order", new Form().add("size", "1").add("time", 1700).toString());
    assertNull(network.problem());
    assertTrue(log.isEmpty());

    network.perform(lines("{\"in\":\"reply\",\"status\":400,\"body\":{\"at\":\"$now\"}}").get(0));
    assertEquals(List.of("400 {\"at\":1700}"), log);
  }

  @Test
  void a_request_that_differs_is_a_problem_of_that_line() {
    network.expect(lines("{\"out\":\"POST /order\",\"form\":{\"size\":\"1\"}}"));
    ask("POST", "/order", "size=2");

    assertEquals(
        "x.tape:2: $.form.size: expected \"1\", is \"2\"\n"
            + "  it was: {\"out\":\"POST /order\",\"form\":{\"size\":\"2\"}}",
        network.problem());
  }

  @Test
  void a_request_out_of_turn_or_unheard_of_is_a_problem() {
    network.expect(lines("{\"out\":\"POST /a\"}", "{\"out\":\"POST /b\"}"));
    ask("POST", "/b", null);
    assertEquals("x.tape:2: expected before {\"out\":\"POST /b\"}", network.problem());

    network = network(false);
    ask("GET", "/c?x=1&x=2", null);
    assertEquals(
        "not expected: {\"out\":\"GET /c\",\"query\":{\"x\":[\"1\",\"2\"]}}\n  expected: nothing",
        network.problem());
  }

  @Test
  void on_lines_answer_what_no_out_line_speaks_of_and_the_newest_wins() {
    lines("{\"on\":\"GET /time\",\"body\":1}", "{\"on\":\"GET /t*\",\"fault\":\"drop\"}")
        .forEach(network::standing);
    ask("GET", "/time", null);
    network.standing(lines("{\"on\":\"GET /time\",\"status\":500,\"text\":\"<html>\"}").get(0));
    ask("GET", "/time", null);
    network.expect(lines("{\"out\":\"GET /time\"}"));
    ask("GET", "/time", null);
    network.perform(lines("{\"in\":\"unsent\"}").get(0));

    assertNull(network.problem());
    assertEquals(
        List.of("Lost[why=connection reset]", "500 <html>", "NotSent[why=connection refused]"),
        log);
  }

  @Test
  void a_reply_goes_to_a_request_that_still_waits() {
    network.expect(lines("{\"out\":\"POST /a\"}", "{\"out\":\"POST /a\"}"));
    ask("POST", "/a", null);
    now += 10_000;
    ask("POST", "/a", null);
    network.perform(lines("{\"in\":\"reply\",\"body\":2}").get(0));

    assertEquals(List.of("200 2"), log);
    assertNotNull(
        org.junit.jupiter.api.Assertions.assertThrows(
                TapeException.class,
                () -> network.perform(lines("{\"in\":\"reply\",\"body\":2}").get(0)))
            .getMessage());
  }

  @Test
  void sockets_are_known_by_the_names_of_the_venue_and_answer_frames_by_pattern() {
    network.standing(
        lines(
                "{\"on\":\"frame\",\"of\":\"account\",\"match\":{\"op\":\"login\",\"*\":\"*\",\"id\":\"$id\"},"
                    + "\"reply\":[{\"id\":\"$id\",\"ok\":true},{\"hello\":1}]}")
            .get(0));
    network.standing(
        lines("{\"on\":\"frame\",\"of\":\"account\",\"text\":\"ping\",\"reply\":[\"pong\"]}")
            .get(0));
    var peer = connect();
    peer.text("{\"op\":\"login\",\"id\":3,\"sig\":\"x\"}");
    peer.text("ping");
    peer.ping();
    network.perform(lines("{\"in\":\"frame\",\"of\":\"account\",\"text\":\"garbage\"}").get(0));
    network.perform(lines("{\"in\":\"close\",\"of\":\"account\",\"code\":1012}").get(0));

    assertNull(network.problem());
    assertEquals(
        List.of(
            "open",
            "{\"id\":3,\"ok\":true}",
            "{\"hello\":1}",
            "pong",
            "heartbeat",
            "garbage",
            "1012 "),
        log);
  }

  @Test
  void a_connection_can_be_refused_until_it_is_not() {
    network.standing(lines("{\"on\":\"connect\",\"of\":\"account\",\"fault\":\"refuse\"}").get(0));
    network.expect(lines("{\"out\":\"connect\",\"of\":\"account\"}"));
    connect();
    network.standing(lines("{\"on\":\"connect\",\"of\":\"account\"}").get(0));
    connect();

    assertEquals(List.of("1006 refused", "open"), log);
    assertTrue(network.missing().isEmpty());
  }

  @Test
  void updating_writes_what_went_out_and_finds_no_fault() {
    network = network(true);
    network.expect(lines("{\"out\":\"POST /a\",\"query\":{\"id\":\"$id\"}}"));
    ask("POST", "/b?time=1700", null);
    ask("POST", "/a?id=7&size=1", null);

    assertNull(network.problem());
    assertEquals(
        List.of(
            "{\"out\":\"POST /b\",\"query\":{\"time\":\"*\"}}",
            "{\"out\":\"POST /a\",\"query\":{\"id\":\"$id\",\"size\":\"1\"}}"),
        network.produced());
  }
}
