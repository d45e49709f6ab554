package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an account of perpetuals is beside its orders and balances: its position mode, positions,
 * leverage and funding. Used under the engine's lock.
 */
public final class PerpAccount {
  /** How long doubts are gathered, and moves of funding, until the venue is asked. */
  private static final long GATHER_NANOS = Duration.ofSeconds(2).toNanos();

  /** How long a venue may take to book a payment after it is due. */
  private static final long BOOKED_NANOS = Duration.ofSeconds(20).toNanos();

  /** How often payments are asked for, whatever is due. */
  private static final long PAYMENTS_NANOS = Duration.ofMinutes(5).toNanos();

  /** Payments are asked for again from so long before the last known: venues list some late. */
  private static final long OVERLAP_MILLIS = Duration.ofMinutes(30).toMillis();

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private static final int MOST_PAGES = 20;
  private static final int MOST_PAGES_ASKED = 100;

  /** Of how many instruments one audit asks for the leverage; the others take their turn. */
  private static final int LEVERAGES_AN_AUDIT = 10;

  private static final int MAX_PAYMENTS = 10_000;

  /** How long the position mode that was asked for counts as asked. */
  private static final long MODE_NANOS = Duration.ofSeconds(10).toNanos();

  /** What it needs of the engine. */
  interface Line {
    /** Fills of an instrument are to be asked for, and told before {@code then} runs. */
    void askFills(Instrument instrument, Runnable then);

    void askPositions();

    void paid(FundingPayment payment);

    /** What is available is not what it was. */
    void balancesMoved();

    /** Positions need more margin than the venue's balances can show yet. */
    void marginNeeded(String asset, BigDecimal amount);

    /** The venue took the key. */
    void answered();

    /** Something is wrong that a user should see. */
    void failed(String what, Outcome<?> outcome);

    /** The connector can never become ready. */
    void fatal(String why);
  }

  private final Context context;
  private final Calls calls;
  private final PerpDialect dialect;
  private final PerpVenue venue;
  private final Line line;
  private final PositionKeeper positions;
  private final Map<Instrument, Leverage> leverages = new LinkedHashMap<>();
  private final Map<Instrument, FundingRate> rates = new LinkedHashMap<>();

  /** When the venue was asked last for a next funding that was over. */
  private final Map<Instrument, Long> askedNext = new LinkedHashMap<>();

  private final Set<Instrument> askingLeverage = new LinkedHashSet<>();

  /** By instrument whose leverage counts, those asked longest ago first: when it was told last. */
  private final Map<Instrument, Long> leveragesTold = new LinkedHashMap<>();

  /** To be asked for when the account is open. */
  private final Set<Instrument> wantedLeverage = new LinkedHashSet<>();

  private final Set<String> payments = new LinkedHashSet<>();
  private final Set<Instrument> doubted = new LinkedHashSet<>();

  /** When the latest question for fills of an instrument left that was answered. */
  private final Map<Instrument, Long> fillsAsked = new LinkedHashMap<>();

  private int doubts;

  /** The venue's time of the first look at every position; 0 before. */
  private long lookedMillis;

  /** When the connector was started. */
  private long startedNanos;

  private @Nullable PositionMode mode;

  /** When the mode was told last, or somebody tried to change it here. */
  private long modeTold = Tracked.NEVER;

  private long modeAsked = Tracked.NEVER;
  private boolean askingMode;
  private int settingMode;
  private boolean begun;

  /** The venue's time from which payments are told; 0 before the venue's clock is known. */
  private long paymentsFrom;

  private long paymentsKnown;
  private boolean askingPayments;
  private boolean paymentsMoved;
  private Timers.@Nullable Timer nextPayments;
  private long nextPaymentsAt;

