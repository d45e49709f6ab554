package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place for one connection, and the topics that are its; it lasts. */
final class Shard {
  private final Streams streams;
  private final Context context;
  final Stream stream;
  final Map<Topic, Subscription> topics = new LinkedHashMap<>();
  @Nullable Connection connection;
  final boolean carriesBooks;
  final Counters.Stream counts;

  /** Whether it is to have a connection. */
  boolean wanted = true;

  int failures;

  /** Whether a login was refused for its time, and the venue's time is to be learnt. */
  boolean timeRefused;

  /** Whether that was done for the login in progress: once it helps, or never. */
  boolean timeRenewed;

  Shard(Streams streams, Context context, Stream stream) {
    this.streams = streams;
    this.context = context;
    this.stream = stream;
    this.carriesBooks = stream.carries().contains(Topic.Kind.BOOK);
    this.counts = context.counters.stream(stream.name());
  }

  /** Wants a topic. */
  void add(Topic topic) {
    topics.put(topic, new Subscription(topic));
    if (connection != null && connection.ready) {
      connection.subscribeWanted();
    }
  }

  /** Wants a topic no more; without any, no connection either. */
  void remove(Topic topic) {
    Subscription sub = topics.remove(topic);
    if (topics.isEmpty()) {
      wanted = false;
      if (connection != null) {
        connection.end("nothing is subscribed", true);
      }
    } else if (connection != null && connection.ready && sub.stage != Subscription.Stage.WANTED) {
      connection.unsubscribe(topic);
    }
  }

  /** Connects when the venue's limit on connections has room. */
  void connect() {
    if (!wanted || connection != null) {
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
    connection = streams.connection(this);
    connection.begin();
  }

  /** Its connection is over. */
  void ended(Connection connection) {
    streams.ended(connection);
    this.connection = null;
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
