package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How tapes of a venue write what goes over its wire. */
final class Wire {
  private final @Nullable String home;
  private final List<Address> sockets = new ArrayList<>();
  private final Set<String> stamps = new TreeSet<>();
  private final List<String> kinds = new ArrayList<>();

  /**
   * What a socket is known by.
   *
   * @param name as tapes call it
   * @param uri what its address begins with
   * @param says what its first frame that goes out contains; empty where the address is enough
   */
  private record Address(String name, String uri, String says) {}

  /**
   * A wire.
   *
   * @param home the host of the venue's REST API, which tapes leave out; null leaves out every host
   * @param header of the venue's tape: names its sockets, its stamps, and the fields that tell one
   *     request from another where the address does not
   */
  Wire(@Nullable String home, Json header) {
    this.home = home;
    Json names = header.find("sockets");
    if (names != null) {
      names.fields().forEach(this::address);
    }
    Json fields = header.find("kinds");
    if (fields != null) {
      fields.items().forEach(f -> kinds.add(f.asText()));
    }
    Json masked = header.find("stamps");
    if (masked != null) {
      masked.items().forEach(s -> stamps.add(s.asText()));
    }
  }

  private void address(String name, Json of) {
    if (of.isArray()) {
      of.items().forEach(one -> address(name, one));
    } else if (of.isObject()) {
      sockets.add(new Address(name, of.text("uri"), of.text("says")));
    } else {
      sockets.add(new Address(name, of.asText(), ""));
    }
  }

  /**
   * The header's sockets, also at the addresses at which a venue is reached that is not where its
   * profile says.
   *
   * @param known where each part of the venue's API begins when it is live
   * @param reached where it begins here
   */
  static Json reached(Json sockets, Map<String, BaseUri> known, Map<String, BaseUri> reached) {
    JsonWriter w = new JsonWriter().object();
    sockets
        .fields()
        .forEach(
            (name, of) -> {
              w.array(name);
              for (Json one : of.isArray() ? of.items() : List.of(of)) {
                w.value(one);
                moved(w, one, known, reached);
              }
              w.end();
            });
    return Json.parse(w.end().toString());
  }

  private static void moved(
      JsonWriter w, Json socket, Map<String, BaseUri> known, Map<String, BaseUri> reached) {
    String uri = socket.isObject() ? socket.text("uri") : socket.asText();
    for (Map.Entry<String, BaseUri> part : known.entrySet()) {
      BaseUri now = reached.get(part.getKey());
      String base = part.getValue().reveal().toString();
      if (now != null
          && !now.equals(part.getValue())
          && (uri.startsWith(base) || base.startsWith(uri))) {
        String there = now.reveal() + uri.substring(Math.min(base.length(), uri.length()));
        if (socket.isObject()) {
          w.object().put("uri", there).put("says", socket.text("says")).end();
        } else {
          w.value(there);
        }
        return;
      }
    }
  }

  /** The name of the socket at an address before anything was said; its host where it has none. */
  String socket(URI uri) {
    return socket(uri, "");
  }

  /** The name of the socket at an address whose first frame that goes out is this. */
  String socket(URI uri, String firstFrame) {
    String name = uri.getHost();
    int telling = -1;
    for (Address a : sockets) {
      if (uri.toString().startsWith(a.uri())
          && firstFrame.contains(a.says())
          && a.says().length() > telling) {
        name = a.name();
        telling = a.says().length();
      }
    }
    return name;
  }

  /** Fields that are never the same twice. */
  Set<String> stamps() {
    return Collections.unmodifiableSet(stamps);
  }

  /** A request as an {@code out} line. */
  Json request(HttpRequest request) {
    URI uri = request.uri();
    String host = home == null || home.equals(uri.getHost()) ? "" : "//" + uri.getHost();
    byte[] body = request.body();
    String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    String target = request.method() + " " + host + uri.getRawPath() + kind(text, uri);
    JsonWriter w = new JsonWriter().object().put("out", target);
    if (uri.getRawQuery() != null) {
      form(w.name("query"), Form.parse(uri.getRawQuery()));
    }
    if (!text.isEmpty()) {
      if (String.valueOf(request.contentType()).contains("form")) {
        form(w.name("form"), Form.parse(text));
      } else {
        contents(w, "body", text);
      }
    }
    return Json.parse(w.end().toString());
  }

  /** What a body, or the query, says that it is, after a space; empty where neither does. */
  private String kind(String body, URI uri) {
    String query = kinds.isEmpty() ? null : uri.getRawQuery();
    Map<String, String> asked = new TreeMap<>();
    if (query != null) {
      Form.parse(query).pairs().forEach(p -> asked.put(p.getKey(), p.getValue()));
    }
    for (String name : kinds) {
      if (asked.containsKey(name)) {
        return " " + asked.get(name);
      }
    }
    for (String path : body.startsWith("{") ? kinds : List.<String>of()) {
      @Nullable Json at = Json.parse(body);
      for (String field : path.split("\\.")) {
        at = at != null && at.isObject() ? at.find(field) : null;
      }
      if (at != null) {
        return " " + at.asText();
      }
    }
    return "";
  }

  /** A connection as an {@code out} line. */
  Json connect(URI uri) {
    return Json.parse(
        new JsonWriter()
            .object()
            .put("out", "connect")
            .put("of", socket(uri))
            .put("uri", uri.toString())
            .end()
            .toString());
  }

  /** A frame as an {@code out} line. */
  Json frame(String socket, String text) {
    JsonWriter w = new JsonWriter().object().put("out", "frame").put("of", socket);
    contents(w, "json", text);
    return Json.parse(w.end().toString());
  }

  /** As an object; a name that is given twice has an array. */
  private static void form(JsonWriter w, Form form) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    form.pairs()
        .forEach(p -> values.computeIfAbsent(p.getKey(), k -> new ArrayList<>()).add(p.getValue()));
    w.object();
    values.forEach(
        (name, all) -> {
          if (all.size() == 1) {
            w.put(name, all.get(0));
          } else {
            w.array(name);
            all.forEach(w::value);
            w.end();
          }
        });
    w.end();
  }

  /** As JSON in the field where it is that, otherwise as text. */
  static void contents(JsonWriter w, String field, String text) {
    Json json;
    try {
      json = Json.parse(text);
    } catch (TextException e) {
      w.put("text", text);
      return;
    }
    w.put(field, json);
  }
}