  PerpAccount(Context context, Calls calls, PerpDialect dialect, PerpVenue venue, Line line) {
    this.context = context;
    this.calls = calls;
    this.dialect = dialect;
    this.venue = venue;
    this.line = line;
    positions = new PositionKeeper(context.profile.visibilityDelay().toNanos(), new Moves());
    PositionMode wanted = venue.positionMode();
    if (wanted != null && !dialect.positionModes().contains(wanted)) {
      throw new IllegalArgumentException(
          context.profile.name()
              + " has no position mode "
              + wanted
              + "; it has "
              + dialect.positionModes());
    }
  }

  // ---------------------------------------------------------------- position mode

  /** The connector is started: whatever is paid from now on is told. */
  void started() {
    startedNanos = context.now;
  }

  /** Learns the account's position mode, changes it where that is wanted, and goes on. */
  void begin(Runnable then) {
    askMode(0, then);
  }

  private void askMode(int attempt, Runnable then) {
    calls.perform(
        dialect::positionMode,
        outcome -> {
          if (context.closed) {
            return;
          }
          if (outcome instanceof Outcome.Answer<PositionMode> a) {
            line.answered();
            PositionMode wanted = venue.positionMode();
            if (wanted == null || wanted == a.value()) {
              begun(a.value(), then);
            } else {
              changeMode(a.value(), wanted, attempt, then);
            }
          } else {
            line.failed("position mode", outcome);
            again(attempt, () -> askMode(attempt + 1, then));
          }
        });
  }

  private void changeMode(PositionMode is, PositionMode wanted, int attempt, Runnable then) {
    calls.perform(
        () -> dialect.setPositionMode(wanted),
        outcome -> {
          if (context.closed) {
            return;
          }
          if (outcome instanceof Outcome.Answer<PositionMode> a && a.value() == wanted) {
            begun(wanted, then);
            return;
          }
          boolean refused =
              outcome instanceof Outcome.Refusal<PositionMode> r && !r.fault().kind().isPassing();
          if (refused && venue.ifOpen() == PerpVenue.IfOpen.KEEP) {
            context.faulted("position mode", outcome);
            begun(is, then);
          } else if (refused) {
            line.failed("position mode", outcome);
            line.fatal(
                "the account holds positions in mode %s and the venue does not change it to %s: %s"
                    .formatted(is, wanted, context.redactor.show(outcome.describe())));
          } else {
            // Whether it was changed is for the account's mode to say.
            line.failed("position mode", outcome);
            again(attempt, () -> askMode(attempt + 1, then));
          }
        });
  }

  private void again(int attempt, Runnable task) {
    context.timers.set(context.now + context.backoff(attempt), task);
  }

  private void begun(PositionMode known, Runnable then) {
    begun = true;
    modeIs(known);
    beginPayments();
    List.copyOf(wantedLeverage).forEach(this::learnLeverage);
    wantedLeverage.clear();
    askPaymentsBy(context.now + GATHER_NANOS);
    then.run();
  }

  private void modeIs(PositionMode known) {
    modeTold = context.now;
    if (mode != known) {
      mode = known;
      context.event(new ConnectorEvent.PositionModeIs(known, venue.positionMode()));
    }
  }

  void setMode(PositionMode wanted, Consumer<PositionMode> done, Consumer<String> failed) {
    if (!dialect.positionModes().contains(wanted)) {
      failed.accept(context.profile.name() + " has only " + dialect.positionModes());
      return;
    }
    settingMode++;
    calls.perform(
        () -> dialect.setPositionMode(wanted),
        outcome -> {
          settingMode--;
          modeTold = context.now;
          if (outcome instanceof Outcome.Answer<PositionMode> a) {
            modeIs(a.value());
            line.askPositions();
            done.accept(a.value());
          } else {
            if (!(outcome instanceof Outcome.Refusal)) {
              readMode();
            }
            failed.accept(context.redactor.show(outcome.describe()));
          }
        });
  }

  /** Asks again: it may have been changed elsewhere, where no stream tells of it. */
  void auditMode() {
    if (begun
        && !context.closed
        && dialect.positionModes().size() > 1
        && Math.max(modeAsked, modeTold) + MODE_NANOS <= context.now) {
      readMode();
    }
  }

