package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.RawMessage;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One socket's life, from its endpoint to its end; it is never used again. */
final class Connection implements SessionContext {
  /** A message that names more instruments than this is of no single book. */
  private static final int MOST_NAMED = 16;

  final long id;
  final Shard shard;

  private final Context context;
  private final Calls calls;
  private final Map<String, BaseUri> hosts;
  private final Streams.Sink sink;

  /** The instruments that the message in progress named. */
  private final List<Instrument> named = new ArrayList<>(MOST_NAMED);

  private final Session session;
  private final Limiter sends;
  private final ArrayDeque<Function<SigningContext, String>> outbox = new ArrayDeque<>();
  private final Set<Timers.Timer> timers = new LinkedHashSet<>();
  final TreeSet<Long> carried = new TreeSet<>();
  private Timers.@Nullable Timer sending;
  private boolean opening;
  boolean ready;
  boolean ended;
  private boolean loginRefused;

  /** Whether the message in progress tells of public trades and nothing else. */
  private boolean onlyTrades;

  private long readySince;
  long heard;

  Connection(
      Context context, Calls calls, Map<String, BaseUri> hosts, Streams.Sink sink, Shard shard) {
    this.context = context;
    this.calls = calls;
    this.hosts = hosts;
    this.sink = sink;
    this.id = context.number();
    this.shard = shard;
    this.session = shard.stream.open();
    this.sends = new Limiter(List.of(shard.stream.sendLimit()));
  }

  void begin() {
    deadline(context.settings.connectTimeout().toNanos(), () -> !ready, "was not ready in time");
    calls.perform(
        session::endpoint,
        outcome -> {
          if (ended) {
            return;
          }
          if (outcome instanceof Outcome.Answer<Endpoint> a) {
            open(a.value());
          } else {
            if (outcome instanceof Outcome.Refusal<Endpoint> r) {
              sink.loginRefused(r.fault());
            }
            end("no endpoint: " + outcome.describe(), true);
          }
        });
  }

  private void open(Endpoint endpoint) {
    URI uri;
    try {
      BaseUri base = hosts.get(endpoint.part());
      if (!endpoint.url().isEmpty()) {
        uri = BaseUri.of(endpoint.url()).reveal();
      } else if (base != null) {
        uri = base.at(endpoint.path(), null);
        endpoint = authorized(endpoint, base);
      } else {
        throw new IllegalArgumentException("no host for " + endpoint.part());
      }
    } catch (IllegalArgumentException e) {
      end("bad endpoint: " + e.getMessage(), true);
      return;
    }
    opening = true;
    context.effects.add(
        new Effect.Open(id, uri, endpoint.headers(), context.settings.connectTimeout()));
    for (Endpoint.Chore chore : endpoint.chores()) {
      every(chore.every().toNanos(), () -> renew(chore.call()));
    }
  }

  private static Endpoint authorized(Endpoint endpoint, BaseUri base) {
    String authorization = base.authorization();
    return authorization == null ? endpoint : endpoint.header("Authorization", authorization);
  }

  private <T> void renew(Call<T> chore) {
    calls.perform(
        () -> chore,
        outcome -> {
          // A key that could not be renewed dies with its socket: better now, and knowingly.
          if (!(outcome instanceof Outcome.Answer) && !ended) {
            end("a chore failed: " + outcome.describe(), true);
          }
        });
  }

  void opened() {
    heard = context.now;
    Stream.Heartbeat beat = shard.stream.heartbeat();
    every(
        beat.every().toNanos(),
        () -> {
          if (context.now - heard > beat.silence().toNanos()) {
            end("silent for " + beat.silence(), true);
          } else if (beat.message() == null) {
            context.effects.add(new Effect.Ping(id));
          } else {
            send(beat.message());
          }
        });
    after(shard.stream.lifetime().toNanos(), () -> end("replaced before the venue cuts it", true));
    guarded("login", () -> session.opened(this));
  }

  /** Whether it told of public trades at the most. */
  boolean received(Frame frame) {
    heard = context.now;
    onlyTrades = false;
    shard.counts.messages++;
    shard.counts.bytes += frame.length();
    if (context.out.wantsRaw()) {
      context.out.raw(
          new RawMessage(shard.stream.name(), context.redactor.redact(frame.utf8()), context.now));
    }
    boolean whole = false;
    try {
      session.received(frame, this);
      whole = true;
    } catch (RuntimeException e) {
      context.quarantined("stream " + shard.stream, e, frame.utf8());
    } finally {
      sink.messageEnd(whole, shard.carriesBooks ? named : List.of());
      named.clear();
    }
    return whole && onlyTrades;
  }

