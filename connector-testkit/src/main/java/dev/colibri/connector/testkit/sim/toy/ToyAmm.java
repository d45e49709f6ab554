package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.PoolShare;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.PoolLiquidity;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A market maker that does not exist, on a toy chain: pools that keep the product of their reserves
 * and take 0.3 %, and one contract through which they are swapped and given liquidity.
 */
public final class ToyAmm implements SwapRouter, PoolLiquidity {
  /** As the connector names it. */
  public static final String NAME = "toy-amm";

  /** Its contract. */
  public static final String ADDRESS = "toy-amm-router";

  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final int FEE = 3_000;

  private final String wallet;
  private final List<Pool> pools;

  /**
   * A dialect.
   *
   * @param wallet what trades; empty for nobody
   * @param pools every pool there is
   */
  public ToyAmm(String wallet, List<Pool> pools) {
    this.wallet = wallet;
    this.pools = List.copyOf(pools);
  }

  /** A pool of two tokens. */
  public static Pool pool(Token a, Token b) {
    boolean inOrder = a.address().compareTo(b.address()) < 0;
    Token token0 = inOrder ? a : b;
    Token token1 = inOrder ? b : a;
    String address = "pool-" + token0.address() + "-" + token1.address();
    return new Pool(NAME, address, token0, token1, FEE, 0);
  }

  // ---------------------------------------------------------------- the contract

  /** Puts the contract on a chain. */
  public static void deploy(ToyChain chain) {
    chain.deploy(ADDRESS, new Contract());
  }

  private static final class Contract implements ToyChain.Contract {
    @Override
    public void call(
        ToyState state, String from, BigInteger value, String[] words, long blockMillis) {
      if (Long.parseLong(words[1]) < blockMillis) {
        throw new ToyState.Reverted("too late");
      }
      BigInteger amount = new BigInteger(words[2]);
      BigInteger bound = new BigInteger(words[3]);
      List<String> path = List.of(words).subList(4, words.length);
      switch (words[0]) {
        case "sell" -> {
          if (swap(state, from, amount, path).compareTo(bound) < 0) {
            throw new ToyState.Reverted("too little out");
          }
        }
        case "buy" -> {
          BigInteger in = amount;
          for (int i = path.size() - 2; i > 0; i -= 2) {
            in = in(reserve(state, path, i, i - 1), reserve(state, path, i, i + 1), in);
          }
          if (in.compareTo(bound) > 0) {
            throw new ToyState.Reverted("too much in");
          }
          swap(state, from, in, path);
        }
        case "give" -> {
          String pool = path.get(0);
          String shares = "shares " + pool;
          state.take(path.get(1), from, ADDRESS, pool, amount);
          state.take(path.get(2), from, ADDRESS, pool, bound);
          state.set(shares + " " + from, state.get(shares + " " + from).add(amount));
          state.log(ADDRESS, List.of("Given", pool, from), amount.toString());
        }
        default -> throw new ToyState.Reverted("no function " + words[0]);
      }
    }

    private static BigInteger reserve(ToyState state, List<String> path, int pool, int token) {
      return state.balance(path.get(token), path.get(pool));
    }

    /** Along token, pool, token, pool, …, token; what came out. */
    private static BigInteger swap(
        ToyState state, String from, BigInteger amount, List<String> path) {
      List<BigInteger> outs = new ArrayList<>();
      BigInteger at = amount;
      for (int i = 1; i < path.size(); i += 2) {
        at = out(reserve(state, path, i, i - 1), reserve(state, path, i, i + 1), at);
        outs.add(at);
      }
      state.take(path.get(0), from, ADDRESS, path.get(1), amount);
      for (int i = 1; i < path.size(); i += 2) {
        String to = i + 2 < path.size() ? path.get(i + 2) : from;
        state.move(path.get(i + 1), path.get(i), to, outs.get(i / 2));
      }
      return at;
    }

    @Override
    public String read(ToyState state, String[] words) {
      if (words[0].equals("shares")) {
        return state.get("shares " + words[1] + " " + words[2]).toString();
      }
      return state.balance(words[2], words[1]) + " " + state.balance(words[3], words[1]);
    }
  }

  private static BigInteger out(BigInteger reserveIn, BigInteger reserveOut, BigInteger in) {
    BigInteger kept = in.multiply(MILLION.subtract(BigInteger.valueOf(FEE)));
    return kept.multiply(reserveOut).divide(reserveIn.multiply(MILLION).add(kept));
  }

