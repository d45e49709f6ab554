package dev.colibri.connector.spi;

import dev.colibri.connector.model.TokenAmount;
import java.util.List;
import java.util.function.Function;

/**
 * Something to do on a chain: what is sent, what must be allowed first, and how its receipt is
 * read.
 *
 * @param draft what is sent
 * @param allowances what must be allowed before it can be carried out
 * @param result reads what it did from the receipt of its success; what it throws is told as a
 *     result that cannot be read, never as a failure of the transaction
 */
public record Plan<T>(
    TransactionDraft draft, List<Allowance> allowances, Function<Receipt, T> result) {

  /**
   * Leave for a contract to take so much of a token from the wallet.
   *
   * @param spender who takes it, in the chain's spelling
   */
  public record Allowance(TokenAmount amount, String spender) {}

  public Plan {
    allowances = List.copyOf(allowances);
  }
}
