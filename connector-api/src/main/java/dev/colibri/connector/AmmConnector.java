package dev.colibri.connector;

import dev.colibri.connector.engine.AmmEngine;
import dev.colibri.connector.engine.AmmListener;
import dev.colibri.connector.engine.ConnectorEngine;
import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolBook;
import dev.colibri.connector.model.PoolShare;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.ConcentratedLiquidity;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.PoolLiquidity;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.spi.Wrapping;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A live line to automated market makers on one chain, for one wallet or for looking only.
 *
 * <p>A swap is an order: {@code Order.sell(pair).size("1").limit(worst).goodTill(deadline)} has an
 * exact amount in, a buy an exact amount out. It trades at once as a whole, or not at all. Whatever
 * else moves money is a {@link LiveTransaction}. All of it is bounded by a slippage or a price, and
 * by a deadline. Thread-safe; every method returns at once, and listeners and stages come back on
 * the strategy thread.
 */
public final class AmmConnector extends Connector {
  private final Stage<AmmConnector> startStage;
  private final ChainDialect chain;
  private final AmmEngine engine;
  private final ListFeed<TransactionState> transactionFeed;
  private final ListFeed<TokenAmount> holdingFeed;
  private final ListFeed<Block> headFeed;
  private final Map<String, ListFeed<PoolState>> poolFeeds = new LinkedHashMap<>();
  private final Map<String, LiveTransaction<?>> live = new LinkedHashMap<>();

  AmmConnector(
      Colibri colibri,
      AmmVenue venue,
      ChainDialect chain,
      Limiter limiter,
      Journal.@Nullable Part journal) {
    super(
        colibri,
        venue,
        chain,
        ConnectorEngine.hosts(venue, chain.profile()),
        journal,
        ears ->
            new AmmEngine(
                venue,
                chain,
                colibri.settings(),
                limiter,
                (AmmListener) ears,
                colibri.redactor(),
                colibri.host().random(),
                colibri.host().nanos()));
    this.chain = chain;
    engine = (AmmEngine) super.engine();
    startStage = new Stage<>(host());
    transactionFeed = new ListFeed<>(listeners());
    holdingFeed = new ListFeed<>(listeners());
    headFeed = new ListFeed<>(listeners());
  }

  @Override
  public CompletableFuture<AmmConnector> start() {
    beginStart();
    return startStage;
  }

  @Override
  Stage<AmmConnector> startStage() {
    return startStage;
  }

  @Override
  void started() {
    startStage.succeed(this);
  }

  @Override
  void ended() {
    List<LiveTransaction<?>> left = driver().read(() -> List.copyOf(live.values()));
    left.forEach(t -> t.fail(name() + " was closed; last known: " + t.state()));
  }

  /** The wallet, in the chain's spelling; empty for a connector that only looks. */
  public Optional<String> wallet() {
    return Optional.ofNullable(chain.wallet());
  }

  /** The market makers that it was opened with, as in {@code uniswap-v3}. */
  public List<String> amms() {
    return engine.amms().stream().map(AmmDialect::name).toList();
  }

  // ---------------------------------------------------------------- chain, tokens, pairs

  /** The latest block; empty before the first. */
  public Optional<Block> head() {
    return Optional.ofNullable(driver().read(engine::head));
  }

  /** Every new latest block. Where the chain takes back what it showed, heights come again. */
  public Feed<Block> heads() {
    return headFeed;
  }

  /** The asset that gas is paid in. */
  public Token nativeToken() {
    return chain.nativeToken();
  }