  private void guarded(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      end(what + " failed: " + e.getMessage(), true);
    }
  }

  /** Does it later, unless the connection has ended by then. */
  private void after(long pause, Runnable task) {
    Timers.Timer[] set = new Timers.Timer[1];
    set[0] =
        context.timers.set(
            context.now + pause,
            () -> {
              timers.remove(set[0]);
              task.run();
            });
    timers.add(set[0]);
  }

  private void every(long pause, Runnable task) {
    after(
        pause,
        () -> {
          task.run();
          if (!ended) {
            every(pause, task);
          }
        });
  }

  private void deadline(long pause, BooleanSupplier missed, String why) {
    after(
        pause,
        () -> {
          if (missed.getAsBoolean()) {
            end(why, true);
          }
        });
  }

  /** Unless messages wait: behind them all that is wanted by then leaves together. */
  void subscribeWanted() {
    if (!outbox.isEmpty()) {
      return;
    }
    List<Topic> chunk = new ArrayList<>();
    for (Subscription s : List.copyOf(shard.topics.values())) {
      if (s.stage != Subscription.Stage.WANTED) {
        continue;
      }
      s.stage = Subscription.Stage.ASKED;
      s.askedAt = Long.MAX_VALUE;
      chunk.add(s.topic);
      if (chunk.size() == shard.stream.topicsPerMessage()) {
        subscribe(chunk);
        chunk = new ArrayList<>();
      }
    }
    if (!chunk.isEmpty()) {
      subscribe(chunk);
    }
  }

  private void subscribe(List<Topic> chunk) {
    guarded("subscription", () -> session.subscribe(List.copyOf(chunk), this));
  }

  void unsubscribe(Topic topic) {
    guarded("unsubscription", () -> session.unsubscribe(List.of(topic), this));
  }

  /**
   * Everything that is asked for has left. The deadline counts from then: the send limit may have
   * put it off, and what is asked for later has a deadline of its own.
   */
  private void awaitAcceptance() {
    boolean any = false;
    for (Subscription s : shard.topics.values()) {
      if (s.stage == Subscription.Stage.ASKED && s.askedAt == Long.MAX_VALUE) {
        s.askedAt = context.now;
        any = true;
      }
    }
    if (any) {
      long asked = context.now;
      deadline(
          context.settings.subscribeTimeout().toNanos(),
          () ->
              shard.topics.values().stream()
                  .anyMatch(s -> s.stage == Subscription.Stage.ASKED && s.askedAt <= asked),
          "a subscription was not accepted in time");
    }
  }

  void drain() {
    if (sending != null) {
      sending.cancel();
      sending = null;
    }
    boolean sent = false;
    while (!outbox.isEmpty() && !ended) {
      long at =
          sends.acquire(
              context.now,
              List.of(new Request.Cost(shard.stream.sendLimit().bucket(), 1)),
              Request.Urgency.TRUTH);
      if (at > 0) {
        sending = context.timers.set(at, this::drain);
        return;
      }
      Function<SigningContext, String> frame = outbox.poll();
      guarded(
          "send",
          () ->
              context.effects.add(
                  new Effect.Send(id, frame.apply(context.signing(0, context.number())), 0)));
      sent = true;
    }
    if (sent && ready) {
      awaitAcceptance();
    }
    if (ready && !ended) {
      subscribeWanted();
    }
  }

  /** Ends this connection; unless everything is closed, its shard connects again. */
  void end(String why, boolean closeSocket) {
    if (ended) {
      return;
    }
    ended = true;
    shard.counts.disconnects++;
    timers.forEach(Timers.Timer::cancel);
    if (sending != null) {
      sending.cancel();
    }
    if (closeSocket && opening) {
      context.effects.add(new Effect.Close(id));
    }
    if (ready && context.now - readySince >= context.settings.backoffMost().toNanos()) {
      // It lasted: the next one may come at once.
      shard.failures = 0;
    }
    boolean wanted = shard.wanted;
    if (wanted && !ready && !loginRefused) {
      context.problem("stream " + shard.stream.name() + ": " + why);
    }
    for (Long ticket : carried) {
      sink.answered(ticket, new Delivery.Lost("the connection ended: " + why));
    }
    for (Subscription s : shard.topics.values()) {
      s.stage = Subscription.Stage.WANTED;
      sink.lost(s.topic, wanted ? BookState.DISCONNECTED : BookState.CLOSED, why);
    }
    shard.ended(this);
    context.event(new ConnectorEvent.Disconnected(shard.stream.name(), context.redactor.show(why)));
    if (wanted) {
      shard.reconnect();
    }
  }

  @Override
  public void send(Function<SigningContext, String> frame) {
    outbox.add(frame);
    drain();
  }

  @Override
  public void ready() {
    if (ready || ended) {
      return;
    }
    ready = true;
    readySince = context.now;
    shard.counts.connects++;
    shard.timeRenewed = false;
    context.event(new ConnectorEvent.Connected(shard.stream.name()));
    subscribeWanted();
  }

  @Override
  public void accepted(Topic topic) {
    Subscription s = shard.topics.get(topic);
    if (s != null && s.stage != Subscription.Stage.LIVE) {
      s.stage = Subscription.Stage.LIVE;
      sink.subscribed(topic);
    }
  }

  @Override
  public void refused(Topic topic, Fault fault) {
    Subscription s = shard.topics.get(topic);
    if (s == null) {
      return;
    }
    String why = context.redactor.show(fault.raw());
    context.event(new ConnectorEvent.Faulted("subscribe " + topic, fault.kind() + " " + why));
    s.stage = Subscription.Stage.REFUSED;
    if (fault.kind() == Fault.Kind.CLOCK_SKEW) {
      sink.timeRefused();
    } else if (fault.kind() == Fault.Kind.BAD_INSTRUMENT) {
      sink.instrumentRefused();
    }
    sink.lost(topic, BookState.DISCONNECTED, "the venue refused the subscription: " + why);
    // The venue may take it later: a limit passes, an instrument opens.
    after(
        context.settings.backoffMost().toNanos(),
        () -> {
          if (s.stage == Subscription.Stage.REFUSED) {
            s.stage = Subscription.Stage.WANTED;
            subscribeWanted();
          }
        });
  }

  @Override
  public void refusedLogin(Fault fault) {
    loginRefused = true;
    sink.loginRefused(fault);
    if (fault.kind() == Fault.Kind.CLOCK_SKEW) {
      shard.timeRefused = !shard.timeRenewed;
      sink.timeRefused();
    }
    end("login refused: " + fault.raw(), true);
  }

  @Override
  public void answer(long requestId, Reply reply) {
    if (carried.remove(requestId)) {
      sink.answered(requestId, new Delivery.Replied(reply));
    }
  }

  @Override
  public void lost(@Nullable Topic topic, BookState state, String reason) {
    if (topic == null) {
      end(reason, true);
    } else {
      sink.lost(topic, state, reason);
    }
  }

  private @Nullable Instrument named(@Nullable Instrument instrument) {
    if (instrument != null && named.size() < MOST_NAMED) {
      named.add(instrument);
    }
    return instrument;
  }

  @Override
  public @Nullable Instrument instrument(byte[] bytes, int from, int to) {
    return named(sink.instruments().find(bytes, from, to));
  }

  @Override
  public @Nullable Instrument instrument(String symbol) {
    return named(sink.instruments().bySymbol(symbol));
  }

  @Override
  public DepthStage depth() {
    return sink.depth();
  }

  @Override
  public TradeStage trade() {
    return sink.trade();
  }

  @Override
  public void onlyTrades() {
    onlyTrades = true;
  }

  @Override
  public void order(OrderUpdate update) {
    sink.order(update);
  }

  @Override
  public void fill(Fill fill) {
    sink.fill(fill);
  }

  @Override
  public void balances(List<Balance> balances, boolean complete, long venueMillis) {
    sink.balances(balances, complete, venueMillis);
  }

  @Override
  public void balancesMoved() {
    sink.balancesMoved();
  }

  @Override
  public void positions(List<Position> positions, boolean complete) {
    sink.positions(positions, complete);
  }

  @Override
  public void funding(FundingRate told) {
    sink.funding(told);
  }

  @Override
  public void fundingPaid() {
    sink.fundingPaid();
  }

  @Override
  public void head(Block block) {
    sink.head(block);
  }

  @Override
  public void leverage(Leverage leverage) {
    sink.leverage(leverage);
  }

  @Override
  public void marginCall(Instrument instrument, String raw) {
    context.event(new ConnectorEvent.MarginCall(instrument, context.redactor.show(raw)));
  }

  @Override
  public void quarantined(String part, RuntimeException problem) {
    context.quarantined("stream " + shard.stream, problem, part);
  }
}
