package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.LiveTransaction;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolBook;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionStatus;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * What every connector of market makers must do, as numbered cards, each on a chain of its own. The
 * chain itself is asked what became of everything, never the connector alone.
 *
 * <pre>{@code
 * class ToyAmmTest extends AmmConformance {
 *   @Override
 *   protected AmmBench bench() {
 *     return new ToyBench();
 *   }
 * }
 * }</pre>
 *
 * <p>A card of an ability that the market maker does not have is skipped.
 */
public abstract class AmmConformance {
  private static final BigDecimal CENT = new BigDecimal("0.01");
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigInteger NONE = BigInteger.ZERO;

  private record Card(String number, String title, Consumer<Play> play) {}

  private static final RoundingMode DOWN = RoundingMode.DOWN;

  private static final List<Card> CARDS =
      List.of(
          card("A01", "it is ready when head and balances are known", AmmConformance::ready),
          card("A02", "balances are the chain's", AmmConformance::balances),
          card("A03", "a token is what its contract says", AmmConformance::token),
          card("A04", "a symbol finds a known token, and no other", AmmConformance::symbol),
          card("A05", "a pair is of two tokens", AmmConformance::pair),
          card("A06", "pools of two tokens are found", AmmConformance::pools),
          card("A07", "a pool is found by its address", AmmConformance::pool),
          card("A08", "a pool is told once a block", AmmConformance::states),
          card("A09", "all watched pools are of one block", AmmConformance::pinned),
          card("A10", "a sale is quoted by what goes in", AmmConformance::sellQuote),
          card("A11", "a purchase is quoted by what comes out", AmmConformance::buyQuote),
          card("A12", "buying costs more than selling brings", AmmConformance::spread),
          card("A13", "more has a worse price", AmmConformance::depth),
          card("A14", "a quote says its block and expiry", AmmConformance::quoteBlock),
          card("A15", "more than there is is not quoted", AmmConformance::tooThin),
          card("A16", "a pool is asked like a book", AmmConformance::book),
          card("A17", "nothing is quoted of a chain that is not heard", AmmConformance::unheard),
          card("A18", "a sale fills by what the chain shows", AmmConformance::sell),
          card("A19", "a purchase gets an exact amount", AmmConformance::buy),
          card("A20", "a quote is what a swap gives", AmmConformance::exact),
          card(
              "A21",
              "the fee is the gas that was paid, and pools' fees are told apart",
              AmmConformance::gas),
          card("A22", "a fill names its transaction", AmmConformance::hash),
          card("A23", "a quote is carried out once", AmmConformance::once),
          card("A24", "a quote that expired is not carried out", AmmConformance::expired),
          card("A25", "a way may lead through two pools", AmmConformance::twoPools),
          card("A26", "many swaps go one after the other", AmmConformance::many),
          card("A27", "a market order is refused", p -> refused(p, Rule.ORDER_TYPE, p.market())),
          card(
              "A28",
              "an order without a limit is refused",
              p -> refused(p, Rule.INCOMPLETE, Order.sell(p.pair).size(p.size))),
          card(
              "A29",
              "an order without a deadline is refused",
              p ->
                  refused(
                      p,
                      Rule.TIME_IN_FORCE,
                      Order.sell(p.pair).size(p.size).limit(p.worst(Side.SELL)))),
          card(
              "A30",
              "an order that would rest is refused",
              p ->
                  refused(
                      p,
                      Rule.ORDER_TYPE,
                      Order.sell(p.pair).size(p.size).limit(p.worst(Side.SELL)).postOnly())),
          card(
              "A31",
              "a size finer than the token is refused",
              p ->
                  refused(
                      p,
                      Rule.LOT_SIZE,
                      p.sell().size(BigDecimal.ONE.movePointLeft(p.base.decimals() + 1)))),
          card(
              "A32",
              "more than the wallet has is refused",
              p ->
                  refused(
                      p,
                      Rule.BUDGET,
                      p.sell().size(p.base.units(p.bench.held(p.base)).add(p.size)))),
          card(
              "A33",
              "a limit that the pools do not give is refused",
              p ->
                  refused(
                      p,
                      Rule.PRICE_RANGE,
                      p.sell().limit(p.price(Side.SELL).multiply(TWO).setScale(20, DOWN)))),
          card(
              "A34",
              "a deadline that has passed is refused",
              p -> refused(p, Rule.TIME_IN_FORCE, p.sell().goodTill(p.bench.colibri().now()))),
          card("A35", "the guard holds", AmmConformance::guard),
          card("A36", "a halt holds until it is over", AmmConformance::halt),
          card("A37", "what live swaps may take is not spent twice", AmmConformance::promised),
          card("A38", "a worse price before it is signed rejects it", AmmConformance::refusedLate),
          card("A39", "a worse price in its block reverts it", AmmConformance::reverts),
          card("A40", "what comes too late expires", AmmConformance::late),
          card("A41", "what is canceled in time does nothing", AmmConformance::canceled),
          card("A42", "what has filled is not canceled", AmmConformance::canceledLate),
          card("A43", "a bound of slippage is needed", AmmConformance::slippage),
          card("A44", "what is allowed is allowed exactly", AmmConformance::allowance),
          card("A45", "a bumped transaction stays one", AmmConformance::bump),
          card("A46", "the chain's asset is made into a token and back", AmmConformance::wrap),
          card("A47", "shares are given and told", AmmConformance::shares),
          card("A48", "a position is opened and closed", AmmConformance::position),
          card("A49", "a killed process finds what waits, and it fills once", AmmConformance::kill),
          card("A50", "a killed process knows what has filled", AmmConformance::killLate),
          card("A51", "a closed connector tells what is left", AmmConformance::close),
          card("A52", "a wallet is open once on a chain", AmmConformance::twice));

