package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Options;
import dev.colibri.connector.text.Credentials;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On the real host, over real sockets: what user code may do, and what is left after the end.
 *
 * <p>{@code -Dcycles=200} opens and closes as many runtimes.
 */
@Timeout(600)
class BinanceLiveTest {
  private static final int CYCLES = Integer.getInteger("cycles", 5);

  private EmbeddedExchange exchange;
  private Colibri colibri;

  @BeforeEach
  void open() throws Exception {
    exchange = EmbeddedExchange.start(Options.of(5));
    colibri = Colibri.live();
  }

  @AfterEach
  void close() {
    colibri.close();
    exchange.close();
  }

  private SpotConnector started(Colibri runtime) throws Exception {
    SpotVenue venue =
        Binance.spot(Credentials.of(exchange.apiKey(), exchange.secret()))
            .plainTextOnLoopback()
            .host("rest", URI.create(exchange.restUrl()))
            .host("stream", URI.create(exchange.streamUrl()))
            .host("ws-api", URI.create(exchange.streamUrl()));
    SpotConnector c = runtime.open(venue);
    try {
      return c.start().get(29, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(c.readiness().toString(), e);
    }
  }

  private static LiveOrder place(SpotConnector c) {
    return c.place(Order.buy(c.instrument("BTC-USDT")).limit("100").size("0.1"));
  }

  @Test
  void aListenerThatBlocksLosesNoOrderEventAndHoldsNobodyUp() throws Exception {
    SpotConnector c = started(colibri);
    Instrument btc = c.instrument("BTC-USDT");
    Map<String, List<OrderStatus>> heard = new ConcurrentHashMap<>();
    AtomicInteger books = new AtomicInteger();
    CountDownLatch direct = new CountDownLatch(50);
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<ConnectorEvent> events = new CopyOnWriteArrayList<>();
    c.events().listen(events::add);
    c.orders()
        .listen(
            event ->
                heard
                    .computeIfAbsent(event.state().clientId(), id -> new ArrayList<>())
                    .add(event.state().status()));
    c.books(btc).listen(book -> books.incrementAndGet());
    colibri.execute(
        () -> {
          blocked.countDown();
          await(release);
        });
    await(blocked);
    c.books(btc).listenDirect(book -> direct.countDown());
    List<LiveOrder> orders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      orders.add(place(c));
      orders.get(i).cancel();
    }
    // The engine goes on by itself; what it has to say waits.
    await(direct);
    assertEquals(Map.of(), heard);
    int before = books.get();
    release.countDown();
    for (LiveOrder order : orders) {
      assertEquals(
          OrderStatus.CANCELED, order.done().get(30, TimeUnit.SECONDS).status(), order::toString);
    }
    CompletableFuture<Void> after = new CompletableFuture<>();
    colibri.execute(() -> after.complete(null));
    after.get(30, TimeUnit.SECONDS);
    for (LiveOrder order : orders) {
      List<OrderStatus> told = heard.get(order.clientId());
      assertEquals(OrderStatus.CANCELED, told.get(told.size() - 1), told::toString);
      assertEquals(1, told.stream().filter(OrderStatus::isTerminal).count(), told::toString);
    }
    assertEquals(0, before);
    assertTrue(books.get() >= 1);
  }

  @Test
  void aSlowListenerIsNamed() throws Exception {
    SpotConnector c = started(colibri);
    CompletableFuture<ConnectorEvent> named = new CompletableFuture<>();
    c.events()
        .listen(
            event -> {
              if (event instanceof ConnectorEvent.ListenerSlow) {
                named.complete(event);
              }
            });
    CountDownLatch never = new CountDownLatch(1);
    c.orders()
        .listen(
            event -> {
              try {
                assertTrue(!never.await(150, TimeUnit.MILLISECONDS));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    place(c);
    String text = named.get(30, TimeUnit.SECONDS).toString();
    assertTrue(text.contains("BinanceLiveTest"), text);
  }

  @Test
  void aListenerThatNeverReturnsDoesNotKeepTheRuntimeOpen() throws Exception {
    SpotConnector c = started(colibri);
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    c.orders()
        .listen(
            (OrderEvent event) -> {
              blocked.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    LiveOrder order = place(c);
    await(blocked);
    c.close();
    colibri.close();
    await(interrupted);
    assertTrue(order.status().isTerminal(), order::toString);
    assertEquals(
        0, exchange.call(x -> x.openOrders(EmbeddedExchange.ACCOUNT, null)).size(), "left behind");
  }

  @Test
  void whatIsAskedAfterTheEndFailsAtOnce() throws Exception {
    SpotConnector c = started(colibri);
    colibri.close();
    ExecutionException e =
        assertThrows(
            ExecutionException.class, () -> c.tickers(List.of()).get(30, TimeUnit.SECONDS));
    assertTrue(e.getMessage().contains("was closed"), e.getMessage());
  }

  @Test
  void afterTheEndNothingIsLeft() throws Exception {
    cycle();
    long files = openFiles();
    for (int i = 0; i < CYCLES; i++) {
      cycle();
      if (i % 10 == 9) {
        // Every runtime asks for everything anew, which the venue's limits bear only so often.
        exchange.close();
        exchange = EmbeddedExchange.start(Options.of(5));
      }
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (isOurs(thread)) {
        thread.join(30_000);
        assertTrue(!thread.isAlive(), thread.getName() + " is alive");
      }
    }
    // A few of the exchange's own come and go.
    long left = openFiles() - files;
    assertTrue(left < 10, left + " more files and sockets after " + CYCLES + " runs");
  }

  private void cycle() throws Exception {
    try (Colibri runtime = Colibri.live()) {
      SpotConnector c = started(runtime);
      CompletableFuture<Void> seen = new CompletableFuture<>();
      c.trades(c.instrument("BTC-USDT")).listen(trade -> {});
      c.books(c.instrument("BTC-USDT"))
          .listenDirect(
              book -> {
                if (book.isValid()) {
                  seen.complete(null);
                }
              });
      List<ConnectorEvent> events = new CopyOnWriteArrayList<>();
      c.events().listen(events::add);
      LiveOrder order = place(c);
      try {
        seen.get(30, TimeUnit.SECONDS);
        order.cancel();
        order.done().get(30, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        String book = c.book(c.instrument("BTC-USDT")).state().toString();
        throw new AssertionError("book " + book + ", " + order + ", " + events, e);
      }
    }
  }

  private static boolean isOurs(Thread thread) {
    return thread.getName().startsWith("colibri");
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), "nothing came of it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
