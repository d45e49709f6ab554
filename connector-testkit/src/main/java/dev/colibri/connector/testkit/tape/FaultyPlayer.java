package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Plays tapes while things go wrong between them and the engine: frames come twice, late, in part
 * or not at all, replies are lost, connections end anywhere. What the user must be told then is on
 * no tape; what he must never be told is, in {@link TapeWitness}.
 *
 * <p>The same seed and tape give the same play, on any machine.
 */
public final class FaultyPlayer {
  /** How long after its last line a tape is watched. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(40);

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration CLOSE = Duration.ofSeconds(11);

  /** More than this at a tape's beginning and in each minute, and the engine does not pause. */
  private static final int MOST_REQUESTS = 200;

  private static final int MOST_CONNECTS = 30;
  private static final int TAIL = Integer.getInteger("sim.tail", 50);

  private final Venue<?> venue;
  private final Tape venueTape;
  private final Map<Tape, Clean> clean = new IdentityHashMap<>();

  /** A play in which nothing went wrong. */
  private record Clean(Script script, TapeWitness witness, Set<String> asked) {}

  /**
   * What came of a play.
   *
   * @param events what the user was told, as {@code event} lines
   * @param faults what went wrong, and how often
   * @param orders how many there were
   * @param virtual how long it took
   * @param hash of everything that crossed the wire and was told
   */
  public record Result(
      List<Json> events,
      Map<TapeFault, Integer> faults,
      int orders,
      Duration virtual,
      String hash) {}

  /**
   * A player.
   *
   * @param venue what the tapes are of, with keys that are no secret
   * @param venueTape says in {@code on} lines how the venue answers what a scenario is not about
   */
  public FaultyPlayer(Venue<?> venue, Tape venueTape) {
    this.venue = venue;
    this.venueTape = venueTape;
  }

  /**
   * Plays a tape with what a seed decides going wrong. Before a tape's first play it is played with
   * nothing going wrong, which must be told as the tape tells it.
   *
   * @throws TapeException naming the seed, the law that was broken and what happened before
   */
  public Result play(Tape tape, long seed) {
    Clean c = clean(tape);
    return new Take(c.script(), c, TapeChance.of(seed, tape.name()), seed).run();
  }

  private Clean clean(Tape tape) {
    Clean known = clean.get(tape);
    if (known == null) {
      Script script = new Player(venue, venueTape).script(tape);
      Take take = new Take(script, null, TapeChance.none(), 0);
      take.run();
      List<Json> expected = script.played().events();
      if (!take.events
          .subList(0, Math.min(expected.size(), take.events.size()))
          .toString()
          .equals(expected.toString())) {
        throw new TapeException(
            tape.name() + " is told as " + take.events + "\n  instead of " + expected);
      }
      if (take.witness.sawBooks()) {
        // What the venue answers, without what its streams tell, is as true.
        Take mute = new Take(script, null, TapeChance.none(), 0);
        mute.network.mute();
        mute.run();
        take.witness.join(mute.witness);
      }
      known = new Clean(script, take.witness, take.network.asked());
      clean.put(tape, known);
    }
    return known;
  }

  /** One play. */
  private final class Take {
    private final Script script;
    private final TapeChance chance;
    private final long seed;
    private final VirtualTime time;
    private final TapeVenue network;
    private final TapeWitness witness;
    private final BookConnector connector;
    private final VirtualHost host;
    private final List<String> log = new ArrayList<>();
    private final List<Json> events = new ArrayList<>();
    private final Acts acts;
    private long zero;
    private boolean begun;
    private @Nullable String problem;
    private int told;

    Take(Script script, @Nullable Clean clean, TapeChance chance, long seed) {
      this.script = script;
      this.chance = chance;
      this.seed = seed;
      String clock = script.tape().header().textOr("clock", "2026-01-01T00:00:00Z");
      time = new VirtualTime(Instant.parse(clock));
      network =
          new TapeVenue(
              time,
              Player.wire(venue, venueTape),
              script,
              chance,
              this::note,
              this::namesOrder,
              clean == null ? null : clean.asked());
      witness =
          new TapeWitness(
              clean == null ? null : clean.witness(),
              script.refusesByStatus(),
              script.tape().header().has("positionMode"),
              this::broken);
      host = new VirtualHost(time, network, 1);
      Venue<?> asked = Player.asked(script.tape(), venue);
      connector =
          Player.open(
              Colibri.on(host, Settings.DEFAULT, v -> v),
              Departure.watched(asked, this::departed, thrown -> {}));
      venueTape.lines().forEach(network::standing);
      script.tape().lines().stream()
          .filter(l -> l.kind() == Kind.IN && l.what().equals("open"))
          .forEach(l -> network.waitForOpen(l.of()));
      if (!script.begins()) {
        start();
      }
      zero = time.nanos();
      acts = new Acts(connector, words(), this::event);
    }