  /**
   * A token.
   *
   * @param symbolOrAddress an address, which the chain is asked for; or the symbol of a token that
   *     is known by now, as of a watched pool
   * @return fails when there is no such token, or several known ones have the symbol
   */
  public CompletableFuture<Token> token(String symbolOrAddress) {
    List<Token> named = new ArrayList<>();
    for (Token t : driver().read(engine::tokens)) {
      if (!t.isNative() && t.address().equalsIgnoreCase(symbolOrAddress)) {
        return complete(t);
      }
      if (t.symbol().equals(symbolOrAddress)) {
        named.add(t);
      }
    }
    if (named.size() == 1) {
      return complete(named.get(0));
    }
    if (named.size() > 1) {
      Stage<Token> stage = stage();
      stage.fail(
          new VenueException(
              "several tokens are called "
                  + symbolOrAddress
                  + ": "
                  + named.stream().map(Token::address).toList()));
      return stage;
    }
    Call<Token> asked;
    try {
      asked = chain.token(symbolOrAddress);
    } catch (IllegalArgumentException e) {
      Stage<Token> stage = stage();
      stage.fail(
          new VenueException(
              "no token "
                  + symbolOrAddress
                  + " is known by now, and it is no address: "
                  + e.getMessage()));
      return stage;
    }
    return ask(asked)
        .thenApply(
            t -> {
              driver().run(() -> engine.learn(t));
              return t;
            });
  }

  private <T> Stage<T> complete(T value) {
    Stage<T> stage = stage();
    stage.succeed(value);
    return stage;
  }

  /** Every token that is known by now. */
  public List<Token> tokens() {
    return driver().read(engine::tokens);
  }

  /**
   * What is bought and sold for what. Which pools it goes through is for the quotes to say.
   *
   * @throws IllegalArgumentException when both are the same
   */
  public Instrument pair(Token base, Token quote) {
    return driver().call(() -> engine.instrument(base, quote));
  }

  /** Every pair that was asked for. */
  public List<Instrument> instruments() {
    return driver().read(engine::instruments);
  }

  /**
   * The pair of a name that was asked for before, {@code BASE-QUOTE}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Instrument instrument(String name) {
    Instrument i = driver().read(() -> engine.instrument(name));
    if (i == null) {
      throw new IllegalArgumentException(
          name() + " knows no " + name + " yet: a symbol is no address; say pair(base, quote)");
    }
    return i;
  }

  // ---------------------------------------------------------------- pools

  /** Every pool of two tokens, of all market makers, asked now. */
  public CompletableFuture<List<Pool>> pools(Token a, Token b) {
    List<Call<List<Pool>>> calls = new ArrayList<>();
    engine.amms().forEach(amm -> calls.add(amm.pools(a, b)));
    return ask(Call.all(calls).map(all -> all.stream().flatMap(List::stream).toList()));
  }

  /**
   * The pool at an address, by what its contract says.
   *
   * @param amm whose it is, as in {@link #amms}
   */
  public CompletableFuture<Pool> pool(String amm, String address) {
    return ask(amm(amm).pool(address));
  }

  private AmmDialect amm(String name) {
    for (AmmDialect a : engine.amms()) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    throw new IllegalArgumentException(name() + " was opened without " + name + ": " + amms());
  }

  /**
   * Reads a pool at every block, so that it can be quoted from. Of all that are watched the state
   * is of the same block.
   *
   * @throws IllegalStateException when too many are watched
   */
  public Subscription watch(Pool pool) {
    return listen(pool, state -> {});
  }

  /** As {@link #watch}; the listener is told the state at every block. */
  public Subscription listen(Pool pool, Consumer<? super PoolState> listener) {
    Subscription told =
        driver()
            .call(
                () -> {
                  engine.watch(host().nanos(), pool);
                  return poolFeeds
                      .computeIfAbsent(pool.address(), a -> new ListFeed<>(listeners()))
                      .listen(listener);
                });
    return new Subscription() {
      private boolean over;

      @Override
      public void close() {
        driver()
            .run(
                () -> {
                  if (!over) {
                    over = true;
                    told.close();
                    engine.unwatch(host().nanos(), pool);
                    ListFeed<PoolState> feed = poolFeeds.get(pool.address());
                    if (feed != null && !feed.hasListeners()) {
                      poolFeeds.remove(pool.address());
                    }
                  }
                });
      }
    };
  }

  /** Every pool that is watched. */
  public List<Pool> watched() {
    return driver().read(engine::watched);
  }

