package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Redactor;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The mind of a connector that trades on order books. */
public final class Engine extends ConnectorEngine {
  /** Two samples tell a good clock from a lucky one. */
  private static final int TIME_SAMPLES = 2;

  /** Instruments are asked for out of turn so often at most. */
  private static final long DOUBT_NANOS = Duration.ofMinutes(1).toNanos();

  private final Venue<?> venue;
  private final Streams streams;
  private final MarketData market;
  private final Money money;
  private final @Nullable PerpAccount perp;
  private final Orders orders;
  private final KeyCheck key;
  private final Trading trading;
  private final SilenceKeeper silence;
  private final AccountWatch watch;
  private InstrumentIndex instruments = new InstrumentIndex(List.of());

  /** Those that are listed, and those that were: what the venue tells may be of both. */
  private InstrumentIndex named = instruments;

  /** By name: why an instrument is not offered. */
  private Map<String, String> leftOut = new LinkedHashMap<>();

  private boolean instrumentsKnown;
  private boolean anyTrades;
  private boolean accountOpened;
  private boolean learningTime;

  /** How often in a row the venue was asked for its time in vain. */
  private int timeless;

  private Timers.@Nullable Timer timeAgain;
  private boolean loadingInstruments;
  private long instrumentsAsked;

  /** Whether they are to be asked for out of turn. */
  private boolean doubted;

  private boolean closing;
  private boolean leavingOrders;
  private boolean closed;
  private @Nullable String problem;

  /** Why the account cannot be put into the position mode that is wanted; null while it may be. */
  private @Nullable String wrongMode;

  /**
   * An engine at rest.
   *
   * @param venue says the environment, the account, and what becomes of orders found at the start
   * @param dialect of this engine alone
   * @param limiter shared by all that connect to the same hosts from the same address
   * @param out told everything
   * @param redactor stands before everything that is told
   * @param seed decides every random choice
   * @param now nanoseconds since the epoch
   */
  public Engine(
      Venue<?> venue,
      BookDialect dialect,
      Settings settings,
      Limiter limiter,
      EngineListener out,
      Redactor redactor,
      long seed,
      long now) {
    super(
        context(venue, dialect, settings, limiter, out, redactor, seed, now),
        hosts(venue, dialect.profile()));
    this.venue = venue;
    Streams.Sink sink = new StreamSink();
    streams = new Streams(context, calls, hosts(venue, dialect.profile()), sink);
    departures.wire(streams, this::learnTime, this::doubtInstruments, calls);
    perp =
        dialect instanceof PerpDialect p && venue instanceof PerpVenue v
            ? new PerpAccount(context, calls, p, v, new PerpLine())
            : null;
    market = new MarketData(context, calls, streams, this::askFunding);
    orders = new Orders(dialect.profile(), new OrderSink());
    money = new Money(context, orders, market, perp);
    key = new KeyCheck(context, calls, venue, this::useKey, this::failed);
    trading = new Trading(context, calls, () -> instruments, orders, money, perp, key);
    silence =
        new SilenceKeeper(
            context, calls, venue, departures::sentAt, trading.audit::run, this::problem);
    watch = new AccountWatch(context, streams);
    departures.admission(new OrdersLeave());
    if (dialect instanceof Paper paper) {
      paper.join(context, market, sink);
    }
  }

  private static Context context(
      Venue<?> venue,
      BookDialect dialect,
      Settings settings,
      Limiter limiter,
      EngineListener out,
      Redactor redactor,
      long seed,
      long now) {
    EngineListener told = dialect instanceof Paper paper ? paper.before(out) : out;
    Context context = new Context(dialect, settings, limiter, told, redactor, seed);
    context.now = now;
    context.credentials = venue.credentials();
    return context;
  }

  @Override
  Streams streams() {
    return streams;
  }

  @Override
  void work() {
    if (closing && (leavingOrders || orders.liveCount() == 0)) {
      silence.disarm();
    }
    do {
      trading.queries.askDue();
      departures.flush();
    } while (context.runDeferred());
  }

  @Override
  void keeps() {
    orders.keeps();
  }

  @Override
  boolean isUnkept() {
    return orders.isUnkept();
  }

  @Override
  void keep(Map<String, @Nullable String> changes) {
    orders.keep(changes);
  }

  // ---------------------------------------------------------------- start and close

