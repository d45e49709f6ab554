package dev.colibri.connector.engine;

import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way through pools that gives most, or costs least, among the states of one block; or
 * several ways that share no pool, each with a part of the whole. Deterministic: of what is equally
 * good the first is taken, in the order of the states.
 *
 * <p>What a pool gives for the next part is never more than for the part before. So the whole is
 * cut into slices, each of which goes where it gives most, and then ever smaller amounts are moved
 * from leg to leg while that gains something. All of it is bounded, by how often pools are asked:
 * who has more pools than can be looked through so gets the best of what was, the short ways first.
 * Immutable, so that any thread may search.
 */
public final class Routing {
  private static final int MOST_LEGS = 4;
  private static final int SLICES = 16;
  private static final int FINEST = 14;
  private static final int MOST_WAYS = 1000;
  private static final int MOST_MOVES = 64;

  /** How often pools are asked while it is searched: a tenth of a second at the most. */
  static final int MOST_ASKED = 10_000;

  /** So many of the best ways for all of it, and of those for a slice, may share it. */
  private static final int CANDIDATES = 5;

  /** Where nobody says what a leg costs, another one must earn this part of the whole. */
  private static final BigInteger LEAST_GAIN = BigInteger.valueOf(2000);

  private static final MathContext DIGITS = MathContext.DECIMAL128;

  private final int mostHops;
  private final int mostLegs;

  /**
   * A search for up to four legs.
   *
   * @param mostHops through how many pools a way leads at the most
   */
  public Routing(int mostHops) {
    this(mostHops, MOST_LEGS);
  }

  /**
   * A search.
   *
   * @param mostHops through how many pools a way leads at the most
   * @param mostLegs into how many ways it may be split, 1 for never; each more takes longer
   */
  public Routing(int mostHops, int mostLegs) {
    if (mostHops < 1 || mostLegs < 1) {
      throw new IllegalArgumentException(mostHops + " hops, " + mostLegs + " legs");
    }
    this.mostHops = mostHops;
    this.mostLegs = mostLegs;
  }

  /**
   * What was found.
   *
   * @param legs the ways, which share no pool, so that their order does not matter
   * @param in what goes in, in all
   * @param out what comes out, in all
   * @param fees what every pool keeps, way by way
   * @param priceImpact by how much worse than the price before it is its average price, fee aside
   */
  public record Routed(
      List<SwapQuote.Leg> legs,
      BigInteger in,
      BigInteger out,
      List<PoolFee> fees,
      BigDecimal priceImpact) {}

  /**
   * The best way, or ways, where nobody says what gas costs: another leg must earn a two-thousandth
   * of the whole.
   *
   * @param exactIn whether the amount is what goes in; otherwise it is what comes out
   * @param amount positive, in smallest parts
   * @param takes whether something carries such legs out
   * @return null when these pools give none
   */
  public @Nullable Routed best(
      List<? extends PoolState> states,
      Token in,
      Token out,
      boolean exactIn,
      BigInteger amount,
      Predicate<List<SwapQuote.Leg>> takes) {
    return best(states, in, out, exactIn, amount, takes, null);
  }

  /**
   * The best way, or ways.
   *
   * @param exactIn whether the amount is what goes in; otherwise it is what comes out
   * @param amount positive, in smallest parts
   * @param takes whether something carries such legs out
   * @param cost what a way through pools costs in gas, in smallest parts of the token that is not
   *     exact: of {@code out} if {@code exactIn}; null for unknown
   * @return null when these pools give none
   */
  public @Nullable Routed best(
      List<? extends PoolState> states,
      Token in,
      Token out,
      boolean exactIn,
      BigInteger amount,
      Predicate<List<SwapQuote.Leg>> takes,
      @Nullable Function<List<Pool>, BigInteger> cost) {
    if (amount.signum() <= 0 || in.equals(out)) {
      throw new IllegalArgumentException(amount + " of " + in + " for " + out);
    }
    Effort effort = new Effort();
    int slices = amount.min(BigInteger.valueOf(SLICES)).intValueExact();
    List<Way> ways = new ArrayList<>();
    for (Way way : ways(states, in, out, exactIn, effort)) {
      way.slices = new BigInteger[slices + 1];
      way.slices[slices] = way.tried(amount);
      way.slices[1] = way.tried(part(amount, 1, slices));
      boolean all = way.slices[slices] != null;
      BigInteger tried = all ? amount : part(amount, 1, slices);
      if ((all || way.slices[1] != null) && takes.test(List.of(way.leg(tried)))) {
        ways.add(way);
      }
    }
    Way best = null;
    for (Way way : ways) {
      way.cost = cost == null ? BigInteger.ZERO : cost.apply(way.pools);
      BigInteger all = way.slices[slices];
      if (all != null
          && (best == null
              || all.subtract(way.cost).compareTo(best.slices[slices].subtract(best.cost)) > 0)) {
        best = way;
      }
    }
    Split found = best == null ? null : new Split(List.of(best), new BigInteger[] {amount});
    if (mostLegs > 1 && ways.size() > 1) {
      if (cost == null && best != null) {
        BigInteger least = best.slices[slices].abs().divide(LEAST_GAIN).max(BigInteger.ONE);
        ways.forEach(way -> way.cost = least);
      }
      Split split = split(candidates(ways, slices), amount, slices, takes);
      if (split != null && (found == null || split.gain().compareTo(found.gain()) > 0)) {
        found = split;
      }
    }
    return found == null ? null : found.routed(exactIn);
  }

