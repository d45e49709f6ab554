package dev.colibri.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.colibri.connector.model.Latency;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void quantiles_are_those_of_what_was_recorded_to_two_digits() {
    Latencies latencies = Latencies.begin();
    for (int i = 1; i <= 10_000; i++) {
      latencies.record(Latencies.Way.BOOKS_DIRECT, 1_000L * i);
    }
    Latency books = latencies.show().get("books direct");
    assertEquals(Map.of("books direct", books), latencies.show());
    assertEquals(10_000, books.count());
    assertEquals(5e6, books.p50(), 5e4);
    assertEquals(9e6, books.p90(), 9e4);
    assertEquals(9.9e6, books.p99(), 9.9e4);
    assertEquals(9.99e6, books.p999(), 9.99e4);
    assertEquals(10e6, books.max(), 10e4);
  }

  @Test
  void what_cannot_be_is_counted_as_the_nearest_that_can() {
    Latencies latencies = Latencies.begin();
    latencies.record(Latencies.Way.ORDERS, -1);
    latencies.record(Latencies.Way.ORDERS, Long.MAX_VALUE);
    Latency orders = latencies.show().get("orders");
    assertEquals(2, orders.count());
    assertEquals(0, orders.p50());
    assertEquals(TimeUnit.MINUTES.toNanos(1), orders.max(), 6e8);
  }

  @Test
  void recording_makes_nothing() {
    Latencies latencies = Latencies.begin();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long made = Long.MAX_VALUE;
    // The compiler may leave a few bytes at any time; garbage of ours would come every time.
    for (int round = 0; round < 6 && made >= 10_000; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        latencies.record(Latencies.Way.TRADES, i);
      }
      made = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertTrue(made < 10_000, made + " bytes");
  }

  @Test
  void without_the_library_it_says_what_to_add() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!entry.contains("HdrHistogram")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader without =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      var begin = without.loadClass(Latencies.class.getName()).getDeclaredMethod("begin");
      begin.setAccessible(true);
      Throwable e = assertThrows(InvocationTargetException.class, () -> begin.invoke(null));
      assertEquals(IllegalStateException.class, e.getCause().getClass());
      assertTrue(
          e.getCause().getMessage().contains("<artifactId>HdrHistogram</artifactId>"),
          e.getCause().getMessage());
    }
  }
}
