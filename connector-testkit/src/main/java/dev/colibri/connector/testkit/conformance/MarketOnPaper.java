package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.tape.Departure;
import dev.colibri.connector.testkit.tape.Played;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The cards about the market, on paper: by the same tapes the user is told the same of instruments,
 * books, trades, prices and funding as beside an account, and nothing leaves that is signed or
 * changes something.
 *
 * <pre>{@code
 * class KrakenPaperTest {
 *   @TestFactory
 *   Stream<DynamicTest> cards() {
 *     return MarketOnPaper.cards(Kraken.spot(Credentials.of("key", "c2VjcmV0")));
 *   }
 * }
 * }</pre>
 */
public final class MarketOnPaper {
  /** Those that are about nothing but the market, without their letters. */
  private static final Set<String> NUMBERS =
      Set.of(
          "56", "57", "59", "60", "61", "62", "64", "65", "66", "67", "68", "69", "70", "135",
          "136", "141");

  private static final String BALANCES = "\"paper\":{\"USDT\":\"1000\"},";

  private MarketOnPaper() {}

  /**
   * One test a card.
   *
   * @param venue with keys that are no secret, which must not be used; its tapes are in {@code
   *     src/test/tapes/<venue>}
   */
  public static Stream<DynamicTest> cards(Venue<?> venue) {
    BookDialect dialect = (BookDialect) venue.dialect();
    String name = dialect.profile().name();
    Path folder = Path.of("src", "test", "tapes", name);
    return (venue instanceof PerpVenue ? PerpCards.ALL : SpotCards.ALL)
        .stream()
            .filter(card -> NUMBERS.contains(card.number().substring(1)))
            .filter(card -> card.need().met().test(dialect))
            .map(
                card ->
                    DynamicTest.dynamicTest(
                        name + " " + card.title(), () -> play(venue, folder, card)));
  }

  private static void play(Venue<?> venue, Path folder, Card card) throws IOException {
    Player player = new Player(venue, Tape.read(folder.resolve("venue.tape")));
    Path file = Conformance.tape(folder, card);
    List<String> live = told(player.play(Tape.read(file)));
    String onPaper = Files.readString(file).replaceFirst("\\{", "{" + BALANCES);
    // Written anew, because no account is asked for, and none told of, between the lines.
    String rewritten = player.rewritten(Tape.parse(file.toString(), onPaper));
    Played played = player.play(Tape.parse(file.toString(), rewritten));

    if (!told(played).equals(live)) {
      throw new AssertionError(
          card.title()
              + ": told on paper\n  "
              + String.join("\n  ", told(played))
              + "\nand beside an account\n  "
              + String.join("\n  ", live));
    }
    for (Departure left : played.departures()) {
      if (left.request().isSigned() || left.request().isMutation()) {
        throw new AssertionError(card.title() + ": leaves on paper: " + left.request());
      }
    }
  }

  /** What the user is told of the market: readiness is of the account, too, and so are streams. */
  private static List<String> told(Played played) {
    return played.events().stream()
        .filter(e -> !e.text("event").equals("Ready") && !e.has("stream"))
        .map(e -> e.toString().replace(":paper", "")) // The connector's name.
        .toList();
  }
}
