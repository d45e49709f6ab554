package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.spi.Venue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The account's side of the engine: what asks the venue, each part for one thing. What an order is,
 * {@link Orders} decides; these pass the evidence on.
 */
final class Trading {
  final OrderEntry entry;
  final Cancels cancels;
  final Amendments amendments;
  final Replacements replacements;
  final OrderQueries queries;
  final FillHistory fills;
  final AccountAudit audit;

  private final Context context;
  private final Supplier<InstrumentIndex> instruments;
  private final Orders orders;
  private final Money money;

  Trading(
      Context context,
      Calls calls,
      Supplier<InstrumentIndex> instruments,
      Orders orders,
      Money money,
      @Nullable PerpAccount perp,
      KeyCheck key) {
    this.context = context;
    this.instruments = instruments;
    this.orders = orders;
    this.money = money;
    OrderCalls each = new OrderCalls(context, calls);
    cancels = new Cancels(context, each, orders);
    fills = new FillHistory(context, calls, orders, perp);
    queries = new OrderQueries(context, calls, orders, cancels, fills);
    audit = new AccountAudit(context, calls, orders, cancels, fills, money, perp, key);
    entry = new OrderEntry(context, each, instruments, orders, money, perp, key, audit);
    amendments = new Amendments(context, each, entry, cancels, orders, money);
    replacements = new Replacements(context, each, entry, cancels, orders, money);
  }

  /** Every event of an order passes here when it was told. */
  void noticed(OrderEvent event) {
    if (event.fill() != null) {
      money.filled(event.fill());
      fills.noticed(event.fill(), event.state());
    }
    amendments.noticed(event);
    cancels.noticed(event);
    replacements.noticed(event);
  }

  /**
   * Takes on what an earlier process left in the journal; to be called once, when instruments are
   * known and before anything is placed or heard of the account.
   *
   * @param atStart what becomes of orders that may be open
   */
  void restore(List<KeptOrder> kept, Venue.AtStart atStart) {
    Map<KeptOrder, Tracked> taken = new LinkedHashMap<>();
    for (KeptOrder k : kept) {
      if (k.isLive() && atStart == Venue.AtStart.IGNORE) {
        orders.leaveAlone(k.clientId());
      } else {
        taken.put(k, k.tracked(instrument(k), context.now));
      }
    }
    fills.restore(List.copyOf(taken.values()));
    taken.forEach(
        (k, t) -> {
          orders.restore(t, context.now);
          if (k.isLive() && atStart == Venue.AtStart.CANCEL) {
            cancels.cancel(k.clientId());
          } else if (t.cancelAsked && t.status.isLive()) {
            // It leaves when the venue shows that it has the order.
            cancels.restore(k.clientId());
          }
        });
  }

  private Instrument instrument(KeptOrder kept) {
    Instrument listed = instruments.get().bySymbol(kept.symbol());
    if (listed != null) {
      return listed;
    }
    Instrument instrument = kept.standIn(context.profile.name());
    if (kept.isLive()) {
      // It can be asked about and canceled all the same, and whoever holds it should know.
      context.event(new ConnectorEvent.Delisted(instrument));
    }
    return instrument;
  }

  /** Whoever waits for an order is told that it is over; nothing more is asked. */
  void close() {
    audit.close();
    queries.close();
    replacements.close();
    amendments.close();
  }
}
