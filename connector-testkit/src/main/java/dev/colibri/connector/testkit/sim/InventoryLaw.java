package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Order;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an inventory owes the strategy that trades by it: at any moment the exchange has filled no
 * less and no more than what is held and all that is live allow, and in the end exactly what is
 * held. Who keeps within a bound by the inventory is then within it at the exchange.
 */
final class InventoryLaw {
  private final Invariants all;
  private final boolean margined;
  private final Map<String, Instrument> instruments = new TreeMap<>();

  /** Orders of the present process, as far as its strategy was told that they were placed. */
  private final Set<String> mine = new LinkedHashSet<>();

  /** By market, base units that the exchange filled of them, negative where more was sold. */
  private final Map<String, BigDecimal> traded = new TreeMap<>();

  /** By market, quote units that they brought, fees in it paid; negative where they cost more. */
  private final Map<String, BigDecimal> brought = new TreeMap<>();

  private final Map<String, BigDecimal> fees = new LinkedHashMap<>();

  /** Markets in which the venue closed a position by itself. */
  private final Set<String> closed = new TreeSet<>();

  private @Nullable Inventory inventory;

  InventoryLaw(Invariants all, boolean margined) {
    this.all = all;
    this.margined = margined;
  }

  /** Another process trades from now on, and begins to count. */
  void begin() {
    instruments.clear();
    mine.clear();
    traded.clear();
    brought.clear();
    fees.clear();
    closed.clear();
    inventory = new Inventory();
  }

  /** The process is dead, or through. */
  void end() {
    inventory = null;
  }

  /** Places it by the inventory; a process that died just now does what it was about to do. */
  LiveOrder place(BookConnector connector, dev.colibri.connector.model.Order order) {
    Inventory now = inventory;
    return now == null ? connector.place(order) : now.place(connector, order);
  }

  /** The same of several. */
  List<LiveOrder> placeAll(
      BookConnector connector, List<dev.colibri.connector.model.Order> orders) {
    Inventory now = inventory;
    return now == null ? connector.placeAll(orders) : now.placeAll(connector, orders);
  }

  void placed(LiveOrder order) {
    Instrument i = order.order().instrument();
    instruments.put(i.name(), i);
    mine.add(order.clientId());
    told(i);
  }

  /** A replacement is counted as the order was that it replaces. */
  void replaced(LiveOrder old, LiveOrder order, Collection<Fill> filledBefore) {
    if (mine.contains(old.clientId())) {
      filledBefore.forEach(this::count);
      placed(order);
    }
  }

  void filled(String clientId, Fill fill) {
    if (mine.contains(clientId)) {
      count(fill);
      look(fill.market());
    }
  }

  private void count(Fill fill) {
    boolean buy = fill.side() == Order.Side.BUY;
    BigDecimal quote = fill.price().multiply(fill.quantity());
    boolean ofQuote = fill.market().endsWith("-" + fill.feeAsset());
    add(traded, fill.market(), buy ? fill.quantity() : fill.quantity().negate());
    add(brought, fill.market(), buy ? quote.negate() : quote);
    add(brought, fill.market(), ofQuote ? fill.fee().negate() : BigDecimal.ZERO);
    add(fees, fill.feeAsset(), fill.fee());
  }

  private static void add(Map<String, BigDecimal> to, String key, BigDecimal n) {
    to.merge(key, n, BigDecimal::add);
  }

  void closedByVenue(String market) {
    closed.add(market);
  }

  void told(Instrument instrument) {
    look(instrument.name());
  }

  private void look(String market) {
    Inventory now = inventory;
    Instrument i = instruments.get(market);
    if (now == null || i == null || closed.contains(market)) {
      return;
    }
    BigDecimal at = traded.getOrDefault(market, BigDecimal.ZERO);
    BigDecimal held = heldBeforeFees(now, i);
    Exposure live = now.exposure(i);
    BigDecimal rise = live.mostRise();
    BigDecimal fall = live.mostFall();
    boolean within =
        (rise == null || at.compareTo(held.add(rise)) <= 0)
            && (fall == null || at.compareTo(held.subtract(fall)) >= 0);
    if (!within) {
      all.violated(
          "I37",
          "of %s the exchange filled %s, and told are %s, which may rise by %s and fall by %s"
              .formatted(i, at, held, rise, fall),
          null);
    }
  }

  private BigDecimal heldBeforeFees(Inventory now, Instrument i) {
    BigDecimal charged = margined ? null : now.fees().get(i.base());
    return charged == null ? now.held(i) : now.held(i).add(charged);
  }

  /** How it differs from what the exchange did; null when it does not. */
  @Nullable String unsettled(BookConnector connector) {
    Inventory now = inventory;
    if (now == null) {
      return "no process is alive";
    }
    Set<String> here = new TreeSet<>();
    now.openOrders().forEach(o -> here.add(o.clientId()));
    Set<String> there = new TreeSet<>();
    connector.openOrders().forEach(o -> there.add(o.clientId()));
    there.retainAll(mine);
    if (!here.equals(there)) {
      return "live are " + there + ", and by what was told " + here;
    }
    for (Instrument i : instruments.values()) {
      String market = i.name();
      BigDecimal at = traded.getOrDefault(market, BigDecimal.ZERO);
      if (!closed.contains(market) && at.compareTo(heldBeforeFees(now, i)) != 0) {
        return "of %s the exchange filled %s, and held is %s".formatted(i, at, now.held(i));
      }
      BigDecimal cash = brought.getOrDefault(market, BigDecimal.ZERO);
      if (!margined && cash.compareTo(now.cash(i)) != 0) {
        return "%s brought %s, and counted is %s".formatted(i, cash, now.cash(i));
      }
    }
    for (Map.Entry<String, BigDecimal> fee : fees.entrySet()) {
      BigDecimal counted = now.fees().getOrDefault(fee.getKey(), BigDecimal.ZERO);
      if (closed.isEmpty() && counted.compareTo(fee.getValue()) != 0) {
        return "charged were " + fees + ", and counted are " + now.fees();
      }
    }
    return null;
  }
}
