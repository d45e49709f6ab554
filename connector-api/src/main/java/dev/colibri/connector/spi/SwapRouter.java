package dev.colibri.connector.spi;

import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigInteger;

/** The ability to swap. */
public interface SwapRouter extends AmmDialect {

  /** Whether a quote's pools and legs can be gone through in one transaction. */
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
   * What a swap moved, by the receipt's logs alone.
   *
   * @throws dev.colibri.connector.text.TextException when they do not show it
   */
  Swapped swapped(Receipt receipt, Token in, Token out);

  /**
   * What a swap moved.
   *
   * @param in what left the wallet
   * @param out what came into it
   */
  record Swapped(TokenAmount in, TokenAmount out) {}
}
