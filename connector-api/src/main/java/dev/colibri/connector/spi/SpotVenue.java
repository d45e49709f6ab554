package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a spot connector is opened from: a venue, an account of it, and how to reach it. Venues hand
 * these out ({@code Binance.spot(credentials)}); a strategy adds what it wants. Immutable.
 */
public final class SpotVenue {

  /** What becomes of orders that are open when a connector starts. */
  public enum AtStart {
    /** Ours, known by their prefix, are taken over; others are shown as external. */
    ADOPT,
    /** Ours are canceled. */
    CANCEL,
    /** None is looked at. */
    IGNORE
  }

  private final Function<SpotVenue, SpotDialect> dialect;
  private final @Nullable Credentials credentials;
  private String environment = "live";
  private String account = "";
  private Map<String, URI> hosts = Collections.emptyMap();
  private boolean plainTextOnLoopback;
  private boolean withdrawingKeyAllowed;
  private @Nullable Proxy proxy;
  private @Nullable InetAddress localAddress;
  private @Nullable Path trustStore;
  private AtStart atStart = AtStart.ADOPT;
  private boolean cancelAtClose = true;
  private @Nullable Duration silence;

  private SpotVenue(Function<SpotVenue, SpotDialect> dialect, @Nullable Credentials credentials) {
    this.dialect = dialect;
    this.credentials = credentials;
  }

  /**
   * A venue.
   *
   * @param dialect makes a fresh dialect for every connector
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue of(Supplier<SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.get(), credentials);
  }

  /**
   * A venue that speaks differently in some of its environments.
   *
   * @param dialect makes a fresh dialect for every connector, of the environment's name
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue byEnvironment(
      Function<String, SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.apply(venue.environment), credentials);
  }

  /**
   * A venue that tells accounts more than the public.
   *
   * @param dialect makes a fresh dialect for every connector, by whether that one has keys
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue byKeys(
      Function<Boolean, SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.apply(venue.credentials != null), credentials);
  }

  private SpotVenue copy() {
    return copy(credentials);
  }

  private SpotVenue copy(@Nullable Credentials credentials) {
    SpotVenue v = new SpotVenue(dialect, credentials);
    v.environment = environment;
    v.account = account;
    v.hosts = hosts;
    v.plainTextOnLoopback = plainTextOnLoopback;
    v.withdrawingKeyAllowed = withdrawingKeyAllowed;
    v.proxy = proxy;
    v.localAddress = localAddress;
    v.trustStore = trustStore;
    v.atStart = atStart;
    v.cancelAtClose = cancelAtClose;
    v.silence = silence;
    return v;
  }

  /** For public data only. */
  public SpotVenue withoutCredentials() {
    return copy(null);
  }

  /** On the venue's test network. */
  public SpotVenue testnet() {
    return environment("testnet");
  }

  /** In one of the environments of {@link Profile#hosts()}. */
  public SpotVenue environment(String name) {
    SpotVenue v = copy();
    v.environment = name;
    return v;
  }

  /** A label for the account: in logs, in the journal, and for limits of its scope. */
  public SpotVenue account(String label) {
    SpotVenue v = copy();
    v.account = label;
    return v;
  }

  /** Another host for a part of the API. It must be https or wss, unless it is on this machine. */
  public SpotVenue host(String part, URI uri) {
    Map<String, URI> more = new LinkedHashMap<>(hosts);
    more.put(part, uri);
    SpotVenue v = copy();
    v.hosts = Collections.unmodifiableMap(more);
    return v;
  }

  /** Allows http and ws to this machine, for an embedded exchange. */
  public SpotVenue plainTextOnLoopback() {
    SpotVenue v = copy();
    v.plainTextOnLoopback = true;
    return v;
  }

  /** Takes a key that may withdraw, which is refused otherwise where the venue tells. */
  public SpotVenue allowWithdrawingKey() {
    SpotVenue v = copy();
    v.withdrawingKeyAllowed = true;
    return v;
  }

  public SpotVenue proxy(Proxy proxy) {
    SpotVenue v = copy();
    v.proxy = proxy;
    return v;
  }

  /** The address of this machine to connect from. */
  public SpotVenue localAddress(InetAddress address) {
    SpotVenue v = copy();
    v.localAddress = address;
    return v;
  }

  /** A trust store (PKCS#12 or JKS without password) instead of the platform's. */
  public SpotVenue trustStore(Path file) {
    SpotVenue v = copy();
    v.trustStore = file;
    return v;
  }

  public SpotVenue atStart(AtStart policy) {
    SpotVenue v = copy();
    v.atStart = policy;
    return v;
  }

  /** Whether closing the connector cancels the orders it placed; true unless said otherwise. */
  public SpotVenue cancelAtClose(boolean cancel) {
    SpotVenue v = copy();
    v.cancelAtClose = cancel;
    return v;
  }

  /**
   * Lets the venue cancel the orders by itself when it has not heard from us for so long, as after
   * a crash or a cut line: a dead man's switch. Off unless said, because <b>it cancels every order
   * of the account</b>, those of other programs and of its owner too, on some venues beyond spot.
   *
   * <p>No order leaves before the venue has confirmed that the switch is armed. It is armed anew at
   * every third of the time-out, and disarmed at the close when no order of ours is left, or at
   * once where the orders are to stay. An order that we cannot cancel at the close is left to it.
   * When nothing confirmed it for the whole time-out, an event says so, every order is asked for,
   * and none leaves until it is armed again. An account has one switch: two connectors that use it
   * renew and disarm each other's.
   *
   * <p>A venue that does not have it is not opened: nothing takes its place. On paper it does
   * nothing.
   *
   * @param timeout in whole seconds, within the bounds of the venue; at least three times as long
   *     as an answer may take
   * @throws IllegalArgumentException when it is not positive, or no whole number of seconds
   */
  public SpotVenue cancelOnSilence(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.getNano() != 0) {
      throw new IllegalArgumentException("say whole seconds, not " + timeout);
    }
    SpotVenue v = copy();
    v.silence = timeout;
    return v;
  }

  /** A fresh dialect of the environment. */
  public SpotDialect dialect() {
    return dialect.apply(this);
  }

  public @Nullable Credentials credentials() {
    return credentials;
  }

  public String environment() {
    return environment;
  }

  public String account() {
    return account;
  }

  /** Hosts that replace those of the profile, by part. */
  public Map<String, URI> hosts() {
    return hosts;
  }

  public boolean isPlainTextOnLoopback() {
    return plainTextOnLoopback;
  }

  public boolean isWithdrawingKeyAllowed() {
    return withdrawingKeyAllowed;
  }

  public @Nullable Proxy proxy() {
    return proxy;
  }

  public @Nullable InetAddress localAddress() {
    return localAddress;
  }

  public @Nullable Path trustStore() {
    return trustStore;
  }

  public AtStart atStart() {
    return atStart;
  }

  public boolean cancelsAtClose() {
    return cancelAtClose;
  }

  /** After how long a silence the venue is to cancel by itself; null for never. */
  public @Nullable Duration cancelsOnSilence() {
    return silence;
  }
}
