package dev.colibri.connector.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.sim.toy.ToyPerp;
import dev.colibri.connector.testkit.sim.toy.ToyPerp.Plant;
import dev.colibri.connector.testkit.tape.Played;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeException;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The cards of perpetuals hold for a toy venue, and each fault that is planted into its dialect is
 * caught by the card that is about it.
 */
class PerpCardsTest {
  private static final Path TAPES = Path.of("src", "test", "tapes", "toy-perp");

  /** What a card's own demand catches, even where a tape was written anew with the fault. */
  private static final Map<Plant, String> BY_DEMAND = new TreeMap<>();

  /** What shows in nothing but the words that leave, which only a tape knows. */
  private static final Map<Plant, String> BY_TAPE = new TreeMap<>();

  static {
    BY_DEMAND.put(Plant.FILLS_IN_CONTRACTS, "P140");
    BY_DEMAND.put(Plant.POSITIONS_IN_CONTRACTS, "P140");
    BY_DEMAND.put(Plant.POSITIONS_UNSIGNED, "P116");
    BY_DEMAND.put(Plant.FUNDING_AS_FILL, "P139");
    BY_DEMAND.put(Plant.CAUSE_IGNORED, "P129");
    BY_DEMAND.put(Plant.OTHERS_LEFT_OUT, "P128");
    BY_DEMAND.put(Plant.SIDE_OF_FILL, "P119");
    BY_DEMAND.put(Plant.REDUCE_ONLY_UNNAMED, "P120");
    BY_DEMAND.put(Plant.MODE_ASSUMED, "P118");
    BY_DEMAND.put(Plant.SAME_MODE_A_FAULT, "P104");
    BY_DEMAND.put(Plant.MODE_REFUSAL_A_SUCCESS, "P105");
    BY_DEMAND.put(Plant.LEVERAGE_AS_ASKED, "P109");
    BY_DEMAND.put(Plant.MOST_LEVERAGE_WRONG, "P110");
    BY_DEMAND.put(Plant.PROFIT_AS_BALANCE, "P123");
    BY_DEMAND.put(Plant.PAYMENTS_BY_TIME, "P138");
    BY_DEMAND.put(Plant.PAYMENTS_BY_ASKING, "P138");
    BY_DEMAND.put(Plant.FUNDING_PARTS_ZERO, "P136");
    BY_DEMAND.put(Plant.INVERSE_UNSAID, "P141");
    BY_DEMAND.put(Plant.DATED_LISTED, "P141");
    BY_DEMAND.put(Plant.TRANSFER_A_QUERY, "P146");
    BY_TAPE.put(Plant.ORDERS_IN_BASE_UNITS, "P140");
    BY_TAPE.put(Plant.REDUCE_ONLY_FORGOTTEN, "P115");
    BY_TAPE.put(Plant.MARGIN_FORGOTTEN, "P112");
    BY_TAPE.put(Plant.TRIGGER_FORGOTTEN, "P142");
  }

  private static PerpVenue toy(Plant plant) {
    return PerpVenue.of(v -> new ToyPerp(plant), Credentials.of("key", "a secret"));
  }

  private static Stream<Card> own() {
    return PerpCards.ALL.stream().filter(c -> c.number().length() > 3);
  }

  private static Card card(String number) {
    return own().filter(c -> c.number().equals(number)).findFirst().orElseThrow();
  }

  @TestFactory
  Stream<DynamicTest> hold() {
    PerpConformance toy = new PerpConformance("toy-perp", toy(Plant.NONE)) {};
    return own().map(c -> DynamicTest.dynamicTest(c.title(), () -> toy.play(c)));
  }

  @Test
  void every_fault_is_planted() {
    Set<Plant> planted = EnumSet.of(Plant.NONE);
    planted.addAll(BY_DEMAND.keySet());
    planted.addAll(BY_TAPE.keySet());
    assertEquals(EnumSet.allOf(Plant.class), planted);
  }

  @TestFactory
  Stream<DynamicTest> caught_by_what_a_card_demands() {
    return BY_DEMAND.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey() + " by " + card(e.getValue()).title(),
                    () ->
                        assertThrows(AssertionError.class, () -> anew(e.getKey(), e.getValue()))));
  }

  @TestFactory
  Stream<DynamicTest> caught_by_the_tape_of_a_card() {
    return BY_TAPE.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey() + " by " + card(e.getValue()).title(),
                    () -> {
                      Tape tape = tape(e.getValue());
                      Player player = player(e.getKey());
                      assertThrows(TapeException.class, () -> player.play(tape));
                    }));
  }

  private static Player player(Plant plant) {
    return new Player(toy(plant), Tape.read(TAPES.resolve("venue.tape")));
  }

  private static Tape tape(String number) throws IOException {
    try (Stream<Path> all = Files.list(TAPES)) {
      return Tape.read(
          all.filter(f -> String.valueOf(f.getFileName()).startsWith(number + "-"))
              .findFirst()
              .orElseThrow());
    }
  }

  /** Writes the card's tape anew with the fault, and asks what the card demands of that. */
  private static void anew(Plant plant, String number) throws IOException {
    Player player = player(plant);
    Played played = player.play(Tape.parse(number, player.rewritten(tape(number))));
    card(number).check().accept(new Findings(played, toy(plant).dialect()));
  }
}