  private static Card card(String number, String title, Consumer<Play> play) {
    return new Card(number, number + " " + title, play);
  }

  /** A chain of its own, for one card. */
  protected abstract AmmBench bench() throws Exception;

  /** One test a card, of those that {@code -Dcards=A04,A21} names, or of all. */
  @TestFactory
  Stream<DynamicTest> cards() {
    Outcomes outcomes = new Outcomes(name());
    Chosen<Card> chosen = Chosen.of(CARDS, Card::number);
    return chosen.cards().stream()
        .map(c -> DynamicTest.dynamicTest(c.title(), () -> judge(c, outcomes)))
        .onClose(chosen.all() ? outcomes::write : () -> {});
  }

  private void judge(Card card, Outcomes outcomes) throws Exception {
    Outcomes.Verdict verdict = Outcomes.Verdict.FAILED;
    String why = "it threw";
    try (AmmBench bench = bench()) {
      card.play().accept(new Play(bench));
      verdict = Outcomes.Verdict.PASSED;
      why = "";
    } catch (TestAbortedException e) {
      verdict = Outcomes.Verdict.SKIPPED;
      why = String.valueOf(e.getMessage()).replaceFirst("^Assumption failed: ", "");
      throw e;
    } catch (AssertionError e) {
      why = String.valueOf(e.getMessage());
      throw e;
    } finally {
      outcomes.add(new Outcomes.Asked(card.title(), verdict, why, "", ""));
    }
  }

