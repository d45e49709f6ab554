package dev.colibri.connector.testkit;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A simulated world for a strategy: the real engine, an embedded exchange behind every venue, and a
 * clock that stands still until the test lets it go on. The same seed gives the same run.
 *
 * <pre>{@code
 * try (var sim = Simulated.seeded(42).market("BTC-USDT", "0.1", "0.001").balance("USDT", "1000")) {
 *   var strategy = new MyStrategy(sim.colibri());     // opens Binance, Kraken, … as it always does
 *   sim.book(strategy.btc()).bid("99", "5").ask("101", "5");
 *   sim.advance(Duration.ofSeconds(5));
 *   sim.trade(strategy.btc(), "99.5", "1");
 *   sim.advance(Duration.ofSeconds(1));
 *   assertEquals(…);
 * }
 * }</pre>
 *
 * <p>Every venue that is opened is an exchange of its own, with the markets and, for every account,
 * the balances said before. A strategy may wait for a stage as it does live ({@code
 * connector.start().join()}): time passes until it is done. Everything runs on the thread that made
 * the world; no other may touch it.
 */
public final class Simulated implements AutoCloseable {
  private static final Duration LATENCY = Duration.ofMillis(5);
  private static final String MAKER = "world-maker";
  private static final String TAKER = "world-taker";
  private static final BigDecimal PLENTY = new BigDecimal("1000000000");

  private final long seed;
  private final VirtualTime time = new VirtualTime();
  private final List<Market> markets = new ArrayList<>();
  private final Map<String, BigDecimal> balances = new TreeMap<>();
  private final Map<String, Venue> venues = new TreeMap<>();
  private final VirtualHost host;
  private final Colibri colibri;
  private long orders;

  /** An exchange that stands in for a venue. */
  private final class Venue {
    final Exchange exchange = new Exchange(List.copyOf(markets));
    final ToyProtocol protocol = new ToyProtocol(exchange);
    final Crowd crowd = new Crowd(exchange, seed);
    final TreeSet<String> accounts = new TreeSet<>();
    final ProtocolNetwork network;

    Venue() {
      exchange.openAccount(MAKER);
      exchange.openAccount(TAKER);
      TreeSet<String> assets = new TreeSet<>();
      markets.forEach(m -> assets.addAll(List.of(m.base(), m.quote())));
      for (String asset : assets) {
        exchange.deposit(MAKER, asset, PLENTY, time.millis());
        exchange.deposit(TAKER, asset, PLENTY, time.millis());
      }
      network =
          new ProtocolNetwork(
              time, protocol, new Timeline(crowd, protocol, time.millis()), LATENCY);
    }

    Credentials account(String label) {
      if (accounts.add(label)) {
        network.atExchange(
            () -> {
              exchange.openAccount(label);
              balances.forEach((asset, n) -> exchange.deposit(label, asset, n, time.millis()));
              protocol.addKey("key of " + label, "secret of " + label, label);
            });
      }
      return Credentials.of("key of " + label, "secret of " + label);
    }
  }

  private Simulated(long seed) {
    this.seed = seed;
    host = new VirtualHost(time, new Roads(), seed);
    colibri = Colibri.on(host, Settings.DEFAULT, this::inPlaceOf);
  }

  /** A world without markets and money. */
  public static Simulated seeded(long seed) {
    return new Simulated(seed);
  }

  /**
   * Lists a market on every venue that is opened from now on.
   *
   * @param name as in {@code BTC-USDT}
   * @param tick prices are multiples of it
   * @param lot sizes are multiples of it
   */
  public Simulated market(String name, String tick, String lot) {
    String[] assets = name.split("-", 2);
    if (assets.length < 2) {
      throw new IllegalArgumentException("a market is BASE-QUOTE, is " + name);
    }
    return market(Market.of(assets[0], assets[1], tick, lot));
  }

  /** Lists a market on every venue that is opened from now on. */
  public Simulated market(Market market) {
    markets.add(market);
    return this;
  }

  /** What every account that is opened from now on holds. */
  public Simulated balance(String asset, String amount) {
    balances.put(asset, new BigDecimal(amount));
    return this;
  }

  /** The runtime to give to a strategy. Closed along with this world. */
  public Colibri colibri() {
    return colibri;
  }

  private SpotVenue inPlaceOf(SpotVenue asked) {
    SpotDialect spoken = asked.dialect();
    Profile profile = ToySpot.inPlaceOf(spoken.profile());
    boolean amends = spoken instanceof NativeAmend;
    Venue venue = venues.computeIfAbsent(profile.name(), name -> new Venue());
    String label = asked.account().isEmpty() ? "main" : asked.account();
    Credentials keys = asked.credentials() == null ? null : venue.account(label);
    return SpotVenue.of(() -> amends ? new ToySpot.Amending(profile) : new ToySpot(profile), keys)
        .account(asked.account())
        .atStart(asked.atStart())
        .cancelAtClose(asked.cancelsAtClose());
  }

  // ---------------------------------------------------------------- what happens in the world

