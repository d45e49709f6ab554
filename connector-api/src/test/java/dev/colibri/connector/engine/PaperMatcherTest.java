package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.PaperLedger.Account;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.FeeCharge;
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
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A market whose prices have one digit and whose sizes have two; fees are 0.1 %. */
class PaperMatcherTest {
  private static final Instrument BTC = Books.instrument("BTC");
  private static final Map<String, String> RICH =
      new TreeMap<>(Map.of("USD", "10000", "BTC", "50"));

  private final List<OrderUpdate> told = new ArrayList<>();
  private PaperMatcher matcher = matcher(FeeCharge.DEDUCTED_FROM_RETURNS, RICH);
  private long millis = 1_000;
  private long nanos = Books.SECOND;
  private int ids;
  private OrderBook book = book("99=5 98=5", "101=5 102=5");

  private PaperMatcher matcher(FeeCharge buyFee, Map<String, String> balances) {
    return matcher(new Fees(new OrderDesk(buyFee).profile), balances);
  }

  private PaperMatcher matcher(Fees fees, Map<String, String> balances) {
    PaperLedger ledger = new PaperLedger(PaperAccount.of(balances).balances());
    return new PaperMatcher(new PaperWallet(fees, ledger), told::add);
  }

  private OrderBook book(String bids, String asks) {
    return new BookCopy(
        BTC, BookState.VALID, "", 0, 1, 1, millis, nanos, 1, 2, side(bids, 1), side(asks, -1));
  }

  /** Best first in the text, best last in the array. */
  private static long[] side(String text, int sign) {
    List<String> levels = text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    long[] array = new long[2 * levels.size()];
    for (int i = 0; i < levels.size(); i++) {
      String[] level = levels.get(levels.size() - 1 - i).split("=");
      array[2 * i] = sign * new BigDecimal(level[0]).movePointRight(1).longValueExact();
      array[2 * i + 1] = new BigDecimal(level[1]).movePointRight(2).longValueExact();
    }
    return array;
  }

  private void shows(String bids, String asks) {
    pass(100);
    book = book(bids, asks);
    matcher.book(book, millis);
  }

  private void trades(Side taker, String price, String size) {
    pass(1);
    trades(taker, price, size, millis);
  }

  private void trades(Side taker, String price, String size, long at) {
    TradeSlot slot = new TradeSlot();
    slot.set(
        BTC,
        taker,
        new BigDecimal(price).movePointRight(1).longValueExact(),
        new BigDecimal(size).movePointRight(2).longValueExact(),
        1,
        at,
        nanos);
    matcher.trade(slot, millis);
  }

  private void pass(long ms) {
    millis += ms;
    nanos += ms * 1_000_000;
  }

  private Call<OrderUpdate> ask(Order order) {
    return matcher.place(order.clientId("cb" + ++ids), book, millis);
  }

  private OrderUpdate place(Order order) {
    return ((Call.Done<OrderUpdate>) ask(order)).value();
  }

  private Fault.Kind refused(Order order) {
    return ((Call.Failed<OrderUpdate>) ask(order)).fault().kind();
  }

  private static String show(OrderUpdate u) {
    StringBuilder s = new StringBuilder(u.status().name());
    for (Fill f : u.fills()) {
      s.append(' ').append(f.liquidity()).append(' ').append(plain(f.size()));
      s.append('@').append(plain(f.price()));
    }
    return s.toString();
  }

  private static String plain(BigDecimal n) {
    return n.stripTrailingZeros().toPlainString();
  }

  private String told() {
    List<String> lines = told.stream().map(PaperMatcherTest::show).toList();
    told.clear();
    return String.join("; ", lines);
  }

  /** Free and locked. */
  private String held(String asset) {
    return plain(matcher.ledger().get(asset, Account.FREE))
        + "+"
        + plain(matcher.ledger().get(asset, Account.LOCKED));
  }

  private static Order buy(String size) {
    return Order.buy(BTC).size(size);
  }

  private static Order sell(String size) {
    return Order.sell(BTC).size(size);
  }

  // ---------------------------------------------------------------- taking

  @Test
  void a_market_order_walks_the_book_level_by_level_at_the_prices_that_are_there() {
    OrderUpdate u = place(buy("7").market());

    assertEquals("FILLED TAKER 5@101 TAKER 2@102", show(u));
    assertEquals("709", plain(u.quoteFilled()));
    assertNotEquals(u.fills().get(0).tradeId(), u.fills().get(1).tradeId());
  }

