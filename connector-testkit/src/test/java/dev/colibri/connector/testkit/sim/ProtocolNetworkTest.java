package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.exchange.binance.RateLimits;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolNetworkTest {
  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final BinanceSpotProtocol protocol =
      new BinanceSpotProtocol(exchange, 7, RateLimits.VENUE);
  private final Crowd crowd = new Crowd(exchange, 7).trade("BTC-USDT", "60000", "0.01");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(30));
  private final List<String> log = new ArrayList<>();
  private final long start = time.millis();

  private void note(String what) {
    log.add(what + "@" + (time.millis() - start));
  }

  private void ask(String path) {
    network.http(
        new HttpRequest(
            "GET",
            URI.create("https://venue.test" + path),
            new LinkedHashMap<>(),
            null,
            null,
            Duration.ofSeconds(10)),
        d ->
            note(
                d instanceof Delivery.Replied r
                    ? r.reply().status() + " " + r.reply().text()
                    : d.getClass().getSimpleName()));
  }

  private Network.Peer connect(String path) {
    return network.connect(
        URI.create("wss://venue.test" + path),
        new LinkedHashMap<>(),
        new Network.Channel() {
          @Override
          public void open() {
            note("open");
          }

          @Override
          public void text(String frame) {
            note(frame);
          }

          @Override
          public void heartbeat() {
            note("heartbeat");
          }

          @Override
          public void close(int code, String reason) {
            note(code + " " + reason);
          }
        });
  }

  @Test
  void a_request_takes_the_latency_twice_and_is_answered_at_the_time_of_its_arrival() {
    ask("/api/v3/time");
    time.advance(Duration.ofMillis(100));

    assertEquals(List.of("200 {\"serverTime\":" + (start + 30) + "}@60"), log);
  }

  @Test
  void a_dropped_reply_is_lost() {
    protocol.faults().dropReply("GET /api/v3/time");
    ask("/api/v3/time");
    time.advance(Duration.ofMillis(100));

    assertEquals(List.of("Lost@60"), log);
  }

  @Test
  void a_slow_venue_carries_out_what_arrives_and_answers_late() {
    protocol.faults().delayReplies("GET /api/v3/time", 1_000);
    ask("/api/v3/time");
    time.advance(Duration.ofSeconds(2));

    assertEquals(List.of("200 {\"serverTime\":" + (start + 30) + "}@1060"), log);
  }

  @Test
  void a_restart_ends_every_connection_and_refuses_new_ones_for_a_while() {
    connect("/ws");
    time.advance(Duration.ofMillis(100));
    log.clear();

    network.atExchange(() -> protocol.restart(time.millis(), 1_000, 1012, false));
    connect("/ws");
    time.advance(Duration.ofMillis(1_000));
    assertEquals(List.of("1012 restart@130", "1006 HTTP 404@160"), log);

    connect("/ws");
    time.advance(Duration.ofMillis(60));
    assertEquals("open@1160", log.get(2));
  }

  @Test
  void a_path_that_the_venue_does_not_know_never_opens() {
    connect("/nothing");
    time.advance(Duration.ofMillis(100));

    assertEquals(List.of("1006 HTTP 404@60"), log);
  }

  @Test
  void streams_carry_what_time_alone_causes_and_end_with_the_socket() {
    var peer = connect("/ws/btcusdt@trade");
    time.advance(Duration.ofSeconds(5));
    assertEquals("open@60", log.get(0));
    assertTrue(log.size() > 2 && log.get(1).contains("\"e\":\"trade\""), log.toString());

    peer.closed();
    time.advance(Duration.ofMillis(60));
    int heard = log.size();
    time.advance(Duration.ofSeconds(5));
    assertEquals(heard, log.size());
  }

  @Test
  void a_ping_takes_the_latency_twice() {
    connect("/ws/btcusdt@trade").ping();
    time.advance(Duration.ofMillis(60));

    assertTrue(log.contains("heartbeat@60"), log.toString());
  }

  @Test
  void a_cut_ends_every_connection_at_once_and_once() {
    connect("/ws/btcusdt@trade");
    connect("/ws/btcusdt@depth");
    time.advance(Duration.ofMillis(100));
    log.clear();

    network.cut(1006);
    network.cut(1006);
    assertEquals(List.of("1006 cut@100", "1006 cut@100"), log);
  }
}
