package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The venue's end of a tape: compares what goes out with the {@code out} lines whose turn it is,
 * answers with {@code in} lines, and answers everything else as the {@code on} lines say. The first
 * thing that is not as the tape says stays the {@link #problem()}.
 */
final class TapeNetwork implements Network {
  /** What is compared of a request or frame, beside what it is. */
  private static final List<String> PARTS = List.of("uri", "query", "form", "body", "json", "text");

  /** In a playback, what was recorded is asked for again as much earlier or later. */
  private static final long SOON_MILLIS = 1_000;

  /** A time as venues write it, in seconds or a thousandth, millionth, billionth of them. */
  private static final java.util.regex.Pattern TIME =
      java.util.regex.Pattern.compile("(?<!\\d)\\d{10}(\\d{3}){0,3}(?!\\d)");

  /** So many different questions of a playback have an answer. */
  private static final int MOST_ANSWERS = 1_000;

  private final LongSupplier millis;
  private final Wire wire;
  private final boolean updating;

  /** The clock of a playback, which keeps nothing of what goes over the wire; null for none. */
  private final @Nullable VirtualTime playing;

  /** The newest first. */
  private final List<Line> standing = new ArrayList<>();

  private final List<Line> expected = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();

  /** What a playback was answered last, by what was asked: the oldest first. */
  private final Map<String, Answer> answered = new LinkedHashMap<>();

  /** What came to a playback lately before it was asked for. */
  private final List<Answer> unheard = new ArrayList<>();

  private Predicate<String> instruments = name -> false;

  /** What asks for the venue's time. */
  private final List<Request> clocks = new ArrayList<>();

  private final List<TapeSocket> sockets = new ArrayList<>();
  private final List<String> produced = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final Map<String, Json> named = new LinkedHashMap<>();
  private final Set<String> waiting = new TreeSet<>();
  private @Nullable String problem;

  /** What answered the {@code out} lines, and how long after. */
  private final Map<Line, Script.Answer> answers = new LinkedHashMap<>();

  /** What a playback was answered, and when. */
  private record Answer(Line reply, long millis) {}

  /**
   * A request that waits for its {@code in} line, until whoever sent it gives up.
   *
   * @param asked the request as an {@code out} line
   * @param line the {@code out} line that meant it; null when none did
   */
  private record Question(
      String target,
      Json asked,
      @Nullable Line line,
      Consumer<Delivery> answer,
      long askedMillis,
      long untilMillis) {}

  /**
   * A network.
   *
   * @param millis the time since the epoch
   * @param updating whether {@code out} lines are to be rewritten instead of compared
   */
  TapeNetwork(LongSupplier millis, Wire wire, boolean updating) {
    this(millis, wire, updating, null);
  }

  private TapeNetwork(
      LongSupplier millis, Wire wire, boolean updating, @Nullable VirtualTime playing) {
    this.millis = millis;
    this.wire = wire;
    this.updating = updating;
    this.playing = playing;
  }

  /** One that objects to nothing, and needs no more memory the longer it is used. */
  static TapeNetwork playing(VirtualTime time, Wire wire) {
    return new TapeNetwork(time::millis, wire, true, time);
  }

  /**
   * Who asked nothing yet gets this when he asks within {@value #SOON_MILLIS} ms; and whoever asks
   * the same later gets it again, unless there is a newer one {@value #SOON_MILLIS} ms after, or it
   * is of one instrument: that was so then, and is no more.
   */
  void answersAgain(Line reply, boolean heard) {
    Answer answer = new Answer(reply, millis.getAsLong());
    Json asked = reply.json().find("asked");
    String to = reply.json().text("to") + (asked == null ? "" : asked);
    answered.remove(to);
    answered.put(to, answer);
    if (answered.size() > MOST_ANSWERS) {
      answered.remove(answered.keySet().iterator().next());
    }
    unheard.removeIf(a -> a.millis() < answer.millis() - SOON_MILLIS);
    if (!heard) {
      unheard.add(answer);
    }
  }

  /** What names an instrument: what was said of one is not said again later. */
  void instruments(Predicate<String> names) {
    instruments = names;
  }

  /** What asks for the venue's time, whose answer is told with the time that it is by then. */
  void asksTime(Request question) {
    clocks.add(question);
  }

  /** Connections of that name open when an {@code in} line says so, and not by themselves. */
  void waitForOpen(String socket) {
    waiting.add(socket);
  }

  /** Answers as an {@code on} line says from now on. */
  void standing(Line on) {
    // Of two that answer the same request the older one is never asked.
    standing.removeIf(
        old -> old.kind() == on.kind() && old.what().equals(on.what()) && !old.json().has("of"));
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

  /** What answered the {@code out} lines so far. */
  Map<Line, Script.Answer> answers() {
    return answers;
  }

  /** Everything that went over the wire, in both directions, with its time. */
  List<String> trace() {
    return trace;
  }

  private void note(String direction, Object what) {
    if (playing == null) {
      trace.add(millis.getAsLong() + " " + direction + " " + what);
    }
  }

  private void wrong(String what) {
    if (problem == null) {
      problem = what;
    }
  }

  // ---------------------------------------------------------------- what comes over the wire

  /** Performs an {@code in} line. */
  void perform(Line in) {
    note("in", in.text());
    switch (in.what()) {
      case "reply" -> answer(in, replied(in));
      case "drop" -> answer(in, new Delivery.Lost("connection reset"));
      case "unsent" -> answer(in, new Delivery.NotSent("connection refused"));
      case "frame" -> socket(in).channel.text(content(in, "json", named, millis.getAsLong()));
      case "close" ->
          socket(in)
              .channel
              .close((int) in.json().longOr("code", 1006), in.json().textOr("reason", ""));
      case "open" -> socket(in).channel.open();
      case "heartbeat" -> socket(in).channel.heartbeat();
      default ->
          throw in.problem("\"in\" is one of reply, drop, unsent, open, frame, close, heartbeat");
    }
  }

  /** Whether somebody is there to hear an {@code in} line. */
  boolean isHeard(Line in) {
    switch (in.what()) {
      case "reply", "drop", "unsent" -> {
        return question(in) != null;
      }
      case "open" -> {
        return false;
      }
      default -> {
        return sockets.stream().anyMatch(s -> s.name.equals(in.of())) && isNamed(in);
      }
    }
  }

  /** Whether everything that a frame names was named: it may answer what nobody asked. */
  private boolean isNamed(Line in) {
    Json json = in.json().find("json");
    try {
      return json == null || !Pattern.fill(json, named, 0).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private @Nullable Question question(Line in) {
    String to = in.json().findText("to");
    questions.removeIf(q -> q.untilMillis() <= millis.getAsLong());
    for (Question q : questions) {
      if (to == null || matches(to, q.target()) && hasAsked(in, q.asked())) {
        return q;
      }
    }
    return null;
  }

  /** Whether what a reply says that was asked, where it says that, is this. */
  private boolean hasAsked(Line reply, Json actual) {
    Json asked = reply.json().find("asked");
    return asked == null || Pattern.difference(asked, asked(actual), new LinkedHashMap<>()) == null;
  }

  /** What is asked by a request, given as an {@code out} line. */
  static Json asked(Json out) {
    JsonWriter w = new JsonWriter().object();
    out.fields()
        .forEach(
            (part, of) -> {
              if (!part.equals("out")) {
                w.put(part, of);
              }
            });
    return Json.parse(w.end().toString());
  }

  private void answer(Line in, Delivery delivery) {
    Question q = question(in);
    if (q == null) {
      String to = in.json().textOr("to", "");
      throw in.problem("no request " + (to.isEmpty() ? "" : to + " ") + "waits for an answer");
    }
    questions.remove(q);
    if (q.line() != null) {
      answers.put(q.line(), new Script.Answer(in, millis.getAsLong() - q.askedMillis()));
    }
    q.answer().accept(delivery);
  }

  private Delivery replied(Line line) {
    return replied(line, named, millis.getAsLong());
  }

  /** What a line with a reply gives at a time. */
  static Delivery.Replied replied(Line line, Map<String, Json> named, long millis) {
    Map<String, String> headers = new LinkedHashMap<>();
    Json h = line.json().find("headers");
    if (h != null) {
      h.fields().forEach((k, v) -> headers.put(k, v.asText()));
    }
    byte[] body = content(line, "body", named, millis).getBytes(StandardCharsets.UTF_8);
    return new Delivery.Replied(new Reply((int) line.json().longOr("status", 200), headers, body));
  }

  /** The field as JSON with names filled in, or the field {@code text} as it is. */
  static String content(Line line, String field, Map<String, Json> names, long millis) {
    Json json = line.json().fields().get(field);
    try {
      return json == null ? line.json().textOr("text", "") : Pattern.fill(json, names, millis);
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
    throw line.problem("no socket \"" + line.of() + "\" is there");
  }

  // ---------------------------------------------------------------- what goes out

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    Json actual = wire.request(request);
    String target = actual.text("out");
    note("out", actual);
    long now = millis.getAsLong();
    Line line = turn(target, null, actual);
    Question question =
        new Question(target, actual, line, answer, now, now + request.timeout().toMillis());
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
    if (playing != null) {
      boolean clock = isClock(request);
      Answer early = take(unheard, question);
      if (early != null && now - early.millis() <= SOON_MILLIS) {
        unheard.remove(early);
        answerAgain(question, early, clock ? now - early.millis() : 0);
      } else {
        playing.at(
            playing.nanos() + SOON_MILLIS * 1_000_000L,
            () -> {
              Answer old = take(answered.values(), question);
              if (old != null && !isOfOneInstrument(actual)) {
                // Who asks for a time takes it to be of halfway between question and answer.
                answerAgain(question, old, clock ? now + SOON_MILLIS / 2 - old.millis() : 0);
              }
            });
      }
    }
  }

  private boolean isClock(HttpRequest request) {
    byte[] bytes = request.body();
    String body = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    String query = String.valueOf(request.uri().getQuery());
    return clocks.stream()
        .anyMatch(
            c ->
                c.method().equals(request.method())
                    && request.uri().getPath().endsWith(c.path())
                    && (c.body() == null || c.body().equals(body))
                    && c.params().stream().allMatch(p -> query.contains(p.value())));
  }

  private boolean isOfOneInstrument(Json asked) {
    return Stream.of(asked.text("out").split("[/ ]")).anyMatch(instruments)
        || Stream.of("query", "form", "body")
            .map(asked::find)
            .filter(part -> part != null && part.isObject())
            .flatMap(part -> part.fields().values().stream())
            .anyMatch(value -> value.isString() && instruments.test(value.asText()));
  }

  private @Nullable Answer take(Collection<Answer> from, Question question) {
    for (Answer a : from) {
      if (matches(a.reply().json().text("to"), question.target())
          && hasAsked(a.reply(), question.asked())) {
        return a;
      }
    }
    return null;
  }

  /** Answers, unless that was done; all times in the answer are so much later. */
  private void answerAgain(Question question, Answer answer, long laterMillis) {
    if (!questions.remove(question)) {
      return;
    }
    Reply reply = replied(answer.reply(), named, millis.getAsLong()).reply();
    if (laterMillis != 0) {
      String text = TIME.matcher(reply.text()).replaceAll(t -> later(t.group(), laterMillis));
      reply = new Reply(reply.status(), reply.headers(), text.getBytes(StandardCharsets.UTF_8));
    }
    question.answer().accept(new Delivery.Replied(reply));
  }

  private static String later(String time, long millis) {
    BigDecimal unit = BigDecimal.ONE.movePointRight(time.length() - 13);
    BigDecimal then = new BigDecimal(time).add(unit.multiply(BigDecimal.valueOf(millis)));
    return then.setScale(0, RoundingMode.FLOOR).toPlainString();
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
    if (playing == null) {
      produced.add(Pattern.generalised(actual, null, wire.stamps()));
    }
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
      produced.add(Pattern.generalised(actual, line.json(), wire.stamps()));
      if (difference != null && !updating) {
        wrong(line.problem(difference + "\n  it was: " + actual).getMessage());
      }
      return line;
    }
    return null;
  }

  private @Nullable String difference(Line line, Json actual) {
    return difference(line, actual, named);
  }

  /** How a request or frame differs from an {@code out} line, or null; names taken are added. */
  static @Nullable String difference(Line line, Json actual, Map<String, Json> named) {
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

  /** Whether a pattern with {@code *} for any run of characters stands for the text. */
  static boolean matches(String pattern, String text) {
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
    String name = wire.socket(uri);
    Json actual = wire.connect(uri);
    note("out", actual);
    turn("connect", name, actual);
    TapeSocket socket = new TapeSocket(uri, name, channel);
    Line on = standing("connect", name);
    if (on != null && on.json().textOr("fault", "").equals("refuse")) {
      channel.close(1006, "refused");
      return socket;
    }
    sockets.add(socket);
    if (!waiting.contains(name)
        && (on == null || !on.json().textOr("fault", "").equals("silence"))) {
      channel.open();
      if (on != null) {
        replies(on, socket, named);
      }
    }
    return socket;
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
      for (Json f : frames.items()) {
        socket.channel.text(f.isString() ? f.asText() : Pattern.fill(f, names, millis.getAsLong()));
      }
    }
  }

  private final class TapeSocket implements Peer {
    private final URI uri;
    final Network.Channel channel;
    String name;
    private boolean spoke;

    TapeSocket(URI uri, String name, Network.Channel channel) {
      this.uri = uri;
      this.name = name;
      this.channel = channel;
    }

    @Override
    public void text(String frame) {
      if (!spoke) {
        spoke = true;
        name = wire.socket(uri, frame);
      }
      Json actual = wire.frame(name, frame);
      note("out", actual);
      if (turn("frame", name, actual) != null) {
        return;
      }
      Json json = actual.find("json");
      for (Line on : standing) {
        Json match = on.json().find("match");
        if (!on.what().equals("frame")
            || !on.of().equals(name)
            || (json == null) != (match == null)) {
          continue;
        }
        Map<String, Json> names = new LinkedHashMap<>(named);
        if (json == null || match == null
            ? frame.equals(on.json().textOr("text", ""))
            : Pattern.difference(match, json, names) == null) {
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
      note("closed", name);
    }
  }
}