  /** {@code UniswapV2CardsTest} is of {@code uniswap-v2}. */
  private String name() {
    return getClass()
        .getSimpleName()
        .replaceFirst("(Cards|Amm)?Test$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  /** A card in progress. */
  private static final class Play {
    final AmmBench bench;
    final Token base;
    final Token quote;
    final BigDecimal size;
    final Instrument pair;

    Play(AmmBench bench) {
      this.bench = bench;
      base = bench.base();
      quote = bench.quote();
      size = bench.size();
      pair = bench.connector().pair(base, quote);
    }

    BigDecimal price(Side side) {
      return bench.connector().quote(side, pair, size).price();
    }

    /** A price that is worse by a tenth. */
    BigDecimal worst(Side side) {
      String tenth = side == Side.SELL ? "0.9" : "1.1";
      return price(side).multiply(new BigDecimal(tenth)).setScale(20, RoundingMode.HALF_EVEN);
    }

    Order order(Side side) {
      return Order.of(pair, side).size(size).limit(worst(side)).goodTill(until());
    }

    Order sell() {
      return order(Side.SELL);
    }

    Instant until() {
      return bench.colibri().now().plus(Duration.ofMinutes(10));
    }

    Order market() {
      return Order.sell(pair).size(size).market();
    }

    BigInteger raw(BigDecimal units) {
      return base.raw(units);
    }

    LiveOrder done(LiveOrder order) {
      bench.until(order.done()::isDone);
      return order;
    }

    <T> T answer(CompletableFuture<T> stage) {
      bench.until(stage::isDone);
      return stage.join();
    }

    <T> T done(LiveTransaction<T> t) {
      return answer(t.done());
    }

    /** So that what follows needs no approval, and nothing else waits. */
    void allow() {
      TokenAmount much = TokenAmount.of(base, size.multiply(BigDecimal.valueOf(100)));
      done(bench.connector().allow(much, bench.spender()));
      bench.until(() -> bench.connector().openTransactions().isEmpty());
    }

    /** A sale that a node has, and no block. */
    LiveOrder pending() {
      allow();
      bench.mining(false);
      LiveOrder order = bench.connector().place(sell());
      bench.until(() -> order.status() == OrderStatus.OPEN);
      return order;
    }

    /** Waits until what was signed in its place waits for a block. */
    void another(LiveTransaction<?> t) {
      bench.until(
          () -> t.hashes().size() > 1 && bench.isWaiting(t.hashes().get(t.hashes().size() - 1)));
    }

    /** Whether everything is over. */
    void settled() {
      bench.until(() -> bench.connector().openTransactions().isEmpty());
    }

    List<OrderEvent> told(String clientId) {
      return bench.orders().stream().filter(e -> e.state().clientId().equals(clientId)).toList();
    }

    List<OrderEvent.Kind> kinds(String clientId) {
      return told(clientId).stream().map(OrderEvent::kind).toList();
    }

    Fill fill(String clientId) {
      List<Fill> fills =
          told(clientId).stream()
              .filter(e -> e.kind() == OrderEvent.Kind.FILL)
              .map(e -> Objects.requireNonNull(e.fill()))
              .toList();
      same(1, fills.size(), "fills of " + clientId);
      return fills.get(0);
    }
  }

  // ---------------------------------------------------------------- the chain

  private static void ready(Play p) {
    hold(p.bench.connector().isReady(), "it is ready");
    hold(p.bench.connector().readiness().missing().isEmpty(), "nothing is missing");
    hold(p.bench.connector().head().isPresent(), "the head is known");
    hold(p.bench.connector().wallet().isPresent(), "the wallet is known");
  }

  private static void balances(Play p) {
    for (Token t : List.of(p.base, p.quote, p.bench.connector().nativeToken())) {
      same(p.bench.held(t), p.bench.connector().balance(t).orElseThrow().raw(), t + " held");
    }
  }

  private static void token(Play p) {
    Token t = p.answer(p.bench.connector().token(p.base.address()));
    same(p.base, t, "token");
    same(p.base.symbol(), t.symbol(), "symbol");
    same(p.base.decimals(), t.decimals(), "decimals");
  }

  private static void symbol(Play p) {
    same(p.quote, p.answer(p.bench.connector().token(p.quote.symbol())), "token");
    hold(p.bench.connector().tokens().contains(p.base), "known tokens are told");
  }

  private static void pair(Play p) {
    same(p.base.symbol() + "-" + p.quote.symbol(), p.pair.name(), "name");
    same(p.pair, p.bench.connector().instrument(p.pair.name()), "instrument of its name");
    fails(IllegalArgumentException.class, () -> p.bench.connector().pair(p.base, p.base));
  }

  private static void pools(Play p) {
    List<Pool> pools = p.answer(p.bench.connector().pools(p.base, p.quote));
    hold(pools.contains(p.bench.pool()), "the pool is found");
    hold(pools.stream().allMatch(o -> o.has(p.base) && o.has(p.quote)), "all are of both tokens");
  }

  private static void pool(Play p) {
    Pool known = p.bench.pool();
    Pool found = p.answer(p.bench.connector().pool(known.amm(), known.address()));
    same(known, found, "pool");
    same(known.feeMillionths(), found.feeMillionths(), "fee");
    same(known.token0(), found.token0(), "token0");
    fails(
        IllegalArgumentException.class,
        () -> p.bench.connector().pool("no-such-amm", known.address()));
  }

  // ---------------------------------------------------------------- pools and quotes

  private static void states(Play p) {
    List<PoolState> told = new CopyOnWriteArrayList<>();
    try (Subscription s = p.bench.connector().listen(p.bench.pool(), told::add)) {
      p.bench.until(() -> told.size() >= 4);
    }
    long blocks = told.stream().map(PoolState::block).distinct().count();
    same((long) told.size(), blocks, "blocks that were told");
    hold(told.stream().allMatch(s -> s.pool().equals(p.bench.pool())), "all are of the pool");
  }

  private static void pinned(Play p) {
    long blocks =
        p.bench.connector().watched().stream()
            .map(w -> p.bench.connector().state(w).orElseThrow().block())
            .distinct()
            .count();
    same(1L, blocks, "blocks of the states");
  }

  private static void sellQuote(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    same(p.raw(p.size), q.in().raw(), "in");
    same(p.base, q.in().token(), "token in");
    hold(q.out().raw().signum() > 0, "something comes out");
    same(sum(q, true), q.in().raw(), "in of all legs");
    same(sum(q, false), q.out().raw(), "out of all legs");
  }

  private static void buyQuote(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.BUY, p.pair, p.size);
    same(p.raw(p.size), q.out().raw(), "out");
    same(p.quote, q.in().token(), "token in");
    same(sum(q, true), q.in().raw(), "in of all legs");
    same(sum(q, false), q.out().raw(), "out of all legs");
  }

  private static BigInteger sum(SwapQuote q, boolean in) {
    return q.legs().stream().map(l -> in ? l.in() : l.out()).reduce(NONE, BigInteger::add);
  }

  private static void spread(Play p) {
    hold(p.price(Side.BUY).compareTo(p.price(Side.SELL)) > 0, "a buyer pays the fee");
  }

  private static void depth(Play p) {
    SwapQuote little = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    SwapQuote more = p.bench.connector().quote(Side.SELL, p.pair, p.size.multiply(BigDecimal.TEN));
    hold(more.price().compareTo(little.price()) < 0, "more sells for less");
    hold(more.priceImpact().compareTo(little.priceImpact()) > 0, "and says so");
  }

  private static void quoteBlock(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    long head = p.bench.connector().head().orElseThrow().number();
    hold(head - q.block().number() <= 3, "it is of a late block: " + q.block() + " of " + head);
    hold(q.expiresMillis() > p.bench.colibri().now().toEpochMilli(), "it has not expired");
    hold(q.gas() > 0, "it expects gas");
  }

  private static void tooThin(Play p) {
    BigDecimal all = p.size.movePointRight(20);
    Refused e = fails(Refused.class, () -> p.bench.connector().quote(Side.BUY, p.pair, all));
    same(Rule.MAX_SIZE, e.rule(), "rule");
  }

  private static void book(Play p) {
    PoolBook book = p.bench.connector().book(p.pair, 50);
    hold(book.isValid(), "it is valid");
    hold(
        book.bestBid().price().compareTo(book.bestAsk().price()) < 0,
        "the best bid is below the best ask");
    hold(book.taking(Side.SELL).priceForVolume(p.size.movePointRight(20)) == null, "it has an end");
  }

  private static void unheard(Play p) {
    p.bench.cut(true);
    p.bench.until(
        () -> p.bench.events().stream().anyMatch(e -> e instanceof ConnectorEvent.PoolInvalid));
    Refused e = fails(Refused.class, () -> p.bench.connector().quote(Side.SELL, p.pair, p.size));
    same(Rule.NOT_READY, e.rule(), "rule");
    hold(p.bench.connector().state(p.bench.pool()).isEmpty(), "no state is shown");
    p.bench.cut(false);
    p.bench.until(p.bench.connector()::isReady);
    p.bench.connector().quote(Side.SELL, p.pair, p.size);
  }

  // ---------------------------------------------------------------- swaps

  private static void sell(Play p) {
    BigInteger base = p.bench.held(p.base);
    BigInteger quote = p.bench.held(p.quote);
    LiveOrder order = p.done(p.bench.connector().place(p.sell()));
    same(OrderStatus.FILLED, order.status(), "status");
    same(
        List.of(OrderEvent.Kind.ACCEPTED, OrderEvent.Kind.FILL, OrderEvent.Kind.FILLED),
        p.kinds(order.clientId()).stream()
            .filter(k -> k != OrderEvent.Kind.UNKNOWN && k != OrderEvent.Kind.RESOLVED)
            .toList(),
        "events");
    Fill fill = p.fill(order.clientId());
    same(base.subtract(p.bench.held(p.base)), p.base.raw(fill.size()), "base sold");
    same(p.bench.held(p.quote).subtract(quote), p.quote.raw(fill.quoteSize()), "quote got");
    same(p.raw(p.size), p.base.raw(fill.size()), "base asked for");
  }

  private static void buy(Play p) {
    BigInteger base = p.bench.held(p.base);
    BigInteger quote = p.bench.held(p.quote);
    LiveOrder order = p.done(p.bench.connector().place(p.order(Side.BUY)));
    same(OrderStatus.FILLED, order.status(), "status");
    Fill fill = p.fill(order.clientId());
    same(p.raw(p.size), p.bench.held(p.base).subtract(base), "base bought");
    same(p.raw(p.size), p.base.raw(fill.size()), "base told");
    same(quote.subtract(p.bench.held(p.quote)), p.quote.raw(fill.quoteSize()), "quote paid");
  }

  private static void exact(Play p) {
    for (Side side : Side.values()) {
      SwapQuote q = p.bench.connector().quote(side, p.pair, p.size);
      LiveOrder order = p.done(p.bench.connector().execute(q, CENT, p.until()));
      Fill fill = p.fill(order.clientId());
      TokenAmount other = side == Side.SELL ? q.out() : q.in();
      same(other.raw(), p.quote.raw(fill.quoteSize()), side + " as quoted");
      p.settled();
      long block = p.bench.connector().head().orElseThrow().number();
      p.bench.until(
          () ->
              p.bench
                  .connector()
                  .state(p.bench.pool())
                  .filter(s -> s.block().number() >= block)
                  .isPresent());
    }
  }

  private static void gas(Play p) {
    p.allow();
    Token coin = p.bench.connector().nativeToken();
    BigInteger before = p.bench.held(coin);
    LiveOrder order = p.done(p.bench.connector().place(p.sell()));
    Fill fill = p.fill(order.clientId());
    BigInteger paid = before.subtract(p.bench.held(coin));
    same(coin.symbol(), fill.fee().asset(), "asset of the fee");
    same(paid, coin.raw(fill.fee().amount()), "fee");
    // What the pool keeps is in the price: it is told apart, and summed nowhere.
    PoolFee kept = PoolFee.of(p.bench.pool(), TokenAmount.of(p.base, fill.size()));
    same(List.of(kept), fill.poolFees(), "fees of pools");
    same(Map.of(coin.symbol(), fill.fee().amount()), order.state().fees(), "sum of fees");
  }

  private static void hash(Play p) {
    LiveOrder order = p.done(p.bench.connector().place(p.sell()));
    var t = p.bench.connector().transaction(order.clientId()).orElseThrow();
    same(TransactionStatus.CONFIRMED, t.status(), "status");
    same(t.state().mined(), p.fill(order.clientId()).tradeId(), "trade id");
    same(t.hashes().get(0), order.venueId(), "venue id");
  }

  private static void once(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    BigInteger before = p.bench.held(p.base);
    SwapQuote copy =
        new SwapQuote(
            q.id(),
            q.instrument(),
            q.side(),
            q.in(),
            q.out(),
            q.legs(),
            q.poolFees(),
            q.priceImpact(),
            q.gas(),
            q.gasCost(),
            q.block(),
            q.expiresMillis());
    LiveOrder order = p.bench.connector().execute(q, CENT, p.until());
    for (SwapQuote again : List.of(q, copy)) {
      Refused e = fails(Refused.class, () -> p.bench.connector().execute(again, CENT, p.until()));
      same(Rule.QUOTE, e.rule(), "rule");
    }
    p.done(order);
    same(p.raw(p.size), before.subtract(p.bench.held(p.base)), "base sold");
  }

  private static void expired(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    p.bench.until(() -> p.bench.colibri().now().toEpochMilli() > q.expiresMillis());
    fails(Refused.class, () -> p.bench.connector().execute(q, CENT, p.until()));
    same(List.of(), p.bench.connector().openOrders(), "open orders");
  }

  private static void twoPools(Play p) {
    Token beyond = p.bench.beyond();
    Assumptions.assumeTrue(beyond != null, "there is no such token");
    Instrument far = p.bench.connector().pair(p.base, beyond);
    SwapQuote q = p.bench.connector().quote(Side.SELL, far, p.size);
    same(2, q.legs().get(0).pools().size(), "pools");
    LiveOrder order = p.done(p.bench.connector().execute(q, CENT, p.until()));
    same(OrderStatus.FILLED, order.status(), "status");
    same(q.out().raw(), p.bench.held(beyond), "got");
  }

  private static void many(Play p) {
    BigInteger before = p.bench.held(p.base);
    List<LiveOrder> orders = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      orders.add(p.bench.connector().place(p.sell()));
    }
    orders.forEach(p::done);
    hold(orders.stream().allMatch(o -> o.status() == OrderStatus.FILLED), "all filled: " + orders);
    same(
        p.raw(p.size).multiply(BigInteger.TEN), before.subtract(p.bench.held(p.base)), "base sold");
    same(10L, orders.stream().map(LiveOrder::venueId).distinct().count(), "transactions");
  }