  @Test
  void a_thin_book_fills_and_charges_what_it_has_and_the_rest_expires() {
    shows("", "100=2");
    OrderUpdate u = place(buy("4").market());

    assertEquals("EXPIRED TAKER 2@100", show(u));
    assertEquals("2", plain(u.filled()));
    assertEquals("9800+0", held("USD"));
    assertEquals("51.998+0", held("BTC"));
    assertEquals("EXPIRED", show(place(buy("1").market())));
    assertEquals("100.0", book.bestAsk().price().toPlainString());
  }

  @Test
  void what_was_taken_of_a_level_stays_taken_and_only_what_is_added_to_it_is_new() {
    place(buy("4").market());
    assertEquals("EXPIRED TAKER 1@101", show(place(buy("2").limit("101").ioc())));

    shows("99=5", "101=3 102=5");
    assertEquals("EXPIRED", show(place(buy("2").limit("101").ioc())));
    shows("99=5", "101=4 102=5");
    assertEquals("EXPIRED TAKER 1@101", show(place(buy("2").limit("101").ioc())));
    shows("99=5", "102=5");
    shows("99=5", "101=3 102=5");
    assertEquals("FILLED TAKER 2@101", show(place(buy("2").limit("101").ioc())));
  }

  @Test
  void a_market_order_by_quote_amount_spends_no_more_than_that() {
    OrderUpdate u = place(Order.buy(BTC).market().quoteAmount("600"));
    assertEquals("FILLED TAKER 5@101 TAKER 0.93@102", show(u));

    OrderUpdate s = place(Order.sell(BTC).market().quoteAmount("100"));
    assertEquals("FILLED TAKER 1.01@99", show(s));
    assertEquals("EXPIRED", show(place(Order.buy(BTC).market().quoteAmount("0.5"))));
  }

  @Test
  void immediate_or_cancel_takes_up_to_its_price_and_expires() {
    assertEquals("EXPIRED TAKER 5@101", show(place(buy("7").limit("101").ioc())));
  }

  @Test
  void fill_or_kill_takes_all_or_nothing() {
    assertEquals("EXPIRED", show(place(buy("7").limit("101").fok())));
    assertEquals("FILLED TAKER 5@101 TAKER 2@102", show(place(buy("7").limit("102").fok())));
  }

  @Test
  void a_limit_order_that_crosses_takes_and_rests_with_what_is_left() {
    OrderUpdate u = place(buy("7").limit("101"));

    assertEquals("PARTIALLY_FILLED TAKER 5@101", show(u));
    shows("99=5", "101=4.9 102=5");
    assertEquals("", told(), "somebody else took of a level that it had emptied");
    shows("99=5", "101=5.4 102=5");
    assertEquals("PARTIALLY_FILLED MAKER 0.5@101", told());
  }

  @Test
  void a_post_only_order_rests_or_is_refused() {
    assertEquals(Fault.Kind.WOULD_CROSS, refused(buy("1").limit("101").postOnly()));
    OrderUpdate u = place(buy("1").limit("100").postOnly());

    assertEquals("OPEN", show(u));
    assertEquals(1, matcher.openOrders(null, millis).size());
    assertEquals("paper-1", u.venueId());
  }

  // ---------------------------------------------------------------- resting

  @Test
  void a_small_trade_beyond_the_price_fills_no_more_than_its_size() {
    place(buy("4").limit("100"));
    trades(Side.SELL, "99.9", "0.01");
    assertEquals("PARTIALLY_FILLED MAKER 0.01@100", told());

    trades(Side.SELL, "99.9", "10");
    assertEquals("FILLED MAKER 3.99@100", told());
    trades(Side.SELL, "99.9", "10");
    assertEquals("", told());
  }

  @Test
  void a_trade_at_the_price_fills_what_is_behind_the_queue() {
    place(buy("2").limit("99"));
    trades(Side.SELL, "99", "4");
    assertEquals("", told());
    trades(Side.SELL, "99", "1.5");
    assertEquals("PARTIALLY_FILLED MAKER 0.5@99", told());
    trades(Side.BUY, "99", "5");
    trades(Side.BUY, "101", "5");
    assertEquals("", told());
  }

