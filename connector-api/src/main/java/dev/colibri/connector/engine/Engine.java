package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
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
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Redactor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The mind of a connector that trades on order books. */
public final class Engine extends ConnectorEngine {
  private final Streams streams;
  private final MarketData market;
  private final Listing listing;
  private final ClockSync clock;
  private final Account account;

  private boolean closing;
  private boolean leavingOrders;

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
    Streams.Sink sink = new StreamSink();
    streams = new Streams(context, calls, hosts(venue, dialect.profile()), sink);
    market = new MarketData(context, calls, streams, this::askFunding);
    listing = new Listing(context, calls, market, this::listed);
    clock = new ClockSync(context, calls, departures, streams);
    departures.wire(streams, clock::learn, listing::doubt, calls);
    account =
        new Account(context, calls, departures, streams, market, listing, venue, this::takeKept);
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
    context.onPaper = dialect instanceof Paper;
    return context;
  }

  @Override
  Streams streams() {
    return streams;
  }

  @Override
  void work() {
    if (closing && (leavingOrders || account.orders.liveCount() == 0)) {
      account.silence.disarm();
    }
    do {
      account.queries.askDue();
      departures.flush();
    } while (context.runDeferred());
  }

  @Override
  void keeps() {
    account.orders.keeps();
  }

  @Override
  boolean isUnkept() {
    return account.orders.isUnkept();
  }

  @Override
  void keep(Map<String, @Nullable String> changes) {
    account.orders.keep(changes);
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
    if (account.perp != null) {
      account.perp.funding.started();
    }
    clock.begin();
    listing.begin();
    if (context.hasAccount()) {
      account.key.begin();
    }
  }

  private void listed() {
    account.openIfDue();
  }

  private List<KeptOrder> takeKept() {
    List<KeptOrder> orders = kept == null ? List.of() : kept.orders();
    kept = null;
    return orders;
  }

  private void askFunding(Instrument instrument) {
    if (account.perp != null) {
      account.perp.funding.subscribed(instrument);
    }
  }

  @Override
  public Readiness readiness() {
    if (context.closed) {
      return new Readiness(false, false, false, false, account.perp == null, false, Context.CLOSED);
    }
    boolean noAccount = !context.hasAccount();
    return new Readiness(
        listing.isKnown(),
        listing.anyTrades(),
        market.allValid(),
        noAccount || account.audit.areBalancesKnown(),
        noAccount || account.perp == null || account.perp.isKnown(),
        account.isReady(),
        problem());
  }

  /** What went wrong last on the streams and in what everybody may ask, and of the account. */
  private @Nullable String problem() {
    String common = context.problem();
    String own = account.audit.problem();
    if (common == null) {
      return own;
    }
    return own == null ? common : common + "; " + own;
  }

  @Override
  public @Nullable String fatal() {
    return account.fatal();
  }

  @Override
  public boolean isReady() {
    return !context.closed
        && account.key.withheld() == null
        && listing.isKnown()
        && listing.anyTrades()
        && market.allValid()
        && account.isReady();
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
    account.entry.stop();
    if (cancelOrders) {
      account.cancels.cancelAll(null);
    }
  }

  /** Whether no order is left that is to go, and no dead man's switch is armed. */
  @Override
  public boolean mayClose() {
    return (leavingOrders || account.orders.liveCount() == 0) && account.silence.isDisarmed();
  }

  @Override
  public List<OrderState> close(long now) {
    enter(now);
    account.silence.close();
    context.closed = true;
    account.close();
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
    return account.entry.place(order);
  }

  /**
   * Places several orders, all or none, in few requests where the venue takes several in one.
   *
   * @throws dev.colibri.connector.model.Refused when one breaks a rule; nothing was sent
   */
  public List<OrderState> placeAll(long now, List<Order> orders) {
    enter(now);
    return account.entry.placeAll(orders);
  }

  @Override
  public void cancel(long now, String clientId) {
    enter(now);
    account.cancels.cancel(clientId);
  }

  @Override
  public void dismiss(long now, String clientId, String why, boolean mayHappen) {
    enter(now);
    account.orders.dismiss(clientId, context.redactor.show(why), mayHappen, now);
  }

  @Override
  public int cancelAll(long now, @Nullable Instrument instrument) {
    enter(now);
    return account.cancels.cancelAll(instrument);
  }

  /**
   * Changes the price or the size of an order in place.
   *
   * @param venue the dialect, which can
   * @param done told the order as changed, or null and why it is not
   */
  public void amend(long now, NativeAmend venue, String clientId, Order changed, Replaced done) {
    enter(now);
    account.amendments.amend(venue, clientId, changed, done);
  }

  /**
   * Places an order when another is gone.
   *
   * @param done told the new order, or null and why there is none
   */
  public void replace(long now, String clientId, Order replacement, Replaced done) {
    enter(now);
    account.replacements.replace(clientId, replacement, done);
  }

  /** Wants market data; each want needs its {@link #unwant}. */
  public void want(long now, Topic topic) {
    enter(now);
    if (account.perp != null && topic.kind() == Topic.Kind.BOOK) {
      // Whoever looks at a book is going to trade.
      account.perp.leverages.want(topic.requireInstrument());
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
    updates.forEach(u -> account.orders.update(u, now));
  }

  /** Compares orders, fills and balances with the venue's, now. */
  public void audit(long now) {
    enter(now);
    account.audit.run();
  }

  /**
   * The account's keys from now on; streams log in anew when they were looked at. On paper there
   * are none to swap.
   */
  public void rotate(long now, Credentials credentials) {
    enter(now);
    context.redactor.register(credentials);
    if (context.onPaper) {
      return;
    }
    if (context.credentials == null) {
      throw new IllegalStateException(
          context.profile.name() + " was opened without credentials: open it anew with some");
    }
    account.rotate(credentials);
    if (started) {
      account.key.begin();
    }
  }

  // ---------------------------------------------------------------- what is known

  /** Every instrument, in the venue's order. */
  public Collection<Instrument> instruments() {
    return listing.instruments().all();
  }

  /** The instrument of a name, or null. */
  public @Nullable Instrument instrument(String name) {
    return listing.instruments().byName(name);
  }

  /** The live book, or null when nobody wants it. Read it only while nothing else is inside. */
  public @Nullable OrderBook book(Instrument instrument) {
    return market.book(instrument);
  }

  @Override
  public @Nullable OrderState order(String clientId) {
    return account.orders.find(clientId);
  }

  @Override
  public List<OrderState> liveOrders() {
    return account.orders.live();
  }

  /** Every open order of others, as far as the venue shows them. */
  public List<OrderState> externalOrders() {
    return account.orders.external();
  }

  /** Why an instrument of a name is not offered; null where nothing is known of it. */
  public @Nullable String leftOut(String name) {
    return listing.leftOut(name);
  }

  /** Positions, leverage and funding; null on spot. */
  public @Nullable PerpAccount perp() {
    return account.perp;
  }

  /** Puts the account into a position mode; what holds, or why not, is told once. */
  public void positionMode(
      long now, PositionMode wanted, Consumer<PositionMode> done, Consumer<String> failed) {
    enter(now);
    requirePerp().modes.set(wanted, done, failed);
  }

  /** Asks for the leverage of an instrument. */
  public void leverage(
      long now, Instrument instrument, Consumer<Leverage> done, Consumer<String> failed) {
    enter(now);
    requirePerp().leverages.ask(instrument, done, failed);
  }

  /**
   * Sets the leverage of an instrument.
   *
   * @throws dev.colibri.connector.model.Refused when it is more than the venue takes
   */
  public void leverage(
      long now, Leverage wanted, Consumer<Leverage> done, Consumer<String> failed) {
    enter(now);
    requirePerp().leverages.set(wanted, done, failed);
  }

  /** What asks for funding payments, oldest first. */
  public Call<List<FundingPayment>> fundingPayments(long from, long until, BadRows rows) {
    return requirePerp().funding.payments(new FundingQuery(null, from, until, null), rows);
  }

  private PerpAccount requirePerp() {
    if (account.perp == null) {
      throw new IllegalStateException(context.profile.name() + " has no perpetuals");
    }
    return account.perp;
  }

  /** Balances, guard, fees and exposure. */
  public Money money() {
    return account.money;
  }

  @Override
  public Exposure exposure(Instrument instrument) {
    return account.money.exposure(instrument);
  }

  @Override
  public void guard(Guard guard) {
    account.money.guard(guard);
  }

  @Override
  public void halt() {
    account.money.halt();
  }

  @Override
  public void resume() {
    account.money.resume();
  }

  // ---------------------------------------------------------------- what comes in

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
        account.subscribed();
      } else {
        market.subscribed(topic);
      }
    }

    @Override
    public void lost(Topic topic, BookState state, String reason) {
      if (topic.kind() == Topic.Kind.ACCOUNT) {
        account.audit.run();
      } else {
        market.lost(topic, state, reason);
      }
    }

    @Override
    public void order(OrderUpdate update) {
      account.told(update);
    }

    @Override
    public void fill(Fill fill) {
      account.told(fill);
    }

    @Override
    public void balances(List<Balance> balances, boolean complete, long venueMillis) {
      account.money.told(balances, complete, venueMillis);
    }

    @Override
    public void balancesMoved() {
      account.audit.balancesMoved();
    }

    @Override
    public void positions(List<Position> positions, boolean complete) {
      if (account.perp != null) {
        account.perp.told(positions, complete);
      }
    }

    @Override
    public void funding(FundingRate told) {
      if (account.perp != null) {
        account.perp.funding.told(told);
      }
    }

    @Override
    public void fundingPaid() {
      if (account.perp != null) {
        account.perp.funding.moved();
      }
    }

    @Override
    public void leverage(Leverage leverage) {
      if (account.perp != null) {
        account.perp.leverages.told(leverage);
      }
    }

    @Override
    public void answered(long ticket, Delivery delivery) {
      departures.delivered(ticket, delivery);
    }

    @Override
    public void loginRefused(Fault fault) {
      account.loginRefused(fault);
    }

    @Override
    public void instrumentRefused() {
      listing.doubt();
    }

    @Override
    public void timeRefused() {
      // The next login is signed anew: by then the venue has told its time.
      context.clock.distrust();
      clock.learn();
    }

    @Override
    public InstrumentIndex instruments() {
      return listing.named();
    }
  }
}