  /** Every way without a circle, the short ones first, up to a limit. */
  private List<Way> ways(
      List<? extends PoolState> states, Token in, Token out, boolean exactIn, Effort effort) {
    Map<Token, List<PoolState>> byToken = new LinkedHashMap<>();
    for (PoolState state : states) {
      byToken.computeIfAbsent(state.pool().token0(), t -> new ArrayList<>()).add(state);
      byToken.computeIfAbsent(state.pool().token1(), t -> new ArrayList<>()).add(state);
    }
    List<Way> whole = new ArrayList<>();
    List<Way> begun = new ArrayList<>();
    begun.add(new Way(List.of(), List.of(in), exactIn, effort));
    for (int hop = 0; hop < mostHops && whole.size() < MOST_WAYS; hop++) {
      List<Way> longer = new ArrayList<>();
      for (Way way : begun) {
        Token at = way.tokens.get(hop);
        for (PoolState state : byToken.getOrDefault(at, List.of())) {
          Token to = state.pool().other(at);
          List<Way> list = to.equals(out) ? whole : longer;
          if (list.size() < MOST_WAYS && !way.tokens.contains(to)) {
            list.add(new Way(with(way.states, state), with(way.tokens, to), exactIn, effort));
          }
        }
      }
      begun = longer;
    }
    return whole;
  }

  private static <T> List<T> with(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }

  /** The first {@code j} of so many slices. */
  private static BigInteger part(BigInteger amount, int j, int slices) {
    return amount.multiply(BigInteger.valueOf(j)).divide(BigInteger.valueOf(slices));
  }

  /** The best for all of it and the best for a little, in the order in which they were found. */
  private static List<Way> candidates(List<Way> ways, int slices) {
    List<Way> chosen = new ArrayList<>();
    for (int slice : new int[] {slices, 1}) {
      ways.stream()
          .filter(way -> way.slices[slice] != null && !chosen.contains(way))
          .sorted(Comparator.comparing((Way way) -> way.slices[slice]).reversed())
          .limit(CANDIDATES)
          .forEach(chosen::add);
    }
    return ways.stream().filter(chosen::contains).toList();
  }

  private @Nullable Split split(
      List<Way> candidates, BigInteger amount, int slices, Predicate<List<SwapQuote.Leg>> takes) {
    for (Way way : candidates) {
      for (int j = 2; j < slices; j++) {
        way.slices[j] = way.slices[j - 1] == null ? null : way.tried(part(amount, j, slices));
      }
    }
    List<Split> found = new ArrayList<>();
    choose(candidates, 0, new ArrayList<>(), amount, slices, found);
    found.sort(Comparator.comparing(Split::roughGain).reversed());
    for (Split split : found) {
      if (split.refine(amount, slices) && takes.test(split.legs())) {
        return split;
      }
    }
    return null;
  }

  /** All sets of ways that share no pool, each cut into slices where they give most. */
  private void choose(
      List<Way> ways,
      int from,
      List<Way> chosen,
      BigInteger amount,
      int slices,
      List<Split> found) {
    if (chosen.size() > 1) {
      Split split = sliced(chosen, amount, slices);
      if (split != null) {
        found.add(split);
      }
    }
    for (int i = from; i < ways.size() && chosen.size() < mostLegs; i++) {
      Way way = ways.get(i);
      if (chosen.stream().noneMatch(way::sharesPool)) {
        chosen.add(way);
        choose(ways, i + 1, chosen, amount, slices, found);
        chosen.remove(chosen.size() - 1);
      }
    }
  }