  private static BigInteger in(BigInteger reserveIn, BigInteger reserveOut, BigInteger out) {
    if (out.compareTo(reserveOut) >= 0) {
      throw new ToyState.Reverted("more than there is");
    }
    BigInteger per = reserveOut.subtract(out).multiply(MILLION.subtract(BigInteger.valueOf(FEE)));
    return reserveIn.multiply(out).multiply(MILLION).divide(per).add(BigInteger.ONE);
  }

  // ---------------------------------------------------------------- pools

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Call<List<Pool>> pools(Token a, Token b) {
    return Call.of(pools.stream().filter(p -> p.has(a) && p.has(b)).toList());
  }

  @Override
  public Call<Pool> pool(String address) {
    for (Pool p : pools) {
      if (p.address().equals(address)) {
        return Call.of(p);
      }
    }
    return Call.failed(Fault.of(Fault.Kind.BAD_INSTRUMENT, "no pool at " + address));
  }

  @Override
  public Call<List<PoolState>> states(List<Pool> of, Block at, BadRows rows) {
    List<Call<PoolState>> calls = new ArrayList<>();
    for (Pool p : of) {
      String words =
          String.join(",", "reserves", p.address(), p.token0().address(), p.token1().address());
      calls.add(ToyChainDialect.read(ADDRESS, words, at).map(text -> state(p, at, text)));
    }
    return Call.all(calls);
  }

  private static PoolState state(Pool pool, Block at, String text) {
    String[] reserves = text.split(" ", -1);
    return new State(pool, at, new BigInteger(reserves[0]), new BigInteger(reserves[1]));
  }

  private record State(Pool pool, Block block, BigInteger reserve0, BigInteger reserve1)
      implements PoolState {

    private BigInteger reserve(Token token) {
      return token.equals(pool.token0()) ? reserve0 : reserve1;
    }

    @Override
    public BigDecimal price() {
      BigDecimal units0 = pool.token0().units(reserve0);
      return pool.token1().units(reserve1).divide(units0, MathContext.DECIMAL128);
    }

    @Override
    public BigInteger out(Token in, BigInteger amount) {
      return ToyAmm.out(reserve(in), reserve(pool.other(in)), amount);
    }

    @Override
    public BigInteger in(Token out, BigInteger amount) {
      try {
        return ToyAmm.in(reserve(pool.other(out)), reserve(out), amount);
      } catch (ToyState.Reverted e) {
        throw new PoolTooThin(pool + ": " + e.getMessage());
      }
    }

    @Override
    public PoolState after(Token in, BigInteger amount) {
      BigInteger out = out(in, amount);
      return in.equals(pool.token0())
          ? new State(pool, block, reserve0.add(amount), reserve1.subtract(out))
          : new State(pool, block, reserve0.subtract(out), reserve1.add(amount));
    }

    @Override
    public List<Level> levels(Token base, Side side, int most) {
      List<Level> levels = new ArrayList<>();
      Token quote = pool.other(base);
      BigInteger step = reserve(base).shiftRight(7).max(BigInteger.ONE);
      BigInteger before = BigInteger.ZERO;
      for (int i = 1; i <= Math.min(most, 64); i++) {
        BigInteger size = step.multiply(BigInteger.valueOf(i));
        BigInteger money = side == Side.SELL ? in(base, size) : out(base, size);
        BigDecimal units = base.units(step);
        levels.add(
            new Level(
                quote.units(money.subtract(before)).divide(units, MathContext.DECIMAL128), units));
        before = money;
      }
      return levels;
    }
  }

  // ---------------------------------------------------------------- swaps

  @Override
  public boolean takes(SwapQuote quote) {
    return quote.legs().size() == 1
        && quote.legs().get(0).pools().stream().allMatch(p -> p.amm().equals(NAME));
  }