  /** An order was refused: one that is for a position of another mode has no name of its own. */
  void refused(Fault fault) {
    if (fault.kind() == Fault.Kind.REJECTED) {
      auditMode();
    }
  }

  private void readMode() {
    if (askingMode) {
      return;
    }
    askingMode = true;
    modeAsked = context.now;
    calls.perform(
        dialect::positionMode,
        outcome -> {
          askingMode = false;
          if (!(outcome instanceof Outcome.Answer<PositionMode> a)) {
            context.faulted("position mode", outcome);
          } else if (settingMode > 0 || modeTold > modeAsked) {
            if (settingMode == 0) {
              readMode(); // What was answered is of before the change.
            }
          } else if (a.value() != mode) {
            modeIs(a.value());
            line.askPositions();
          } else {
            modeTold = context.now;
          }
        });
  }

  /** The account's position mode; null before it is known. */
  public @Nullable PositionMode mode() {
    return mode;
  }

  /** The position mode of an instrument; null before it is known. */
  public @Nullable PositionMode mode(Instrument instrument) {
    return mode == PositionMode.HEDGE && !dialect.isHedgeable(instrument)
        ? PositionMode.ONE_WAY
        : mode;
  }

  // ---------------------------------------------------------------- orders

  /**
   * An order as it departs: for a position, and margined.
   *
   * @throws Refused while the position mode is not known
   */
  Order complete(Order order) {
    PositionMode mode = mode(order.instrument());
    if (mode == null) {
      throw new Refused(
          Rule.NOT_READY, order.toString(), null, "the position mode is not known; await start()");
    }
    learnLeverage(order.instrument());
    PositionSide side = PositionSide.of(mode, order.side(), order.isReduceOnly());
    return order.positionSide(side).marginMode(marginMode(order.instrument()));
  }

  private MarginMode marginMode(Instrument instrument) {
    Leverage known = leverages.get(instrument);
    return known == null ? venue.marginMode() : known.mode();
  }

  /** What a unit of notional takes of margin: 1 while the leverage is not known. */
  BigDecimal leverage(Instrument instrument) {
    Leverage known = leverages.get(instrument);
    return known == null ? BigDecimal.ONE : known.leverage();
  }

  /** The position that an order works on, as far as it is in the order's direction. */
  BigDecimal held(Order order) {
    PositionMode mode = mode(order.instrument());
    PositionSide side =
        mode == null ? PositionSide.NET : PositionSide.of(mode, order.side(), order.isReduceOnly());
    BigDecimal held = positions.position(order.instrument(), side).size();
    return order.side() == Side.BUY ? held : held.negate();
  }

  /**
   * The most base units of an order that certainly close a position: what it holds the other way.
   */
  BigDecimal closable(Order order) {
    if (order.positionSide() != PositionSide.NET) {
      return BigDecimal.ZERO;
    }
    return held(order).negate().max(BigDecimal.ZERO);
  }

  // ---------------------------------------------------------------- positions

  /** A fill of the account, ours or not. */
  void fill(Fill fill, @Nullable PositionSide ofOrder, boolean ours) {
    PositionSide side = fill.positionSide() != null ? fill.positionSide() : ofOrder;
    if (side == null && mode(fill.instrument()) == PositionMode.HEDGE) {
      context.later(line::askPositions); // Of which one, only the positions themselves can say.
      return;
    }
    positions.fill(fill, side == null ? PositionSide.NET : side, ours, context.now);
  }

  /**
   * The venue's time from which fills of an instrument are to be asked for of which nothing else
   * says since when: all that was before is in the positions. That these agreed later proves
   * nothing: what was missed may have been bought and sold.
   *
   * @param now the venue's time
   */
  long untoldSince(long now) {
    return lookedMillis == 0 ? now : Math.min(lookedMillis, now);
  }

