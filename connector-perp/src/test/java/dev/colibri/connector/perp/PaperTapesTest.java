package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On paper every venue's market, marks and funding are what they are beside a real account. */
class PaperTapesTest {
  private static final List<String> CARDS =
      List.of(
          "P56", "P57", "P59", "P60", "P61", "P62", "P64", "P65", "P66", "P68", "P69", "P135",
          "P136");
  private static final String PAPER =
      "{\"tape\":1,\"paper\":{\"USDT\":\"1000\",\"USDC\":\"1000\"},";

  @TestFactory
  Stream<DynamicTest> itTellsWhatItTellsLive() {
    return TapesSimulationTest.venues()
        .flatMap(
            venue -> {
              String name = venue.dialect().profile().name();
              Path folder = Path.of("src", "test", "tapes", name);
              return files(folder)
                  .filter(f -> CARDS.contains(String.valueOf(f.getFileName()).split("-", 2)[0]))
                  .map(
                      f ->
                          DynamicTest.dynamicTest(
                              name + " " + f.getFileName(), () -> play(venue, folder, f)));
            });
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void play(PerpVenue venue, Path folder, Path file) throws IOException {
    String live = Files.readString(file);
    String text = live.replace("{\"tape\":1,", PAPER);
    Player player = new Player(venue, Tape.read(folder.resolve("venue.tape")));
    assertEquals(told(live), told(player.rewritten(Tape.parse(file.toString(), text))));
  }

  /** What the user is told of the market: readiness is of the account, too. */
  private static List<String> told(String tape) {
    return tape.lines()
        .filter(l -> l.startsWith("{\"event\""))
        .filter(l -> !l.contains("\"Ready\"") && !l.contains("\"stream\""))
        .map(l -> l.replace(":paper", "")) // The connector's name.
        .toList();
  }
}
