package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The working orders of one market, best price first and, within a price, oldest first. */
final class Book {

  static final class Level {
    final Map<Long, Working> orders = new LinkedHashMap<>();
    BigDecimal quantity = ZERO;
  }

  /** Hears of every changed level. */
  interface Changes {
    void level(Order.Side side, BigDecimal price, BigDecimal quantity);
  }

  private final TreeMap<BigDecimal, Level> bids = new TreeMap<>(Comparator.reverseOrder());
  private final TreeMap<BigDecimal, Level> asks = new TreeMap<>();
  private final Changes changes;

  Book(Changes changes) {
    this.changes = changes;
  }

  TreeMap<BigDecimal, Level> side(Order.Side side) {
    return side == Order.Side.BUY ? bids : asks;
  }

  @Nullable BigDecimal best(Order.Side side) {
    var levels = side(side);
    return levels.isEmpty() ? null : levels.firstKey();
  }

  void add(Working order) {
    var level = side(order.side()).computeIfAbsent(order.price(), p -> new Level());
    level.orders.put(order.id(), order);
    changed(order, level, order.remaining());
  }

  void remove(Working order) {
    var level = side(order.side()).get(order.price());
    if (level == null || level.orders.remove(order.id()) == null) {
      throw new IllegalStateException("not in the book: " + order.id());
    }
    changed(order, level, order.remaining().negate());
  }

  /** An order at the front or in the queue has become smaller; it goes when nothing is left. */
  void reduce(Working order, BigDecimal by) {
    var level = side(order.side()).get(order.price());
    if (level == null) {
      throw new IllegalStateException("not in the book: " + order.id());
    }
    if (order.remaining().signum() == 0) {
      level.orders.remove(order.id());
    }
    changed(order, level, by.negate());
  }

  private void changed(Working order, Level level, BigDecimal delta) {
    level.quantity = level.quantity.add(delta);
    if (level.orders.isEmpty()) {
      side(order.side()).remove(order.price());
    }
    changes.level(order.side(), order.price(), level.quantity);
  }

  List<Depth.Level> levels(Order.Side side, int limit) {
    var result = new ArrayList<Depth.Level>();
    for (var e : side(side).entrySet()) {
      if (result.size() == limit) {
        break;
      }
      result.add(new Depth.Level(e.getKey(), e.getValue().quantity));
    }
    return result;
  }
}
