package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The account's side of the engine. What an order is, {@link Orders} decides; each part that asks
 * the venue does so for one thing, and passes the evidence on.
 */
final class Account implements Departures.Admission {
  final KeyCheck key;
  final Orders orders;
  final Money money;

  /** Positions, leverage and funding; null on spot. */
  final @Nullable PerpAccount perp;

  final OrderEntry entry;
  final Cancels cancels;
  final Amendments amendments;
  final Replacements replacements;
  final OrderQueries queries;
  final FillHistory fills;
  final AccountAudit audit;
  final SilenceKeeper silence;

  private final Context context;
  private final Calls calls;
  private final Streams streams;
  private final Listing listing;
  private final Venue<?> venue;
  private final AccountWatch watch;
  private final Supplier<List<KeptOrder>> kept;
  private boolean opened;

  /** Why the account cannot be put into the position mode that is wanted; null while it may be. */
  private @Nullable String wrongMode;

  /**
   * An account of which nothing is asked yet.
   *
   * @param kept the orders that an earlier process left in the journal
   */
  Account(
      Context context,
      Calls calls,
      Departures departures,
      Streams streams,
      MarketData market,
      Listing listing,
      Venue<?> venue,
      Supplier<List<KeptOrder>> kept) {
    this.context = context;
    this.calls = calls;
    this.streams = streams;
    this.listing = listing;
    this.venue = venue;
    this.kept = kept;
    BookDialect dialect = context.books();
    perp =
        dialect instanceof PerpDialect p && venue instanceof PerpVenue v
            ? new PerpAccount(context, calls, p, v, new PerpLine())
            : null;
    key = new KeyCheck(context, calls, venue, this::keyPassed);
    orders = new Orders(context.profile, new OrderSink(), context.redactor::show);
    money = new Money(context, orders, market, perp);
    OrderCalls each = new OrderCalls(context, calls);
    cancels = new Cancels(context, each, orders);
    fills = new FillHistory(context, calls, orders, perp);
    queries = new OrderQueries(context, calls, orders, cancels, fills);
    audit = new AccountAudit(context, calls, orders, cancels, fills, money, perp, key);
    entry = new OrderEntry(context, each, listing, orders, money, perp, key, audit);
    amendments = new Amendments(context, each, entry, cancels, orders, money);
    replacements = new Replacements(context, each, entry, cancels, orders, money);
    silence = new SilenceKeeper(context, calls, venue, departures::sentAt, audit::run);
    watch = new AccountWatch(context, streams);
    departures.admission(this);
  }

  // ---------------------------------------------------------------- opening

  /** The account is opened when its instruments are known, and its key was looked at. */
  void openIfDue() {
    if (!key.hasPassed() || !listing.isKnown() || opened || context.closed) {
      return;
    }
    opened = true;
    restore(kept.get());
    silence.arm();
    openStream();
    loadFees();
    context.every(context.settings.rulesPause(), this::loadFees);
    if (perp == null) {
      beginAudits();
    } else {
      perp.begin(this::beginAudits);
    }
  }

  private void openStream() {
    if (streams.carries(Topic.Kind.ACCOUNT)) {
      streams.add(Topic.account());
    }
  }

