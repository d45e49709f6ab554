package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class VirtualHostTest {
  private static final URI VENUE = URI.create("https://venue.test/order");
  private static final Map<String, String> NONE = new LinkedHashMap<>();

  private final VirtualTime time = new VirtualTime(Instant.EPOCH);
  private final Wires wires = new Wires();
  private final VirtualHost host = new VirtualHost(time, wires, 42);
  private final List<String> log = new ArrayList<>();

  /** A network that keeps what arrives, for the test to answer. */
  private static final class Wires implements Network {
    Consumer<Delivery> answer = d -> {};
    Channel channel;
    final List<String> heard = new ArrayList<>();

    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      heard.add(request.toString());
      this.answer = answer;
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      this.channel = channel;
      return new Peer() {
        @Override
        public void text(String frame) {
          heard.add(frame);
        }

        @Override
        public void ping() {
          heard.add("ping");
        }

        @Override
        public void closed() {
          heard.add("closed");
        }
      };
    }
  }

  private Transport transport() {
    return host.transport(
        SpotVenue.of(
            () -> {
              throw new AssertionError("a transport needs no dialect");
            },
            null),
        Set.of("venue.test"));
  }

  private void note(Object what) {
    log.add(what + "@" + time.millis());
  }

  private void ask(Transport transport, URI uri) {
    transport.http(
        new HttpRequest("POST", uri, NONE, null, null, Duration.ofSeconds(10)),
        d -> note(d.getClass().getSimpleName()));
  }

  private Transport.Socket open(Transport transport) {
    return transport.connect(
        URI.create("wss://venue.test/ws"),
        NONE,
        Duration.ofSeconds(15),
        new Transport.SocketListener() {
          @Override
          public void opened() {
            note("opened");
          }

          @Override
          public void received(Frame frame) {
            note(frame.utf8());
          }

          @Override
          public void heartbeat() {
            note("heartbeat");
          }

          @Override
          public void closed(int code, String reason) {
            note(code + " " + reason);
          }
        });
  }

  @Test
  void an_alarm_rings_once_for_the_last_time_it_was_set_to() {
    var alarm = host.alarm(() -> note("ring"));
    alarm.at(5_000_000);
    alarm.at(3_000_000);
    alarm.at(7_000_000);
    time.advance(Duration.ofMillis(10));
    assertEquals(List.of("ring@7"), log);

    alarm.at(12_000_000);
    alarm.cancel();
    time.advance(Duration.ofMillis(10));
    assertEquals(1, log.size());

    alarm.at(25_000_000);
    time.advance(Duration.ofMillis(10));
    assertEquals(List.of("ring@7", "ring@25"), log);
  }

  @Test
  void strategy_tasks_run_in_order_and_know_where_they_are() {
    host.strategy(() -> note("a " + host.onStrategyThread()));
    host.strategy(() -> note("b"));
    assertTrue(log.isEmpty(), "never before the caller lets go");

    time.settle();
    assertEquals(List.of("a true@0", "b@0"), log);
    assertFalse(host.onStrategyThread());
  }

  @Test
  void the_same_seed_gives_the_same_numbers() {
    assertEquals(host.random(), new VirtualHost(time, wires, 42).random());
  }

  @Test
  void a_request_is_told_its_first_answer_only() {
    var transport = transport();
    ask(transport, VENUE);
    assertTrue(wires.heard.isEmpty(), "nothing happens before the caller lets go");
    time.settle();
    assertEquals(List.of("POST venue.test"), wires.heard);

    wires.answer.accept(new Delivery.Replied(new Reply(200, NONE, new byte[0])));
    wires.answer.accept(new Delivery.Lost("late"));
    time.advance(Duration.ofMinutes(1));

    assertEquals(List.of("Replied@0"), log);
  }

  @Test
  void a_request_that_nobody_answers_is_lost_at_its_time_out() {
    ask(transport(), VENUE);
    time.advance(Duration.ofMinutes(1));

    assertEquals(List.of("Lost@10000"), log);
  }

  @Test
  void another_host_is_never_reached() {
    var transport = transport();
    ask(transport, URI.create("https://elsewhere.test/order"));
    time.settle();

    assertEquals(List.of("NotSent@0"), log);
    assertTrue(wires.heard.isEmpty());
  }

  @Test
  void a_socket_opens_talks_and_closes_once() {
    var socket = open(transport());
    time.settle();
    socket.send("too early");
    wires.channel.open();
    time.settle();
    socket.send("hello");
    socket.ping();
    wires.channel.text("welcome");
    wires.channel.heartbeat();
    wires.channel.close(1008, "policy");
    wires.channel.text("too late");
    socket.send("too late");
    socket.close();
    time.settle();

    assertEquals(List.of("hello", "ping", "closed"), wires.heard);
    assertEquals(List.of("opened@0", "welcome@0", "heartbeat@0", "1008 policy@0"), log);
  }

  @Test
  void a_socket_that_does_not_open_in_time_is_closed() {
    open(transport());
    time.advance(Duration.ofMinutes(1));

    assertEquals(List.of("1006 timed out@15000"), log);
  }

  @Test
  void closing_a_transport_drops_what_is_on_its_way_and_tells_every_listener() {
    var transport = transport();
    ask(transport, VENUE);
    open(transport);
    time.settle();
    wires.channel.open();
    time.settle();

    transport.close();
    ask(transport, VENUE);
    time.settle();

    assertEquals(List.of("opened@0", "Lost@0", "1000 closed here@0", "NotSent@0"), log);
  }

  // ---------------------------------------------------------------- what a host suffers

  @Test
  void what_comes_in_while_a_host_pauses_waits_and_its_clock_goes_on() {
    host.alarm(() -> note("ring " + host.nanos() / 1_000_000)).at(5_000_000);
    ask(transport(), VENUE);
    time.settle();
    host.pause(Duration.ofMillis(20));
    wires.answer.accept(new Delivery.Replied(new Reply(200, NONE, new byte[0])));
    time.advance(Duration.ofMillis(19));
    assertEquals(List.of(), log);

    time.advance(Duration.ofMillis(1));
    assertEquals(List.of("Replied@20", "ring 20@20"), log.stream().sorted().toList());
  }

  @Test
  void the_clock_of_a_host_that_sleeps_stands_still() {
    host.alarm(() -> note("ring " + host.nanos() / 1_000_000)).at(5_000_000);
    host.sleep(Duration.ofMillis(20));
    time.advance(Duration.ofMillis(20));
    assertEquals(0, host.nanos());
    time.advance(Duration.ofMillis(10));
    assertEquals(List.of("ring 5@25"), log);
  }

  @Test
  void a_clock_that_jumps_rings_what_it_passed() {
    host.alarm(() -> note("ring")).at(5_000_000_000L);
    time.advance(Duration.ofMillis(10));
    host.jump(Duration.ofHours(1));
    time.advance(Duration.ofMillis(1));
    assertEquals(List.of("ring@10"), log);
    assertEquals(Duration.ofHours(1).plusMillis(11).toNanos(), host.nanos());
    assertThrows(IllegalArgumentException.class, () -> host.jump(Duration.ofMillis(-1)));
  }

  @Test
  void a_clock_that_drifts_rings_by_its_own_time() {
    host.drift(100_000);
    host.alarm(() -> note("fast")).at(1_100_000_000L);
    time.advance(Duration.ofSeconds(2));
    assertEquals(List.of("fast@1000"), log);
    assertEquals(2_200_000_000L, host.nanos());

    host.drift(-100_000);
    host.alarm(() -> note("slow")).at(3_100_000_000L);
    time.advance(Duration.ofSeconds(2));
    assertEquals(List.of("fast@1000", "slow@3000"), log);
    assertEquals(4_000_000_000L, host.nanos(), "it never goes back");
  }

  @Test
  void nothing_of_a_host_that_was_killed_runs_any_more() {
    host.alarm(() -> note("ring")).at(5_000_000);
    ask(transport(), VENUE);
    host.strategy(() -> note("task"));
    host.kill();
    wires.answer.accept(new Delivery.Replied(new Reply(200, NONE, new byte[0])));
    time.advance(Duration.ofMinutes(1));
    assertEquals(List.of(), log);
  }
}
