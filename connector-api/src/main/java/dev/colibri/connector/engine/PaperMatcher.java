package dev.colibri.connector.engine;

import dev.colibri.connector.engine.PaperLedger.Account;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Profile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills paper orders by what the venue's book and trades show. Where they leave a choice, the worse
 * one for the order is taken.
 *
 * <ol>
 *   <li>An order that arrives walks the book level by level and takes what is there, less what
 *       paper orders took before. What was taken of a level stays taken for as long as the level is
 *       there; only what is added to it is new.
 *   <li>What rests stands behind everything that was shown at its price. Trades at its price, and
 *       the level shrinking below what was ahead, bring it forward; then trades at its price fill
 *       it.
 *   <li>A trade beyond its price fills it, up to the traded size.
 *   <li>A book that crosses its price fills it, up to the size that crosses.
 * </ol>
 *
 * <p>Several paper orders share one trade or level, the best price and then the oldest first; they
 * do not trade with each other. Not thread-safe.
 */
final class PaperMatcher {
  /** Orders that ended, and fills, that queries still find. */
  static final int HISTORY = 10_000;

  /**
   * How long after a level shrank the trades that made it shrink may still come: book and trades
   * travel apart.
   */
  static final long APART_NANOS = Duration.ofSeconds(1).toNanos();

  private final Fees fees;
  private final PaperLedger ledger;
  private final Consumer<OrderUpdate> told;
  private final Map<Instrument, Market> markets = new LinkedHashMap<>();
  private final Map<String, Working> live = new LinkedHashMap<>();
  private final Map<String, OrderUpdate> ended = new LinkedHashMap<>();
  private final Deque<Fill> fills = new ArrayDeque<>();
  private long orderNumber;
  private long tradeNumber;

  /** One instrument's orders, and what they took of its book. */
  private static final class Market {
    /** By side: the best price first, then the oldest. */
    final Map<Side, List<Working>> orders = new EnumMap<>(Side.class);

    /** By side of the book and price. */
    final Map<Side, Map<BigDecimal, BigDecimal>> taken = new EnumMap<>(Side.class);

    Market() {
      for (Side side : Side.values()) {
        orders.put(side, new ArrayList<>());
        taken.put(side, new TreeMap<>());
      }
    }
  }

  private static final class Working {
    final Order order;

    /** The venue's time of the book that it met: trades up to then are in that book. */
    final long sinceMillis;

    BigDecimal filled = BigDecimal.ZERO;
    BigDecimal quoteFilled = BigDecimal.ZERO;
    BigDecimal locked;

    /** What stands before it at its price; null while the book does not reach down to it. */
    @Nullable BigDecimal ahead;

    /** How much of what stood before it went out of the book, without a trade so far. */
    BigDecimal gone = BigDecimal.ZERO;

    long goneNanos;

    Working(Order order, BigDecimal locked, long sinceMillis) {
      this.order = order;
      this.locked = locked;
      this.sinceMillis = sinceMillis;
    }

    /** Of a limit order. */
    BigDecimal price() {
      return order.price() == null ? BigDecimal.ZERO : order.price();
    }

    /** Base units that may still fill; 0 for an order by quote amount. */
    BigDecimal remaining() {
      return order.size() == null ? BigDecimal.ZERO : order.size().subtract(filled);
    }

    /** A trade at its price: how much of it comes after what stands before the order. */
    BigDecimal pass(BigDecimal traded, long nanos) {
      if (ahead == null) {
        return BigDecimal.ZERO;
      }
      if (nanos - goneNanos > APART_NANOS) {
        gone = BigDecimal.ZERO;
      }
      BigDecimal known = gone.min(traded);
      gone = gone.subtract(known);
      BigDecimal before = ahead.min(traded.subtract(known));
      ahead = ahead.subtract(before);
      return traded.subtract(known).subtract(before);
    }
  }

  /** So much at a price. */
  private record Take(BigDecimal price, BigDecimal size) {}

  /** What an order takes of a book, and whether that is all it wants. */
  private record Walk(List<Take> takes, boolean whole) {}

  /**
   * A matcher without orders.
   *
   * @param told hears of every order that rested and filled; what becomes of an order as it is
   *     placed or canceled is the answer to that
   */
  PaperMatcher(Profile profile, PaperAccount account, Consumer<OrderUpdate> told) {
    this.fees = new Fees(profile);
    FeeRate own = account.fees();
    if (own != null) {
      fees.rates(List.of(own));
    }
    this.ledger = new PaperLedger(account.balances());
    this.told = told;
  }

  PaperLedger ledger() {
    return ledger;
  }

