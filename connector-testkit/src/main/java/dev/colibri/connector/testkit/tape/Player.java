package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Redactor;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plays tapes: the real engine and a venue's own dialect, with a tape at the other end of the wire.
 * What goes out and what the user is told is compared with the tape, line by line.
 *
 * <p>A tape that does not begin with {@code do start} begins when the connector is ready, and what
 * led there is not compared.
 */
public final class Player {
  /** How long an expected line may take to come, in virtual time. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration START = Duration.ofMinutes(2);
  private static final int TAIL = 12;

  private static final int MOST_THROWN = 3;

  /** Frames of what a dialect calls, above its own. */
  private static final Predicate<String> OURS =
      java.util.regex.Pattern.compile(
              "^([\\w.]+(@[^/]*)?/)?(java|jdk|dev\\.colibri\\.connector\\.(model|text|spi))\\."
                  + "|\\.toDo\\(")
          .asPredicate();

  /** What connectors say by themselves that are not whole yet. */
  private static final Predicate<String> TO_DO = told -> told.contains("to do: ");

  /** How a player lets time pass: virtual time does, and so can a real clock. */
  interface Pace {
    long nanos();

    /** Lets everything happen that happens now. */
    void settle();

    /** Lets time pass to a moment, in nanoseconds since the epoch. */
    void to(long nanos);

    /** Notes what the user was told, on whatever thread that was. */
    void told(Runnable note);

    /** Lets time pass until something holds, at most so long; whether it holds. */
    boolean until(BooleanSupplier holds, Duration most);
  }

  /** A line that makes something happen, and what it must lead to. */
  private static final class Segment {
    final @Nullable Line trigger;
    final List<Line> outs = new ArrayList<>();
    final List<Line> events = new ArrayList<>();

    Segment(@Nullable Line trigger) {
      this.trigger = trigger;
    }
  }

  private final Venue<?> venue;
  private final Tape venueTape;

  /**
   * A player.
   *
   * @param venue what the tapes are of, with keys that are no secret
   * @param venueTape says in {@code on} lines how the venue answers what a scenario is not about
   */
  public Player(Venue<?> venue, Tape venueTape) {
    this.venue = venue;
    this.venueTape = venueTape;
  }

  /**
   * Plays a tape in virtual time.
   *
   * @throws TapeException naming file and line of the first thing that is not as the tape says
   */
  public Played play(Tape tape) {
    return virtually(tape, false).played();
  }

  /** The text of a tape with its {@code out} and {@code event} lines written anew. */
  public String rewritten(Tape tape) {
    return virtually(tape, true).text();
  }

  /** When each line of a tape comes, and which of them answers which request. */
  Script script(Tape tape) {
    Take take = virtually(tape, false);
    return new Script(
        tape,
        take.played(),
        List.copyOf(take.steps),
        new LinkedHashMap<>(take.network.answers()),
        take.pace.nanos() - take.zero);
  }

  private Take virtually(Tape tape, boolean updating) {
    String clock = tape.header().textOr("clock", "2026-01-01T00:00:00Z");
    VirtualTime time = new VirtualTime(Instant.parse(clock));
    Pace pace = new VirtualPace(time);
    TapeNetwork network = network(pace, updating || tape.isUnfinished());
    return new Take(tape, pace, network, new VirtualHost(time, network, 1), updating).run();
  }

  TapeNetwork network(Pace pace, boolean updating) {
    TapeNetwork network =
        new TapeNetwork(
            () -> Math.floorDiv(pace.nanos(), 1_000_000L), wire(venue, venueTape), updating);
    for (Line line : venueTape.lines()) {
      if (line.kind() != Kind.ON) {
        throw line.problem("the tape of a venue has on lines only");
      }
      network.standing(line);
    }
    return network;
  }

  static Wire wire(Venue<?> venue, Tape venueTape) {
    Map<String, BaseUri> hosts = venue.dialect().profile().hosts().get(venue.environment());
    BaseUri home = hosts == null ? null : hosts.get("rest");
    return new Wire(home == null ? null : home.host(), venueTape.header());
  }

