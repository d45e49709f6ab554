package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of an exchange: its time, what it has moved so far, and who hears of it. */
final class Turn {

  private final List<ExchangeListener> listeners = new ArrayList<>();
  private final Map<String, TreeSet<String>> touched = new LinkedHashMap<>();
  private final Map<String, LinkedHashSet<Clearing.Holding>> moved = new LinkedHashMap<>();
  private long now = Long.MIN_VALUE;
  private boolean busy;
  private long lastExecution;

  void listen(ExchangeListener listener) {
    listeners.add(listener);
  }

  void begin(long time) {
    if (busy) {
      throw new IllegalStateException("a listener must not change the exchange");
    }
    if (time < now) {
      throw new IllegalArgumentException("time went back from " + now + " to " + time);
    }
    now = time;
    busy = true;
  }

  /** Tells what has moved, once for all that happened in this call. */
  void end() {
    touched.forEach((account, assets) -> tell(l -> l.balances(account, List.copyOf(assets), now)));
    moved.forEach(
        (account, holdings) -> {
          var positions = holdings.stream().map(Clearing.Holding::snapshot).toList();
          var assets =
              List.copyOf(new TreeSet<>(holdings.stream().map(Clearing.Holding::settle).toList()));
          tell(l -> l.positions(account, positions, assets, now));
        });
    touched.clear();
    moved.clear();
    tell(l -> l.settled(now));
    busy = false;
  }

  long now() {
    return now;
  }

  void tell(Consumer<ExchangeListener> event) {
    listeners.forEach(event);
  }

  Execution report(
      Execution.Type type,
      Working order,
      String requestId,
      @Nullable Fill fill,
      BigDecimal prevented,
      boolean working) {
    var execution =
        new Execution(++lastExecution, type, order.snapshot(), requestId, working, fill, prevented);
    tell(l -> l.execution(execution));
    return execution;
  }

  void touch(String account, String asset) {
    touched.computeIfAbsent(account, a -> new TreeSet<>()).add(asset);
  }

  void touch(String account, Market market) {
    var assets = touched.computeIfAbsent(account, a -> new TreeSet<>());
    assets.add(market.base());
    assets.add(market.quote());
  }

  void move(Clearing.Holding holding) {
    moved.computeIfAbsent(holding.account, a -> new LinkedHashSet<>()).add(holding);
  }

  /** Assets of an account whose balances have changed. */
  Set<String> touched(String account) {
    return touched.getOrDefault(account, new TreeSet<>());
  }

  /** Accounts whose positions have changed. */
  Set<String> moved() {
    return moved.keySet();
  }
}
