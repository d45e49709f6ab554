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
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The live connections of a venue: which topic travels on which of them, their logins,
 * subscriptions, heartbeats and chores, and a new connection for every one that ends unasked.
 *
 * <p>A {@link Shard} is a place for one connection and the topics that are its; it lasts. A {@link
 * Connection} is one socket's life; it is never used again.
 */
final class Streams implements Departures.StreamCarrier {

  /** What streams tell the rest of the engine. */
  interface Sink {
    /** The stages; they belong to the message in progress. */
    DepthStage depth();

    TradeStage trade();

    /**
     * A message is over, or was set aside with everything that was staged in it.
     *
     * @param named the instruments that it named, as far as it was read
     */
    void messageEnd(boolean whole, List<Instrument> named);

    /** Data of the topic may be trusted from here on, as of a new subscription. */
    void subscribed(Topic topic);

    /** Data of the topic may be missing from here on. */
    void lost(Topic topic, BookState state, String reason);

    void order(OrderUpdate update);

    void fill(Fill fill);

    void balances(List<Balance> balances, boolean complete, long venueMillis);

    void balancesMoved();

    void positions(List<Position> positions, boolean complete);

    void funding(FundingRate told);

    void fundingPaid();

    /** A chain has a new block. */
    default void head(Block block) {}

    void leverage(Leverage leverage);

    void answered(long ticket, Delivery delivery);

    /** The venue refused a login; whether the key is bad for good. */
    void loginRefused(Fault fault);

    /** The venue refuses a subscription for its instrument. */
    void instrumentRefused();

    /** The venue calls our time wrong. */
    void timeRefused();

    InstrumentIndex instruments();
  }

  /** Where a subscription stands. */
  private enum Stage {
    /** Not asked for on the present connection. */
    WANTED,
    ASKED,
    LIVE,
    REFUSED
  }

  private static final class Subscription {
    final Topic topic;
    Stage stage = Stage.WANTED;

    /** When the message that asks for it left; not before it did. */
    long askedAt = Long.MAX_VALUE;

    Subscription(Topic topic) {
      this.topic = topic;
    }
  }

  /** A message that names more instruments than this is of no single book. */
  private static final int MOST_NAMED = 16;

  private final Context context;
  private final Calls calls;
  private final Map<String, BaseUri> hosts;
  private final Sink sink;

  /** The instruments that the message in progress named. */
  private final List<Instrument> named = new ArrayList<>(MOST_NAMED);

  private final List<Shard> shards = new ArrayList<>();
  private final Map<Long, Connection> connections = new LinkedHashMap<>();

  /** Whose message came last: the next is of the same one, as a rule. */
  private @Nullable Connection latest;

  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private boolean closed;

  Streams(Context context, Calls calls, Map<String, BaseUri> hosts, Sink sink) {
    this.context = context;
    this.calls = calls;
    this.hosts = hosts;
    this.sink = sink;
    for (Stream s : context.dialect.streams()) {
      streams.put(s.name(), s);
    }
  }

  /** Whether some stream carries topics of the kind. */
  boolean carries(Topic.Kind kind) {
    return streamFor(kind) != null;
  }

  private @Nullable Stream streamFor(Topic.Kind kind) {
    for (Stream s : streams.values()) {
      if (s.carries().contains(kind)) {
        return s;
      }
    }
    return null;
  }

  /** Wants a topic; asked for as soon as a connection is ready. */
  void add(Topic topic) {
    Stream stream = streamFor(topic.kind());
    if (stream == null) {
      throw new IllegalStateException(context.profile.name() + " streams no " + topic.kind());
    }
    for (Shard s : shards) {
      if (s.stream == stream && s.topics.containsKey(topic)) {
        return;
      }
    }
    for (Shard s : shards) {
      if (s.stream == stream && s.topics.size() < stream.topicsPerConnection()) {
        s.add(topic);
        return;
      }
    }
    Shard shard = new Shard(stream);
    shards.add(shard);
    shard.add(topic);
    shard.connect();
  }

  /** Wants a topic no more. */
  void remove(Topic topic) {
    for (Shard s : List.copyOf(shards)) {
      if (s.topics.containsKey(topic)) {
        s.remove(topic);
      }
    }
  }

  /** Whether a topic is subscribed on a live connection. */
  boolean isLive(Topic topic) {
    for (Shard s : shards) {
      Subscription sub = s.topics.get(topic);
      if (sub != null) {
        return sub.stage == Stage.LIVE;
      }
    }
    return false;
  }

  /** Asks for a topic anew on the connection it has, as when its data stopped making sense. */
  void renew(Topic topic) {
    for (Shard s : shards) {
      Subscription sub = s.topics.get(topic);
      Connection c = s.connection;
      if (sub != null && c != null && sub.stage != Stage.WANTED) {
        c.unsubscribe(topic);
        if (!c.ended) {
          sub.stage = Stage.WANTED;
          c.subscribeWanted();
        }
      }
    }
  }

  /** Ends the connection of a topic, so that another one takes its place. */
  void replace(Topic topic, String why) {
    for (Shard s : List.copyOf(shards)) {
      Connection c = s.connection;
      if (s.topics.containsKey(topic) && c != null) {
        c.end(why, true);
      }
    }
  }

  @Override
  public boolean send(String stream, long ticket, Signed signed) {
    for (Shard s : shards) {
      Connection c = s.connection;
      if (s.stream.name().equals(stream) && c != null && c.ready && signed.body() != null) {
        c.carried.add(ticket);
        String frame = new String(signed.body(), StandardCharsets.UTF_8);
        long placing = Effect.places(signed.request()) ? ticket : 0;
        context.effects.add(new Effect.Send(c.id, frame, placing));
        return true;
      }
    }
    return false;
  }

