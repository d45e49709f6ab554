package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Swaps as orders: what is checked before one is carried out, and what becomes of it. */
final class Swaps {
  private final Context context;
  private final ChainDialect chain;
  private final Pairs pairs;
  private final Holdings holdings;
  private final SwapQuotes quotes;
  private final WalletPlans plans;
  private final Transactions transactions;
  private final Orders orders;
  private final SwapFills fills;
  private final GuardCheck guard;
  private final ClientIds ids;
  private final Supplier<@Nullable String> refusal;

  /**
   * No swaps.
   *
   * @param refusal why nothing is taken now; null where it is
   */
  Swaps(
      Context context,
      ChainDialect chain,
      Pairs pairs,
      Holdings holdings,
      SwapQuotes quotes,
      WalletPlans plans,
      Transactions transactions,
      Orders orders,
      SwapFills fills,
      GuardCheck guard,
      ClientIds ids,
      Supplier<@Nullable String> refusal) {
    this.context = context;
    this.chain = chain;
    this.pairs = pairs;
    this.holdings = holdings;
    this.quotes = quotes;
    this.plans = plans;
    this.transactions = transactions;
    this.orders = orders;
    this.fills = fills;
    this.guard = guard;
    this.ids = ids;
    this.refusal = refusal;
  }

  /** Orders come back as an earlier process knew them, after their transactions. */
  void restore(List<KeptOrder> before) {
    for (KeptOrder k : before) {
      SwapNote note = SwapNote.read(transactions.note(k.clientId()));
      Instrument instrument =
          note == null
              ? k.standIn(context.profile.name())
              : pairs.pair(note.base(), note.quote()).instrument();
      orders.restore(k.tracked(instrument, context.now), context.now);
    }
  }

  /**
   * Each goes on where its transaction is.
   *
   * @param cancel whether what is live is to be canceled
   */
  void resume(boolean cancel) {
    for (OrderState s : orders.live()) {
      TransactionState t = transactions.find(s.clientId());
      if (t == null) {
        rejected(s, new Reject.Other("not sent: the process ended before it was signed"));
      } else if (t.status().isTerminal()) {
        ended(t, null);
      } else {
        SwapNote note = SwapNote.read(transactions.note(s.clientId()));
        if (note != null) {
          Pairs.Pair pair = pairs.pair(note.base(), note.quote());
          BigInteger amount = pair.base().raw(s.order().size());
          holdings.promise(
              s.clientId(), most(pair, s.order().side(), amount, bound(pair, s.order())));
        }
        if (cancel) {
          cancel(s.clientId());
        }
      }
    }
  }

  /** Carries out an order by the pools as they are. */
  OrderState place(Order asked) {
    Pairs.Pair pair = checked(asked);
    BigInteger amount = pair.raw(asked.size());
    BigInteger bound = bound(pair, asked);
    TokenAmount most = most(pair, asked.side(), amount, bound);
    holdings.requireFunds(most);
    SwapQuote quote = quotes.quoted(pair, asked.side(), amount, null).get();
    requireWithin(asked, quote, bound);
    return swap(asked, pair, quote, bound);
  }

  /** What the limit comes to: never worse than it, by rounding. */
  private static BigInteger bound(Pairs.Pair pair, Order order) {
    boolean sell = order.side() == Side.SELL;
    BigDecimal worst = order.size().multiply(order.price());
    BigInteger bound =
        worst
            .movePointRight(pair.quote().decimals())
            .setScale(0, sell ? RoundingMode.CEILING : RoundingMode.FLOOR)
            .toBigIntegerExact();
    if (bound.signum() <= 0) {
      throw new Refused(
          Rule.MIN_NOTIONAL,
          worst.toPlainString(),
          null,
          "it comes to less than the smallest part of " + pair.quote());
    }
    return bound;
  }

  private static void requireWithin(Order order, SwapQuote quote, BigInteger bound) {
    boolean within =
        order.side() == Side.SELL
            ? quote.out().raw().compareTo(bound) >= 0
            : quote.in().raw().compareTo(bound) <= 0;
    if (!within) {
      throw new Refused(
          Rule.PRICE_RANGE,
          String.valueOf(order.price()),
          quote.price(),
          "the pools give "
              + quote.price().toPlainString()
              + " now, which is worse than its limit; nothing waits for a better price in a pool");
    }
  }

