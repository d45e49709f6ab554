package dev.colibri.connector.spi;

import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigInteger;
import java.util.List;

/** The ability to swap. */
public interface SwapRouter extends AmmDialect {

  /**
   * Whether a quote's pools and legs can be gone through in one transaction: it follows from the
   * quote alone, and is asked by any thread.
   */
  boolean takes(SwapQuote quote);

  /**
   * What carries out a quote. It may have to ask first, as for the number of a signed permit.
   *
   * @param bound the most that may go in where the amount out is exact, the least that must come
   *     out where the amount in is; in smallest parts
   * @param deadlineMillis until when, in milliseconds since the epoch
   */
  Call<Plan<Swapped>> swap(SwapQuote quote, BigInteger bound, long deadlineMillis);

  /**
   * What a swap moved, by the receipt's logs alone: what the two tokens tell of the wallet, held
   * against what the pools tell. What any other contract tells counts for nothing.
   *
   * @param legs the way that was planned; their amounts are not asked
   * @throws dev.colibri.connector.text.TextException when they do not show it, or when pools tell
   *     that the wallet gave more, or got less, than the tokens do
   */
  Swapped swapped(Receipt receipt, List<SwapQuote.Leg> legs);

  /**
   * What a swap moved.
   *
   * @param in what left the wallet
   * @param out what came into it
   * @param fees what pools kept, as far as they tell what went into them
   * @param differences in words, where the wallet gave more, or got less, than pools tell
   */
  record Swapped(TokenAmount in, TokenAmount out, List<PoolFee> fees, List<String> differences) {
    public Swapped {
      fees = List.copyOf(fees);
      differences = List.copyOf(differences);
    }
  }
}
