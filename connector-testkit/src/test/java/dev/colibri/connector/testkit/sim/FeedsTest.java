package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.testkit.exchange.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners of market data are told, and what their coming and going does. */
class FeedsTest {
  private static final String MARKET = "/market";

  private final ToyWorld world = new ToyWorld();
  private SpotConnector toy = world.started();
  private final Instrument btc = toy.instrument("BTC-USDT");

  @AfterEach
  void close() {
    world.close();
  }

  private void settle() {
    world.advance(ToyWorld.SECOND);
  }

  private boolean isConnected() {
    return world.network.isOpen(MARKET);
  }

  @Test
  void the_last_listener_to_leave_ends_the_subscription() {
    world.quote(btc);
    Subscription first = toy.books(btc).listen(book -> {});
    Subscription second = toy.books(btc).listen(book -> {});
    settle();
    assertTrue(isConnected());
    first.close();
    first.close();
    settle();
    assertTrue(isConnected(), "one still listens");
    second.close();
    settle();
    assertFalse(isConnected());
    assertTrue(toy.isReady(), "a book that nobody wants is not missed");
  }

  @Test
  void who_asks_for_a_book_subscribes_for_good() {
    world.quote(btc);
    assertFalse(toy.book(btc).isValid());
    assertThrows(InvalidBook.class, () -> toy.book(btc).bestBid());
    toy.books(btc).listen(book -> {}).close();
    settle();
    assertTrue(toy.book(btc).isValid());
  }

  @Test
  void a_listener_that_leaves_while_it_is_told_takes_nothing_from_the_others() {
    world.quote(btc);
    List<String> heard = new ArrayList<>();
    Subscription[] leaving = new Subscription[1];
    leaving[0] =
        toy.trades(btc)
            .listen(
                t -> {
                  heard.add("first " + t.toTrade().id());
                  leaving[0].close();
                });
    toy.trades(btc).listen(t -> heard.add("second " + t.toTrade().id()));
    settle();
    trade();
    trade();
    assertEquals(List.of("first 1", "second 1", "second 2"), heard);
  }

  @Test
  void a_direct_listener_that_leaves_while_it_is_told_takes_nothing_from_the_others() {
    world.quote(btc);
    List<String> heard = new ArrayList<>();
    Subscription[] leaving = new Subscription[1];
    leaving[0] =
        toy.trades(btc)
            .listenDirect(
                t -> {
                  heard.add("first " + t.toTrade().id());
                  leaving[0].close();
                });
    toy.trades(btc).listenDirect(t -> heard.add("second " + t.toTrade().id()));
    settle();
    trade();
    trade();
    assertEquals(List.of("first 1", "second 1", "second 2"), heard);
  }

  private void trade() {
    world.trade(btc);
    settle();
  }

  /** Puts a book together from its changes. */
  private static final class Mirror {
    final TreeMap<Long, Long> bids = new TreeMap<>();
    final TreeMap<Long, Long> asks = new TreeMap<>();
    boolean valid;

    void note(BookChangeView c) {
      if (c.kind() == BookChangeView.Kind.CLEARED) {
        bids.clear();
        asks.clear();
        valid = c.state() == BookState.VALID;
        return;
      }
      TreeMap<Long, Long> side = c.side() == Side.BUY ? bids : asks;
      if (c.size() == 0) {
        side.remove(c.price());
      } else {
        side.put(c.price(), c.size());
      }
    }

    void assertEqual(OrderBook book) {
      assertTrue(valid);
      assertEquals(book.depth(Side.BUY), bids.size());
      assertEquals(book.depth(Side.SELL), asks.size());
      assertEquals(book.price(Side.BUY, 0), bids.lastKey());
      assertEquals(book.price(Side.SELL, 0), asks.firstKey());
    }
  }

