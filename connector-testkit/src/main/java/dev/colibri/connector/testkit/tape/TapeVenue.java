package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A venue that says what a tape says, on a network where things go wrong. It demands nothing:
 * requests that the tape does not mean are answered by {@code on} lines, and else are lost.
 *
 * <p>What is asked arrives as it was asked. What is told is filled in when it leaves the venue, and
 * keeps its order within a connection. After a cut the venue either goes on where it is, so that
 * what it told meanwhile is gone, or tells everything anew.
 */
final class TapeVenue implements Network {
  private final VirtualTime time;
  private final Wire wire;
  private final Script script;
  private final TapeChance chance;
  private final Consumer<String> log;
  private final Predicate<String> namesOrder;

  /** What was asked, and answered by no {@code out} line: as it is, and without values. */
  private final Set<String> asked = new TreeSet<>();

  /** What of it the venue's own tape may answer; null for all. */
  private final @Nullable Set<String> defaults;

  /** The newest first. */
  private final List<Line> standing = new ArrayList<>();

  private final List<Line> expected = new ArrayList<>();
  private final Map<String, Json> named = new LinkedHashMap<>();

  /** What was asked and answered, by the {@code out} line. */
  private final Map<Line, Line> answered = new LinkedHashMap<>();

  private final Set<String> waiting = new TreeSet<>();
  private final List<TapeSocket> sockets = new ArrayList<>();
  private final Map<String, Told> told = new TreeMap<>();
  private boolean begun;
  private boolean mute;
  private long zero;
  private int connects;
  private int requests;
  private int cuts;
  private int truncated;

  /** What the venue told on connections of a name, since it last closed one itself. */
  private static final class Told {
    final List<Said> frames = new ArrayList<>();
    boolean anew;
  }

  private record Said(long nanos, String text) {}

  /**
   * A venue.
   *
   * @param log takes everything that crosses the wire
   * @param namesOrder whether a request is about an order that was placed
   * @param defaults what is asked, and answered by no {@code out} line, when nothing goes wrong;
   *     null for that play itself
   */
  TapeVenue(
      VirtualTime time,
      Wire wire,
      Script script,
      TapeChance chance,
      Consumer<String> log,
      Predicate<String> namesOrder,
      @Nullable Set<String> defaults) {
    this.time = time;
    this.wire = wire;
    this.script = script;
    this.chance = chance;
    this.log = log;
    this.namesOrder = namesOrder;
    this.defaults = defaults;
  }

  /** What was asked that no {@code out} line meant. */
  Set<String> asked() {
    return asked;
  }

  /** Tells nothing by itself: only what is asked for is answered. */
  void mute() {
    mute = true;
  }

  /** From now on things may go wrong. */
  void begin() {
    begun = true;
    zero = time.nanos();
  }

  /** Connections of that name open when the tape says so. */
  void waitForOpen(String socket) {
    waiting.add(socket);
  }

  /** Answers as an {@code on} line says from now on. */
  void standing(Line on) {
    standing.add(0, on);
  }

  /** What goes out from now on if all goes well. */
  void expect(List<Line> outs) {
    expected.addAll(outs);
  }

  int connects() {
    return connects;
  }

  int requests() {
    return requests;
  }

  /** How many open connections were cut here, or closed by the tape. */
  int cuts() {
    return cuts;
  }

  /** How many frames were heard of which only the beginning came. */
  int truncated() {
    return truncated;
  }

  private boolean strikes(TapeFault fault) {
    return begun && chance.strikes(fault);
  }

  // ---------------------------------------------------------------- what comes over the wire

  /** Performs an {@code in} line that nobody asked for. */
  void perform(Line in) {
    switch (mute ? "" : in.what()) {
      case "frame" -> tell(in);
      case "close" -> {
        told.remove(in.of());
        TapeSocket s = socket(in.of());
        if (s != null) {
          s.enqueue(
              () -> s.cut((int) in.json().longOr("code", 1006), in.json().textOr("reason", "")));
        }
      }
      case "open" -> {
        waiting.remove(in.of());
        TapeSocket s = socket(in.of());
        if (s != null) {
          s.enqueue(s::open);
        }
      }
      case "heartbeat" -> {
        TapeSocket s = socket(in.of());
        if (s != null) {
          s.enqueue(s.channel::heartbeat);
        }
      }
      default -> {} // Answers come when they are asked for.
    }
  }

  private @Nullable TapeSocket socket(String name) {
    for (int i = sockets.size() - 1; i >= 0; i--) {
      if (sockets.get(i).name.equals(name)) {
        return sockets.get(i);
      }
    }
    return null;
  }

  private void tell(Line in) {
    String text;
    try {
      text = TapeNetwork.content(in, "json", named, time.millis());
    } catch (TapeException e) {
      log.accept("nobody asked for " + in.text());
      return;
    }
    Said said = new Said(time.nanos(), text);
    told.computeIfAbsent(in.of(), n -> new Told()).frames.add(said);
    TapeSocket s = socket(in.of());
    if (s != null) {
      s.tell(said);
    }
  }

