package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a strategy holds in sum over its accounts, beyond what is to stay there, and which of its
 * orders may still change that.
 *
 * <p>It begins with the accounts' balances, at a moment when nothing of ours has been live for a
 * while: so what a process before left over is found. From then on it counts what its own orders
 * filled and cost. Balances are not looked at again, because they may lag behind a fill, and who
 * acts on both trades twice.
 *
 * <p>Both answers come from events alone: an order is live until its end was heard here, which is
 * after its last fill was. {@code openOrders()} is ahead of events, and who counts by the one and
 * asks the other takes an order for gone whose fill is still to be heard, and hedges it again. An
 * order of unknown outcome is live. Lives on the strategy thread.
 */
final class Stock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stock.class);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final BigDecimal ZERO = BigDecimal.ZERO;
  private static final int REMEMBERED = 10_000;

  private final Colibri colibri;
  private final List<BookConnector> accounts;
  private final Map<String, BigDecimal> stays;
  private final Map<String, BigDecimal> held = new LinkedHashMap<>();
  private final Map<String, OrderState> counted = new LinkedHashMap<>();
  private final Map<String, Order> live = new LinkedHashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private boolean known;

  /**
   * Begins, and cancels what is found open.
   *
   * @param accounts ready; nobody else trades the assets on them
   * @param stays by asset, how much is not the strategy's
   */
  Stock(Colibri colibri, List<BookConnector> accounts, Map<String, BigDecimal> stays) {
    this.colibri = colibri;
    this.accounts = List.copyOf(accounts);
    this.stays = new LinkedHashMap<>(stays);
    accounts.forEach(a -> subscriptions.add(a.orders().listen(this::heard)));
    awaitQuiet();
  }

  /** Looks again when nothing has been live, and every balance has had the time to come. */
  private void awaitQuiet() {
    accounts.forEach(BookConnector::cancelAll);
    boolean quietNow = nothingFound();
    subscriptions.add(
        colibri.after(
            QUIET,
            () -> {
              if (quietNow
                  && nothingFound()
                  && accounts.stream().allMatch(BookConnector::isReady)) {
                begin();
              } else {
                awaitQuiet();
              }
            }));
  }

  private boolean nothingFound() {
    return accounts.stream().allMatch(a -> a.openOrders().isEmpty());
  }

  private void begin() {
    stays.forEach((asset, amount) -> add(asset, amount.negate()));
    for (BookConnector account : accounts) {
      for (Balance balance : account.balances().values()) {
        add(balance.asset(), balance.total());
      }
    }
    known = true;
  }

  private void add(String asset, BigDecimal amount) {
    held.merge(asset, amount, BigDecimal::add);
  }

  /** Whether it is known what is held. Nothing is to be placed before. */
  boolean isKnown() {
    return known;
  }

  /** What is held of an asset beyond what stays; negative when some is missing. */
  BigDecimal of(String asset) {
    return held.getOrDefault(asset, ZERO);
  }

  /** Whether anything of ours may still trade, of unknown outcome or not. */
  boolean isBusy() {
    return !live.isEmpty();
  }

  /** Whether anything of ours may still trade on one side of an instrument. */
  boolean isBusy(Instrument instrument, Side side) {
    return live.values().stream()
        .anyMatch(o -> o.instrument().equals(instrument) && o.side() == side);
  }

  /** Places an order, and counts what becomes of it; does nothing when it is refused here. */
  void place(BookConnector account, Order order) {
    try {
      OrderState placed = account.place(order).state();
      live.put(key(placed), order);
      counted.put(key(placed), untouched(placed));
      if (counted.size() > REMEMBERED) {
        counted.remove(counted.keySet().iterator().next());
      }
    } catch (Refused e) {
      // Too small, too dear, not ready: nothing was sent, and the next look may succeed.
      LOG.info("{}: {}", order, e.getMessage());
    }
  }

  /** As it began: it may have filled by now, and that is still to be heard. */
  private static OrderState untouched(OrderState s) {
    return new OrderState(
        s.order(), s.status(), ZERO, ZERO, Map.of(), null, true, s.createdNanos(), 0);
  }

  private static String key(OrderState state) {
    return state.instrument().venue() + " " + state.clientId();
  }

  /** Counts an order's totals and not its fills, so that corrections and late fees count too. */
  private void heard(OrderEvent event) {
    OrderState now = event.state();
    OrderState before = counted.replace(key(now), now);
    if (before == null) {
      return; // Not of this run: what it did is in the balances.
    }
    BigDecimal base = now.filled().subtract(before.filled());
    BigDecimal quote = now.quoteFilled().subtract(before.quoteFilled());
    boolean buy = now.order().side() == Side.BUY;
    add(now.instrument().base(), buy ? base : base.negate());
    add(now.instrument().quote(), buy ? quote.negate() : quote);
    before.fees().forEach(this::add);
    now.fees().forEach((asset, fee) -> add(asset, fee.negate()));
    if (event.isTerminal()) {
      live.remove(key(now));
    }
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
