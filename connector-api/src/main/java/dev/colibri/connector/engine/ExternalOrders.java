package dev.colibri.connector.engine;

import dev.colibri.connector.engine.KnownOrders.VenueKey;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Orders of the account that are not ours, and reports of which it is not known whose they are. */
final class ExternalOrders {

  /** Orders of others that are shown. */
  static final int MAX_EXTERNAL = 10_000;

  /** Reports kept until it is known whose order a venue id is. */
  static final int MAX_PARKED = 1_000;

  /** How long they are kept. */
  static final long PARK_NANOS = 60_000_000_000L;

  /** A report about a venue id that may turn out to be an order of ours. */
  record Parked(long nanos, @Nullable OrderUpdate update, @Nullable Fill fill, long askedAt) {
    VenueKey key() {
      return update != null
          ? new VenueKey(update.instrument(), String.valueOf(update.venueId()))
          : new VenueKey(fill.instrument(), String.valueOf(fill.venueId()));
    }
  }

  private final OrderListener out;
  private final UnaryOperator<String> show;
  private final KnownOrders ours;
  private final Map<VenueKey, OrderState> external = new LinkedHashMap<>();
  private final Deque<Parked> parked = new ArrayDeque<>();

  ExternalOrders(OrderListener out, UnaryOperator<String> show, KnownOrders ours) {
    this.out = out;
    this.show = show;
    this.ours = ours;
  }

  /** Open orders that are not ours, as last shown. */
  List<OrderState> all() {
    return external.values().stream().filter(s -> s.status().isLive()).toList();
  }

  /** Keeps a report until it is known whose order it is of. */
  void park(OrderUpdate u, long askedAt, long now) {
    park(new Parked(now, u, null, askedAt));
  }

  /** Keeps a fill until it is known whose order it is of. */
  void park(Fill f, long askedAt, long now) {
    park(new Parked(now, null, f, askedAt));
  }

  private void park(Parked p) {
    parked.add(p);
    if (parked.size() > MAX_PARKED) {
      release(parked.remove());
    }
  }

  /** What was kept of an order that turns out to be ours: it is no other's. */
  List<Parked> take(VenueKey key) {
    List<Parked> taken = new ArrayList<>();
    for (Iterator<Parked> i = parked.iterator(); i.hasNext(); ) {
      Parked p = i.next();
      if (p.key().equals(key)) {
        i.remove();
        taken.add(p);
      }
    }
    return taken;
  }

  /** Lets go of what cannot be ours any more. */
  void unpark(long now) {
    while (!parked.isEmpty()
        && (parked.element().nanos + PARK_NANOS <= now
            || !ours.isPossiblyOurs(parked.element().key().instrument()))) {
      release(parked.remove());
    }
  }

  /** No order of ours took the id on, so that it is another's. */
  private void release(Parked p) {
    if (p.update != null) {
      show(p.update, p.nanos);
    }
  }

  static VenueKey key(OrderUpdate u) {
    String id = u.venueId();
    return new VenueKey(u.instrument(), id != null ? id : "client:" + u.clientId());
  }

  /** Shows an order that is not ours. */
  void show(OrderUpdate u, long now) {
    VenueKey key = key(u);
    OrderState known = external.get(key);
    Order order = known != null ? known.order() : u.order();
    if (order == null) {
      // Only what the venue describes can be shown; its list of open orders will.
      return;
    }
    BigDecimal filled = u.filled() == null ? BigDecimal.ZERO : u.filled();
    BigDecimal quote = u.quoteFilled() == null ? BigDecimal.ZERO : u.quoteFilled();
    OrderStatus status = u.status();
    if (known != null) {
      if (known.status().isTerminal()) {
        return;
      }
      if (filled.compareTo(known.filled()) < 0) {
        filled = known.filled();
        quote = known.quoteFilled();
      }
    }
    OrderState state =
        new OrderState(
            order
                .clientId(u.clientId() == null ? order.clientId() : u.clientId())
                .venueId(u.venueId()),
            status,
            filled,
            quote,
            Collections.emptyMap(),
            Orders.shown(u.reject(), show),
            false,
            known == null ? now : known.createdNanos(),
            now);
    external.remove(key);
    external.put(key, state);
    if (external.size() > MAX_EXTERNAL) {
      external.remove(external.keySet().iterator().next());
    }
    if (known == null || known.status() != status || known.filled().compareTo(filled) != 0) {
      out.external(state);
    }
  }

  /** What was taken for another's goes by this id and is ours. */
  void remove(VenueKey key) {
    external.remove(key);
  }

  /**
   * The venue gave every open order, of one instrument or of the account, and these are not ours.
   *
   * @param visible orders that were shown later than this may have been opened since
   */
  void keepOnly(Set<VenueKey> open, @Nullable Instrument of, long visible) {
    external
        .entrySet()
        .removeIf(
            e ->
                (of == null || of.equals(e.getValue().instrument()))
                    && e.getValue().status().isLive()
                    && e.getValue().updatedNanos() <= visible
                    && !open.contains(e.getKey()));
  }

  int size() {
    return external.size() + parked.size();
  }
}