  /** The venue as a tape's header wants it opened. */
  static Venue<?> asked(Tape tape, Venue<?> reachable) {
    Json header = tape.header();
    Venue<?> asked = reachable instanceof PerpVenue perp ? asked(header, perp) : reachable;
    if (header.has("atStart")) {
      asked = asked.atStart(Venue.AtStart.valueOf(header.text("atStart")));
    }
    if (header.has("cancelOnSilence")) {
      String seconds = header.text("cancelOnSilence").toUpperCase(Locale.ROOT);
      asked = asked.cancelOnSilence(Duration.parse("PT" + seconds));
    }
    if (!header.boolOr("keys", true)) {
      asked = asked.withoutCredentials();
    }
    return asked;
  }

  private static PerpVenue asked(Json header, PerpVenue perp) {
    PerpVenue asked = perp;
    if (header.has("positionMode")) {
      asked =
          asked.positionMode(
              PositionMode.valueOf(header.text("positionMode")),
              PerpVenue.IfOpen.valueOf(header.textOr("ifOpen", "FAIL")));
    }
    if (header.has("margin")) {
      asked = asked.marginMode(MarginMode.valueOf(header.text("margin")));
    }
    return header.boolOr("transfers", false) ? asked.allowTransfers() : asked;
  }

  /** A connector of whatever kind. */
  static BookConnector open(Colibri colibri, Venue<?> venue) {
    return venue instanceof PerpVenue perp ? colibri.open(perp) : colibri.open((SpotVenue) venue);
  }

  /** Plays a tape on a host of the caller's, with the network at its other end. */
  Played play(Tape tape, Pace pace, TapeNetwork network, Host host, Venue<?> reachable) {
    return new Take(tape, pace, network, host, false, reachable).run().played();
  }

  private record VirtualPace(VirtualTime time) implements Pace {
    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public void settle() {
      time.settle();
    }

    @Override
    public void to(long nanos) {
      time.advanceTo(nanos);
    }

    @Override
    public void told(Runnable note) {
      note.run();
    }

    @Override
    public boolean until(BooleanSupplier holds, Duration most) {
      return time.advanceUntil(holds, most);
    }
  }

  /** One playing of one tape. */
  private final class Take {
    private final Tape tape;
    private final Pace pace;
    private final TapeNetwork network;
    private final boolean updating;
    private final BookConnector connector;

    /** Requests are signed on whatever thread the engine is driven by. */
    private final List<Departure> departures = Collections.synchronizedList(new ArrayList<>());

    /** Where the dialect threw what, once each. */
    private final Set<String> thrown = Collections.synchronizedSet(new LinkedHashSet<>());

    /** What the dialect said first of what it lacks; null for nothing. */
    private volatile @Nullable String lacking;

    private final List<OrderEvent> orders = new ArrayList<>();
    private final List<Json> events = new ArrayList<>();
    private final List<Json> ofSegment = new ArrayList<>();
    private final Redactor redactor = new Redactor();
    private final StringBuilder text = new StringBuilder();
    private final List<Script.Step> steps = new ArrayList<>();
    private Acts acts;
    private long zero;

    Take(Tape tape, Pace pace, TapeNetwork network, Host host, boolean updating) {
      this(tape, pace, network, host, updating, venue);
    }

    Take(
        Tape tape,
        Pace pace,
        TapeNetwork network,
        Host host,
        boolean updating,
        Venue<?> reachable) {
      this.tape = tape;
      this.pace = pace;
      this.network = network;
      this.updating = updating;
      Venue<?> asked = asked(tape, reachable);
      if (asked.credentials() != null) {
        redactor.register(asked.credentials());
      }
      Colibri colibri = runtime(host, tape.header());
      connector = open(colibri, Departure.watched(asked, departures::add, this::threw));
    }

    private static Colibri runtime(Host host, Json header) {
      Json held = header.find("paper");
      if (held == null) {
        return Colibri.on(host, Settings.DEFAULT, v -> v);
      }
      Map<String, String> balances = new TreeMap<>();
      held.fields().forEach((asset, amount) -> balances.put(asset, amount.asText()));
      return Colibri.paper(host, Settings.DEFAULT, v -> v, PaperAccount.of(balances));
    }

