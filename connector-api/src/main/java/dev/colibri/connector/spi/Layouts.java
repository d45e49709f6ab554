package dev.colibri.connector.spi;

import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fields.Meaning;
import dev.colibri.connector.spi.Fields.Table;
import dev.colibri.connector.spi.MarketFormat.Route;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.JsonScanner;
import dev.colibri.connector.text.Literal;
import dev.colibri.connector.text.Places;
import dev.colibri.connector.text.Places.Number;
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

  /**
   * A whole message.
   *
   * @param from where the values of the message in progress begin
   * @param to where they end
   */
  record Layout(Step[] steps, Literal end, int[] from, int[] to) {
    /** Whether it has nothing of changing length but its values. */
    boolean isPlain() {
      for (Step step : steps) {
        Route route = step.route();
        if (route != null && route.content().isBook()) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Messages of one length whose values stand at the same places. Values that are not read from
   * their place alone are read first, as ever; those that nobody asks for are not read.
   *
   * @param told what those tell that are not read as ever, one bit each
   * @param side what the same bytes tell of a side; null where nothing does
   */
  record Placement(
      Places places,
      Read[] reads,
      Decimal[] decimals,
      @Nullable Number id,
      @Nullable Number millis,
      @Nullable Side side,
      int told) {}

  /** A value that is read as ever; a symbol is known to be plain. */
  record Read(Step step, int from, int to, boolean isPlainSymbol) {}

  /** A decimal, and where it goes. */
  record Decimal(int slot, Number number) {}

  private static final int MOST = 16;

  private static final int TIMES =
      bit(Meaning.MILLIS)
          | bit(Meaning.MICROS)
          | bit(Meaning.NANOS)
          | bit(Meaning.SECONDS)
          | bit(Meaning.ISO);

  private static final int SIDES = bit(Meaning.SIDE) | bit(Meaning.BUYER_MAKER);

  /** Of lengths, and of placements of a length. */
  private static final int LENGTHS = 32;

  static final int WAYS = 2;

  /** So many messages are looked at, and then every so-manieth: those differ for ever. */
  private static final int EAGER = 64;

  private static final int SELDOM = 1 << 16;

  /** So many placements are learned, and then one of so many messages that have none. */
  private static final int EAGER_PLACES = 256;

  private static final int SELDOM_PLACES = 1 << 12;

  private final Layout[] known = new Layout[MOST];
  private int count;
  private int others;

  private final @Nullable Placement[] placements = new Placement[LENGTHS * WAYS];
  private int unplaced;

  // Of the present message.
  private boolean learning;
  private final List<Step> steps = new ArrayList<>();
  private int end;

  private static int bit(Meaning meaning) {
    return 1 << meaning.ordinal();
  }

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
      int size = steps.size();
      known[count++] =
          new Layout(steps.toArray(Step[]::new), in.literal(end), new int[size], new int[size]);
      found(count - 1);
      learning = false;
    }
  }

  // ---- places

  /** One of the placements that messages of a length may have; the first was found last. */
  @Nullable Placement placement(int length, int way) {
    return placements[place(length) + way];
  }

  private static int place(int length) {
    return length % LENGTHS * WAYS;
  }

  void found(int length, int way) {
    if (way > 0) {
      int place = place(length);
      Placement last = placements[place + way];
      placements[place + way] = placements[place];
      placements[place] = last;
    }
  }

  /**
   * A message was good that has no placement, but this layout, with the values where that says.
   *
   * @param side what a value told that tells a side
   */
  void place(Frame frame, Layout layout, @Nullable Side side) {
    unplaced++;
    if (unplaced > EAGER_PLACES && unplaced % SELDOM_PLACES != 0 || !layout.isPlain()) {
      return;
    }
    Placement made = new Placing(frame).of(layout, side);
    if (made != null) {
      int place = place(frame.length());
      System.arraycopy(placements, place, placements, place + 1, WAYS - 1);
      placements[place] = made;
    }
  }

  /** Makes a placement. */
  private static final class Placing {
    private final Places.Builder places;
    private final List<Read> reads = new ArrayList<>();
    private final List<Decimal> decimals = new ArrayList<>();
    private @Nullable Number id;
    private @Nullable Number millis;
    private int told;

    /** Whether what stands around the content is over. */
    private boolean inside;

    Placing(Frame frame) {
      places = new Places.Builder(frame);
    }

    /** Null where a content tells something twice, so that the order matters. */
    @Nullable Placement of(Layout layout, @Nullable Side side) {
      int once = 0;
      for (int i = 0; i < layout.steps.length; i++) {
        Step step = layout.steps[i];
        if (inside) {
          int tells = (step.told & TIMES) != 0 ? TIMES : step.told;
          if ((once & tells) != 0) {
            return null;
          }
          once |= tells;
        }
        inside |= step.act == Act.CONTENT;
        if (isPlaced(step, layout.from[i], layout.to[i])) {
          told |= step.told;
        } else {
          places.any(layout.from[i], layout.to[i]);
          reads.add(new Read(step, layout.from[i], layout.to[i], false));
        }
      }
      return new Placement(
          places.build(),
          reads.toArray(Read[]::new),
          decimals.toArray(Decimal[]::new),
          id,
          millis,
          (told & SIDES) != 0 ? side : null,
          told);
    }

    private boolean isPlaced(Step step, int from, int to) {
      Table table = step.table;
      if (step.act == Act.PASS) {
        return places.isWord(from)
            || places.number(from, to, true) != null
            || places.text(from, to);
      }
      if (!inside || table == null || step.told == 0) {
        return false;
      }
      Meaning meaning = table.meanings[step.place];
      switch (meaning) {
        case PRICE, SIZE, BID, BID_SIZE, ASK, ASK_SIZE -> {
          Number number = places.number(from, to, true);
          if (number != null) {
            decimals.add(new Decimal(MarketReader.slot(meaning), number));
          }
          return number != null;
        }
        case ID -> {
          id = places.number(from, to, false);
          return id != null;
        }
        case MILLIS -> {
          millis = places.number(from, to, false);
          return millis != null;
        }
        case SYMBOL -> {
          boolean plain = places.text(from, to);
          if (plain) {
            reads.add(new Read(step, from, to, true));
          }
          return plain;
        }
        default -> {
          return (step.told & SIDES) != 0;
        }
      }
    }
  }
}
