package dev.colibri.connector.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The cards of amending, of batches and of silences hold for the toy venue, and fail for tapes of
 * others.
 */
class AbilityCardsTest {
  private static final SpotConformance TOY =
      new SpotConformance(
          "toy-spot",
          SpotVenue.of(ToySpot.WithDeadMansSwitch::new, Credentials.of("key", "a secret"))) {};

  private static Stream<Card> cards() {
    return SpotCards.ALL.stream()
        .filter(
            c ->
                c.number().equals("S31")
                    || asks(c, NativeAmend.class)
                    || asks(c, NativeBatch.class)
                    || asks(c, DeadMansSwitch.class));
  }

  private static boolean asks(Card card, Class<?> ability) {
    return card.need().what().equals(ability.getSimpleName());
  }

  @TestFactory
  Stream<DynamicTest> hold() {
    return cards().map(c -> DynamicTest.dynamicTest(c.title(), () -> TOY.play(c)));
  }

  /** Each demands what the tapes of the others do not show. */
  @TestFactory
  Stream<DynamicTest> demand() {
    return cards()
        .flatMap(
            demanding ->
                cards()
                    .filter(other -> other != demanding)
                    .map(
                        other ->
                            DynamicTest.dynamicTest(
                                demanding.number() + " on the tape of " + other.number(),
                                () -> fails(demanding, other))));
  }

  private static void fails(Card demanding, Card other) {
    Card mixed =
        new Card(
            other.number(), other.name(), demanding.demand(), demanding.need(), demanding.check());
    assertThrows(AssertionError.class, () -> TOY.play(mixed));
  }
}