  @Test
  void a_level_that_shrinks_brings_the_order_forward_and_one_that_grows_does_not_push_it_back() {
    place(buy("1").limit("99"));
    shows("99=2 98=5", "101=5");
    shows("99=9 98=5", "101=5");
    pass(2_000);
    trades(Side.SELL, "99", "2.25");

    assertEquals("PARTIALLY_FILLED MAKER 0.25@99", told());
  }

  @Test
  void a_trade_that_the_book_showed_before_is_not_counted_twice() {
    place(buy("1").limit("99"));
    shows("99=2 98=5", "101=5");
    trades(Side.SELL, "99", "3");
    assertEquals("", told());
    trades(Side.SELL, "99", "2");
    assertEquals("", told());
    trades(Side.SELL, "99", "1");
    assertEquals("FILLED MAKER 1@99", told());
  }

  @Test
  void a_trade_from_before_the_order_came_says_nothing_about_it() {
    shows("", "101=5");
    place(buy("1").limit("99"));
    trades(Side.SELL, "98", "5", millis);
    assertEquals("", told());
    pass(1);
    trades(Side.SELL, "98", "5", millis);
    assertEquals("FILLED MAKER 1@99", told());
  }

  @Test
  void a_book_that_crosses_the_price_fills_what_crosses_once() {
    place(buy("4").limit("100"));
    shows("99=5", "100=1 100.1=9");
    assertEquals("PARTIALLY_FILLED MAKER 1@100", told());
    shows("99=5", "100=1 100.1=8");
    assertEquals("", told());
    shows("99=5", "99.5=2 100=1");
    assertEquals("PARTIALLY_FILLED MAKER 2@100", told());
  }

  @Test
  void an_order_below_what_the_book_shows_stands_behind_all_that_appears_there() {
    place(buy("1").limit("90"));
    trades(Side.SELL, "90", "9");
    assertEquals("", told());
    shows("91=1 90=7 89=1", "101=5");
    trades(Side.SELL, "90", "7");
    assertEquals("", told());
    trades(Side.SELL, "90", "1");
    assertEquals("FILLED MAKER 1@90", told());
  }

  @Test
  void orders_of_one_account_share_a_trade_the_best_price_and_then_the_oldest_first() {
    place(buy("2").limit("99.5"));
    place(buy("1").limit("99.6"));
    place(buy("3").limit("99.5"));
    trades(Side.SELL, "99.5", "4");

    assertEquals("FILLED MAKER 1@99.6; FILLED MAKER 2@99.5; PARTIALLY_FILLED MAKER 1@99.5", told());
    assertEquals("cb3", matcher.openOrders(null, millis).get(0).clientId());
  }

  @Test
  void sells_rest_and_fill_as_buys_do() {
    place(sell("2").limit("101"));
    place(sell("1").limit("100.5"));
    trades(Side.BUY, "101", "6.5");
    assertEquals("FILLED MAKER 1@100.5; PARTIALLY_FILLED MAKER 0.5@101", told());
    shows("101.5=1 99=5", "102=5");
    assertEquals("PARTIALLY_FILLED MAKER 1@101", told());
    trades(Side.BUY, "102", "3");
    assertEquals("FILLED MAKER 0.5@101", told());
  }

  @Test
  void while_the_book_is_not_valid_orders_wait_and_trades_still_fill() {
    place(buy("2").limit("100"));
    matcher.book(
        new BookCopy(BTC, BookState.GAP, "", 0, 1, 1, 0, nanos, 1, 2, new long[0], new long[0]),
        millis);
    assertEquals("", told());
    trades(Side.SELL, "99", "1");
    assertEquals("PARTIALLY_FILLED MAKER 1@100", told());
  }

  @Test
  void a_canceled_order_ends_with_what_it_filled() {
    OrderUpdate placed = place(buy("2").limit("100"));
    trades(Side.SELL, "99", "1");
    Order order = buy("2").limit("100").clientId(String.valueOf(placed.clientId()));
    OrderUpdate end = ((Call.Done<OrderUpdate>) matcher.cancel(order, millis)).value();

    assertEquals(OrderStatus.CANCELED, end.status());
    assertEquals("1", plain(end.filled()));
    assertEquals("9900+0", held("USD"));
    assertTrue(
        matcher.cancel(order, millis) instanceof Call.Failed<OrderUpdate> f
            && f.fault().kind() == Fault.Kind.ORDER_NOT_FOUND);
    assertEquals(
        "CANCELED", show(((Call.Done<OrderUpdate>) matcher.status(order, millis)).value()));
  }

