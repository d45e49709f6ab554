package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A million damaged market messages, in the shape of every venue: the scanner and {@link Json},
 * which reads by Jackson, take the same ones and read the same, whatever happened to the bytes.
 * {@code -Dfuzz.count=10000000 -Dfuzz.seed=7} looks further.
 */
class JsonScannerFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 1_000_000);
  private static final long SEED = Long.getLong("fuzz.seed", 42);

  private static final String ALPHABET = "{}[]\",:\\0123456789.eE+-tfn aub/\n\u0000\u00e9";

  private static final Pattern LEVELS = Pattern.compile("\\[\\[[^{}]*?\\]\\]");

  /** Numbers that are compared digit by digit; others by their value. */
  private static final BigDecimal SHORT = BigDecimal.TEN.pow(17);

  private static final int FEW_DIGITS = 16;

  private final JsonScanner scanner = new JsonScanner();
  private final SplittableRandom random = new SplittableRandom(SEED);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the venues send, one message a line, and a few documents that no venue sends. */
  private static List<String> messages() throws IOException {
    List<String> all = new ArrayList<>();
    all.add(
        "[{\"a\":null,\"b\":true,\"c\":false,\"d\":\"x\\n\\u00e9\\\\\\\"\u00e9\ud83d\ude00\"},[],{},"
            + "[[[1,-2.50,3E+2,1e-7]]]]");
    all.add(" { \"k\" : [ 123456789.12345678 , -0 , 0.1234567890123456 ] , \"\" : \"\" } ");
    var file = JsonScannerFuzzTest.class.getResourceAsStream("market-messages.jsonl");
    try (var lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
      lines.lines().forEach(all::add);
    }
    return all;
  }

  @Test
  void readsWhatJacksonReads() throws IOException {
    List<byte[]> messages = messages().stream().map(JsonScannerFuzzTest::utf8).toList();
    // Of every message the order of its fields is known, undamaged.
    List<FieldNames> names =
        messages.stream().map(message -> FieldNames.of(List.of("price"))).toList();
    for (int i = 0; i < messages.size(); i++) {
      scanned(messages.get(i), names.get(i));
    }
    int readable = 0;
    for (int i = 0; i < COUNT / 4 * 3; i++) {
      byte[] bytes = damaged(messages.get(i % messages.size()));
      String parsed = parsed(bytes);
      if (parsed.equals("given twice")) {
        continue; // which the scanner cannot notice
      }
      boolean wellFormed = !parsed.equals("malformed");
      assertEquals(wellFormed, skips(bytes), () -> "skipped: " + show(bytes));
      String scanned = scanned(bytes, names.get(i % names.size()));
      if (!scanned.equals("an escaped name")) {
        assertEquals(wellFormed ? parsed : "unreadable", scanned, () -> "read: " + show(bytes));
        readable += scanned.equals("unreadable") ? 0 : 1;
      }
    }
    int read = readable;
    assertTrue(read > COUNT / 15, () -> "too few were readable: " + read);
  }

  /** Each byte of the usual levels as every other byte: what is read in few steps is no less. */
  @Test
  void readsTheUsualLevelsWhateverAByteBecomes() {
    String levels =
        "[[\"67123.44000000\",\"0.00975000\"],[\"7.5\",\"12.00000000\",\"0\"],[\"67\",\"3\"],"
            + "[\"1234567.1\",\"12345678\"],[\"1.23456789\",\"10.5\"],[8.25,0.5]]"
            + " ".repeat(48);
    assertNotEquals("unreadable", levelsParsed(utf8(levels)));
    for (int at = 0; at < levels.indexOf(' '); at++) {
      for (int other = 0; other < 256; other++) {
        byte[] bytes = utf8(levels);
        bytes[at] = (byte) other;
        assertEquals(levelsParsed(bytes), levelsScanned(bytes), () -> "read: " + show(bytes));
      }
    }
  }

  /** What a socket read before stands behind a frame, and is no part of it. */
  @Test
  void readsNoLevelBeyondTheEnd() {
    String levels = "[[\"67123.44000000\",\"0.00975000\"],[\"7.5\",\"12.00000000\",\"0\"],[8,9]]";
    for (int to = 0; to < levels.length(); to++) {
      String cut = levels.substring(0, to);
      int whole = 0;
      for (int at = cut.indexOf("]"); at >= 0; at = cut.indexOf("]", at + 1)) {
        whole++;
      }
      for (String behind : List.of("", "0", ".", "\"", "]", ",", levels.substring(to))) {
        assertEquals(whole, levelsBefore(cut + behind.repeat(64), to), () -> cut + "|" + behind);
      }
    }
  }

  /** How many are read before the document is found to be cut. */
  private int levelsBefore(String text, int to) {
    int count = 0;
    try {
      scanner.open(utf8(text), 0, to);
      scanner.enterArray();
      while (scanner.nextLevel()) {
        count++;
      }
      scanner.end();
    } catch (TextException cut) {
      return count;
    }
    throw new AssertionError("read to its end: " + text.substring(0, to));
  }

  @Test
  void readsTheLevelsThatJacksonReads() throws IOException {
    List<byte[]> sides = new ArrayList<>();
    for (String message : messages()) {
      Matcher found = LEVELS.matcher(message);
      while (found.find()) {
        sides.add(utf8(found.group()));
      }
    }
    sides.add(
        utf8(
            "[[\"67123.44000000\",\"0.00975000\"],[\"67123.43000000\",\"12.00000000\"],[\"1.5\",\"2\"]]"));
    sides.add(utf8("[[67123.4,0.5e-3],[67123,1234567890.12345678],[0.00001234,123456789012345]]"));
    sides.add(
        utf8(
            "[[\"9.1\",\"0.43\",\"0\",\"4\"],[\"9\",\"100000000000.00000000\",{\"x\":1}],[\"8\",\"1\"]]"));
    assertTrue(sides.size() > 10, () -> "too few shapes: " + sides.size());
    int readable = 0;
    for (int i = 0; i < COUNT / 4; i++) {
      byte[] bytes = damaged(sides.get(i % sides.size()));
      String parsed = levelsParsed(bytes);
      if (parsed.equals("given twice") || show(bytes).indexOf('\\') >= 0) {
        continue; // the scanner takes no escaped number
      }
      assertEquals(parsed, levelsScanned(bytes), () -> "read: " + show(bytes));
      readable += parsed.equals("unreadable") ? 0 : 1;
    }
    int read = readable;
    assertTrue(read > COUNT / 40, () -> "too few were readable: " + read);
  }

  // ---- damage

  private byte[] damaged(byte[] whole) {
    byte[] bytes = whole;
    for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 0; edits--) {
      bytes = edited(bytes);
    }
    return bytes;
  }

  private byte[] edited(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    byte some =
        random.nextInt(8) == 0
            ? (byte) random.nextInt(256)
            : (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    var out = new ByteArrayOutputStream(bytes.length + 16);
    out.write(bytes, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> { // drop one
        out.write(bytes, at + 1, bytes.length - at - 1);
      }
      case 1 -> { // insert one
        out.write(some);
        out.write(bytes, at, bytes.length - at);
      }
      case 2 -> { // repeat a stretch
        int end = at + random.nextInt(Math.min(12, bytes.length - at) + 1);
        out.write(bytes, at, end - at);
        out.write(bytes, at, bytes.length - at);
      }
      case 3 -> { // cut, rarely
        if (random.nextInt(4) > 0) {
          out.write(bytes, at, bytes.length - at);
        } else {
          out.write(some);
        }
      }
      default -> { // change one
        out.write(some);
        out.write(bytes, at + 1, bytes.length - at - 1);
      }
    }
    return out.toByteArray();
  }

  private static String show(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // ---- whole documents

  private boolean skips(byte[] bytes) {
    try {
      scanner.open(bytes, 0, bytes.length);
      scanner.skip();
      scanner.end();
      return true;
    } catch (TextException e) {
      return false;
    }
  }

  private String scanned(byte[] bytes, FieldNames names) {
    try {
      return JsonScannerTest.copy(scanner, names, bytes, 0, bytes.length);
    } catch (TextException e) {
      return String.valueOf(e.getMessage()).contains("an escaped name")
          ? "an escaped name"
          : "unreadable";
    }
  }

  private static String parsed(byte[] bytes) {
    Json json;
    try {
      json = Json.parse(bytes, 0, bytes.length);
    } catch (TextException e) {
      return refusal(e, "malformed");
    }
    try {
      var out = new JsonWriter();
      value(json, out);
      return out.toString();
    } catch (TextException e) {
      return "unreadable";
    }
  }

  private static String refusal(TextException e, String otherwise) {
    return String.valueOf(e.getMessage()).contains("given twice") ? "given twice" : otherwise;
  }

  private static void value(Json json, JsonWriter out) {
    if (json.isObject()) {
      out.object();
      json.fields().forEach((name, field) -> value(field, out.name(name)));
      out.end();
    } else if (json.isArray()) {
      out.array();
      json.items().forEach(item -> value(item, out));
      out.end();
    } else if (json.isString()) {
      out.value(json.asText());
    } else if (json.isNull()) {
      out.nullValue();
    } else if (json.isNumber()) {
      BigDecimal number = json.asDecimal();
      BigDecimal positive = number.scale() < 0 ? number.setScale(0) : number;
      if (positive.unscaledValue().bitLength() > 63) {
        throw new TextException("does not fit a long");
      }
      out.value(number);
    } else {
      out.value(json.asBool());
    }
  }

  // ---- levels

  private String levelsScanned(byte[] bytes) {
    var out = new StringBuilder();
    try {
      scanner.open(bytes, 0, bytes.length);
      scanner.enterArray();
      while (scanner.nextLevel()) {
        add(out, BigDecimal.valueOf(scanner.price(), scanner.priceDigits()));
        add(out, BigDecimal.valueOf(scanner.size(), scanner.sizeDigits()));
      }
      scanner.end();
    } catch (TextException e) {
      return "unreadable";
    }
    return out.toString();
  }

  private static String levelsParsed(byte[] bytes) {
    var out = new StringBuilder();
    try {
      for (Json level : Json.parse(bytes, 0, bytes.length).items()) {
        List<Json> items = level.items();
        if (items.size() < 2) {
          return "unreadable";
        }
        add(out, fitting(items.get(0).asDecimal()));
        add(out, fitting(items.get(1).asDecimal()));
      }
    } catch (TextException e) {
      return refusal(e, "unreadable");
    }
    return out.toString();
  }

  private static BigDecimal fitting(BigDecimal number) {
    BigDecimal fit = number.scale() < 0 ? number.setScale(0) : number;
    BigDecimal least = fit.stripTrailingZeros();
    BigDecimal shortest = least.scale() < 0 ? least.setScale(0) : least;
    if (shortest.unscaledValue().bitLength() > 63) {
      throw new TextException("does not fit a long");
    }
    return fit;
  }

  /** As written where it is short; where it is not, zeros at its end may be gone. */
  private static void add(StringBuilder out, BigDecimal number) {
    boolean exact =
        number.scale() <= FEW_DIGITS
            && new BigDecimal(number.unscaledValue().abs()).compareTo(SHORT) < 0;
    BigDecimal shown = exact ? number : number.stripTrailingZeros();
    out.append(shown.toPlainString()).append(exact ? ' ' : '~');
  }
}
