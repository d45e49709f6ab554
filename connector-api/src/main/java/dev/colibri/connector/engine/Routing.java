package dev.colibri.connector.engine;

import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way through pools that gives most, or costs least, among the states of one block. Of
 * ways that are equal the first is taken, in the order of the states.
 */
final class Routing {
  private final int mostHops;

  /**
   * A search.
   *
   * @param mostHops through how many pools a way leads at the most
   */
  Routing(int mostHops) {
    this.mostHops = mostHops;
  }

  /**
   * What was found.
   *
   * @param priceImpact by how much worse than the price before it is its average price, fee aside
   */
  record Routed(List<SwapQuote.Leg> legs, BigInteger in, BigInteger out, BigDecimal priceImpact) {}

  private record Way(List<PoolState> states, List<Token> tokens) {}

  /**
   * The best way.
   *
   * @param exactIn whether the amount is what goes in; otherwise it is what comes out
   * @param amount positive, in smallest parts
   * @param takes whether something carries such legs out
   * @return null when these pools give none
   */
  @Nullable Routed best(
      List<PoolState> states,
      Token in,
      Token out,
      boolean exactIn,
      BigInteger amount,
      Predicate<List<SwapQuote.Leg>> takes) {
    List<Way> ways = new ArrayList<>();
    walk(states, out, new ArrayList<>(), new ArrayList<>(List.of(in)), ways);
    SwapQuote.Leg best = null;
    Way bestWay = null;
    for (Way way : ways) {
      SwapQuote.Leg leg = leg(way, exactIn, amount);
      if (leg != null
          && (best == null || isBetter(leg, best, exactIn))
          && takes.test(List.of(leg))) {
        best = leg;
        bestWay = way;
      }
    }
    return best == null
        ? null
        : new Routed(List.of(best), best.in(), best.out(), impact(bestWay, best));
  }

  private void walk(
      List<PoolState> states, Token out, List<PoolState> path, List<Token> tokens, List<Way> ways) {
    Token at = tokens.get(tokens.size() - 1);
    if (at.equals(out)) {
      ways.add(new Way(List.copyOf(path), List.copyOf(tokens)));
      return;
    }
    if (path.size() == mostHops) {
      return;
    }
    for (PoolState s : states) {
      Pool pool = s.pool();
      if (pool.has(at) && !tokens.contains(pool.other(at))) {
        path.add(s);
        tokens.add(pool.other(at));
        walk(states, out, path, tokens, ways);
        path.remove(path.size() - 1);
        tokens.remove(tokens.size() - 1);
      }
    }
  }

  private static boolean isBetter(SwapQuote.Leg a, SwapQuote.Leg b, boolean exactIn) {
    return exactIn ? a.out().compareTo(b.out()) > 0 : a.in().compareTo(b.in()) < 0;
  }

  private static SwapQuote.@Nullable Leg leg(Way way, boolean exactIn, BigInteger amount) {
    List<Pool> pools = way.states().stream().map(PoolState::pool).toList();
    int hops = pools.size();
    BigInteger at = amount;
    try {
      for (int i = 0; i < hops; i++) {
        int hop = exactIn ? i : hops - 1 - i;
        PoolState s = way.states().get(hop);
        at = exactIn ? s.out(way.tokens().get(hop), at) : s.in(way.tokens().get(hop + 1), at);
        if (at.signum() <= 0) {
          return null;
        }
      }
    } catch (PoolTooThin e) {
      return null;
    }
    return new SwapQuote.Leg(pools, way.tokens(), exactIn ? amount : at, exactIn ? at : amount);
  }

  /** Against what the pools would give for the smallest amount, with their fees. */
  private static BigDecimal impact(Way way, SwapQuote.Leg leg) {
    MathContext digits = MathContext.DECIMAL128;
    BigDecimal price = BigDecimal.ONE;
    for (int i = 0; i < way.states().size(); i++) {
      PoolState s = way.states().get(i);
      BigDecimal spot = s.price();
      boolean up = s.pool().token0().equals(way.tokens().get(i));
      price = up ? price.multiply(spot, digits) : price.divide(spot, digits);
      BigDecimal kept = BigDecimal.valueOf(1_000_000L - s.pool().feeMillionths(), 6);
      price = price.multiply(kept, digits);
    }
    Token first = leg.tokens().get(0);
    Token last = leg.tokens().get(leg.tokens().size() - 1);
    BigDecimal got = last.units(leg.out()).divide(first.units(leg.in()), digits);
    return BigDecimal.ONE.subtract(got.divide(price, digits)).max(BigDecimal.ZERO);
  }
}
