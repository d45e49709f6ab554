package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of an object's fields, in the order in which they stand. Every object begins with
 * {@link #NONE}, and each field leads to the shape that has its name, too.
 *
 * <p>Venues write the same few objects over and over. So the next name is most often the one that
 * stood there the last time, and to compare its bytes with it takes the place of looking for its
 * end, making a String, making it findable, and seeing that it was not given before.
 *
 * <p>What a shape is never changes; what is known to follow it does. All threads share that: it is
 * learned under a lock, and read without one, where the worst of what an older state can do is that
 * somebody looks again under the lock. Nothing that is read depends on it. There is a limit to all
 * that is known, beyond which it is forgotten and learned anew. An object of very many fields is a
 * table of what they name, and has a shape of its own.
 */
final class JsonShape {
  /** Shapes of more fields are not shared. */
  static final int MAX_SHARED = 128;

  private static final int MAX_KNOWN = 8192;

  /** So many of what follows a shape are compared before they are looked for by their hash. */
  private static final int FEW = 6;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** All of eight bytes but the first. */
  private static final long BUT_ONE = -1L << 8;

  /** The shape of an object without fields. */
  static final JsonShape NONE = new JsonShape();

  /** What follows a shape, by the hash of both; such as share a place follow each other. */
  private static final JsonShape[] KNOWN = new JsonShape[2048];

  private static int known;

  private final @Nullable JsonShape before;
  private final @Nullable JsonShape samePlace;

  /** What follows the same shape and was learned earlier. */
  private final @Nullable JsonShape older;

  private final String name;
  private final int size;

  /** Of all names with their order, as {@link #with} goes on with it. */
  private final int hash;

  /** The last name as it usually stands behind a value: comma, name in quotes, and colon. */
  private final byte[] literal;

  /** Its first eight bytes, and which of these there are. */
  private final long start;

  private final long mask;
  private final int length;

  /**
   * The names of a shape that is not shared, with their numbers; grows while its object is read.
   */
  private final @Nullable Map<String, Integer> own;

  /** What followed it the last time; null where nothing is known yet. */
  private @Nullable JsonShape usual;

  /** What was learned last that follows it. */
  private @Nullable JsonShape youngest;

  private @Nullable Index index;

  /**
   * All names: in their order, and where few, at places where they are found, with their number.
   */
  private record Index(String[] names, String[] places, int[] numbers) {}

  private JsonShape() {
    this(null, null, null, "", 0, 0, new byte[0], null);
  }

  private JsonShape(
      @Nullable JsonShape before,
      @Nullable JsonShape samePlace,
      @Nullable JsonShape older,
      String name,
      int size,
      int hash,
      byte[] literal,
      @Nullable Map<String, Integer> own) {
    this.before = before;
    this.samePlace = samePlace;
    this.older = older;
    this.name = name;
    this.size = size;
    this.hash = hash;
    this.literal = literal;
    this.own = own;
    length = literal.length;
    mask = length < 8 ? (1L << 8 * length) - 1 : -1;
    start = (long) EIGHT.get(Arrays.copyOf(literal, Math.max(8, length)), 0);
  }

  /** A shape with one more name, for all who meet it. */
  private static JsonShape shared(
      JsonShape before, String name, int hash, @Nullable JsonShape samePlace) {
    byte[] literal = (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
    // Interned, so that the names that programs ask for are the very same objects.
    return new JsonShape(
        before, samePlace, before.youngest, name.intern(), before.size + 1, hash, literal, null);
  }

  /** The number of fields. */
  int size() {
    return own == null ? size : own.size();
  }

  /** What followed the last time; null where nothing is known yet. */
  @Nullable JsonShape usual() {
    return usual;
  }

  /**
   * Whether the last name stands there behind a comma, and before a colon, without white space.
   * Eight bytes must be readable from there.
   */
  boolean stands(byte[] b, int comma) {
    return ((long) EIGHT.get(b, comma) & mask) == start && (length <= 8 || isRest(b, comma));
  }

  /** The same behind any other byte, such as the brace that opens the object. */
  boolean standsBehind(byte[] b, int at) {
    return ((long) EIGHT.get(b, at) & mask & BUT_ONE) == (start & BUT_ONE)
        && (length <= 8 || isRest(b, at));
  }

  private boolean isRest(byte[] b, int at) {
    int end = at + length;
    return end <= b.length && Arrays.equals(b, at + 8, end, literal, 8, length);
  }

  /** How many bytes that has. */
  int length() {
    return length;
  }

  /** What follows and has its last name stand behind that byte; null where it is not found. */
  @Nullable JsonShape following(byte[] b, int at) {
    JsonShape next = youngest;
    for (int i = 0; next != null && i < FEW; i++) {
      if (next.standsBehind(b, at)) {
        usual = next;
        return next;
      }
      next = next.older;
    }
    return null;
  }

  /**
   * The shape with one more name, of ASCII between quotes that are not given; null where the name
   * is there already.
   */
  @Nullable JsonShape with(byte[] b, int from, int to) {
    if (size == MAX_SHARED) {
      return withOwn(new String(b, from, to - from, StandardCharsets.US_ASCII));
    }
    int h = 31 * hash + 1;
    for (int i = from; i < to; i++) {
      h = 31 * h + b[i];
    }
    JsonShape next = known(h, b, from, to);
    if (next == null) {
      next = learn(h, b, from, to);
    }
    if (next != null) {
      usual = next;
    }
    return next;
  }

  private @Nullable JsonShape withOwn(String name) {
    if (own == null) {
      Map<String, Integer> names = new LinkedHashMap<>();
      for (String told : index().names) {
        names.put(told, names.size());
      }
      return new JsonShape(null, null, null, "", size, 0, new byte[0], names).withOwn(name);
    }
    return own.putIfAbsent(name, own.size()) == null ? this : null;
  }

  private @Nullable JsonShape known(int h, byte[] b, int from, int to) {
    for (JsonShape s = KNOWN[place(h)]; s != null; s = s.samePlace) {
      if (s.hash == h
          && s.before == this
          && Arrays.equals(b, from, to, s.literal, 2, s.literal.length - 2)) {
        return s;
      }
    }
    return null;
  }

  private @Nullable JsonShape learn(int h, byte[] b, int from, int to) {
    String name = new String(b, from, to - from, StandardCharsets.US_ASCII);
    for (JsonShape s = this; s.before != null; s = s.before) {
      if (s.name.equals(name)) {
        return null;
      }
    }
    synchronized (KNOWN) {
      JsonShape other = known(h, b, from, to);
      if (other != null) {
        return other;
      }
      if (known++ == MAX_KNOWN) {
        known = 0;
        Arrays.fill(KNOWN, null);
        NONE.usual = null;
        NONE.youngest = null;
      }
      JsonShape made = shared(this, name, h, KNOWN[place(h)]);
      KNOWN[place(h)] = made;
      youngest = made;
      return made;
    }
  }

  /** The number of a field, from 0; -1 where there is none of that name. */
  int find(String name) {
    if (own != null) {
      return own.getOrDefault(name, -1);
    }
    Index all = index();
    int mask = all.places.length - 1;
    for (int i = name.hashCode() & mask; ; i = i + 1 & mask) {
      String other = all.places[i];
      if (other == null) {
        return -1;
      }
      if (other == name || other.equals(name)) {
        return all.numbers[i];
      }
    }
  }

  /** The name of a field, from 0. */
  String name(int number) {
    return index().names[number];
  }

  private Index index() {
    Index made = index;
    if (made == null) {
      made = indexed();
      index = made;
    }
    return made;
  }

  private Index indexed() {
    if (own != null) {
      return new Index(own.keySet().toArray(new String[0]), new String[0], new int[0]);
    }
    String[] names = new String[size];
    JsonShape s = this;
    for (int number = size - 1; number >= 0 && s != null; number--) {
      names[number] = s.name;
      s = s.before;
    }
    String[] places = new String[Integer.highestOneBit(names.length | 1) * 8];
    int[] numbers = new int[places.length];
    for (int number = 0; number < names.length; number++) {
      int i = names[number].hashCode() & places.length - 1;
      while (places[i] != null) {
        i = i + 1 & places.length - 1;
      }
      places[i] = names[number];
      numbers[i] = number;
    }
    return new Index(names, places, numbers);
  }

  /** Where something of that hash is looked for first. */
  private static int place(int hash) {
    return (hash ^ hash >>> 15) & KNOWN.length - 1;
  }
}
