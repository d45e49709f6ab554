package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent.BalanceDrift;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Profile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an account holds: the venue's latest numbers, less what orders of ours lock or have spent
 * that those numbers cannot have seen yet.
 *
 * <p>What is available is never overstated. An order counts against it from its registration on,
 * until a balance came that certainly includes it: one that was asked for after the venue had shown
 * the order, or one of a later venue time. Where that is not certain it is taken off twice for a
 * moment, rather than not at all. What a fill brought is available once the venue says so.
 *
 * <p>Not thread-safe: the engine's lock is held outside.
 */
final class Balances {
  /** Assets that are kept; more than any venue lists. */
  static final int MAX_ASSETS = 20_000;

  /**
   * One asset as the venue last told it.
   *
   * @param askedNanos when it was asked for; {@link Tracked#NEVER} for what a stream told
   * @param heardNanos when it came
   * @param venueMillis the venue's time of it, or 0
   * @param streamed {@link Orders#streamed()} when it came
   */
  private record Snapshot(
      Balance balance, long askedNanos, long heardNanos, long venueMillis, long streamed) {}

  /** What was charged in an asset since its last snapshot that no order locks. */
  private record Owed(BigDecimal amount, long lastMillis, long lastNanos) {}

  private final Orders orders;
  private final Fees fees;

  /** Whether the account is one of perpetuals. */
  private final boolean isMargined;

  private final long visibilityNanos;
  private final Map<String, Snapshot> snapshots = new TreeMap<>();
  private final Map<String, Owed> owed = new TreeMap<>();
  private final Map<String, Long> movedNanos = new TreeMap<>();
  private boolean complete;

  /** Those of a spot account. */
  Balances(Profile profile, Orders orders, Fees fees) {
    this(profile, orders, fees, false);
  }

  Balances(Profile profile, Orders orders, Fees fees, boolean isMargined) {
    this.isMargined = isMargined;
    this.orders = orders;
    this.fees = fees;
    this.visibilityNanos = profile.visibilityDelay().toNanos();
  }

  /**
   * Takes in what a stream told.
   *
   * @param complete whether assets that are absent are zero
   * @param venueMillis the venue's time of it in milliseconds since the epoch, or 0
   */
  void told(List<Balance> balances, boolean complete, long venueMillis, long now) {
    Set<String> named = new LinkedHashSet<>();
    for (Balance b : balances) {
      named.add(b.asset());
      Snapshot before = snapshots.get(b.asset());
      boolean older =
          before != null
              && venueMillis > 0
              && before.askedNanos == Tracked.NEVER
              && venueMillis < before.venueMillis;
      if (!older) {
        put(new Snapshot(b, Tracked.NEVER, now, venueMillis, orders.streamed()));
      }
    }
    if (complete) {
      for (String asset : absent(named)) {
        told(List.of(zero(asset)), false, venueMillis, now);
      }
      this.complete = true;
    }
  }

  /**
   * Takes in the answer to a query for everything that the account holds.
   *
   * @param complete whether every row could be read, so that assets that are absent are zero
   * @param askedAt when the query left
   * @return the assets whose total is not what it was, although nothing of ours moved them
   */
  List<BalanceDrift> answered(List<Balance> balances, boolean complete, long askedAt, long now) {
    List<Balance> all = new ArrayList<>(balances);
    Set<String> named = new LinkedHashSet<>();
    for (Balance b : balances) {
      named.add(b.asset());
    }
    for (String asset : complete ? absent(named) : List.<String>of()) {
      all.add(zero(asset));
    }
    List<BalanceDrift> drifts = new ArrayList<>();
    for (Balance b : all) {
      Snapshot before = snapshots.get(b.asset());
      if (before != null && before.heardNanos > askedAt) {
        // Something newer came while this was on its way.
        continue;
      }
      boolean drifted =
          before == null
              ? this.complete && b.total().signum() != 0
              : before.balance.total().compareTo(b.total()) != 0;
      if (drifted && isQuiet(b.asset(), before, now)) {
        drifts.add(new BalanceDrift(before == null ? null : before.balance, b));
      }
      put(new Snapshot(b, askedAt, now, 0, 0));
    }
    this.complete |= complete;
    return drifts;
  }

