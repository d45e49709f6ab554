package dev.colibri.connector.spi;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A kind of live connection that a venue offers. Immutable; every word returns a new one. */
public final class Stream {

  /**
   * How a connection is kept alive, and when it counts as dead.
   *
   * @param every how often we say something
   * @param message what we say; null for a protocol ping
   * @param silence how long nothing at all, pongs included, may come
   */
  public record Heartbeat(
      Duration every, @Nullable Function<SigningContext, String> message, Duration silence) {}

  private final String name;
  private final Set<Topic.Kind> carries;
  private final Supplier<Session> session;
  private int topicsPerConnection = 100;
  private int topicsPerMessage = 20;
  private Limit sendLimit;
  private Limit connectLimit;
  private Heartbeat heartbeat = new Heartbeat(Duration.ofSeconds(20), null, Duration.ofSeconds(45));
  private Duration lifetime = Duration.ofHours(23);

  private Stream(String name, Set<Topic.Kind> carries, Supplier<Session> session) {
    this.name = name;
    this.carries = carries;
    this.session = session;
    sendLimit = limit("send", 5, Duration.ofSeconds(1));
    connectLimit = limit("connect", 60, Duration.ofMinutes(5));
  }

  private Limit limit(String what, int amount, Duration window) {
    return new Limit(name + "." + what, amount, Limit.Kind.ROLLING, window, Limit.Scope.IP);
  }

  /** A copy, which the word that asked for it changes once before anyone else sees it. */
  private Stream copy() {
    return copy(carries);
  }

  private Stream copy(Set<Topic.Kind> carries) {
    Stream s = new Stream(name, carries, session);
    s.topicsPerConnection = topicsPerConnection;
    s.topicsPerMessage = topicsPerMessage;
    s.sendLimit = sendLimit;
    s.connectLimit = connectLimit;
    s.heartbeat = heartbeat;
    s.lifetime = lifetime;
    return s;
  }

  /**
   * A stream with cautious defaults.
   *
   * @param name unique within the venue
   * @param carries what kinds of topic it carries
   * @param session makes a fresh session for every connection
   */
  public static Stream of(String name, Set<Topic.Kind> carries, Supplier<Session> session) {
    return new Stream(name, Collections.unmodifiableSet(EnumSet.copyOf(carries)), session);
  }

  /** Books, trades and tops, with cautious defaults. */
  public static Stream market(Supplier<Session> session) {
    return of("market", EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP), session);
  }

  /** As {@link #market}, and mark prices and funding rates. */
  public static Stream perpMarket(Supplier<Session> session) {
    return of(
        "market",
        EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP, Topic.Kind.FUNDING),
        session);
  }

  /** The account, with cautious defaults. */
  public static Stream account(Supplier<Session> session) {
    return of("account", EnumSet.of(Topic.Kind.ACCOUNT), session).topics(1, 1);
  }

  /** The same, of which topics of a kind are not wanted. */
  public Stream without(Topic.Kind kind) {
    Set<Topic.Kind> rest = EnumSet.copyOf(carries);
    rest.remove(kind);
    return copy(Collections.unmodifiableSet(rest));
  }

  /** How many topics one connection carries, and how many one subscription names. */
  public Stream topics(int perConnection, int perMessage) {
    Stream s = copy();
    s.topicsPerConnection = perConnection;
    s.topicsPerMessage = perMessage;
    return s;
  }

  /** How many messages one connection may send. */
  public Stream sends(int amount, Duration window) {
    Stream s = copy();
    s.sendLimit = limit("send", amount, window);
    return s;
  }

  /** How many connections may be opened from one address. */
  public Stream connects(int amount, Duration window) {
    Stream s = copy();
    s.connectLimit = limit("connect", amount, window);
    return s;
  }

  public Stream heartbeat(Heartbeat heartbeat) {
    Stream s = copy();
    s.heartbeat = heartbeat;
    return s;
  }

  /** Says a text so often; where nothing came for twice that and five seconds, it is dead. */
  public Stream pings(Duration every, String text) {
    return heartbeat(new Heartbeat(every, signing -> text, every.multipliedBy(2).plusSeconds(5)));
  }

  /** How long a connection lasts before we replace it; shorter than the venue's own cut. */
  public Stream lifetime(Duration lifetime) {
    Stream s = copy();
    s.lifetime = lifetime;
    return s;
  }

  public String name() {
    return name;
  }

  public Set<Topic.Kind> carries() {
    return carries;
  }

  /** A fresh session, for one connection. */
  public Session open() {
    return session.get();
  }

  public int topicsPerConnection() {
    return topicsPerConnection;
  }

  public int topicsPerMessage() {
    return topicsPerMessage;
  }

  /** Holds for each connection by itself. */
  public Limit sendLimit() {
    return sendLimit;
  }

  /** Shared by everything from one address. */
  public Limit connectLimit() {
    return connectLimit;
  }

  public Heartbeat heartbeat() {
    return heartbeat;
  }

  public Duration lifetime() {
    return lifetime;
  }

  @Override
  public String toString() {
    return name;
  }
}
