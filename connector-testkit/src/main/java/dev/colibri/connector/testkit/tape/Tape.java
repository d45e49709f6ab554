package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.text.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One scenario as JSON lines: a header, then lines of five kinds, each told by its first word.
 *
 * <ul>
 *   <li>{@code do}: what the user asks for
 *   <li>{@code out}: what must go over the wire because of it
 *   <li>{@code in}: what comes over the wire
 *   <li>{@code event}: what the user must be told
 *   <li>{@code on}: how the venue answers from here on, where no {@code out} line says otherwise
 * </ul>
 *
 * <p>The page {@code docs/tapes.md} has all words. Immutable.
 */
public final class Tape {
  /** Larger files are no scenario of a test. */
  static final int MAX_BYTES = 16 << 20;

  private static final Set<String> SOURCES = new TreeSet<>(List.of("docs", "embedded", "recorded"));

  /** What a line is. */
  public enum Kind {
    ON,
    DO,
    OUT,
    IN,
    EVENT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The fields that lines of a kind may have; events have whatever their event has. */
  private static final Map<Kind, Set<String>> FIELDS = new EnumMap<>(Kind.class);

  static {
    FIELDS.put(
        Kind.ON,
        fields(
            "of", "match", "reply", "status", "headers", "body", "text", "fault", "json", "todo"));
    FIELDS.put(
        Kind.DO,
        fields(
            "of",
            "to",
            "for",
            "by",
            "id",
            "buy",
            "sell",
            "limit",
            "market",
            "size",
            "quote",
            "postOnly",
            "orders",
            "tif",
            "with",
            "rounded",
            "depth",
            "guard",
            "method",
            "path",
            "params",
            "signed",
            "interval",
            "from",
            "until",
            "close",
            "side",
            "reduceOnly",
            "trigger",
            "goodTill",
            "margin"));
    FIELDS.put(Kind.OUT, fields("of", "uri", "query", "form", "body", "headers", "json", "text"));
    FIELDS.put(
        Kind.IN,
        fields(
            "of", "to", "asked", "status", "headers", "body", "text", "json", "code", "reason",
            "todo"));
  }

  private static Set<String> fields(String... names) {
    Set<String> all = new TreeSet<>(List.of(names));
    all.add("t");
    all.add("note");
    return all;
  }

  /**
   * A line.
   *
   * @param file the tape's name, for messages
   * @param number the line's number, from 1
   * @param what the value of its first word
   * @param millis when, counted from the beginning of the tape; null for as soon as it is its turn
   * @param json all of it
   * @param text as it stands in the file
   */
  public record Line(
      String file,
      int number,
      Kind kind,
      String what,
      @Nullable Long millis,
      Json json,
      String text) {

    /** A problem with this line, to be thrown. */
    public TapeException problem(String what) {
      return new TapeException(file + ":" + number + ": " + what);
    }

    /** What is to be written here yet, in words; null where the line is whole. */
    @Nullable String toDo() {
      return json.findText("todo");
    }

    /** The field {@code of}: which stream, or which instrument. */
    String of() {
      String of = json.findText("of");
      if (of == null) {
        throw problem("needs \"of\"");
      }
      return of;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final String name;
  private final Json header;
  private final String headerText;
  private final List<Line> lines;

  private Tape(String name, Json header, String headerText, List<Line> lines) {
    this.name = name;
    this.header = header;
    this.headerText = headerText;
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads a file.
   *
   * @throws TapeException naming file and line of what is wrong
   */
  public static Tape read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new TapeException(file.getFileName() + ": more than " + MAX_BYTES + " bytes");
      }
      return parse(
          String.valueOf(file.getFileName()), Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the text of a tape.
   *
   * @param name for messages
   * @throws TapeException naming file and line of what is wrong
   */
  public static Tape parse(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (TapeReader in = TapeReader.of(name, new ByteArrayInputStream(bytes), bytes.length)) {
      List<Line> lines = new ArrayList<>();
      for (Line line = in.next(); line != null; line = in.next()) {
        lines.add(line);
      }
      return new Tape(name, in.header(), in.headerText(), lines);
    }
  }

  /** What is wrong with a header, or null. */
  static @Nullable String wrongHeader(Json h) {
    if (!h.textOr("tape", "").equals("1")) {
      return "no tape: its first line must be a header that begins {\"tape\":1,…";
    }
    for (String needed : List.of("venue", "kind", "source", "on", "scenario")) {
      if (h.findText(needed) == null) {
        return "the header needs \"" + needed + "\"";
      }
    }
    if (!SOURCES.contains(h.text("source"))) {
      return "source must be one of " + SOURCES + ", is " + h.text("source");
    }
    try {
      LocalDate.parse(h.text("on"));
    } catch (DateTimeException e) {
      return "\"on\" must be a date as 2026-11-22, is " + h.text("on");
    }
    return null;
  }

  static Line line(String name, int number, Json json, String text) {
    String first =
        json.fields().keySet().stream().filter(k -> !k.equals("t")).findFirst().orElse("");
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(first)) {
        Json t = json.find("t");
        Line line =
            new Line(
                name, number, kind, json.text(first), t == null ? null : t.asLong(), json, text);
        Set<String> known = FIELDS.get(kind);
        for (String field : json.fields().keySet()) {
          if (known != null && !field.equals(first) && !known.contains(field)) {
            throw line.problem("a line with \"" + first + "\" has no field \"" + field + "\"");
          }
        }
        String wrong = wrongContent(line);
        if (wrong != null) {
          throw line.problem(wrong);
        }
        return line;
      }
    }
    throw new TapeException(
        name
            + ":"
            + number
            + ": a line begins with t or one of do, out, in, event, on; not "
            + first);
  }

  /** What is wrong with what comes over the wire by a line, or null. */
  private static @Nullable String wrongContent(Line line) {
    boolean frame = line.what().equals("frame");
    Json json = line.json();
    if (line.kind() == Kind.IN && frame && json.has("body")) {
      return "a frame is said by \"json\" or \"text\", and not by \"body\"";
    }
    if (line.kind() == Kind.IN && line.what().equals("reply") && json.has("json")) {
      return "a reply is said by \"body\" or \"text\", and not by \"json\"";
    }
    Json replies = line.kind() == Kind.ON ? json.find("reply") : null;
    return replies == null || replies.isArray()
        ? null
        : "\"reply\" is a list of frames, as [{…}], also of one";
  }

  /** The file's name, for messages. */
  public String name() {
    return name;
  }

  /** The first line. */
  public Json header() {
    return header;
  }

  String headerText() {
    return headerText;
  }

  /** The scenario, as the header names it. */
  public String scenario() {
    return header.text("scenario");
  }

  /** Whether a line of it is to be written yet. */
  boolean isUnfinished() {
    return lines.stream().anyMatch(l -> l.toDo() != null);
  }

  /** All lines after the header. */
  public List<Line> lines() {
    return lines;
  }
}
