package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.testkit.tape.Garbage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * From the bytes that a socket read to the return of a direct listener nothing is made, whatever
 * the venue: not a byte a message, once everything is compiled.
 */
class NoGarbageTest {
  private static final int MESSAGES = 100_000;

  /** Venues with tapes of their own; those that speak as another one have none. */
  private static Stream<PerpVenueProvider> venues() {
    return ServiceLoader.load(PerpVenueProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(venue -> Files.exists(folder(venue)));
  }

  private static Path folder(PerpVenueProvider venue) {
    return Path.of("src", "test", "tapes", venue.name());
  }

  @TestFactory
  Stream<DynamicTest> changes_of_books() {
    return venues().map(v -> DynamicTest.dynamicTest(v.name(), () -> play(v, "P64-book.tape")));
  }

  @TestFactory
  Stream<DynamicTest> trades() {
    return venues().map(v -> DynamicTest.dynamicTest(v.name(), () -> play(v, "P68-trades.tape")));
  }

  private static void play(PerpVenueProvider venue, String tape) {
    Path folder = folder(venue);
    try (Garbage played =
        new Garbage(folder, folder.resolve(tape), colibri -> colibri.open(venue.venue(null)))) {
      long made = played.least(MESSAGES);
      assertEquals(played.sent(), played.heard());
      assertTrue(played.sum() > 0);
      assertTrue(made < MESSAGES, made + " bytes made by " + MESSAGES + " messages");
    }
  }
}