  /** Lets time pass, and runs everything that falls due. */
  public void advance(Duration duration) {
    time.advance(duration);
  }

  /**
   * Keeps the strategy thread busy from now on, as a long task of it would: connectors go on, and
   * what the strategy is to hear waits. When it is free again it runs what waited in the order in
   * which that came, so that a timer may run before an event that the connector has known of since.
   */
  public void busy(Duration duration) {
    host.busy(duration);
  }

  /**
   * Somebody trades: an order of that size and price meets whatever rests there, yours too. What it
   * does not find, two others trade with each other, so that the trade prints.
   */
  public void trade(Instrument instrument, String price, String size) {
    Venue venue = venue(instrument);
    String market = instrument.name();
    BigDecimal p = new BigDecimal(price);
    venue.network.atExchange(
        () -> {
          BigDecimal left = new BigDecimal(size);
          left = left.subtract(take(venue, market, Order.Side.SELL, p, left));
          if (left.signum() > 0) {
            left = left.subtract(take(venue, market, Order.Side.BUY, p, left));
          }
          if (left.signum() > 0) {
            place(venue, MAKER, OrderRequest.limit(market, Order.Side.BUY, p, left, nextId()));
            take(venue, market, Order.Side.SELL, p, left);
          }
        });
  }

  /** Takes at a price or better; returns how much was found. */
  private BigDecimal take(
      Venue venue, String market, Order.Side side, BigDecimal price, BigDecimal size) {
    return place(
            venue,
            TAKER,
            OrderRequest.limit(market, side, price, size, nextId()).with(Order.TimeInForce.IOC))
        .executed();
  }

  private Order place(Venue venue, String account, OrderRequest request) {
    try {
      return venue.exchange.place(account, request, time.millis()).order();
    } catch (Refused e) {
      throw new IllegalArgumentException(
          "the exchange refuses what others do, "
              + request.side()
              + " "
              + request.quantity()
              + " at "
              + request.price()
              + ": "
              + e.reason()
              + venue
                  .exchange
                  .market(request.market())
                  .map(m -> "; the tick is " + m.tick() + ", the lot " + m.lot())
                  .orElse(""),
          e);
    }
  }

  private String nextId() {
    return "world-" + ++orders;
  }

  /** Says anew what others quote on an instrument, beginning with nothing. */
  public Quotes book(Instrument instrument) {
    Venue venue = venue(instrument);
    venue.network.atExchange(
        () -> venue.exchange.cancelAll(MAKER, instrument.name(), nextId(), time.millis()));
    return new Quotes(venue, instrument.name());
  }

  /** What others quote. A quote that crosses one of yours trades with it. */
  public final class Quotes {
    private final Venue venue;
    private final String market;

    private Quotes(Venue venue, String market) {
      this.venue = venue;
      this.market = market;
    }

    /** Somebody bids. */
    public Quotes bid(String price, String size) {
      return quote(Order.Side.BUY, price, size);
    }

    /** Somebody asks. */
    public Quotes ask(String price, String size) {
      return quote(Order.Side.SELL, price, size);
    }

    private Quotes quote(Order.Side side, String price, String size) {
      venue.network.atExchange(
          () ->
              place(
                  venue,
                  MAKER,
                  OrderRequest.limit(
                      market, side, new BigDecimal(price), new BigDecimal(size), nextId())));
      return this;
    }
  }

  /**
   * A seeded crowd trades an instrument from now on.
   *
   * @param price the fair price it begins at and returns to
   * @param size an everyday order, in base units
   */
  public void crowd(Instrument instrument, String price, String size) {
    Venue venue = venue(instrument);
    venue.network.atExchange(() -> venue.crowd.trade(instrument.name(), price, size));
  }

  /**
   * The exchange behind a venue: its orders and ledger are what a test takes for the truth.
   *
   * @param venue as in {@code binance-spot}
   */
  public Exchange exchange(String venue) {
    return venue(venue).exchange;
  }

  /** What is to go wrong at a venue; targets are the toy's, as {@code POST /order}. */
  public Faults faults(String venue) {
    return venue(venue).protocol.faults();
  }

  /** Cuts every connection to a venue. */
  public void cutConnections(String venue) {
    venue(venue).network.cut(1006);
  }

  private Venue venue(Instrument instrument) {
    return venue(instrument.venue());
  }

  private Venue venue(String name) {
    Venue venue = venues.get(name);
    if (venue == null) {
      throw new IllegalArgumentException(
          "no " + name + " was opened; there are " + venues.keySet());
    }
    return venue;
  }

  /** Closes the runtime, within virtual time. */
  @Override
  public void close() {
    colibri.close();
  }

  /** Finds the exchange by the host of an address. */
  private final class Roads implements Network {
    private Network to(URI uri) {
      return venue(uri.getHost().replaceFirst("\\.test$", "")).network;
    }

    @Override
    public void http(HttpRequest request, Consumer<dev.colibri.connector.engine.Delivery> answer) {
      to(request.uri()).http(request, answer);
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      return to(uri).connect(uri, new LinkedHashMap<>(headers), channel);
    }
  }
}
