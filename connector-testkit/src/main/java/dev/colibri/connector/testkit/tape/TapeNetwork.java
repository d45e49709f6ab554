package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The venue's end of a tape: compares what goes out with the {@code out} lines whose turn it is,
 * answers with {@code in} lines, and answers everything else as the {@code on} lines say. The first
 * thing that is not as the tape says stays the {@link #problem()}.
 */
final class TapeNetwork implements Network {
  /** What is compared of a request or frame, beside what it is. */
  private static final List<String> PARTS = List.of("uri", "query", "form", "body", "json", "text");

  private final LongSupplier millis;
  private final String home;
  private final Map<String, String> socketNames = new LinkedHashMap<>();
  private final Set<String> stamps = new TreeSet<>();
  private final boolean updating;

  /** The newest first. */
  private final List<Line> standing = new ArrayList<>();

  private final List<Line> expected = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();
  private final List<TapeSocket> sockets = new ArrayList<>();
  private final List<String> produced = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final Map<String, Json> named = new LinkedHashMap<>();
  private @Nullable String problem;

  /** A request that waits for its {@code in} line, until whoever sent it gives up. */
  private record Question(String target, Consumer<Delivery> answer, long untilMillis) {}

  /**
   * A network.
   *
   * @param millis the time since the epoch
   * @param home the host of the venue's REST API, which tapes leave out
   * @param header of the venue's tape: names its sockets and stamps
   * @param updating whether {@code out} lines are to be rewritten instead of compared
   */
  TapeNetwork(LongSupplier millis, String home, Json header, boolean updating) {
    this.millis = millis;
    this.home = home;
    this.updating = updating;
    Json names = header.find("sockets");
    if (names != null) {
      names.fields().forEach((name, uri) -> socketNames.put(name, uri.asText()));
    }
    Json masked = header.find("stamps");
    if (masked != null) {
      masked.items().forEach(s -> stamps.add(s.asText()));
    }
  }

  /** Answers as an {@code on} line says from now on. */
  void standing(Line on) {
    standing.add(0, on);
  }

  /** What must go out from now on, in order. */
  void expect(List<Line> outs) {
    expected.clear();
    expected.addAll(outs);
    produced.clear();
  }

  /** What went out since, as lines of a tape, without what {@code on} lines answered. */
  List<String> produced() {
    return produced;
  }

  /** What of the expected has not gone out. */
  List<Line> missing() {
    return expected;
  }

  @Nullable String problem() {
    return problem;
  }

  /** Everything that went over the wire, in both directions, with its time. */
  List<String> trace() {
    return trace;
  }

  private void note(String what) {
    trace.add(millis.getAsLong() + " " + what);
  }

  private void wrong(String what) {
    if (problem == null) {
      problem = what;
    }
  }

  // ---------------------------------------------------------------- what comes over the wire

  /** Performs an {@code in} line. */
  void perform(Line in) {
    note("in " + in.text());
    switch (in.what()) {
      case "reply" -> answer(in, replied(in));
      case "drop" -> answer(in, new Delivery.Lost("connection reset"));
      case "unsent" -> answer(in, new Delivery.NotSent("connection refused"));
      case "frame" -> socket(in).channel.text(content(in, "json", named));
      case "close" ->
          socket(in)
              .channel
              .close((int) in.json().longOr("code", 1006), in.json().textOr("reason", ""));
      case "heartbeat" -> socket(in).channel.heartbeat();
      default -> throw in.problem("\"in\" is one of reply, drop, unsent, frame, close, heartbeat");
    }
  }

  private void answer(Line in, Delivery delivery) {
    String to = in.json().findText("to");
    questions.removeIf(q -> q.untilMillis() <= millis.getAsLong());
    for (Question q : questions) {
      if (to == null || matches(to, q.target())) {
        questions.remove(q);
        q.answer().accept(delivery);
        return;
      }
    }
    throw in.problem("no request " + (to == null ? "" : to + " ") + "waits for an answer");
  }

  private Delivery replied(Line line) {
    Map<String, String> headers = new LinkedHashMap<>();
    Json h = line.json().find("headers");
    if (h != null) {
      h.fields().forEach((k, v) -> headers.put(k, v.asText()));
    }
    byte[] body = content(line, "body", named).getBytes(StandardCharsets.UTF_8);
    return new Delivery.Replied(new Reply((int) line.json().longOr("status", 200), headers, body));
  }

  /** The field as JSON with names filled in, or the field {@code text} as it is. */
  private String content(Line line, String field, Map<String, Json> names) {
    Json json = line.json().fields().get(field);
    try {
      return json == null
          ? line.json().textOr("text", "")
          : Pattern.fill(json, names, millis.getAsLong());
    } catch (IllegalArgumentException e) {
      throw line.problem(String.valueOf(e.getMessage()));
    }
  }

  private TapeSocket socket(Line line) {
    for (int i = sockets.size() - 1; i >= 0; i--) {
      if (sockets.get(i).name.equals(line.of())) {
        return sockets.get(i);
      }
    }
    throw line.problem("no socket \"" + line.of() + "\" is open");
  }

  // ---------------------------------------------------------------- what goes out

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    Json actual = described(request);
    String target = actual.text("out");
    note("out " + actual);
    Question question =
        new Question(target, answer, millis.getAsLong() + request.timeout().toMillis());
    Line line = turn(target, null, actual);
    if (line != null) {
      headers(line, request);
      questions.add(question);
      return;
    }
    for (Line on : standing) {
      if (on.kind() == Kind.ON && matches(on.what(), target)) {
        stand(on, answer);
        return;
      }
    }
    unexpected(actual);
    questions.add(question);
  }

  private void stand(Line on, Consumer<Delivery> answer) {
    switch (on.json().textOr("fault", "")) {
      case "" -> answer.accept(replied(on));
      case "drop" -> answer.accept(new Delivery.Lost("connection reset"));
      case "unsent" -> answer.accept(new Delivery.NotSent("connection refused"));
      case "silence" -> {}
      default -> throw on.problem("a fault is one of drop, unsent, silence");
    }
  }

  private void unexpected(Json actual) {
    produced.add(Pattern.generalised(actual, null, stamps));
    if (!updating) {
      String next = expected.isEmpty() ? "nothing" : expected.get(0).text();
      wrong("not expected: " + actual + "\n  expected: " + next);
    }
  }

  /**
   * The {@code out} line whose turn it is, when this is what it speaks of; it is used up.
   *
   * @param of the socket of a frame or connection, null for a request
   */
  private @Nullable Line turn(String what, @Nullable String of, Json actual) {
    for (int i = 0; i < expected.size(); i++) {
      Line line = expected.get(i);
      if (!matches(line.what(), what) || of != null && !line.of().equals(of)) {
        continue;
      }
      String difference = difference(line, actual);
      if (difference != null && of != null) {
        continue; // Another frame of this socket, which an on line may answer.
      }
      if (i > 0 && !updating) {
        wrong(expected.get(0).problem("expected before " + actual).getMessage());
      }
      expected.remove(i);
      produced.add(Pattern.generalised(actual, line.json(), stamps));
      if (difference != null && !updating) {
        wrong(line.problem(difference + "\n  it was: " + actual).getMessage());
      }
      return line;
    }
    return null;
  }

  private @Nullable String difference(Line line, Json actual) {
    for (String part : PARTS) {
      Json want = line.json().find(part);
      Json is = actual.find(part);
      if (want == null && part.equals("uri")) {
        continue;
      }
      if (want == null && is != null) {
        return is.path() + ": not expected, is " + is;
      }
      if (want != null && is == null) {
        return "no " + part + ", expected " + want;
      }
      String difference = want == null || is == null ? null : Pattern.difference(want, is, named);
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private void headers(Line line, HttpRequest request) {
    Json wanted = line.json().find("headers");
    if (wanted == null) {
      return;
    }
    Map<String, String> sent = new LinkedHashMap<>();
    request.headers().forEach((k, v) -> sent.put(k.toLowerCase(Locale.ROOT), v));
    wanted
        .fields()
        .forEach(
            (name, value) -> {
              String is = sent.get(name.toLowerCase(Locale.ROOT));
              if (is == null || !Pattern.isAny(value) && !value.asText().equals(is)) {
                wrong(line.problem("header " + name + " is " + is).getMessage());
              }
            });
  }

  private Json described(HttpRequest request) {
    URI uri = request.uri();
    String host = home.equals(uri.getHost()) ? "" : "//" + uri.getHost();
    JsonWriter w =
        new JsonWriter().object().put("out", request.method() + " " + host + uri.getRawPath());
    if (uri.getRawQuery() != null) {
      form(w.name("query"), Form.parse(uri.getRawQuery()));
    }
    byte[] body = request.body();
    if (body != null && body.length > 0) {
      String text = new String(body, StandardCharsets.UTF_8);
      String type = String.valueOf(request.contentType());
      if (type.contains("form")) {
        form(w.name("form"), Form.parse(text));
      } else {
        contents(w, "body", text);
      }
    }
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

  private static void contents(JsonWriter w, String field, String text) {
    Json json;
    try {
      json = Json.parse(text);
    } catch (TextException e) {
      w.put("text", text);
      return;
    }
    w.put(field, json);
  }

  /** Whether a pattern with {@code *} for any run of characters stands for the text. */
  private static boolean matches(String pattern, String text) {
    if (pattern.indexOf('*') < 0) {
      return pattern.equals(text);
    }
    int star = pattern.indexOf('*');
    String tail = pattern.substring(star + 1);
    if (!text.startsWith(pattern.substring(0, star))) {
      return false;
    }
    for (int i = star; i <= text.length(); i++) {
      if (matches(tail, text.substring(i))) {
        return true;
      }
    }
    return false;
  }

  // ---------------------------------------------------------------- sockets

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Network.Channel channel) {
    String name = socketName(uri);
    Json actual =
        Json.parse(
            new JsonWriter()
                .object()
                .put("out", "connect")
                .put("of", name)
                .put("uri", uri.toString())
                .end()
                .toString());
    note("out " + actual);
    turn("connect", name, actual);
    TapeSocket socket = new TapeSocket(name, channel);
    Line on = standing("connect", name);
    if (on != null && on.json().textOr("fault", "").equals("refuse")) {
      channel.close(1006, "refused");
    } else if (on == null || !on.json().textOr("fault", "").equals("silence")) {
      sockets.add(socket);
      channel.open();
      if (on != null) {
        replies(on, socket, named);
      }
    }
    return socket;
  }

  private String socketName(URI uri) {
    for (Map.Entry<String, String> e : socketNames.entrySet()) {
      if (uri.toString().startsWith(e.getValue())) {
        return e.getKey();
      }
    }
    return uri.getHost();
  }

  private @Nullable Line standing(String what, String of) {
    for (Line on : standing) {
      if (on.what().equals(what) && on.of().equals(of)) {
        return on;
      }
    }
    return null;
  }

  private void replies(Line on, TapeSocket socket, Map<String, Json> names) {
    Json frames = on.json().find("reply");
    if (frames != null) {
      frames.items().forEach(f -> socket.channel.text(Pattern.fill(f, names, millis.getAsLong())));
    }
  }

  private final class TapeSocket implements Peer {
    final String name;
    final Network.Channel channel;

    TapeSocket(String name, Network.Channel channel) {
      this.name = name;
      this.channel = channel;
    }

    @Override
    public void text(String frame) {
      JsonWriter w = new JsonWriter().object().put("out", "frame").put("of", name);
      contents(w, "json", frame);
      Json actual = Json.parse(w.end().toString());
      note("out " + actual);
      if (turn("frame", name, actual) != null) {
        return;
      }
      Json json = actual.find("json");
      for (Line on : standing) {
        if (!on.what().equals("frame") || !on.of().equals(name) || json == null) {
          continue;
        }
        Map<String, Json> names = new LinkedHashMap<>(named);
        if (Pattern.difference(on.json().get("match"), json, names) == null) {
          replies(on, this, names);
          return;
        }
      }
      unexpected(actual);
    }

    @Override
    public void ping() {
      Line on = standing("ping", name);
      if (on == null || !on.json().textOr("fault", "").equals("silence")) {
        channel.heartbeat();
      }
    }

    @Override
    public void closed() {
      sockets.remove(this);
      note("closed " + name);
    }
  }
}
