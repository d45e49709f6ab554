package dev.colibri.connector.testkit.exchange;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one account has ordered, traded and been paid, as far back as it keeps. */
final class Account {

  final Map<Long, Working> open = new LinkedHashMap<>();
  final Map<Long, Order> finished = new LinkedHashMap<>();
  final Deque<Fill> fills = new ArrayDeque<>();
  final Deque<Income> incomes = new ArrayDeque<>();
  // Settlement assets in which a margin call has been told.
  final TreeSet<String> called = new TreeSet<>();
  private final int history;
  // Market and client id, joined by a character neither contains, to the latest order of that id.
  private final Map<String, Long> byClientId = new LinkedHashMap<>();

  Account(int history) {
    this.history = history;
  }

  void open(Working order) {
    open.put(order.id(), order);
    byClientId.put(key(order.request().market(), order.clientId()), order.id());
  }

  /** Moves an order to the history. */
  void finish(Working order) {
    open.remove(order.id());
    finished.put(order.id(), order.snapshot());
    if (finished.size() > history) {
      var oldest = finished.values().iterator();
      var forgotten = oldest.next();
      oldest.remove();
      byClientId.remove(key(forgotten.market(), forgotten.clientId()), forgotten.id());
    }
  }

  /** An open order has another client id from now on. */
  void rename(Working order, String clientId) {
    var market = order.request().market();
    byClientId.remove(key(market, order.clientId()), order.id());
    byClientId.put(key(market, clientId), order.id());
  }

  void add(Fill fill) {
    fills.addLast(fill);
    if (fills.size() > history) {
      fills.removeFirst();
    }
  }

  void add(Income income) {
    incomes.addLast(income);
    if (incomes.size() > history) {
      incomes.removeFirst();
    }
  }

  /** Open orders, oldest first; canceling some of them does not change the list. */
  List<Working> working() {
    return List.copyOf(open.values());
  }

  boolean isOpen(String market, String clientId) {
    var id = byClientId.get(key(market, clientId));
    return id != null && open.containsKey(id);
  }

  /** An order, open or finished, unless it is forgotten. */
  @Nullable Order order(long id) {
    var order = open.get(id);
    return order == null ? finished.get(id) : order.snapshot();
  }

  /** The latest order of a client id. */
  @Nullable Order order(String market, String clientId) {
    var id = byClientId.get(key(market, clientId));
    return id == null ? null : order(id);
  }

  private static String key(String market, String clientId) {
    return market + '\n' + clientId;
  }

  List<Integer> sizes() {
    return List.of(open.size(), finished.size(), byClientId.size(), fills.size(), incomes.size());
  }
}