  @Override
  public Call<Plan<Swapped>> swap(SwapQuote quote, BigInteger bound, long deadlineMillis) {
    SwapQuote.Leg leg = quote.legs().get(0);
    boolean sell = quote.side() == Side.SELL;
    List<String> words = new ArrayList<>();
    words.add(sell ? "sell" : "buy");
    words.add(Long.toString(deadlineMillis));
    words.add((sell ? leg.in() : leg.out()).toString());
    words.add(bound.toString());
    words.add(leg.tokens().get(0).address());
    for (int i = 0; i < leg.pools().size(); i++) {
      words.add(leg.pools().get(i).address());
      words.add(leg.tokens().get(i + 1).address());
    }
    Token in = quote.in().token();
    TokenAmount most = new TokenAmount(in, sell ? quote.in().raw() : bound);
    return Call.of(
        new Plan<>(
            ToyChainDialect.draft(
                quote.side() + " " + quote.instrument().name(),
                ADDRESS,
                String.join(",", words),
                deadlineMillis),
            List.of(new Plan.Allowance(most, ADDRESS)),
            receipt -> swapped(receipt, quote.legs())));
  }

  @Override
  public Swapped swapped(Receipt receipt, List<SwapQuote.Leg> legs) {
    List<Token> tokens = legs.get(0).tokens();
    List<PoolFee> fees = new ArrayList<>();
    for (SwapQuote.Leg leg : legs) {
      for (int i = 0; i < leg.pools().size(); i++) {
        Pool pool = leg.pools().get(i);
        fees.add(PoolFee.of(pool, moved(receipt, leg.tokens().get(i), pool.address(), 2)));
      }
    }
    TokenAmount in = moved(receipt, tokens.get(0), wallet, 1);
    TokenAmount out = moved(receipt, tokens.get(tokens.size() - 1), wallet, 2);
    return new Swapped(in, out, fees, List.of());
  }

  private TokenAmount moved(Receipt receipt, Token token, int topic) {
    return moved(receipt, token, wallet, topic);
  }

  private static TokenAmount moved(Receipt receipt, Token token, String whose, int topic) {
    BigInteger sum = BigInteger.ZERO;
    for (Receipt.Log log : receipt.logs()) {
      if (log.address().equals(token.address()) && log.topics().get(topic).equals(whose)) {
        sum = sum.add(new BigInteger(new String(log.data(), StandardCharsets.UTF_8)));
      }
    }
    if (sum.signum() == 0) {
      throw new TextException("the receipt shows no " + token + " of " + whose);
    }
    return new TokenAmount(token, sum);
  }

  // ---------------------------------------------------------------- liquidity

  @Override
  public Call<PoolShare> share(Pool pool, Block at) {
    String words = String.join(",", "shares", pool.address(), wallet);
    return ToyChainDialect.read(ADDRESS, words, at)
        .map(
            text ->
                new PoolShare(
                    pool,
                    new BigInteger(text),
                    new BigInteger(text),
                    new TokenAmount(pool.token0(), new BigInteger(text)),
                    new TokenAmount(pool.token1(), BigInteger.ZERO),
                    at));
  }

  @Override
  public Call<Plan<LiquidityChange>> add(
      Pool pool, TokenAmount most0, TokenAmount most1, BigDecimal slippage, long deadlineMillis) {
    String words =
        String.join(
            ",",
            "give",
            Long.toString(deadlineMillis),
            most0.raw().toString(),
            most1.raw().toString(),
            pool.address(),
            pool.token0().address(),
            pool.token1().address());
    TokenAmount none0 = new TokenAmount(pool.token0(), BigInteger.ZERO);
    TokenAmount none1 = new TokenAmount(pool.token1(), BigInteger.ZERO);
    return Call.of(
        new Plan<>(
            ToyChainDialect.draft("give to " + pool, ADDRESS, words, deadlineMillis),
            List.of(new Plan.Allowance(most0, ADDRESS), new Plan.Allowance(most1, ADDRESS)),
            receipt ->
                new LiquidityChange(
                    pool,
                    null,
                    moved(receipt, pool.token0(), 1).raw(),
                    negated(moved(receipt, pool.token0(), 1)),
                    negated(moved(receipt, pool.token1(), 1)),
                    none0,
                    none1)));
  }

  private static TokenAmount negated(TokenAmount amount) {
    return new TokenAmount(amount.token(), amount.raw().negate());
  }

  @Override
  public Call<Plan<LiquidityChange>> remove(
      Pool pool, BigInteger liquidity, BigDecimal slippage, long deadlineMillis) {
    return Call.failed(Fault.of(Fault.Kind.REJECTED, "toy pools give nothing back"));
  }
}
