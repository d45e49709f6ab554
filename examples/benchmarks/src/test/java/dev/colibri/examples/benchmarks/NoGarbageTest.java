package dev.colibri.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.SpotVenueProvider;
import java.lang.management.ManagementFactory;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every connector there is reads market messages without making garbage. */
class NoGarbageTest {
  private static final int MESSAGES = 100_000;

  private static Stream<String> venues() {
    return ServiceLoader.load(SpotVenueProvider.class).stream().map(p -> p.get().name());
  }

  @TestFactory
  Stream<DynamicTest> depth_messages_make_nothing() {
    return venues()
        .map(
            venue ->
                DynamicTest.dynamicTest(
                    venue,
                    () -> {
                      MarketParsing parsing = new MarketParsing(venue);
                      MarketParsing.Read read = new MarketParsing.Read();
                      long rounds = rounds(venue, () -> parsing.depth(read));
                      assertEquals(40 * rounds, parsing.heard().levels());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> trades_make_nothing() {
    return venues()
        .map(
            venue ->
                DynamicTest.dynamicTest(
                    venue,
                    () -> {
                      MarketParsing parsing = new MarketParsing(venue);
                      MarketParsing.Read read = new MarketParsing.Read();
                      long rounds = rounds(venue, () -> parsing.trade(read));
                      assertEquals(rounds, parsing.heard().trades());
                    }));
  }

  /**
   * Plays until everything is compiled, then measures: the compiler may still be at it the first
   * time, and leaves a few bytes at any time; garbage of ours would come with every message.
   *
   * @return how many messages were played
   */
  private static long rounds(String venue, Runnable message) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long played = MESSAGES / 5;
    for (int i = 0; i < played; i++) {
      message.run();
    }
    long made = Long.MAX_VALUE;
    for (int round = 0; round < 3 && made >= MESSAGES; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < MESSAGES; i++) {
        message.run();
      }
      made = threads.getCurrentThreadAllocatedBytes() - before;
      played += MESSAGES;
    }
    assertTrue(made < MESSAGES, made + " bytes made by " + MESSAGES + " messages of " + venue);
    return played;
  }
}