  // ---------------------------------------------------------------- what is refused

  private static void refused(Play p, Rule rule, Order order) {
    long nonce = p.bench.nonce();
    Refused e = fails(Refused.class, () -> p.bench.connector().place(order));
    same(rule, e.rule(), "rule of \"" + e.getMessage() + "\"");
    same(List.of(), p.bench.connector().openTransactions(), "transactions");
    p.bench.pass(Duration.ofMillis(500));
    same(nonce, p.bench.nonce(), "nonce");
  }

  private static void guard(Play p) {
    Order order = p.sell();
    BigDecimal half = p.size.multiply(order.price()).divide(TWO);
    p.bench.connector().guard(Guard.none().maxOrderNotional(half.toPlainString()));
    refused(p, Rule.GUARD, order);
    p.bench.connector().guard(Guard.none());
    p.done(p.bench.connector().place(order));
  }

  private static void halt(Play p) {
    p.bench.connector().halt();
    refused(p, Rule.NOT_READY, p.sell());
    fails(
        Refused.class,
        () -> p.bench.connector().allow(TokenAmount.of(p.base, p.size), p.bench.spender()));
    p.bench.connector().resume();
    same(OrderStatus.FILLED, p.done(p.bench.connector().place(p.sell())).status(), "status");
  }

  private static void promised(Play p) {
    BigInteger all = p.bench.held(p.base);
    BigDecimal most = p.base.units(all);
    LiveOrder order = p.pending();
    same(all.subtract(p.raw(p.size)), p.bench.connector().spendable(p.base).raw(), "spendable");
    Refused e = fails(Refused.class, () -> p.bench.connector().place(p.sell().size(most)));
    same(Rule.BUDGET, e.rule(), "rule");
    p.bench.mining(true);
    p.done(order);
    same(p.bench.held(p.base), p.bench.connector().spendable(p.base).raw(), "spendable");
  }

