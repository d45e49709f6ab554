package dev.colibri.connector.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a stream connection goes, and what must be done while it lasts. Immutable.
 *
 * @param part the part of the venue's API it belongs to, a key of {@link Profile#hosts()}
 * @param path what follows the host's base: path and query, or empty
 * @param url the whole address where the venue hands one out, otherwise empty; its host must be one
 *     of the profile's or a subdomain of one
 * @param headers of the handshake
 * @param chores what to repeat while it lasts
 */
public record Endpoint(
    String part, String path, String url, Map<String, String> headers, List<Chore> chores) {

  /** A call to repeat while the connection lasts, as the renewal of a listen key. */
  public record Chore(Duration every, Call<?> call) {}

  public Endpoint {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    chores = List.copyOf(chores);
  }

  /** At a part of the venue's API. */
  public static Endpoint at(String part, String path) {
    return new Endpoint(part, path, "", Collections.emptyMap(), List.of());
  }

  /** At an address the venue handed out. */
  public static Endpoint handedOut(String part, String url) {
    return new Endpoint(part, "", url, Collections.emptyMap(), List.of());
  }

  public Endpoint header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Endpoint(part, path, url, more, chores);
  }

  public Endpoint every(Duration pause, Call<?> call) {
    List<Chore> more = new ArrayList<>(chores);
    more.add(new Chore(pause, call));
    return new Endpoint(part, path, url, headers, more);
  }

  /** Where it goes, without query and headers: they may hold a token. */
  @Override
  public String toString() {
    return part + " " + (url.isEmpty() ? path : url).replaceFirst("\\?.*", "");
  }
}
