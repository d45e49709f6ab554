package dev.colibri.connector.spi;

import dev.colibri.connector.text.FormText;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it leaves: nothing is added to it but the host, and nothing in it is encoded again.
 * Immutable; every word returns a new one.
 */
public final class Signed {
  private final Request request;
  private final @Nullable String query;
  private final Map<String, String> headers;
  private final @Nullable String contentType;
  private final byte @Nullable [] body;
  private final @Nullable String identity;

  private Signed(
      Request request,
      @Nullable String query,
      Map<String, String> headers,
      @Nullable String contentType,
      byte @Nullable [] body,
      @Nullable String identity) {
    this.request = request;
    this.query = query;
    this.headers = headers;
    this.contentType = contentType;
    this.body = body;
    this.identity = identity;
  }

  /** The request with its own headers, without query or body. */
  public static Signed of(Request request) {
    return new Signed(request, null, request.headers(), null, null, null);
  }

  /** The query, encoded as it is to travel; null for none. */
  public Signed query(@Nullable String encoded) {
    String q = encoded == null || encoded.isEmpty() ? null : encoded;
    return new Signed(request, q, headers, contentType, body, identity);
  }

  public Signed header(String name, String value) {
    Map<String, String> all;
    if (headers.isEmpty()) {
      all = Collections.singletonMap(name, value);
    } else {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      all = Collections.unmodifiableMap(more);
    }
    return new Signed(request, query, all, contentType, body, identity);
  }

  /** The body; the array is not copied and must not be changed. */
  public Signed body(String contentType, byte[] body) {
    return new Signed(request, query, headers, contentType, body, identity);
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
    return new Signed(request, query, headers, contentType, body, identity);
  }

  public Request request() {
    return request;
  }

  public @Nullable String query() {
    return query;
  }

  public Map<String, String> headers() {
    return headers;
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