  private static void slippage(Play p) {
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    for (String bad : List.of("1", "-0.01", "2")) {
      Refused e =
          fails(
              Refused.class, () -> p.bench.connector().execute(q, new BigDecimal(bad), p.until()));
      same(Rule.PRICE_RANGE, e.rule(), "rule");
    }
  }

  // ---------------------------------------------------------------- what fails

  private static void refusedLate(Play p) {
    p.allow();
    BigInteger before = p.bench.held(p.base);
    long nonce = p.bench.nonce();
    SwapQuote q = p.bench.connector().quote(Side.SELL, p.pair, p.size);
    p.bench.cheapen();
    LiveOrder order = p.done(p.bench.connector().execute(q, new BigDecimal("0.001"), p.until()));
    same(OrderStatus.REJECTED, order.status(), "status");
    hold(order.state().reject() instanceof Reject.BadPrice, "it says why: " + order);
    same(before, p.bench.held(p.base), "base held");
    p.bench.pass(Duration.ofSeconds(5));
    same(nonce, p.bench.nonce(), "nonce");
  }

  private static void reverts(Play p) {
    p.allow();
    p.bench.mining(false);
    BigInteger before = p.bench.held(p.base);
    LiveOrder order =
        p.bench
            .connector()
            .execute(
                p.bench.connector().quote(Side.SELL, p.pair, p.size),
                new BigDecimal("0.001"),
                p.until());
    p.bench.until(() -> order.status() == OrderStatus.OPEN);
    p.bench.cheapen();
    p.bench.mining(true);
    p.done(order);
    same(OrderStatus.REJECTED, order.status(), "status");
    hold(order.state().reject() instanceof Reject.BadPrice, "it says why: " + order);
    same(before, p.bench.held(p.base), "base held");
    var t = p.bench.connector().transaction(order.clientId()).orElseThrow();
    same(TransactionStatus.REVERTED, t.status(), "status of the transaction");
    hold(t.state().cost().signum() > 0, "it cost gas");
  }