  // ---------------------------------------------------------------- changing

  private Call<OrderUpdate> amend(OrderUpdate placed, Order changed) {
    Order order = placed.order();
    return matcher.amend(order, changed.clientId(String.valueOf(order.clientId())), book, millis);
  }

  private OrderUpdate amended(OrderUpdate placed, Order changed) {
    return ((Call.Done<OrderUpdate>) amend(placed, changed)).value();
  }

  private Fault.Kind notAmended(OrderUpdate placed, Order changed) {
    return ((Call.Failed<OrderUpdate>) amend(placed, changed)).fault().kind();
  }

  @Test
  void an_order_that_becomes_smaller_keeps_its_place_and_gives_back_what_it_locked() {
    OrderUpdate placed = place(buy("2").limit("99"));
    trades(Side.SELL, "99", "4");
    OrderUpdate u = amended(placed, buy("1").limit("99"));

    assertEquals("1", plain(u.order().size()));
    assertEquals("9901+99", held("USD"));
    trades(Side.SELL, "99", "1.5");
    assertEquals("PARTIALLY_FILLED MAKER 0.5@99", told());
  }

  @Test
  void any_other_change_goes_behind_everything_at_its_price() {
    OrderUpdate placed = place(buy("2").limit("99"));
    trades(Side.SELL, "99", "4");
    amended(placed, buy("3").limit("99"));
    assertEquals("9703+297", held("USD"));
    trades(Side.SELL, "99", "5");
    assertEquals("", told());
    amended(placed, buy("3").limit("98"));
    trades(Side.SELL, "98", "5");
    assertEquals("", told());
    trades(Side.SELL, "98", "1");
    assertEquals("PARTIALLY_FILLED MAKER 1@98", told());
    assertEquals("paper-1", matcher.openOrders(null, millis).get(0).venueId());
  }

  @Test
  void a_change_that_crosses_takes_and_a_post_only_order_stays_as_it_was() {
    OrderUpdate placed = place(buy("2").limit("99"));
    assertEquals("FILLED TAKER 2@101", show(amended(placed, buy("2").limit("101"))));
    OrderUpdate maker = place(buy("2").limit("99").postOnly());
    assertEquals(Fault.Kind.WOULD_CROSS, notAmended(maker, buy("2").limit("101").postOnly()));
    assertEquals("99", plain(matcher.openOrders(null, millis).get(0).order().price()));
  }

