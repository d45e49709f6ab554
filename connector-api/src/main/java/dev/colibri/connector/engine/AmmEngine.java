package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Redactor;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The mind of a connector that trades with automated market makers: one wallet on one chain.
 *
 * <p>A swap is an order that trades at once as a whole, or not at all. What becomes of it is what
 * becomes of its transaction, and is told as soon as that is as deep in the chain as is wanted;
 * until then it is live, whatever nodes say or do not say.
 */
public final class AmmEngine extends ConnectorEngine {
  /** Pools' states may be so many blocks behind, or as many as are made in a while. */
  private static final int MOST_BEHIND = 3;

  private static final long LAG_NANOS = Duration.ofSeconds(3).toNanos();

  private final AmmVenue venue;
  private final ChainDialect chain;
  private final AmmListener out;
  private final List<AmmDialect> amms;
  private final Streams streams;
  private final HeadFeed heads;
  private final Transactions transactions;
  private final Orders orders;
  private final PoolKeeper pools;
  private final GuardCheck guard = new GuardCheck();

  private final Pairs pairs;
  private final Holdings holdings;
  private final SwapQuotes quotes;
  private final WalletPlans plans;
  private final Swaps swaps;

  private @Nullable Block tip;
  private boolean wasSilent;
  private boolean begun;
  private boolean closing;
  private boolean closed;

  /**
   * An engine at rest.
   *
   * @param venue says the wallet, what contracts may take, and how deep is final
   * @param chain the dialect of this engine alone
   * @param limiter shared by all that connect to the same hosts from the same address
   * @param out told everything
   * @param redactor stands before everything that is told
   * @param seed decides every random choice
   * @param now nanoseconds since the epoch
   */
  public AmmEngine(
      AmmVenue venue,
      ChainDialect chain,
      Settings settings,
      Limiter limiter,
      AmmListener out,
      Redactor redactor,
      long seed,
      long now) {
    super(
        context(chain, settings, limiter, out, redactor, seed, now), hosts(venue, chain.profile()));
    this.venue = venue;
    this.chain = chain;
    this.out = out;
    this.amms = venue.amms(chain);
    Map<String, BaseUri> nodes = hosts(venue, chain.profile());
    // Their operators give out addresses with keys in them.
    nodes.values().forEach(redactor::register);
    streams = new Streams(context, calls, nodes, new StreamSink());
    departures.wire(streams, () -> {}, () -> {}, calls);
    transactions = new Transactions(context, calls, chain, venue, new TransactionSink());
    heads = new HeadFeed(context, calls, chain, streams, transactions::head);
    orders = new Orders(chain.profile(), new OrderSink(), redactor::show);
    pools = new PoolKeeper(context, calls, mostBehind(chain), out::pool);
    pairs = new Pairs(context.profile.name(), this::learnt);
    holdings = new Holdings(context, calls, chain, pairs, transactions, orders, out);
    quotes = new SwapQuotes(context, calls, chain, amms, pools, this::unheard);
    chain.unfinished(transactions::drafts);
    ClientIds ids = new ClientIds(chain.profile().clientIds(), now, context.random());
    plans =
        new WalletPlans(
            context,
            calls,
            transactions,
            guard,
            ids,
            this::refusal,
            chain.blockTime(),
            new PlanSink());
    swaps =
        new Swaps(
            context,
            chain,
            pairs,
            holdings,
            quotes,
            plans,
            transactions,
            orders,
            new SwapFills(context, calls, chain, amms, transactions, orders),
            guard,
            ids,
            this::refusal);
    pairs.learn(chain.nativeToken());
  }

  /** A quick chain makes some blocks while a node is asked. */
  private static long mostBehind(ChainDialect chain) {
    long block = Math.max(1_000_000, chain.blockTime().toNanos());
    return Math.max(MOST_BEHIND, LAG_NANOS / block);
  }

  private static Context context(
      ChainDialect chain,
      Settings settings,
      Limiter limiter,
      AmmListener out,
      Redactor redactor,
      long seed,
      long now) {
    Context context = new Context(chain, settings, limiter, out, redactor, seed);
    context.now = now;
    return context;
  }

  @Override
  Streams streams() {
    return streams;
  }

  @Override
  void work() {
    do {
      advance();
      departures.flush();
    } while (context.runDeferred());
    if (started && !closed) {
      judge();
    }
  }

  @Override
  void keeps() {
    Kept before = kept;
    if (before != null) {
      before.transactions().forEach(AmmEngine::requireReadable);
    }
    orders.keeps();
    transactions.keeps();
  }

