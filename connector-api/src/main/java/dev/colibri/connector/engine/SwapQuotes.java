package dev.colibri.connector.engine;

import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.SwapRouter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What swaps would give, by the states of the watched pools, and which of them were carried out.
 */
final class SwapQuotes {
  private static final int MOST_HOPS = 3;

  /** Blocks after that of its state for which a quote may be used, and the least time for it. */
  private static final int QUOTE_BLOCKS = 3;

  private static final long LEAST_QUOTE_NANOS = Duration.ofSeconds(5).toNanos();

  /** What a swap uses of gas about, and more for every pool that it goes through. */
  private static final long GAS = 60_000;

  private static final long GAS_OF_A_POOL = 90_000;

  /** Of quotes that were carried out, which are remembered until they have expired. */
  private static final int MOST_SPENT = 10_000;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final List<AmmDialect> amms;
  private final PoolKeeper pools;
  private final Supplier<@Nullable String> unheard;
  private final Routing routing = new Routing(MOST_HOPS);

  /** Until when quotes that were carried out might be used again, by their ids. */
  private final Map<String, Long> spent = new LinkedHashMap<>();

  /** What ids of quotes begin with: when this process began. */
  private final String quotePrefix;

  private long quotes;
  private @Nullable GasPrice gasPrice;
  private boolean pricing;

  /**
   * No quotes.
   *
   * @param unheard why the chain is not known as it is now; null where it is
   */
  SwapQuotes(
      Context context,
      Calls calls,
      ChainDialect chain,
      List<AmmDialect> amms,
      PoolKeeper pools,
      Supplier<@Nullable String> unheard) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.amms = amms;
    this.pools = pools;
    this.unheard = unheard;
    quotePrefix = "q" + Long.toString(context.now, Character.MAX_RADIX) + "-";
  }

  /**
   * What a swap would give, to be reckoned by whatever thread has the time for it.
   *
   * @param gasRate what a unit of the chain's own asset is worth, in quote units; null for unknown
   * @return throws Refused when no fresh pool gives it
   * @throws Refused when there is nothing to quote from
   */
  Supplier<SwapQuote> quoted(
      Pairs.Pair pair, Side side, BigInteger amount, @Nullable BigDecimal gasRate) {
    String none = unheard.get();
    if (none != null) {
      throw new Refused(Rule.NOT_READY, pair.instrument().toString(), null, none);
    }
    List<PoolState> states = pools.quotable();
    if (states.isEmpty()) {
      throw new Refused(
          Rule.NOT_READY,
          pair.instrument().toString(),
          null,
          pools.pools().isEmpty()
              ? "no pool is watched: watch those that are to be quoted from"
              : "the states of the watched pools are not known, or too old");
    }
    if (gasRate != null && gasRate.signum() < 0) {
      throw new IllegalArgumentException("gas is worth " + gasRate.toPlainString());
    }
    long lasts = Math.max(QUOTE_BLOCKS * chain.blockTime().toNanos(), LEAST_QUOTE_NANOS);
    long expires = (context.now + lasts) / 1_000_000;
    String id = quotePrefix + ++quotes + expiry(expires);
    GasPrice price = gasPrice;
    return new Search(id, pair, side, amount, List.copyOf(states), price, gasRate, expires);
  }

  /** Everything that a quote is reckoned from. Immutable. */
  private final class Search implements Supplier<SwapQuote> {
    private final String id;
    private final Pairs.Pair pair;
    private final Side side;
    private final BigInteger amount;
    private final List<PoolState> states;
    private final @Nullable GasPrice price;
    private final @Nullable BigDecimal gasRate;
    private final long expires;

    Search(
        String id,
        Pairs.Pair pair,
        Side side,
        BigInteger amount,
        List<PoolState> states,
        @Nullable GasPrice price,
        @Nullable BigDecimal gasRate,
        long expires) {
      this.id = id;
      this.pair = pair;
      this.side = side;
      this.amount = amount;
      this.states = states;
      this.price = price;
      this.gasRate = gasRate;
      this.expires = expires;
    }

    @Override
    public SwapQuote get() {
      Routing.Routed best =
          routing.best(
              states,
              pair.in(side),
              pair.out(side),
              side == Side.SELL,
              amount,
              legs -> router(candidate(legs)) != null,
              price == null || gasRate == null ? null : ps -> cost(price, gasRate, ps.size()));
      if (best == null) {
        throw new Refused(
            Rule.MAX_SIZE,
            pair.base().units(amount).toPlainString(),
            null,
            "no way through the watched pools gives " + pair.instrument() + " in that size");
      }
      return quote(best);
    }

    /** What another way through pools costs, in what a sale gets and a purchase gives. */
    private BigInteger cost(GasPrice price, BigDecimal gasRate, int pools) {
      BigInteger gas = price.most().multiply(BigInteger.valueOf(GAS_OF_A_POOL * pools));
      return chain
          .nativeToken()
          .units(gas)
          .multiply(gasRate)
          .movePointRight(pair.quote().decimals())
          .setScale(0, RoundingMode.CEILING)
          .toBigIntegerExact();
    }

    private SwapQuote candidate(List<SwapQuote.Leg> legs) {
      BigInteger in = BigInteger.ZERO;
      BigInteger out = BigInteger.ZERO;
      for (SwapQuote.Leg leg : legs) {
        in = in.add(leg.in());
        out = out.add(leg.out());
      }
      return quote(new Routing.Routed(legs, in, out, List.of(), BigDecimal.ZERO));
    }

    private SwapQuote quote(Routing.Routed routed) {
      long through = 0;
      for (SwapQuote.Leg leg : routed.legs()) {
        through += leg.pools().size();
      }
      long gas = GAS + GAS_OF_A_POOL * through;
      return new SwapQuote(
          id,
          pair.instrument(),
          side,
          new TokenAmount(pair.in(side), routed.in()),
          new TokenAmount(pair.out(side), routed.out()),
          routed.legs(),
          routed.fees(),
          routed.priceImpact(),
          gas,
          price == null ? null : price.most().multiply(BigInteger.valueOf(gas)),
          states.get(0).block(),
          expires);
    }
  }

  @Nullable SwapRouter router(SwapQuote quote) {
    for (AmmDialect a : amms) {
      if (a instanceof SwapRouter r && r.takes(quote)) {
        return r;
      }
    }
    return null;
  }

  /** It was carried out. */
  void spend(SwapQuote quote) {
    spent.put(quote.id(), quote.expiresMillis());
  }

  /** A quote is one intent: a copy of it is the same. */
  void requireUnspent(SwapQuote quote) {
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

  /** The best price of the watched pools of the pair; null where none is fresh. */
  @Nullable BigDecimal mid(Pairs.Pair pair) {
    for (PoolState s : pools.quotable()) {
      if (s.pool().has(pair.base()) && s.pool().has(pair.quote()) && s.price().signum() > 0) {
        return s.pool().token0().equals(pair.base())
            ? s.price()
            : BigDecimal.ONE.divide(s.price(), MathContext.DECIMAL128);
      }
    }
    return null;
  }

  void askGasPrice() {
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
            context.failed("gas price", outcome);
          }
        });
  }
}
