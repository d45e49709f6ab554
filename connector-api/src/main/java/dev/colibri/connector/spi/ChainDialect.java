package dev.colibri.connector.spi;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one chain speaks, on which a wallet trades with automated market makers. No clock, no socket,
 * no thread. What follows from what a node says is the engine's: an error, or that a node does not
 * know something, is never taken for what became of a transaction.
 */
public non-sealed interface ChainDialect extends Dialect {

  /** The asset that gas is paid in. */
  Token nativeToken();

  /** How long a block takes, about. */
  Duration blockTime();

  /** How deep a transaction must be for it to count as final, unless the user says otherwise. */
  int confirmations();

  /** What tells the chain from all others, however it is called here. */
  default String chain() {
    return profile().name();
  }

  /** The wallet, in the chain's spelling; null for a connector that only looks. */
  @Nullable String wallet();

  // ---- the chain

  /** The latest block. */
  Call<Block> head();

  /** The block of a height that is in the chain now; empty where the node has none. */
  Call<Optional<Block>> block(long number);

  /** What a transaction pays for gas that is to be mined soon. */
  Call<GasPrice> gasPrice();

  // ---- transactions of the wallet

  /** How many of the wallet's transactions are in the chain: the nonce of the next one. */
  Call<Long> nonce();

  /**
   * The same, as each node says it that answers. A chain whose nodes cannot be told apart has one
   * answer.
   */
  default Call<List<Long>> nonceOfEach() {
    return nonce().map(List::of);
  }

  /**
   * How much gas a draft uses if it is carried out now, with what is held in reserve. A draft that
   * would fail is refused, with the contract's reason. Whether it can be paid is the engine's.
   */
  Call<Long> estimate(TransactionDraft draft);

  /**
   * What the chain takes of the wallet for a draft beside its gas, at the most, as rollups do for
   * its data.
   */
  default Call<BigInteger> dataFee(TransactionDraft draft) {
    return Call.of(BigInteger.ZERO);
  }

  /**
   * Signs a draft.
   *
   * @throws SecurityException when the signer will not
   */
  SignedTransaction sign(TransactionDraft draft, long nonce, long gasLimit, GasPrice price);

  /**
   * Told once, before anything is asked: where to look for what the wallet wants done and may still
   * be carried out, or was and not every node knows it, of earlier processes too. So that nothing
   * is promised twice.
   */
  default void unfinished(Supplier<List<TransactionDraft>> drafts) {}

  /** What does nothing and takes a nonce's place. */
  TransactionDraft nothing();

  /**
   * Hands a signed transaction to a node. The answer says that the node has it, from now or from
   * before; any refusal says something of that node at this moment, and nothing of what becomes of
   * the transaction.
   *
   * @param attempt how often this was handed over before: other nodes may be asked in turn
   */
  Call<String> broadcast(SignedTransaction transaction, int attempt);

  /** The receipt of a transaction; empty where the node knows of none. */
  Call<Optional<Receipt>> receipt(String hash);

  /**
   * The same, once more, as what came could not be read.
   *
   * @param attempt how often it was asked for before: other nodes may be asked in turn
   */
  default Call<Optional<Receipt>> receipt(String hash, int attempt) {
    return receipt(hash);
  }

  /**
   * The hash of the wallet's transaction that has a nonce, whoever sent it; looked for in the
   * blocks from one height to another. Empty where the node finds none, which proves nothing.
   */
  default Call<Optional<String>> sentWith(long nonce, long from, long to) {
    return Call.of(Optional.empty());
  }

  /** Whether a node has the transaction, in a block or not. One node's no is no proof. */
  Call<Boolean> isKnown(String hash);

  /** Why a transaction failed in its block; without words where the chain does not tell. */
  Call<Fault> whyFailed(TransactionDraft draft, Receipt receipt);

  // ---- tokens of the wallet

  /** What the contract at an address says it is. */
  Call<Token> token(String address);

  /**
   * What the wallet holds, at a block, in the order of the tokens. Those that do not tell it, as
   * their contracts may, are left out.
   */
  Call<List<TokenAmount>> balances(List<Token> tokens, Block at);

  /** What a spender may take of a token, in its smallest parts. */
  Call<BigInteger> allowance(Token token, String spender);

  /**
   * What lets a spender take so much: one after the other where a token wants it.
   *
   * @param now what it may take by now
   * @param unlimited whether it may take whatever it wants, not only so much
   */
  List<TransactionDraft> allow(Plan.Allowance allowance, BigInteger now, boolean unlimited);

  /** What makes the chain's own asset into a token and back; empty where nothing does. */
  default Optional<Wrapping> wrapping() {
    return Optional.empty();
  }
}
