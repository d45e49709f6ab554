package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fills of one order, each counted once by its trade id.
 *
 * <p>Where the venue counts more than it can show, a provisional fill stands for the difference. It
 * is kept as a level, not as an entry: what is filled is the greater of the level and the sum of
 * the venue's own fills. A true fill that comes later raises the sum under the level and so
 * replaces as much of the provisional one; nothing can be counted twice, in whatever order fills
 * come.
 */
final class Fills {

  /** What became of a fill that was added. */
  enum Added {
    /** New: what is filled has grown. */
    COUNTED,
    /** New, and in place of a provisional one. */
    CORRECTED,
    /** Known, and now its fee is too. */
    FEE,
    /** Known. */
    KNOWN,
    /** Known with another price, size or fee; what was known first stands. */
    CONFLICT
  }

  private final Map<String, Fill> byTradeId = new LinkedHashMap<>();
  private final Map<String, BigDecimal> fees = new LinkedHashMap<>();
  private BigDecimal sum = BigDecimal.ZERO;
  private BigDecimal quoteSum = BigDecimal.ZERO;
  private BigDecimal level = BigDecimal.ZERO;
  private BigDecimal quoteLevel = BigDecimal.ZERO;

  Added add(Fill fill) {
    Fill known = byTradeId.get(fill.tradeId());
    if (known != null) {
      return again(known, fill);
    }
    byTradeId.put(fill.tradeId(), fill);
    if (fill.isProvisional()) {
      raise(fill.size(), fill.quoteSize());
      return Added.COUNTED;
    }
    boolean replaces = sum.compareTo(level) < 0;
    sum = sum.add(fill.size());
    quoteSum = quoteSum.add(fill.quoteSize());
    charge(fill.fee());
    return replaces ? Added.CORRECTED : Added.COUNTED;
  }

  /** Counts a provisional fill whose quote amount is known more exactly than price times size. */
  void addProvisional(Fill fill, BigDecimal quote) {
    byTradeId.put(fill.tradeId(), fill);
    raise(fill.size(), quote);
  }

  private void raise(BigDecimal size, BigDecimal quote) {
    quoteLevel = quoteFilled().add(quote);
    level = filled().add(size);
  }

  private Added again(Fill known, Fill fill) {
    if (known.price().compareTo(fill.price()) != 0 || known.size().compareTo(fill.size()) != 0) {
      return Added.CONFLICT;
    }
    Fee before = known.fee();
    Fee now = fill.fee();
    if (before == null && now != null) {
      byTradeId.put(fill.tradeId(), fill);
      charge(now);
      return Added.FEE;
    }
    return before == null || now == null || same(before, now) ? Added.KNOWN : Added.CONFLICT;
  }

  private static boolean same(Fee a, Fee b) {
    return a.asset().equals(b.asset()) && a.amount().compareTo(b.amount()) == 0;
  }

  private void charge(@Nullable Fee fee) {
    if (fee != null) {
      fees.merge(fee.asset(), fee.amount(), BigDecimal::add);
    }
  }

  /** Base units filled. */
  BigDecimal filled() {
    return sum.max(level);
  }

  /** Quote units filled. */
  BigDecimal quoteFilled() {
    return sum.compareTo(level) >= 0 ? quoteSum : quoteLevel;
  }

  /** Fees by asset, in the order they first appeared; a copy. */
  Map<String, BigDecimal> fees() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(fees));
  }

  Collection<Fill> all() {
    return byTradeId.values();
  }
}
