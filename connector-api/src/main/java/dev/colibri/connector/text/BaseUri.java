package dev.colibri.connector.text;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the addresses of a part of an API begin. What stands beside its host may be a key, as a
 * segment of the path, in the query or before the host, so that it prints as scheme and host only,
 * and no exception quotes it. Immutable.
 */
public final class BaseUri {
  private final URI whole;

  private BaseUri(URI whole) {
    this.whole = whole;
  }

  /**
   * Of an address with scheme and host.
   *
   * @throws IllegalArgumentException that does not quote it, when it is none, or has a fragment
   */
  public static BaseUri of(String text) {
    return of(parse(text, "an address"));
  }

  /** The same. */
  public static BaseUri of(URI uri) {
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("an address needs scheme and host, and has no fragment");
    }
    return new BaseUri(uri);
  }

  /** An exception of the JDK's would quote what it could not read. */
  private static URI parse(String text, String what) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(what + " that cannot be read, at index " + e.getIndex());
    }
  }

  public String scheme() {
    return whole.getScheme();
  }

  public String host() {
    return whole.getHost();
  }

  /** All of it, which is not to be shown. */
  public URI reveal() {
    return whole;
  }

  /**
   * An address that begins here, without what stands before the host: {@link #authorization} has
   * that.
   *
   * @param path follows the path of this one; may be empty, and may have a query of its own
   * @param query encoded as it is to travel, after those that are there; null for none
   * @throws IllegalArgumentException that does not quote it, when it is no address
   */
  public URI at(String path, @Nullable String query) {
    StringBuilder text = new StringBuilder(toString()).append(whole.getRawPath()).append(path);
    String own = whole.getRawQuery();
    for (String more : new String[] {own, query}) {
      if (more != null) {
        text.append(text.indexOf("?") < 0 ? '?' : '&').append(more);
      }
    }
    return parse(text.toString(), "an address at " + this);
  }

  /** The value of the header that stands for user and password; null where there are none. */
  public @Nullable String authorization() {
    String user = whole.getUserInfo();
    return user == null ? null : "Basic " + Base64.encode(user.getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever in it may be a key, as it stands there and decoded. */
  List<String> secrets() {
    List<String> all = new ArrayList<>();
    if (whole.getUserInfo() != null) {
      all.add(whole.getUserInfo());
      all.addAll(List.of(whole.getUserInfo().split(":", 2)));
    }
    String tail = whole.getRawPath();
    if (whole.getRawQuery() != null) {
      tail += "?" + whole.getRawQuery();
      try {
        Form.parse(whole.getRawQuery()).pairs().forEach(p -> all.add(p.getValue()));
      } catch (TextException e) {
        // Not a form: its words are taken as they stand.
      }
      all.addAll(List.of(whole.getRawQuery().split("[&=]")));
    }
    all.add(tail);
    all.addAll(List.of(whole.getPath().split("/")));
    all.addAll(List.of(whole.getRawPath().split("/")));
    return all;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof BaseUri other && whole.equals(other.whole);
  }

  @Override
  public int hashCode() {
    return whole.hashCode();
  }

  /** As in {@code https://api.example.com:8443}. */
  @Override
  public String toString() {
    String port = whole.getPort() < 0 ? "" : ":" + whole.getPort();
    return whole.getScheme() + "://" + whole.getHost() + port;
  }
}