  private static void late(Play p) {
    p.allow();
    p.bench.mining(false);
    BigInteger before = p.bench.held(p.base);
    Order asked = p.sell().goodTill(p.bench.colibri().now().plus(Duration.ofSeconds(15)));
    LiveOrder order = p.bench.connector().place(asked);
    p.bench.until(() -> order.status() == OrderStatus.OPEN);
    p.bench.pass(Duration.ofSeconds(16));
    hold(!order.status().isTerminal(), "only the chain ends it: " + order);
    p.bench.mining(true);
    p.done(order);
    same(OrderStatus.EXPIRED, order.status(), "status");
    same(before, p.bench.held(p.base), "base held");
  }

  private static void canceled(Play p) {
    BigInteger before = p.bench.held(p.base);
    LiveOrder order = p.pending();
    order.cancel();
    p.another(p.bench.connector().transaction(order.clientId()).orElseThrow());
    same(OrderStatus.PENDING_CANCEL, order.status(), "status before the chain says so");
    p.bench.mining(true);
    p.done(order);
    same(OrderStatus.CANCELED, order.status(), "status");
    same(before, p.bench.held(p.base), "base held");
  }

  private static void canceledLate(Play p) {
    LiveOrder order = p.done(p.bench.connector().place(p.sell()));
    long nonce = p.bench.nonce();
    order.cancel();
    p.bench.pass(Duration.ofSeconds(1));
    same(OrderStatus.FILLED, order.status(), "status");
    same(nonce, p.bench.nonce(), "nonce");
  }