  /** Every fill of an instrument that the venue told, asked for then, was passed on. */
  void fillsAnswered(Instrument instrument, long askedAt) {
    fillsAsked.merge(instrument, askedAt, Math::max);
  }

  /** What a stream told. */
  void told(List<Position> list, boolean complete) {
    positions.told(list, complete, 0, Tracked.NEVER, context.now).forEach(this::learn);
  }

  /** The answer to a question for every position. */
  void answered(List<Position> list, boolean complete, long askedMillis, long askedAt) {
    boolean first = !positions.isKnown();
    for (Position p : positions.told(list, complete, askedMillis, askedAt, context.now)) {
      if (leveragesTold.getOrDefault(p.instrument(), Tracked.NEVER) <= askedAt) {
        learn(p); // What was told meanwhile is newer.
      }
    }
    if (first && positions.isKnown()) {
      lookedMillis = askedMillis;
    }
  }

  private void learn(Position p) {
    // Of one that is closed the mode is history: the next order need not follow it.
    MarginMode marginMode = p.isFlat() ? marginMode(p.instrument()) : p.marginMode();
    BigDecimal leverage = p.leverage();
    boolean second = p.side() == PositionSide.SHORT; // The long one tells; both may differ.
    if (!second
        && leverage != null
        && marginMode != null
        && leverage.compareTo(BigDecimal.ONE) >= 0) {
      // Balances come with positions, or are asked for beside them.
      leverage(new Leverage(p.instrument(), leverage, marginMode), false);
    }
  }

  private final class Moves implements PositionKeeper.Listener {
    @Override
    public boolean areFillsKnown(Instrument instrument, long sinceNanos) {
      return fillsAsked.getOrDefault(instrument, Tracked.NEVER) >= sinceNanos;
    }

    @Override
    public long venueMillis(long nanos) {
      return context.clock.isKnown() ? context.clock.millis(nanos) : 0;
    }

    @Override
    public void moved(PositionEvent event) {
      context.later(() -> context.out.position(event));
    }

    @Override
    public void doubted(Instrument instrument) {
      if (doubted.add(instrument)) {
        long pause = Math.min(GATHER_NANOS << Math.min(doubts++, 4), 2 * BOOKED_NANOS);
        context.timers.set(context.now + pause, () -> resolve(instrument));
      }
    }
  }

  private void resolve(Instrument instrument) {
    doubted.remove(instrument);
    if (context.closed || !positions.isDoubted(instrument)) {
      doubts = 0;
      return;
    }
    line.askFills(instrument, line::askPositions);
  }

  /** Whether mode and positions are known. */
  boolean isKnown() {
    return begun && positions.isKnown();
  }

  /** A position as it is known; flat where there is none. */
  public Position position(Instrument instrument, PositionSide side) {
    return positions.position(instrument, side);
  }

  /** Every position that is not flat, in the order in which they became known. */
  public List<Position> positions() {
    return positions.all();
  }

  // ---------------------------------------------------------------- leverage

  /** Asks for the leverage of an instrument that is going to be traded, once. */
  void learnLeverage(Instrument instrument) {
    if (!begun) {
      wantedLeverage.add(instrument);
    } else if (context.hasAccount()
        && leveragesTold.putIfAbsent(instrument, Tracked.NEVER) == null) {
      askLeverage(instrument);
    }
  }

  /** Asks again: what was set elsewhere may not have been heard of, and an answer may be lost. */
  void auditLeverages() {
    for (Instrument i : leveragesTold.keySet().stream().limit(LEVERAGES_AN_AUDIT).toList()) {
      leveragesTold.put(i, leveragesTold.remove(i));
      askLeverage(i);
    }
  }

