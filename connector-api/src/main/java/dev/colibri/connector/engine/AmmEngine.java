package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TradingRules;
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
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Redactor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
  /** Prices of pools have no tick: any that a decimal can say. */
  private static final BigDecimal TICK = BigDecimal.ONE.movePointLeft(36);

  private static final int MOST_HOPS = 3;

  /** Pools' states may be so many blocks behind, or as many as are made in a while. */
  private static final int MOST_BEHIND = 3;

  private static final long LAG_NANOS = Duration.ofSeconds(3).toNanos();

  /** Blocks after that of its state for which a quote may be used, and the least time for it. */
  private static final int QUOTE_BLOCKS = 3;

  private static final long LEAST_QUOTE_NANOS = Duration.ofSeconds(5).toNanos();

  /** What a swap uses of gas about, and more for every pool that it goes through. */
  private static final long GAS = 60_000;

  private static final long GAS_OF_A_POOL = 90_000;

  /** Between two heads that are asked for, at the least. */
  private static final long LEAST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

  /** The chain is not heard any more after so many block times, and no sooner than this. */
  private static final int SILENT_BLOCKS = 5;

  private static final long LEAST_SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Of quotes that were carried out, which are remembered until they have expired. */
  private static final int MOST_SPENT = 10_000;

  /** Of tokens that the wallet's balance is known of. */
  private static final int MOST_TOKENS = 200;

  private final AmmVenue venue;
  private final ChainDialect chain;
  private final AmmListener out;
  private final List<AmmDialect> amms;
  private final Streams streams;
  private final Transactions transactions;
  private final Orders orders;
  private final SwapFills fills;
  private final PoolKeeper pools;
  private final Routing routing = new Routing(MOST_HOPS);
  private final GuardCheck guard = new GuardCheck();
  private final ClientIds ids;

  /** Instruments by symbol, each with its tokens. */
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  /** Tokens that are known, by address. */
  private final Map<String, Token> tokens = new LinkedHashMap<>();

  private final Map<String, TokenAmount> holdings = new LinkedHashMap<>();
  private @Nullable Block holdingsAt;
  private boolean readingHoldings;

  /** Whether more is to be read than what was asked for. */
  private boolean moreHoldings;

  /** What live swaps may take of the wallet, by the id of the order. */
  private final Map<String, TokenAmount> promised = new LinkedHashMap<>();

  /** What was asked for and has no transaction yet, by id. */
  private final Map<String, TransactionState> planning = new LinkedHashMap<>();

  /** What goes on when a transaction is over, by its id. */
  private final Map<String, Consumer<TransactionState>> afterwards = new LinkedHashMap<>();

  /** Until when quotes that were carried out might be used again, by their ids. */
  private final Map<String, Long> spent = new LinkedHashMap<>();

  /** What ids of quotes begin with: when this process began. */
  private final String quotePrefix;

  private long quotes;
  private @Nullable GasPrice gasPrice;
  private boolean pricing;

  private @Nullable Block tip;
  private boolean askingHead;
  private long heardNanos;
  private boolean heard;
  private boolean wasSilent;
  private boolean begun;
  private boolean closing;
  private boolean closed;
  private @Nullable String problem;

  private record Pair(Instrument instrument, Token base, Token quote) {
    Token in(Side side) {
      return side == Side.BUY ? quote : base;
    }

    Token out(Side side) {
      return side == Side.BUY ? base : quote;
    }
  }

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
    orders = new Orders(chain.profile(), new OrderSink());
    fills = new SwapFills(context, calls, chain, amms, transactions, orders);
    pools = new PoolKeeper(context, calls, mostBehind(chain), out::pool);
    ids = new ClientIds(chain.profile().clientIds(), now, context.random());
    quotePrefix = "q" + Long.toString(now, Character.MAX_RADIX) + "-";
    learn(chain.nativeToken());
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
    orders.keeps();
    transactions.keeps();
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
    heardNanos = context.now;
    if (chain.wallet() != null) {
      restore();
    }
    if (streams.carries(Topic.Kind.HEADS)) {
      streams.add(Topic.heads());
    }
    askHead();
    pace();
  }

  /** Orders and transactions come back together: each order is where its transaction is. */
  private void restore() {
    Kept before = kept;
    kept = null;
    if (before != null) {
      transactions.restore(before);
      for (KeptOrder k : before.orders()) {
        SwapNote note = SwapNote.read(transactions.note(k.clientId()));
        Instrument instrument =
            note == null
                ? k.standIn(context.profile.name())
                : pair(note.base(), note.quote()).instrument();
        orders.restore(k.tracked(instrument, context.now), context.now);
      }
    }
    begun = true;
    transactions.begin();
    for (OrderState s : orders.live()) {
      TransactionState t = transactions.find(s.clientId());
      if (t == null) {
        rejected(s, new Reject.Other("not sent: the process ended before it was signed"));
      } else if (t.status().isTerminal()) {
        ended(t, null);
      } else {
        SwapNote note = SwapNote.read(transactions.note(s.clientId()));
        if (note != null) {
          Pair pair = pair(note.base(), note.quote());
          BigInteger amount = pair.base().raw(s.order().size());
          promised.put(s.clientId(), most(pair, s.order().side(), amount, bound(pair, s.order())));
        }
        if (venue.atStart() == Venue.AtStart.CANCEL) {
          cancel(s.clientId());
        }
      }
    }
  }

  /** Asks for the head at every block time where no stream tells it. */
  private void pace() {
    context.timers.set(
        context.now + pause(),
        () -> {
          if (closed) {
            return;
          }
          boolean live =
              streams.carries(Topic.Kind.HEADS)
                  && streams.isLive(Topic.heads())
                  && context.now - heardNanos < 3 * pause();
          if (!live) {
            askHead();
          }
          pace();
        });
  }

  private long pause() {
    return Math.max(chain.blockTime().toNanos(), LEAST_PAUSE_NANOS);
  }

  private void askHead() {
    if (askingHead || closed) {
      return;
    }
    askingHead = true;
    calls.perform(
        chain::head,
        outcome -> {
          askingHead = false;
          if (outcome instanceof Outcome.Answer<Block> a) {
            heard(a.value());
          } else {
            failed("head", outcome);
          }
        });
  }

  private void heard(Block head) {
    if (!closed) {
      heard = true;
      heardNanos = context.now;
      transactions.head(head);
    }
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
    readHoldings();
    if (!pools.pools().isEmpty()) {
      askGasPrice();
    }
  }

  private @Nullable String silence() {
    long most = Math.max(SILENT_BLOCKS * chain.blockTime().toNanos(), LEAST_SILENCE_NANOS);
    long silent = context.now - heardNanos;
    return silent <= most ? null : "the chain was not heard for " + silent / 1_000_000_000 + " s";
  }

  private void judge() {
    String silence = silence();
    pools.judge(tip, silence);
    if (wasSilent != (silence != null)) {
      wasSilent = silence != null;
      if (!wasSilent && tip != null) {
        pools.head(tip);
      }
    }
  }

  private void askGasPrice() {
    if (pricing) {
      return;
    }
    pricing = true;
    calls.perform(
        chain::gasPrice,
        outcome -> {
          pricing = false;
          if (outcome instanceof Outcome.Answer<GasPrice> a) {
            gasPrice = a.value();
          } else {
            gasPrice = null;
            failed("gas price", outcome);
          }
        });
  }

  private void failed(String what, Outcome<?> outcome) {
    problem = context.redactor.show(what + ": " + outcome.describe());
    context.faulted(what, outcome);
  }

  @Override
  public Readiness readiness() {
    if (closed) {
      return new Readiness(false, true, false, false, true, false, "the connector is closed");
    }
    boolean looks = chain.wallet() == null;
    return new Readiness(
        isHeard(),
        true,
        pools.allFresh(),
        looks || holdingsAt != null,
        true,
        looks || begun && transactions.doubt() == null,
        isReady() ? null : transactions.doubt() == null ? problem : transactions.doubt());
  }

  private boolean isHeard() {
    return heard && tip != null && silence() == null;
  }

  @Override
  public boolean isReady() {
    boolean looks = chain.wallet() == null;
    return !closed
        && isHeard()
        && pools.allFresh()
        && (looks || begun && holdingsAt != null && transactions.doubt() == null);
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
    List.copyOf(planning.keySet()).forEach(id -> unplanned(id, "the connector is closed"));
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
    context.closed = true;
    transactions.close();
    departures.close("the connector is closed");
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
    if (tokens.size() < MOST_TOKENS && tokens.putIfAbsent(token.address(), token) == null) {
      readHoldings();
    }
  }

  /** Every token that is known. */
  public List<Token> tokens() {
    return List.copyOf(tokens.values());
  }

  /** What is bought and sold for what: known from now on. */
  public Instrument instrument(Token base, Token quote) {
    return pair(base, quote).instrument();
  }

  /** The instrument of a name that was asked for before; null when there is none. */
  public @Nullable Instrument instrument(String name) {
    for (Pair p : pairs.values()) {
      if (p.instrument().name().equals(name)) {
        return p.instrument();
      }
    }
    return null;
  }

  /** Every instrument that was asked for. */
  public List<Instrument> instruments() {
    return pairs.values().stream().map(Pair::instrument).toList();
  }

  /** The token that is bought and sold. */
  public Token base(Instrument instrument) {
    return known(instrument).base();
  }

  /** The token that it is bought and sold for. */
  public Token quote(Instrument instrument) {
    return known(instrument).quote();
  }

  private Pair pair(Token base, Token quote) {
    if (base.equals(quote)) {
      throw new IllegalArgumentException(base + " is not traded for itself");
    }
    String symbol = base.address() + "/" + quote.address();
    return pairs.computeIfAbsent(
        symbol,
        s -> {
          learn(base);
          learn(quote);
          TradingRules rules =
              TradingRules.builder(TICK, BigDecimal.ONE.movePointLeft(base.decimals()))
                  .orderTypes(EnumSet.of(OrderType.LIMIT))
                  .timesInForce(EnumSet.of(TimeInForce.GTD))
                  .build();
          Instrument i =
              Instrument.builder(
                      context.profile.name(), symbol, base.symbol(), quote.symbol(), rules)
                  .build();
          return new Pair(i, base, quote);
        });
  }

  private Pair known(Instrument instrument) {
    Pair pair = pairs.get(instrument.symbol());
    if (pair == null || !pair.instrument().equals(instrument)) {
      throw new Refused(
          Rule.INSTRUMENT,
          instrument.toString(),
          null,
          context.profile.name() + " does not know " + instrument + ": ask it for the pair first");
    }
    return pair;
  }

  /** Reads a pool at every block from now on; each time needs its {@link #unwatch}. */
  public void watch(long now, Pool pool) {
    enter(now);
    learn(pool.token0());
    learn(pool.token1());
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
    return pools.isFresh(pool) && silence() == null;
  }

  /** The watched pools of an instrument, as they were at one block. */
  public List<PoolState> states(Instrument instrument) {
    Pair pair = known(instrument);
    return silence() != null
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
   * What a swap would give, by the states of the watched pools.
   *
   * @throws Refused when no fresh pool gives it
   */
  public SwapQuote quote(long now, Side side, Instrument instrument, BigDecimal size) {
    enter(now);
    Pair pair = known(instrument);
    return quoted(pair, side, raw(pair, size));
  }

  private BigInteger raw(Pair pair, BigDecimal size) {
    if (size.signum() <= 0) {
      throw new Refused(Rule.MIN_SIZE, size.toPlainString(), null, "a size must be positive");
    }
    try {
      return pair.base().raw(size);
    } catch (IllegalArgumentException e) {
      BigDecimal nearest = size.setScale(pair.base().decimals(), RoundingMode.FLOOR);
      throw new Refused(
          Rule.LOT_SIZE,
          size.toPlainString(),
          nearest.signum() > 0 ? nearest : null,
          String.valueOf(e.getMessage()));
    }
  }

  private SwapQuote quoted(Pair pair, Side side, BigInteger amount) {
    String silence = silence();
    if (silence != null || tip == null) {
      throw new Refused(
          Rule.NOT_READY,
          pair.instrument().toString(),
          null,
          silence == null ? "no block is known yet" : silence + ": there is nothing to quote from");
    }
    List<PoolState> states = pools.quotable();
    boolean sell = side == Side.SELL;
    if (states.isEmpty()) {
      throw new Refused(
          Rule.NOT_READY,
          pair.instrument().toString(),
          null,
          pools.pools().isEmpty()
              ? "no pool is watched: watch those that are to be quoted from"
              : "the states of the watched pools are not known, or too old");
    }
    Block at = states.get(0).block();
    Routing.Routed best =
        routing.best(
            states,
            pair.in(side),
            pair.out(side),
            sell,
            amount,
            legs -> router(candidate(pair, side, legs, at)) != null);
    if (best == null) {
      throw new Refused(
          Rule.MAX_SIZE,
          pair.base().units(amount).toPlainString(),
          null,
          "no way through the watched pools gives " + pair.instrument() + " in that size");
    }
    return quote(++quotes, pair, side, best, at);
  }

  private SwapQuote candidate(Pair pair, Side side, List<SwapQuote.Leg> legs, Block at) {
    BigInteger in = BigInteger.ZERO;
    BigInteger out = BigInteger.ZERO;
    for (SwapQuote.Leg leg : legs) {
      in = in.add(leg.in());
      out = out.add(leg.out());
    }
    return quote(0, pair, side, new Routing.Routed(legs, in, out, List.of(), BigDecimal.ZERO), at);
  }

  private SwapQuote quote(long number, Pair pair, Side side, Routing.Routed routed, Block at) {
    long through = 0;
    for (SwapQuote.Leg leg : routed.legs()) {
      through += leg.pools().size();
    }
    long gas = GAS + GAS_OF_A_POOL * through;
    GasPrice price = gasPrice;
    long lasts = Math.max(QUOTE_BLOCKS * chain.blockTime().toNanos(), LEAST_QUOTE_NANOS);
    long expires = (context.now + lasts) / 1_000_000;
    return new SwapQuote(
        quotePrefix + number + expiry(expires),
        pair.instrument(),
        side,
        new TokenAmount(pair.in(side), routed.in()),
        new TokenAmount(pair.out(side), routed.out()),
        routed.legs(),
        routed.fees(),
        routed.priceImpact(),
        gas,
        price == null ? null : price.most().multiply(BigInteger.valueOf(gas)),
        at,
        expires);
  }

  private @Nullable SwapRouter router(SwapQuote quote) {
    for (AmmDialect a : amms) {
      if (a instanceof SwapRouter r && r.takes(quote)) {
        return r;
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- orders

  @Override
  public OrderState place(long now, Order asked) {
    enter(now);
    Pair pair = checked(asked);
    BigInteger amount = raw(pair, asked.size());
    BigInteger bound = bound(pair, asked);
    TokenAmount most = most(pair, asked.side(), amount, bound);
    requireFunds(most);
    SwapQuote quote = quoted(pair, asked.side(), amount);
    requireWithin(asked, quote, bound);
    return swap(asked, pair, quote, bound);
  }

  /** What the limit comes to: never worse than it, by rounding. */
  private static BigInteger bound(Pair pair, Order order) {
    boolean sell = order.side() == Side.SELL;
    BigDecimal worst = order.size().multiply(order.price());
    BigInteger bound =
        worst
            .movePointRight(pair.quote().decimals())
            .setScale(0, sell ? RoundingMode.CEILING : RoundingMode.FLOOR)
            .toBigIntegerExact();
    if (bound.signum() <= 0) {
      throw new Refused(
          Rule.MIN_NOTIONAL,
          worst.toPlainString(),
          null,
          "it comes to less than the smallest part of " + pair.quote());
    }
    return bound;
  }

  private static void requireWithin(Order order, SwapQuote quote, BigInteger bound) {
    boolean within =
        order.side() == Side.SELL
            ? quote.out().raw().compareTo(bound) >= 0
            : quote.in().raw().compareTo(bound) <= 0;
    if (!within) {
      throw new Refused(
          Rule.PRICE_RANGE,
          String.valueOf(order.price()),
          quote.price(),
          "the pools give "
              + quote.price().toPlainString()
              + " now, which is worse than its limit; nothing waits for a better price in a pool");
    }
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
    Pair pair = known(quote.instrument());
    requireUnspent(quote);
    BigInteger bound = bound(quote, slippage);
    boolean sell = quote.side() == Side.SELL;
    BigDecimal worst =
        pair.quote()
            .units(bound)
            .divide(quote.size(), MathContext.DECIMAL128)
            .setScale(TICK.scale(), sell ? RoundingMode.FLOOR : RoundingMode.CEILING);
    Order order =
        Order.of(quote.instrument(), quote.side())
            .size(quote.size())
            .limit(worst)
            .goodTill(Instant.ofEpochMilli(deadlineMillis));
    checked(order);
    OrderState state = swap(order, pair, quote, bound);
    spent.put(quote.id(), quote.expiresMillis());
    return state;
  }

  /** A quote is one intent: a copy of it is the same. */
  private void requireUnspent(SwapQuote quote) {
    spent.values().removeIf(expires -> expires * 1_000_000 <= context.now);
    String why = null;
    if (spent.containsKey(quote.id())) {
      why = "the quote was carried out: ask for another";
    } else if (quote.expiresMillis() * 1_000_000 <= context.now) {
      why = "the quote has expired: ask for another";
    } else if (!quote.id().startsWith(quotePrefix)
        || !quote.id().endsWith(expiry(quote.expiresMillis()))) {
      why = "the quote is of an earlier process, or not as it was given: ask for another";
    } else if (spent.size() >= MOST_SPENT) {
      why = "too many quotes were carried out lately to tell them apart";
    }
    if (why != null) {
      throw new Refused(Rule.QUOTE, quote.id(), null, why);
    }
  }

  /** What ids end with, so that nobody makes a quote last that was carried out. */
  private static String expiry(long millis) {
    return "-" + Long.toString(millis, Character.MAX_RADIX);
  }

  private static BigInteger bound(SwapQuote quote, BigDecimal slippage) {
    if (slippage.signum() < 0 || slippage.compareTo(BigDecimal.ONE) >= 0) {
      throw new Refused(
          Rule.PRICE_RANGE,
          slippage.toPlainString(),
          null,
          "slippage is a fraction from 0 to below 1: 0.01 is a per cent");
    }
    boolean sell = quote.side() == Side.SELL;
    BigDecimal factor = sell ? BigDecimal.ONE.subtract(slippage) : BigDecimal.ONE.add(slippage);
    BigInteger raw = sell ? quote.out().raw() : quote.in().raw();
    return new BigDecimal(raw)
        .multiply(factor)
        .setScale(0, sell ? RoundingMode.CEILING : RoundingMode.FLOOR)
        .toBigIntegerExact();
  }

  private Pair checked(Order order) {
    if (closing || closed || !started) {
      throw new Refused(
          Rule.NOT_READY,
          order.toString(),
          null,
          started ? "the connector is closed" : "the connector is not started");
    }
    if (chain.wallet() == null) {
      throw new Refused(
          Rule.NOT_READY, order.toString(), null, "the connector was opened without a wallet");
    }
    Pair pair = known(order.instrument());
    if (order.type() == OrderType.MARKET) {
      throw new Refused(
          Rule.ORDER_TYPE,
          "MARKET",
          null,
          "a swap without a bound takes any price: say limit(worst) and goodTill(deadline)");
    }
    if (order.type() == OrderType.LIMIT_MAKER) {
      throw new Refused(
          Rule.ORDER_TYPE, "LIMIT_MAKER", null, "nothing rests in a pool: a swap trades at once");
    }
    if (order.timeInForce() != TimeInForce.GTD) {
      throw new Refused(
          Rule.TIME_IN_FORCE,
          order.timeInForce().name(),
          null,
          "a swap needs goodTill(deadline): it may wait for its block for long otherwise");
    }
    if (order.isReduceOnly() || order.positionSide() != null) {
      throw new Refused(Rule.POSITION, order.toString(), null, "a wallet has no positions");
    }
    order.check();
    if (order.goodTillMillis() * 1_000_000 <= context.now) {
      throw new Refused(
          Rule.TIME_IN_FORCE, order.toString(), null, "its deadline has passed already");
    }
    return pair;
  }

  private OrderState swap(Order asked, Pair pair, SwapQuote quote, BigInteger bound) {
    SwapRouter router = router(quote);
    if (router == null) {
      throw new Refused(
          Rule.INSTRUMENT, quote.toString(), null, "no market maker carries such a way out");
    }
    TokenAmount most =
        most(
            pair,
            asked.side(),
            asked.side() == Side.SELL ? quote.in().raw() : quote.out().raw(),
            bound);
    requireFunds(most);
    guard.check(
        asked, null, mid(pair), orders.exposure(asked.instrument()), BigDecimal.ZERO, context.now);
    if (asked.clientId() != null && transaction(asked.clientId()) != null) {
      throw new Refused(
          Rule.CLIENT_ID,
          asked.clientId(),
          null,
          "a transaction of this id is known; use another one");
    }
    Order order = asked.clientId() == null ? asked.clientId(ids.next()) : asked;
    OrderState state = orders.register(order, null, context.now);
    guard.placed(context.now);
    String id = state.clientId();
    promised.put(id, most);
    String note = new SwapNote(router.name(), pair.base(), pair.quote(), quote.legs()).write();
    plan(
        id,
        order.toString(),
        note,
        () -> router.swap(quote, bound, order.goodTillMillis()),
        () -> orders.sent(id, context.now / 1_000_000, context.now));
    OrderState now = orders.find(id);
    return now == null ? state : now;
  }

  /** What a swap may take of the wallet at the most. */
  private static TokenAmount most(Pair pair, Side side, BigInteger amount, BigInteger bound) {
    return new TokenAmount(pair.in(side), side == Side.SELL ? amount : bound);
  }

  /** The best price of the watched pools of the pair; null where none is fresh. */
  private @Nullable BigDecimal mid(Pair pair) {
    for (PoolState s : pools.quotable()) {
      if (s.pool().has(pair.base()) && s.pool().has(pair.quote()) && s.price().signum() > 0) {
        return s.pool().token0().equals(pair.base())
            ? s.price()
            : BigDecimal.ONE.divide(s.price(), MathContext.DECIMAL128);
      }
    }
    return null;
  }

  private void requireFunds(TokenAmount needed) {
    Token in = needed.token();
    BigInteger available = available(in);
    if (needed.raw().compareTo(available) > 0) {
      throw new Refused(
          Rule.BUDGET,
          needed.units().toPlainString(),
          null,
          "needs "
              + needed
              + ", and "
              + new TokenAmount(in, available)
              + " is available"
              + (holdings.containsKey(in.address()) ? "" : "; the balance is not known yet"));
    }
  }

  private BigInteger available(Token token) {
    TokenAmount held = holdings.get(token.address());
    if (held == null) {
      return BigInteger.ZERO;
    }
    BigInteger left = held.raw();
    for (Map.Entry<String, TokenAmount> p : promised.entrySet()) {
      if (p.getValue().token().equals(token) && !isInHoldings(p.getKey())) {
        left = left.subtract(p.getValue().raw());
      }
    }
    for (Map.Entry<String, BigInteger> t : transactions.takes(token).entrySet()) {
      if (!promised.containsKey(t.getKey()) && !isInHoldings(t.getKey())) {
        left = left.subtract(t.getValue());
      }
    }
    return left.max(BigInteger.ZERO);
  }

  /** What is over takes no more, as soon as the balance shows what it took. */
  private void release() {
    promised
        .keySet()
        .removeIf(
            id -> {
              OrderState s = orders.find(id);
              TransactionState t = transactions.find(id);
              boolean shown = t == null || t.block() == null || isInHoldings(id);
              return s == null || s.status().isTerminal() && shown;
            });
  }

  /** Whether the balance that is known is of its block, or of a later one. */
  private boolean isInHoldings(String id) {
    TransactionState t = transactions.find(id);
    Block in = t == null ? null : t.block();
    Block at = holdingsAt;
    return in != null && at != null && in.number() <= at.number();
  }

  @Override
  public void cancel(long now, String clientId) {
    enter(now);
    cancel(clientId);
  }

  private void cancel(String clientId) {
    OrderState s = orders.find(clientId);
    if (s == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    if (s.status().isTerminal()) {
      return;
    }
    if (planning.containsKey(clientId)) {
      unplanned(clientId, "canceled before it was signed");
      return;
    }
    TransactionState t = transactions.find(clientId);
    if (t != null && !t.status().isTerminal()) {
      orders.cancelAsked(clientId, true);
      if (t.status() != TransactionStatus.WAITING) {
        orders.cancelSent(clientId, context.now);
      }
      transactions.cancel(clientId);
    }
  }

  @Override
  public int cancelAll(long now, @Nullable Instrument instrument) {
    enter(now);
    int n = 0;
    for (OrderState s : orders.live()) {
      if (instrument == null || instrument.equals(s.instrument())) {
        cancel(s.clientId());
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
    List.copyOf(planning.keySet()).forEach(id -> unplanned(id, GuardCheck.HALTED));
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
    requireTransacting(what);
    String id = ids.next();
    plan(id, what, "", plan, () -> {});
    return transaction(id);
  }

  private void requireTransacting(String what) {
    String none =
        !started
            ? "the connector is not started"
            : closing || closed
                ? "the connector is closed"
                : chain.wallet() == null
                    ? "the connector was opened without a wallet"
                    : guard.isHalted() ? GuardCheck.HALTED : null;
    if (none != null) {
      throw new Refused(Rule.NOT_READY, what, null, none);
    }
  }

  /** Lets a spender take so much of a token, and no more. */
  public TransactionState allow(long now, Plan.Allowance allowance) {
    enter(now);
    String what = "let " + allowance.spender() + " take " + allowance.amount();
    requireTransacting(what);
    String id = ids.next();
    begin(id, what);
    calls.perform(
        () ->
            chain
                .allowance(allowance.amount().token(), allowance.spender())
                .map(before -> chain.allow(allowance, before, false)),
        outcome -> {
          if (!planning.containsKey(id)) {
            return;
          }
          if (outcome instanceof Outcome.Answer<List<TransactionDraft>> a && !a.value().isEmpty()) {
            one(id, a.value(), 0);
          } else {
            unplanned(id, outcome.describe());
          }
        });
    return transaction(id);
  }

  /** One draft after the other: the last has the id. */
  private void one(String id, List<TransactionDraft> drafts, int at) {
    Plan<Boolean> plan = new Plan<>(drafts.get(at), List.of(), receipt -> true);
    if (at == drafts.size() - 1) {
      submit(id, "", plan);
      return;
    }
    String before = ids.next();
    afterwards.put(
        before,
        t -> {
          if (!planning.containsKey(id)) {
            return;
          }
          if (t.status() == TransactionStatus.CONFIRMED) {
            one(id, drafts, at + 1);
          } else {
            unplanned(id, drafts.get(at) + ", which it needs, is " + t.status());
          }
        });
    tell(transactions.submit(before, "", plan), null);
  }

  private void begin(String id, String what) {
    TransactionState state =
        new TransactionState(
            id,
            what,
            TransactionStatus.WAITING,
            -1,
            List.of(),
            null,
            null,
            0,
            null,
            null,
            context.now);
    planning.put(id, state);
    tell(state, null);
  }

  private void plan(
      String id,
      String what,
      String note,
      Supplier<? extends Call<? extends Plan<?>>> plan,
      Runnable submitted) {
    begin(id, what);
    calls.perform(
        () -> plan.get().<Plan<?>>map(p -> p),
        outcome -> {
          if (!planning.containsKey(id)) {
            return; // Canceled meanwhile.
          }
          if (outcome instanceof Outcome.Answer<Plan<?>> a) {
            if (guard.isHalted()) {
              unplanned(id, GuardCheck.HALTED);
            } else {
              submitted.run();
              submit(id, note, a.value());
            }
          } else {
            unplanned(id, outcome.describe());
          }
        });
  }

  private void submit(String id, String note, Plan<?> plan) {
    planning.remove(id);
    TransactionState t = transactions.submit(id, note, plan);
    if (t.status().isTerminal()) {
      changed(t, null);
    }
  }

  /** What was asked for comes to nothing: nothing was signed. */
  private void unplanned(String id, String why) {
    TransactionState was = planning.remove(id);
    if (was == null) {
      return;
    }
    TransactionState state =
        new TransactionState(
            id,
            was.what(),
            TransactionStatus.REFUSED,
            -1,
            List.of(),
            null,
            null,
            0,
            null,
            context.redactor.show(why),
            was.createdNanos());
    changed(state, null);
  }

  /** A transaction of the wallet; null when it is not known, or not any more. */
  public @Nullable TransactionState transaction(String id) {
    TransactionState t = planning.get(id);
    return t != null ? t : transactions.find(id);
  }

  /** Every transaction that is not over, oldest first. */
  public List<TransactionState> liveTransactions() {
    List<TransactionState> all = new ArrayList<>(transactions.live());
    all.addAll(planning.values());
    return all;
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
      cancel(id);
    } else if (planning.containsKey(id)) {
      unplanned(id, "canceled before it was signed");
    } else {
      transactions.cancel(id);
    }
  }

  private void tell(TransactionState t, @Nullable Receipt receipt) {
    context.later(() -> out.transaction(t, receipt));
  }

  /** A transaction moved on: so does its order. */
  private void changed(TransactionState t, @Nullable Receipt receipt) {
    tell(t, receipt);
    if (orders.find(t.id()) != null) {
      moved(t, receipt);
    }
    if (t.status().isTerminal()) {
      Consumer<TransactionState> after = afterwards.remove(t.id());
      if (after != null) {
        context.later(() -> after.accept(t));
      }
    }
  }

  private void moved(TransactionState t, @Nullable Receipt receipt) {
    OrderState s = orders.find(t.id());
    if (s == null || s.status().isTerminal()) {
      return;
    }
    if (t.status().isTerminal()) {
      ended(t, receipt);
      return;
    }
    switch (t.status()) {
      case PENDING, MINED ->
          orders.accepted(
              t.id(),
              OrderUpdate.of(s.instrument(), OrderStatus.OPEN)
                  .order(t.id(), t.hashes().get(0))
                  .build(),
              context.now);
      case BROADCAST, DROPPED, REORGED -> {
        if (t.problem() != null || t.status() != TransactionStatus.BROADCAST) {
          orders.outcomeUnknown(t.id(), context.now);
        }
      }
      default -> {}
    }
  }

  /** The transaction of an order is over. */
  private void ended(TransactionState t, @Nullable Receipt receipt) {
    String id = t.id();
    OrderState s = orders.find(id);
    if (s == null || s.status().isTerminal()) {
      return;
    }
    String why = t.problem() == null ? t.status().toString() : t.problem();
    Fault fault = transactions.fault(id);
    Order order = s.order();
    switch (t.status()) {
      case REFUSED ->
          rejected(
              s,
              fault == null
                  ? new Reject.Other("not sent: " + why)
                  : Orders.reject(Fault.of(kind(fault), why)));
      case REPLACED -> {
        boolean late = order.goodTillMillis() * 1_000_000 <= context.now;
        boolean asked = s.status() == OrderStatus.PENDING_CANCEL;
        end(
            s,
            late && !asked ? OrderStatus.EXPIRED : OrderStatus.CANCELED,
            t,
            new Reject.Other(why));
      }
      case REVERTED -> {
        Block block = t.block();
        boolean late = block != null && block.millis() > order.goodTillMillis();
        Reject reject =
            fault == null
                ? new Reject.Other(why)
                : Orders.reject(Fault.of(kind(fault), fault.raw()));
        end(s, late ? OrderStatus.EXPIRED : OrderStatus.REJECTED, t, reject);
      }
      default -> fills.read(s, t, receipt);
    }
  }

  /** A node's word that it knows nothing of something is no reason for an order. */
  private static Fault.Kind kind(Fault fault) {
    return switch (fault.kind()) {
      case DUPLICATE_ID, OUTCOME_UNKNOWN -> Fault.Kind.REJECTED;
      default -> fault.kind();
    };
  }

  /** Nothing was ever signed for it, which is proof whatever else is not known. */
  private void rejected(OrderState s, Reject reject) {
    orders.update(
        OrderUpdate.of(s.instrument(), OrderStatus.REJECTED)
            .order(s.clientId(), null)
            .filled(BigDecimal.ZERO)
            .reject(reject)
            .build(),
        context.now);
  }

  private void end(OrderState s, OrderStatus how, TransactionState t, Reject reject) {
    orders.update(
        OrderUpdate.of(s.instrument(), how)
            .order(s.clientId(), t.hashes().isEmpty() ? null : t.hashes().get(0))
            .filled(BigDecimal.ZERO)
            .reject(reject)
            .build(),
        context.now);
  }

  // ---------------------------------------------------------------- what the wallet holds

  private void readHoldings() {
    Block at = tip;
    if (chain.wallet() == null || at == null || closed) {
      return;
    }
    if (readingHoldings) {
      moreHoldings = true;
      return;
    }
    readingHoldings = true;
    List<Token> of = tokens();
    calls.perform(
        () -> chain.balances(of, at),
        outcome -> {
          readingHoldings = false;
          if (outcome instanceof Outcome.Answer<List<TokenAmount>> a) {
            holdingsAt = at;
            release();
            List<Token> told = a.value().stream().map(TokenAmount::token).toList();
            of.stream().filter(t -> !told.contains(t)).forEach(t -> holdings.remove(t.address()));
            for (TokenAmount amount : a.value()) {
              TokenAmount before = holdings.put(amount.token().address(), amount);
              if (!amount.equals(before)) {
                out.holding(amount);
              }
            }
          } else {
            failed("balances", outcome);
          }
          if (moreHoldings) {
            moreHoldings = false;
            readHoldings();
          }
        });
  }

  /** What the wallet holds of every token that is known, at the block that was read last. */
  public List<TokenAmount> holdings() {
    return List.copyOf(holdings.values());
  }

  /** What may be spent of a token now: what is held, less what is on its way may take. */
  public TokenAmount spendable(Token token) {
    return new TokenAmount(token, available(token));
  }

  // ---------------------------------------------------------------- what comes in

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
            release();
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
      heard(block);
    }

    @Override
    public void subscribed(Topic topic) {
      askHead();
    }

    @Override
    public void lost(Topic topic, BookState state, String reason) {
      askHead();
    }

    @Override
    public void answered(long ticket, Delivery delivery) {
      departures.delivered(ticket, delivery);
    }

    @Override
    public void loginRefused(Fault fault) {
      problem = context.redactor.show("login: " + fault.kind() + " " + fault.raw());
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