  /**
   * A pool as it was at the end of the block that was read last; empty where it is not watched, was
   * not read yet, or is too old to be quoted from.
   */
  public Optional<PoolState> state(Pool pool) {
    return Optional.ofNullable(
        driver().read(() -> engine.isFresh(pool) ? engine.state(pool) : null));
  }

  /**
   * What a taker finds in all watched pools of a pair, as an order book of one block: it answers
   * what a book does, from the pools' mathematics. A copy that never changes.
   *
   * @param most how many levels a side has at the most
   * @throws Refused when no pool of the pair is watched, or none is fresh
   */
  public PoolBook book(Instrument instrument, int most) {
    List<PoolState> states = driver().read(() -> engine.states(known(instrument)));
    if (states.isEmpty()) {
      throw new Refused(
          Rule.NOT_READY,
          instrument.toString(),
          null,
          "no pool of it is watched, or their states are too old");
    }
    Token base = driver().read(() -> engine.base(instrument));
    return PoolBook.of(instrument, base, states, most, driver().read(engine::receivedNanos));
  }

  // ---------------------------------------------------------------- swaps

  /**
   * What a swap would give in the next block if nothing else happened, by the states of the watched
   * pools: exact, without asking anybody.
   *
   * @param side a buy has an exact amount out, a sell an exact amount in
   * @param size in base units
   * @throws Refused when the states are too old, or no way through them gives it
   */
  public SwapQuote quote(Side side, Instrument instrument, BigDecimal size) {
    return quoted(side, instrument, size, null);
  }

  /**
   * The same, where it is known what gas is worth: a way through more pools, or a size that is
   * shared by several ways, must earn what its gas costs.
   *
   * @param gasRate what a unit of the chain's own asset is worth, in quote units
   */
  public SwapQuote quote(Side side, Instrument instrument, BigDecimal size, BigDecimal gasRate) {
    return quoted(side, instrument, size, gasRate);
  }

  /** It is searched on the caller's thread, and nobody waits for that. */
  private SwapQuote quoted(
      Side side, Instrument instrument, BigDecimal size, @Nullable BigDecimal gasRate) {
    return driver()
        .call(() -> engine.quote(host().nanos(), side, known(instrument), size, gasRate))
        .get();
  }

  /** The same of a size in base units. */
  public SwapQuote quote(Side side, Instrument instrument, String size) {
    return quote(side, instrument, new BigDecimal(size));
  }

  /**
   * Carries out a quote, once: along its own way, and no other.
   *
   * @param slippage by how much worse than the quote it may be; 0.01 is a per cent
   * @param deadline until when
   * @throws Refused when it has expired, was carried out before, or breaks the budget or the guard;
   *     nothing was sent
   */
  public LiveOrder execute(SwapQuote quote, BigDecimal slippage, Instant deadline) {
    return execute(quote, slippage, deadline, null);
  }

  LiveOrder execute(
      SwapQuote quote, BigDecimal slippage, Instant deadline, @Nullable Inventory by) {
    long until = deadline.toEpochMilli();
    return driver()
        .call(() -> counted(live(engine.execute(host().nanos(), quote, slippage, until)), by));
  }

  /** The new order is placed when the chain has shown that the old one does nothing. */
  @Override
  CompletableFuture<LiveOrder> replace(LiveOrder old, Order replacement) {
    Inventory by = old.inventory();
    Runnable over = by == null ? () -> {} : by.replacing(this, replacement);
    old.cancel();
    return old.done()
        .thenApply(
            state -> {
              if (state.status() == OrderStatus.FILLED || state.status() == OrderStatus.DISMISSED) {
                throw new VenueException("not replaced: it is " + state.status());
              }
              return place(replacement, by);
            })
        .whenComplete((placed, error) -> over.run());
  }

  // ---------------------------------------------------------------- what the wallet holds

  /** What the wallet holds of every known token, at the latest block that was read. */
  public List<TokenAmount> balances() {
    return driver().read(engine::holdings);
  }

  /** What the wallet holds of a token; empty before that is known. */
  public Optional<TokenAmount> balance(Token token) {
    return balances().stream().filter(b -> b.token().equals(token)).findFirst();
  }