  /** Whoever cannot read what was to be swapped must not go on: it may have been carried out. */
  private static void requireReadable(TrackedTransaction t) {
    try {
      SwapNote.read(t.note);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "what transaction " + t.id + " was to swap cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  boolean isUnkept() {
    return orders.isUnkept() || transactions.isUnkept();
  }

  @Override
  void keep(Map<String, @Nullable String> changes) {
    transactions.keep(changes);
    orders.keep(changes);
  }

  // ---------------------------------------------------------------- start and close

  @Override
  public void start(long now) {
    enter(now);
    if (started) {
      return;
    }
    started = true;
    if (chain.wallet() != null) {
      restore();
    }
    heads.begin();
  }

  /** Orders and transactions come back together: each order is where its transaction is. */
  private void restore() {
    Kept before = kept;
    kept = null;
    if (before != null) {
      transactions.restore(before);
      swaps.restore(before.orders());
    }
    begun = true;
    transactions.begin();
    swaps.resume(venue.atStart() == Venue.AtStart.CANCEL);
  }

  /** The chain's latest block may be another one since. */
  private void advance() {
    Block now = transactions.head();
    if (now == null || now.equals(tip) || closed) {
      return;
    }
    tip = now;
    out.head(now);
    pools.head(now);
    holdings.head(now);
    if (!pools.pools().isEmpty()) {
      quotes.askGasPrice();
    }
  }

  private @Nullable String unheard() {
    String silence = heads.silence();
    if (silence != null) {
      return silence + ": there is nothing to quote from";
    }
    return tip == null ? "no block is known yet" : null;
  }

  /** Why nothing is taken now; null where it is. */
  private @Nullable String refusal() {
    if (!started) {
      return "the connector is not started";
    }
    if (closing || closed) {
      return Context.CLOSED;
    }
    return chain.wallet() == null ? "the connector was opened without a wallet" : null;
  }

  private void judge() {
    String silence = heads.silence();
    pools.judge(tip, silence);
    if (wasSilent != (silence != null)) {
      wasSilent = silence != null;
      if (!wasSilent && tip != null) {
        pools.head(tip);
      }
    }
  }

  @Override
  public Readiness readiness() {
    if (closed) {
      return new Readiness(false, true, false, false, true, false, Context.CLOSED);
    }
    boolean looks = chain.wallet() == null;
    return new Readiness(
        isHeard(),
        true,
        pools.allFresh(),
        looks || holdings.isKnown(),
        true,
        looks || begun && transactions.doubt() == null,
        isReady() ? null : transactions.doubt() == null ? context.problem() : transactions.doubt());
  }

  private boolean isHeard() {
    return heads.hasHeard() && tip != null && heads.silence() == null;
  }

  @Override
  public boolean isReady() {
    boolean looks = chain.wallet() == null;
    return !closed
        && isHeard()
        && pools.allFresh()
        && (looks || begun && holdings.isKnown() && transactions.doubt() == null);
  }

  @Override
  public @Nullable String fatal() {
    return null;
  }

  @Override
  public void beginClose(long now, boolean cancelOrders) {
    enter(now);
    closing = true;
    // What was signed is the chain's affair; to cancel it costs, and may come too late.
    for (TransactionState t : transactions.live()) {
      if (t.status() == TransactionStatus.WAITING) {
        transactions.cancel(t.id());
      }
    }
    plans.refuseAll(Context.CLOSED);
  }

  @Override
  public boolean mayClose() {
    // What was signed ought to have been handed to a node.
    return closing
        && transactions.live().stream()
            .noneMatch(
                t ->
                    t.status() == TransactionStatus.SIGNED
                        || t.status() == TransactionStatus.BROADCAST);
  }

  @Override
  public List<OrderState> close(long now) {
    enter(now);
    closed = true;
    heads.close();
    context.closed = true;
    departures.close(Context.CLOSED);
    calls.close();
    streams.close();
    context.timers.clear();
    return liveOrders();
  }

  // ---------------------------------------------------------------- tokens, pairs, pools

  /** Every market maker, in the order in which they were named. */
  public List<AmmDialect> amms() {
    return amms;
  }

  private AmmDialect amm(String name) {
    for (AmmDialect a : amms) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    throw new IllegalArgumentException(
        context.profile.name()
            + " was opened without "
            + name
            + "; it has "
            + amms.stream().map(AmmDialect::name).toList());
  }

  /** A token is known from now on, by its symbol too, and so is what the wallet holds of it. */
  public void learn(Token token) {
    pairs.learn(token);
  }

  private void learnt() {
    holdings.read();
  }

  /** Every token that is known. */
  public List<Token> tokens() {
    return pairs.tokens();
  }

  /** The instrument of a name that was asked for before; null when there is none. */
  public @Nullable Instrument instrument(String name) {
    return pairs.instrument(name);
  }

  /** Every instrument that was asked for. */
  public List<Instrument> instruments() {
    return pairs.instruments();
  }

  /** What is bought and sold for what: known from now on. */
  public Instrument instrument(Token base, Token quote) {
    return pairs.pair(base, quote).instrument();
  }

  /** The token that is bought and sold. */
  public Token base(Instrument instrument) {
    return pairs.known(instrument).base();
  }

  /** The token that it is bought and sold for. */
  public Token quote(Instrument instrument) {
    return pairs.known(instrument).quote();
  }

  /** Reads a pool at every block from now on; each time needs its {@link #unwatch}. */
  public void watch(long now, Pool pool) {
    enter(now);
    pairs.learn(pool.token0());
    pairs.learn(pool.token1());
    pools.watch(pool, amm(pool.amm()), tip);
  }

  /** Reads it no more. */
  public void unwatch(long now, Pool pool) {
    enter(now);
    pools.unwatch(pool);
  }

  /** Every pool that is watched. */
  public List<Pool> watched() {
    return pools.pools();
  }

  /** A pool as it was when it was last read; null where it is not watched, or never was read. */
  public @Nullable PoolState state(Pool pool) {
    return pools.state(pool);
  }

  /** Whether that may be quoted from. */
  public boolean isFresh(Pool pool) {
    return pools.isFresh(pool) && heads.silence() == null;
  }

  /** The watched pools of an instrument, as they were at one block. */
  public List<PoolState> states(Instrument instrument) {
    Pairs.Pair pair = pairs.known(instrument);
    return heads.silence() != null
        ? List.of()
        : pools.quotable().stream()
            .filter(s -> s.pool().has(pair.base()) && s.pool().has(pair.quote()))
            .toList();
  }

  /** When the states of the pools were read, in nanoseconds since the epoch. */
  public long receivedNanos() {
    return pools.receivedNanos();
  }

  /** The latest block; null before the first. */
  public @Nullable Block head() {
    return tip;
  }

  // ---------------------------------------------------------------- quotes

  /**
   * What a swap would give, by the states of the watched pools as they are now; it is reckoned when
   * it is asked for, by any thread.
   *
   * @param gasRate what a unit of the chain's own asset is worth, in quote units; null for unknown
   * @return throws Refused when no fresh pool gives it
   * @throws Refused when there is nothing to quote from
   */
  public Supplier<SwapQuote> quote(
      long now, Side side, Instrument instrument, BigDecimal size, @Nullable BigDecimal gasRate) {
    enter(now);
    Pairs.Pair pair = pairs.known(instrument);
    return quotes.quoted(pair, side, pair.raw(size), gasRate);
  }

  // ---------------------------------------------------------------- orders

  @Override
  public OrderState place(long now, Order asked) {
    enter(now);
    return swaps.place(asked);
  }

  /**
   * Carries out a quote, once.
   *
   * @param slippage by how much worse than the quote it may be; 0.01 is a per cent
   * @param deadlineMillis until when, in milliseconds since the epoch
   * @throws Refused when it has expired, was carried out before, or breaks a bound
   */
  public OrderState execute(long now, SwapQuote quote, BigDecimal slippage, long deadlineMillis) {
    enter(now);
    return swaps.execute(quote, slippage, deadlineMillis);
  }

  @Override
  public void cancel(long now, String clientId) {
    enter(now);
    swaps.cancel(clientId);
  }

  @Override
  public void dismiss(long now, String clientId, String why, boolean mayHappen) {
    enter(now);
    swaps.dismiss(clientId, why, mayHappen);
  }

  @Override
  public int cancelAll(long now, @Nullable Instrument instrument) {
    enter(now);
    int n = 0;
    for (OrderState s : orders.live()) {
      if (instrument == null || instrument.equals(s.instrument())) {
        swaps.cancel(s.clientId());
        n++;
      }
    }
    return n;
  }

  @Override
  public @Nullable OrderState order(String clientId) {
    return orders.find(clientId);
  }

  @Override
  public List<OrderState> liveOrders() {
    return orders.live();
  }

  @Override
  public Exposure exposure(Instrument instrument) {
    return orders.exposure(instrument);
  }

  @Override
  public void guard(Guard bounds) {
    guard.guard(bounds);
  }

  @Override
  public void halt() {
    guard.halt();
    plans.refuseAll(GuardCheck.HALTED);
    transactions.refuseUnsigned(GuardCheck.HALTED);
  }

  @Override
  public void resume() {
    guard.resume();
  }

  // ---------------------------------------------------------------- transactions

  /**
   * Does something on the chain, once.
   *
   * @param what for people
   * @param plan what is asked first, and what is sent then
   * @return as it stands now, under an id of its own
   * @throws Refused when nothing is taken now
   */
  public TransactionState transact(
      long now, String what, Supplier<? extends Call<? extends Plan<?>>> plan) {
    enter(now);
    return plans.transact(what, plan);
  }

  /** Lets a spender take so much of a token, and no more. */
  public TransactionState allow(long now, Plan.Allowance allowance) {
    enter(now);
    return plans.allow(allowance);
  }

  /** A transaction of the wallet; null when it is not known, or not any more. */
  public @Nullable TransactionState transaction(String id) {
    return plans.transaction(id);
  }

  /** Every transaction that is not over, oldest first. */
  public List<TransactionState> liveTransactions() {
    return plans.liveTransactions();
  }

  /** Pays more for a transaction that waits in front of the chain. */
  public void bump(long now, String id) {
    enter(now);
    transactions.bump(id);
  }

  /** Has nothing done in its place, if it can still be had. */
  public void cancelTransaction(long now, String id) {
    enter(now);
    if (orders.find(id) != null) {
      swaps.cancel(id);
    } else if (plans.isPlanned(id)) {
      plans.unplanned(id, "canceled before it was signed");
    } else {
      transactions.cancel(id);
    }
  }

  /** Gives up finding out what became of a transaction, and of the order that it is of. */
  public void dismissTransaction(long now, String id, String why, boolean mayHappen) {
    enter(now);
    if (orders.find(id) != null) {
      swaps.dismiss(id, why, mayHappen);
    } else if (plans.isPlanned(id)) {
      throw new IllegalStateException(Transactions.UNSIGNED);
    } else {
      transactions.dismiss(id, why, mayHappen);
    }
  }

  private void tell(TransactionState t, @Nullable Receipt receipt) {
    context.later(() -> out.transaction(t, receipt));
  }

  /** A transaction moved on: so does its order. */
  private void changed(TransactionState t, @Nullable Receipt receipt) {
    tell(t, receipt);
    if (orders.find(t.id()) != null) {
      swaps.moved(t, receipt);
    }
  }

  // ---------------------------------------------------------------- what the wallet holds

  /** What the wallet holds of every token that is known, at the block that was read last. */
  public List<TokenAmount> holdings() {
    return holdings.all();
  }

  /** What may be spent of a token now: what is held, less what is on its way may take. */
  public TokenAmount spendable(Token token) {
    return holdings.spendable(token);
  }

  // ---------------------------------------------------------------- what comes in

  private final class PlanSink implements WalletPlans.Sink {
    @Override
    public void begun(TransactionState state) {
      tell(state, null);
    }

    @Override
    public void ended(TransactionState state) {
      changed(state, null);
    }
  }

  private final class TransactionSink implements Transactions.Sink {
    @Override
    public void changed(TransactionState state, @Nullable Receipt receipt) {
      AmmEngine.this.changed(state, receipt);
    }

    @Override
    public boolean wants(String id) {
      OrderState s = orders.find(id);
      return s != null && !s.status().isTerminal();
    }
  }

  private final class OrderSink implements OrderListener {
    @Override
    public void event(OrderEvent event) {
      context.later(
          () -> {
            holdings.release();
            context.out.order(event);
          });
    }

    @Override
    public void filled(Fill fill, @Nullable Order order, boolean ours) {}

    @Override
    public void external(OrderState state) {}

    @Override
    public void answered(long venueMillis) {}

    @Override
    public void anomaly(String where, String what) {
      context.event(new ConnectorEvent.Quarantined(where, context.redactor.show(what), ""));
    }
  }

  /** A chain streams its heads, and nothing else. */
  private final class StreamSink implements Streams.Sink {
    private final InstrumentIndex none = new InstrumentIndex(List.of());

    @Override
    public void head(Block block) {
      heads.streamed(block);
    }

    @Override
    public void subscribed(Topic topic) {
      heads.connection();
    }

    @Override
    public void lost(Topic topic, BookState state, String reason) {
      heads.connection();
    }

    @Override
    public void answered(long ticket, Delivery delivery) {
      departures.delivered(ticket, delivery);
    }

    @Override
    public void loginRefused(Fault fault) {
      context.problem("login: " + fault.kind() + " " + fault.raw());
    }

    @Override
    public InstrumentIndex instruments() {
      return none;
    }

    @Override
    public DepthStage depth() {
      throw new IllegalStateException("a chain has no order books");
    }

    @Override
    public TradeStage trade() {
      throw new IllegalStateException("a chain has no public trades");
    }

    @Override
    public void messageEnd(boolean whole, List<Instrument> named) {}

    @Override
    public void order(OrderUpdate update) {}

    @Override
    public void fill(Fill fill) {}

    @Override
    public void balances(List<Balance> balances, boolean complete, long venueMillis) {}

    @Override
    public void balancesMoved() {}

    @Override
    public void positions(List<Position> positions, boolean complete) {}

    @Override
    public void funding(FundingRate told) {}

    @Override
    public void fundingPaid() {}

    @Override
    public void leverage(Leverage leverage) {}

    @Override
    public void instrumentRefused() {}

    @Override
    public void timeRefused() {}
  }
}