  /**
   * Carries out a quote, once.
   *
   * @param slippage by how much worse than the quote it may be; 0.01 is a per cent
   * @param deadlineMillis until when, in milliseconds since the epoch
   * @throws Refused when it has expired, was carried out before, or breaks a bound
   */
  OrderState execute(SwapQuote quote, BigDecimal slippage, long deadlineMillis) {
    Pairs.Pair pair = pairs.known(quote.instrument());
    quotes.requireUnspent(quote);
    BigInteger bound = bound(quote, slippage);
    boolean sell = quote.side() == Side.SELL;
    BigDecimal worst =
        pair.quote()
            .units(bound)
            .divide(quote.size(), MathContext.DECIMAL128)
            .setScale(Pairs.TICK.scale(), sell ? RoundingMode.FLOOR : RoundingMode.CEILING);
    Order order =
        Order.of(quote.instrument(), quote.side())
            .size(quote.size())
            .limit(worst)
            .goodTill(Instant.ofEpochMilli(deadlineMillis));
    checked(order);
    OrderState state = swap(order, pair, quote, bound);
    quotes.spend(quote);
    return state;
  }

  private static BigInteger bound(SwapQuote quote, BigDecimal slippage) {
    if (slippage.signum() < 0 || slippage.compareTo(BigDecimal.ONE) >= 0) {
      throw new Refused(
          Rule.PRICE_RANGE,
          slippage.toPlainString(),
          null,
          "slippage is a fraction from 0 to below 1: 0.01 is a per cent");
    }
    boolean sell = quote.side() == Side.SELL;
    BigDecimal factor = sell ? BigDecimal.ONE.subtract(slippage) : BigDecimal.ONE.add(slippage);
    BigInteger raw = sell ? quote.out().raw() : quote.in().raw();
    return new BigDecimal(raw)
        .multiply(factor)
        .setScale(0, sell ? RoundingMode.CEILING : RoundingMode.FLOOR)
        .toBigIntegerExact();
  }

  private Pairs.Pair checked(Order order) {
    String none = refusal.get();
    if (none != null) {
      throw new Refused(Rule.NOT_READY, order.toString(), null, none);
    }
    Pairs.Pair pair = pairs.known(order.instrument());
    if (order.type() == OrderType.MARKET) {
      throw new Refused(
          Rule.ORDER_TYPE,
          "MARKET",
          null,
          "a swap without a bound takes any price: say limit(worst) and goodTill(deadline)");
    }
    if (order.type() == OrderType.LIMIT_MAKER) {
      throw new Refused(
          Rule.ORDER_TYPE, "LIMIT_MAKER", null, "nothing rests in a pool: a swap trades at once");
    }
    if (order.timeInForce() != TimeInForce.GTD) {
      throw new Refused(
          Rule.TIME_IN_FORCE,
          order.timeInForce().name(),
          null,
          "a swap needs goodTill(deadline): it may wait for its block for long otherwise");
    }
    if (order.isReduceOnly() || order.positionSide() != null) {
      throw new Refused(Rule.POSITION, order.toString(), null, "a wallet has no positions");
    }
    order.check();
    if (order.goodTillMillis() * 1_000_000 <= context.now) {
      throw new Refused(
          Rule.TIME_IN_FORCE, order.toString(), null, "its deadline has passed already");
    }
    return pair;
  }

  private OrderState swap(Order asked, Pairs.Pair pair, SwapQuote quote, BigInteger bound) {
    SwapRouter router = quotes.router(quote);
    if (router == null) {
      throw new Refused(
          Rule.INSTRUMENT, quote.toString(), null, "no market maker carries such a way out");
    }
    TokenAmount most =
        most(
            pair,
            asked.side(),
            asked.side() == Side.SELL ? quote.in().raw() : quote.out().raw(),
            bound);
    holdings.requireFunds(most);
    guard.check(
        asked,
        null,
        quotes.mid(pair),
        orders.exposure(asked.instrument()),
        BigDecimal.ZERO,
        context.now);
    if (asked.clientId() != null && plans.transaction(asked.clientId()) != null) {
      throw new Refused(
          Rule.CLIENT_ID,
          asked.clientId(),
          null,
          "a transaction of this id is known; use another one");
    }
    Order order = asked.clientId() == null ? asked.clientId(ids.next()) : asked;
    OrderState state = orders.register(order, null, context.now);
    guard.placed(context.now);
    String id = state.clientId();
    holdings.promise(id, most);
    String note = new SwapNote(router.name(), pair.base(), pair.quote(), quote.legs()).write();
    plans.plan(
        id,
        order.toString(),
        note,
        quote.gas(),
        () -> router.swap(quote, bound, order.goodTillMillis()),
        () -> orders.sent(id, context.now / 1_000_000, context.now));
    OrderState now = orders.find(id);
    return now == null ? state : now;
  }

  /** What a swap may take of the wallet at the most. */
  private static TokenAmount most(Pairs.Pair pair, Side side, BigInteger amount, BigInteger bound) {
    return new TokenAmount(pair.in(side), side == Side.SELL ? amount : bound);
  }

