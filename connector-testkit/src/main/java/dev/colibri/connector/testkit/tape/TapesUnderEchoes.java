package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does what every tape of a venue does, at a venue, or behind a proxy, that quotes in its errors
 * whatever it was sent: addresses, headers, bodies and frames. Keys, phrases and signatures among
 * that must be told to nobody.
 */
public final class TapesUnderEchoes {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration BETWEEN = Duration.ofSeconds(7);
  private static final Duration AFTERWARDS = Duration.ofMinutes(1);
  private static final Duration CLOSE = Duration.ofSeconds(11);

  /** Where what proves a key stands. */
  private static final Pattern PROOF =
      Pattern.compile(
          "(?i)(?:[\\w-]*sign(?:ature)?|sig|jwt|authorization)\"?\\s*[:=]\\s*\"?(?:Bearer )?"
              + "([\\w+/=%.-]{32,})|\\b((?:0x)?[0-9a-f]{64,})\\b");

  /** How something is quoted. */
  private record Style(int status, String type, Words words) {
    interface Words {
      String of(String quote);
    }
  }

  private static final List<Style> STYLES =
      List.of(
          new Style(400, "application/json", quote -> json(quote, "-1102", false)),
          new Style(403, "text/html", quote -> "<html><body><h1>" + quote + "</h1></body></html>"),
          new Style(200, "application/json", quote -> json(quote, "\"51000\"", true)),
          new Style(401, "application/json", quote -> json(quote, "\"400003\"", true)),
          new Style(503, "text/plain", quote -> quote),
          new Style(200, "application/json", quote -> json(quote, "10001", false)),
          new Style(429, "text/plain", quote -> quote),
          new Style(200, "text/plain", quote -> quote));

  private TapesUnderEchoes() {}

  /** Its words for a refusal, in whatever fields a venue has words. */
  private static String json(String quote, String code, boolean many) {
    String q = new JsonWriter().value(quote).toString();
    String error = many ? "[" + q + "]" : q;
    return """
        {"code":%s,"msg":%s,"message":%s,"retCode":10001,"retMsg":%s,"ret_msg":%s,"success":false,\
        "label":"INVALID_PARAM_VALUE","error":%s,"errors":%s,"status":"err","response":%s,\
        "event":"error","type":"error","op":"error","reason":%s,\
        "data":[{"sCode":"51000","sMsg":%s,"msg":%s}],"result":{"status":"fail","message":%s}}"""
        .formatted(code, q, q, q, q, error, error, q, q, q, q, q);
  }

