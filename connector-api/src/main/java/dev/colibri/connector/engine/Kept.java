package dev.colibri.connector.engine;

import dev.colibri.connector.text.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier process left in the journal, read before anything else happens: an entry that
 * cannot be read may be an order, and to go on without it would lose it.
 *
 * @param orders those that ended first, in the order in which they did; then the live ones, in the
 *     order in which they were registered
 * @param transactions of a wallet, in the same order
 * @param nonces by sequence, the highest number that may have been drawn
 * @param leftovers keys of what belongs to no order any more
 */
record Kept(
    List<KeptOrder> orders,
    List<TrackedTransaction> transactions,
    Map<String, Long> nonces,
    List<String> leftovers) {
  static final String FORMAT = "format";
  static final String VERSION = "2";

  /** Where notes of swaps name no pools; all else is the same. */
  private static final String BEFORE = "1";

  /**
   * Reads everything.
   *
   * @throws IllegalStateException naming the entry that cannot be read
   */
  static Kept read(Map<String, String> entries) {
    String version = entries.get(FORMAT);
    if (!entries.isEmpty() && !VERSION.equals(version) && !BEFORE.equals(version)) {
      throw new IllegalStateException(
          "its format is %s, and this version of the library reads %s and %s: use the one that wrote it"
              .formatted(version, BEFORE, VERSION));
    }
    Map<String, KeptOrder> orders = new TreeMap<>();
    Map<String, Json> fills = new TreeMap<>();
    List<TrackedTransaction> transactions = new ArrayList<>();
    Map<String, Long> nonces = new TreeMap<>();
    new TreeMap<>(entries)
        .forEach(
            (key, text) -> {
              try {
                if (key.startsWith(KeptOrder.ORDER)) {
                  KeptOrder order = KeptOrder.read(text);
                  orders.put(order.clientId(), order);
                } else if (key.startsWith(KeptOrder.FILL)) {
                  fills.put(key, KeptOrder.readFill(text));
                } else if (key.startsWith(KeptTransaction.TRANSACTION)) {
                  transactions.add(KeptTransaction.read(text));
                } else if (key.startsWith(NonceKeeper.KEPT)) {
                  nonces.put(key.substring(NonceKeeper.KEPT.length()), Long.valueOf(text));
                } else if (!key.equals(FORMAT)) {
                  throw new IllegalArgumentException("nothing is kept under such a key");
                }
              } catch (RuntimeException e) {
                throw new IllegalStateException(
                    "its entry \"" + key + "\" cannot be read: " + e.getMessage(), e);
              }
            });
    List<String> leftovers = new ArrayList<>();
    fills.forEach(
        (key, fill) -> {
          KeptOrder order = orders.get(fill.text("order"));
          if (order == null) {
            leftovers.add(key);
          } else {
            order.add(fill);
          }
        });
    List<KeptOrder> inOrder = new ArrayList<>(orders.values());
    inOrder.sort(
        Comparator.comparingLong(KeptOrder::endedNanos).thenComparingLong(KeptOrder::number));
    transactions.sort(
        Comparator.<TrackedTransaction>comparingLong(
                t -> t.isOver() ? t.endedNanos : Long.MAX_VALUE)
            .thenComparingLong(t -> t.number));
    return new Kept(inOrder, transactions, nonces, leftovers);
  }

  /** What is to be written first. */
  Map<String, @Nullable String> first() {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    changes.put(FORMAT, VERSION);
    leftovers.forEach(key -> changes.put(key, null));
    return Collections.unmodifiableMap(changes);
  }
}
