package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The toy venue behind a network that a test may alter, and a runtime that talks to it. */
final class ToyWorld implements AutoCloseable {
  static final String US = "us";
  static final Duration SECOND = Duration.ofSeconds(1);

  final VirtualTime time = new VirtualTime();
  final Exchange exchange =
      new Exchange(
          List.of(
              Market.of("BTC", "USDT", "0.1", "0.001"), Market.of("ETH", "USDT", "0.1", "0.001")));
  final ToyProtocol protocol = new ToyProtocol(exchange).addKey("key", "a secret", US);
  final ProtocolNetwork wire =
      new ProtocolNetwork(
          time,
          protocol,
          new Timeline(new Crowd(exchange, 1), protocol, time.millis()),
          Duration.ofMillis(5));
  final AlteredNetwork network = new AlteredNetwork(wire);
  final VirtualHost virtual = new VirtualHost(time, network, 42);
  final TappedHost host = new TappedHost(virtual);
  final Colibri colibri = Colibri.on(host, Settings.DEFAULT, venue -> venue);
  final List<ConnectorEvent> events = new ArrayList<>();
  private long orders;

  ToyWorld() {
    exchange.openAccount(US);
    exchange.openAccount("maker");
    exchange.openAccount("taker");
    for (String account : List.of(US, "maker", "taker")) {
      for (String asset : List.of("BTC", "ETH", "USDT")) {
        exchange.deposit(account, asset, new BigDecimal(100_000), time.millis());
      }
    }
  }

  static SpotVenue venue(Supplier<SpotDialect> dialect) {
    return SpotVenue.of(dialect, Credentials.of("key", "a secret"));
  }

  SpotVenue venueWithoutAccount() {
    return SpotVenue.of(ToySpot::new, null);
  }

  SpotConnector open(SpotVenue venue) {
    SpotConnector c = colibri.open(venue);
    c.events().listen(events::add);
    return c;
  }

  /** A connector of the toy venue that is ready. */
  SpotConnector started() {
    return started(venue(ToySpot::new));
  }

  SpotConnector started(SpotVenue venue) {
    SpotConnector c = open(venue);
    c.start().join();
    return c;
  }

  /** Somebody quotes around 100. */
  void quote(Instrument instrument) {
    quote(instrument, Order.Side.BUY, "99");
    quote(instrument, Order.Side.SELL, "101");
  }

  void quote(Instrument instrument, Order.Side side, String price) {
    place("maker", instrument, side, price, "1");
  }

  /** Somebody buys a tenth of what is asked. */
  void trade(Instrument instrument) {
    place("taker", instrument, Order.Side.BUY, "101", "0.1");
  }

  /** Somebody sells. */
  void sell(Instrument instrument, String price, String size) {
    place("taker", instrument, Order.Side.SELL, price, size);
  }

  private void place(
      String account, Instrument instrument, Order.Side side, String price, String size) {
    wire.atExchange(
        () ->
            exchange.place(
                account,
                OrderRequest.limit(
                    instrument.name(),
                    side,
                    new BigDecimal(price),
                    new BigDecimal(size),
                    "world-" + ++orders),
                time.millis()));
  }

  /** The venue refuses the next orders because of their time, and does nothing. */
  void refuseTimes(int orders) {
    for (int i = 0; i < orders; i++) {
      protocol
          .faults()
          .add(
              new Faults.Fault(
                  "POST /order", Faults.Kind.FAIL_BEFORE, 400, "{\"error\":\"TIME\"}"));
    }
  }

  <E extends ConnectorEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  void advance(Duration duration) {
    time.advance(duration);
  }

  @Override
  public void close() {
    colibri.close();
    exchange.verify();
  }
}