  /**
   * Plays them all.
   *
   * @param venue with keys that stand in no tape and in no words of the library
   * @param folder has {@code venue.tape} and the scenarios
   * @return how many texts were told that something secret was taken out of, and all of it was
   * @throws TapeException with a text that has one
   */
  public static int play(Venue<?> venue, Path folder) throws IOException {
    Tape venueTape = Tape.read(folder.resolve("venue.tape"));
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(f -> f.toString().endsWith(".tape") && !f.endsWith("venue.tape"))
              .sorted()
              .toList();
    }
    // Each tape in one style, and each style with many tapes.
    return IntStream.range(0, files.size())
        .parallel()
        .map(
            i -> {
              Tape tape = Tape.read(files.get(i));
              Style style = STYLES.get(i % STYLES.size());
              return new Take(venue, venueTape, tape, style, i % 3 == 2).run();
            })
        .sum();
  }

  private static final class Take {
    private final Tape tape;
    private final VirtualTime time;
    private final TapeNetwork calm;
    private final VirtualHost host;
    private final BookConnector connector;
    private final Style style;
    private final boolean fromTheStart;
    private final Set<String> secrets = new LinkedHashSet<>();
    private final List<String> told = new ArrayList<>();
    private final List<Quoting> wires = new ArrayList<>();
    private boolean echoes;
    private int quoted;

    Take(Venue<?> venue, Tape venueTape, Tape tape, Style style, boolean fromTheStart) {
      this.tape = tape;
      this.style = style;
      this.fromTheStart = fromTheStart;
      Venue<?> asked = Player.asked(tape, venue);
      Credentials keys = asked.credentials();
      if (keys != null) {
        secrets.add(keys.apiKey());
        reveal(keys.secret().reveal());
        keys.others().values().forEach(s -> reveal(s.reveal()));
      }
      String clock = tape.header().textOr("clock", "2026-01-01T00:00:00Z");
      time = new VirtualTime(Instant.parse(clock));
      calm = new TapeNetwork(time::millis, Player.wire(asked, venueTape), true);
      venueTape.lines().forEach(calm::standing);
      host = new VirtualHost(time, new Echo(), 1);
      connector = Player.open(Colibri.on(host, Settings.DEFAULT, v -> v), asked);
    }

    private void reveal(byte[] secret) {
      secrets.add(new String(secret, StandardCharsets.UTF_8));
    }

    int run() {
      connector.orders().listen(e -> told.add(e + " " + e.state().reject() + e.refusal()));
      connector.events().listen(e -> told.add(e.toString()));
      if (connector instanceof PerpConnector perp) {
        perp.positionUpdates().listen(e -> told.add(e.toString()));
        perp.fundingPayments().listen(e -> told.add(e.toString()));
      }
      for (Line line : tape.lines()) {
        if (line.kind() == Kind.ON) {
          calm.standing(line);
        }
      }
      echoes = fromTheStart;
      var started = connector.start();
      started.whenComplete((c, e) -> failed(e));
      time.advanceUntil(started::isDone, START);
      time.advance(BETWEEN);
      begin();
      Acts acts = new Acts(connector, new Events(time.nanos()), told::add);
      for (Line line : tape.lines()) {
        boolean isAct = line.kind() == Kind.DO && !line.what().equals("advance");
        // What a call answers is handed on as it came, and closing is for the end.
        if (isAct && !line.what().equals("call") && !line.what().equals("close")) {
          try {
            acts.perform(line);
          } catch (TapeException e) {
            told.add(String.valueOf(e.getMessage())); // What it speaks of did not come to be.
          }
          time.advance(BETWEEN);
        }
      }
      time.advance(AFTERWARDS);
      look();
      var closed = connector.closeAsync();
      closed.whenComplete((left, e) -> failed(e));
      time.advance(CLOSE);
      look();
      host.close();
      for (String text : told) {
        for (String secret : secrets) {
          if (text.contains(secret)) {
            throw new TapeException(
                "%s, quoted as %d %s: \"%s\" is told in%n  %s"
                    .formatted(tape.name(), style.status(), style.type(), secret, text));
          }
        }
      }
      return (int) told.stream().filter(text -> text.contains("***")).count();
    }

    /** From now on all is quoted, and nothing answered. */
    private void begin() {
      if (!echoes) {
        echoes = true;
        List.copyOf(wires).forEach(w -> w.channel.close(1008, quote(w.last, "")));
      }
    }

    private void look() {
      told.add(connector + " " + connector.readiness() + connector.externalOrders());
      for (LiveOrder o : connector.openOrders()) {
        told.add(o + " " + o.state());
      }
    }

    private void failed(@Nullable Throwable e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        told.add(t.toString());
      }
    }

    /** The parts in turn before each other: of a long text only the beginning is shown. */
    private String quote(String one, String other) {
      noteProofs(one);
      noteProofs(other);
      return "bad request: " + (quoted++ % 2 == 0 ? one + " " + other : other + " " + one);
    }

    private void noteProofs(String text) {
      Matcher proofs = PROOF.matcher(text);
      while (proofs.find()) {
        secrets.add(proofs.group(1) == null ? proofs.group(2) : proofs.group(1));
      }
    }

    private String quote(HttpRequest r) {
      StringBuilder headers = new StringBuilder();
      r.headers()
          .forEach((name, value) -> headers.append(name).append(": ").append(value).append("\n"));
      byte[] body = r.body();
      String sent = body == null ? "" : new String(body, StandardCharsets.UTF_8);
      return quote(headers.toString(), r.method() + " " + r.uri() + " " + sent);
    }

    private final class Echo implements Network {
      @Override
      public void http(HttpRequest request, Consumer<Delivery> answer) {
        String quote = quote(request);
        if (!echoes) {
          calm.http(request, answer);
          return;
        }
        byte[] body = style.words().of(quote).getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", style.type()));
        answer.accept(new Delivery.Replied(new Reply(style.status(), headers, body)));
      }

      @Override
      public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
        Quoting wire = new Quoting(channel);
        wire.last = uri + " " + headers;
        wires.add(wire);
        if (!echoes) {
          wire.peer = calm.connect(uri, headers, channel);
        } else if (quoted % 3 == 0) {
          channel.close(1006, quote(wire.last, ""));
        } else {
          channel.open();
        }
        return wire;
      }
    }

    /** A connection whose frames are quoted. */
    private final class Quoting implements Network.Peer {
      private final Network.Channel channel;
      private Network.@Nullable Peer peer;
      private String last = "";
      private int frames;

      Quoting(Network.Channel channel) {
        this.channel = channel;
      }

      @Override
      public void text(String frame) {
        last = frame;
        String quote = quote(frame, "");
        if (!echoes && peer != null) {
          peer.text(frame);
        } else if (++frames % 4 == 3) {
          channel.close(1008, quote);
        } else {
          channel.text(style.words().of(quote));
        }
      }

      @Override
      public void ping() {
        channel.heartbeat();
      }

      @Override
      public void closed() {
        wires.remove(this);
        if (peer != null) {
          peer.closed();
        }
      }
    }
  }
}
