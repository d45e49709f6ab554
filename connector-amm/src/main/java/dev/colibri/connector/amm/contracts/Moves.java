package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiEvent;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter.Swapped;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a transaction moved from and to a wallet, by its logs: what tokens tell of themselves, and
 * the chain's own asset by what the wrapping contract tells. What was expected is not asked.
 */
final class Moves {
  private static final AbiEvent TRANSFER =
      AbiEvent.of("Transfer(address indexed from, address indexed to, uint256 value)");
  private static final AbiEvent DEPOSIT = AbiEvent.of("Deposit(address indexed dst, uint256 wad)");
  private static final AbiEvent WITHDRAWAL =
      AbiEvent.of("Withdrawal(address indexed src, uint256 wad)");
  private static final AbiEvent V2_SWAP =
      AbiEvent.of(
          "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out,"
              + " uint256 amount1Out, address indexed to)");
  private static final AbiEvent V3_SWAP =
      AbiEvent.of(
          "Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1,"
              + " uint160 sqrtPriceX96, uint128 liquidity, int24 tick)");
  private static final AbiEvent PANCAKE_SWAP =
      AbiEvent.of(
          "Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1,"
              + " uint160 sqrtPriceX96, uint128 liquidity, int24 tick, uint128"
              + " protocolFeesToken0, uint128 protocolFeesToken1)");

  private final Receipt receipt;
  private final Address wallet;

  /**
   * Of a transaction that succeeded.
   *
   * @throws TextException when it did not: then it moved nothing
   */
  Moves(Receipt receipt, Address wallet) {
    if (!receipt.succeeded()) {
      throw new TextException(receipt.hash() + " failed: it moved nothing");
    }
    this.receipt = receipt;
    this.wallet = wallet;
  }

  /** What a contract tells of an event, in order. */
  List<AbiValues> told(Address contract, AbiEvent event) {
    List<AbiValues> told = new ArrayList<>();
    for (Receipt.Log log : receipt.logs()) {
      if (event.matches(log.topics()) && contract.equals(Address.of(log.address()))) {
        told.add(event.decode(log.topics(), log.data()));
      }
    }
    return told;
  }

  /** What a contract tells of an event, which it must tell once. */
  AbiValues once(Address contract, AbiEvent event) {
    List<AbiValues> told = told(contract, event);
    if (told.size() != 1) {
      throw unreadable(contract + " tells " + event + " " + told.size() + " times, not once");
    }
    return told.get(0);
  }

  TextException unreadable(String problem) {
    return new TextException(receipt.hash() + ": " + problem);
  }

  /** By how much the wallet has more of a token; negative where it has less. */
  BigInteger gained(Address token) {
    return gained(token, wallet);
  }

  private BigInteger gained(Address token, Address holder) {
    BigInteger sum = BigInteger.ZERO;
    for (AbiValues transfer : told(token, TRANSFER)) {
      if (transfer.address("to").equals(holder)) {
        sum = sum.add(transfer.number("value"));
      }
      if (transfer.address("from").equals(holder)) {
        sum = sum.subtract(transfer.number("value"));
      }
    }
    return sum;
  }

  /** How many of a token came into being for the wallet. */
  BigInteger born(Address token) {
    BigInteger sum = BigInteger.ZERO;
    for (AbiValues transfer : told(token, TRANSFER)) {
      if (transfer.address("from").isZero() && transfer.address("to").equals(wallet)) {
        sum = sum.add(transfer.number("value"));
      }
    }
    return sum;
  }

  /** What left the wallet of a token. */
  private BigInteger given(Token in, Address router, Address wrapped) {
    BigInteger given =
        in.isNative()
            ? sum(wraps(wrapped, router, true)).subtract(sum(wraps(wrapped, router, false)))
            : gained(Address.of(in.address())).negate();
    if (given.signum() <= 0) {
      throw unreadable("no " + in + " left the wallet, but " + given);
    }
    return given;
  }

  /** What came into the wallet of a token. */
  private BigInteger got(Token out, Address router, Address wrapped) {
    BigInteger got =
        out.isNative() ? unwrapped(wrapped, router) : gained(Address.of(out.address()));
    if (got.signum() <= 0) {
      throw unreadable("no " + out + " came into the wallet, but " + got);
    }
    return got;
  }

  /**
   * A router unwraps once, for the wallet. A token may have the same router unwrap for others while
   * it is moved: then nothing tells whose was which.
   */
  private BigInteger unwrapped(Address wrapped, Address router) {
    List<BigInteger> amounts = wraps(wrapped, router, false);
    if (amounts.size() != 1) {
      throw unreadable(router + " unwraps " + amounts.size() + " times, not once");
    }
    return amounts.get(0);
  }