  // ---------------------------------------------------------------- what an account asks

  /**
   * An order arrives.
   *
   * @param book valid
   * @param millis the venue's time of now
   */
  Call<OrderUpdate> place(Order asked, OrderBook book, long millis) {
    Market market = markets.computeIfAbsent(asked.instrument(), i -> new Market());
    Walk walk = walk(market, asked, book);
    if (asked.type() == OrderType.LIMIT_MAKER && !walk.takes.isEmpty()) {
      return refused(Fault.Kind.WOULD_CROSS, asked + " would trade at once");
    }
    BigDecimal needed = needed(asked, walk);
    BigDecimal free = ledger.get(lockedAsset(asked), Account.FREE);
    if (needed.compareTo(free) > 0) {
      return refused(
          Fault.Kind.INSUFFICIENT_FUNDS,
          "%s needs %s %s, and %s is free"
              .formatted(asked, needed.toPlainString(), lockedAsset(asked), free.toPlainString()));
    }
    Order order = asked.venueId("paper-" + ++orderNumber);
    Working w = new Working(order, needed, book.venueMillis());
    ledger.move(lockedAsset(order), Account.FREE, Account.LOCKED, needed);
    List<Fill> made = new ArrayList<>();
    if (walk.whole || order.timeInForce() != TimeInForce.FOK) {
      Map<BigDecimal, BigDecimal> taken = market.taken.get(order.side().opposite());
      for (Take t : walk.takes) {
        taken.merge(t.price, t.size, BigDecimal::add);
        made.add(fill(w, t.price, t.size, Liquidity.TAKER, millis));
      }
    }
    if (walk.whole && !made.isEmpty()) {
      return Call.of(finished(w, OrderStatus.FILLED, made, millis));
    }
    if (order.type() == OrderType.MARKET || order.timeInForce() != TimeInForce.GTC) {
      return Call.of(finished(w, OrderStatus.EXPIRED, made, millis));
    }
    rest(market, w);
    queue(w, book);
    return Call.of(update(w, resting(w), made, millis));
  }

  private static Call<OrderUpdate> refused(Fault.Kind kind, String why) {
    return Call.failed(Fault.of(kind, "paper: " + why));
  }

  /**
   * An order is to be canceled.
   *
   * @param millis the venue's time of now
   */
  Call<OrderUpdate> cancel(Order order, long millis) {
    Working w = live.get(String.valueOf(order.clientId()));
    return w == null
        ? refused(Fault.Kind.ORDER_NOT_FOUND, "no open order " + order.clientId())
        : Call.of(finished(w, OrderStatus.CANCELED, List.of(), millis));
  }

  Call<OrderUpdate> status(Order order, long millis) {
    String id = String.valueOf(order.clientId());
    Working w = live.get(id);
    OrderUpdate end = ended.get(id);
    if (w == null && end == null) {
      return refused(Fault.Kind.ORDER_NOT_FOUND, "no order " + id);
    }
    return Call.of(w == null ? end : update(w, resting(w), List.of(), millis));
  }

  List<OrderUpdate> openOrders(@Nullable Instrument instrument, long millis) {
    List<OrderUpdate> open = new ArrayList<>();
    for (Working w : live.values()) {
      if (instrument == null || instrument.equals(w.order.instrument())) {
        open.add(update(w, resting(w), List.of(), millis));
      }
    }
    return open;
  }

  List<Fill> fills(FillQuery query) {
    Order of = query.order();
    return fills.stream()
        .filter(f -> f.instrument().equals(query.instrument()))
        .filter(f -> of == null || String.valueOf(f.clientId()).equals(of.clientId()))
        .filter(f -> f.venueMillis() >= query.sinceMillis())
        .toList();
  }

  List<Balance> balances() {
    return ledger.balances();
  }

  // ---------------------------------------------------------------- what the venue shows

  /**
   * A book changed.
   *
   * @param millis the venue's time of now
   */
  void book(OrderBook book, long millis) {
    Market market = markets.get(book.instrument());
    if (market == null || !book.isValid()) {
      return;
    }
    for (Side side : Side.values()) {
      Map<BigDecimal, BigDecimal> taken = market.taken.get(side);
      taken.replaceAll((price, size) -> size.min(sizeAt(book, side, price)));
      taken.values().removeIf(size -> size.signum() == 0);
    }
    for (List<Working> orders : market.orders.values()) {
      for (Working w : List.copyOf(orders)) {
        queue(w, book);
        cross(market, w, book, millis);
      }
    }
  }

