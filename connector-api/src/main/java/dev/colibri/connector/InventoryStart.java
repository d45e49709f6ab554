package dev.colibri.connector;

import dev.colibri.connector.model.Balance;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what accounts hold, at a moment at which nothing of ours changes it: balances are asked for
 * when nothing has been live for as long as a venue may take to show what it did. An answer that
 * fails, or has a row that cannot be read, is asked for again. Lives on the strategy thread.
 */
final class InventoryStart {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryStart.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final List<BookConnector> on;
  private final Map<String, BigDecimal> stays;
  private final Duration quiet;
  private final Stage<Inventory> found;

  InventoryStart(List<? extends BookConnector> on, Map<String, BigDecimal> stays) {
    if (on.isEmpty()) {
      throw new IllegalArgumentException("no connector whose account could hold anything");
    }
    this.on = List.copyOf(on);
    this.stays = new LinkedHashMap<>(stays);
    Duration longest = Duration.ZERO;
    for (BookConnector c : on) {
      Duration delay = c.profile().visibilityDelay();
      longest = delay.compareTo(longest) > 0 ? delay : longest;
    }
    quiet = longest;
    found = this.on.get(0).stage();
  }

  CompletableFuture<Inventory> begin() {
    for (BookConnector c : on) {
      c.gone().thenRun(() -> found.fail(new VenueException(c.name() + " was closed")));
    }
    on.get(0).colibri().execute(this::cancel);
    return found;
  }

  private void cancel() {
    on.forEach(BookConnector::cancelAll);
    boolean isQuiet = isQuiet();
    again(isQuiet ? quiet : PAUSE, isQuiet ? this::ask : this::cancel);
  }

  private void again(Duration after, Runnable task) {
    if (!found.isDone()) {
      on.get(0).colibri().after(after, task);
    }
  }

  private boolean isQuiet() {
    return on.stream().allMatch(c -> c.isReady() && c.openOrders().isEmpty());
  }

  private void ask() {
    if (!isQuiet()) {
      cancel();
      return;
    }
    List<Balance> answers = new ArrayList<>();
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (BookConnector c : on) {
      if (!(c instanceof PerpConnector)) {
        asked.add(c.askBalances().thenAccept(answers::addAll));
      }
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> answered(answers))
        .exceptionally(
            failure -> {
              LOG.warn("what the accounts hold is asked for again: {}", failure.getMessage());
              again(PAUSE, this::cancel);
              return null;
            });
  }

  private void answered(List<Balance> balances) {
    if (!isQuiet()) {
      cancel();
      return;
    }
    Inventory inventory = new Inventory();
    stays.forEach((asset, amount) -> inventory.adjust(asset, amount.negate()));
    balances.forEach(b -> inventory.adjust(b.asset(), b.total()));
    for (BookConnector c : on) {
      if (c instanceof PerpConnector perp) {
        perp.positions().forEach(p -> inventory.adjust(perp, p));
      }
    }
    found.complete(inventory);
  }
}
