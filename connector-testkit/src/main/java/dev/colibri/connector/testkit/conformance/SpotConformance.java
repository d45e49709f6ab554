package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.tape.Played;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every spot connector must do, as numbered cards. A connector's test says which venue, and
 * has a tape for every card in {@code src/test/tapes/<venue>}:
 *
 * <pre>{@code
 * class KrakenSpotTest extends SpotConformance {
 *   KrakenSpotTest() {
 *     super("kraken-spot", Kraken.spot(Credentials.of("key", "c2VjcmV0")));
 *   }
 * }
 * }</pre>
 *
 * <p>A card of an ability that the dialect does not implement is skipped; a missing tape fails.
 * With {@code TAPE_UPDATE=1} in the environment the {@code out} and {@code event} lines are written
 * anew before they are compared; the cards' own demands are checked all the same.
 */
public abstract class SpotConformance {
  private final SpotVenue venue;
  private final Path tapes;

  /**
   * The cards, for a venue.
   *
   * @param name the folder of its tapes, which is the venue's name
   * @param venue with keys that are no secret
   */
  protected SpotConformance(String name, SpotVenue venue) {
    this.venue = venue;
    this.tapes = Path.of("src", "test", "tapes", name);
  }

  /** One test a card. */
  @TestFactory
  Stream<DynamicTest> cards() {
    return SpotCards.ALL.stream().map(c -> DynamicTest.dynamicTest(c.title(), () -> play(c)));
  }

  /** No tape lies about that no card asks for. */
  @TestFactory
  Stream<DynamicTest> tapes() {
    Set<String> numbers = new TreeSet<>();
    SpotCards.ALL.forEach(c -> numbers.add(c.number()));
    return Stream.of(
        DynamicTest.dynamicTest(
            "every tape belongs to a card",
            () -> {
              for (Path file : files()) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals("venue.tape") && !numbers.contains(name.split("[-.]")[0])) {
                  throw new AssertionError(name + " belongs to no card");
                }
              }
            }));
  }

  /** Plays the tape of a card, unless the dialect lacks its ability. */
  final void play(Card card) throws IOException {
    SpotDialect dialect = venue.dialect();
    Class<?> ability = card.ability();
    Assumptions.assumeTrue(
        ability == null || ability.isInstance(dialect),
        () -> dialect.profile().name() + " is no " + ability.getSimpleName());
    Path file = tape(card);
    Player player = new Player(venue, Tape.read(tapes.resolve("venue.tape")));
    if ("1".equals(System.getenv("TAPE_UPDATE"))) {
      Files.writeString(file, player.rewritten(Tape.read(file)), StandardCharsets.UTF_8);
    }
    Tape tape = Tape.read(file);
    if (!tape.scenario().equals(card.title())) {
      throw new AssertionError(file + " is of \"" + tape.scenario() + "\"");
    }
    Played played = player.play(tape);
    try {
      card.check().accept(new Findings(played, dialect));
    } catch (AssertionError e) {
      throw new AssertionError(
          card.title() + ": " + e.getMessage() + "\n  demanded: " + card.demand(), e);
    }
  }

  private Path tape(Card card) {
    List<Path> of =
        files().stream()
            .filter(f -> String.valueOf(f.getFileName()).split("[-.]")[0].equals(card.number()))
            .toList();
    if (of.size() != 1) {
      throw new AssertionError(
          of.size() + " tapes of " + card.title() + " in " + tapes + "; one is needed");
    }
    return of.get(0);
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(tapes)) {
      return all.filter(f -> f.toString().endsWith(".tape")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
