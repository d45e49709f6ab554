package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToyPerp;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a player of the toy's tapes does to them. */
class FaultyPlayerTest {
  private static final Path TAPES = Path.of("src/test/tapes/toy-spot");

  private static final long SEEDS = Long.getLong("sim.seeds", 3);

  private final FaultyPlayer player =
      new FaultyPlayer(
          SpotVenue.of(ToySpot::new, Credentials.of("key", "a secret")), tape("venue"));

  private static Tape tape(String name) {
    return Tape.read(TAPES.resolve(name + ".tape"));
  }

  @Test
  void a_seed_decides_what_goes_wrong() {
    Tape tape = tape("partial-fill-then-cancel");

    assertEquals(player.play(tape, 7).hash(), player.play(tape, 7).hash());
    assertNotEquals(player.play(tape, 7).hash(), player.play(tape, 8).hash());
  }

  @Test
  void everything_goes_wrong_at_some_time() {
    Map<TapeFault, Integer> faults = new EnumMap<>(TapeFault.class);
    for (String name : List.of("partial-fill-then-cancel", "reply-lost", "book")) {
      Tape tape = tape(name);
      for (long seed = 1; seed <= 60; seed++) {
        player.play(tape, seed).faults().forEach((f, n) -> faults.merge(f, n, Integer::sum));
      }
    }
    assertEquals(TapeFault.values().length, faults.size(), faults::toString);
    assertTrue(faults.values().stream().allMatch(n -> n > 3), faults::toString);
  }

  /** Positions are the sum of what is told of them, and a payment is no fill, whatever is lost. */
  @Test
  void perpetuals_stay_lawful() throws IOException {
    Path perp = Path.of("src/test/tapes/toy-perp");
    FaultyPlayer player =
        new FaultyPlayer(
            PerpVenue.of(v -> new ToyPerp(), Credentials.of("key", "a secret")),
            Tape.read(perp.resolve("venue.tape")));
    List<Path> tapes;
    try (Stream<Path> all = Files.list(perp)) {
      tapes = all.filter(f -> String.valueOf(f.getFileName()).startsWith("P")).sorted().toList();
    }
    int orders = 0;
    for (Path file : tapes) {
      Tape tape = Tape.read(file);
      for (long seed = 1; seed <= SEEDS; seed++) {
        orders += player.play(tape, seed).orders();
      }
    }
    assertTrue(orders > tapes.size(), "orders: " + orders);
  }
}
