package dev.colibri.connector.testkit.sim;

import java.util.EnumMap;
import java.util.Map;

/** How often each kind of fault took effect. */
public final class FaultCount {
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);

  /** A fault took effect. */
  public void fired(FaultKind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  /** A fault took effect so often. */
  public void fired(FaultKind kind, long times) {
    counts.merge(kind, times, Long::sum);
  }

  /** Adds another count to this one. */
  public void add(FaultCount other) {
    other.counts.forEach((kind, n) -> counts.merge(kind, n, Long::sum));
  }

  /** How often. */
  public long of(FaultKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** As in {@code REPLY_LOST:12 KILL:3}, in the order of the kinds. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    counts.forEach((kind, n) -> s.append(s.length() == 0 ? "" : " ").append(kind + ":" + n));
    return s.toString();
  }
}
