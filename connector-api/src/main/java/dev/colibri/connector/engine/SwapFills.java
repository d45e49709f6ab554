package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What swaps moved that succeeded. The receipt's logs tell it. Where these cannot be read, it is
 * asked for again, of other nodes in turn; then balances tell it, if nothing else moved them: the
 * wallet has one transaction in that block, and what had to move exactly did so. Until then the
 * order stays live without a fill: no number is told that the chain did not tell.
 */
final class SwapFills {
  /** How often receipts are asked for before balances are. */
  private static final int RECEIPTS = 3;

  private static final int MOST_BACKOFF = 10;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final List<AmmDialect> amms;
  private final Transactions transactions;
  private final Orders orders;

  /** Orders whose amounts were told to be unknown. */
  private final Set<String> unknown = new LinkedHashSet<>();

  SwapFills(
      Context context,
      Calls calls,
      ChainDialect chain,
      List<AmmDialect> amms,
      Transactions transactions,
      Orders orders) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.amms = amms;
    this.transactions = transactions;
    this.orders = orders;
  }

  /**
   * Fills an order whose transaction succeeded, now or when it is known by how much.
   *
   * @param receipt null where it is to be asked for
   */
  void read(OrderState s, TransactionState t, @Nullable Receipt receipt) {
    if (receipt == null) {
      ask(s.clientId(), 0);
    } else if (!isFilledBy(s, t, receipt)) {
      again(s.clientId(), 1);
    }
  }

  private void again(String id, int attempt) {
    context.timers.set(
        context.now + context.backoff(Math.min(attempt, MOST_BACKOFF)), () -> ask(id, attempt));
  }

  /** Asks for the receipt; from some attempt on for balances as well. */
  private void ask(String id, int attempt) {
    OrderState s = orders.find(id);
    TransactionState t = transactions.find(id);
    String mined = t == null ? null : t.mined();
    if (context.closed || s == null || s.status().isTerminal() || t == null || mined == null) {
      return;
    }
    calls.perform(
        () -> chain.receipt(mined, attempt),
        outcome -> {
          Receipt r =
              outcome instanceof Outcome.Answer<Optional<Receipt>> a
                  ? a.value().orElse(null)
                  : null;
          if (r != null && isFilledBy(s, t, r)) {
            return;
          }
          if (attempt < RECEIPTS) {
            again(id, attempt + 1);
            return;
          }
          if (r == null && outcome instanceof Outcome.Answer) {
            unknown(id, mined, "no node shows its receipt");
          }
          askBalances(s, t, attempt);
        });
  }

  // ---------------------------------------------------------------- by the receipt

  private boolean isFilledBy(OrderState s, TransactionState t, Receipt receipt) {
    OrderState now = orders.find(s.clientId());
    if (now == null || now.status().isTerminal()) {
      return true;
    }
    try {
      requireThat(t, receipt);
      SwapNote note = note(t);
      if (note.legs().isEmpty()) {
        throw new TextException("an older version of the library did not keep which way it went");
      }
      SwapRouter.Swapped moved = router(note).swapped(receipt, note.legs());
      boolean sell = s.order().side() == Side.SELL;
      TokenAmount most = most(s, note);
      if (moved.in().raw().compareTo(most.raw()) > 0) {
        throw new TextException("the wallet gave " + moved.in() + ", and " + most + " at the most");
      }
      TokenAmount base = sell ? moved.in() : moved.out();
      TokenAmount quote = sell ? moved.out() : moved.in();
      Fill fill = fill(s, t, base, quote).poolFees(moved.fees()).build();
      if (!moved.differences().isEmpty()) {
        List<String> shown = moved.differences().stream().map(context.redactor::show).toList();
        context.event(new ConnectorEvent.SwapDiffers(s.clientId(), receipt.hash(), shown));
      }
      fill(s, t, fill);
      return true;
    } catch (RuntimeException e) {
      if (!isUnknown(s.clientId())) {
        context.quarantined("receipt of " + t.mined(), e, String.valueOf(receipt));
        unknown(s.clientId(), String.valueOf(t.mined()), String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private void unknown(String id, String mined, String why) {
    if (unknown.add(id)) {
      context.event(new ConnectorEvent.AmountsUnknown(id, mined, context.redactor.show(why)));
    }
  }

  /** Whether it was told that what it moved cannot be read. */
  boolean isUnknown(String id) {
    return unknown.contains(id);
  }

  /** A node may still tell of a block that was left, or of something else. */
  private static void requireThat(TransactionState t, Receipt receipt) {
    Block in = t.block();
    if (!receipt.hash().equals(t.mined())
        || !receipt.succeeded()
        || in == null
        || !in.hash().equals(receipt.blockHash())) {
      throw new TextException("a receipt of another block or transaction than " + t.mined());
    }
  }

  private SwapNote note(TransactionState t) {
    SwapNote note = SwapNote.read(transactions.note(t.id()));
    if (note == null) {
      throw new TextException("it is not known what was to be swapped");
    }
    return note;
  }

  private SwapRouter router(SwapNote note) {
    for (AmmDialect a : amms) {
      if (a instanceof SwapRouter r && r.name().equals(note.amm())) {
        return r;
      }
    }
    throw new TextException(
        context.profile.name() + " was opened without " + note.amm() + ", which reads it");
  }

  /** What may go in. */
  private static TokenAmount most(OrderState s, SwapNote note) {
    BigDecimal size = s.order().size();
    BigDecimal price = s.order().price();
    if (size == null || price == null) {
      throw new TextException("a swap of no size or price");
    }
    return s.order().side() == Side.SELL
        ? new TokenAmount(note.base(), note.base().raw(size))
        : bound(note.quote(), size.multiply(price), RoundingMode.CEILING);
  }

  private static TokenAmount bound(Token quote, BigDecimal worst, RoundingMode mode) {
    return new TokenAmount(
        quote, worst.movePointRight(quote.decimals()).setScale(0, mode).toBigIntegerExact());
  }

  private Fill.Builder fill(OrderState s, TransactionState t, TokenAmount base, TokenAmount quote) {
    if (base.raw().signum() <= 0 || quote.raw().signum() <= 0) {
      throw new TextException("it moved " + base + " and " + quote);
    }
    BigInteger cost = t.cost();
    Token gas = chain.nativeToken();
    return Fill.of(s.instrument(), String.valueOf(t.mined()))
        .order(s.clientId(), t.hashes().get(0))
        .side(s.order().side())
        .price(quote.units().divide(base.units(), MathContext.DECIMAL128))
        .size(base.units())
        .quoteSize(quote.units())
        .fee(cost == null ? null : new Fee(gas.symbol(), gas.units(cost)))
        .liquidity(Liquidity.TAKER)
        .at(millis(t));
  }

  private void fill(OrderState s, TransactionState t, Fill fill) {
    unknown.remove(s.clientId());
    orders.update(
        OrderUpdate.of(s.instrument(), OrderStatus.FILLED)
            .order(s.clientId(), t.hashes().get(0))
            .filled(fill.size())
            .quoteFilled(fill.quoteSize())
            .fills(List.of(fill))
            .at(millis(t))
            .build(),
        context.now);
  }

  private static long millis(TransactionState t) {
    Block block = t.block();
    return block == null ? 0 : block.millis();
  }

  // ---------------------------------------------------------------- by balances

  /** What the wallet held of both tokens at the end of two blocks. */
  private record Held(TokenAmount in, TokenAmount out) {}

  private void askBalances(OrderState s, TransactionState t, int attempt) {
    Block in = t.block();
    SwapNote note;
    try {
      note = note(t);
    } catch (RuntimeException e) {
      again(s.clientId(), attempt + 1);
      return;
    }
    if (in == null || !transactions.isAlone(t.id())) {
      again(s.clientId(), attempt + 1);
      return;
    }
    calls.perform(
        () ->
            chain
                .block(in.number() - 1)
                .then(
                    before ->
                        before.isEmpty() || !before.get().hash().equals(in.parent())
                            ? Call.of(List.<Held>of())
                            : Call.all(List.of(held(s, note, before.get()), held(s, note, in)))),
        outcome -> {
          if (!(outcome instanceof Outcome.Answer<List<Held>> a)
              || a.value().size() < 2
              || !isFilledBy(s, t, note, a.value().get(0), a.value().get(1))) {
            again(s.clientId(), attempt + 1);
          }
        });
  }

  private Call<Held> held(OrderState s, SwapNote note, Block at) {
    boolean sell = s.order().side() == Side.SELL;
    Token in = sell ? note.base() : note.quote();
    Token out = sell ? note.quote() : note.base();
    return chain
        .balances(List.of(in, out), at)
        .map(
            told -> {
              if (told.size() != 2) {
                throw new TextException("of two balances " + told.size() + " were told");
              }
              return new Held(told.get(0), told.get(1));
            });
  }

  private boolean isFilledBy(
      OrderState s, TransactionState t, SwapNote note, Held before, Held after) {
    OrderState now = orders.find(s.clientId());
    if (now == null || now.status().isTerminal()) {
      return true;
    }
    BigInteger cost = t.cost() == null ? BigInteger.ZERO : t.cost();
    Token tokenIn = before.in().token();
    Token tokenOut = before.out().token();
    BigInteger gave = before.in().raw().subtract(after.in().raw()).subtract(costIf(tokenIn, cost));
    BigInteger got = after.out().raw().subtract(before.out().raw()).add(costIf(tokenOut, cost));
    boolean sell = s.order().side() == Side.SELL;
    BigDecimal size = s.order().size();
    BigDecimal price = s.order().price();
    if (size == null || price == null) {
      return false;
    }
    BigInteger exact = note.base().raw(size);
    BigDecimal worst = size.multiply(price);
    boolean kept =
        sell
            ? gave.equals(exact)
                && got.compareTo(bound(note.quote(), worst, RoundingMode.FLOOR).raw()) >= 0
            : got.equals(exact)
                && gave.signum() > 0
                && gave.compareTo(bound(note.quote(), worst, RoundingMode.CEILING).raw()) <= 0;
    if (!kept || got.signum() <= 0) {
      return false;
    }
    TokenAmount in = new TokenAmount(tokenIn, gave);
    TokenAmount out = new TokenAmount(tokenOut, got);
    fill(s, t, fill(s, t, sell ? in : out, sell ? out : in).provisional().build());
    return true;
  }

  private static BigInteger costIf(Token token, BigInteger cost) {
    return token.isNative() ? cost : BigInteger.ZERO;
  }
}
