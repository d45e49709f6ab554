package dev.colibri.examples.quickstart;

import dev.colibri.connector.Inventory;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.exchange.Ledger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Three who must agree to the last digit: the exchange's ledger, the balances that the connector
 * shows, and what our own fills and fees make of the balances we began with.
 */
final class Reconciliation {
  private Reconciliation() {}

  /** What our orders make of the balances before them, by asset. */
  static Map<String, BigDecimal> expected(Map<String, Balance> before, Inventory inventory) {
    Map<String, BigDecimal> totals = new TreeMap<>();
    before.forEach((asset, b) -> totals.put(asset, b.total().add(inventory.held(asset))));
    return totals;
  }

  /** A line for each disagreement; none when the books balance. */
  static List<String> differences(
      EmbeddedExchange exchange, Map<String, Balance> shown, Map<String, BigDecimal> expected) {
    Map<String, Ledger.Balance> ledger =
        exchange.call(x -> x.ledger().balances(EmbeddedExchange.ACCOUNT));
    List<String> lines = new ArrayList<>();
    ledger.forEach(
        (asset, truth) -> {
          Balance balance =
              shown.getOrDefault(asset, Balance.of(asset, BigDecimal.ZERO, BigDecimal.ZERO));
          BigDecimal fills = expected.getOrDefault(asset, BigDecimal.ZERO);
          if (truth.total().compareTo(balance.total()) != 0
              || truth.free().compareTo(balance.available()) != 0
              || truth.total().compareTo(fills) != 0) {
            lines.add(
                "%s: the exchange has %s (free %s), the connector %s (free %s), our fills say %s"
                    .formatted(
                        asset,
                        truth.total().toPlainString(),
                        truth.free().toPlainString(),
                        balance.total().toPlainString(),
                        balance.available().toPlainString(),
                        fills.toPlainString()));
          }
        });
    return lines;
  }
}