    Take run() {
      List<Segment> segments = segments();
      tape.lines().stream()
          .filter(l -> l.kind() == Kind.IN && l.what().equals("open"))
          .forEach(l -> network.waitForOpen(l.of()));
      text.append(tape.headerText()).append('\n');
      int next = 0;
      boolean begins =
          tape.lines().stream().anyMatch(l -> l.kind() == Kind.DO && l.what().equals("start"));
      if (begins) {
        listen();
      } else {
        // What stands before the first thing that happens says how the venue is when it does.
        while (next < segments.size() && isOn(segments.get(next))) {
          if (endsAt(segments, next)) {
            return this;
          }
          perform(segments.get(next++));
        }
        start();
      }
      for (; next < segments.size(); next++) {
        if (endsAt(segments, next)) {
          return this;
        }
        Segment s = segments.get(next);
        perform(s);
        settle(s, next + 1 < segments.size() ? segments.get(next + 1).trigger : null);
      }
      return this;
    }

    /** Whether the tape goes no further yet. Written anew, it keeps what is left as it is. */
    private boolean endsAt(List<Segment> segments, int next) {
      Line line = segments.get(next).trigger;
      if (line == null || line.toDo() == null) {
        return false;
      }
      if (!updating) {
        // What the connector lacks comes first: without it there is nothing to answer.
        String lacks =
            lacking != null
                ? lacking
                : events.stream().map(Json::toString).filter(TO_DO).findFirst().orElse(null);
        if (lacks != null) {
          throw failed(tape.name() + ":" + line.number(), lacks);
        }
        List<String> sent = network.produced();
        String words = "to do: " + line.what() + ", in the venue's own words: " + line.toDo();
        throw line.problem(
            sent.isEmpty() ? words : words + "\n  what went out: " + String.join("\n  ", sent));
      }
      for (Segment left : segments.subList(next, segments.size())) {
        Stream.of(Stream.ofNullable(left.trigger), left.outs.stream(), left.events.stream())
            .flatMap(lines -> lines)
            .forEach(l -> text.append(l.text()).append('\n'));
      }
      return true;
    }

    private static boolean isOn(Segment s) {
      return s.trigger != null
          && s.trigger.kind() == Kind.ON
          && s.outs.isEmpty()
          && s.events.isEmpty();
    }

    private List<Segment> segments() {
      List<Segment> all = new ArrayList<>();
      Segment now = new Segment(null);
      for (Line line : tape.lines()) {
        if (line.kind() == Kind.OUT) {
          now.outs.add(line);
        } else if (line.kind() == Kind.EVENT) {
          now.events.add(line);
        } else {
          if (now.trigger != null || !now.outs.isEmpty() || !now.events.isEmpty()) {
            all.add(now);
          }
          now = new Segment(line);
        }
      }
      all.add(now);
      return all;
    }

    private void start() {
      CompletableFuture<? extends BookConnector> started = connector.start();
      if (!pace.until(() -> started.isDone() || network.problem() != null, START)
          || network.problem() != null
          || started.isCompletedExceptionally()) {
        String unanswered = unanswered();
        String problem = network.problem();
        String why =
            problem != null
                ? unanswered.isEmpty() ? problem : unanswered.substring("; ".length())
                : started.isCompletedExceptionally()
                    ? started.handle((c, e) -> e == null ? "" : e.getMessage()).getNow("")
                        + unanswered
                    : "is not ready: " + connector.readiness().missing() + unanswered;
        throw failed(tape.name(), "the connector does not start: " + why);
      }
      pace.settle();
      listen();
      departures.clear();
    }

    /** How what nobody expected is expected. */
    private String hint(String problem) {
      if (!problem.startsWith("not expected: ") || !problem.endsWith("\n  expected: nothing")) {
        return "";
      }
      Json out = Json.parse(problem.substring("not expected: ".length(), problem.indexOf('\n')));
      Json sockets = venueTape.header().find("sockets");
      String of = out.textOr("of", "");
      return of.isEmpty() || sockets != null && sockets.has(of)
          ? "\n  an out line here expects it, an on line here or in venue.tape answers it"
          : "\n  the header of venue.tape names no such stream in \"sockets\"";
    }

