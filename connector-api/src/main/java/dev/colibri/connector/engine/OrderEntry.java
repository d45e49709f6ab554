package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.NativeBatch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks new orders, registers them, and sends them. */
final class OrderEntry {
  private final Context context;
  private final OrderCalls calls;
  private final Listing listing;
  private final ClientIds ids;
  private final Orders orders;
  private final Money money;
  private final @Nullable PerpAccount perp;
  private final KeyCheck key;
  private final AccountAudit audit;
  private boolean stopped;

  OrderEntry(
      Context context,
      OrderCalls calls,
      Listing listing,
      Orders orders,
      Money money,
      @Nullable PerpAccount perp,
      KeyCheck key,
      AccountAudit audit) {
    this.context = context;
    this.calls = calls;
    this.listing = listing;
    this.orders = orders;
    this.money = money;
    this.perp = perp;
    this.key = key;
    this.audit = audit;
    this.ids = new ClientIds(context.profile.clientIds(), context.now, context.random());
  }

  /** Checks, registers and sends an order. */
  OrderState place(Order asked) {
    OrderState state = register(asked);
    send(state);
    return state;
  }

  /** Sends an order that is registered. */
  void send(OrderState state) {
    String id = state.clientId();
    sent(id);
    calls.perform(id, () -> context.books().place(state.order()), outcome -> placed(id, outcome));
  }

  /** The request that places an order is about to wait for its departure. */
  void sent(String id) {
    orders.sent(id, context.clock.isKnown() ? context.clock.millis(context.now) : 0, context.now);
  }

  /**
   * Checks and registers several orders, all or none, and sends them: in few requests where the
   * venue takes several in one.
   */
  List<OrderState> placeAll(List<Order> asked) {
    List<OrderState> states = new ArrayList<>();
    try {
      asked.forEach(o -> states.add(register(o)));
    } catch (RuntimeException e) {
      states.forEach(s -> orders.withdraw(s.clientId()));
      money.withdrawn(states.size());
      throw e;
    }
    if (!(context.books() instanceof NativeBatch venue)) {
      states.forEach(this::send);
      return states;
    }
    List<OrderState> limits = states.stream().filter(s -> s.order().price() != null).toList();
    states.stream().filter(s -> s.order().price() == null).forEach(this::send);
    OrderCalls.inBatches(
        limits,
        venue.mostPlaced(),
        this::send,
        batch -> {
          batch.forEach(s -> sent(s.clientId()));
          calls.perform(batch, venue::placeAll, this::placed);
        });
    return states;
  }

  /**
   * Null when there is no room for it beside the order that it replaces, in the account or within
   * the guard's bounds: that one goes first.
   */
  @Nullable OrderState registerIfRoom(Order replacement) {
    try {
      return register(replacement);
    } catch (Refused e) {
      if (e.rule() == Rule.BUDGET || e.rule() == Rule.GUARD) {
        return null;
      }
      throw e;
    }
  }

  private OrderState register(Order said) {
    check(said);
    Order asked = perp == null ? said : perp.complete(said);
    BigDecimal estimate = money.check(asked);
    Order order = asked.clientId() == null ? asked.clientId(ids.next()) : asked;
    OrderState state = orders.register(order, estimate, context.now);
    money.placed();
    return state;
  }

  /** Checks everything but what the account can afford. */
  void check(Order asked) {
    checkLawful(asked);
    if (orders.liveCount() >= context.settings.maxOpenOrders()) {
      throw new Refused(
          Rule.TOO_MANY_ORDERS,
          Integer.toString(orders.liveCount()),
          null,
          "at most " + context.settings.maxOpenOrders() + " orders may be live");
    }
  }

  /** Checks whether such an order may be placed now, however many are live. */
  void checkLawful(Order asked) {
    String unready = whyNotReady();
    if (unready != null) {
      throw new Refused(Rule.NOT_READY, "", null, unready);
    }
    Instrument known = listing.instruments().bySymbol(asked.instrument().symbol());
    if (known == null || !known.equals(asked.instrument())) {
      throw new Refused(
          Rule.INSTRUMENT,
          asked.instrument().toString(),
          null,
          context.profile.name() + " does not trade " + asked.instrument());
    }
    asked.check();
    if (perp == null && asked.isReduceOnly()) {
      throw new Refused(
          Rule.POSITION, asked.toString(), null, known + " has no position to reduce: it is spot");
    }
    // The order may carry rules of an hour ago: today's count.
    known.rules().check(asked);
    if (known.state() != Instrument.State.TRADING) {
      throw new Refused(
          Rule.NOT_TRADING, known.state().name(), null, known + " is " + known.state());
    }
  }

  private @Nullable String whyNotReady() {
    if (context.closed || stopped) {
      return Context.CLOSED;
    }
    if (!context.hasAccount()) {
      return "the connector was opened without credentials: public data only";
    }
    if (key.withheld() != null) {
      return key.withheld();
    }
    return audit.isAccountKnown()
        ? null
        : "balances and open orders are not known yet; await start()";
  }

  /** What became of the request that placed an order. */
  void placed(String id, Outcome<OrderUpdate> outcome) {
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.accepted(id, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.refused(id, r.fault(), context.now);
      if (perp != null) {
        perp.refused(r.fault());
      }
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n) {
      orders.notSent(id, n.why(), context.now);
    } else {
      orders.outcomeUnknown(id, context.now);
    }
  }

  /** Takes no more orders. */
  void stop() {
    stopped = true;
  }

  /** Why no order may leave, placed or not; null while any may. */
  @Nullable String whyNoneLeaves() {
    return stopped ? Context.CLOSED : money.isHalted() ? GuardCheck.HALTED : key.withheld();
  }
}