    private Events words() {
      Events words = new Events(zero);
      connector
          .orders()
          .listen(
              e -> {
                event(words.order(e));
                witness.told(e);
              });
      connector
          .events()
          .listen(
              e -> {
                event(words.connector(e));
                witness.told(e);
              });
      if (connector instanceof PerpConnector perp) {
        perp.positionUpdates()
            .listen(
                e -> {
                  event(words.position(e));
                  witness.told(e);
                });
        perp.fundingPayments()
            .listen(
                p -> {
                  event(words.payment(p));
                  witness.told(p);
                });
      }
      return words;
    }

    private void departed(Departure d) {
      if (begun) {
        witness.sent(d);
      }
    }

    private boolean namesOrder(String request) {
      return begun
          && (witness.ids().stream().anyMatch(request::contains)
              || connector.openOrders().stream()
                  .anyMatch(
                      o ->
                          request.contains(o.clientId())
                              || request.contains(String.valueOf(o.order().venueId()))));
    }

    private void note(String what) {
      log.add(time.millis() + " " + what);
    }

    private void event(String event) {
      note("event " + event);
      events.add(Json.parse(event));
    }

    private void broken(String law) {
      if (problem == null) {
        problem = law;
        told = log.size();
      }
    }

    private void start() {
      for (Script.Step s : script.steps()) {
        if (s.nanos() == Script.BEFORE && s.line() != null) {
          network.standing(s.line());
        }
      }
      CompletableFuture<? extends BookConnector> started = connector.start();
      time.advanceUntil(started::isDone, START);
      time.settle();
    }

    Result run() {
      try {
        begun = true;
        network.begin();
        witness.ready(connector.isReady());
        for (Script.Step s : script.steps()) {
          if (s.nanos() != Script.BEFORE) {
            // An answer is a line, too, and comes by itself: what it leads to is expected before.
            time.advanceTo(Math.max(time.nanos(), zero + s.nanos() - 1));
            network.expect(s.outs());
            time.advanceTo(zero + s.nanos());
            perform(s);
            settle();
          }
        }
        time.advanceTo(Math.max(time.nanos(), zero + script.endNanos()));
        time.advance(AFTERWARDS);
        settle();
        witness.checkTold(network.cuts(), network.truncated());
        close();
      } catch (TapeException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        note(String.valueOf(e));
        throw failed("no exception escapes: " + e, e);
      }
      byte[] all = String.join("\n", log).getBytes(StandardCharsets.UTF_8);
      return new Result(
          events,
          chance.counts(),
          witness.orders(),
          Duration.ofNanos(time.nanos() - zero),
          Hex.encode(Digest.sha256(all)));
    }

    private void settle() {
      time.settle();
      witness.check(connector);
      long minutes = 2 + (time.nanos() - zero) / 60_000_000_000L;
      if (network.requests() > MOST_REQUESTS * minutes
          || network.connects() > MOST_CONNECTS * minutes) {
        broken(
            "who asks again makes pauses: "
                + (network.requests() + " requests, " + network.connects() + " connections"));
      }
      if (problem != null) {
        throw failed(problem, null);
      }
    }

    private void perform(Script.Step step) {
      Line line = step.line();
      if (line == null) {
        return;
      }
      note(line.text());
      switch (line.kind()) {
        case ON -> network.standing(line);
        case IN -> network.perform(line);
        default -> act(line);
      }
    }

    private void act(Line line) {
      if (line.what().equals("advance")) {
        return;
      }
      boolean book = line.json().textOr("to", line.json().textOr("for", "")).equals("book");
      if (book && line.what().equals("unsubscribe")) {
        witness.leave(line.of());
      }
      try {
        acts.perform(line);
      } catch (TapeException e) {
        note("impossible: " + e.getMessage()); // What it speaks of may not have come to be.
      }
      if (book && !line.what().equals("unsubscribe") && isListed(line.of())) {
        witness.watch(connector, connector.instrument(line.of()));
      }
    }

    private boolean isListed(String name) {
      return connector.instruments().stream().anyMatch(i -> i.name().equals(name));
    }

    private void close() {
      CompletableFuture<List<OrderState>> closed = connector.closeAsync();
      time.advance(CLOSE);
      if (!closed.isDone()) {
        broken("a close is bounded");
      }
      int sent = witness.mutations();
      time.advance(AFTERWARDS);
      if (witness.mutations() != sent) {
        broken("nothing is sent after a close");
      }
      host.close();
      if (problem != null) {
        throw failed(problem, null);
      }
    }

    private TapeException failed(String what, @Nullable Throwable cause) {
      int end = problem == null ? log.size() : told;
      Tape tape = script.tape();
      TapeException e =
          new TapeException(
              "%s %s seed %d broke: %s%n  what went wrong: %s%n  what happened last:%n  %s%n  again: %s"
                  .formatted(
                      tape.header().text("venue"),
                      tape.name(),
                      seed,
                      what,
                      chance.counts(),
                      String.join("\n  ", log.subList(Math.max(0, end - TAIL), end)),
                      "-Dtest='*SimulationTest' -Dsim.seeds=1 -Dsim.from=" + seed));
      if (cause != null) {
        e.initCause(cause);
      }
      return e;
    }
  }
}
