package dev.colibri.connector.engine;

import dev.colibri.connector.engine.PaperOrder.Take;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
import java.util.function.Predicate;
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
 *   <li>What waits for a price arrives when that price is told, and meets the book of then.
 * </ol>
 *
 * <p>Several paper orders share one trade or level, the best price and then the oldest first; they
 * do not trade with each other. Not thread-safe.
 */
final class PaperMatcher {
  /** Orders that ended, and fills, that queries still find. */
  static final int HISTORY = 10_000;

  private final PaperMoney money;
  private final Consumer<OrderUpdate> told;
  private final Map<Instrument, Market> markets = new LinkedHashMap<>();
  private final Map<String, PaperOrder> live = new LinkedHashMap<>();
  private final Map<String, OrderUpdate> ended = new LinkedHashMap<>();
  private final Deque<Fill> fills = new ArrayDeque<>();
  private long orderNumber;
  private long tradeNumber;

  /** One instrument's orders, and what they took of its book. */
  private static final class Market {
    /** By side: the best price first, then the oldest. */
    final Map<Side, List<PaperOrder>> orders = new EnumMap<>(Side.class);

    /** By side of the book and price. */
    final Map<Side, Map<BigDecimal, BigDecimal>> taken = new EnumMap<>(Side.class);

    /** What waits for a price, or for a book since it was reached; the oldest first. */
    final List<PaperOrder> waiting = new ArrayList<>();

    Market() {
      for (Side side : Side.values()) {
        orders.put(side, new ArrayList<>());
        taken.put(side, new TreeMap<>());
      }
    }
  }

  /** What an order takes of a book, and whether that is all it wants. */
  private record Walk(List<Take> takes, boolean whole) {}

  /**
   * A matcher without orders.
   *
   * @param money what stands behind its orders
   * @param told hears of every order that rested and filled; what becomes of an order as it is
   *     placed, changed or canceled is the answer to that
   */
  PaperMatcher(PaperMoney money, Consumer<OrderUpdate> told) {
    this.money = money;
    this.told = told;
  }

  PaperLedger ledger() {
    return money.ledger();
  }

  // ---------------------------------------------------------------- what an account asks

  /**
   * An order arrives.
   *
   * @param book valid
   * @param millis the venue's time of now
   */
  Call<OrderUpdate> place(Order asked, OrderBook book, long millis) {
    PaperOrder w = new PaperOrder(asked, book.venueMillis());
    if (asked.trigger() == null) {
      return enter(w, book, millis);
    }
    named(w);
    live.put(w.id(), w);
    market(asked).waiting.add(w);
    return Call.of(update(w, OrderStatus.OPEN, List.of(), millis));
  }

  private Market market(Order order) {
    return markets.computeIfAbsent(order.instrument(), i -> new Market());
  }

  private void named(PaperOrder w) {
    if (w.order.venueId() == null) {
      w.order = w.order.venueId("paper-" + ++orderNumber);
    }
  }

  /** Goes into the book, and takes what is there for it. */
  private Call<OrderUpdate> enter(PaperOrder w, OrderBook book, long millis) {
    Order order = w.order;
    Market market = market(order);
    BigDecimal room = money.room(order);
    if (room != null && room.signum() == 0) {
      return refused(Fault.Kind.REDUCE_ONLY, order + " finds no position that it could close");
    }
    Walk walk = walk(market, w, order, book);
    if (order.type() == OrderType.LIMIT_MAKER && !walk.takes.isEmpty()) {
      return refused(Fault.Kind.WOULD_CROSS, order + " would trade at once");
    }
    Fault lacks = money.hold(w, order, walk.takes);
    if (lacks != null) {
      return Call.failed(lacks);
    }
    named(w);
    w.behind(book.venueMillis());
    boolean whole = walk.whole && (room == null || room.compareTo(w.remaining()) >= 0);
    List<Fill> made =
        whole || order.timeInForce() != TimeInForce.FOK ? take(market, w, walk, millis) : List.of();
    if (whole && !made.isEmpty()) {
      return Call.of(finished(w, OrderStatus.FILLED, made, millis));
    }
    boolean passing =
        order.timeInForce() == TimeInForce.IOC || order.timeInForce() == TimeInForce.FOK;
    if (order.type() == OrderType.MARKET || passing || isPointless(w)) {
      return Call.of(finished(w, OrderStatus.EXPIRED, made, millis));
    }
    rest(market, w);
    queue(w, book);
    return Call.of(update(w, resting(w), made, millis));
  }