  // ---------------------------------------------------------------- transactions

  private static void allowance(Play p) {
    TokenAmount amount = TokenAmount.of(p.base, p.size);
    same(amount, p.done(p.bench.connector().allow(amount, p.bench.spender())), "result");
    same(amount, p.answer(p.bench.connector().allowance(p.base, p.bench.spender())), "allowance");
  }

  private static void bump(Play p) {
    long nonce = p.bench.nonce();
    p.bench.mining(false);
    var t = p.bench.connector().allow(TokenAmount.of(p.base, p.size), p.bench.spender());
    p.bench.until(() -> t.status() == TransactionStatus.PENDING);
    t.bump();
    p.another(t);
    p.bench.mining(true);
    p.done(t);
    hold(t.hashes().indexOf(t.state().mined()) > 0, "a dearer one was taken: " + t);
    same(nonce + 1, p.bench.nonce(), "nonce");
  }

  private static void wrap(Play p) {
    var wrapping = p.bench.connector().wrapping();
    Assumptions.assumeTrue(wrapping.isPresent(), "nothing is wrapped here");
    Token coin = p.bench.connector().nativeToken();
    BigDecimal units = new BigDecimal("0.01");
    for (boolean wraps : new boolean[] {true, false}) {
      BigInteger before = p.bench.held(coin);
      var t = wraps ? wrapping.get().wrap(units) : wrapping.get().unwrap(units);
      same(coin.raw(units), p.done(t).raw(), "result");
      BigInteger moved = p.bench.held(coin).subtract(before).add(t.state().cost());
      same(wraps ? coin.raw(units).negate() : coin.raw(units), moved, "coins moved");
    }
  }

  private static void shares(Play p) {
    var shares = p.bench.connector().shares(p.bench.pool().amm());
    Assumptions.assumeTrue(shares.isPresent(), "it has no such pools");
    BigInteger base = p.bench.held(p.base);
    BigInteger quote = p.bench.held(p.quote);
    BigDecimal price = p.price(Side.SELL);
    LiquidityChange change =
        p.done(
            shares
                .get()
                .add(
                    p.bench.pool(),
                    TokenAmount.of(p.base, p.size),
                    TokenAmount.of(
                        p.quote,
                        p.size.multiply(price).setScale(p.quote.decimals(), RoundingMode.UP)),
                    new BigDecimal("0.05"),
                    p.until()));
    requireMoved(p, change, base, quote);
    hold(change.liquidity().signum() > 0, "liquidity was given");
    p.settled();
    var share = p.answer(shares.get().of(p.bench.pool()));
    hold(share.liquidity().compareTo(change.liquidity()) >= 0, "the share shows it: " + share);
  }

  private static void requireMoved(
      Play p, LiquidityChange change, BigInteger base, BigInteger quote) {
    boolean inOrder = change.pool().token0().equals(p.base);
    BigInteger ofBase = (inOrder ? change.amount0() : change.amount1()).raw();
    BigInteger ofQuote = (inOrder ? change.amount1() : change.amount0()).raw();
    same(p.bench.held(p.base).subtract(base), ofBase, "base moved");
    same(p.bench.held(p.quote).subtract(quote), ofQuote, "quote moved");
  }