    /** What went out and had no answer, and how to give one; empty where there is nothing. */
    private String unanswered() {
      List<Json> sent = network.produced().stream().map(Json::parse).toList();
      if (sent.isEmpty()) {
        return "";
      }
      String what =
          sent.stream()
              .map(out -> out.text("out").equals("frame") ? out.toString() : out.text("out"))
              .distinct()
              .collect(Collectors.joining(", "));
      Json first = sent.get(0);
      String line =
          first.text("out").equals("frame")
              ? "{\"on\":\"frame\",\"of\":\""
                  + first.textOr("of", "")
                  + "\",\"match\":…,\"reply\":[…]}"
              : "{\"on\":\"" + first.text("out") + "\",\"body\":…}";
      return "; nothing answers " + what + ": venue.tape needs a line for each, as " + line;
    }

    private void listen() {
      zero = pace.nanos();
      Events words = new Events(zero);
      acts = new Acts(connector, words, this::told);
      connector
          .orders()
          .listen(
              e -> {
                pace.told(() -> orders.add(e));
                told(words.order(e));
              });
      connector.events().listen(e -> told(words.connector(e)));
      if (connector instanceof PerpConnector perp) {
        perp.positionUpdates().listen(e -> told(words.position(e)));
        perp.fundingPayments().listen(p -> told(words.payment(p)));
      }
    }

    private void threw(RuntimeException problem) {
      String words = String.valueOf(problem.getMessage());
      if (lacking == null && TO_DO.test(words)) {
        lacking = words;
      }
      if (thrown.size() < MOST_THROWN) {
        String at =
            Stream.of(problem.getStackTrace())
                .map(StackTraceElement::toString)
                .filter(OURS.negate())
                .findFirst()
                .orElse("a place that is not told");
        thrown.add(problem + " at " + at);
      }
    }

    private void told(String event) {
      pace.told(() -> note(event));
    }

    private void note(String event) {
      network.trace().add(pace.nanos() / 1_000_000 + " event " + event);
      Json json = Json.parse(event);
      events.add(json);
      ofSegment.add(json);
    }

    // ---------------------------------------------------------------- one line after the other

    private void perform(Segment s) {
      Line trigger = s.trigger;
      if (trigger != null && trigger.millis() != null) {
        pace.to(zero + trigger.millis() * 1_000_000L);
      }
      network.expect(s.outs);
      long at = acts == null ? Script.BEFORE : pace.nanos() - zero;
      steps.add(new Script.Step(at, trigger, List.copyOf(s.outs)));
      if (trigger == null) {
        return;
      }
      text.append(trigger.text()).append('\n');
      if (trigger.kind() == Kind.ON) {
        network.standing(trigger);
      } else if (trigger.kind() == Kind.IN) {
        arrive(trigger);
      } else if (trigger.what().equals("advance")) {
        pace.to(pace.nanos() + Acts.duration(trigger, trigger.json().text("by")).toNanos());
      } else {
        acts.perform(trigger);
      }
    }

    private void arrive(Line in) {
      try {
        network.perform(in);
      } catch (TapeException e) {
        throw failed(tape.name() + ":" + in.number(), String.valueOf(e.getMessage()));
      }
    }

    /** Waits for what the segment says must come, and compares. */
    private void settle(Segment s, @Nullable Line next) {
      pace.settle();
      pace.until(() -> isComplete(s) || network.problem() != null, PATIENCE);
      if (next == null || next.millis() == null) {
        pace.settle();
      } else {
        pace.to(zero + next.millis() * 1_000_000L);
      }
      if (updating || tape.isUnfinished()) {
        write(s);
        ofSegment.clear();
        return;
      }
      if (network.problem() != null) {
        throw failed(place(s), network.problem() + hint(network.problem()));
      }
      if (!network.missing().isEmpty()) {
        Line line = network.missing().get(0);
        String told = ofSegment.isEmpty() ? "" : "\n  told instead: " + ofSegment;
        throw failed(tape.name() + ":" + line.number(), "never went out: " + line + told);
      }
      compareEvents(s, next);
    }

    private boolean isComplete(Segment s) {
      return updating || tape.isUnfinished()
          ? network.produced().size() >= s.outs.size() && ofSegment.size() >= s.events.size()
          : network.missing().isEmpty() && ofSegment.size() >= s.events.size();
    }

