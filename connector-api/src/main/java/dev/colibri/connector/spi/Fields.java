package dev.colibri.connector.spi;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.FieldNames;
import dev.colibri.connector.text.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of a market message mean, by their names: a table that {@link MarketSession}
 * reads messages by. Fields that it does not name are passed over. Immutable; every word returns a
 * new table.
 *
 * <p>Symbols, numbers of a sequence, ids, prices, sizes and sides that a table names must be told
 * by every message. Times and checksums may be missing, and so may a side of a book in a change,
 * and in a whole book the number of its first change and that of the message before.
 */
public final class Fields {
  /** What a field means. */
  enum Meaning {
    KIND,
    ACTION,
    UNLESS,
    ROWS,
    EACH,
    INSIDE,
    SYMBOL,
    FIRST,
    LAST,
    SEQUENCE,
    PREVIOUS,
    CHECKSUM,
    COUNTER,
    MILLIS,
    MICROS,
    NANOS,
    SECONDS,
    ISO,
    BIDS,
    ASKS,
    SIDES,
    CHANGES,
    ID,
    PRICE,
    SIZE,
    SIDE,
    BUYER_MAKER,
    BID,
    BID_SIZE,
    ASK,
    ASK_SIZE
  }

  /**
   * A field.
   *
   * @param words the words its value may be, in the order its meaning wants them
   * @param inner the fields of its object
   */
  record Field(String name, Meaning meaning, List<String> words, @Nullable Fields inner) {}

  private final List<Field> fields;

  /** The names of price and size in a level that is an object; empty where levels are arrays. */
  private final List<String> level;

  private final boolean zeroPrices;

  private Fields(List<Field> fields, List<String> level, boolean zeroPrices) {
    this.fields = List.copyOf(fields);
    this.level = level;
    this.zeroPrices = zeroPrices;
  }

  /** A table without fields. */
  public static Fields of() {
    return new Fields(List.of(), List.of(), false);
  }

