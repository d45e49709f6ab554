package dev.colibri.connector.spi;

import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fields.Meaning;
import dev.colibri.connector.spi.Fields.Table;
import dev.colibri.connector.spi.MarketFormat.Content;
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
   * @param content the last one in it
   * @param from where the values of the message in progress begin
   * @param to where they end
   */
  record Layout(Step[] steps, Literal end, @Nullable Content content, int[] from, int[] to) {
    boolean isTrade() {
      return content == Content.TRADES || content == Content.LIVE_TRADES;
    }
  }

  /**
   * Trades of one length whose values stand at the same places.
   *
   * @param reads what is not read from its place alone, and is read first, as ever
   * @param id null where none is told
   * @param millis null where it is read as ever, or none is told
   * @param side what the same bytes tell of it
   */
  record PlacedTrade(
      Places places,
      Content content,
      Read[] reads,
      Symbol symbol,
      Number price,
      Number size,
      @Nullable Number id,
      @Nullable Number millis,
      Side side) {}

  /** Where a value stands that is read as ever. */
  record Read(Step step, int from, int to) {}

  /** Where the text stands that a symbol is in, and the field of a table that tells how. */
  record Symbol(Table table, int place, int from, int to) {}

  private static final int MOST = 16;

  private static final int TIMES =
      bit(Meaning.MILLIS)
          | bit(Meaning.MICROS)
          | bit(Meaning.NANOS)
          | bit(Meaning.SECONDS)
          | bit(Meaning.ISO);

  /** Of lengths, and of places of a length. */
  private static final int LENGTHS = 32;

  static final int WAYS = 4;

  /** So many messages are looked at, and then every so-manieth: those differ for ever. */
  private static final int EAGER = 64;

  private static final int SELDOM = 1 << 16;

  /** So many places are learned, and then those of one of so many messages. */
  private static final int EAGER_PLACES = 256;

  private static final int SELDOM_PLACES = 1 << 12;

  private final Layout[] known = new Layout[MOST];
  private int count;
  private int others;

  private final @Nullable PlacedTrade[] placed = new PlacedTrade[LENGTHS * WAYS];
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
      @Nullable Content content = null;
      for (Step step : steps) {
        content = step.route == null ? content : step.route.content();
      }
      known[count++] =
          new Layout(
              steps.toArray(Step[]::new), in.literal(end), content, new int[size], new int[size]);
      found(count - 1);
      learning = false;
    }
  }

  // ---- places

  /** One of those that trades of a length may be like; the first was found last. */
  @Nullable PlacedTrade placed(int length, int way) {
    return placed[place(length) + way];
  }

  private static int place(int length) {
    return length % LENGTHS * WAYS;
  }

  void found(int length, int way) {
    if (way > 0) {
      int place = place(length);
      PlacedTrade last = placed[place + way];
      placed[place + way] = placed[place];
      placed[place] = last;
    }
  }

  /**
   * A message was good that is like none of them, but has this layout, with the values where it
   * says.
   *
   * @param side what was told of a side
   */
  void place(Frame frame, Layout layout, @Nullable Side side) {
    if (!layout.isTrade() || side == null) {
      return;
    }
    unplaced++;
    if (unplaced > EAGER_PLACES && unplaced % SELDOM_PLACES != 0) {
      return;
    }
    PlacedTrade made = new Placing(frame).of(layout, side);
    if (made != null) {
      int place = place(frame.length());
      System.arraycopy(placed, place, placed, place + 1, WAYS - 1);
      placed[place] = made;
    }
  }

  /** Takes down where the values of a trade stand. */
  private static final class Placing {
    private final Places.Builder places;
    private final List<Read> reads = new ArrayList<>();
    private @Nullable Symbol symbol;
    private @Nullable Number price;
    private @Nullable Number size;
    private @Nullable Number id;
    private @Nullable Number millis;
    private boolean sided;

    Placing(Frame frame) {
      places = new Places.Builder(frame);
    }

    /** Null where a trade tells something twice, so that the order matters. */
    @Nullable PlacedTrade of(Layout layout, Side side) {
      int told = 0;
      for (int i = 0; i < layout.steps.length; i++) {
        Step step = layout.steps[i];
        if (step.act == Act.CONTENT) {
          told &= ~begin(step);
        }
        int tells = (step.told & TIMES) != 0 ? TIMES : step.told;
        if ((told & tells) != 0) {
          return null;
        }
        told |= tells;
        if (!isPlaced(step, layout.from[i], layout.to[i])) {
          places.any(layout.from[i], layout.to[i]);
          reads.add(new Read(step, layout.from[i], layout.to[i]));
        }
      }
      if (reads.stream().allMatch(read -> read.step.act == Act.CONTENT)) {
        reads.clear();
      }
      Content content = layout.content;
      return content == null || !sided || symbol == null || price == null || size == null
          ? null
          : new PlacedTrade(
              places.build(),
              content,
              reads.toArray(Read[]::new),
              symbol,
              price,
              size,
              id,
              millis,
              side);
    }

    /** A content forgets what its own table names. */
    private int begin(Step step) {
      Table table = step.table;
      if (table == null) {
        return 0;
      }
      symbol = table.has(Meaning.SYMBOL) ? null : symbol;
      boolean timed = (table.told & TIMES) != 0;
      millis = timed ? null : millis;
      return table.told | (timed ? TIMES : 0);
    }

    private boolean isPlaced(Step step, int from, int to) {
      if (step.act == Act.PASS) {
        return places.isWord(from)
            || places.number(from, to, true) != null
            || places.text(from, to);
      }
      Table table = step.table;
      if (table == null || step.told == 0) {
        return false;
      }
      return switch (table.meanings[step.place]) {
        case SYMBOL -> {
          boolean text = places.text(from, to);
          symbol = text ? new Symbol(table, step.place, from + 1, to - 1) : null;
          yield text;
        }
        case PRICE -> {
          price = places.number(from, to, true);
          yield price != null;
        }
        case SIZE -> {
          size = places.number(from, to, true);
          yield size != null;
        }
        case ID -> {
          id = places.number(from, to, false);
          yield id != null;
        }
        case MILLIS -> {
          millis = places.number(from, to, false);
          yield millis != null;
        }
        case SIDE, BUYER_MAKER -> {
          // The same bytes, so that they tell the same.
          sided = true;
          yield true;
        }
        default -> false;
      };
    }
  }
}
