package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what leaves: method, address, headers, and parameters as sets, wherever they travel. */
final class Comparison {
  /** Values of the client's own, headers of its machinery, and the marks of its brokers. */
  private static final Set<String> ALWAYS_IGNORED = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    ALWAYS_IGNORED.addAll(
        List.of(
            "User-Agent",
            "Accept-Encoding",
            "recvWindow",
            "params.recvWindow",
            "id",
            "req_id",
            "i",
            "connectId",
            "Referer",
            "X-SOURCE-KEY",
            "X-BM-BROKER-ID",
            "source",
            "X-Broker-Id",
            "X-FB-CLIENT",
            "X-FB-CLIENT-VERSION",
            "referral_code"));
  }

  private final List<String> differences = new ArrayList<>();
  private final Set<String> ignored = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  Comparison(PeerVenue venue, @Nullable Json ignore) {
    ignored.addAll(ALWAYS_IGNORED);
    venue.signatureFields().forEach(this::ignore);
    if (ignore != null) {
      ignore.fields().values().forEach(names -> names.items().forEach(n -> ignore(n.asText())));
    }
  }

  private void ignore(String name) {
    ignored.add(name);
    ignored.add("params." + name);
  }

  /** One line a difference, in order; empty when there is none. */
  List<String> differences() {
    return differences;
  }

  /** Our request against the peer's. */
  void request(Signed ours, Profile profile, Json theirs) {
    Request request = ours.request();
    same("method", request.method(), theirs.text("method"));
    Map<String, BaseUri> live = profile.hosts().get("live");
    BaseUri base = live == null ? null : live.get(request.part());
    String address =
        base == null ? "no part " + request.part() : address(base.reveal() + request.path());
    String peer = theirs.text("url");
    int query = peer.indexOf('?');
    same("address", address, address(query < 0 ? peer : peer.substring(0, query)));
    byte[] body = ours.body();
    Map<String, String> sent = new TreeMap<>();
    form(ours.query(), sent);
    body(body == null ? null : new String(body, StandardCharsets.UTF_8), sent);
    Map<String, String> expected = new TreeMap<>();
    theirs.get("query").items().forEach(p -> expected.put(p.at(0).asText(), p.at(1).asText()));
    body(theirs.findText("body"), expected);
    same("", sent, expected);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(ours.headers());
    if (ours.contentType() != null) {
      headers.put("Content-Type", ours.contentType());
    }
    Map<String, String> wanted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    theirs.get("headers").fields().forEach((k, v) -> wanted.put(k, v.asText()));
    if (theirs.findText("body") == null) {
      wanted.remove("Content-Type");
      headers.remove("Content-Type");
    }
    same("header ", headers, wanted);
  }

  /** Our frames against the peer's, in order. */
  void frames(List<String> ours, Json theirs) {
    same("frames", Integer.toString(ours.size()), Integer.toString(theirs.size()));
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      Map<String, String> sent = new TreeMap<>();
      flatten("", Json.parse(ours.get(i)), sent);
      Map<String, String> expected = new TreeMap<>();
      flatten("", Json.parse(theirs.at(i).text("raw")), expected);
      same("", sent, expected);
    }
  }

  /** Two values: numbers by value, text by letter. */
  void same(String name, @Nullable String ours, @Nullable String theirs) {
    if (!equal(ours, theirs)) {
      differences.add(
          name
              + ": ours "
              + (ours == null ? "-" : ours)
              + ", theirs "
              + (theirs == null ? "-" : theirs));
    }
  }

  private void same(String prefix, Map<String, String> ours, Map<String, String> theirs) {
    Set<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    for (String name : names) {
      if (!ignored.contains(name)) {
        same(prefix + name, ours.get(name), theirs.get(name));
      }
    }
  }

  private static boolean equal(@Nullable String a, @Nullable String b) {
    if (a == null || b == null || a.equals(b)) {
      return a == null ? b == null : b != null;
    }
    try {
      return Decimal.parse(a).compareTo(Decimal.parse(b)) == 0;
    } catch (TextException e) {
      return false;
    }
  }

  /** An address without the port that goes without saying, and without the peer's own last part. */
  static String address(String url) {
    URI uri = URI.create(url.endsWith("/ws/0") ? url.substring(0, url.length() - 2) : url);
    boolean usual = uri.getPort() == 443 && uri.getScheme().matches("https|wss");
    String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    return uri.getScheme()
        + "://"
        + uri.getHost()
        + (uri.getPort() < 0 || usual ? "" : ":" + uri.getPort())
        + path;
  }

  private static void form(@Nullable String text, Map<String, String> out) {
    if (text != null) {
      Form.parse(text).pairs().forEach(p -> out.put(p.getKey(), p.getValue()));
    }
  }

  private static void body(@Nullable String text, Map<String, String> out) {
    if (text != null && (text.startsWith("{") || text.startsWith("["))) {
      flatten("", Json.parse(text), out);
    } else {
      form(text, out);
    }
  }

  /** Every leaf by its path; the items of an array of leaves are a set. */
  private static void flatten(String path, Json json, Map<String, String> out) {
    String below = path.isEmpty() ? "" : path + ".";
    if (json.isObject()) {
      json.fields().forEach((name, value) -> flatten(below + name, value, out));
    } else if (json.isArray()) {
      List<Json> items = new ArrayList<>(json.items());
      if (items.stream().noneMatch(j -> j.isObject() || j.isArray())) {
        items.sort((a, b) -> a.toString().compareTo(b.toString()));
      }
      for (int i = 0; i < items.size(); i++) {
        flatten(below + i, items.get(i), out);
      }
    } else {
      out.put(path, json.isString() || json.isNumber() ? json.asText() : json.toString());
    }
  }
}