  void opened(long connection) {
    Connection c = connections.get(connection);
    if (c != null) {
      c.opened();
    }
  }

  void received(long connection, Frame frame) {
    Connection c = latest;
    if (c == null || c.id != connection || c.ended) {
      c = connections.get(connection);
      latest = c;
    }
    if (c != null) {
      c.received(frame);
    }
  }

  void heartbeat(long connection) {
    Connection c = connections.get(connection);
    if (c != null) {
      c.heard = context.now;
    }
  }

  void closed(long connection, int code, String reason) {
    Connection c = connections.get(connection);
    if (c != null) {
      c.end(("closed by the venue: " + code + " " + reason).strip(), false);
    }
  }

  /** The venue told its time. */
  void timeLearnt() {
    List.copyOf(shards).forEach(Shard::timeLearnt);
  }

  /** Closes everything for good. */
  void close() {
    closed = true;
    for (Connection c : List.copyOf(connections.values())) {
      c.end("closed", true);
    }
    shards.clear();
  }

  /** A place for one connection. */
  private final class Shard {
    final Stream stream;
    final Map<Topic, Subscription> topics = new LinkedHashMap<>();
    @Nullable Connection connection;
    final boolean carriesBooks;
    final Counters.Stream counts;
    int failures;

    /** Whether a login was refused for its time, and the venue's time is to be learnt. */
    boolean timeRefused;

    /** Whether that was done for the login in progress: once it helps, or never. */
    boolean timeRenewed;

    Shard(Stream stream) {
      this.stream = stream;
      this.carriesBooks = stream.carries().contains(Topic.Kind.BOOK);
      this.counts = context.counters.stream(stream.name());
    }

    void add(Topic topic) {
      topics.put(topic, new Subscription(topic));
      if (connection != null && connection.ready) {
        connection.subscribeWanted();
      }
    }

    void remove(Topic topic) {
      Subscription sub = topics.remove(topic);
      if (topics.isEmpty()) {
        shards.remove(this);
        if (connection != null) {
          connection.end("nothing is subscribed", true);
        }
      } else if (connection != null && connection.ready && sub.stage != Stage.WANTED) {
        connection.unsubscribe(topic);
      }
    }

    /** Connects when the venue's limit on connections has room. */
    void connect() {
      if (closed || connection != null || !shards.contains(this)) {
        return;
      }
      long at =
          context.acquire(
              List.of(new Request.Cost(stream.connectLimit().bucket(), 1)),
              null,
              Request.Urgency.TRUTH);
      if (at > 0) {
        context.timers.set(at, this::connect);
        return;
      }
      connection = new Connection(this);
      connections.put(connection.id, connection);
      connection.begin();
    }

    /** The venue's time is known again: nothing keeps a login from being taken. */
    void timeLearnt() {
      if (timeRefused) {
        timeRefused = false;
        timeRenewed = true;
        connect();
      }
    }

    /** Connects again after a pause of full jitter; the first time almost at once. */
    void reconnect() {
      context.timers.set(context.now + context.backoff(failures), this::connect);
      failures++;
    }
  }

  /** One socket's life, from its endpoint to its end. */
  private final class Connection implements SessionContext {
    final long id = context.number();
    final Shard shard;
    final Session session;
    final Limiter sends;
    final ArrayDeque<Function<SigningContext, String>> outbox = new ArrayDeque<>();
    final Set<Timers.Timer> timers = new LinkedHashSet<>();
    final TreeSet<Long> carried = new TreeSet<>();
    Timers.@Nullable Timer sending;
    boolean opening;
    boolean ready;
    boolean ended;
    long readySince;
    long heard;

    Connection(Shard shard) {
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
      after(
          shard.stream.lifetime().toNanos(), () -> end("replaced before the venue cuts it", true));
      guarded("login", () -> session.opened(this));
    }

    void received(Frame frame) {
      heard = context.now;
      shard.counts.messages++;
      shard.counts.bytes += frame.length();
      if (context.out.wantsRaw()) {
        context.out.raw(
            new RawMessage(
                shard.stream.name(), context.redactor.redact(frame.utf8()), context.now));
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
        if (s.stage != Stage.WANTED) {
          continue;
        }
        s.stage = Stage.ASKED;
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
        if (s.stage == Stage.ASKED && s.askedAt == Long.MAX_VALUE) {
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
                    .anyMatch(s -> s.stage == Stage.ASKED && s.askedAt <= asked),
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
      connections.remove(id);
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
      boolean wanted = !closed && shards.contains(shard);
      for (Long ticket : carried) {
        sink.answered(ticket, new Delivery.Lost("the connection ended: " + why));
      }
      for (Subscription s : shard.topics.values()) {
        s.stage = Stage.WANTED;
        sink.lost(s.topic, wanted ? BookState.DISCONNECTED : BookState.CLOSED, why);
      }
      shard.connection = null;
      context.event(
          new ConnectorEvent.Disconnected(shard.stream.name(), context.redactor.show(why)));
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
      if (s != null && s.stage != Stage.LIVE) {
        s.stage = Stage.LIVE;
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
      s.stage = Stage.REFUSED;
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
            if (s.stage == Stage.REFUSED) {
              s.stage = Stage.WANTED;
              subscribeWanted();
            }
          });
    }

    @Override
    public void refusedLogin(Fault fault) {
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
}
