package dev.colibri.connector.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which cards {@code -Dcards} names. */
class ChosenTest {
  private static Chosen<Card> chosen(String numbers) {
    return Chosen.of(PerpCards.ALL, Card::number, numbers);
  }

  @Test
  void those_that_are_named_run_in_the_order_of_their_numbers() {
    Chosen<Card> some = chosen("P101, P04,P04");

    assertEquals(
        List.of("P04 limit buy rests", "P101 ready only when positions are known"),
        some.cards().stream().map(Card::title).toList());
    assertFalse(some.all());
  }

  @Test
  void without_a_name_all_run() {
    assertEquals(PerpCards.ALL, chosen("").cards());
    assertTrue(chosen("").all());
  }

  @Test
  void a_number_that_no_card_has_is_named() {
    AssertionError error = assertThrows(AssertionError.class, () -> chosen("P04,S04,P999"));

    assertEquals("no card P999, S04; there are those from P01 to P146", error.getMessage());
  }
}
