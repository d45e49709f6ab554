package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private final Context context;
  private final Calls calls;
  private final Map<String, BaseUri> hosts;
  private final Sink sink;

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
    Shard shard = new Shard(this, context, stream);
    shard.wanted = !closed;
    shards.add(shard);
    shard.add(topic);
    shard.connect();
  }

  /** Wants a topic no more. */
  void remove(Topic topic) {
    for (Shard s : List.copyOf(shards)) {
      if (s.topics.containsKey(topic)) {
        if (s.topics.size() == 1) {
          shards.remove(s);
        }
        s.remove(topic);
      }
    }
  }

  /** Whether a topic is subscribed on a live connection. */
  boolean isLive(Topic topic) {
    for (Shard s : shards) {
      Subscription sub = s.topics.get(topic);
      if (sub != null) {
        return sub.stage == Subscription.Stage.LIVE;
      }
    }
    return false;
  }

  /** Asks for a topic anew on the connection it has, as when its data stopped making sense. */
  void renew(Topic topic) {
    for (Shard s : shards) {
      Subscription sub = s.topics.get(topic);
      Connection c = s.connection;
      if (sub != null && c != null && sub.stage != Subscription.Stage.WANTED) {
        c.unsubscribe(topic);
        if (!c.ended) {
          sub.stage = Subscription.Stage.WANTED;
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

  /** Whether it told of public trades at the most. */
  boolean received(long connection, Frame frame) {
    Connection c = latest;
    if (c == null || c.id != connection || c.ended) {
      c = connections.get(connection);
      latest = c;
    }
    return c != null && c.received(frame);
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

  /** A new connection for a shard. */
  Connection connection(Shard shard) {
    Connection c = new Connection(context, calls, hosts, sink, shard);
    connections.put(c.id, c);
    return c;
  }

  /** A connection is over: whatever its socket still says is not heard. */
  void ended(Connection connection) {
    connections.remove(connection.id);
  }

  /** Closes everything for good. */
  void close() {
    closed = true;
    shards.forEach(s -> s.wanted = false);
    for (Connection c : List.copyOf(connections.values())) {
      c.end("closed", true);
    }
    shards.clear();
  }
}