  /** What may be spent of a token now: what is held, less what is on its way may take. */
  public TokenAmount spendable(Token token) {
    return driver().read(() -> engine.spendable(token));
  }

  /** What the wallet holds, as it changes. Never dropped. */
  public Feed<TokenAmount> balanceUpdates() {
    return holdingFeed;
  }

  /** The chain's own asset as a token, where it is none by itself. */
  public Optional<Wrapper> wrapping() {
    return chain.wrapping().map(Wrapper::new);
  }

  /** Makes the chain's own asset into a token and back. */
  public final class Wrapper {
    private final Wrapping asset;

    private Wrapper(Wrapping asset) {
      this.asset = asset;
    }

    /** Makes the chain's own asset into a token. */
    public LiveTransaction<TokenAmount> wrap(BigDecimal units) {
      return carryOut("wrap ", units, asset::wrap);
    }

    /** Makes it the chain's own asset again. */
    public LiveTransaction<TokenAmount> unwrap(BigDecimal units) {
      return carryOut("unwrap ", units, asset::unwrap);
    }

    private LiveTransaction<TokenAmount> carryOut(
        String what, BigDecimal units, Function<BigInteger, TransactionDraft> draft) {
      TokenAmount amount = TokenAmount.of(nativeToken(), units);
      return transact(
          what + amount,
          () -> Call.of(new Plan<>(draft.apply(amount.raw()), List.of(), receipt -> amount)));
    }
  }

  /**
   * What a contract may take of a token, asked now.
   *
   * @param spender in the chain's spelling
   */
  public CompletableFuture<TokenAmount> allowance(Token token, String spender) {
    return ask(chain.allowance(token, spender).map(raw -> new TokenAmount(token, raw)));
  }

  /**
   * Lets a contract take so much of a token, and no more: 0 for nothing any longer. Swaps and
   * liquidity see to what they need themselves, as far as the connector was opened to.
   *
   * @param spender in the chain's spelling
   */
  public LiveTransaction<TokenAmount> allow(TokenAmount amount, String spender) {
    return driver()
        .call(
            () -> {
              TransactionState state =
                  engine.allow(host().nanos(), new Plan.Allowance(amount, spender));
              LiveTransaction<TokenAmount> t = track(state);
              t.reader(receipt -> amount);
              return t;
            });
  }

  // ---------------------------------------------------------------- liquidity

  /** Liquidity at every price, where the market maker has such pools. */
  public Optional<Shares> shares(String amm) {
    return amm(amm) instanceof PoolLiquidity l ? Optional.of(new Shares(l)) : Optional.empty();
  }

  /** Liquidity in ranges of price, where the market maker has such pools. */
  public Optional<Positions> positions(String amm) {
    return amm(amm) instanceof ConcentratedLiquidity l
        ? Optional.of(new Positions(l))
        : Optional.empty();
  }

  /** Liquidity of pools that hold it at every price. */
  public final class Shares {
    private final PoolLiquidity amm;

    private Shares(PoolLiquidity amm) {
      this.amm = amm;
    }

    /** What the wallet has of a pool, at the latest block. */
    public CompletableFuture<PoolShare> of(Pool pool) {
      return askAt(at -> amm.share(pool, at));
    }

    /**
     * Gives liquidity.
     *
     * @param a how much of one of the pool's tokens goes in at the most
     * @param b likewise, of the other
     * @param slippage by how much worse than the pool's price now each amount may be
     */
    public LiveTransaction<LiquidityChange> add(
        Pool pool, TokenAmount a, TokenAmount b, BigDecimal slippage, Instant deadline) {
      TokenAmount[] most = inOrder(pool, a, b);
      long until = bounded(slippage, deadline);
      return transact(
          "add " + most[0] + " and " + most[1] + " to " + pool,
          () -> amm.add(pool, most[0], most[1], slippage, until));
    }