  @Test
  void a_change_that_cannot_be_leaves_the_order_as_it_was() {
    OrderUpdate placed = place(buy("2").limit("100"));
    trades(Side.SELL, "99", "1");
    told();
    assertEquals(Fault.Kind.BAD_SIZE, notAmended(placed, buy("1").limit("100")));
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, notAmended(placed, buy("200").limit("99")));
    assertEquals("9800+100", held("USD"));
    matcher.cancel(placed.order(), millis);
    assertEquals(Fault.Kind.ORDER_NOT_FOUND, notAmended(placed, buy("3").limit("100")));
  }

  // ---------------------------------------------------------------- waiting

  @Test
  void what_waits_for_a_price_locks_nothing_and_meets_the_book_of_then() {
    Trigger stop = Trigger.stop("98").by(Trigger.By.LAST);
    assertEquals("OPEN", show(place(sell("2").market().trigger(stop))));
    assertEquals("50+0", held("BTC"));
    assertFalse(matcher.price(BTC, Trigger.By.LAST, new BigDecimal("98.1")));
    assertFalse(matcher.price(BTC, Trigger.By.MARK, new BigDecimal("97")));
    assertTrue(matcher.price(BTC, Trigger.By.LAST, new BigDecimal("98")));
    shows("97=1 96=5", "98=5");
    assertEquals("FILLED TAKER 1@97 TAKER 1@96", told());
    assertEquals(List.of(), matcher.openOrders(null, millis));
  }

  @Test
  void what_cannot_be_then_ends_and_says_why() {
    place(sell("60").limit("97").trigger(Trigger.stop("98").by(Trigger.By.LAST)));
    matcher.price(BTC, Trigger.By.LAST, new BigDecimal("98"));
    matcher.book(book, millis);
    assertEquals(OrderStatus.EXPIRED, told.get(0).status());
    assertTrue(told.get(0).reject() instanceof Reject.InsufficientFunds);
  }

  @Test
  void what_is_good_till_a_time_rests_until_then() {
    Order order = buy("1").limit("90").goodTill(Instant.ofEpochMilli(5_000)).clientId("till");
    OrderUpdate u = ((Call.Done<OrderUpdate>) matcher.place(order, book, millis)).value();
    assertEquals("OPEN", show(u));
    matcher.expire(order, 5_000);
    assertEquals("EXPIRED", told());
    assertEquals("10000+0", held("USD"));
    matcher.expire(order, 5_001);
    assertEquals("", told());
  }

  // ---------------------------------------------------------------- money

  @Test
  void a_resting_order_locks_what_it_may_spend_and_another_cannot_spend_it_too() {
    place(buy("90").limit("100"));
    assertEquals("1000+9000", held("USD"));
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, refused(buy("11").limit("98")));
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, refused(buy("10").market()));
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, refused(sell("51").limit("110")));
    assertEquals("1000+9000", held("USD"));
  }

  @Test
  void a_better_price_gives_back_what_was_locked_for_the_limit() {
    place(buy("7").limit("110"));

    assertEquals("9291+0", held("USD"));
    assertEquals("56.993+0", held("BTC"));
  }

  @Test
  void a_fee_on_top_of_the_cost_is_locked_with_it() {
    matcher = matcher(FeeCharge.ADDED_TO_COST, RICH);
    place(buy("10").limit("100"));
    assertEquals("8999+1001", held("USD"));
    trades(Side.SELL, "99", "4");

    assertEquals("8999+600.6", held("USD"));
    assertEquals("54+0", held("BTC"));
    assertEquals("0.4", plain(matcher.ledger().get("USD", Account.FEES)));
  }

  @Test
  void a_sell_pays_its_fee_out_of_the_proceeds() {
    place(sell("1").market());

    assertEquals("10098.901+0", held("USD"));
    assertEquals("49+0", held("BTC"));
  }

  @Test
  void makers_and_takers_are_charged_the_rates_of_the_account() {
    Fees fees = new Fees(new OrderDesk().profile);
    fees.rates(List.of(new FeeRate(null, new BigDecimal("-0.0001"), new BigDecimal("0.0002"))));
    matcher = matcher(fees, RICH);
    Fill taker = place(buy("1").market()).fills().get(0);
    place(buy("1").limit("100"));
    trades(Side.SELL, "99", "1");
    Fill maker = told.get(0).fills().get(0);

    assertEquals("0.0002 BTC", plain(taker.fee().amount()) + " " + taker.fee().asset());
    assertEquals("-0.0001 BTC", plain(maker.fee().amount()) + " " + maker.fee().asset());
    assertEquals(
        List.of(Liquidity.TAKER, Liquidity.MAKER), List.of(taker.liquidity(), maker.liquidity()));
  }

  @Test
  void fills_are_found_by_order_and_by_time() {
    place(buy("1").market());
    long later = millis += 1;
    OrderUpdate second = place(sell("7").market());

    assertEquals(3, matcher.fills(FillQuery.since(BTC, 0)).size());
    assertEquals(2, matcher.fills(FillQuery.since(BTC, later)).size());
    Order order = sell("7").market().clientId("cb2").venueId(second.venueId());
    assertEquals(2, matcher.fills(FillQuery.of(order)).size());
  }

  /** Whatever happens, money is neither made nor lost, and never spent twice. */
  @ParameterizedTest
  @EnumSource(FeeCharge.class)
  void the_ledger_is_conserved(FeeCharge buyFee) {
    int filled = 0;
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      told.clear();
      matcher = matcher(buyFee, new TreeMap<>(Map.of("USD", "3000", "BTC", "20")));
      List<Order> placed = new ArrayList<>();
      List<Fill> fills = new ArrayList<>();
      for (int step = 0; step < 300; step++) {
        pass(1 + random.nextInt(400));
        switch (random.nextInt(5)) {
          case 0 -> {
            Order order = randomOrder(random).clientId("cb" + ++ids);
            if (matcher.place(order, book, millis) instanceof Call.Done<OrderUpdate> d) {
              fills.addAll(d.value().fills());
              placed.add(order);
            }
          }
          case 1 -> {
            if (!placed.isEmpty()) {
              matcher.cancel(placed.get(random.nextInt(placed.size())), millis);
            }
          }
          case 2, 3 -> shows(randomSide(random, 100, -1), randomSide(random, 101, 1));
          default ->
              trades(
                  random.nextBoolean() ? Side.BUY : Side.SELL,
                  String.valueOf(97 + random.nextInt(8)),
                  "0." + (10 + random.nextInt(80)));
        }
        told.forEach(u -> fills.addAll(u.fills()));
        told.clear();
        verify(buyFee, placed, fills);
      }
      filled += fills.size();
    }
    assertTrue(filled > 1_000, "too little happened: " + filled);
  }

  private static Order randomOrder(SplittableRandom random) {
    Order order = Order.of(BTC, random.nextBoolean() ? Side.BUY : Side.SELL);
    BigDecimal price = BigDecimal.valueOf(960 + random.nextInt(90), 1);
    BigDecimal size = BigDecimal.valueOf(1 + random.nextInt(900), 2);
    return switch (random.nextInt(6)) {
      case 0 -> order.market().size(size);
      case 1 -> order.market().quoteAmount(size.multiply(price).setScale(2, RoundingMode.FLOOR));
      case 2 -> order.limit(price).size(size).ioc();
      case 3 -> order.limit(price).size(size).fok();
      case 4 -> order.limit(price).size(size).postOnly();
      default -> order.limit(price).size(size);
    };
  }

  private static String randomSide(SplittableRandom random, int from, int step) {
    List<String> levels = new ArrayList<>();
    int price = from + step * random.nextInt(3);
    for (int i = 0; i < random.nextInt(5); i++) {
      levels.add(price + "=" + (1 + random.nextInt(6)));
      price += step * (1 + random.nextInt(2));
    }
    return String.join(" ", levels);
  }

  private void verify(FeeCharge buyFee, List<Order> placed, List<Fill> fills) {
    Map<String, BigDecimal> total = new TreeMap<>();
    total.put("USD", new BigDecimal("3000"));
    total.put("BTC", new BigDecimal("20"));
    Map<String, BigDecimal> byOrder = new TreeMap<>();
    for (Fill f : fills) {
      boolean buy = f.side() == Side.BUY;
      total.merge("BTC", buy ? f.size() : f.size().negate(), BigDecimal::add);
      total.merge("USD", buy ? f.quoteSize().negate() : f.quoteSize(), BigDecimal::add);
      total.merge(f.fee().asset(), f.fee().amount().negate(), BigDecimal::add);
      byOrder.merge(f.clientId(), f.size(), BigDecimal::add);
    }
    PaperLedger ledger = matcher.ledger();
    for (String asset : List.of("BTC", "USD")) {
      BigDecimal free = ledger.get(asset, Account.FREE);
      BigDecimal locked = ledger.get(asset, Account.LOCKED);
      assertEquals(plain(total.get(asset)), plain(free.add(locked)));
      assertTrue(free.signum() >= 0 && locked.signum() >= 0, asset + " is overdrawn");
      BigDecimal all =
          free.add(locked)
              .add(ledger.get(asset, Account.MARKET))
              .add(ledger.get(asset, Account.FEES));
      assertEquals(asset.equals("USD") ? "3000" : "20", plain(all));
    }
    for (Order o : placed) {
      BigDecimal filled = byOrder.getOrDefault(o.clientId(), BigDecimal.ZERO);
      assertTrue(o.size() == null || filled.compareTo(o.size()) <= 0, o + " filled " + filled);
    }
    BigDecimal lockedBase = BigDecimal.ZERO;
    BigDecimal lockedQuote = BigDecimal.ZERO;
    String onTop = buyFee == FeeCharge.ADDED_TO_COST ? "1.001" : "1";
    for (OrderUpdate u : matcher.openOrders(null, millis)) {
      Order o = u.order();
      assertTrue(o.timeInForce() == TimeInForce.GTC && o.type() != OrderType.MARKET);
      BigDecimal remaining = o.size().subtract(u.filled());
      if (o.side() == Side.SELL) {
        lockedBase = lockedBase.add(remaining);
      } else {
        lockedQuote =
            lockedQuote.add(remaining.multiply(o.price()).multiply(new BigDecimal(onTop)));
      }
    }
    assertEquals(plain(lockedBase), plain(ledger.get("BTC", Account.LOCKED)));
    assertEquals(plain(lockedQuote), plain(ledger.get("USD", Account.LOCKED)));
  }
}
