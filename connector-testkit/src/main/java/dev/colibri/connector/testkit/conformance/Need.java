package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpDialect;
import java.util.function.Predicate;

/**
 * What a dialect must have for a card to be asked of it.
 *
 * @param what in a word
 * @param met whether it has it
 */
record Need(String what, Predicate<BookDialect> met) {
  /** Of cards that are asked of every dialect. */
  static final Need NOTHING = new Need("nothing", d -> true);

  /** An account that holds long and short positions side by side. */
  static final Need HEDGE = mode(PositionMode.HEDGE);

  /** An account that can be put into either position mode. */
  static final Need BOTH_MODES =
      new Need(
          "choice of position modes",
          d -> HEDGE.met.test(d) && mode(PositionMode.ONE_WAY).met.test(d));

  /** An ability, which is an interface implemented. */
  static Need ability(Class<?> ability) {
    return new Need(ability.getSimpleName(), ability::isInstance);
  }

  /** A position mode. */
  static Need mode(PositionMode mode) {
    return new Need(
        "position mode " + mode,
        d -> d instanceof PerpDialect p && p.positionModes().contains(mode));
  }
}
