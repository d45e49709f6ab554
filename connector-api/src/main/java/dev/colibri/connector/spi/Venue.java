package dev.colibri.connector.spi;

import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Credentials;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connector is opened from: a venue, an account of it, and how to reach it. Venues hand
 * these out ({@code Binance.spot(credentials)}); a strategy adds what it wants. Immutable.
 *
 * @param <V> the kind of venue, so that every word gives one of the same kind
 */
public abstract sealed class Venue<V extends Venue<V>> permits SpotVenue, PerpVenue, AmmVenue {

  /** What becomes of orders that are open when a connector starts. */
  public enum AtStart {
    /** Ours, known by their prefix, are taken over; others are shown as external. */
    ADOPT,
    /** Ours are canceled. */
    CANCEL,
    /** None is looked at. */
    IGNORE
  }

  private final @Nullable Credentials credentials;
  private String environment = "live";
  private String account = "";
  private Map<String, BaseUri> hosts = Collections.emptyMap();
  private boolean plainTextOnLoopback;
  private boolean withdrawingKeyAllowed;
  private @Nullable Proxy proxy;
  private @Nullable InetAddress localAddress;
  private @Nullable Path trustStore;
  private AtStart atStart = AtStart.ADOPT;
  private boolean cancelAtClose = true;
  private @Nullable Duration silence;

  Venue(@Nullable Credentials credentials) {
    this.credentials = credentials;
  }

  /** A venue of the same dialect and the words of its kind, and nothing else said yet. */
  abstract V fresh(@Nullable Credentials credentials);

  final V copy(Consumer<Venue<V>> change) {
    return copy(credentials, change);
  }

  private V copy(@Nullable Credentials credentials, Consumer<Venue<V>> change) {
    V copy = fresh(credentials);
    Venue<V> v = copy;
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
    change.accept(v);
    return copy;
  }

  /** For public data only. */
  public final V withoutCredentials() {
    return copy(null, v -> {});
  }

  /** On the venue's test network. */
  public final V testnet() {
    return environment("testnet");
  }

  /** In one of the environments of {@link Profile#hosts()}. */
  public final V environment(String name) {
    return copy(v -> v.environment = name);
  }

  /** A label for the account: in logs, in the journal, and for limits of its scope. */
  public final V account(String label) {
    return copy(v -> v.account = label);
  }

  /**
   * Another host for a part of the API. It must be https or wss, unless it is on this machine.
   *
   * @throws IllegalArgumentException when it has no scheme, no host, or a fragment
   */
  public final V host(String part, URI uri) {
    Map<String, BaseUri> more = new LinkedHashMap<>(hosts);
    more.put(part, BaseUri.of(uri));
    return copy(v -> v.hosts = Collections.unmodifiableMap(more));
  }

  /** Allows http and ws to this machine, for an embedded exchange. */
  public final V plainTextOnLoopback() {
    return copy(v -> v.plainTextOnLoopback = true);
  }

  /** Takes a key that may withdraw, which is refused otherwise where the venue tells. */
  public final V allowWithdrawingKey() {
    return copy(v -> v.withdrawingKeyAllowed = true);
  }

  public final V proxy(Proxy proxy) {
    return copy(v -> v.proxy = proxy);
  }

  /** The address of this machine to connect from. */
  public final V localAddress(InetAddress address) {
    return copy(v -> v.localAddress = address);
  }

  /** A trust store (PKCS#12 or JKS without password) instead of the platform's. */
  public final V trustStore(Path file) {
    return copy(v -> v.trustStore = file);
  }

  public final V atStart(AtStart policy) {
    return copy(v -> v.atStart = policy);
  }

  /** Whether closing the connector cancels the orders it placed; true unless said otherwise. */
  public final V cancelAtClose(boolean cancel) {
    return copy(v -> v.cancelAtClose = cancel);
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
  public final V cancelOnSilence(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.getNano() != 0) {
      throw new IllegalArgumentException("say whole seconds, not " + timeout);
    }
    return copy(v -> v.silence = timeout);
  }

  /** A fresh dialect of the environment. */
  public abstract Dialect dialect();

  public final @Nullable Credentials credentials() {
    return credentials;
  }

  public final String environment() {
    return environment;
  }

  public final String account() {
    return account;
  }

  /** Hosts that replace those of the profile, by part. */
  public final Map<String, BaseUri> hosts() {
    return hosts;
  }

  public final boolean isPlainTextOnLoopback() {
    return plainTextOnLoopback;
  }

  public final boolean isWithdrawingKeyAllowed() {
    return withdrawingKeyAllowed;
  }

  public final @Nullable Proxy proxy() {
    return proxy;
  }

  public final @Nullable InetAddress localAddress() {
    return localAddress;
  }

  public final @Nullable Path trustStore() {
    return trustStore;
  }

  public final AtStart atStart() {
    return atStart;
  }

  public final boolean cancelsAtClose() {
    return cancelAtClose;
  }

  /** After how long a silence the venue is to cancel by itself; null for never. */
  public final @Nullable Duration cancelsOnSilence() {
    return silence;
  }
}
