package dev.colibri.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.io.Journal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeeperTest {
  private final Map<String, String> kept = new TreeMap<>();
  private @Nullable Throwable fails;

  private final Keeper keeper =
      new Keeper(
          new Journal.Part() {
            @Override
            public Map<String, String> entries() {
              return kept;
            }

            @Override
            public void keep(Map<String, @Nullable String> changes) {
              if (fails instanceof Error e) {
                throw e;
              }
              if (fails instanceof RuntimeException e) {
                throw e;
              }
              changes.forEach(kept::put);
            }

            @Override
            public void close() {}
          });

  @Test
  void whatFailedIsMissingUntilItIsKept() {
    fails = new IllegalStateException("full");
    keeper.keep(Map.of("order/1", "a"), 0);
    assertEquals("full", keeper.problem());
    fails = null;
    keeper.keep(Map.of("order/2", "b"), 1_000_000_000);
    assertNull(keeper.problem());
    assertEquals(Map.of("order/1", "a", "order/2", "b"), kept);
  }

  @Test
  void anErrorThatLeavesThroughIsNoSuccess() {
    fails = new OutOfMemoryError("of a test");
    assertThrows(OutOfMemoryError.class, () -> keeper.keep(Map.of("order/1", "a"), 0));
    assertNotNull(keeper.problem(), "no order may leave");
  }
}