    /**
     * Compares in order. A recording writes down what comes at one moment before what the user is
     * told of it: such events may stand after the next line of the same moment.
     */
    private void compareEvents(Segment s, @Nullable Line next) {
      boolean goesOn =
          next != null
              && next.kind() == Kind.IN
              && next.millis() != null
              && pace.nanos() == zero + next.millis() * 1_000_000L;
      Map<String, Json> named = new LinkedHashMap<>();
      for (int i = 0; i < Math.max(s.events.size(), ofSegment.size()); i++) {
        if (i >= ofSegment.size()) {
          Line line = s.events.get(i);
          throw failed(tape.name() + ":" + line.number(), "never told: " + line);
        }
        Json is = ofSegment.get(i);
        if (i >= s.events.size()) {
          if (goesOn) {
            ofSegment.subList(0, i).clear();
            return;
          }
          throw failed(place(s), "told, and not expected: " + is);
        }
        String difference = Pattern.difference(expected(s.events.get(i)), is, named);
        if (difference != null) {
          throw failed(
              tape.name() + ":" + s.events.get(i).number(), difference + "\n  told: " + is);
        }
      }
      ofSegment.clear();
    }

    /** An event line without the words that only tapes have. */
    private static Json expected(Line line) {
      if (!line.json().has("t") && !line.json().has("note")) {
        return line.json();
      }
      JsonWriter w = new JsonWriter().object();
      line.json()
          .fields()
          .forEach(
              (k, v) -> {
                if (!k.equals("t") && !k.equals("note")) {
                  w.put(k, v);
                }
              });
      return Json.parse(w.end().toString());
    }

    private String place(Segment s) {
      return tape.name() + ":" + (s.trigger == null ? 1 : s.trigger.number());
    }

    private TapeException failed(String place, String what) {
      List<String> trace = network.trace();
      String tail =
          String.join("\n  ", trace.subList(Math.max(0, trace.size() - TAIL), trace.size()));
      // What the network found wrong with a line names it already.
      String where = what.startsWith(tape.name() + ":") ? "" : place + ": ";
      String threw =
          thrown.isEmpty() ? "" : "\n  the dialect threw " + String.join("\n    and ", thrown);
      return new TapeException(
          where + what + threw + "\n  [" + tape.scenario() + "] what happened last:\n  " + tail);
    }

    private void write(Segment s) {
      for (String out : network.produced()) {
        // Keys of a test are no secret; whoever plays with real ones must not find them in a tape.
        text.append(redactor.redact(out).replace("\"***\"", "\"*\"")).append('\n');
      }
      for (int i = 0; i < ofSegment.size(); i++) {
        Json old = i < s.events.size() ? expected(s.events.get(i)) : null;
        boolean same =
            old != null && old.textOr("event", "").equals(ofSegment.get(i).text("event"));
        text.append(Pattern.generalised(ofSegment.get(i), same ? old : null, new TreeSet<>()))
            .append('\n');
      }
    }

    String text() {
      return text.toString();
    }

    Played played() {
      lawful();
      return new Played(
          tape,
          List.copyOf(events),
          List.copyOf(orders),
          List.copyOf(departures),
          connector.openOrders().stream().map(LiveOrder::state).toList(),
          List.copyOf(network.trace()));
    }

    /** What holds of every order of every tape. */
    private void lawful() {
      Map<String, OrderEvent> ended = new LinkedHashMap<>();
      Map<String, BigDecimal> filled = new LinkedHashMap<>();
      for (OrderEvent e : orders) {
        String id = e.state().clientId();
        if (e.kind() == OrderEvent.Kind.FILL || e.kind() == OrderEvent.Kind.LATE_FILL) {
          var fill = e.fill();
          filled.merge(id, fill == null ? BigDecimal.ZERO : fill.size(), BigDecimal::add);
          BigDecimal size = e.state().order().size();
          if (size != null && filled.get(id).compareTo(size) > 0) {
            throw failed(tape.name(), "filled beyond its size: " + e);
          }
        }
        if (ended.containsKey(id) && (e.isTerminal() || e.kind() == OrderEvent.Kind.FILL)) {
          throw failed(tape.name(), "after its end (" + ended.get(id).kind() + "): " + e);
        }
        if (e.isTerminal()) {
          ended.put(id, e);
        }
      }
    }
  }
}
