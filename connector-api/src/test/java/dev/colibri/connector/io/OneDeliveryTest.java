package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Drop.Answer;
import dev.colibri.connector.io.DroppingServer.End;
import dev.colibri.connector.io.DroppingServer.Idle;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.SpotVenue;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a server does to the connection, and at whichever byte, a mutation is delivered once at
 * most, and what is told of it is true.
 *
 * <p>{@code -Ddrops=100000} tries all there are.
 */
@Timeout(600)
class OneDeliveryTest {
  private static final int DROPS = Integer.getInteger("drops", 2_500);
  private static final SpotVenue VENUE =
      SpotVenue.of(
              () -> {
                throw new AssertionError("no dialect is needed");
              },
              null)
          .plainTextOnLoopback();

  /** Each has a server of its own, where one mutation after the other is lost. */
  private static final int LANES = 4;

  private final LiveHost host = new LiveHost();
  private final Transport transport = host.transport(VENUE, Set.of("127.0.0.1"));
  private final ExecutorService lanes = Executors.newFixedThreadPool(LANES);

  @AfterEach
  void close() {
    lanes.shutdownNow();
    host.close();
  }

  @Test
  void aMutationIsDeliveredOnceWhateverIsDroppedAtWhicheverByte() throws Exception {
    List<Drop> drops = Drop.some(DROPS, 1);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < LANES; i++) {
      int lane = i;
      all.add(
          lanes.submit(
              () -> {
                lose(drops, lane);
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    System.out.println("delivery: drops=" + drops.size() + " delivered_twice=0");
  }

  private void lose(List<Drop> drops, int lane) throws Exception {
    try (DroppingServer server = new DroppingServer()) {
      int lost = 0;
      for (int i = lane; i < drops.size(); i += LANES) {
        lose(server, drops.get(i), "/order/" + i);
        lost++;
      }
      // Nothing came late.
      assertEquals(lost, server.begun.get());
      assertTrue(server.delivered.values().stream().allMatch(n -> n == 1), "delivered twice");
    }
  }

  private void lose(DroppingServer server, Drop drop, String path) throws Exception {
    DroppingServer.Plan plan = drop.plan();
    server.next(plan);
    if (drop.pooled()) {
      replied(send("GET", server.at("/warm"), null, new AtomicInteger()));
      replied(send("GET", server.at("/last"), null, new AtomicInteger()));
    } else {
      server.hangUp();
    }
    plan.rests().complete(null);
    if (drop.idle() != Idle.KEPT) {
      plan.idled().get(30, TimeUnit.SECONDS);
    }
    int begun = server.begun.get();
    AtomicInteger told = new AtomicInteger();
    Delivery delivery = send(drop.method(), server.at(path), drop.form(), told);
    // The next must not meet a connection that this one is about to lose.
    plan.ended().get(30, TimeUnit.SECONDS);

    String what = drop + " was told " + delivery;
    assertEquals(1, server.begun.get() - begun, what);
    assertEquals(drop.isReadWhole() ? 1 : 0, server.delivered.getOrDefault(path, 0), what);
    assertEquals(1, told.get(), what);
    // Where a byte of it arrived, nobody may say that it was not sent.
    assertFalse(delivery instanceof Delivery.NotSent && drop.read() > 0, what);
    boolean heard = drop.isAnsweredWhole() && drop.answer() != Answer.UNTIL_CLOSE;
    if (delivery instanceof Delivery.Replied replied) {
      assertTrue(heard, what);
      assertEquals(drop.answer().status, replied.reply().status(), what);
      assertNotEquals(DroppingServer.UNASKED, replied.reply().text(), what);
    } else {
      // A reset, or a request that was not read to its end, may take the answer with it.
      assertFalse(heard && drop.isReadWhole() && drop.end() != End.RESET, what);
    }
  }

  private static void replied(Delivery delivery) {
    assertInstanceOf(Delivery.Replied.class, delivery, delivery::toString);
  }

  private Delivery send(String method, URI uri, String form, AtomicInteger told) throws Exception {
    CompletableFuture<Delivery> answer = new CompletableFuture<>();
    transport.http(
        new HttpRequest(
            method,
            uri,
            Map.of("X-Key", "k", "X-Signature", "5".repeat(64)),
            form == null ? null : "application/x-www-form-urlencoded",
            form == null ? null : DroppingServer.ascii(form),
            Duration.ofSeconds(30)),
        delivery -> {
          told.incrementAndGet();
          answer.complete(delivery);
        });
    return answer.get(60, TimeUnit.SECONDS);
  }
}
