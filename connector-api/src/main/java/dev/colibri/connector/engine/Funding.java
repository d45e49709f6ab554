package dev.colibri.connector.engine;

import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The funding of perpetuals: its rates, and what was paid. */
final class Funding {
  /** How long moves of funding are gathered until the venue is asked. */
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

  private static final int MAX_PAYMENTS = 10_000;

  private final Context context;
  private final Calls calls;
  private final PerpDialect dialect;
  private final PerpAccount.Line line;
  private final Map<Instrument, FundingRate> rates = new LinkedHashMap<>();

  /** When the venue was asked last for a next funding that was over. */
  private final Map<Instrument, Long> askedNext = new LinkedHashMap<>();

  private final Set<String> payments = new LinkedHashSet<>();

  /** When the connector was started. */
  private long startedNanos;

  private boolean begun;

  /** The venue's time from which payments are told; 0 before the venue's clock is known. */
  private long paymentsFrom;

  private long paymentsKnown;
  private boolean askingPayments;
  private boolean paymentsMoved;
  private Timers.@Nullable Timer nextPayments;
  private long nextPaymentsAt;

  Funding(Context context, Calls calls, PerpDialect dialect, PerpAccount.Line line) {
    this.context = context;
    this.calls = calls;
    this.dialect = dialect;
    this.line = line;
  }

  /** The connector is started: whatever is paid from now on is told. */
  void started() {
    startedNanos = context.now;
  }

  /** The account is open: asks for payments from now on. */
  void begin() {
    begun = true;
    beginPayments();
    askPaymentsBy(context.now + GATHER_NANOS);
  }

  // ---------------------------------------------------------------- rates

  /** Funding is wanted of an instrument: the stream may tell only what changes. */
  void subscribed(Instrument instrument) {
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
  void told(FundingRate told) {
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
      subscribed(instrument);
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
  @Nullable FundingRate rate(Instrument instrument) {
    return rates.get(instrument);
  }

  // ---------------------------------------------------------------- payments

  /** The stream told that funding moved money. */
  void moved() {
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
    return Call.firstPages(ask(query, rows, rows::page), MOST_PAGES).map(Funding::oldestFirst);
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
        .map(Funding::oldestFirst);
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