  /** Where an order that rests stands, by what the book shows at its price. */
  private static void queue(Working w, OrderBook book) {
    Side side = w.order.side();
    BigDecimal shown = sizeAt(book, side, w.price());
    if (w.ahead == null) {
      int depth = book.depth(side);
      if (depth == 0 || betterLevels(book, side, w.price()) < depth) {
        w.ahead = shown;
      }
    } else if (shown.compareTo(w.ahead) < 0) {
      w.gone = w.gone.add(w.ahead.subtract(shown));
      w.goneNanos = book.receivedNanos();
      w.ahead = shown;
    }
  }

  /** What now rests at the order's price or beyond would have met it. */
  private void cross(Market market, Working w, OrderBook book, long millis) {
    BigDecimal size = BigDecimal.ZERO;
    Map<BigDecimal, BigDecimal> taken = market.taken.get(w.order.side().opposite());
    for (Take t : walk(market, w.order.size(w.remaining()), book).takes) {
      taken.merge(t.price, t.size, BigDecimal::add);
      size = size.add(t.size);
    }
    if (size.signum() > 0) {
      w.ahead = BigDecimal.ZERO;
      tellFill(w, size, millis);
    }
  }

  /**
   * A trade was made.
   *
   * @param millis the venue's time of now
   */
  void trade(TradeView trade, long millis) {
    Market market = markets.get(trade.instrument());
    Side side = trade.taker().opposite();
    if (market == null || market.orders.get(side).isEmpty()) {
      return;
    }
    BigDecimal price = BigDecimal.valueOf(trade.price(), trade.instrument().priceDigits());
    BigDecimal left = BigDecimal.valueOf(trade.size(), trade.instrument().sizeDigits());
    for (Working w : List.copyOf(market.orders.get(side))) {
      int beyond = compare(side, w.price(), price);
      if (left.signum() == 0 || beyond > 0) {
        return;
      }
      if (trade.venueMillis() > 0 && trade.venueMillis() <= w.sinceMillis) {
        continue;
      }
      BigDecimal reaching = left;
      if (beyond == 0) {
        reaching = w.pass(left, trade.receivedNanos());
      } else {
        w.ahead = BigDecimal.ZERO;
      }
      BigDecimal size = reaching.min(w.remaining());
      if (size.signum() > 0) {
        left = left.subtract(size);
        tellFill(w, size, millis);
      }
    }
  }

  /** An order that rested fills, at its own price. */
  private void tellFill(Working w, BigDecimal size, long millis) {
    List<Fill> made = List.of(fill(w, w.price(), size, Liquidity.MAKER, millis));
    told.accept(
        w.remaining().signum() == 0
            ? finished(w, OrderStatus.FILLED, made, millis)
            : update(w, OrderStatus.PARTIALLY_FILLED, made, millis));
  }

  // ---------------------------------------------------------------- the book

  /** What an order takes now if it may. */
  private static Walk walk(Market market, Order order, OrderBook book) {
    Side side = order.side().opposite();
    Map<BigDecimal, BigDecimal> taken = market.taken.get(side);
    List<Take> takes = new ArrayList<>();
    BigDecimal left = order.size();
    BigDecimal amount = order.quoteAmount();
    BigDecimal limit = order.price();
    for (int i = 0; i < book.depth(side); i++) {
      BigDecimal price = BigDecimal.valueOf(book.price(side, i), book.priceDigits());
      if (limit != null && compare(side, price, limit) > 0) {
        break;
      }
      BigDecimal wanted = left;
      if (amount != null) {
        BigDecimal lot = order.instrument().rules().lotSize();
        wanted = amount.divide(price.multiply(lot), 0, RoundingMode.FLOOR).multiply(lot);
      }
      BigDecimal shown = BigDecimal.valueOf(book.size(side, i), book.sizeDigits());
      BigDecimal size = shown.subtract(taken.getOrDefault(price, BigDecimal.ZERO)).min(wanted);
      if (size.signum() > 0) {
        takes.add(new Take(price, size));
      }
      if (size.compareTo(wanted) == 0) {
        return new Walk(takes, true);
      }
      left = left == null ? null : left.subtract(size);
      amount = amount == null ? null : amount.subtract(size.multiply(price));
    }
    return new Walk(takes, false);
  }

  /** Negative when {@code a} is better than {@code b} for who rests on the side. */
  private static int compare(Side side, BigDecimal a, BigDecimal b) {
    return side == Side.BUY ? b.compareTo(a) : a.compareTo(b);
  }