  /** Null when they cannot carry all of it, or when one of them gets nothing. */
  private static @Nullable Split sliced(List<Way> ways, BigInteger amount, int slices) {
    int[] counts = new int[ways.size()];
    for (int slice = 0; slice < slices; slice++) {
      int to = -1;
      BigInteger most = null;
      for (int i = 0; i < counts.length; i++) {
        BigInteger now = counts[i] == 0 ? BigInteger.ZERO : ways.get(i).slices[counts[i]];
        BigInteger next = ways.get(i).slices[counts[i] + 1];
        if (next != null && (most == null || next.subtract(now).compareTo(most) > 0)) {
          most = next.subtract(now);
          to = i;
        }
      }
      if (to < 0) {
        return null;
      }
      counts[to]++;
    }
    BigInteger[] parts = new BigInteger[counts.length];
    BigInteger gain = BigInteger.ZERO;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 0) {
        return null;
      }
      parts[i] = part(amount, counts[i], slices);
      gain = gain.add(ways.get(i).slices[counts[i]]).subtract(ways.get(i).cost);
    }
    Split split = new Split(List.copyOf(ways), parts);
    split.rough = gain;
    return split;
  }

  /** How often pools may be asked yet. */
  private static final class Effort {
    private int left = MOST_ASKED;

    boolean take(int times) {
      left -= times;
      return left >= 0;
    }
  }

  /** A way from token to token, and what it is worth for some amounts. */
  private static final class Way {
    final List<PoolState> states;
    final List<Pool> pools;
    final List<Token> tokens;
    final boolean exactIn;
    private final Effort effort;
    BigInteger cost = BigInteger.ZERO;
    @Nullable BigInteger[] slices = {};

    Way(List<PoolState> states, List<Token> tokens, boolean exactIn, Effort effort) {
      this.states = states;
      this.pools = states.stream().map(PoolState::pool).toList();
      this.tokens = tokens;
      this.exactIn = exactIn;
      this.effort = effort;
    }

    /** What {@link #worth} says while pools may be asked; null afterwards. */
    @Nullable BigInteger tried(BigInteger amount) {
      return effort.take(states.size()) ? worth(amount) : null;
    }

    /** What comes out for an amount, or the negative of what must go in; null for nothing. */
    @Nullable BigInteger worth(BigInteger amount) {
      int hops = states.size();
      BigInteger at = amount;
      try {
        for (int i = 0; i < hops; i++) {
          if (at.signum() <= 0) {
            return null;
          }
          int hop = exactIn ? i : hops - 1 - i;
          PoolState s = states.get(hop);
          at = exactIn ? s.out(tokens.get(hop), at) : s.in(tokens.get(hop + 1), at);
        }
      } catch (PoolTooThin e) {
        return null;
      }
      return at.signum() <= 0 ? null : exactIn ? at : at.negate();
    }

    SwapQuote.Leg leg(BigInteger amount) {
      BigInteger worth = worth(amount);
      if (worth == null) {
        throw new IllegalStateException("a way was chosen that does not carry " + amount);
      }
      return new SwapQuote.Leg(
          pools, tokens, exactIn ? amount : worth.negate(), exactIn ? worth : amount);
    }

    boolean sharesPool(Way other) {
      return pools.stream().anyMatch(other.pools::contains);
    }

    /** What each pool keeps of a leg. */
    List<PoolFee> fees(SwapQuote.Leg leg) {
      List<PoolFee> fees = new ArrayList<>();
      BigInteger at = leg.out();
      if (exactIn) {
        at = leg.in();
        for (int i = 0; i < pools.size(); i++) {
          fees.add(PoolFee.of(pools.get(i), new TokenAmount(tokens.get(i), at)));
          at = states.get(i).out(tokens.get(i), at);
        }
      } else {
        for (int i = pools.size() - 1; i >= 0; i--) {
          at = states.get(i).in(tokens.get(i + 1), at);
          fees.add(0, PoolFee.of(pools.get(i), new TokenAmount(tokens.get(i), at)));
        }
      }
      return fees;
    }

    /** What a part in gives, before fees, if it does not move the price. */
    BigDecimal ideal(BigInteger in) {
      BigDecimal amount = tokens.get(0).units(in);
      for (int i = 0; i < states.size(); i++) {
        PoolState s = states.get(i);
        BigDecimal spot = s.price();
        boolean up = s.pool().token0().equals(tokens.get(i));
        amount = up ? amount.multiply(spot, DIGITS) : amount.divide(spot, DIGITS);
        BigDecimal kept = BigDecimal.valueOf(1_000_000L - s.pool().feeMillionths(), 6);
        amount = amount.multiply(kept, DIGITS);
      }
      return amount;
    }
  }

  /** Parts of the whole, each with its way. */
  private static final class Split {
    final List<Way> ways;
    final BigInteger[] parts;
    BigInteger rough = BigInteger.ZERO;

    Split(List<Way> ways, BigInteger[] parts) {
      this.ways = ways;
      this.parts = parts;
    }

    BigInteger roughGain() {
      return rough;
    }

    /** What comes out, or the negative of what must go in, less what the ways cost. */
    BigInteger gain() {
      BigInteger gain = BigInteger.ZERO;
      for (int i = 0; i < parts.length; i++) {
        if (parts[i].signum() > 0) {
          BigInteger worth = ways.get(i).worth(parts[i]);
          gain = gain.add(worth == null ? BigInteger.ZERO : worth).subtract(ways.get(i).cost);
        }
      }
      return gain;
    }

    /**
     * Moves ever smaller amounts from way to way while that gains something.
     *
     * @return false when they do not carry all of it after all
     */
    boolean refine(BigInteger amount, int slices) {
      BigInteger given = BigInteger.ZERO;
      for (BigInteger part : parts) {
        given = given.add(part);
      }
      // Slices are rounded down.
      parts[0] = parts[0].add(amount.subtract(given));
      BigInteger[] worth = new BigInteger[parts.length];
      for (int i = 0; i < parts.length; i++) {
        BigInteger w = ways.get(i).worth(parts[i]);
        if (w == null) {
          return false;
        }
        worth[i] = w;
      }
      BigInteger least = amount.shiftRight(FINEST).max(BigInteger.ONE);
      BigInteger step = amount.divide(BigInteger.valueOf(2L * slices));
      for (; step.compareTo(least) >= 0; step = step.shiftRight(1)) {
        int moves = 0;
        boolean moved = true;
        while (moved && moves < MOST_MOVES) {
          moved = false;
          for (int from = 0; from < parts.length; from++) {
            for (int to = 0; to < parts.length; to++) {
              if (from != to && move(from, to, step, worth)) {
                moved = true;
                moves++;
              }
            }
          }
        }
      }
      return true;
    }

    private boolean move(int from, int to, BigInteger step, BigInteger[] worth) {
      BigInteger less = parts[from].subtract(step);
      // A way that would be left with nothing is another set of ways, which is tried as well.
      if (less.signum() <= 0) {
        return false;
      }
      BigInteger a = ways.get(from).tried(less);
      BigInteger more = parts[to].add(step);
      BigInteger b = ways.get(to).tried(more);
      if (a == null || b == null || a.add(b).compareTo(worth[from].add(worth[to])) <= 0) {
        return false;
      }
      parts[from] = less;
      parts[to] = more;
      worth[from] = a;
      worth[to] = b;
      return true;
    }

    List<SwapQuote.Leg> legs() {
      List<SwapQuote.Leg> legs = new ArrayList<>();
      for (int i = 0; i < parts.length; i++) {
        legs.add(ways.get(i).leg(parts[i]));
      }
      return List.copyOf(legs);
    }

    Routed routed(boolean exactIn) {
      List<SwapQuote.Leg> legs = legs();
      BigInteger in = BigInteger.ZERO;
      BigInteger out = BigInteger.ZERO;
      List<PoolFee> fees = new ArrayList<>();
      BigDecimal ideal = BigDecimal.ZERO;
      for (int i = 0; i < legs.size(); i++) {
        in = in.add(legs.get(i).in());
        out = out.add(legs.get(i).out());
        fees.addAll(ways.get(i).fees(legs.get(i)));
        ideal = ideal.add(ways.get(i).ideal(legs.get(i).in()));
      }
      List<Token> tokens = ways.get(0).tokens;
      BigDecimal got = tokens.get(tokens.size() - 1).units(out);
      BigDecimal impact = BigDecimal.ONE.subtract(got.divide(ideal, DIGITS));
      return new Routed(legs, in, out, List.copyOf(fees), impact.max(BigDecimal.ZERO));
    }
  }
}