  private static void position(Play p) {
    var positions = p.bench.connector().positions(p.bench.pool().amm());
    Assumptions.assumeTrue(positions.isPresent(), "it has no positions");
    Pool pool = p.bench.pool();
    PoolState state = p.bench.connector().state(pool).orElseThrow();
    BigDecimal half = state.price().divide(TWO);
    int lower = positions.get().tick(pool, half);
    int upper = positions.get().tick(pool, state.price().multiply(TWO));
    BigDecimal money =
        p.size.multiply(p.price(Side.SELL)).setScale(p.quote.decimals(), RoundingMode.UP);
    BigInteger base = p.bench.held(p.base);
    BigInteger quote = p.bench.held(p.quote);
    LiquidityChange opened =
        p.done(
            positions
                .get()
                .open(
                    pool,
                    lower,
                    upper,
                    TokenAmount.of(p.base, p.size),
                    TokenAmount.of(p.quote, money),
                    new BigDecimal("0.05"),
                    p.until()));
    requireMoved(p, opened, base, quote);
    p.settled();
    List<LiquidityPosition> all = p.answer(positions.get().all());
    same(1, all.size(), "positions");
    same(opened.position(), all.get(0).id(), "id");
    same(opened.liquidity(), all.get(0).liquidity(), "liquidity");
    base = p.bench.held(p.base);
    quote = p.bench.held(p.quote);
    LiquidityChange closed =
        p.done(positions.get().close(all.get(0), new BigDecimal("0.05"), p.until()));
    requireMoved(p, closed, base, quote);
    same(opened.liquidity().negate(), closed.liquidity(), "liquidity taken back");
    p.settled();
    same(List.of(), p.answer(positions.get().all()), "positions");
  }

  // ---------------------------------------------------------------- from process to process

  private static void kill(Play p) {
    BigInteger before = p.bench.held(p.base);
    LiveOrder order = p.pending();
    p.bench.restart();
    p.bench.until(() -> !p.bench.orders().isEmpty());
    p.bench.mining(true);
    p.bench.until(() -> p.kinds(order.clientId()).contains(OrderEvent.Kind.FILLED));
    p.settled();
    same(OrderEvent.Kind.RECOVERED, p.kinds(order.clientId()).get(0), "first event");
    same(p.raw(p.size), p.base.raw(p.fill(order.clientId()).size()), "filled");
    same(p.raw(p.size), before.subtract(p.bench.held(p.base)), "base sold");
  }

  private static void killLate(Play p) {
    BigInteger before = p.bench.held(p.base);
    LiveOrder order = p.done(p.bench.connector().place(p.sell()));
    // An end that is learnt in the last moment may be told again: here the engine was let go, and
    // so had kept it.
    p.bench.connector().readiness();
    p.bench.restart();
    p.bench.until(p.bench.connector()::isReady);
    p.bench.pass(Duration.ofSeconds(1));
    Optional<LiveOrder> known = p.bench.connector().order(order.clientId());
    same(OrderStatus.FILLED, known.orElseThrow().status(), "status");
    same(List.of(), p.bench.orders(), "events of the next process");
    same(p.raw(p.size), before.subtract(p.bench.held(p.base)), "base sold");
  }

  private static void close(Play p) {
    LiveOrder order = p.pending();
    var left = p.answer(p.bench.connector().closeAsync());
    same(1, left.size(), "orders left");
    same(order.clientId(), left.get(0).clientId(), "order left");
    hold(order.done().isCompletedExceptionally(), "who waits for it is told");
    fails(Refused.class, () -> p.bench.connector().place(order.order().clientId("another")));
  }

  private static void twice(Play p) {
    fails(IllegalStateException.class, () -> p.bench.colibri().open(p.bench.venue()));
  }

  // ---------------------------------------------------------------- demands

  private static void hold(boolean truth, String what) {
    if (!truth) {
      throw new AssertionError("it must hold that " + what);
    }
  }

  private static void same(Object expected, Object actual, String what) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + " must be " + expected + ", is " + actual);
    }
  }

  private static <E extends RuntimeException> E fails(Class<E> kind, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (kind.isInstance(e)) {
        return kind.cast(e);
      }
      throw new AssertionError("it must fail with " + kind.getSimpleName() + ", and did with", e);
    }
    throw new AssertionError("it must fail with " + kind.getSimpleName());
  }
}