  private Fields with(String name, Meaning meaning, @Nullable Fields inner, String... words) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, meaning, List.of(words), inner));
    return new Fields(more, level, zeroPrices);
  }

  private Fields with(String name, Meaning meaning, String... words) {
    return with(name, meaning, null, words);
  }

  // ---- around the content

  /** What kind of message it is: a word that {@link MarketFormat} has a table for. */
  public Fields kind(String name) {
    return with(name, Meaning.KIND);
  }

  /** Whether it is a whole book: {@code snapshot} says so, any other word is a change. */
  public Fields action(String name, String snapshot) {
    return with(name, Meaning.ACTION, snapshot);
  }

  /** Whether it is a whole book: {@code true} says so; it may be missing. */
  public Fields whole(String name) {
    return with(name, Meaning.ACTION);
  }

  /** A field of these words says that the message is no market data, whatever its kind. */
  public Fields unless(String name, String... words) {
    return with(name, Meaning.UNLESS, words);
  }

  /** Where the content stands: an object, or an array of objects each of which counts by itself. */
  public Fields rows(String name) {
    return with(name, Meaning.ROWS);
  }

  /**
   * Contents inside a content: an array of objects each of which counts by itself, together with
   * what stands around it. An {@link #action} must stand before it.
   */
  public Fields rows(String name, Fields each) {
    return with(name, Meaning.EACH, each);
  }

  /**
   * An object, or the objects of an array, whose fields belong to this message, too. The name
   * {@code *} stands for every object that is not named.
   */
  public Fields inside(String name, Fields fields) {
    return with(name, Meaning.INSIDE, fields);
  }

  /** A number that rises by one with every message of a connection, whatever its kind. */
  public Fields counter(String name) {
    return with(name, Meaning.COUNTER);
  }

  // ---- of every content

  /** The instrument, in the venue's spelling. */
  public Fields symbol(String name) {
    return with(name, Meaning.SYMBOL);
  }

  /**
   * The instrument, in the venue's spelling, within the name of a channel: after so many letters,
   * and before the last one of {@code end}.
   */
  public Fields symbolIn(String name, int after, char end) {
    return with(name, Meaning.SYMBOL, Integer.toString(after), Character.toString(end));
  }

  /** The venue's time, in milliseconds since the epoch; a fraction is dropped. */
  public Fields millis(String name) {
    return with(name, Meaning.MILLIS);
  }

  /** The venue's time, in microseconds since the epoch. */
  public Fields micros(String name) {
    return with(name, Meaning.MICROS);
  }

  /** The venue's time, in nanoseconds since the epoch. */
  public Fields nanos(String name) {
    return with(name, Meaning.NANOS);
  }

  /** The venue's time, in seconds since the epoch, with or without a fraction. */
  public Fields seconds(String name) {
    return with(name, Meaning.SECONDS);
  }

  /** The venue's time, as ISO 8601 in UTC. */
  public Fields iso(String name) {
    return with(name, Meaning.ISO);
  }

  // ---- books

  /** The sequence number of the first change. */
  public Fields first(String name) {
    return with(name, Meaning.FIRST);
  }

  /** The sequence number of the last change. */
  public Fields last(String name) {
    return with(name, Meaning.LAST);
  }

  /** The only sequence number: that of the first change and of the last. */
  public Fields sequence(String name) {
    return with(name, Meaning.SEQUENCE);
  }

  /** The last sequence number of the message that must have come before. */
  public Fields previous(String name) {
    return with(name, Meaning.PREVIOUS);
  }

  /** The checksum of the book afterwards. */
  public Fields checksum(String name) {
    return with(name, Meaning.CHECKSUM);
  }

  /** An array of levels to buy. */
  public Fields bids(String name) {
    return with(name, Meaning.BIDS);
  }

  /** An array of levels to sell. */
  public Fields asks(String name) {
    return with(name, Meaning.ASKS);
  }

  /** An array of two: the levels to buy, and those to sell. */
  public Fields sides(String name) {
    return with(name, Meaning.SIDES);
  }

  /**
   * Levels are objects with these fields, instead of arrays that begin with price and size. Then a
   * side may also be one level, or null for none.
   */
  public Fields levels(String price, String size) {
    return new Fields(fields, List.of(price, size), zeroPrices);
  }

  /** Levels at price 0 say nothing but that the sequence moved on; elsewhere they are a mistake. */
  public Fields zeroPrices() {
    return new Fields(fields, level, true);
  }

  /** An array of changed levels, objects of which each names its side. */
  public Fields changes(
      String name, String side, String bid, String ask, String price, String size) {
    Fields row = of().with(price, Meaning.PRICE).with(size, Meaning.SIZE).with(side, Meaning.SIDE);
    return with(name, Meaning.CHANGES, row, bid, ask);
  }

  // ---- trades

  /** The venue's number of a trade. */
  public Fields id(String name) {
    return with(name, Meaning.ID);
  }

  public Fields price(String name) {
    return with(name, Meaning.PRICE);
  }

  public Fields size(String name) {
    return with(name, Meaning.SIZE);
  }

  /** The side that took, by the venue's words for it. */
  public Fields side(String name, String buy, String sell) {
    return with(name, Meaning.SIDE, buy, sell);
  }

  /** Whether it was the buyer who made. */
  public Fields buyerMaker(String name) {
    return with(name, Meaning.BUYER_MAKER);
  }

  // ---- the best bid and ask, where they are not levels

  /** The best bid; a size of 0 stands for none. */
  public Fields bid(String price, String size) {
    return with(price, Meaning.BID).with(size, Meaning.BID_SIZE);
  }

  /** The best ask; a size of 0 stands for none. */
  public Fields ask(String price, String size) {
    return with(price, Meaning.ASK).with(size, Meaning.ASK_SIZE);
  }

  /**
   * A whole book that this table describes, as the body of a reply. Its {@code last} or {@code
   * sequence} number is that of the book.
   *
   * @throws dev.colibri.connector.text.TextException when it is none, or lacks a side
   */
  public BookSnapshot snapshot(byte[] body, Instrument instrument) {
    return new MarketReader().snapshot(body, new Table(this), instrument);
  }

  /** Whether both name a field. */
  boolean meets(Fields other) {
    return fields.stream()
        .anyMatch(
            mine -> other.fields.stream().anyMatch(their -> their.name().equals(mine.name())));
  }

  /** A table as it is read by. Not thread-safe, as its names remember. */
  static final class Table {
    final FieldNames names;
    final Meaning[] meanings;
    final @Nullable Names[] words;
    final @Nullable Table[] inner;
    final @Nullable Table any;

    /** How many letters of its value stand before a symbol, and the one that ends it, or 0. */
    final int[] starts;

    final char[] ends;

    /** The names of price and size; null where levels are arrays. */
    final @Nullable FieldNames level;

    /** The meanings that stand here, one bit each. */
    final int told;

    /** Whether levels at price 0 are passed over. */
    final boolean zeroPrices;

    Table(Fields of) {
      names = FieldNames.of(of.fields.stream().map(Field::name).toList());
      int count = of.fields.size();
      meanings = new Meaning[count];
      words = new @Nullable Names[count];
      inner = new @Nullable Table[count];
      starts = new int[count];
      ends = new char[count];
      level = of.level.isEmpty() ? null : FieldNames.of(of.level);
      zeroPrices = of.zeroPrices;
      Table whatever = null;
      int bits = 0;
      for (int i = 0; i < count; i++) {
        Field field = of.fields.get(i);
        meanings[i] = field.meaning();
        if (field.meaning() == Meaning.SYMBOL && !field.words().isEmpty()) {
          starts[i] = Integer.parseInt(field.words().get(0));
          ends[i] = field.words().get(1).charAt(0);
        }
        words[i] = field.words().isEmpty() ? null : Names.of(field.words());
        inner[i] = field.inner() == null ? null : new Table(field.inner());
        bits |= 1 << field.meaning().ordinal();
        if (inner[i] != null && field.meaning() != Meaning.CHANGES) {
          bits |= inner[i].told;
          whatever = field.name().equals("*") ? inner[i] : whatever;
        }
      }
      any = whatever;
      told = bits;
    }

    boolean has(Meaning meaning) {
      return (told & 1 << meaning.ordinal()) != 0;
    }
  }
}