  // ---------------------------------------------------------------- requests

  @Override
  public void http(HttpRequest request, Consumer<Delivery> answer) {
    requests++;
    Json actual = wire.request(request);
    log.accept("out " + actual);
    String target = actual.text("out");
    Line out = turn(target, null, actual);
    if (out != null) {
      Script.Answer a = script.answers().get(out);
      if (a == null) {
        return; // Nothing comes on the tape either.
      }
      answered.put(out, a.in());
      Long at = a.in().millis();
      long soonest = time.nanos() + a.pauseMillis() * 1_000_000L;
      time.at(
          at == null ? soonest : Math.max(soonest, zero + at * 1_000_000L),
          () -> answer(a.in(), answer));
      return;
    }
    asked.add(Pattern.generalised(actual, null, wire.stamps()));
    asked.add(shape(actual));
    for (Line on : standing) {
      if (TapeNetwork.matches(on.what(), target) && mayAnswer(on, actual)) {
        answer(on, answer);
        return;
      }
    }
    Line again = script.hasDone("place") ? null : answeredBefore(actual);
    if (again != null) {
      answer(again, answer);
    } else {
      log.accept("the tape has no answer");
      answer.accept(new Delivery.Lost("the tape has no answer"));
    }
  }

  /**
   * Whether an {@code on} line speaks of this question. What the venue's own tape says is said of a
   * venue without orders: it answers what it answers when nothing goes wrong, and no other question
   * about an order.
   */
  private boolean mayAnswer(Line on, Json actual) {
    if (on.file().equals(script.tape().name()) || defaults == null) {
      return true;
    }
    String question = Pattern.generalised(actual, null, wire.stamps());
    return defaults.contains(namesOrder.test(question) ? question : shape(actual));
  }

  /** A question without its values. */
  private static String shape(Json actual) {
    StringBuilder shape = new StringBuilder();
    actual
        .fields()
        .forEach(
            (name, of) ->
                shape
                    .append(name.equals("out") ? of : name)
                    .append(of.isObject() ? of.fields().keySet() : ""));
    return shape.toString();
  }

  /** What market data were answered with, who asks again is answered with again. */
  private @Nullable Line answeredBefore(Json actual) {
    Line last = null;
    for (Map.Entry<Line, Line> e : answered.entrySet()) {
      if (e.getKey().what().startsWith("GET ")
          && TapeNetwork.matches(e.getKey().what(), actual.text("out"))
          && TapeNetwork.difference(e.getKey(), actual, new LinkedHashMap<>(named)) == null) {
        last = e.getValue();
      }
    }
    return last;
  }

  private void answer(Line line, Consumer<Delivery> answer) {
    String fault = line.what().equals("drop") || line.what().equals("unsent") ? line.what() : "";
    Delivery delivery =
        switch (line.json().textOr("fault", fault)) {
          case "drop" -> new Delivery.Lost("connection reset");
          case "unsent" -> new Delivery.NotSent("connection refused");
          case "silence" -> null;
          default -> TapeNetwork.replied(line, named, time.millis());
        };
    if (delivery == null) {
      return;
    }
    if (delivery instanceof Delivery.Replied r) {
      if (strikes(TapeFault.LOSE)) {
        delivery = new Delivery.Lost("connection reset");
      } else if (r.reply().body().length > 0 && strikes(TapeFault.TRUNCATE)) {
        byte[] some = Arrays.copyOf(r.reply().body(), chance.below(r.reply().body().length));
        delivery = new Delivery.Replied(new Reply(r.reply().status(), r.reply().headers(), some));
      }
    }
    Delivery comes = delivery;
    Runnable arrives =
        () -> {
          log.accept("in " + shown(comes) + " to " + line.text());
          answer.accept(comes);
        };
    if (strikes(TapeFault.DELAY)) {
      time.at(time.nanos() + chance.delay(), arrives);
    } else {
      arrives.run();
    }
  }

  private static String shown(Delivery d) {
    return d instanceof Delivery.Replied r ? r.reply().text() : d.toString();
  }

