package dev.colibri.connector.engine;

import dev.colibri.connector.model.Bounds;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every order of ours that is remembered: the live ones and, for a while, those that ended. */
final class KnownOrders {

  /** Terminal orders kept, so that late fills and duplicates are still recognised. */
  static final int MAX_ENDED = 10_000;

  /** How long they are kept, unless there are more than that. */
  static final long KEEP_NANOS = 3_600_000_000_000L;

  /** The venue's ids are unique within an instrument, at many venues not beyond. */
  record VenueKey(Instrument instrument, String venueId) {}

  private record TradeKey(Instrument instrument, String tradeId, Side side) {}

  private final Questions questions;
  private final Unkept unkept;
  private final Map<String, Tracked> live = new LinkedHashMap<>();
  private final Map<String, Tracked> ended = new LinkedHashMap<>();
  private final Deque<Tracked> endedInOrder = new ArrayDeque<>();
  private final Set<Tracked> revived = new LinkedHashSet<>();
  private final Map<VenueKey, Tracked> byVenueId = new LinkedHashMap<>();
  private final Map<TradeKey, Tracked> trades = new LinkedHashMap<>();

  /** Live orders in the journal that this process leaves alone. */
  private final Set<String> leftAlone = new LinkedHashSet<>();

  private long sequence;

  KnownOrders(Questions questions, Unkept unkept) {
    this.questions = questions;
    this.unkept = unkept;
  }

  /** Takes a new order on. */
  Tracked track(Order order, @Nullable BigDecimal estimate, long now) {
    // Where all goes well nothing is ever asked, and orders end all the same.
    forget(now);
    String id = String.valueOf(order.clientId());
    if (live.containsKey(id) || ended.containsKey(id) || leftAlone.contains(id)) {
      throw new Refused(
          Rule.CLIENT_ID, id, null, "an order of this client id is known; use another one");
    }
    Tracked t = new Tracked(sequence++, order, estimate, now);
    live.put(id, t);
    unkept.mark(t);
    return t;
  }

  /** Forgets an order that was registered and of which nothing was sent or told. */
  void withdraw(String clientId) {
    live.remove(clientId);
  }

  /** Takes on an order of an earlier process, with its ids and its fills. */
  void restore(Tracked t) {
    sequence = Math.max(sequence, t.sequence + 1);
    for (Fill f : t.fills.all()) {
      trades.put(new TradeKey(f.instrument(), f.tradeId(), f.side()), t);
    }
    if (t.order.venueId() != null) {
      byVenueId.put(new VenueKey(t.instrument(), t.order.venueId()), t);
    }
    live.put(t.clientId(), t);
  }

  /** Leaves an order alone that the journal knows as live: its client id is taken, no more. */
  void leaveAlone(String clientId) {
    leftAlone.add(clientId);
  }

  /** Whose order goes by a venue's id; null when none did and this one does from now on. */
  @Nullable Tracked claim(VenueKey key, Tracked t) {
    return byVenueId.putIfAbsent(key, t);
  }

  /** Whose fill this is; null when it was not known and is this order's from now on. */
  @Nullable Tracked claim(Fill f, Tracked t) {
    return trades.putIfAbsent(new TradeKey(f.instrument(), f.tradeId(), f.side()), t);
  }

  /** Remembers an order that ended, for a while. */
  void remember(Tracked t, long now) {
    live.remove(t.clientId());
    t.heldNanos = now;
    ended.put(t.clientId(), t);
    endedInOrder.add(t);
  }

  /** The order of ours with a client id; null when it is not known, or not any more. */
  @Nullable Tracked tracked(String clientId) {
    Tracked t = live.get(clientId);
    return t != null ? t : ended.get(clientId);
  }

  /** The order of ours with a venue id; null when it is not known. */
  @Nullable Tracked byVenueId(Instrument instrument, String venueId) {
    return byVenueId.get(new VenueKey(instrument, venueId));
  }

  /** The order of ours that a report is of; null when it is of none that is known. */
  @Nullable Tracked match(
      Instrument instrument, @Nullable String clientId, @Nullable String venueId) {
    Tracked mine = clientId == null ? null : tracked(clientId);
    if (mine != null && mine.instrument().equals(instrument) && isSameId(mine, venueId)) {
      return mine;
    }
    return venueId == null ? null : byVenueId(instrument, venueId);
  }

  private static boolean isSameId(Tracked t, @Nullable String venueId) {
    String known = t.order.venueId();
    return known == null || venueId == null || known.equals(venueId);
  }

  /** Whether an id that is not known may belong to an order of ours whose id we were not told. */
  boolean isPossiblyOurs(Instrument instrument) {
    for (Tracked t : live.values()) {
      if (t.order.venueId() == null && t.instrument().equals(instrument)) {
        return true;
      }
    }
    return false;
  }

  /** An order that was ended here lives on the venue. */
  void revive(Tracked t) {
    t.revived = true;
    revived.add(t);
  }

  void endRevival(Tracked t) {
    t.revived = false;
    revived.remove(t);
  }

  /** Orders that may still trade, oldest first, pending and unknown ones included. */
  Collection<Tracked> live() {
    return live.values();
  }

  /** Everything that can still trade: the live, and what was ended here and lives on the venue. */
  List<Tracked> tradable() {
    List<Tracked> some = new ArrayList<>(live.values());
    some.addAll(revived);
    return some;
  }

  /** Terminal orders that are still remembered and ended at a time or later, latest first. */
  List<Tracked> endedSince(long since) {
    List<Tracked> some = new ArrayList<>();
    for (Iterator<Tracked> i = endedInOrder.descendingIterator(); i.hasNext(); ) {
      Tracked t = i.next();
      if (t.endedNanos < since) {
        break;
      }
      some.add(t);
    }
    return some;
  }

  /** What every live order of an instrument can still trade, without one of them. */
  Exposure exposure(Instrument instrument, @Nullable String without) {
    Bounds[] base = {Bounds.ZERO, Bounds.ZERO};
    Bounds[] quote = {Bounds.ZERO, Bounds.ZERO};
    for (Tracked t : tradable()) {
      if (t.instrument().equals(instrument) && !t.clientId().equals(without)) {
        int side = t.order.side().ordinal();
        base[side] = base[side].plus(t.base());
        quote[side] = quote[side].plus(t.quote());
      }
    }
    int buy = Side.BUY.ordinal();
    int sell = Side.SELL.ordinal();
    return new Exposure(instrument, base[buy], base[sell], quote[buy], quote[sell]);
  }

  /** Forgets what ended long ago, or what is too much. */
  void forget(long now) {
    while (!endedInOrder.isEmpty()) {
      Tracked t = endedInOrder.element();
      boolean old = t.heldNanos + KEEP_NANOS <= now && t.askNanos == Long.MAX_VALUE;
      if (!old && ended.size() <= MAX_ENDED) {
        return;
      }
      endedInOrder.remove();
      ended.remove(t.clientId());
      unkept.mark(t);
      questions.askAt(t, Long.MAX_VALUE);
      revived.remove(t);
      if (t.order.venueId() != null) {
        byVenueId.remove(new VenueKey(t.instrument(), t.order.venueId()));
      }
      for (Fill f : t.fills.all()) {
        trades.remove(new TradeKey(f.instrument(), f.tradeId(), f.side()));
      }
    }
  }

  /** How many things are remembered, of every kind. */
  int size() {
    return live.size()
        + ended.size()
        + byVenueId.size()
        + trades.size()
        + revived.size()
        + leftAlone.size();
  }
}
