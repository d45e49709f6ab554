package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The leverage and margin mode of instruments, as the venue tells them. */
final class Leverages {
  /** Of how many instruments one audit asks; the others take their turn. */
  private static final int AN_AUDIT = 10;

  private final Context context;
  private final Calls calls;
  private final PerpDialect dialect;
  private final PerpVenue venue;
  private final PositionKeeper positions;
  private final PerpAccount.Line line;
  private final Map<Instrument, Leverage> leverages = new LinkedHashMap<>();
  private final Set<Instrument> asking = new LinkedHashSet<>();

  /** By instrument whose leverage counts, those asked longest ago first: when it was told last. */
  private final Map<Instrument, Long> toldAt = new LinkedHashMap<>();

  /** To be asked for when the account is open. */
  private final Set<Instrument> waiting = new LinkedHashSet<>();

  private boolean begun;

  Leverages(
      Context context,
      Calls calls,
      PerpDialect dialect,
      PerpVenue venue,
      PositionKeeper positions,
      PerpAccount.Line line) {
    this.context = context;
    this.calls = calls;
    this.dialect = dialect;
    this.venue = venue;
    this.positions = positions;
    this.line = line;
  }

  /** The account is open. */
  void begin() {
    begun = true;
    List.copyOf(waiting).forEach(this::want);
    waiting.clear();
  }

  /** The margin mode of an instrument: the wanted one, while that is not known. */
  MarginMode marginMode(Instrument instrument) {
    Leverage known = leverages.get(instrument);
    return known == null ? venue.marginMode() : known.mode();
  }

  /** What is known of an instrument; null where nothing is. */
  @Nullable Leverage known(Instrument instrument) {
    return leverages.get(instrument);
  }

  /** Asks for the leverage of an instrument that is going to be traded, once. */
  void want(Instrument instrument) {
    if (!begun) {
      waiting.add(instrument);
    } else if (context.hasAccount() && toldAt.putIfAbsent(instrument, Tracked.NEVER) == null) {
      ask(instrument);
    }
  }

  /** Asks again: what was set elsewhere may not have been heard of, and an answer may be lost. */
  void audit() {
    for (Instrument i : toldAt.keySet().stream().limit(AN_AUDIT).toList()) {
      toldAt.put(i, toldAt.remove(i));
      ask(i);
    }
  }

  private void ask(Instrument i) {
    long askedAt = context.now;
    if (asking.add(i)) {
      calls.perform(
          () -> dialect.leverage(i, marginMode(i)),
          outcome -> {
            asking.remove(i);
            // What was told meanwhile is newer.
            if (!(outcome instanceof Outcome.Answer<Leverage> a)) {
              if (outcome instanceof Outcome.Refusal<Leverage> r
                  && r.fault().kind() == Fault.Kind.BAD_INSTRUMENT) {
                toldAt.remove(i); // It is listed no more.
              }
              context.faulted("leverage of " + i, outcome);
            } else if (toldAt.getOrDefault(i, Tracked.NEVER) <= askedAt) {
              told(a.value());
            }
          });
    }
  }

  void ask(Instrument i, Consumer<Leverage> done, Consumer<String> failed) {
    perform("leverage of " + i, dialect.leverage(i, marginMode(i)), done, failed);
  }

  void set(Leverage wanted, Consumer<Leverage> done, Consumer<String> failed) {
    BigDecimal most = wanted.instrument().maxLeverage();
    if (most != null && wanted.leverage().compareTo(most) > 0) {
      throw new Refused(
          Rule.LEVERAGE,
          wanted.leverage().toPlainString(),
          most,
          "%s takes leverage up to %s, not %s"
              .formatted(
                  wanted.instrument(), most.toPlainString(), wanted.leverage().toPlainString()));
    }
    perform(
        "leverage of " + wanted.instrument(),
        dialect.setLeverage(wanted),
        done,
        why -> {
          // Whether it was set is for the venue to say.
          ask(wanted.instrument());
          failed.accept(why);
        });
  }

  private void perform(
      String what, Call<Leverage> call, Consumer<Leverage> done, Consumer<String> failed) {
    calls.perform(
        () -> call,
        outcome -> {
          if (outcome instanceof Outcome.Answer<Leverage> a) {
            told(a.value());
            done.accept(a.value());
          } else {
            context.faulted(what, outcome);
            failed.accept(context.redactor.show(outcome.describe()));
          }
        });
  }

  /** The venue told an instrument's leverage. */
  void told(Leverage now) {
    told(now, true);
  }

  private void told(Leverage now, boolean alone) {
    toldAt.put(now.instrument(), context.now);
    Leverage before = leverages.put(now.instrument(), now);
    if (before != null && !before.isSame(now)) {
      context.event(new ConnectorEvent.LeverageChanged(before, now));
      if (alone) {
        needsMore(before, now);
      }
      line.balancesMoved(); // What is held needs another margin.
    }
  }

  /** What is held needs more margin by a smaller leverage, before any balance shows it. */
  private void needsMore(Leverage before, Leverage now) {
    BigDecimal notional =
        positions.all().stream()
            .filter(p -> p.instrument().equals(now.instrument()))
            .map(Leverages::notional)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal more =
        notional
            .divide(now.leverage(), MathContext.DECIMAL64)
            .subtract(notional.divide(before.leverage(), MathContext.DECIMAL64));
    if (more.signum() > 0) {
      line.marginNeeded(now.instrument().settle(), more);
    }
  }

  private static BigDecimal notional(Position p) {
    BigDecimal mark = p.markPrice() != null ? p.markPrice() : BigDecimal.ZERO;
    BigDecimal entry = p.entryPrice() != null ? p.entryPrice() : BigDecimal.ZERO;
    return p.size().abs().multiply(mark.max(entry));
  }

  /** What a position tells of its leverage, which comes with positions or is asked for. */
  void learn(Position p) {
    // Of one that is closed the mode is history: the next order need not follow it.
    MarginMode marginMode = p.isFlat() ? marginMode(p.instrument()) : p.marginMode();
    BigDecimal leverage = p.leverage();
    boolean second = p.side() == PositionSide.SHORT; // The long one tells; both may differ.
    if (!second
        && leverage != null
        && marginMode != null
        && leverage.compareTo(BigDecimal.ONE) >= 0) {
      // Balances come with positions, or are asked for beside them.
      told(new Leverage(p.instrument(), leverage, marginMode), false);
    }
  }

  /**
   * What a position tells that was asked for.
   *
   * @param askedAt what was told since then is newer
   */
  void learn(Position p, long askedAt) {
    if (toldAt.getOrDefault(p.instrument(), Tracked.NEVER) <= askedAt) {
      learn(p);
    }
  }
}