  private void loadFees() {
    calls.perform(
        () -> context.books().fees(List.of()),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<FeeRate>> a) {
            money.rates(a.value());
          } else {
            context.failed("fees", outcome);
          }
        });
  }

  private void beginAudits() {
    audit.begin(
        venue.atStart(),
        () -> (isLive() ? context.settings.auditPause() : context.settings.pollPause()).toNanos());
  }

  private void keyPassed() {
    if (opened) {
      // Another key than before: whatever happened meanwhile is asked for.
      silence.arm();
      openStream();
      audit.run();
    }
    openIfDue();
  }

  /** Its keys from now on; nothing is done with them before {@link KeyCheck#begin}. */
  void rotate(Credentials credentials) {
    context.rotate(credentials);
    key.rotated();
    silence.rotated();
    streams.remove(Topic.account());
  }

  /** Takes on what an earlier process left, before anything is placed or heard of the account. */
  private void restore(List<KeptOrder> left) {
    Venue.AtStart atStart = venue.atStart();
    Map<KeptOrder, Tracked> taken = new LinkedHashMap<>();
    for (KeptOrder k : left) {
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

  private Instrument instrument(KeptOrder left) {
    Instrument listed = listing.instruments().bySymbol(left.symbol());
    if (listed != null) {
      return listed;
    }
    Instrument instrument = left.standIn(context.profile.name());
    if (left.isLive()) {
      // It can be asked about and canceled all the same, and whoever holds it should know.
      context.event(new ConnectorEvent.Delisted(instrument));
    }
    return instrument;
  }

  // ---------------------------------------------------------------- what its stream tells

  /** The stream tells from now on. */
  void subscribed() {
    key.loginTaken();
    watch.live();
    // The line is back: the venue hears from us before anything else.
    silence.arm();
    // Whatever happened since the connection before is asked for.
    audit.run();
  }

  void told(OrderUpdate update) {
    watch.heard();
    orders.update(update, context.now);
  }

  void told(Fill fill) {
    watch.heard();
    orders.fill(fill, context.now);
  }

  void loginRefused(Fault fault) {
    context.problem("login: " + fault.kind() + " " + fault.raw());
    if (!audit.isAccountKnown()) {
      key.loginRefused(fault);
    }
  }

  // ---------------------------------------------------------------- what holds

  private boolean isLive() {
    return streams.carries(Topic.Kind.ACCOUNT) && streams.isLive(Topic.account());
  }

  /** Whether orders may be placed, and what becomes of them is heard; or there is no account. */
  boolean isReady() {
    return !context.hasAccount()
        || audit.isAccountKnown()
            && (isLive() || audit.isFresh() && !streams.carries(Topic.Kind.ACCOUNT));
  }

  /** Why it can never become ready; null while it can. */
  @Nullable String fatal() {
    String why = key.fatal();
    return why != null ? why : wrongMode;
  }

  @Override
  public @Nullable String whyNone() {
    String none = entry.whyNoneLeaves();
    return none != null ? none : silence.whyNone();
  }

  @Override
  public @Nullable String whyWait() {
    return silence.whyWait();
  }

  /** Whoever waits for an order is told that it is over; nothing more is asked. */
  void close() {
    audit.close();
    queries.close();
    replacements.close();
    amendments.close();
  }

  // ---------------------------------------------------------------- what its parts conclude

  private final class OrderSink implements OrderListener {
    @Override
    public void event(OrderEvent event) {
      context.later(
          () -> {
            context.out.order(event);
            noticed(event);
          });
    }

    private void noticed(OrderEvent event) {
      if (event.fill() != null) {
        money.filled(event.fill());
        fills.noticed(event.fill(), event.state());
      }
      amendments.noticed(event);
      cancels.noticed(event);
      replacements.noticed(event);
    }

    @Override
    public void filled(Fill fill, @Nullable Order order, boolean ours) {
      if (perp != null) {
        perp.fill(fill, order == null ? null : order.positionSide(), ours);
      }
    }

    @Override
    public void external(OrderState state) {
      context.event(new ConnectorEvent.ExternalOrder(state));
    }

    @Override
    public void answered(long venueMillis) {
      watch.answered(venueMillis);
    }

    @Override
    public void anomaly(String where, String what) {
      context.event(new ConnectorEvent.Quarantined(where, context.redactor.show(what), ""));
    }
  }

  private final class PerpLine implements PerpAccount.Line {
    @Override
    public void askFills(Instrument instrument, Runnable then) {
      fills.ask(instrument, then);
    }

    @Override
    public void askPositions() {
      audit.askPositions(told -> {});
    }

    @Override
    public void answered() {
      key.loginTaken();
    }

    @Override
    public void balancesMoved() {
      audit.balancesMoved();
    }

    @Override
    public void marginNeeded(String asset, BigDecimal amount) {
      money.marginNeeded(asset, amount);
    }

    @Override
    public void paid(FundingPayment payment) {
      money.paid(payment);
      context.out.fundingPayment(payment);
      audit.balancesMoved();
    }

    @Override
    public void failed(String what, Outcome<?> outcome) {
      context.failed(what, outcome);
      if (outcome instanceof Outcome.Refusal<?> r && !audit.isAccountKnown()) {
        key.loginRefused(r.fault());
      }
    }

    @Override
    public void fatal(String why) {
      wrongMode = why;
      context.problem(why);
    }
  }
}
