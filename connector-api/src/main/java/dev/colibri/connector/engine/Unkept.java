package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the journal does not know yet of the orders of an account; nothing without a journal. */
final class Unkept {

  /** With fills by their trade ids; null without a journal. */
  private @Nullable Map<Tracked, Set<String>> unkept;

  /** From now on remembers what is to be kept. */
  void keeps() {
    unkept = new LinkedHashMap<>();
  }

  void mark(Tracked t) {
    if (unkept != null) {
      unkept.computeIfAbsent(t, o -> new LinkedHashSet<>());
    }
  }

  void mark(Tracked t, Fill f) {
    if (unkept != null) {
      unkept.computeIfAbsent(t, o -> new LinkedHashSet<>()).add(f.tradeId());
    }
  }

  boolean isEmpty() {
    return unkept == null || unkept.isEmpty();
  }

  int size() {
    return unkept == null ? 0 : unkept.size();
  }

  /** Adds what changed since it was last asked. */
  void keep(KnownOrders known, Map<String, @Nullable String> changes) {
    if (unkept == null) {
      return;
    }
    unkept.forEach(
        (t, fills) -> {
          if (known.tracked(t.clientId()) == t) {
            KeptOrder.keep(t, fills, changes);
          } else {
            KeptOrder.forget(t, changes);
          }
        });
    unkept.clear();
  }
}
