package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A strategy that does everything a strategy can, at random and often. */
class Trader {
  private static final int MOST_OPEN = 25;

  /** Hears what it means to do. */
  interface Intents {
    /** It is going to place an order; what is returned hears of it when it is placed. */
    default Consumer<LiveOrder> places(BookConnector connector, Order order) {
      return placed -> {};
    }

    /** It places an order, by whatever way is tried. */
    default LiveOrder place(BookConnector connector, Order order) {
      return connector.place(order);
    }

    /** It places several orders. */
    default List<LiveOrder> placeAll(BookConnector connector, List<Order> orders) {
      return connector.placeAll(orders);
    }

    /** It placed an order. */
    void placed(LiveOrder order);

    /** It placed an order that takes another one's place. */
    default void replaced(LiveOrder old, LiveOrder order) {
      placed(order);
    }
  }

  final SplittableRandom random;
  private final Intents intended;
  private final Map<String, BigDecimal> lastPrice = new TreeMap<>();
  private int intents;
  private int refused;

  /**
   * A trader.
   *
   * @param prices where each market begins
   * @param intended told what it means to do
   */
  Trader(SplittableRandom random, Map<String, BigDecimal> prices, Intents intended) {
    this.random = random;
    this.intended = intended;
    lastPrice.putAll(prices);
  }

  /** How many orders it meant to place. */
  int intents() {
    return intents;
  }

  /** How many the connector refused. */
  int refused() {
    return refused;
  }

  /** Does one thing; on the strategy thread. */
  void act(BookConnector connector, List<Instrument> instruments) {
    Instrument i = instruments.get(random.nextInt(instruments.size()));
    OrderBook book = connector.book(i);
    if (book.isValid() && book.mid() != null) {
      lastPrice.put(i.name(), book.mid());
    }
    try {
      if (connector.openOrders().size() > MOST_OPEN) {
        connector.cancelAll();
        return;
      }
      act(connector, i);
    } catch (Refused e) {
      refused++;
    }
  }

  void act(BookConnector connector, Instrument i) {
    int what = random.nextInt(100);
    if (what < 40) {
      place(connector, limit(i, side()));
    } else if (what < 50) {
      place(connector, limit(i, side()).postOnly());
    } else if (what < 58) {
      place(connector, Order.of(i, side()).market().size(size(i)));
    } else if (what < 62) {
      place(connector, Order.buy(i).market().quoteAmount(BigDecimal.valueOf(50 + below(500))));
    } else if (what < 68) {
      Order order = limit(i, side());
      place(connector, random.nextBoolean() ? order.ioc() : order.fok());
    } else if (what < 72) {
      intents += 3;
      intended
          .placeAll(connector, List.of(limit(i, Side.BUY), limit(i, Side.SELL), limit(i, side())))
          .forEach(intended::placed);
    } else {
      change(connector, i, what);
    }
  }

  private void change(BookConnector connector, Instrument i, int what) {
    LiveOrder order = any(connector);
    if (what >= 97) {
      connector.cancelAll(i);
    } else if (order == null) {
      place(connector, limit(i, side()));
    } else if (what < 86) {
      order.cancel();
    } else if (what < 92) {
      Order next = limit(order.order().instrument(), order.order().side());
      intents++;
      order.replace(next).whenComplete((placed, e) -> replaced(order, placed));
    } else if (order.order().type() == OrderType.LIMIT) {
      BigDecimal price = near(order.order().instrument(), order.order().side());
      order.amend(order.order().limit(price));
    }
  }

  private void replaced(LiveOrder old, @Nullable LiveOrder placed) {
    if (placed != null) {
      intended.replaced(old, placed);
    }
  }

  void place(BookConnector connector, Order order) {
    intents++;
    Consumer<LiveOrder> meant = intended.places(connector, order);
    LiveOrder placed = intended.place(connector, order);
    intended.placed(placed);
    meant.accept(placed);
  }

  private @Nullable LiveOrder any(BookConnector connector) {
    List<LiveOrder> open = new ArrayList<>(connector.openOrders());
    return open.isEmpty() ? null : open.get(random.nextInt(open.size()));
  }

  Side side() {
    return random.nextBoolean() ? Side.BUY : Side.SELL;
  }

  Order limit(Instrument i, Side side) {
    return Order.of(i, side).limit(near(i, side)).size(size(i)).rounded();
  }

  /** Around the price: some rest, some take, some are far away. */
  BigDecimal near(Instrument i, Side side) {
    int points = random.nextInt(40) - 12;
    BigDecimal factor =
        BigDecimal.ONE.add(BigDecimal.valueOf(side == Side.BUY ? -points : points, 4));
    BigDecimal price = lastPrice.get(i.name()).multiply(factor);
    BigDecimal tick = i.rules().tickSize();
    return price.divide(tick, 0, RoundingMode.HALF_UP).multiply(tick);
  }

  /** Mostly small, now and then more than the account has. */
  BigDecimal size(Instrument i) {
    BigDecimal lot = i.rules().lotSize();
    BigDecimal price = lastPrice.get(i.name());
    long quote = random.nextInt(60) == 0 ? 10_000_000 : 20 + below(2_000);
    BigDecimal size = BigDecimal.valueOf(quote).divide(price, 8, RoundingMode.HALF_UP);
    return size.divide(lot, 0, RoundingMode.UP).multiply(lot);
  }

  long below(int bound) {
    return random.nextInt(bound);
  }
}
