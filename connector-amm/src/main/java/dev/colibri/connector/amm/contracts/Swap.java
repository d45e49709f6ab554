package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A quote that is to be carried out, checked: its legs hang together and are the whole, and every
 * leg has its share of the bound, so that all of them keep it together.
 */
final class Swap {
  private static final int AMOUNT_BITS = 128;

  /**
   * A way through pools.
   *
   * @param path the tokens' contracts, from what goes in to what comes out
   * @param amount what is exact: what goes in of a sale, what comes out of a purchase
   * @param bound the least that comes out of a sale, the most that goes in of a purchase
   */
  record Leg(List<Pool> pools, List<Address> path, BigInteger amount, BigInteger bound) {}

  final SwapQuote quote;
  final Address wallet;
  final List<Leg> legs;

  /** The least that comes out of a sale, the most that goes in of a purchase. */
  final BigInteger bound;

  /** Until when, in seconds as contracts count. */
  final long deadline;

  private final long deadlineMillis;

  /**
   * Of a quote.
   *
   * @param wrapped the token that the chain's own asset is wrapped in
   * @throws IllegalArgumentException when it is no quote that can be carried out
   */
  Swap(SwapQuote quote, BigInteger bound, long deadlineMillis, Address wallet, Address wrapped) {
    this.quote = quote;
    this.wallet = wallet;
    this.bound = bound;
    this.deadlineMillis = deadlineMillis;
    deadline = deadlineMillis / 1000;
    require(deadline > 0, "no deadline");
    positive(bound, "bound");
    positive(quote.in().raw(), "amount in");
    positive(quote.out().raw(), "amount out");
    require(!nativeIn() || !nativeOut(), "the chain's own asset on both sides");
    BigInteger in = BigInteger.ZERO;
    BigInteger out = BigInteger.ZERO;
    List<Leg> all = new ArrayList<>();
    for (SwapQuote.Leg leg : quote.legs()) {
      positive(leg.in(), "amount into a leg");
      positive(leg.out(), "amount out of a leg");
      in = in.add(leg.in());
      out = out.add(leg.out());
      BigInteger share = share(leg);
      positive(share, "a leg's share of the bound");
      BigInteger amount = isSale() ? leg.in() : leg.out();
      all.add(new Leg(leg.pools(), path(leg, wrapped), amount, share));
    }
    require(in.equals(quote.in().raw()), "legs that take " + in + " of " + quote.in().raw());
    require(out.equals(quote.out().raw()), "legs that give " + out + " of " + quote.out().raw());
    legs = List.copyOf(all);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("a swap with " + problem);
    }
  }

  /** Some routers take a zero, or a number of 256 bits, for "all there is". */
  private static void positive(BigInteger amount, String what) {
    require(amount.signum() > 0 && amount.bitLength() <= AMOUNT_BITS, what + " of " + amount);
  }

  /** Rounded so that the shares are never together worse than the whole. */
  private BigInteger share(SwapQuote.Leg leg) {
    if (isSale()) {
      return ceiling(leg.out().multiply(bound), quote.out().raw());
    }
    return leg.in().multiply(bound).divide(quote.in().raw());
  }

  private static BigInteger ceiling(BigInteger a, BigInteger b) {
    return a.add(b).subtract(BigInteger.ONE).divide(b);
  }

  private List<Address> path(SwapQuote.Leg leg, Address wrapped) {
    List<Address> path = new ArrayList<>();
    for (Token token : leg.tokens()) {
      path.add(token.isNative() ? wrapped : Address.of(token.address()));
    }
    int last = path.size() - 1;
    require(path.get(0).equals(contract(quote.in().token(), wrapped)), "a leg from elsewhere");
    require(path.get(last).equals(contract(quote.out().token(), wrapped)), "a leg to elsewhere");
    for (int i = 0; i < last; i++) {
      Pool pool = leg.pools().get(i);
      Address token0 = Address.of(pool.token0().address());
      Address token1 = Address.of(pool.token1().address());
      boolean forward = path.get(i).equals(token0) && path.get(i + 1).equals(token1);
      boolean backward = path.get(i).equals(token1) && path.get(i + 1).equals(token0);
      require(forward || backward, "a leg through " + pool + ", which has other tokens");
    }
    return List.copyOf(path);
  }

  /**
   * Refuses tokens of which less arrives than was sent where that would break the bound: what is
   * bounded is what arrives of sales through pools of V2, and elsewhere what pools send.
   *
   * @throws IllegalArgumentException naming the first
   */
  Swap whole(EvmNetwork network) {
    for (Leg leg : legs) {
      if (isSale() && !leg.pools().get(0).isConcentrated()) {
        continue;
      }
      for (Address token : leg.path()) {
        require(
            !network.isFeeOnTransfer(token),
            token
                + ", which takes a fee when it is moved: only sales through pools of V2 bound"
                + " what arrives");
      }
    }
    return this;
  }

  static Address contract(Token token, Address wrapped) {
    return token.isNative() ? wrapped : Address.of(token.address());
  }

  /** Whether what goes in is exact. */
  boolean isSale() {
    return quote.side() == Side.SELL;
  }

  boolean nativeIn() {
    return quote.in().token().isNative();
  }

  boolean nativeOut() {
    return quote.out().token().isNative();
  }

  /** What goes in at the most. */
  BigInteger mostIn() {
    return isSale() ? quote.in().raw() : bound;
  }

  /** What comes out at the least. */
  BigInteger leastOut() {
    return isSale() ? bound : quote.out().raw();
  }

  /** What a router is told, as a draft; what goes in natively goes along. */
  TransactionDraft draft(Address router, byte[] data) {
    return new TransactionDraft(
        what(),
        router.toString(),
        nativeIn() ? mostIn() : BigInteger.ZERO,
        data,
        0,
        deadlineMillis);
  }

  /** What must be allowed to the one who takes it from the wallet. */
  List<Plan.Allowance> allowances(Address spender) {
    return nativeIn()
        ? List.of()
        : List.of(
            new Plan.Allowance(new TokenAmount(quote.in().token(), mostIn()), spender.toString()));
  }

  private String what() {
    TokenAmount in = new TokenAmount(quote.in().token(), mostIn());
    TokenAmount out = new TokenAmount(quote.out().token(), leastOut());
    String by = " by " + amms() + " until " + Instant.ofEpochSecond(deadline);
    return isSale()
        ? "sell " + in + " for at least " + out + by
        : "buy " + out + " for at most " + in + by;
  }

  private String amms() {
    List<String> names = new ArrayList<>();
    for (Leg leg : legs) {
      for (Pool pool : leg.pools()) {
        if (!names.contains(pool.amm())) {
          names.add(pool.amm());
        }
      }
    }
    return String.join(" and ", names);
  }
}
