package dev.colibri.connector.spi;

import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came back, whole. Whether it is an answer is for {@link BookDialect#fault} to say. */
public final class Reply {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * A reply.
   *
   * @param status the HTTP status; 200 for an answer on a stream
   * @param headers by name, whose case does not matter
   * @param body the bytes, not copied
   */
  public Reply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    TreeMap<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    this.headers = sorted;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** The value of a header, or null. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The value of a header that is a whole number of at most 18 digits; -1 for any other. */
  public long number(String header) {
    String value = headers.get(header);
    return value != null && value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
  }

  /** Every header, in order of its name. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The bytes, not a copy. */
  public byte[] body() {
    return body;
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body as JSON.
   *
   * @throws dev.colibri.connector.text.TextException when it is not
   */
  public Json json() {
    return Json.parse(body, 0, body.length);
  }

  @Override
  public String toString() {
    return "HTTP " + status + ", " + body.length + " bytes";
  }
}