    /**
     * Takes liquidity back.
     *
     * @param liquidity how much of the wallet's share
     * @param slippage by how much less than what it is worth now each amount may be
     */
    public LiveTransaction<LiquidityChange> remove(
        Pool pool, BigInteger liquidity, BigDecimal slippage, Instant deadline) {
      long until = bounded(slippage, deadline);
      return transact(
          "remove " + liquidity + " from " + pool,
          () -> amm.remove(pool, liquidity, slippage, until));
    }
  }

  /** Liquidity in ranges of price. */
  public final class Positions {
    private final ConcentratedLiquidity amm;

    private Positions(ConcentratedLiquidity amm) {
      this.amm = amm;
    }

    /** Every position of the wallet, with the fees that it is owed, at the latest block. */
    public CompletableFuture<List<LiquidityPosition>> all() {
      return askAt(at -> amm.positions(at, rows("positions")));
    }

    /** One position, at the latest block. */
    public CompletableFuture<LiquidityPosition> position(String id) {
      return askAt(at -> amm.position(id, at));
    }

    /**
     * The tick nearest to a price at which liquidity may begin or end.
     *
     * @param price units of token1 per unit of token0
     */
    public int tick(Pool pool, BigDecimal price) {
      return amm.tick(pool, price);
    }

    /**
     * Opens a position.
     *
     * @param a how much of one of the pool's tokens goes in at the most
     * @param b likewise, of the other
     * @param slippage by how much less than what goes in now each amount may be
     */
    public LiveTransaction<LiquidityChange> open(
        Pool pool,
        int lowerTick,
        int upperTick,
        TokenAmount a,
        TokenAmount b,
        BigDecimal slippage,
        Instant deadline) {
      TokenAmount[] most = inOrder(pool, a, b);
      long until = bounded(slippage, deadline);
      return transact(
          "open " + pool + " from " + lowerTick + " to " + upperTick,
          () -> amm.open(pool, lowerTick, upperTick, most[0], most[1], slippage, until));
    }

    /** Gives a position more. */
    public LiveTransaction<LiquidityChange> add(
        LiquidityPosition position,
        TokenAmount a,
        TokenAmount b,
        BigDecimal slippage,
        Instant deadline) {
      TokenAmount[] most = inOrder(position.pool(), a, b);
      long until = bounded(slippage, deadline);
      return transact(
          "add to position " + position.id(),
          () -> amm.add(position, most[0], most[1], slippage, until));
    }

    /** Takes liquidity back, and the fees that are owed with it. */
    public LiveTransaction<LiquidityChange> remove(
        LiquidityPosition position, BigInteger liquidity, BigDecimal slippage, Instant deadline) {
      long until = bounded(slippage, deadline);
      return transact(
          "remove from position " + position.id(),
          () -> amm.remove(position, liquidity, slippage, until));
    }

    /** Takes the fees that are owed. */
    public LiveTransaction<LiquidityChange> collect(LiquidityPosition position, Instant deadline) {
      long until = bounded(BigDecimal.ZERO, deadline);
      return transact("collect of position " + position.id(), () -> amm.collect(position, until));
    }

    /** Takes all of it back and ends the position. */
    public LiveTransaction<LiquidityChange> close(
        LiquidityPosition position, BigDecimal slippage, Instant deadline) {
      long until = bounded(slippage, deadline);
      return transact(
          "close position " + position.id(), () -> amm.close(position, slippage, until));
    }
  }

  private interface AtBlock<T> {
    Call<T> call(Block at);
  }

  private <T> CompletableFuture<T> askAt(AtBlock<T> call) {
    Block at = driver().read(engine::head);
    return at == null ? ask(chain.head().then(call::call)) : ask(call.call(at));
  }

  private static TokenAmount[] inOrder(Pool pool, TokenAmount a, TokenAmount b) {
    if (a.token().equals(pool.token0()) && b.token().equals(pool.token1())) {
      return new TokenAmount[] {a, b};
    }
    if (b.token().equals(pool.token0()) && a.token().equals(pool.token1())) {
      return new TokenAmount[] {b, a};
    }
    throw new IllegalArgumentException(a + " and " + b + " are not the tokens of " + pool);
  }

