package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A venue of one account, with a ledger of its own and a network that delays requests, replies and
 * the stream. At every moment what is said to be available is at most what is free there, less what
 * is on its way there; and in the end it is exactly that.
 */
class BalancesPropertyTest {

  private static final class Venue {
    BigDecimal free = BigDecimal.valueOf(10_000);
    BigDecimal locked = BigDecimal.ZERO;
    final Map<String, BigDecimal> open = new LinkedHashMap<>();

    Balance usd() {
      return Balance.of("USD", free, locked);
    }
  }

  private record Event(long at, long sequence, Runnable run) {}

  private final OrderDesk desk = new OrderDesk();
  private final Balances balances = new Balances(desk.profile, desk.orders, new Fees(desk.profile));
  private final Venue venue = new Venue();
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::sequence));
  private final Map<String, BigDecimal> onTheWay = new LinkedHashMap<>();
  private long sequence;
  private long streamFree;
  private int trades;

  private void at(long nanos, Runnable run) {
    queue.add(new Event(nanos, sequence++, run));
  }

  /** Delivers on the stream, which is late and keeps its order. */
  private void stream(Random random, Runnable run) {
    streamFree = Math.max(streamFree, desk.now + random.nextInt(30) * 1_000_000L);
    at(streamFree, run);
  }

  private long delay(Random random) {
    return random.nextInt(20) * 1_000_000L;
  }

  private long millis() {
    return desk.now / 1_000_000;
  }

  private void report(Random random, String id, OrderStatus status, BigDecimal filled) {
    long t = millis();
    Balance balance = venue.usd();
    stream(random, () -> desk.streams(update(id, status, filled, t)));
    stream(random, () -> balances.told(List.of(balance), false, t, desk.now));
  }

  private static OrderUpdate update(String id, OrderStatus status, BigDecimal filled, long t) {
    return OrderUpdate.of(BTC, status).order(id, "v" + id).filled(filled).at(t).build();
  }

  private void place(Random random, String id, int size) {
    desk.takes(Order.buy(BTC).limit("10").size(BigDecimal.valueOf(size)).clientId(id));
    onTheWay.put(id, BigDecimal.valueOf(10L * size));
    boolean lost = random.nextInt(10) == 0;
    at(
        desk.now + delay(random),
        () -> {
          BigDecimal lock = onTheWay.remove(id);
          venue.free = venue.free.subtract(lock);
          venue.locked = venue.locked.add(lock);
          venue.open.put(id, lock);
          report(random, id, OrderStatus.OPEN, BigDecimal.ZERO);
          long t = millis();
          at(
              desk.now + delay(random),
              () -> {
                if (lost) {
                  desk.orders.outcomeUnknown(id, desk.now);
                } else {
                  desk.orders.accepted(
                      id, update(id, OrderStatus.OPEN, BigDecimal.ZERO, t), desk.now);
                }
              });
        });
  }

  /** Makes it larger or smaller, if it lives until that arrives. */
  private void amend(Random random, String id, int size) {
    if (desk.status(id) != OrderStatus.OPEN || desk.orders.isAmending(id)) {
      return;
    }
    Order changed = desk.state(id).order().size(BigDecimal.valueOf(size));
    BigDecimal lock = BigDecimal.valueOf(10L * size);
    int amendment = desk.orders.amendSent(id, changed, desk.now);
    onTheWay.put(id + "+", lock.subtract(venue.open.get(id)).max(BigDecimal.ZERO));
    boolean lost = random.nextInt(5) == 0;
    at(
        desk.now + delay(random),
        () -> {
          onTheWay.remove(id + "+");
          BigDecimal before = venue.open.get(id);
          OrderUpdate now =
              OrderUpdate.of(BTC, OrderStatus.OPEN)
                  .order(id, "v" + id)
                  .describes(changed)
                  .at(millis())
                  .build();
          if (before != null) {
            venue.open.put(id, lock);
            venue.free = venue.free.add(before).subtract(lock);
            venue.locked = venue.locked.subtract(before).add(lock);
            Balance balance = venue.usd();
            stream(random, () -> desk.streams(now));
            stream(
                random, () -> balances.told(List.of(balance), false, now.venueMillis(), desk.now));
          }
          at(
              desk.now + delay(random),
              () -> {
                if (before == null) {
                  desk.orders.amendRefused(
                      id, amendment, Fault.of(Fault.Kind.ORDER_NOT_FOUND, "gone"), desk.now);
                } else if (lost) {
                  desk.orders.amendUnknown(id, amendment, desk.now);
                } else {
                  desk.orders.amendAnswered(id, amendment, now, desk.now);
                }
              });
        });
  }

  /** Nothing on its way to it will lock anything. */
  private BigDecimal ended(String id) {
    onTheWay.remove(id + "+");
    return venue.open.remove(id);
  }

  /** All of it trades, a little better than its limit. */
  private void trade(Random random, String id) {
    BigDecimal lock = ended(id);
    BigDecimal size = lock.divide(BigDecimal.TEN);
    venue.locked = venue.locked.subtract(lock);
    venue.free = venue.free.add(size);
    long t = millis();
    Fill f =
        Fill.of(BTC, "t" + trades++)
            .order(id, "v" + id)
            .side(Side.BUY)
            .price(BigDecimal.valueOf(9))
            .size(size)
            .at(t)
            .build();
    stream(random, () -> desk.streams(f));
    report(random, id, OrderStatus.FILLED, size);
  }

  private void cancel(Random random, String id) {
    BigDecimal lock = ended(id);
    venue.locked = venue.locked.subtract(lock);
    venue.free = venue.free.add(lock);
    report(random, id, OrderStatus.CANCELED, BigDecimal.ZERO);
  }

  private void ask(Random random) {
    long asked = desk.now;
    at(
        asked + delay(random),
        () -> {
          Balance balance = venue.usd();
          at(
              desk.now + delay(random),
              () -> balances.answered(List.of(balance), true, asked, desk.now));
        });
  }

  private BigDecimal truth() {
    BigDecimal sum = venue.free;
    for (BigDecimal lock : onTheWay.values()) {
      sum = sum.subtract(lock);
    }
    return sum;
  }

  @Test
  void availableIsNeverOverstatedAndExactAtRest() {
    for (int seed = 0; seed < 200; seed++) {
      new BalancesPropertyTest().run(new Random(seed), seed);
    }
  }

  private void run(Random random, int seed) {
    balances.answered(List.of(venue.usd()), true, desk.now, desk.now);
    for (int n = 0; n < 60; n++) {
      String id = "s" + seed + "n" + n;
      int what = random.nextInt(8);
      int size = 1 + random.nextInt(9);
      long at = desk.now + random.nextInt(400) * 1_000_000L;
      at(
          at,
          () -> {
            List<String> open = new ArrayList<>(venue.open.keySet());
            if (what < 3) {
              place(random, id, 1 + random.nextInt(9));
            } else if (what == 3) {
              ask(random);
            } else if (!open.isEmpty()) {
              String one = open.get(random.nextInt(open.size()));
              if (what == 4) {
                trade(random, one);
              } else if (what > 5) {
                amend(random, one, size);
              } else {
                cancel(random, one);
              }
            }
          });
    }
    while (!queue.isEmpty()) {
      Event e = queue.remove();
      desk.now = e.at;
      e.run.run();
      BigDecimal available = balances.available("USD");
      assertTrue(
          available.compareTo(truth()) <= 0,
          "seed " + seed + ": " + available + " is more than " + truth());
    }
    desk.later(OrderDesk.SECOND);
    balances.answered(List.of(venue.usd()), true, desk.now, desk.now);
    assertEquals(0, truth().compareTo(balances.available("USD")), "seed " + seed);
  }
}