  @Test
  void who_comes_later_to_the_changes_of_a_book_is_told_the_whole_of_it_too() {
    world.quote(btc);
    Mirror early = new Mirror();
    Mirror late = new Mirror();
    Mirror direct = new Mirror();
    toy.changes(btc).listen(early::note);
    settle();
    world.quote(btc, Order.Side.BUY, "98");
    settle();
    toy.changes(btc).listen(late::note);
    toy.changes(btc).listenDirect(direct::note);
    settle();
    world.quote(btc, Order.Side.SELL, "102");
    settle();
    OrderBook book = toy.book(btc);
    settle();
    for (Mirror m : List.of(early, late, direct)) {
      m.assertEqual(toy.book(btc));
    }
    assertFalse(book.isValid() && book.depth(Side.BUY) == 0);
  }

  @Test
  void a_book_lent_directly_does_not_change_while_it_is_read() {
    world.quote(btc);
    List<String> touch = new ArrayList<>();
    toy.books(btc)
        .listenDirect(
            book -> {
              if (book.isValid()) {
                String before = top(book);
                if (touch.isEmpty()) {
                  // As another thread does that brings a snapshot, or reads the next connection.
                  world.host.receive(
                      MARKET,
                      "{\"e\":\"diff\",\"market\":\"BTC-USDT\",\"time\":1,\"first\":%d,\"last\":%d,"
                              .formatted(book.sequence() + 1, book.sequence() + 1)
                          + "\"bids\":[[\"99\",\"0\"],[\"98\",\"1\"]],\"asks\":[[\"101\",\"5\"]]}");
                }
                touch.add(before + ", " + top(book));
              }
            });
    settle();
    assertEquals(List.of("99 101x1, 99 101x1", "98 101x5, 98 101x5"), touch);
  }

  private static String top(OrderBook book) {
    return book.bestBid().price().stripTrailingZeros().toPlainString()
        + " "
        + book.bestAsk().price().stripTrailingZeros().toPlainString()
        + "x"
        + book.bestAsk().size().stripTrailingZeros().toPlainString();
  }

  @Test
  void who_is_too_slow_for_the_changes_of_a_book_is_told_so_and_told_the_whole_of_it() {
    world.quote(btc);
    Mirror mirror = new Mirror();
    List<BookState> cleared = new ArrayList<>();
    toy.changes(btc)
        .listen(
            c -> {
              mirror.note(c);
              if (c.kind() == BookChangeView.Kind.CLEARED) {
                cleared.add(c.state());
              }
            });
    settle();
    StringBuilder levels = new StringBuilder("[[\"98\",\"1\"]");
    for (int i = 0; i < 40_000; i++) {
      levels.append(",[\"1\",\"1\"],[\"1\",\"0\"]");
    }
    OrderBook book = toy.book(btc);
    world.host.receive(
        MARKET,
        "{\"e\":\"diff\",\"market\":\"BTC-USDT\",\"time\":1,\"first\":%d,\"last\":%d,\"asks\":[],\"bids\":"
                .formatted(book.sequence() + 1, book.sequence() + 1)
            + levels
            + "]}");
    settle();
    assertEquals(List.of(BookState.VALID, BookState.STALE, BookState.VALID), cleared);
    assertEquals(2, toy.book(btc).depth(Side.BUY));
    mirror.assertEqual(toy.book(btc));
  }

  @Test
  void a_listener_that_throws_is_named_and_stays() {
    world.quote(btc);
    int[] told = {0};
    toy.trades(btc)
        .listen(
            t -> {
              told[0]++;
              throw new IllegalStateException("a strategy's own");
            });
    settle();
    trade();
    trade();
    assertEquals(2, told[0]);
    assertEquals(2, world.events(ConnectorEvent.ListenerFailed.class).size());
  }

  @Test
  void a_kind_that_no_stream_carries_is_asked_for_once_at_a_time() {
    toy =
        world.started(
            ToyWorld.venue(
                () ->
                    new ToyVariant() {
                      @Override
                      public List<Stream> streams() {
                        return List.of();
                      }
                    }));
    world.quote(btc);
    for (int i = 0; i < 10; i++) {
      toy.books(btc).listen(b -> {}).close();
    }
    toy.books(btc).listen(b -> {});
    world.advance(Duration.ofSeconds(20));
    int asked = world.network.count("GET /book");
    assertTrue(asked >= 9 && asked <= 11, asked + " questions in twenty seconds");
  }
}
