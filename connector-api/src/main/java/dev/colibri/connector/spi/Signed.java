package dev.colibri.connector.spi;

import dev.colibri.connector.text.FormText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it leaves: nothing is added to it but the host, and nothing in it is encoded again.
 * Immutable; every word returns a new one.
 */
public final class Signed {
  /** The last header beside those of the request, and the ones before it: adding copies none. */
  private record Header(String name, String value, @Nullable Header before) {}

  private final Request request;
  private final @Nullable String query;
  private final @Nullable Header last;
  private final @Nullable String contentType;
  private final byte @Nullable [] body;
  private final @Nullable String identity;

  private Signed(
      Request request,
      @Nullable String query,
      @Nullable Header last,
      @Nullable String contentType,
      byte @Nullable [] body,
      @Nullable String identity) {
    this.request = request;
    this.query = query;
    this.last = last;
    this.contentType = contentType;
    this.body = body;
    this.identity = identity;
  }

  /** The request with its own headers, without query or body. */
  public static Signed of(Request request) {
    return new Signed(request, null, null, null, null, null);
  }

  /** The query, encoded as it is to travel; null for none. */
  public Signed query(@Nullable String encoded) {
    String q = encoded == null || encoded.isEmpty() ? null : encoded;
    return new Signed(request, q, last, contentType, body, identity);
  }

  public Signed header(String name, String value) {
    Header header = new Header(name, value, last);
    return new Signed(request, query, header, contentType, body, identity);
  }

  /** The body; the array is not copied and must not be changed. */
  public Signed body(String contentType, byte[] body) {
    return new Signed(request, query, last, contentType, body, identity);
  }

  /** A body of JSON. */
  public Signed json(String text) {
    return body("application/json", text.getBytes(StandardCharsets.UTF_8));
  }

  /** A body of form parameters, encoded as they are to travel. */
  public Signed form(String encoded) {
    return form(encoded.getBytes(StandardCharsets.UTF_8));
  }

  /** A body of form parameters. */
  public Signed form(FormText form) {
    return form(form.toBytes());
  }

  private Signed form(byte[] encoded) {
    return body("application/x-www-form-urlencoded", encoded);
  }

  /** What the venue will know it by before it answers: a client id, a transaction hash. */
  public Signed identity(String identity) {
    return new Signed(request, query, last, contentType, body, identity);
  }

  public Request request() {
    return request;
  }

  public @Nullable String query() {
    return query;
  }

  /** Those of the request and those that were added, of a name the last; unmodifiable. */
  public Map<String, String> headers() {
    if (last == null) {
      return request.headers();
    }
    if (last.before == null && request.headers().isEmpty()) {
      return Collections.singletonMap(last.name, last.value);
    }
    Deque<Header> added = new ArrayDeque<>();
    for (Header h = last; h != null; h = h.before) {
      added.push(h);
    }
    Map<String, String> all = new LinkedHashMap<>(request.headers());
    added.forEach(h -> all.put(h.name, h.value));
    return Collections.unmodifiableMap(all);
  }

  public @Nullable String contentType() {
    return contentType;
  }

  /** The body, not a copy; null for none. For a request that travels on a stream: the frame. */
  public byte @Nullable [] body() {
    return body;
  }

  public @Nullable String identity() {
    return identity;
  }

  @Override
  public String toString() {
    return request.toString();
  }
}
