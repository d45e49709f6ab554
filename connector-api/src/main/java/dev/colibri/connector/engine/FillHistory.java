package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FillQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the venue for fills: for all of an order, and for those of an instrument that nothing told
 * of. By instrument it remembers up to when all are known.
 */
final class FillHistory {
  /** How many parts of a long list of fills are asked for at once. */
  private static final int MOST_PAGES = 20;

  /** How many instruments' fills one audit asks for; the others take their turn. */
  private static final int FILLS_AN_AUDIT = 10;

  /** Fills are asked for from a little before the last that is known: venues list some late. */
  private static final long OVERLAP_MILLIS = 60_000;

  private static final long WEEK_MILLIS = Duration.ofDays(7).toMillis();

  /** Before so many weeks venues tell nothing any more. */
  private static final int MOST_WEEKS = 26;

  private final Context context;
  private final Calls calls;
  private final Orders orders;
  private final @Nullable PerpAccount perp;

  /** By instrument traded: the venue's time up to which all its fills are known. */
  private final LinkedHashMap<Instrument, Long> watermarks = new LinkedHashMap<>();

  /** Orders whose fills are being asked for. */
  private final Set<String> asking = new LinkedHashSet<>();

  FillHistory(Context context, Calls calls, Orders orders, @Nullable PerpAccount perp) {
    this.context = context;
    this.calls = calls;
    this.orders = orders;
    this.perp = perp;
  }

  // ---------------------------------------------------------------- of an order

  /** Asks for every fill of an order, where the venue's id of it is known. */
  void ask(OrderState state) {
    String id = state.clientId();
    if (state.order().venueId() == null || !asking.add(id)) {
      return;
    }
    long askedAt = context.now;
    Rows rows = new Rows(context, "fills");
    calls.perform(
        () -> pages(FillQuery.of(state.order()), rows),
        outcome -> {
          asking.remove(id);
          if (outcome instanceof Outcome.Answer<List<Fill>> a) {
            a.value().forEach(f -> orders.fill(f, askedAt, context.now));
            if (rows.isWhole()) {
              orders.fillsAnswered(id, askedAt, context.now);
            }
          } else {
            context.faulted("fills of " + id, outcome);
          }
        });
  }

  private Call<List<Fill>> pages(FillQuery query, Rows rows) {
    return Call.firstPages(
            (String cursor) ->
                context
                    .books()
                    .fills(cursor == null ? query : query.from(cursor), rows)
                    .map(rows::page),
            MOST_PAGES)
        .map(fills -> OldestFirst.of(fills, Fill::venueMillis));
  }

  // ---------------------------------------------------------------- since when

  /** A fill of an order was told: others of its instrument may not have been. */
  void noticed(Fill fill, OrderState order) {
    // Only an answer moves it on: that one fill was told says nothing of those before it.
    watermarks.putIfAbsent(fill.instrument(), untoldSince(beganAt(order)));
  }

  /** Takes on what an earlier process knew of orders. */
  void restore(List<Tracked> all) {
    Map<Instrument, Long> sent = new LinkedHashMap<>();
    for (Tracked t : all) {
      t.fills.all().forEach(this::knownUpTo);
      if (t.end == null) {
        OrderState state = t.state();
        sent.merge(state.instrument(), beganAt(state), Math::min);
      }
    }
    // Whatever filled while no process looked is later than what was known, or than the order.
    sent.forEach(watermarks::putIfAbsent);
  }

  private void knownUpTo(Fill fill) {
    if (fill.venueMillis() > 0) {
      watermarks.merge(fill.instrument(), notToCome(fill.venueMillis()), Math::max);
    }
  }

  /** The venue's time before which nothing of an order can have filled. */
  private long beganAt(OrderState order) {
    long sent = order.order().sentMillis();
    return notToCome(sent > 0 ? sent : order.createdNanos() / 1_000_000);
  }

  /** A time that has not come yet would hide what comes until then. */
  private long notToCome(long venueMillis) {
    return Math.min(venueMillis, context.clock.millis(context.now));
  }

  /** What others traded on perpetuals counts as well, and may have been long before. */
  private long untoldSince(long ofOurs) {
    return perp == null ? ofOurs : perp.untoldSince(ofOurs);
  }

  // ---------------------------------------------------------------- of instruments

  /** Asks for fills that nothing told of: the instruments asked longest ago take their turn. */
  void audit() {
    if (!context.clock.isKnown()) {
      return; // By a clock that is ahead, what filled lately would never be asked for.
    }
    long asked = context.clock.millis(context.now);
    long since = untoldSince(asked);
    for (OrderState s : orders.live()) {
      watermarks.putIfAbsent(s.instrument(), since);
    }
    if (perp != null) {
      // Others may trade what is held, and the venue itself may close it.
      perp.positions().forEach(p -> watermarks.putIfAbsent(p.instrument(), since));
    }
    List<Instrument> turn =
        List.copyOf(watermarks.keySet()).subList(0, Math.min(FILLS_AN_AUDIT, watermarks.size()));
    for (Instrument i : turn) {
      long known = watermarks.remove(i);
      watermarks.put(i, known);
      ask(i, known, asked, () -> {});
    }
  }

  /** Asks for the fills of an instrument that nothing told of. */
  void ask(Instrument i, Runnable then) {
    if (context.closed) {
      return;
    }
    if (!context.clock.isKnown()) {
      then.run();
      return;
    }
    long asked = context.clock.millis(context.now);
    ask(i, watermarks.computeIfAbsent(i, instrument -> untoldSince(asked)), asked, then);
  }

  private void ask(Instrument i, long since, long asked, Runnable then) {
    long askedAt = context.now;
    List<Rows> parts = new ArrayList<>();
    calls.perform(
        () -> inWeeks(i, since - OVERLAP_MILLIS, asked, parts),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<Fill>> a) {
            a.value().forEach(f -> orders.fill(f, askedAt, context.now));
            if (perp != null) {
              perp.fillsAnswered(i, askedAt);
            }
            if (parts.stream().allMatch(Rows::isWhole)) {
              // Fills of orders that are long forgotten are not asked for again and again.
              watermarks.computeIfPresent(i, (instrument, before) -> Math.max(before, asked));
            }
          } else {
            context.faulted("fills of " + i, outcome);
          }
          then.run();
        });
  }

  /**
   * Every fill of an instrument since a time, oldest first. Many venues tell a week from then on
   * and no more, so that a longer time is asked for in weeks.
   */
  private Call<List<Fill>> inWeeks(Instrument i, long since, long asked, List<Rows> parts) {
    List<Call<List<Fill>>> weeks = new ArrayList<>();
    for (long from : weeks(since, asked)) {
      Rows rows = new Rows(context, "fills");
      parts.add(rows);
      weeks.add(pages(FillQuery.since(i, from), rows));
    }
    return weeks.size() == 1
        ? weeks.get(0)
        : Call.all(weeks)
            .map(
                all ->
                    OldestFirst.of(all.stream().flatMap(List::stream).toList(), Fill::venueMillis));
  }

  /** The times from which a week each covers what was between two times, in order. */
  static List<Long> weeks(long since, long until) {
    List<Long> weeks = new ArrayList<>();
    long from = Math.max(since, until - MOST_WEEKS * WEEK_MILLIS);
    do {
      weeks.add(from);
      from += WEEK_MILLIS;
    } while (from <= until);
    return weeks;
  }
}