  /**
   * The {@code out} line that means this, which is used up; null for none.
   *
   * @param of the socket of a frame, null for a request
   */
  private @Nullable Line turn(String what, @Nullable String of, Json actual) {
    for (int i = 0; i < expected.size(); i++) {
      Line line = expected.get(i);
      Map<String, Json> names = new LinkedHashMap<>(named);
      if (TapeNetwork.matches(line.what(), what)
          && (of == null || line.of().equals(of))
          && TapeNetwork.difference(line, actual, names) == null) {
        named.putAll(names);
        expected.remove(i);
        return line;
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- sockets

  @Override
  public Peer connect(URI uri, Map<String, String> headers, Network.Channel channel) {
    connects++;
    String name = wire.socket(uri);
    Json actual = wire.connect(uri);
    log.accept("out " + actual);
    turn("connect", name, actual);
    TapeSocket socket = new TapeSocket(uri, name, channel);
    Line on = standing("connect", name);
    String fault = on == null ? "" : on.json().textOr("fault", "");
    boolean refused = strikes(TapeFault.REFUSE);
    if (fault.equals("refuse") || refused && chance.onceIn(3)) {
      channel.close(1006, "refused");
      return socket;
    }
    sockets.add(socket);
    if (waiting.contains(name) || fault.equals("silence") || refused && chance.onceIn(3)) {
      return socket;
    }
    if (refused) {
      socket.last = time.nanos() + chance.delay();
    }
    socket.enqueue(socket::open);
    if (on != null) {
      socket.replies(on, named);
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

  private final class TapeSocket implements Peer {
    final Network.Channel channel;
    private final URI uri;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    String name;
    private boolean open;
    private boolean spoke;
    private boolean over;

    /** When the last thing that was said arrives: nothing overtakes it. */
    private long last;

    /** How much later than on the tape everything is told here. */
    private long shift;

    /** When a frame was heard last of which only the beginning came. */
    private long partAt = -1;

    /** How many were heard then. */
    private int partsNow;

    TapeSocket(URI uri, String name, Network.Channel channel) {
      this.uri = uri;
      this.name = name;
      this.channel = channel;
      this.last = time.nanos();
    }

    /** Does something at the other end, after everything before it. */
    void enqueue(Runnable what) {
      last = Math.max(last, time.nanos()) + (strikes(TapeFault.DELAY) ? chance.delay() : 0);
      queue.add(what);
      if (last == time.nanos() && queue.size() == 1) {
        next();
      } else {
        time.at(last, this::next);
      }
    }

    private void next() {
      Runnable first = queue.remove();
      if (!over) {
        first.run();
      }
    }

    void open() {
      open = true;
      channel.open();
    }

    void cut(int code, String reason) {
      over = true;
      cuts++;
      sockets.remove(this);
      log.accept("in close " + name + " " + code);
      channel.close(code, reason);
    }

    /** Says at its time, or so much later as everything is told here, what was told. */
    void tell(Said said) {
      long at = said.nanos() + shift;
      if (at <= time.nanos()) {
        say(said.text());
      } else {
        time.at(at, () -> say(said.text()));
      }
    }

    private void say(String text) {
      if (over) {
        return;
      }
      boolean cut = strikes(TapeFault.CUT);
      if (cut) {
        told.computeIfAbsent(name, n -> new Told()).anew = strikes(TapeFault.RESUBSCRIBE);
        if (chance.onceIn(2)) {
          enqueue(() -> cut(1006, "cut"));
          return;
        }
      }
      boolean part = !text.isEmpty() && strikes(TapeFault.TRUNCATE);
      String comes = part ? text.substring(0, chance.below(text.length())) : text;
      enqueue(
          () -> {
            if (part && open) {
              truncated++;
              partsNow = partAt == time.nanos() ? partsNow + 1 : 1;
              partAt = time.nanos();
            }
            hear(comes);
          });
      if (strikes(TapeFault.DUPLICATE)) {
        enqueue(() -> hear(comes));
      }
      if (cut) {
        enqueue(() -> cut(1006, "cut"));
      } else if (strikes(TapeFault.REPEAT)) {
        time.at(time.nanos() + chance.delay(), () -> enqueue(() -> hear(comes)));
      }
    }

    private void hear(String text) {
      if (open) {
        log.accept("in " + name + " " + text);
        channel.text(text);
      }
    }

    void replies(Line on, Map<String, Json> names) {
      Json frames = on.json().find("reply");
      if (frames != null) {
        for (Json f : frames.items()) {
          say(f.isString() ? f.asText() : Pattern.fill(f, names, time.millis()));
        }
      }
    }

    @Override
    public void text(String frame) {
      if (!spoke) {
        spoke = true;
        name = wire.socket(uri, frame);
      }
      Json actual = wire.frame(name, frame);
      log.accept("out " + actual);
      if (turn("frame", name, actual) == null) {
        reply(frame, actual.find("json"));
      }
      Told before = told.get(name);
      if (before != null && before.anew && !before.frames.isEmpty()) {
        before.anew = false;
        shift = time.nanos() + 1_000_000L - before.frames.get(0).nanos();
        before.frames.forEach(this::tell);
      }
    }

    private void reply(String frame, @Nullable Json json) {
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
          replies(on, names);
          return;
        }
      }
    }

    @Override
    public void ping() {
      Line on = standing("ping", name);
      if (on == null || !on.json().textOr("fault", "").equals("silence")) {
        enqueue(channel::heartbeat);
      }
    }

    @Override
    public void closed() {
      over = true;
      sockets.remove(this);
      if (partAt == time.nanos()) {
        truncated -= partsNow - 1; // Whoever ends it at a frame reads none that came along with it.
      }
      log.accept("closed " + name);
    }
  }
}
