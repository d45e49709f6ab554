package dev.colibri.connector.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON value that knows its place in the document, so that every error names a path:
 * {@code $.symbols[3].filters[0].tickSize: expected a decimal, found "abc"}.
 *
 * <p>Numbers are kept as written and become exact decimals or longs when they are read, never
 * doubles. Because venues write the same number bare on one page and quoted on the next, {@code
 * decimal}, {@code long}, {@code int} and {@code bool} read both; {@code text} reads a string, or a
 * number as written. Reading the wrong kind throws {@link TextException}.
 *
 * <p>Fields that may be missing have words of their own, and one rule: {@code find…} and {@code
 * …Or} take a field that is absent, {@code null} or the empty string as having no value.
 *
 * <p>Limits: the size given to {@code parse}, {@value #MAX_DEPTH} levels, {@value #MAX_VALUES}
 * values, names of {@value #MAX_NAME} and strings of {@value #MAX_STRING} characters, numbers of
 * {@value Decimal#MAX_CHARS}. Refused: malformed UTF-8, a byte order mark, a field given twice,
 * anything after the value.
 */
public final class Json {
  /** The default limit of a document, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  public static final int MAX_DEPTH = 64;
  public static final int MAX_VALUES = 2_000_000;
  public static final int MAX_NAME = 256;
  public static final int MAX_STRING = 1 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME)
                  .maxStringLength(MAX_STRING)
                  .maxNumberLength(Decimal.MAX_CHARS)
                  .build())
          .build();

  private enum Kind {
    OBJECT("an object"),
    ARRAY("an array"),
    STRING("a string"),
    NUMBER("a number"),
    TRUE("true"),
    FALSE("false"),
    NULL("null");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** In the order of their numbers on a tape. */
  private static final Kind[] KINDS = Kind.values();

  private final Kind kind;

  /** Where the value lies in the document; null where Jackson read it. */
  private final @Nullable JsonTape tape;

  private final int number;

  /** The names of the fields of an object on a tape; null for all else. */
  private final @Nullable JsonShape shape;

  /**
   * The text of a string or number, and the empty string for every other kind; on a tape null until
   * somebody asks.
   */
  private @Nullable String text;

  // On a tape null until somebody asks for all of them.
  private volatile @Nullable Map<String, Json> fields;
  private volatile @Nullable List<Json> items;
  private final @Nullable Json parent;
  private final @Nullable String name;
  private final int index;

  private Json(Kind kind, String text, @Nullable Json parent, @Nullable String name, int index) {
    this.kind = kind;
    this.tape = null;
    this.number = 0;
    this.shape = null;
    this.text = text;
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.fields = kind == Kind.OBJECT ? new LinkedHashMap<>() : Collections.emptyMap();
    this.items = kind == Kind.ARRAY ? new ArrayList<>() : Collections.emptyList();
  }

  private Json(JsonTape tape, int number, @Nullable Json parent, @Nullable String name, int index) {
    this.kind = KINDS[tape.kind(number)];
    this.tape = tape;
    this.number = number;
    this.shape = tape.shape(number);
    this.parent = parent;
    this.name = name;
    this.index = index;
  }

  // ---- reading documents

  /** Reads a document of at most {@value #MAX_BYTES} bytes. Throws {@link TextException}. */
  public static Json parse(byte[] array, int from, int to) {
    return parse(array, from, to, MAX_BYTES);
  }

  /** Reads a document of at most {@code maxBytes} bytes. Throws {@link TextException}. */
  public static Json parse(byte[] array, int from, int to, int maxBytes) {
    if (to - from > maxBytes) {
      throw new TextException("a document of " + (to - from) + " bytes, more than " + maxBytes);
    }
    JsonTape tape = JsonTape.of(array, from, to);
    return tape == null ? parseAny(array, from, to) : new Json(tape, 0, null, null, 0);
  }

  /** As Jackson reads it, whatever is in it. */
  static Json parseAny(byte[] array, int from, int to) {
    int malformed = Utf8.malformed(array, from, to);
    if (malformed >= 0) {
      throw TextException.at(array, from, to, malformed, "malformed UTF-8");
    }
    try (JsonParser parser = FACTORY.createParser(array, from, to - from)) {
      return document(parser);
    } catch (JsonProcessingException e) {
      int offset = (int) Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset());
      throw TextException.at(array, from, to, from + offset, Escape.text(e.getOriginalMessage()));
    } catch (IOException | IllegalStateException e) {
      throw new TextException("unreadable JSON", e);
    }
  }

  /** Reads a document from a string. Throws {@link TextException}. */
  public static Json parse(String text) {
    if (!Utf8.isPaired(text)) {
      throw new TextException("unpaired surrogate in " + TextException.excerpt(text));
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parse(bytes, 0, bytes.length);
  }

  private static Json document(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new TextException("an empty document");
    }
    Json root = leaf(parser, token, null, null, 0);
    Json container = root;
    int values = 1;
    // A loop and the parent links instead of recursion: depth costs no stack.
    while (container != null && (container.isObject() || container.isArray())) {
      token = parser.nextToken();
      if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
        container = container.parent;
        continue;
      }
      if (++values > MAX_VALUES) {
        throw new TextException("more than " + MAX_VALUES + " values");
      }
      Json value;
      if (container.isObject()) {
        String name = parser.currentName();
        if (name.length() > MAX_NAME) {
          throw new TextException(
              container.path() + ": a name of " + name.length() + " characters");
        }
        value = leaf(parser, parser.nextToken(), container, name, 0);
        if (container.allFields().putIfAbsent(name, value) != null) {
          throw new TextException(value.path() + ": given twice");
        }
      } else {
        List<Json> items = container.allItems();
        value = leaf(parser, token, container, null, items.size());
        items.add(value);
      }
      if (value.isObject() || value.isArray()) {
        container = value;
      }
    }
    if (parser.nextToken() != null) {
      throw new TextException(
          "byte " + parser.currentTokenLocation().getByteOffset() + ": text after the document");
    }
    return root;
  }

  private static Json leaf(
      JsonParser parser, JsonToken token, @Nullable Json parent, @Nullable String name, int index)
      throws IOException {
    Kind kind =
        switch (token) {
          case START_OBJECT -> Kind.OBJECT;
          case START_ARRAY -> Kind.ARRAY;
          case VALUE_STRING -> Kind.STRING;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
          case VALUE_TRUE -> Kind.TRUE;
          case VALUE_FALSE -> Kind.FALSE;
          case VALUE_NULL -> Kind.NULL;
          default -> throw new TextException("unexpected " + token);
        };
    String text = kind == Kind.STRING || kind == Kind.NUMBER ? parser.getText() : "";
    int limit = kind == Kind.NUMBER ? Decimal.MAX_CHARS : MAX_STRING;
    if (text.length() > limit) {
      throw new TextException(kind.words + " of " + text.length() + " characters");
    }
    return new Json(kind, text, parent, name, index);
  }

  /**
   * Reads every item of an array; an item that cannot be read is handed to {@code bad} together
   * with its error, and never hides the others.
   */
  public static <T> List<T> rows(
      Json array, Function<Json, T> read, BiConsumer<Json, RuntimeException> bad) {
    List<T> rows = new ArrayList<>(array.size());
    for (Json item : array.items()) {
      T row;
      try {
        row = read.apply(item);
      } catch (RuntimeException e) {
        bad.accept(item, e);
        continue;
      }
      rows.add(row);
    }
    return rows;
  }

  // ---- kind and place

  public boolean isObject() {
    return kind == Kind.OBJECT;
  }

  public boolean isArray() {
    return kind == Kind.ARRAY;
  }

  public boolean isString() {
    return kind == Kind.STRING;
  }

  public boolean isNumber() {
    return kind == Kind.NUMBER;
  }

  public boolean isNull() {
    return kind == Kind.NULL;
  }

  /** Where this value stands in its document: {@code $.symbols[3].tickSize}. */
  public String path() {
    var steps = new ArrayList<String>();
    for (Json j = this; j.parent != null; j = j.parent) {
      steps.add(j.name == null ? "[" + j.index + "]" : "." + Escape.text(j.name, MAX_NAME));
    }
    Collections.reverse(steps);
    return "$" + String.join("", steps);
  }

  // ---- containers

  private String string() {
    String known = text;
    if (known == null) {
      known = tape != null && (isString() || isNumber()) ? tape.text(number) : "";
      text = known;
    }
    return known;
  }

  private Map<String, Json> allFields() {
    Map<String, Json> known = fields;
    if (known == null) {
      known = isObject() ? new LinkedHashMap<>() : Collections.emptyMap();
      if (tape != null && shape != null) {
        int at = JsonTape.first(number);
        for (int i = tape.size(number); i > 0; i--) {
          String field = shape.name(known.size());
          known.put(field, new Json(tape, at, this, field, 0));
          at = tape.next(at);
        }
      }
      fields = known;
    }
    return known;
  }

  private List<Json> allItems() {
    List<Json> known = items;
    if (known == null) {
      known = isArray() ? new ArrayList<>() : Collections.emptyList();
      if (isArray() && tape != null) {
        int at = JsonTape.first(number);
        for (int i = 0; i < tape.size(number); i++) {
          known.add(new Json(tape, at, this, null, i));
          at = tape.next(at);
        }
      }
      items = known;
    }
    return known;
  }

  /** The field of that name of an object, or null. */
  private @Nullable Json field(String field) {
    if (!isObject()) {
      throw wrong("an object");
    }
    if (tape == null || shape == null) {
      return allFields().get(field);
    }
    int at = tape.find(number, shape, field);
    return at == 0 ? null : new Json(tape, at, this, field, 0);
  }

  /** The number of items of an array or of fields of an object. */
  public int size() {
    if (tape != null && (isObject() || isArray())) {
      return tape.size(number);
    }
    return isObject() ? allFields().size() : items().size();
  }

  /** The items of an array, unmodifiable. */
  public List<Json> items() {
    if (!isArray()) {
      throw wrong("an array");
    }
    return Collections.unmodifiableList(allItems());
  }

  /** The fields of an object in the order of the document, unmodifiable. */
  public Map<String, Json> fields() {
    if (!isObject()) {
      throw wrong("an object");
    }
    return Collections.unmodifiableMap(allFields());
  }

  /** The item at a position, from 0. */
  public Json at(int position) {
    List<Json> all = items();
    if (position < 0 || position >= all.size()) {
      throw new TextException(path() + ": no item " + position + " among " + all.size());
    }
    return all.get(position);
  }

  /** The field of that name, which may be {@code null} in the sense of JSON. */
  public Json get(String field) {
    Json value = field(field);
    if (value == null) {
      throw new TextException(path() + ": no field " + TextException.excerpt(field));
    }
    return value;
  }

  /** The field of that name, or null when it is absent or JSON's {@code null}. */
  public @Nullable Json find(String field) {
    Json value = field(field);
    return value == null || value.isNull() ? null : value;
  }

  /** Whether the field is present, be it {@code null}. */
  public boolean has(String field) {
    return field(field) != null;
  }

  private @Nullable Json findValue(String field) {
    Json value = find(field);
    return value == null || value.isString() && value.isEmptyText() ? null : value;
  }

  private boolean isEmptyText() {
    return tape == null ? string().isEmpty() : tape.isEmpty(number);
  }

  // ---- fields

  /**
   * The number on the tape of a field that is a string or a number, of which nothing else need be
   * made; 0 where the field itself has to say what is wrong, or there is no tape.
   */
  private int plain(String field) {
    return tape != null && shape != null ? tape.findText(number, shape, field) : 0;
  }

  /** The whole number of a field as far as it is a usual one, otherwise -1. */
  private long usualLong(String field) {
    int at = plain(field);
    return at == 0 || tape == null ? -1 : tape.usualLong(at);
  }

  public String text(String field) {
    int at = plain(field);
    return at == 0 || tape == null ? get(field).asText() : tape.text(at);
  }

  public String textOr(String field, String fallback) {
    int at = plain(field);
    if (at != 0 && tape != null) {
      return tape.isEmpty(at) ? fallback : tape.text(at);
    }
    Json value = findValue(field);
    return value == null ? fallback : value.asText();
  }

  public @Nullable String findText(String field) {
    int at = plain(field);
    if (at != 0 && tape != null) {
      return tape.isEmpty(at) ? null : tape.text(at);
    }
    Json value = findValue(field);
    return value == null ? null : value.asText();
  }

  private @Nullable BigDecimal usualDecimal(String field) {
    int at = plain(field);
    return at == 0 || tape == null ? null : tape.usualDecimal(at);
  }

  public BigDecimal decimal(String field) {
    BigDecimal usual = usualDecimal(field);
    return usual == null ? get(field).asDecimal() : usual;
  }

  public BigDecimal decimalOr(String field, BigDecimal fallback) {
    BigDecimal told = findDecimal(field);
    return told == null ? fallback : told;
  }

  public @Nullable BigDecimal findDecimal(String field) {
    BigDecimal usual = usualDecimal(field);
    if (usual != null) {
      return usual;
    }
    Json value = findValue(field);
    return value == null ? null : value.asDecimal();
  }

  public long longValue(String field) {
    long usual = usualLong(field);
    return usual < 0 ? get(field).asLong() : usual;
  }

  public long longOr(String field, long fallback) {
    long usual = usualLong(field);
    if (usual >= 0) {
      return usual;
    }
    Json value = findValue(field);
    return value == null ? fallback : value.asLong();
  }

  /** A whole number of a field in digits, as an id: the same text however it is written. */
  public String wholeText(String field) {
    int at = plain(field);
    return at != 0 && tape != null && tape.usualLong(at) >= 0
        ? tape.text(at)
        : Long.toString(get(field).asLong());
  }

  public int intValue(String field) {
    long usual = usualLong(field);
    return usual < 0 || usual > Integer.MAX_VALUE ? get(field).asInt() : (int) usual;
  }

  public boolean bool(String field) {
    int usual = usualBool(field);
    return usual < 0 ? get(field).asBool() : usual == 1;
  }

  /** 1 or 0 for a field that is true or false without quotes, otherwise -1. */
  private int usualBool(String field) {
    int at = tape != null && shape != null ? tape.find(number, shape, field) : 0;
    int told = at == 0 || tape == null ? JsonTape.NULL : tape.kind(at);
    return told == JsonTape.TRUE ? 1 : told == JsonTape.FALSE ? 0 : -1;
  }

  public boolean boolOr(String field, boolean fallback) {
    int usual = usualBool(field);
    if (usual >= 0) {
      return usual == 1;
    }
    Json value = findValue(field);
    return value == null ? fallback : value.asBool();
  }

  /**
   * A time of ISO 8601 in UTC, {@code "2026-11-22T09:08:57.715123Z"}, in milliseconds since the
   * epoch; what is finer is dropped.
   */
  public long isoMillisOr(String field, long fallback) {
    Json value = findValue(field);
    if (value == null) {
      return fallback;
    }
    try {
      return Instant.parse(value.asText()).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw value.wrong("a time in UTC");
    }
  }

  // ---- values

  /** A string, or a number as it is written. */
  public String asText() {
    if (!isString() && !isNumber()) {
      throw wrong("a string");
    }
    String text = string();
    if (tape == null && !Utf8.isPaired(text)) {
      throw wrong("a string without unpaired surrogates");
    }
    return text;
  }

  /** A number, bare or quoted, within the bounds of {@link Decimal}. */
  public BigDecimal asDecimal() {
    if (!isString() && !isNumber()) {
      throw wrong("a decimal");
    }
    try {
      return tape == null
          ? Decimal.parse(string())
          : Decimal.parse(tape.bytes(), tape.from(number), tape.to(number));
    } catch (TextException e) {
      throw new TextException(path() + ": " + e.getMessage());
    }
  }

  /** A whole number, bare or quoted, written without point and exponent. */
  public long asLong() {
    if (!isString() && !isNumber()) {
      throw wrong("a whole number");
    }
    String text = string();
    int start = text.startsWith("-") ? 1 : 0;
    long value = 0;
    for (int i = start; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      // Summed below zero, because the least long has no positive counterpart.
      if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
        throw wrong("a whole number");
      }
      value = value * 10 - digit;
    }
    boolean zeros = text.length() > start + 1 && text.charAt(start) == '0';
    if (text.length() == start || zeros || start == 0 && value == Long.MIN_VALUE) {
      throw wrong("a whole number");
    }
    return start == 1 ? value : -value;
  }

  /** As {@link #asLong()}, within the range of an int. */
  public int asInt() {
    long value = asLong();
    if (value != (int) value) {
      throw wrong("a whole number of 32 bits");
    }
    return (int) value;
  }

  /** {@code true} or {@code false}, bare or quoted. */
  public boolean asBool() {
    if (kind == Kind.TRUE || isString() && string().equals("true")) {
      return true;
    }
    if (kind == Kind.FALSE || isString() && string().equals("false")) {
      return false;
    }
    throw wrong("true or false");
  }

  private TextException wrong(String expected) {
    String found =
        switch (kind) {
          case STRING -> TextException.excerpt(string());
          case NUMBER -> string();
          default -> kind.words;
        };
    return new TextException(path() + ": expected " + expected + ", found " + found);
  }

  /** This value as compact JSON, numbers as they were written. */
  @Override
  public String toString() {
    return new JsonWriter().value(this).toString();
  }

  void write(JsonWriter to) {
    switch (kind) {
      case OBJECT -> {
        to.object();
        allFields().forEach((field, value) -> value.write(to.name(field)));
        to.end();
      }
      case ARRAY -> {
        to.array();
        allItems().forEach(item -> item.write(to));
        to.end();
      }
      case STRING -> to.value(string());
      case NUMBER -> to.raw(string());
      case TRUE -> to.value(true);
      case FALSE -> to.value(false);
      case NULL -> to.nullValue();
    }
  }
}