  private long bounded(BigDecimal slippage, Instant deadline) {
    if (slippage.signum() < 0 || slippage.compareTo(BigDecimal.ONE) >= 0) {
      throw new Refused(
          Rule.PRICE_RANGE,
          slippage.toPlainString(),
          null,
          "slippage is a fraction from 0 to below 1: 0.01 is a per cent");
    }
    long millis = deadline.toEpochMilli();
    if (millis * 1_000_000 <= host().nanos()) {
      throw new Refused(
          Rule.TIME_IN_FORCE, deadline.toString(), null, "the deadline has passed already");
    }
    return millis;
  }

  // ---------------------------------------------------------------- transactions

  private <T> LiveTransaction<T> transact(String what, Supplier<Call<Plan<T>>> plan) {
    return driver()
        .call(
            () -> {
              List<Plan<T>> made = new ArrayList<>(1);
              TransactionState state =
                  engine.transact(
                      host().nanos(),
                      what,
                      () ->
                          plan.get()
                              .map(
                                  p -> {
                                    made.add(p);
                                    return p;
                                  }));
              LiveTransaction<T> t = track(state);
              t.reader(receipt -> made.get(0).result().apply(receipt));
              return t;
            });
  }

  private <T> LiveTransaction<T> track(TransactionState state) {
    LiveTransaction<T> t = new LiveTransaction<>(this, state, stage());
    live.put(state.id(), t);
    return t;
  }

  /**
   * A transaction of the wallet, as that of an order by its client id, or one that an earlier
   * process began; empty when none is known.
   */
  public Optional<LiveTransaction<?>> transaction(String id) {
    return driver()
        .read(
            () -> {
              TransactionState state = engine.transaction(id);
              return state == null ? Optional.empty() : Optional.of(seen(state));
            });
  }

  private LiveTransaction<?> seen(TransactionState state) {
    LiveTransaction<?> known = live.get(state.id());
    if (known != null) {
      return known;
    }
    if (!state.status().isTerminal()) {
      LiveTransaction<Receipt> t = track(state);
      t.reader(receipt -> receipt);
      return t;
    }
    LiveTransaction<Receipt> t = new LiveTransaction<>(this, state, stage());
    t.moveTo(state, null);
    return t;
  }

  /** Every transaction of the wallet that is not over, those of swaps too, oldest first. */
  public List<LiveTransaction<?>> openTransactions() {
    return driver()
        .read(
            () -> {
              List<LiveTransaction<?>> all = new ArrayList<>();
              engine.liveTransactions().forEach(s -> all.add(seen(s)));
              return all;
            });
  }

  /** Every transaction of the wallet as it moves on, those of swaps too. Never dropped. */
  public Feed<TransactionState> transactions() {
    return transactionFeed;
  }

  void bump(String id) {
    driver().run(() -> engine.bump(host().nanos(), id));
  }

  void cancelTransaction(String id) {
    driver().run(() -> engine.cancelTransaction(host().nanos(), id));
  }

  void dismissTransaction(LiveTransaction<?> transaction, String why, boolean mayHappen) {
    if (!transaction.status().isTerminal()) {
      driver()
          .run(() -> engine.dismissTransaction(host().nanos(), transaction.id(), why, mayHappen));
    }
  }

  @Override
  Ears ears() {
    return new AmmEars();
  }

  private final class AmmEars extends Ears implements AmmListener {
    @Override
    public void transaction(TransactionState state, @Nullable Receipt receipt) {
      LiveTransaction<?> t = live.get(state.id());
      if (t != null) {
        t.moveTo(state, receipt);
        if (state.status().isTerminal()) {
          live.remove(state.id());
        }
      }
      transactionFeed.tell(state);
    }

    @Override
    public void pool(PoolState state) {
      ListFeed<PoolState> feed = poolFeeds.get(state.pool().address());
      if (feed != null) {
        feed.tell(state);
      }
    }

    @Override
    public void head(Block head) {
      headFeed.tell(head);
    }

    @Override
    public void holding(TokenAmount amount) {
      holdingFeed.tell(amount);
    }
  }
}