  /** Begins: asks for the time, the instruments and the account, and connects. */
  @Override
  public void start(long now) {
    enter(now);
    if (started) {
      return;
    }
    started = true;
    if (perp != null) {
      perp.started();
    }
    learnTime();
    context.every(context.settings.timePause(), this::learnTime);
    loadInstruments();
    context.every(context.settings.rulesPause(), this::loadInstruments);
    if (context.hasAccount()) {
      key.begin();
    }
  }

  /** The account is opened when its instruments are known, and its key was looked at. */
  private void openAccountIfDue() {
    if (!key.hasPassed() || !instrumentsKnown || accountOpened || closed) {
      return;
    }
    accountOpened = true;
    if (kept != null) {
      trading.restore(kept.orders(), venue.atStart());
      kept = null;
    }
    silence.arm();
    openAccountStream();
    loadFees();
    context.every(context.settings.rulesPause(), this::loadFees);
    if (perp == null) {
      beginTrading();
    } else {
      perp.begin(this::beginTrading);
    }
  }

  private void beginTrading() {
    trading.audit.begin(
        venue.atStart(),
        () ->
            (isAccountLive() ? context.settings.auditPause() : context.settings.pollPause())
                .toNanos());
  }

  private void askFunding(Instrument instrument) {
    if (perp != null) {
      perp.fundingSubscribed(instrument);
    }
  }

  private void learnTime() {
    if (!learningTime) {
      learningTime = true;
      if (timeAgain != null) {
        timeAgain.cancel();
        timeAgain = null;
      }
      sampleTime(TIME_SAMPLES, timeless == 0 ? 0 : TIME_SAMPLES);
    }
  }

  private void sampleTime(int left, int failures) {
    calls.perform(
        context.books()::time,
        outcome -> {
          boolean known =
              outcome instanceof Outcome.Answer<Long> a
                  && context.clock.sample(departures.sentAt(), context.now, a.value());
          if (known && left > 1) {
            sampleTime(left - 1, failures);
          } else if (!known && failures < TIME_SAMPLES) {
            failed("time", outcome);
            context.retry(failures, () -> sampleTime(left, failures + 1));
          } else {
            learningTime = false;
            timeLearnt();
          }
        });
  }

  private void timeLearnt() {
    long offset = context.clock.arrivalOffset(context.now);
    context.limiter.align(offset);
    if (Math.abs(offset) > context.profile.clockTolerance().toNanos()) {
      context.event(new ConnectorEvent.ClockSkewed(Duration.ofNanos(offset)));
    }
    departures.timeLearnt(context.clock.isKnown());
    if (context.clock.isKnown()) {
      timeless = 0;
      streams.timeLearnt();
    } else {
      // By a time that is not known no fill is asked for: the next look would be too late.
      timeAgain = context.retry(timeless++, this::learnTime);
    }
  }

  private void loadInstruments() {
    if (!loadingInstruments) {
      loadingInstruments = true;
      instrumentsAsked = context.now;
      loadInstruments(0);
    }
  }

  /** The venue refuses something for its instrument: it may be gone. */
  private void doubtInstruments() {
    if (!started || doubted) {
      return;
    }
    doubted = true;
    long asked = instrumentsAsked;
    Runnable look =
        () -> {
          doubted = false;
          if (!closed && instrumentsAsked == asked) {
            loadInstruments();
          }
        };
    if (context.now - asked >= DOUBT_NANOS) {
      context.later(look);
    } else {
      context.timers.set(asked + DOUBT_NANOS, look);
    }
  }

  /** Asks until some instrument trades; later looks that fail are left to the next. */
  private void loadInstruments(int attempt) {
    Rows rows = new Rows(context, "instruments");
    calls.perform(
        () -> context.books().instruments(rows),
        outcome -> {
          if (!(outcome instanceof Outcome.Answer<List<Instrument>> a)) {
            failed("instruments", outcome);
          } else if (a.value().isEmpty()) {
            failed("instruments", new Outcome.Unknown<>("the venue lists none"));
          } else {
            leftOut = rows.leftOut();
            instruments(a.value(), rows.isWhole());
          }
          loadingInstruments = !anyTrades;
          if (loadingInstruments) {
            context.retry(attempt, () -> loadInstruments(attempt + 1));
          }
        });
  }

