package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instruments that a venue lists: asked for until some trade, now and then from then on, and
 * out of turn when the venue refuses something for its instrument.
 */
final class Listing {
  /** They are asked for out of turn so often at most. */
  private static final long DOUBT_NANOS = Duration.ofMinutes(1).toNanos();

  private final Context context;
  private final Calls calls;
  private final MarketData market;
  private final Runnable told;
  private InstrumentIndex instruments = new InstrumentIndex(List.of());

  /** Those that are listed, and those that were: what the venue tells may be of both. */
  private InstrumentIndex named = instruments;

  /** By name: why an instrument is not offered. */
  private Map<String, String> leftOut = new LinkedHashMap<>();

  private boolean begun;
  private boolean known;
  private boolean anyTrades;
  private boolean loading;
  private long askedAt;

  /** Whether they are to be asked for out of turn. */
  private boolean doubted;

  /**
   * Empty until it begins.
   *
   * @param told run whenever the venue told its instruments
   */
  Listing(Context context, Calls calls, MarketData market, Runnable told) {
    this.context = context;
    this.calls = calls;
    this.market = market;
    this.told = told;
  }

  /** Asks for them, now and from now on. */
  void begin() {
    begun = true;
    load();
    context.every(context.settings.rulesPause(), this::load);
  }

  private void load() {
    if (!loading) {
      loading = true;
      askedAt = context.now;
      load(0);
    }
  }

  /** The venue refuses something for its instrument: it may be gone. */
  void doubt() {
    if (!begun || doubted) {
      return;
    }
    doubted = true;
    long asked = askedAt;
    Runnable look =
        () -> {
          doubted = false;
          if (!context.closed && askedAt == asked) {
            load();
          }
        };
    if (context.now - asked >= DOUBT_NANOS) {
      context.later(look);
    } else {
      context.timers.set(asked + DOUBT_NANOS, look);
    }
  }

  /** Asks until some instrument trades; later looks that fail are left to the next. */
  private void load(int attempt) {
    Rows rows = new Rows(context, "instruments");
    calls.perform(
        () -> context.books().instruments(rows),
        outcome -> {
          if (!(outcome instanceof Outcome.Answer<List<Instrument>> a)) {
            context.failed("instruments", outcome);
          } else if (a.value().isEmpty()) {
            context.failed("instruments", new Outcome.Unknown<>("the venue lists none"));
          } else {
            leftOut = rows.leftOut();
            take(a.value(), rows.isWhole());
          }
          loading = !anyTrades;
          if (loading) {
            context.retry(attempt, () -> load(attempt + 1));
          }
        });
  }

  /**
   * Takes the venue's list.
   *
   * @param whole whether every row could be read; otherwise one that is missing is not delisted
   */
  private void take(List<Instrument> list, boolean whole) {
    InstrumentIndex before = instruments;
    instruments = new InstrumentIndex(list);
    if (!whole) {
      List<Instrument> all = new ArrayList<>(list);
      for (Instrument i : before.all()) {
        if (instruments.bySymbol(i.symbol()) == null) {
          all.add(i);
        }
      }
      instruments = new InstrumentIndex(all);
    }
    Map<String, Instrument> ever = new LinkedHashMap<>();
    named.all().forEach(i -> ever.put(i.symbol(), i));
    instruments.all().forEach(i -> ever.put(i.symbol(), i));
    named = new InstrumentIndex(ever.values());
    if (known) {
      tellChanges(before);
    }
    known = true;
    anyTrades = false;
    for (Instrument i : instruments.all()) {
      anyTrades |= i.state() == Instrument.State.TRADING;
    }
    if (!anyTrades) {
      context.problem("instruments: none trades now");
    }
    told.run();
  }

  private void tellChanges(InstrumentIndex before) {
    for (Instrument i : instruments.all()) {
      Instrument old = before.bySymbol(i.symbol());
      if (old == null) {
        market.listed(i);
        context.event(new ConnectorEvent.Listed(i));
      } else if (old.state() != i.state() || !old.rules().equals(i.rules())) {
        context.event(new ConnectorEvent.RulesChanged(old, i));
      }
    }
    for (Instrument i : before.all()) {
      if (instruments.bySymbol(i.symbol()) == null) {
        market.delisted(i);
        context.event(new ConnectorEvent.Delisted(i));
      }
    }
  }

  /** Those that are listed, in the venue's order. */
  InstrumentIndex instruments() {
    return instruments;
  }

  /** Those that are listed, and those that were. */
  InstrumentIndex named() {
    return named;
  }

  /** Whether the venue ever told. */
  boolean isKnown() {
    return known;
  }

  /** Whether one of them trades. */
  boolean anyTrades() {
    return anyTrades;
  }

  /** Why an instrument of a name is not offered; null where nothing is known of it. */
  @Nullable String leftOut(String name) {
    return leftOut.get(name);
  }
}