  void cancel(String clientId) {
    OrderState s = orders.find(clientId);
    if (s == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    if (s.status().isTerminal()) {
      return;
    }
    if (plans.isPlanned(clientId)) {
      plans.unplanned(clientId, "canceled before it was signed");
      return;
    }
    TransactionState t = transactions.find(clientId);
    if (t != null && !t.status().isTerminal()) {
      orders.cancelAsked(clientId, true);
      if (t.status() != TransactionStatus.WAITING) {
        orders.cancelSent(clientId, context.now);
      }
      transactions.cancel(clientId);
    }
  }

  /**
   * The user gives up finding out what became of a swap.
   *
   * @throws IllegalArgumentException when no such order is known
   * @throws IllegalStateException when it can be found out, or it may still be carried out and the
   *     user does not say so
   */
  void dismiss(String clientId, String why, boolean mayHappen) {
    OrderState s = orders.find(clientId);
    if (s == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    TransactionState t = transactions.find(clientId);
    if (s.status().isTerminal()) {
      return;
    }
    if (t == null) {
      throw new IllegalStateException(Transactions.UNSIGNED);
    }
    if (!t.status().isTerminal()) {
      transactions.dismiss(clientId, why, mayHappen); // Its order follows: see ended.
    } else if (fills.isUnknown(clientId)) {
      orders.dismissed(clientId, "dismissed: " + context.redactor.show(why), context.now);
    } else {
      throw new IllegalStateException("not dismissed: what it moved is being asked for: " + t);
    }
  }

  void moved(TransactionState t, @Nullable Receipt receipt) {
    OrderState s = orders.find(t.id());
    if (s == null || s.status().isTerminal()) {
      return;
    }
    if (t.status().isTerminal()) {
      ended(t, receipt);
      return;
    }
    switch (t.status()) {
      case PENDING, MINED ->
          orders.accepted(
              t.id(),
              OrderUpdate.of(s.instrument(), OrderStatus.OPEN)
                  .order(t.id(), t.hashes().get(0))
                  .build(),
              context.now);
      case BROADCAST, DROPPED, REORGED -> {
        if (t.problem() != null || t.status() != TransactionStatus.BROADCAST) {
          orders.outcomeUnknown(t.id(), context.now);
        }
      }
      default -> {}
    }
  }

  /** The transaction of an order is over. */
  private void ended(TransactionState t, @Nullable Receipt receipt) {
    String id = t.id();
    OrderState s = orders.find(id);
    if (s == null || s.status().isTerminal()) {
      return;
    }
    String why = t.problem() == null ? t.status().toString() : t.problem();
    Fault fault = transactions.fault(id);
    Order order = s.order();
    switch (t.status()) {
      case REFUSED ->
          rejected(
              s,
              fault == null
                  ? new Reject.Other("not sent: " + why)
                  : Orders.reject(Fault.of(kind(fault), why)));
      case REPLACED -> {
        boolean late = order.goodTillMillis() * 1_000_000 <= context.now;
        boolean asked = s.status() == OrderStatus.PENDING_CANCEL;
        end(
            s,
            late && !asked ? OrderStatus.EXPIRED : OrderStatus.CANCELED,
            t,
            new Reject.Other(why));
      }
      case REVERTED -> {
        Block block = t.block();
        boolean late = block != null && block.millis() > order.goodTillMillis();
        Reject reject =
            fault == null
                ? new Reject.Other(why)
                : Orders.reject(Fault.of(kind(fault), context.redactor.show(fault.raw())));
        end(s, late ? OrderStatus.EXPIRED : OrderStatus.REJECTED, t, reject);
      }
      case DISMISSED -> orders.dismissed(id, why, context.now);
      default -> fills.read(s, t, receipt);
    }
  }

  /** A node's word that it knows nothing of something is no reason for an order. */
  private static Fault.Kind kind(Fault fault) {
    return switch (fault.kind()) {
      case DUPLICATE_ID, OUTCOME_UNKNOWN -> Fault.Kind.REJECTED;
      default -> fault.kind();
    };
  }

  /** Nothing was ever signed for it, which is proof whatever else is not known. */
  private void rejected(OrderState s, Reject reject) {
    orders.update(
        OrderUpdate.of(s.instrument(), OrderStatus.REJECTED)
            .order(s.clientId(), null)
            .filled(BigDecimal.ZERO)
            .reject(reject)
            .build(),
        context.now);
  }

  private void end(OrderState s, OrderStatus how, TransactionState t, Reject reject) {
    orders.update(
        OrderUpdate.of(s.instrument(), how)
            .order(s.clientId(), t.hashes().isEmpty() ? null : t.hashes().get(0))
            .filled(BigDecimal.ZERO)
            .reject(reject)
            .build(),
        context.now);
  }
}