  /**
   * Nothing of ours moved the asset since the snapshot, as far as the venue's delay lets us say.
   */
  private boolean isQuiet(String asset, @Nullable Snapshot before, long now) {
    long moved = movedNanos.getOrDefault(asset, Tracked.NEVER);
    long since = before == null ? now : before.heardNanos;
    return moved == Tracked.NEVER || moved + visibilityNanos < since;
  }

  private List<String> absent(Set<String> named) {
    List<String> absent = new ArrayList<>();
    for (Snapshot s : snapshots.values()) {
      if (!named.contains(s.balance.asset()) && s.balance.total().signum() != 0) {
        absent.add(s.balance.asset());
      }
    }
    return absent;
  }

  private static Balance zero(String asset) {
    return new Balance(asset, BigDecimal.ZERO, BigDecimal.ZERO);
  }

  private void put(Snapshot s) {
    String asset = s.balance.asset();
    if (snapshots.size() >= MAX_ASSETS && !snapshots.containsKey(asset)) {
      // Not known is not available.
      return;
    }
    snapshots.put(asset, s);
    Owed o = owed.get(asset);
    if (o != null && isAfter(s, o.lastMillis, o.lastNanos)) {
      owed.remove(asset);
    }
  }

  /** A fill of ours was counted for the first time, or its fee became known. */
  void filled(Fill fill, long now) {
    if (isMargined) {
      margined(fill, now);
      return;
    }
    String base = fill.instrument().base();
    String quote = fill.instrument().quote();
    movedNanos.put(base, now);
    movedNanos.put(quote, now);
    Fee fee = fill.fee();
    if (fee == null) {
      return;
    }
    String asset = fee.asset();
    movedNanos.put(asset, now);
    String received = fill.side() == Side.BUY ? base : quote;
    // What comes off the proceeds was never counted; what an order locks is counted with the order.
    String locked = fill.side() == Side.BUY ? quote : base;
    if (!asset.equals(received) && !asset.equals(locked)) {
      owe(fee, fill, now);
    }
  }

  /** What a fill of a perpetual moves: profit and fee, in the asset of its margin. */
  private void margined(Fill fill, long now) {
    String settle = fill.instrument().settle();
    movedNanos.put(settle, now);
    Fee fee = fill.fee();
    if (fee != null) {
      movedNanos.put(fee.asset(), now);
      // What an order holds of margin need not hold its fee: venues take that as it fills.
      owe(fee, fill, now);
    }
  }

  private void owe(Fee fee, Fill fill, long now) {
    if (fee.amount().signum() > 0) {
      owe(fee.asset(), fee.amount(), fill.venueMillis(), now);
    }
  }

  /**
   * So much is not available that no balance shows before one of a later time.
   *
   * @param millis the venue's time of it, or 0
   */
  void owe(String asset, BigDecimal amount, long millis, long now) {
    Owed before = owed.getOrDefault(asset, new Owed(BigDecimal.ZERO, 0, Tracked.NEVER));
    owed.put(asset, new Owed(before.amount.add(amount), Math.max(before.lastMillis, millis), now));
  }

  /** Something that is no fill moved an asset. */
  void moved(String asset, long now) {
    movedNanos.put(asset, now);
  }

  /** Whether every asset is known. */
  boolean isComplete() {
    return complete;
  }

