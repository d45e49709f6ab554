package dev.colibri.connector.spi;

import dev.colibri.connector.spi.Fields.Meaning;
import dev.colibri.connector.spi.Fields.Table;
import dev.colibri.connector.spi.MarketFormat.Route;
import dev.colibri.connector.text.JsonScanner;
import dev.colibri.connector.text.Literal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How messages of a connection are laid out: for each that was read to its end, what stood between
 * its values, and what was done with each of them. A message in which the same stands before every
 * value is read by doing the same, so that nothing has to be looked up. One thread at a time.
 */
final class Layouts {
  /** What is done with a value, or at a place. */
  enum Act {
    /** A field of a table is read. */
    FIELD,
    // The same, of those that trades have.
    PRICE,
    SIZE,
    MILLIS,
    ID,
    BUYER_MAKER,
    /** A value is passed over. */
    PASS,
    /** A word must be one that begins as the kind does. */
    KIND,
    /** A content begins. */
    CONTENT;

    static Act of(Meaning meaning) {
      return switch (meaning) {
        case PRICE -> PRICE;
        case SIZE -> SIZE;
        case MILLIS -> MILLIS;
        case ID -> ID;
        case BUYER_MAKER -> BUYER_MAKER;
        default -> FIELD;
      };
    }
  }

  /**
   * One of them.
   *
   * @param before what stands before it, from the value before on
   * @param table of a field or a content; of what is passed over, where an object would be read
   * @param route of a kind or a content
   * @param told the bit of what a field means; 0 of anything else
   */
  record Step(
      Literal before, Act act, @Nullable Table table, int place, @Nullable Route route, int told) {}

  /** A whole message. */
  record Layout(Step[] steps, Literal end) {}

  private static final int MOST = 16;

  /** So many messages are looked at, and then every so-manieth: those differ for ever. */
  private static final int EAGER = 64;

  private static final int SELDOM = 1 << 16;

  private final Layout[] known = new Layout[MOST];
  private int count;
  private int others;

  // Of the present message.
  private boolean learning;
  private final List<Step> steps = new ArrayList<>();
  private int end;

  /** How many are known. */
  int count() {
    return count;
  }

  /** One of them; the first is the one that was found last. */
  Layout get(int i) {
    return known[i];
  }

  void found(int i) {
    Layout last = known[i];
    known[i] = known[0];
    known[0] = last;
  }

  /** A message is laid out as none of them. */
  void begin() {
    others++;
    learning = count < MOST && (others < EAGER || others % SELDOM == 0);
    restart();
  }

  /** It is read again, from its beginning. */
  void restart() {
    steps.clear();
    end = 0;
  }

  /** What follows depends on more than what stands between values. */
  void forget() {
    learning = false;
  }

  /** Something is about to be done here. */
  void step(JsonScanner in, Act act, @Nullable Table table, int place, @Nullable Route route) {
    if (learning) {
      boolean field = act.compareTo(Act.PASS) < 0;
      int told = field && table != null ? 1 << table.meanings[place].ordinal() : 0;
      steps.add(new Step(in.literal(end), act, table, place, route, told));
    }
  }

  /** It was done. */
  void done(JsonScanner in) {
    end = in.position();
  }

  /** The message was read to its end, and was good. */
  void learn(JsonScanner in) {
    if (learning) {
      known[count++] = new Layout(steps.toArray(Step[]::new), in.literal(end));
      found(count - 1);
      learning = false;
    }
  }
}
