package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.ChainDialect;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the wallet holds, and what of it is free: what is on its way may take its share. */
final class Holdings {
  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Pairs pairs;
  private final Transactions transactions;
  private final Orders orders;
  private final AmmListener out;
  private final Map<String, TokenAmount> holdings = new LinkedHashMap<>();
  private @Nullable Block tip;
  private @Nullable Block holdingsAt;
  private boolean readingHoldings;

  /** Whether more is to be read than what was asked for. */
  private boolean moreHoldings;

  /** What live swaps may take of the wallet, by the id of the order. */
  private final Map<String, TokenAmount> promised = new LinkedHashMap<>();

  Holdings(
      Context context,
      Calls calls,
      ChainDialect chain,
      Pairs pairs,
      Transactions transactions,
      Orders orders,
      AmmListener out) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.pairs = pairs;
    this.transactions = transactions;
    this.orders = orders;
    this.out = out;
  }

  /** The chain has another latest block. */
  void head(Block head) {
    tip = head;
    read();
  }

  /** Whether they were read at all. */
  boolean isKnown() {
    return holdingsAt != null;
  }

  /** A swap may take so much, until it is over and the balance shows it. */
  void promise(String id, TokenAmount most) {
    promised.put(id, most);
  }

  void read() {
    Block at = tip;
    if (chain.wallet() == null || at == null || context.closed) {
      return;
    }
    if (readingHoldings) {
      moreHoldings = true;
      return;
    }
    readingHoldings = true;
    List<Token> of = pairs.tokens();
    calls.perform(
        () -> chain.balances(of, at),
        outcome -> {
          readingHoldings = false;
          if (outcome instanceof Outcome.Answer<List<TokenAmount>> a) {
            holdingsAt = at;
            release();
            List<Token> told = a.value().stream().map(TokenAmount::token).toList();
            of.stream().filter(t -> !told.contains(t)).forEach(t -> holdings.remove(t.address()));
            for (TokenAmount amount : a.value()) {
              TokenAmount before = holdings.put(amount.token().address(), amount);
              if (!amount.equals(before)) {
                out.holding(amount);
              }
            }
          } else {
            context.failed("balances", outcome);
          }
          if (moreHoldings) {
            moreHoldings = false;
            read();
          }
        });
  }

  /** What the wallet holds of every token that is known, at the block that was read last. */
  List<TokenAmount> all() {
    return List.copyOf(holdings.values());
  }

  void requireFunds(TokenAmount needed) {
    Token in = needed.token();
    BigInteger available = available(in);
    if (needed.raw().compareTo(available) > 0) {
      throw new Refused(
          Rule.BUDGET,
          needed.units().toPlainString(),
          null,
          "needs "
              + needed
              + ", and "
              + new TokenAmount(in, available)
              + " is available"
              + (holdings.containsKey(in.address()) ? "" : "; the balance is not known yet"));
    }
  }

  private BigInteger available(Token token) {
    TokenAmount held = holdings.get(token.address());
    if (held == null) {
      return BigInteger.ZERO;
    }
    BigInteger left = held.raw();
    for (Map.Entry<String, TokenAmount> p : promised.entrySet()) {
      if (p.getValue().token().equals(token) && !isInHoldings(p.getKey())) {
        left = left.subtract(p.getValue().raw());
      }
    }
    for (Map.Entry<String, BigInteger> t : transactions.takes(token).entrySet()) {
      if (!promised.containsKey(t.getKey()) && !isInHoldings(t.getKey())) {
        left = left.subtract(t.getValue());
      }
    }
    return left.max(BigInteger.ZERO);
  }

  /** What is over takes no more, as soon as the balance shows what it took. */
  void release() {
    promised
        .keySet()
        .removeIf(
            id -> {
              OrderState s = orders.find(id);
              TransactionState t = transactions.find(id);
              boolean shown = t == null || t.block() == null || isInHoldings(id);
              return s == null || s.status().isTerminal() && shown;
            });
  }

  /** Whether the balance that is known is of its block, or of a later one. */
  private boolean isInHoldings(String id) {
    TransactionState t = transactions.find(id);
    Block in = t == null ? null : t.block();
    Block at = holdingsAt;
    return in != null && at != null && in.number() <= at.number();
  }

  /** What may be spent of a token now: what is held, less what is on its way may take. */
  TokenAmount spendable(Token token) {
    return new TokenAmount(token, available(token));
  }
}
