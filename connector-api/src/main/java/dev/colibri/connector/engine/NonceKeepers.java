package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.NonceSequence;
import dev.colibri.connector.spi.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The numbers of every nonce sequence of a venue. */
final class NonceKeepers {
  private final Context context;
  private final Map<String, NonceKeeper> keepers = new LinkedHashMap<>();
  private final Set<String> learning = new TreeSet<>();
  private @Nullable Calls wired;

  /** Whether a nonce was drawn since it was last asked what is to be kept. */
  private boolean drawn;

  NonceKeepers(Context context) {
    this.context = context;
    context.dialect.nonces().forEach(n -> keepers.put(n.name(), new NonceKeeper(n)));
  }

  /** Wires what asks for the next number of a counted sequence. */
  void wire(Calls calls) {
    wired = calls;
  }

  /** Goes on after what an earlier process may have drawn. */
  void restore(Map<String, Long> highest) {
    highest.forEach(
        (name, number) -> {
          NonceKeeper nonce = keepers.get(name);
          if (nonce != null) {
            nonce.restore(number);
          }
        });
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return drawn;
  }

  /** Adds what is to be kept of nonces before those just drawn are used. */
  void keep(Map<String, @Nullable String> changes) {
    drawn = false;
    keepers.forEach(
        (name, nonce) -> {
          Long highest = nonce.unkept();
          if (highest != null) {
            changes.put(NonceKeeper.KEPT + name, highest.toString());
          }
        });
  }

  /** Whether a request names a sequence that the venue does not have. */
  boolean isUnheardOf(Request request) {
    return request.nonce() != null && !keepers.containsKey(request.nonce());
  }

  /** That of a request; null where it needs none. */
  @Nullable NonceKeeper of(Request request) {
    return request.nonce() == null ? null : keepers.get(request.nonce());
  }

  /** Draws the next number of one that is ready; 0 where none is needed. */
  long draw(@Nullable NonceKeeper nonce) {
    drawn |= nonce != null;
    return nonce == null ? 0 : nonce.next(context.clock.millis(context.now));
  }

  /** Asks for the next number of a counted sequence, once at a time. */
  void learn(String sequence) {
    Calls calls = wired;
    NonceSequence spoken = null;
    for (NonceSequence n : context.dialect.nonces()) {
      spoken = n.name().equals(sequence) ? n : spoken;
    }
    if (calls == null || spoken == null || spoken.first() == null || !learning.add(sequence)) {
      return;
    }
    Call<Long> first = spoken.first();
    context.later(
        () ->
            calls.perform(
                () -> first,
                outcome -> {
                  learning.remove(sequence);
                  if (outcome instanceof Outcome.Answer<Long> a) {
                    keepers.get(sequence).learned(a.value());
                  } else {
                    // Try again when something wakes the engine: at the latest after a pause.
                    learning.add(sequence);
                    context.timers.set(
                        context.now + context.backoff(2), () -> learning.remove(sequence));
                  }
                }));
  }
}