  private void askLeverage(Instrument i) {
    long askedAt = context.now;
    if (askingLeverage.add(i)) {
      calls.perform(
          () -> dialect.leverage(i, marginMode(i)),
          outcome -> {
            askingLeverage.remove(i);
            // What was told meanwhile is newer.
            if (!(outcome instanceof Outcome.Answer<Leverage> a)) {
              if (outcome instanceof Outcome.Refusal<Leverage> r
                  && r.fault().kind() == Fault.Kind.BAD_INSTRUMENT) {
                leveragesTold.remove(i); // It is listed no more.
              }
              context.faulted("leverage of " + i, outcome);
            } else if (leveragesTold.getOrDefault(i, Tracked.NEVER) <= askedAt) {
              leverage(a.value());
            }
          });
    }
  }

  void askLeverage(Instrument i, Consumer<Leverage> done, Consumer<String> failed) {
    perform("leverage of " + i, dialect.leverage(i, marginMode(i)), done, failed);
  }

  void setLeverage(Leverage wanted, Consumer<Leverage> done, Consumer<String> failed) {
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
          askLeverage(wanted.instrument());
          failed.accept(why);
        });
  }

  private void perform(
      String what, Call<Leverage> call, Consumer<Leverage> done, Consumer<String> failed) {
    calls.perform(
        () -> call,
        outcome -> {
          if (outcome instanceof Outcome.Answer<Leverage> a) {
            leverage(a.value());
            done.accept(a.value());
          } else {
            context.faulted(what, outcome);
            failed.accept(context.redactor.show(outcome.describe()));
          }
        });
  }

  /** The venue told an instrument's leverage. */
  void leverage(Leverage now) {
    leverage(now, true);
  }

  private void leverage(Leverage now, boolean alone) {
    leveragesTold.put(now.instrument(), context.now);
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
            .map(PerpAccount::notional)
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

  /** The leverage of an instrument as far as known; null where it is not. */
  public @Nullable Leverage knownLeverage(Instrument instrument) {
    return leverages.get(instrument);
  }

  // ---------------------------------------------------------------- funding

  /** Funding is wanted of an instrument: the stream may tell only what changes. */
  void fundingSubscribed(Instrument instrument) {
    Rows rows = new Rows(context, "funding rates");
    calls.perform(
        () -> dialect.fundingRates(List.of(instrument), rows),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<FundingRate>> a) {
            a.value().stream()
                .filter(r -> r.instrument().equals(instrument))
                .forEach(r -> bootstrap(r));
          } else {
            context.faulted("funding of " + instrument, outcome);
          }
        });
  }

  /** What was asked for fills in what the stream has not told; the stream is newer. */
  private void bootstrap(FundingRate answer) {
    FundingRate known = rates.get(answer.instrument());
    boolean older = known != null && answer.venueMillis() < known.venueMillis();
    put(known == null ? answer : older ? answer.with(known) : known.with(answer));
  }

  /** What a stream tells, in parts. */
  void funding(FundingRate told) {
    FundingRate known = rates.get(told.instrument());
    put(known == null ? told : known.with(told));
    if (known != null && told.nextMillis() == 0 && isOver(known.nextMillis())) {
      askNext(told.instrument());
    }
  }

  private boolean isOver(long nextMillis) {
    return nextMillis > 0
        && context.clock.isKnown()
        && nextMillis <= context.clock.millis(context.now);
  }

  /** A stream may never say when funding comes next: then the venue is asked, now and then. */
  private void askNext(Instrument instrument) {
    long asked = askedNext.getOrDefault(instrument, Tracked.NEVER);
    if (asked == Tracked.NEVER || asked + BOOKED_NANOS < context.now) {
      askedNext.put(instrument, context.now);
      fundingSubscribed(instrument);
    }
  }

  private void put(FundingRate rate) {
    rates.put(rate.instrument(), rate);
    context.out.funding(rate);
    if (begun && rate.nextMillis() > 0 && context.clock.isKnown()) {
      long due = rate.nextMillis() - context.clock.millis(context.now);
      if (due > 0 && due < PAYMENTS_NANOS / 1_000_000) {
        askPaymentsBy(context.now + due * 1_000_000 + BOOKED_NANOS);
      }
    }
  }

  /** What is known of an instrument's funding; null where nothing is. */
  public @Nullable FundingRate rate(Instrument instrument) {
    return rates.get(instrument);
  }

  /** The stream told that funding moved money. */
  void fundingPaid() {
    if (begun && !paymentsMoved) {
      paymentsMoved = true;
      askPaymentsBy(context.now + GATHER_NANOS);
    }
  }

  private void askPaymentsBy(long at) {
    if (nextPayments != null && nextPaymentsAt <= at) {
      return;
    }
    if (nextPayments != null) {
      nextPayments.cancel();
    }
    nextPaymentsAt = at;
    nextPayments = context.timers.set(at, this::askPayments);
  }

  /** What was paid before the start is history: only what comes from then on is told. */
  private void beginPayments() {
    if (paymentsFrom == 0 && context.clock.isKnown()) {
      paymentsFrom = context.clock.millis(startedNanos);
      paymentsKnown = paymentsFrom;
    }
  }

  private void askPayments() {
    nextPayments = null;
    if (context.closed) {
      return;
    }
    if (askingPayments || !context.clock.isKnown()) {
      askPaymentsBy(context.now + GATHER_NANOS);
      return;
    }
    beginPayments();
    long asked = context.clock.millis(context.now);
    askingPayments = true;
    paymentsMoved = false;
    Rows rows = new Rows(context, "funding payments");
    long since = paymentsKnown - OVERLAP_MILLIS;
    // Where a venue tells a week at once, the end of a longer time says how many there are.
    FundingQuery query =
        new FundingQuery(null, since, asked - since > DAY_MILLIS ? asked : 0, null);
    calls.perform(
        () -> firstPages(query, rows),
        outcome -> {
          askingPayments = false;
          if (outcome instanceof Outcome.Answer<List<FundingPayment>> a) {
            a.value().forEach(this::paid);
            // A row that cannot be read, as one of a delisted instrument, never will be.
            if (rows.isToTheEnd()) {
              paymentsKnown = Math.max(paymentsKnown, asked);
            }
          } else {
            context.faulted("funding payments", outcome);
          }
          askPaymentsBy(context.now + PAYMENTS_NANOS);
        });
  }

  private Call<List<FundingPayment>> firstPages(FundingQuery query, Rows rows) {
    return Call.firstPages(ask(query, rows, rows::page), MOST_PAGES).map(PerpAccount::oldestFirst);
  }

  /** Payments, oldest first; all of them, or the call fails. */
  Call<List<FundingPayment>> payments(FundingQuery query, BadRows rows) {
    return Call.pages(ask(query, rows, page -> page), MOST_PAGES_ASKED)
        .map(
            all ->
                all.stream()
                    .filter(p -> p.venueMillis() >= query.sinceMillis())
                    .filter(p -> query.untilMillis() == 0 || p.venueMillis() <= query.untilMillis())
                    .toList())
        .map(PerpAccount::oldestFirst);
  }

  private Function<@Nullable String, Call<Page<FundingPayment>>> ask(
      FundingQuery query, BadRows rows, UnaryOperator<Page<FundingPayment>> seen) {
    return cursor ->
        dialect.fundingPayments(cursor == null ? query : query.from(cursor), rows).map(seen::apply);
  }

  private static List<FundingPayment> oldestFirst(List<FundingPayment> all) {
    return OldestFirst.of(all, FundingPayment::venueMillis);
  }

  private void paid(FundingPayment p) {
    if (!payments.add(p.instrument().symbol() + " " + p.id())) {
      return;
    }
    for (Iterator<String> i = payments.iterator();
        i.hasNext() && payments.size() > MAX_PAYMENTS; ) {
      i.next();
      i.remove();
    }
    if (p.venueMillis() >= paymentsFrom) {
      line.paid(p);
    }
  }
}
