package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Topic;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A venue of perpetuals whose market data, mark prices and funding rates are real, and whose
 * account is simulated.
 */
final class PaperPerp extends Paper implements PerpDialect {
  /** How much a venue's clock may be ahead of what is known of it here. */
  private static final long CLOCK_MILLIS = 5_000;

  private final PerpDialect venue;
  private final PaperMargin margin;
  private final Map<Instrument, FundingRate> rates = new LinkedHashMap<>();

  /** When funding comes next, of those that it was told of and that were not paid since. */
  private final Map<Instrument, Long> due = new LinkedHashMap<>();

  private final Map<Instrument, Long> paid = new LinkedHashMap<>();
  private final Deque<FundingPayment> payments = new ArrayDeque<>();
  private PositionMode mode;

  PaperPerp(PerpDialect venue, PaperAccount account, PaperMargin margin) {
    super(venue, account, margin);
    this.venue = venue;
    this.margin = margin;
    this.mode = venue.positionModes().iterator().next();
  }

  // ---------------------------------------------------------------- what the venue tells

  @Override
  void watch(Instrument instrument, MarketData market) {
    super.watch(instrument, market);
    market.want(Topic.funding(instrument));
  }

  @Override
  void funded(FundingRate rate) {
    Instrument i = rate.instrument();
    Long next = due.get(i);
    if (next != null && rate.nextMillis() > next && isOver(next, rate)) {
      pay(i, next); // By what held before this was told.
    }
    rates.put(i, rate);
    BigDecimal mark = rate.markPrice();
    if (mark != null) {
      margin.mark(i, mark);
      reached(i, Trigger.By.MARK, mark);
    }
    if (rate.indexPrice() != null) {
      reached(i, Trigger.By.INDEX, rate.indexPrice());
    }
    long told = rate.nextMillis();
    if (told > paid.getOrDefault(i, 0L) && (next == null || next != told)) {
      due.put(i, told);
      at(told, () -> dueNow(i, told));
    }
    tellMoved();
  }

  private boolean isOver(long dueMillis, FundingRate told) {
    return told.venueMillis() >= dueMillis || millis() + CLOCK_MILLIS >= dueMillis;
  }

  private void dueNow(Instrument instrument, long millis) {
    if (due.getOrDefault(instrument, 0L) == millis) {
      pay(instrument, millis);
      tellMoved();
    }
  }

  private void pay(Instrument instrument, long millis) {
    due.remove(instrument);
    paid.put(instrument, millis);
    FundingRate known = rates.get(instrument);
    BigDecimal rate = known == null ? null : known.rate();
    if (rate == null) {
      return;
    }
    List<FundingPayment> now = margin.fund(instrument, rate, "paper-" + millis, millis);
    payments.addAll(now);
    while (payments.size() > PaperMatcher.HISTORY) {
      payments.remove();
    }
    if (!now.isEmpty()) {
      line().sink().fundingPaid();
    }
  }

  /** What is not borne any more is liquidated: its orders are canceled, and it is closed. */
  @Override
  void settle() {
    for (Set<Instrument> failing = margin.failing();
        !failing.isEmpty();
        failing = margin.failing()) {
      matcher.cancelAll(failing::contains, millis());
      for (Fill fill : margin.liquidate(failing, matcher::tradeId, millis())) {
        matcher.remember(fill);
        line().context().later(() -> line().sink().fill(fill));
      }
    }
  }

  @Override
  void tell(long millis) {
    super.tell(millis);
    List<Position> moved = margin.takeMoved(millis);
    if (!moved.isEmpty()) {
      line().sink().positions(moved, false);
    }
  }

  // ---------------------------------------------------------------- the account, simulated

  @Override
  public Set<PositionMode> positionModes() {
    return venue.positionModes();
  }

  @Override
  public boolean isHedgeable(Instrument instrument) {
    return venue.isHedgeable(instrument);
  }

  @Override
  public Call<PositionMode> positionMode() {
    return Call.of(mode);
  }

  @Override
  public Call<PositionMode> setPositionMode(PositionMode wanted) {
    return Call.of(wanted)
        .after(account.latency())
        .then(
            w -> {
              if (w != mode && (margin.isUsed() || !matcher.openOrders(null, millis()).isEmpty())) {
                return Call.failed(
                    Fault.of(
                        Fault.Kind.REJECTED,
                        "paper: positions or orders keep the account in mode " + mode));
              }
              mode = w;
              return Call.of(w);
            });
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return Call.of(margin.positions(closingMillis()));
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return Call.of(margin.leverage(instrument));
  }

  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    return Call.of(wanted)
        .after(account.latency())
        .then(
            w -> {
              Fault why = margin.leverage(w);
              margin.ledger().touch();
              tellMoved();
              return why == null ? Call.of(w) : Call.failed(why);
            });
  }

  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    return Call.of(
        Page.last(
            payments.stream()
                .filter(
                    p -> query.instrument() == null || p.instrument().equals(query.instrument()))
                .filter(p -> p.venueMillis() >= query.sinceMillis())
                .filter(p -> query.untilMillis() == 0 || p.venueMillis() <= query.untilMillis())
                .toList()));
  }

  // ---------------------------------------------------------------- the market, the venue's own

  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    return venue.fundingRates(instruments, rows);
  }
}