  /** How many levels are better than a price. */
  private static int betterLevels(OrderBook book, Side side, BigDecimal price) {
    int low = 0;
    int high = book.depth(side);
    while (low < high) {
      int middle = (low + high) >>> 1;
      BigDecimal p = BigDecimal.valueOf(book.price(side, middle), book.priceDigits());
      if (compare(side, p, price) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static BigDecimal sizeAt(OrderBook book, Side side, BigDecimal price) {
    int level = betterLevels(book, side, price);
    return level < book.depth(side)
            && BigDecimal.valueOf(book.price(side, level), book.priceDigits()).compareTo(price) == 0
        ? BigDecimal.valueOf(book.size(side, level), book.sizeDigits())
        : BigDecimal.ZERO;
  }

  // ---------------------------------------------------------------- orders and money

  private static String lockedAsset(Order order) {
    return order.side() == Side.BUY ? order.instrument().quote() : order.instrument().base();
  }

  /** What an order locks as it arrives: all that it may spend. */
  private BigDecimal needed(Order order, Walk walk) {
    BigDecimal size = order.size();
    if (order.type() != OrderType.MARKET && size != null) {
      return size.multiply(unit(order));
    }
    BigDecimal needed = BigDecimal.ZERO;
    for (Take t : walk.takes) {
      boolean buy = order.side() == Side.BUY;
      needed = needed.add(buy ? t.size.multiply(t.price) : t.size);
    }
    return needed.multiply(fees.costFactor(order));
  }

  /** What a limit order locks for a base unit. */
  private BigDecimal unit(Order order) {
    return order.side() == Side.SELL || order.price() == null
        ? BigDecimal.ONE
        : order.price().multiply(fees.costFactor(order));
  }

  private Fill fill(
      Working w, BigDecimal price, BigDecimal size, Liquidity liquidity, long millis) {
    Order order = w.order;
    Instrument i = order.instrument();
    boolean buy = order.side() == Side.BUY;
    BigDecimal quote = price.multiply(size);
    w.filled = w.filled.add(size);
    w.quoteFilled = w.quoteFilled.add(quote);
    pay(w, Account.MARKET, buy ? quote : size);
    ledger.move(buy ? i.base() : i.quote(), Account.MARKET, Account.FREE, buy ? size : quote);
    Fee fee = fees.estimate(i, order.side(), price, size, liquidity);
    if (fee.asset().equals(lockedAsset(order))) {
      pay(w, Account.FEES, fee.amount());
    } else {
      ledger.move(fee.asset(), Account.FREE, Account.FEES, fee.amount());
    }
    if (order.type() != OrderType.MARKET) {
      // A price better than its own left something over.
      pay(w, Account.FREE, w.locked.subtract(w.remaining().multiply(unit(order))));
    }
    Fill fill =
        Fill.of(i, "paper-" + ++tradeNumber)
            .order(order.clientId(), order.venueId())
            .side(order.side())
            .price(price)
            .size(size)
            .fee(fee)
            .liquidity(liquidity)
            .at(millis)
            .build();
    fills.add(fill);
    if (fills.size() > HISTORY) {
      fills.remove();
    }
    return fill;
  }

  private void pay(Working w, Account to, BigDecimal amount) {
    w.locked = w.locked.subtract(amount);
    ledger.move(lockedAsset(w.order), Account.LOCKED, to, amount);
  }

  private void rest(Market market, Working w) {
    live.put(String.valueOf(w.order.clientId()), w);
    List<Working> orders = market.orders.get(w.order.side());
    int at = 0;
    while (at < orders.size() && compare(w.order.side(), orders.get(at).price(), w.price()) <= 0) {
      at++;
    }
    orders.add(at, w);
  }

  private OrderUpdate finished(Working w, OrderStatus status, List<Fill> made, long millis) {
    String id = String.valueOf(w.order.clientId());
    pay(w, Account.FREE, w.locked);
    if (live.remove(id) != null) {
      markets.get(w.order.instrument()).orders.get(w.order.side()).remove(w);
    }
    ended.put(id, update(w, status, List.of(), millis));
    if (ended.size() > HISTORY) {
      Iterator<String> oldest = ended.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return update(w, status, made, millis);
  }

  private static OrderStatus resting(Working w) {
    return w.filled.signum() > 0 ? OrderStatus.PARTIALLY_FILLED : OrderStatus.OPEN;
  }

  private static OrderUpdate update(Working w, OrderStatus status, List<Fill> made, long millis) {
    return OrderUpdate.of(w.order.instrument(), status)
        .order(w.order.clientId(), w.order.venueId())
        .filled(w.filled)
        .quoteFilled(w.quoteFilled)
        .fills(made)
        .describes(w.order)
        .at(millis)
        .build();
  }
}