  private static BigInteger sum(List<BigInteger> amounts) {
    return amounts.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** What a router wrapped, or unwrapped. Some chains' contracts tell it as births and ends. */
  private List<BigInteger> wraps(Address wrapped, Address router, boolean in) {
    List<BigInteger> amounts = new ArrayList<>();
    for (AbiValues wrap : told(wrapped, in ? DEPOSIT : WITHDRAWAL)) {
      if (wrap.address(0).equals(router)) {
        amounts.add(wrap.number("wad"));
      }
    }
    if (told(wrapped, DEPOSIT).isEmpty() && told(wrapped, WITHDRAWAL).isEmpty()) {
      for (AbiValues transfer : told(wrapped, TRANSFER)) {
        if (transfer.address(in ? "from" : "to").isZero()
            && transfer.address(in ? "to" : "from").equals(router)) {
          amounts.add(transfer.number("value"));
        }
      }
    }
    return amounts;
  }

  /**
   * What a swap moved, where the pools' own logs bear it out: they tell that every pool was gone
   * through, that no more went into them than left the wallet, and that no more came to the wallet
   * than came out of them. It may be less, as some tokens take a fee when they are moved: then that
   * is said, and the wallet's side holds.
   *
   * @param router who wraps and unwraps the chain's own asset on the way
   * @param wrapped the token that it is wrapped in
   * @throws TextException when the logs do not show it, or contradict one another
   */
  Swapped swapped(List<SwapQuote.Leg> legs, Address router, Address wrapped) {
    List<Token> tokens = legs.get(0).tokens();
    TokenAmount in = new TokenAmount(tokens.get(0), given(tokens.get(0), router, wrapped));
    Token last = tokens.get(tokens.size() - 1);
    TokenAmount out = new TokenAmount(last, got(last, router, wrapped));
    List<PoolFee> fees = new ArrayList<>();
    List<String> differences = new ArrayList<>();
    BigInteger into = BigInteger.ZERO;
    BigInteger outOf = BigInteger.ZERO;
    for (SwapQuote.Leg leg : legs) {
      BigInteger before = null;
      for (int i = 0; i < leg.pools().size(); i++) {
        Pool pool = leg.pools().get(i);
        List<Trade> trades = trades(pool, Swap.contract(leg.tokens().get(i), wrapped));
        if (trades.isEmpty()) {
          throw unreadable("nothing was swapped in " + pool);
        }
        // There are more than the wallet's own where a token swaps, too, while it is moved.
        BigInteger least = trades.stream().map(Trade::in).min(BigInteger::compareTo).orElseThrow();
        BigInteger most = trades.stream().map(Trade::out).max(BigInteger::compareTo).orElseThrow();
        into = i == 0 ? into.add(least) : into;
        if (trades.size() == 1) {
          fees.add(PoolFee.of(pool, new TokenAmount(leg.tokens().get(i), least)));
        } else {
          differences.add(pool + " tells " + trades.size() + " swaps, and not whose they are");
        }
        if (before != null && !before.equals(least)) {
          differences.add(pool + " got " + least + " of the " + before + " that came before it");
        }
        before = most;
      }
      outOf = outOf.add(before == null ? BigInteger.ZERO : before);
    }
    int given = into.compareTo(in.raw());
    int got = outOf.compareTo(out.raw());
    if (given > 0) {
      throw unreadable("pools took " + into + ", but the wallet gave " + in);
    }
    if (got < 0) {
      throw unreadable("pools gave " + outOf + ", but the wallet got " + out);
    }
    if (given < 0) {
      differences.add("the wallet gave " + in + ", and pools took " + into + " of its parts");
    }
    if (got > 0) {
      differences.add("pools gave " + outOf + " parts, and the wallet got " + out);
    }
    return new Swapped(in, out, fees, differences);
  }

  /** What went into a pool, and what came out of it. */
  private record Trade(BigInteger in, BigInteger out) {}

  /** What a pool tells of its swaps that go that way. */
  private List<Trade> trades(Pool pool, Address in) {
    Address address = Address.of(pool.address());
    boolean zeroForOne = in.equals(Address.of(pool.token0().address()));
    List<Trade> trades = new ArrayList<>();
    for (AbiValues swap : told(address, V2_SWAP)) {
      trades.add(
          new Trade(
              swap.number(zeroForOne ? "amount0In" : "amount1In"),
              swap.number(zeroForOne ? "amount1Out" : "amount0Out")));
    }
    for (AbiEvent event : List.of(V3_SWAP, PANCAKE_SWAP)) {
      for (AbiValues swap : told(address, event)) {
        trades.add(
            new Trade(
                swap.number(zeroForOne ? "amount0" : "amount1"),
                swap.number(zeroForOne ? "amount1" : "amount0").negate()));
      }
    }
    trades.removeIf(t -> t.in().signum() <= 0 || t.out().signum() <= 0);
    return trades;
  }
}
