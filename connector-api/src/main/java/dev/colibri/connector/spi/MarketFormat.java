package dev.colibri.connector.spi;

import dev.colibri.connector.text.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The market messages of a venue as a table: how a message tells what it is, and for each kind what
 * its fields mean. Immutable; every word returns a new one.
 *
 * <pre>{@code
 * MarketFormat.of(
 *         Fields.of()
 *             .inside("arg", Fields.of().kind("channel").symbol("instId"))
 *             .action("action", "snapshot")
 *             .rows("data"))
 *     .book("books", Fields.of().bids("bids").asks("asks").last("seqId").previous("prevSeqId"))
 *     .trades("trades", Fields.of().id("tradeId").price("px").size("sz").side("side", "buy", "sell"));
 * }</pre>
 */
public final class MarketFormat {
  /** What becomes of a content. */
  enum Content {
    BOOK,
    WHOLE_BOOK,
    TRADES,
    LIVE_TRADES,
    TOP
  }

  /** A kind of message: its word (or the beginning of it, before a star) and its fields. */
  private record Kind(String word, Content content, Fields fields, boolean byField) {
    boolean isStarred() {
      return word.endsWith("*");
    }
  }

  /**
   * A kind of message as it is read by.
   *
   * @param isStarred whether its word only begins so
   * @param further whether the field that tells the kind says nothing else, so that a content in
   *     the same object may be read on after it
   */
  record Route(Content content, Fields.Table fields, boolean isStarred, boolean further) {}

  private final Fields around;
  private final List<Kind> kinds;

  private MarketFormat(Fields around, List<Kind> kinds) {
    this.around = around;
    this.kinds = List.copyOf(kinds);
  }

  /**
   * A format.
   *
   * @param around the fields around the content, {@code kind} among them; without {@code rows} the
   *     message is the content
   */
  public static MarketFormat of(Fields around) {
    return new MarketFormat(around, List.of());
  }

  private MarketFormat with(String word, Content content, Fields fields, boolean byField) {
    List<Kind> more = new ArrayList<>(kinds);
    more.add(new Kind(word, content, fields, byField));
    return new MarketFormat(around, more);
  }

  /**
   * Changes of a book, or all of it where {@code action} says so.
   *
   * @param kind the kind's word; {@code orderbook.*} for all that begin so
   */
  public MarketFormat book(String kind, Fields fields) {
    return with(kind, Content.BOOK, fields, false);
  }

  /** Whole books. */
  public MarketFormat wholeBook(String kind, Fields fields) {
    return with(kind, Content.WHOLE_BOOK, fields, false);
  }

  /** Public trades; those of a snapshot, which lie before the subscription, are passed over. */
  public MarketFormat trades(String kind, Fields fields) {
    return with(kind, Content.TRADES, fields, false);
  }

  /** Public trades, where a venue calls the new ones a snapshot, too: every one counts. */
  public MarketFormat liveTrades(String kind, Fields fields) {
    return with(kind, Content.LIVE_TRADES, fields, false);
  }

  /** The best bid and ask. */
  public MarketFormat top(String kind, Fields fields) {
    return with(kind, Content.TOP, fields, false);
  }

  /** The best bid and ask, in a message that has no kind and is known by a field. */
  public MarketFormat topWith(String field, Fields fields) {
    return with(field, Content.TOP, fields, true);
  }

  /** A format as messages are read by. Not thread-safe, as its tables remember. */
  static final class Compiled {
    final Fields.Table around;
    private final Names words;
    private final Route[] exact;
    private final Route[] starred;
    private final byte[][] beginnings;
    private final Names marks;
    private final Route[] marked;

    Compiled(MarketFormat format) {
      around = new Fields.Table(format.around);
      List<Kind> named = format.kinds.stream().filter(k -> !k.byField() && !k.isStarred()).toList();
      List<Kind> begun = format.kinds.stream().filter(k -> !k.byField() && k.isStarred()).toList();
      List<Kind> known = format.kinds.stream().filter(Kind::byField).toList();
      words = words(named);
      exact = routes(format.around, named);
      starred = routes(format.around, begun);
      marks = words(known);
      marked = routes(format.around, known);
      beginnings = new byte[starred.length][];
      for (int i = 0; i < starred.length; i++) {
        String word = begun.get(i).word();
        beginnings[i] = word.substring(0, word.length() - 1).getBytes(StandardCharsets.UTF_8);
      }
    }

    private static Names words(List<Kind> kinds) {
      return Names.of(kinds.stream().map(Kind::word).toList());
    }

    private static Route[] routes(Fields around, List<Kind> kinds) {
      return kinds.stream()
          .map(
              k ->
                  new Route(
                      k.content(),
                      new Fields.Table(k.fields()),
                      k.isStarred(),
                      !k.fields().meets(around)))
          .toArray(Route[]::new);
    }

    /** What a kind stands for, or null. */
    @Nullable Route route(byte[] bytes, int from, int to) {
      int place = words.find(bytes, from, to);
      if (place >= 0) {
        return exact[place];
      }
      for (int i = 0; i < beginnings.length; i++) {
        byte[] beginning = beginnings[i];
        int length = beginning.length;
        if (to - from > length && Arrays.equals(beginning, 0, length, bytes, from, from + length)) {
          return starred[i];
        }
      }
      return null;
    }

    Names marks() {
      return marks;
    }

    Route marked(int place) {
      return marked[place];
    }
  }

  Compiled compile() {
    return new Compiled(this);
  }
}