  private List<Fill> take(Market market, PaperOrder w, Walk walk, long millis) {
    List<Fill> made = new ArrayList<>();
    Map<BigDecimal, BigDecimal> taken = market.taken.get(w.order.side().opposite());
    for (Take t : walk.takes) {
      taken.merge(t.price(), t.size(), BigDecimal::add);
      made.add(fill(w, t.price(), t.size(), Liquidity.TAKER, millis));
    }
    if (!made.isEmpty()) {
      expirePointless(w, millis);
    }
    return made;
  }

  private static Call<OrderUpdate> refused(Fault.Kind kind, String why) {
    return Call.failed(Fault.of(kind, "paper: " + why));
  }

  /**
   * An order that rests is to have another price or size. One that only becomes smaller stays where
   * it stands; any other goes behind what is there, and may trade at once.
   *
   * @param book valid
   * @param millis the venue's time of now
   */
  Call<OrderUpdate> amend(Order asked, Order changed, OrderBook book, long millis) {
    PaperOrder w = live.get(String.valueOf(asked.clientId()));
    if (w == null || w.order.trigger() != null && market(w.order).waiting.contains(w)) {
      return refused(Fault.Kind.ORDER_NOT_FOUND, "no resting order " + asked.clientId());
    }
    Order next = changed.venueId(w.order.venueId());
    if (w.remaining(next).signum() <= 0) {
      return refused(Fault.Kind.BAD_SIZE, next + " is no larger than what has filled of it");
    }
    Market market = market(w.order);
    boolean stays =
        compare(next.side(), price(next), w.price()) == 0
            && w.remaining(next).compareTo(w.remaining()) <= 0;
    Walk walk = stays ? new Walk(List.of(), false) : walk(market, w, next, book);
    if (next.type() == OrderType.LIMIT_MAKER && !walk.takes.isEmpty()) {
      return refused(Fault.Kind.WOULD_CROSS, next + " would trade at once");
    }
    Fault lacks = money.hold(w, next, walk.takes);
    if (lacks != null) {
      return Call.failed(lacks);
    }
    if (stays) {
      w.order = next;
      return Call.of(update(w, resting(w), List.of(), millis));
    }
    market.orders.get(next.side()).remove(w);
    w.order = next;
    w.behind(book.venueMillis());
    List<Fill> made = take(market, w, walk, millis);
    if (w.remaining().signum() == 0 || isPointless(w)) {
      boolean all = w.remaining().signum() == 0;
      return Call.of(finished(w, all ? OrderStatus.FILLED : OrderStatus.EXPIRED, made, millis));
    }
    rest(market, w);
    queue(w, book);
    return Call.of(update(w, resting(w), made, millis));
  }

  /**
   * An order is to be canceled.
   *
   * @param millis the venue's time of now
   */
  Call<OrderUpdate> cancel(Order order, long millis) {
    PaperOrder w = live.get(String.valueOf(order.clientId()));
    return w == null
        ? refused(Fault.Kind.ORDER_NOT_FOUND, "no open order " + order.clientId())
        : Call.of(finished(w, OrderStatus.CANCELED, List.of(), millis));
  }

  /** The time of an order is over: that is told, unless it ended before. */
  void expire(Order order, long millis) {
    PaperOrder w = live.get(String.valueOf(order.clientId()));
    if (w != null) {
      told.accept(finished(w, OrderStatus.EXPIRED, List.of(), millis));
    }
  }

  /** The venue cancels every order on some instruments, and tells of it. */
  void cancelAll(Predicate<Instrument> of, long millis) {
    for (PaperOrder w : List.copyOf(live.values())) {
      if (of.test(w.order.instrument())) {
        told.accept(finished(w, OrderStatus.CANCELED, List.of(), millis));
      }
    }
  }

  Call<OrderUpdate> status(Order order, long millis) {
    String id = String.valueOf(order.clientId());
    PaperOrder w = live.get(id);
    OrderUpdate end = ended.get(id);
    if (w == null && end == null) {
      return refused(Fault.Kind.ORDER_NOT_FOUND, "no order " + id);
    }
    return Call.of(w == null ? end : update(w, resting(w), List.of(), millis));
  }