  /** What an order may still lock, in units of the asset; never overstated, never negative. */
  BigDecimal available(String asset) {
    Snapshot s = snapshots.get(asset);
    if (s == null) {
      return BigDecimal.ZERO;
    }
    BigDecimal available = s.balance.available().min(s.balance.total());
    Owed o = owed.get(asset);
    if (o != null) {
      available = available.subtract(o.amount);
    }
    for (Tracked t : orders.tradable()) {
      available = available.subtract(unseen(t, s));
    }
    long seen =
        s.askedNanos != Tracked.NEVER ? s.askedNanos : s.heardNanos - Tracked.BALANCES_LAG_NANOS;
    for (Tracked t : orders.endedSince(seen)) {
      available = available.subtract(unseen(t, s));
    }
    return available.max(BigDecimal.ZERO);
  }

  /** An asset as it is known; zero where it is not. */
  Balance balance(String asset) {
    Snapshot s = snapshots.get(asset);
    return s == null ? zero(asset) : new Balance(asset, s.balance.total(), available(asset));
  }

  /** Every asset that is not zero, in order of its name. */
  List<Balance> all() {
    List<Balance> all = new ArrayList<>();
    for (Snapshot s : snapshots.values()) {
      if (s.balance.total().signum() != 0) {
        all.add(balance(s.balance.asset()));
      }
    }
    return all;
  }

  /** What an order takes from an asset that the snapshot cannot be known to include. */
  private BigDecimal unseen(Tracked t, Snapshot s) {
    if (!t.lockedAsset().equals(s.balance.asset())) {
      return BigDecimal.ZERO;
    }
    BigDecimal included = t.placed && includes(s, t) ? includedOf(t, s) : BigDecimal.ZERO;
    // A market order of unknown price may take everything there is.
    return included == null
        ? BigDecimal.ZERO
        : locked(t, s.balance.total()).add(spent(t)).subtract(included).max(BigDecimal.ZERO);
  }

  /** What a balance that includes an order knows of it; null for all of it. */
  private @Nullable BigDecimal includedOf(Tracked t, Snapshot s) {
    BigDecimal least = t.amending ? t.promisedBefore : null;
    for (Tracked.Amendment a : t.amended) {
      if (!isAfter(s, a.millis(), a.nanos())) {
        least = least == null ? a.promisedBefore() : least.min(a.promisedBefore());
      }
    }
    return least == null || !t.locksQuote() ? least : least.multiply(fees.costFactor(t.order));
  }

  private BigDecimal locked(Tracked t, BigDecimal unbounded) {
    if (t.status.isTerminal() && !t.revived) {
      return BigDecimal.ZERO;
    }
    if (!t.locksQuote()) {
      BigDecimal most = t.base().most();
      return most == null ? unbounded : most;
    }
    BigDecimal factor = fees.costFactor(t.order);
    BigDecimal most = t.quote().most();
    return most != null ? most.multiply(factor) : factor.signum() == 0 ? factor : unbounded;
  }

  private BigDecimal spent(Tracked t) {
    return !t.locksQuote()
        ? t.fills.filled()
        : t.fills.quoteFilled().multiply(fees.costFactor(t.order));
  }

  /** Whether a balance certainly includes the lock of an order that the venue has shown. */
  private boolean includes(Snapshot s, Tracked t) {
    // At the same venue millisecond it does when the stream told of the order before: a stream
    // tells
    // things in the order in which they happened.
    boolean told =
        s.venueMillis > 0
            && t.firstSignMillis == s.venueMillis
            && t.streamed > 0
            && t.streamed <= s.streamed
            && s.askedNanos == Tracked.NEVER;
    return told || isAfter(s, t.firstSignMillis, t.firstSignNanos);
  }

  /**
   * Whether a balance is certainly of a later time than something that the venue did at a time of
   * its own, and that was heard of here at another.
   */
  private boolean isAfter(Snapshot s, long millis, long heard) {
    if (s.askedNanos != Tracked.NEVER) {
      return heard <= s.askedNanos;
    }
    if (s.venueMillis > 0 && millis > 0) {
      return millis < s.venueMillis;
    }
    return heard + visibilityNanos <= s.heardNanos;
  }
}
