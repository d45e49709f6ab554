package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections and what is subscribed on them, when the venue is slow, refuses, or hangs up. */
class ConnectionsTest {
  private static final String MARKET = "/market";

  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started();
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final Instrument eth = toy.instrument("ETH-USDT");

  @AfterEach
  void close() {
    world.close();
  }

  private void quoted() {
    world.quote(btc);
    world.quote(eth);
  }

  private List<ConnectorEvent.Disconnected> disconnections() {
    return world.events(ConnectorEvent.Disconnected.class);
  }

  @Test
  void a_subscription_has_its_own_time_to_be_accepted() {
    quoted();
    toy.books(btc).listen(book -> {});
    // The deadline of the first falls between one of the others and its acceptance.
    world.advance(Duration.ofMillis(9_996));
    toy.books(eth).listen(book -> {});
    world.advance(Duration.ofMillis(5));
    toy.trades(eth).listen(trade -> {});
    world.advance(Duration.ofMillis(5));
    toy.tops(eth).listen(top -> {});
    world.advance(Duration.ofMillis(5));
    toy.trades(btc).listen(trade -> {});
    world.advance(ToyWorld.SECOND);

    assertEquals(List.of(), disconnections());
  }

  @Test
  void a_subscription_that_is_never_accepted_replaces_the_connection() {
    quoted();
    world.network.frames(MARKET, frame -> frame.contains("\"ok\"") ? null : frame);
    toy.trades(btc).listen(trade -> {});
    world.advance(Duration.ofSeconds(11));
    assertEquals(1, disconnections().size());
    assertTrue(
        disconnections().get(0).reason().contains("not accepted in time"),
        disconnections().toString());
  }

  @Test
  void a_connection_that_dies_as_soon_as_it_is_ready_is_tried_ever_more_seldom() {
    quoted();
    world.network.frames(
        MARKET,
        frame -> {
          world.network.cut(MARKET, 1006);
          return null;
        });
    toy.books(btc).listen(book -> {});
    world.advance(Duration.ofMinutes(1));
    int first = world.network.count("CONNECT " + MARKET);
    assertTrue(first > 3 && first < 20, first + " connections in the first minute");
    world.advance(Duration.ofMinutes(1));
    int second = world.network.count("CONNECT " + MARKET) - first;
    assertTrue(second < 10, second + " connections in the second minute");

    world.network.framesAsTheyAre(MARKET);
    world.advance(Duration.ofMinutes(1));
    assertTrue(toy.book(btc).isValid());
    int before = world.network.count("CONNECT " + MARKET);
    world.network.cut(MARKET, 1000);
    world.advance(ToyWorld.SECOND);
    assertEquals(before + 1, world.network.count("CONNECT " + MARKET), "it had lasted");
  }

  @Test
  void what_is_wanted_while_messages_wait_is_asked_for_together() {
    List<List<String>> asked = new ArrayList<>();
    SpotConnector slow =
        world.started(
            ToyWorld.venue(
                () ->
                    new ToyVariant() {
                      @Override
                      public List<Stream> streams() {
                        Stream market = super.streams().get(0);
                        return List.of(
                            Stream.of(
                                    market.name(),
                                    market.carries(),
                                    () -> new Noted(market.open(), asked))
                                .sends(1, ToyWorld.SECOND),
                            super.streams().get(1));
                      }
                    }));
    quoted();
    slow.books(btc).listen(book -> {});
    world.advance(Duration.ofMillis(500));
    slow.books(eth).listen(book -> {});
    slow.tops(btc).listen(top -> {});
    slow.tops(eth).listen(top -> {});
    slow.trades(eth).listen(trade -> {}).close();
    world.advance(Duration.ofMillis(1_500));

    assertEquals(
        List.of(
            List.of("BOOK BTC-USDT"),
            List.of("BOOK ETH-USDT"),
            List.of("TOP BTC-USDT", "TOP ETH-USDT")),
        asked);
    world.advance(ToyWorld.SECOND.multipliedBy(2));
    assertTrue(slow.book(eth).isValid());
    assertEquals(List.of(), disconnections());
  }

  /** A session, and what it is told to subscribe to. */
  private record Noted(Session session, List<List<String>> asked) implements Session {
    @Override
    public Call<Endpoint> endpoint() {
      return session.endpoint();
    }

    @Override
    public void opened(SessionContext context) {
      session.opened(context);
    }

    @Override
    public void subscribe(List<Topic> topics, SessionContext context) {
      asked.add(topics.stream().map(t -> t.kind() + " " + t.requireInstrument().symbol()).toList());
      session.subscribe(topics, context);
    }

    @Override
    public void unsubscribe(List<Topic> topics, SessionContext context) {
      session.unsubscribe(topics, context);
    }

    @Override
    public void received(Frame frame, SessionContext context) {
      session.received(frame, context);
    }
  }

  @Test
  void a_refused_subscription_is_asked_for_again() {
    quoted();
    refuseBtc();
    assertFalse(toy.book(btc).isValid());
    assertTrue(toy.book(eth).isValid(), "the other book goes on");
    assertEquals(1, world.events(ConnectorEvent.Faulted.class).size());

    world.network.framesAsTheyAre(MARKET);
    world.advance(Duration.ofSeconds(32));
    assertTrue(toy.book(btc).isValid());
  }

  @Test
  void a_refused_subscription_is_asked_for_on_the_next_connection() {
    quoted();
    refuseBtc();
    world.network.framesAsTheyAre(MARKET);
    world.network.cut(MARKET, 1001);
    world.advance(Duration.ofSeconds(3));
    assertTrue(toy.book(btc).isValid());
    assertTrue(toy.book(eth).isValid());
  }

  private void refuseBtc() {
    world.network.frames(
        MARKET,
        frame ->
            frame.contains("BTC-USDT")
                ? frame.contains("\"ok\"")
                    ? "{\"error\":\"MARKET_CLOSED\",\"for\":\"BOOK BTC-USDT\"}"
                    : null
                : frame);
    toy.books(btc).listen(book -> {});
    toy.books(eth).listen(book -> {});
    world.advance(ToyWorld.SECOND);
  }
}
