package dev.colibri.connector.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Limits as tables, in the order said. Immutable; every word returns a new one. */
public final class Limits {
  private final List<Limit> limits;

  private Limits(List<Limit> limits) {
    this.limits = limits;
  }

  /** None. */
  public static Limits of() {
    return new Limits(List.of());
  }

  /** Amounts of any stretch of a length: {@code "place 60, cancel 60"}. */
  public Limits rolling(Duration window, Limit.Scope scope, String table) {
    return with(Limit.Kind.ROLLING, window, scope, table);
  }

  /** Amounts of windows that begin at whole multiples of their length. */
  public Limits fixed(Duration window, Limit.Scope scope, String table) {
    return with(Limit.Kind.FIXED, window, scope, table);
  }

  /** Buckets that fill evenly, from empty to full in {@code window}. */
  public Limits buckets(Duration window, Limit.Scope scope, String table) {
    return with(Limit.Kind.TOKEN_BUCKET, window, scope, table);
  }

  private Limits with(Limit.Kind kind, Duration window, Limit.Scope scope, String table) {
    List<Limit> more = new ArrayList<>(limits);
    for (String row : table.split(",")) {
      String[] words = row.strip().split("\\s+");
      more.add(new Limit(words[0], Long.parseLong(words[1]), kind, window, scope));
    }
    return new Limits(more);
  }

  /** All of them. */
  public List<Limit> all() {
    return Collections.unmodifiableList(limits);
  }
}
