package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A tape that is read line by line, so that its size does not matter: at most one line is held. Not
 * thread-safe.
 */
public final class TapeReader implements AutoCloseable {
  /** The longest line, in bytes: what a live venue lists is one. */
  public static final int MAX_LINE = Json.MAX_BYTES;

  private static final int CHUNK = 1 << 16;

  private final String name;
  private final InputStream in;
  private final long size;
  private final byte[] chunk = new byte[CHUNK];
  private int from;
  private int to;
  private boolean ended;
  private int number;
  private long bytes;
  private final Json header;
  private final String headerText;

  private TapeReader(String name, InputStream in, long size) {
    this.name = name;
    this.in = in;
    this.size = size;
    String text = row();
    if (text == null) {
      throw new TapeException(name + ":1: an empty tape");
    }
    headerText = text;
    header = header(text);
    String wrong = Tape.wrongHeader(header);
    if (wrong != null) {
      throw new TapeException(name + ":" + number + ": " + wrong);
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws TapeException naming file and line of what is wrong with the header
   * @throws UncheckedIOException when it cannot be read
   */
  public static TapeReader open(Path file) {
    InputStream in = null;
    try {
      in = Files.newInputStream(file);
      TapeReader reader = new TapeReader(String.valueOf(file.getFileName()), in, Files.size(file));
      in = null;
      return reader;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      closeQuietly(in);
    }
  }

  /** A tape that is there already. */
  static TapeReader of(String name, InputStream in, long size) {
    return new TapeReader(name, in, size);
  }

  private static void closeQuietly(@Nullable InputStream in) {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        // What was wrong before is told.
      }
    }
  }

  /** The first line. */
  public Json header() {
    return header;
  }

  String headerText() {
    return headerText;
  }

  /** The file's name, for messages. */
  public String name() {
    return name;
  }

  /** The number of the line that was read last, from 1. */
  public int line() {
    return number;
  }

  /** How much was read, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** How much there is, in bytes. */
  public long size() {
    return size;
  }

  /**
   * The next line; null at the end.
   *
   * @throws TapeException naming file and line of what is wrong; the line after it can be read
   */
  public @Nullable Line next() {
    String text = row();
    return text == null ? null : Tape.line(name, number, json(text), text);
  }

  private Json json(String text) {
    try {
      Json json = Json.parse(text);
      json.fields();
      return json;
    } catch (TextException e) {
      throw new TapeException(name + ":" + number + ": " + e.getMessage());
    }
  }

  /** The first line, of whatever file this is; with no field when it is none of a tape. */
  private Json header(String text) {
    return text.contains("\"tape\"") ? json(text) : Json.parse("{}");
  }

  /** The next row that is not blank, without what is around it; null at the end. */
  private @Nullable String row() {
    while (true) {
      ByteArrayOutputStream row = new ByteArrayOutputStream(CHUNK / 16);
      boolean complete = read(row);
      if (!complete && row.size() == 0) {
        return null;
      }
      number++;
      if (row.size() > MAX_LINE) {
        throw new TapeException(name + ":" + number + ": longer than " + MAX_LINE + " bytes");
      }
      String text = row.toString(StandardCharsets.UTF_8).strip();
      if (!text.isEmpty()) {
        return text;
      }
    }
  }

  /** Reads to the end of a row; false when the file ends before. Of what is too long not all. */
  private boolean read(ByteArrayOutputStream row) {
    while (true) {
      if (from == to && !fill()) {
        return false;
      }
      int end = from;
      while (end < to && chunk[end] != '\n') {
        end++;
      }
      if (row.size() <= MAX_LINE) {
        row.write(chunk, from, end - from);
      }
      bytes += end - from;
      from = end;
      if (end < to) {
        from++;
        bytes++;
        return true;
      }
    }
  }

  private boolean fill() {
    if (ended) {
      return false;
    }
    try {
      from = 0;
      to = Math.max(0, in.read(chunk));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ended = to == 0;
    return !ended;
  }

  @Override
  public void close() {
    closeQuietly(in);
  }
}