  List<OrderUpdate> openOrders(@Nullable Instrument instrument, long millis) {
    List<OrderUpdate> open = new ArrayList<>();
    for (PaperOrder w : live.values()) {
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
    for (List<PaperOrder> orders : market.orders.values()) {
      for (PaperOrder w : List.copyOf(orders)) {
        if (isLive(w)) {
          queue(w, book);
          cross(market, w, book, millis);
        }
      }
    }
    for (PaperOrder w : List.copyOf(market.waiting)) {
      if (w.triggered && isLive(w)) {
        market.waiting.remove(w);
        arrive(w, book, millis);
      }
    }
  }

  /** An order whose price was reached goes into the book; what it cannot do ends it. */
  private void arrive(PaperOrder w, OrderBook book, long millis) {
    Call<OrderUpdate> entered = enter(w, book, millis);
    if (entered instanceof Call.Done<OrderUpdate> done) {
      told.accept(done.value());
    } else if (entered instanceof Call.Failed<OrderUpdate> failed) {
      w.reject = Orders.reject(failed.fault());
      told.accept(finished(w, OrderStatus.EXPIRED, List.of(), millis));
    }
  }

  private boolean isLive(PaperOrder w) {
    return live.get(w.id()) == w;
  }

  /** Where an order that rests stands, by what the book shows at its price. */
  private static void queue(PaperOrder w, OrderBook book) {
    Side side = w.order.side();
    BigDecimal shown = sizeAt(book, side, w.price());
    BigDecimal ahead = w.ahead;
    if (ahead == null) {
      int depth = book.depth(side);
      if (depth == 0 || betterLevels(book, side, w.price()) < depth) {
        w.ahead = shown;
      }
    } else if (shown.compareTo(ahead) < 0) {
      w.shrink(shown, ahead, book.receivedNanos());
    }
  }

  /** What now rests at the order's price or beyond would have met it. */
  private void cross(Market market, PaperOrder w, OrderBook book, long millis) {
    BigDecimal size = BigDecimal.ZERO;
    Map<BigDecimal, BigDecimal> taken = market.taken.get(w.order.side().opposite());
    for (Take t : walk(market, w, w.order, book).takes) {
      taken.merge(t.price(), t.size(), BigDecimal::add);
      size = size.add(t.size());
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
    for (PaperOrder w : List.copyOf(market.orders.get(side))) {
      int beyond = compare(side, w.price(), price);
      if (left.signum() == 0 || beyond > 0) {
        return;
      }
      boolean before = trade.venueMillis() > 0 && trade.venueMillis() <= w.sinceMillis;
      if (before || !isLive(w)) {
        continue;
      }
      BigDecimal reaching = left;
      if (beyond == 0) {
        reaching = w.pass(left, trade.receivedNanos());
      } else {
        w.ahead = BigDecimal.ZERO;
      }
      BigDecimal size = reaching.min(may(w, w.order));
      if (size.signum() > 0) {
        left = left.subtract(size);
        tellFill(w, size, millis);
      }
    }
  }

  /**
   * A price was told that orders may wait for.
   *
   * @return whether one of them is to go into the book now, which the next {@link #book} lets it
   */
  boolean price(Instrument instrument, Trigger.By by, BigDecimal price) {
    Market market = markets.get(instrument);
    boolean any = false;
    for (PaperOrder w : market == null ? List.<PaperOrder>of() : market.waiting) {
      Trigger t = w.order.trigger();
      if (t != null && t.by() == by) {
        int above = price.compareTo(t.price());
        w.triggered |= t.isAbove(w.order.side()) ? above >= 0 : above <= 0;
      }
      any |= w.triggered;
    }
    return any;
  }

  /** Whether something waits for a price of an instrument. */
  boolean isWaiting(Instrument instrument) {
    Market market = markets.get(instrument);
    return market != null && !market.waiting.isEmpty();
  }

  /** An order that rested fills, at its own price. */
  private void tellFill(PaperOrder w, BigDecimal size, long millis) {
    List<Fill> made = List.of(fill(w, w.price(), size, Liquidity.MAKER, millis));
    OrderStatus status =
        w.remaining().signum() == 0
            ? OrderStatus.FILLED
            : isPointless(w) ? OrderStatus.EXPIRED : OrderStatus.PARTIALLY_FILLED;
    told.accept(
        status.isTerminal() ? finished(w, status, made, millis) : update(w, status, made, millis));
    expirePointless(w, millis);
  }

  // ---------------------------------------------------------------- the book

  /** The most that may fill of an order, as it is or as changed; 0 for one by quote amount. */
  private BigDecimal may(PaperOrder w, Order as) {
    BigDecimal room = money.room(as);
    return room == null ? w.remaining(as) : w.remaining(as).min(room);
  }

  /** What an order takes now if it may. */
  private Walk walk(Market market, PaperOrder w, Order order, OrderBook book) {
    Side side = order.side().opposite();
    Map<BigDecimal, BigDecimal> taken = market.taken.get(side);
    List<Take> takes = new ArrayList<>();
    BigDecimal amount = order.quoteAmount();
    BigDecimal left = amount == null ? may(w, order) : money.room(order);
    BigDecimal limit = order.price();
    for (int i = 0; i < book.depth(side); i++) {
      BigDecimal price = BigDecimal.valueOf(book.price(side, i), book.priceDigits());
      if (limit != null && compare(side, price, limit) > 0) {
        break;
      }
      BigDecimal wanted = left;
      if (amount != null) {
        BigDecimal lot = order.instrument().rules().lotSize();
        BigDecimal most = amount.divide(price.multiply(lot), 0, RoundingMode.FLOOR).multiply(lot);
        wanted = left == null ? most : most.min(left);
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

  // ---------------------------------------------------------------- orders

  private static BigDecimal price(Order order) {
    return order.price() == null ? BigDecimal.ZERO : order.price();
  }

  private Fill fill(
      PaperOrder w, BigDecimal price, BigDecimal size, Liquidity liquidity, long millis) {
    Order order = w.order;
    w.filled = w.filled.add(size);
    w.quoteFilled = w.quoteFilled.add(price.multiply(size));
    Fee fee = money.filled(w, price, size, liquidity);
    Fill fill =
        Fill.of(order.instrument(), tradeId())
            .order(order.clientId(), order.venueId())
            .side(order.side())
            .price(price)
            .size(size)
            .fee(fee)
            .liquidity(liquidity)
            .position(order.positionSide())
            .at(millis)
            .build();
    remember(fill);
    return fill;
  }

  /** A fresh id of a trade. */
  String tradeId() {
    return "paper-" + ++tradeNumber;
  }

  /** A fill that queries are to find. */
  void remember(Fill fill) {
    fills.add(fill);
    if (fills.size() > HISTORY) {
      fills.remove();
    }
  }

  /** Whether an order may only close what is not held any more. */
  private boolean isPointless(PaperOrder w) {
    BigDecimal room = money.room(w.order);
    return room != null && room.signum() == 0;
  }

  /** Orders that may only close end when there is nothing left to close, as venues do. */
  private void expirePointless(PaperOrder filled, long millis) {
    Market market = market(filled.order);
    for (List<PaperOrder> orders : market.orders.values()) {
      for (PaperOrder w : List.copyOf(orders)) {
        if (w != filled && isLive(w) && isPointless(w)) {
          told.accept(finished(w, OrderStatus.EXPIRED, List.of(), millis));
        }
      }
    }
  }

  private void rest(Market market, PaperOrder w) {
    live.put(w.id(), w);
    List<PaperOrder> orders = market.orders.get(w.order.side());
    int at = 0;
    while (at < orders.size() && compare(w.order.side(), orders.get(at).price(), w.price()) <= 0) {
      at++;
    }
    orders.add(at, w);
  }

  private OrderUpdate finished(PaperOrder w, OrderStatus status, List<Fill> made, long millis) {
    money.release(w);
    if (live.remove(w.id()) != null) {
      Market market = market(w.order);
      market.orders.get(w.order.side()).remove(w);
      market.waiting.remove(w);
    }
    ended.put(w.id(), update(w, status, List.of(), millis));
    if (ended.size() > HISTORY) {
      Iterator<String> oldest = ended.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return update(w, status, made, millis);
  }

  private static OrderStatus resting(PaperOrder w) {
    return w.filled.signum() > 0 ? OrderStatus.PARTIALLY_FILLED : OrderStatus.OPEN;
  }

  private static OrderUpdate update(
      PaperOrder w, OrderStatus status, List<Fill> made, long millis) {
    return OrderUpdate.of(w.order.instrument(), status)
        .order(w.order.clientId(), w.order.venueId())
        .filled(w.filled)
        .quoteFilled(w.quoteFilled)
        .fills(made)
        .describes(w.order)
        .reject(w.reject)
        .at(millis)
        .build();
  }
}