  /**
   * The venue's list.
   *
   * @param whole whether every row could be read; otherwise one that is missing is not delisted
   */
  private void instruments(List<Instrument> list, boolean whole) {
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
    if (instrumentsKnown) {
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
    instrumentsKnown = true;
    anyTrades = false;
    for (Instrument i : instruments.all()) {
      anyTrades |= i.state() == Instrument.State.TRADING;
    }
    if (!anyTrades) {
      problem("instruments: none trades now");
    }
    openAccountIfDue();
  }

  private void useKey() {
    if (accountOpened) {
      // Another key than before: whatever happened meanwhile is asked for.
      silence.arm();
      openAccountStream();
      trading.audit.run();
    }
    openAccountIfDue();
  }

  private void openAccountStream() {
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
            failed("fees", outcome);
          }
        });
  }

  private boolean isAccountLive() {
    return streams.carries(Topic.Kind.ACCOUNT) && streams.isLive(Topic.account());
  }

  private void problem(String what) {
    problem = context.redactor.show(what);
  }

  private void failed(String what, Outcome<?> outcome) {
    problem(what + ": " + outcome.describe());
    context.faulted(what, outcome);
  }

  @Override
  public Readiness readiness() {
    if (closed) {
      return new Readiness(false, false, false, false, perp == null, false, Context.CLOSED);
    }
    boolean noAccount = !context.hasAccount();
    return new Readiness(
        instrumentsKnown,
        anyTrades,
        market.allValid(),
        noAccount || trading.audit.areBalancesKnown(),
        noAccount || perp == null || perp.isKnown(),
        isAccountReady(),
        problem != null ? problem : trading.audit.problem());
  }

  @Override
  public @Nullable String fatal() {
    String why = key.fatal();
    return why != null ? why : wrongMode;
  }

  @Override
  public boolean isReady() {
    return !closed
        && key.withheld() == null
        && instrumentsKnown
        && anyTrades
        && market.allValid()
        && isAccountReady();
  }

  private boolean isAccountReady() {
    return !context.hasAccount()
        || trading.audit.isAccountKnown()
            && (isAccountLive() || trading.audit.isFresh() && !streams.carries(Topic.Kind.ACCOUNT));
  }

  /**
   * Takes no more orders. Cancels go on until {@link #close}; when they are through, or at once
   * where the orders stay, a dead man's switch is disarmed.
   */
  @Override
  public void beginClose(long now, boolean cancelOrders) {
    enter(now);
    closing = true;
    leavingOrders = !cancelOrders;
    trading.entry.stop();
    if (cancelOrders) {
      trading.cancels.cancelAll(null);
    }
  }

  /** Whether no order is left that is to go, and no dead man's switch is armed. */
  @Override
  public boolean mayClose() {
    return (leavingOrders || orders.liveCount() == 0) && silence.isDisarmed();
  }

  @Override
  public List<OrderState> close(long now) {
    enter(now);
    silence.close();
    closed = true;
    context.closed = true;
    trading.close();
    departures.close(Context.CLOSED);
    calls.close();
    streams.close();
    market.close();
    context.timers.clear();
    return liveOrders();
  }

  // ---------------------------------------------------------------- commands

  @Override
  public OrderState place(long now, Order order) {
    enter(now);
    return trading.entry.place(order);
  }

  /**
   * Places several orders, all or none, in few requests where the venue takes several in one.
   *
   * @throws dev.colibri.connector.model.Refused when one breaks a rule; nothing was sent
   */
  public List<OrderState> placeAll(long now, List<Order> orders) {
    enter(now);
    return trading.entry.placeAll(orders);
  }

  @Override
  public void cancel(long now, String clientId) {
    enter(now);
    trading.cancels.cancel(clientId);
  }

  @Override
  public int cancelAll(long now, @Nullable Instrument instrument) {
    enter(now);
    return trading.cancels.cancelAll(instrument);
  }

  /**
   * Changes the price or the size of an order in place.
   *
   * @param venue the dialect, which can
   * @param done told the order as changed, or null and why it is not
   */
  public void amend(long now, NativeAmend venue, String clientId, Order changed, Replaced done) {
    enter(now);
    trading.amendments.amend(venue, clientId, changed, done);
  }

  /**
   * Places an order when another is gone.
   *
   * @param done told the new order, or null and why there is none
   */
  public void replace(long now, String clientId, Order replacement, Replaced done) {
    enter(now);
    trading.replacements.replace(clientId, replacement, done);
  }

  /** Wants market data; each want needs its {@link #unwant}. */
  public void want(long now, Topic topic) {
    enter(now);
    if (perp != null && topic.kind() == Topic.Kind.BOOK) {
      perp.learnLeverage(topic.requireInstrument()); // Whoever looks at a book is going to trade.
    }
    market.want(topic);
  }

  /** Wants market data no more. */
  public void unwant(long now, Topic topic) {
    enter(now);
    market.unwant(topic);
  }

  /** The topic of an instrument's book, at the depth that is kept. */
  public Topic bookTopic(Instrument instrument) {
    return market.bookTopic(instrument);
  }

  /** Who hears every change of a level of a wanted book; null for nobody. */
  public void changes(
      long now, Instrument instrument, @Nullable Consumer<? super BookChangeView> listener) {
    enter(now);
    market.changes(instrument, listener);
  }

  /** What the venue said of orders in an answer to its user is evidence like any other. */
  public void told(long now, List<OrderUpdate> updates) {
    enter(now);
    updates.forEach(u -> orders.update(u, now));
  }

  /** Compares orders, fills and balances with the venue's, now. */
  public void audit(long now) {
    enter(now);
    trading.audit.run();
  }

  /**
   * The account's keys from now on; streams log in anew when they were looked at. On paper there
   * are none to swap.
   */
  public void rotate(long now, Credentials credentials) {
    enter(now);
    context.redactor.register(credentials);
    if (context.dialect instanceof Paper) {
      return;
    }
    if (context.credentials == null) {
      throw new IllegalStateException(
          context.profile.name() + " was opened without credentials: open it anew with some");
    }
    context.rotate(credentials);
    key.rotated();
    silence.rotated();
    streams.remove(Topic.account());
    if (started) {
      key.begin();
    }
  }

  // ---------------------------------------------------------------- what is known

  /** Every instrument, in the venue's order. */
  public Collection<Instrument> instruments() {
    return instruments.all();
  }

  /** The instrument of a name, or null. */
  public @Nullable Instrument instrument(String name) {
    return instruments.byName(name);
  }

  /** The live book, or null when nobody wants it. Read it only while nothing else is inside. */
  public @Nullable OrderBook book(Instrument instrument) {
    return market.book(instrument);
  }

  @Override
  public @Nullable OrderState order(String clientId) {
    return orders.find(clientId);
  }

  @Override
  public List<OrderState> liveOrders() {
    return orders.live();
  }

  /** Every open order of others, as far as the venue shows them. */
  public List<OrderState> externalOrders() {
    return orders.external();
  }

  /** Why an instrument of a name is not offered; null where nothing is known of it. */
  public @Nullable String leftOut(String name) {
    return leftOut.get(name);
  }

  /** Positions, leverage and funding; null on spot. */
  public @Nullable PerpAccount perp() {
    return perp;
  }

  /** Puts the account into a position mode; what holds, or why not, is told once. */
  public void positionMode(
      long now, PositionMode wanted, Consumer<PositionMode> done, Consumer<String> failed) {
    enter(now);
    requirePerp().setMode(wanted, done, failed);
  }

  /** Asks for the leverage of an instrument. */
  public void leverage(
      long now, Instrument instrument, Consumer<Leverage> done, Consumer<String> failed) {
    enter(now);
    requirePerp().askLeverage(instrument, done, failed);
  }

  /**
   * Sets the leverage of an instrument.
   *
   * @throws dev.colibri.connector.model.Refused when it is more than the venue takes
   */
  public void leverage(
      long now, Leverage wanted, Consumer<Leverage> done, Consumer<String> failed) {
    enter(now);
    requirePerp().setLeverage(wanted, done, failed);
  }

  /** What asks for funding payments, oldest first. */
  public Call<List<FundingPayment>> fundingPayments(long from, long until, BadRows rows) {
    return requirePerp().payments(new FundingQuery(null, from, until, null), rows);
  }

  private PerpAccount requirePerp() {
    if (perp == null) {
      throw new IllegalStateException(context.profile.name() + " has no perpetuals");
    }
    return perp;
  }

  /** Balances, guard, fees and exposure. */
  public Money money() {
    return money;
  }

  @Override
  public Exposure exposure(Instrument instrument) {
    return money.exposure(instrument);
  }

  @Override
  public void guard(Guard guard) {
    money.guard(guard);
  }

  @Override
  public void halt() {
    money.halt();
  }

  @Override
  public void resume() {
    money.resume();
  }

  // ---------------------------------------------------------------- what comes in

  private final class OrdersLeave implements Departures.Admission {
    @Override
    public @Nullable String whyNone() {
      String none = trading.entry.whyNoneLeaves();
      return none != null ? none : silence.whyNone();
    }

    @Override
    public @Nullable String whyWait() {
      return silence.whyWait();
    }
  }

  private final class PerpLine implements PerpAccount.Line {
    @Override
    public void askFills(Instrument instrument, Runnable then) {
      trading.fills.ask(instrument, then);
    }

    @Override
    public void askPositions() {
      trading.audit.askPositions(told -> {});
    }

    @Override
    public void answered() {
      key.loginTaken();
    }

    @Override
    public void balancesMoved() {
      trading.audit.balancesMoved();
    }

    @Override
    public void marginNeeded(String asset, BigDecimal amount) {
      money.marginNeeded(asset, amount);
    }

    @Override
    public void paid(FundingPayment payment) {
      money.paid(payment);
      context.out.fundingPayment(payment);
      trading.audit.balancesMoved();
    }

    @Override
    public void failed(String what, Outcome<?> outcome) {
      Engine.this.failed(what, outcome);
      if (outcome instanceof Outcome.Refusal<?> r && !trading.audit.isAccountKnown()) {
        key.loginRefused(r.fault());
      }
    }

    @Override
    public void fatal(String why) {
      wrongMode = why;
      problem(why);
    }
  }

  private final class OrderSink implements OrderListener {
    @Override
    public void event(OrderEvent event) {
      context.later(
          () -> {
            context.out.order(event);
            trading.noticed(event);
          });
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

  private final class StreamSink implements Streams.Sink {
    @Override
    public DepthStage depth() {
      return market.depth();
    }

    @Override
    public TradeStage trade() {
      return market.trade();
    }

    @Override
    public void messageEnd(boolean whole, List<Instrument> named) {
      market.messageEnd(whole, named);
    }

    @Override
    public void subscribed(Topic topic) {
      if (topic.kind() == Topic.Kind.ACCOUNT) {
        key.loginTaken();
        watch.live();
        // The line is back: the venue hears from us before anything else.
        silence.arm();
        // Whatever happened since the connection before is asked for.
        trading.audit.run();
      } else {
        market.subscribed(topic);
      }
    }

    @Override
    public void lost(Topic topic, BookState state, String reason) {
      if (topic.kind() == Topic.Kind.ACCOUNT) {
        if (!closed) {
          trading.audit.run();
        }
      } else {
        market.lost(topic, state, reason);
      }
    }

    @Override
    public void order(OrderUpdate update) {
      watch.heard();
      orders.update(update, context.now);
    }

    @Override
    public void fill(Fill fill) {
      watch.heard();
      orders.fill(fill, context.now);
    }

    @Override
    public void balances(List<Balance> balances, boolean complete, long venueMillis) {
      money.told(balances, complete, venueMillis);
    }

    @Override
    public void balancesMoved() {
      trading.audit.balancesMoved();
    }

    @Override
    public void positions(List<Position> positions, boolean complete) {
      if (perp != null) {
        perp.told(positions, complete);
      }
    }

    @Override
    public void funding(FundingRate told) {
      if (perp != null) {
        perp.funding(told);
      }
    }

    @Override
    public void fundingPaid() {
      if (perp != null) {
        perp.fundingPaid();
      }
    }

    @Override
    public void leverage(Leverage leverage) {
      if (perp != null) {
        perp.leverage(leverage);
      }
    }

    @Override
    public void answered(long ticket, Delivery delivery) {
      departures.delivered(ticket, delivery);
    }

    @Override
    public void loginRefused(Fault fault) {
      problem("login: " + fault.kind() + " " + fault.raw());
      if (!trading.audit.isAccountKnown()) {
        key.loginRefused(fault);
      }
    }

    @Override
    public void instrumentRefused() {
      doubtInstruments();
    }

    @Override
    public void timeRefused() {
      // The next login is signed anew: by then the venue has told its time.
      context.clock.distrust();
      learnTime();
    }

    @Override
    public InstrumentIndex instruments() {
      return named;
    }
  }
}
