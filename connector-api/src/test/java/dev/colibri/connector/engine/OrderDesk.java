package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.text.Escape;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One account's orders on a made-up venue, and a record of everything that they told. */
final class OrderDesk implements OrderListener {
  static final long SECOND = 1_000_000_000L;
  static final long VISIBILITY = 2 * SECOND;
  static final long START = 1_700_000_000_000L * 1_000_000L;

  static final Instrument BTC = instrument("BTC", "USD");
  static final Instrument ETH = instrument("ETH", "USD");

  final List<OrderEvent> events = new ArrayList<>();
  final List<OrderState> externals = new ArrayList<>();

  /** Fills of the account, however often they were told. */
  final List<Fill> filled = new ArrayList<>();

  final List<String> anomalies = new ArrayList<>();

  /** The venue's times of what questions brought and no stream had told. */
  final List<Long> answered = new ArrayList<>();

  final Profile profile;
  final Orders orders;
  long now = START;

  OrderDesk() {
    this(FeeCharge.DEDUCTED_FROM_RETURNS);
  }

  OrderDesk(FeeCharge buyFee) {
    profile =
        Profile.builder("toy-spot", "Toy")
            .host("live", "rest", "https://toy.example")
            .fees("0.001", "0.001", buyFee)
            .clientIds(
                new ClientIdRule("cb", 32, ClientIdRule.ALPHANUMERIC),
                Profile.DuplicateIds.REFUSED_WHILE_OPEN)
            .visibilityDelay(Duration.ofNanos(VISIBILITY))
            .books(BookDiscipline.values()[0])
            .apiPage("https://toy.example/api", "2026-11-22")
            .build();
    orders = new Orders(profile, this, Escape::text);
  }

  static Instrument instrument(String base, String quote) {
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.01"))
            .size(new BigDecimal("0.01"), null)
            .notional(new BigDecimal("1"), null)
            .marketByQuote(true)
            .build();
    return Instrument.builder("toy-spot", base + quote, base, quote, rules).build();
  }

  static BigDecimal d(String n) {
    return new BigDecimal(n);
  }

  /** A buy of 1 at 100, registered and sent. */
  OrderDesk buys(String id) {
    return takes(Order.buy(BTC).limit("100").size("1").clientId(id));
  }

  OrderDesk takes(Order order) {
    orders.register(order, null, now);
    orders.sent(String.valueOf(order.clientId()), now / 1_000_000, now);
    return this;
  }

  /** An order that an earlier process kept, with the fills that it knew. */
  OrderDesk restores(Order order, Fill... fills) {
    Tracked t = new Tracked(0, order, null, now);
    for (Fill f : fills) {
      t.fills.add(f);
    }
    orders.restore(t, now);
    return this;
  }

  OrderDesk later(long nanos) {
    now += nanos;
    return this;
  }

  static OrderUpdate says(String id, OrderStatus status, @Nullable String filled) {
    return says(id, status, filled, null);
  }

  static OrderUpdate says(
      String id, OrderStatus status, @Nullable String filled, @Nullable String quote) {
    return OrderUpdate.of(BTC, status)
        .order(id, "v" + id)
        .filled(filled == null ? null : d(filled))
        .quoteFilled(quote == null ? null : d(quote))
        .at(1_700_000_000_001L)
        .build();
  }

  static Fill fill(String id, String trade, String size, String price) {
    return fillOf(id, trade, size, price).fee(new Fee("USD", d("0.1"))).build();
  }

  static Fill.Builder fillOf(String id, String trade, String size, String price) {
    return Fill.of(BTC, trade)
        .order(id, "v" + id)
        .side(Side.BUY)
        .price(d(price))
        .size(d(size))
        .at(1_700_000_000_002L);
  }

  OrderDesk acks(String id) {
    orders.accepted(id, says(id, OrderStatus.OPEN, "0"), now);
    return this;
  }

  OrderDesk streams(OrderUpdate u) {
    orders.update(u, now);
    return this;
  }

  OrderDesk streams(Fill f) {
    orders.fill(f, now);
    return this;
  }

  /** A fill of a list that was asked for and has arrived now. */
  OrderDesk answers(Fill f) {
    orders.fill(f, now, now);
    return this;
  }

  /** A status that was asked for at a time and has arrived now. */
  OrderDesk answers(OrderUpdate u, long askedAt) {
    orders.update(u, askedAt, now);
    return this;
  }

  OrderState state(String id) {
    OrderState s = orders.find(id);
    if (s == null) {
      throw new AssertionError("no order " + id);
    }
    return s;
  }

  OrderStatus status(String id) {
    return state(id).status();
  }

  List<OrderEvent.Kind> kinds() {
    return events.stream().map(OrderEvent::kind).toList();
  }

  /** What is asked within some seconds from now, in order, as "STATUS a"; nothing is answered. */
  List<String> asksWithin(long nanos) {
    List<String> asked = new ArrayList<>();
    long until = now + nanos;
    while (orders.nextQuestion() <= until) {
      now = Math.max(now, orders.nextQuestion());
      for (Questions.Question q : orders.questions(now, 100)) {
        asked.add(q.ask() + " " + q.order().clientId());
      }
    }
    now = until;
    return asked;
  }

  @Override
  public void filled(Fill fill, @Nullable Order order, boolean ours) {
    filled.add(fill);
  }

  @Override
  public void event(OrderEvent event) {
    events.add(event);
  }

  @Override
  public void external(OrderState state) {
    externals.add(state);
  }

  @Override
  public void answered(long venueMillis) {
    answered.add(venueMillis);
  }

  @Override
  public void anomaly(String where, String what) {
    anomalies.add(where + ": " + what);
  }
}
