package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.d;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private OrderDesk desk;
  private Fees fees;
  private Balances balances;
  private Budget budget;

  private void account(FeeCharge buyFee, String usd, String btc) {
    desk = new OrderDesk(buyFee);
    fees = new Fees(desk.profile);
    balances = new Balances(desk.profile, desk.orders, fees);
    budget = new Budget(balances, fees);
    balances.answered(
        List.of(Balance.of("USD", d(usd), d("0")), Balance.of("BTC", d(btc), d("0"))),
        true,
        desk.now,
        desk.now);
  }

  private Refused refused(Order order, OrderBook book) {
    Refused r = assertThrows(Refused.class, () -> budget.check(order, book));
    assertEquals(Rule.BUDGET, r.rule());
    return r;
  }

  private static void assertAmount(String expected, BigDecimal actual) {
    assertEquals(0, d(expected).compareTo(actual), "expected " + expected + ", was " + actual);
  }

  /** Asks of 1 at 100 and 1 at 102, bids of 1 at 99 and 1 at 97, in cents and hundredths. */
  private record Ladder(BookState state) implements OrderBook {
    @Override
    public Instrument instrument() {
      return BTC;
    }

    @Override
    public long stateSinceNanos() {
      return 0;
    }

    @Override
    public long sequence() {
      return 1;
    }

    @Override
    public int epoch() {
      return 1;
    }

    @Override
    public long venueMillis() {
      return 0;
    }

    @Override
    public long receivedNanos() {
      return 0;
    }

    @Override
    public int priceDigits() {
      return 2;
    }

    @Override
    public int sizeDigits() {
      return 2;
    }

    @Override
    public int depth(Side side) {
      return 2;
    }

    @Override
    public long price(Side side, int level) {
      return side == Side.SELL ? 10_000 + 200L * level : 9_900 - 200L * level;
    }

    @Override
    public long size(Side side, int level) {
      return 100;
    }

    @Override
    public OrderBook copy() {
      return this;
    }
  }

  private static final OrderBook BOOK = new Ladder(BookState.VALID);

  @Test
  void aBuyWithItsFeeOnTopIsCutToWhatIsAffordable() {
    account(FeeCharge.ADDED_TO_COST, "100", "0");
    Refused r = refused(Order.buy(BTC).limit("100").size("2"), null);
    assertEquals("200.2", r.value());
    assertAmount("0.99", r.nearest());
    assertNull(budget.check(Order.buy(BTC).limit("100").size("0.99"), null));
  }

  @Test
  void aBuyWhoseFeeComesOffWhatItReceivesMaySpendEverything() {
    account(FeeCharge.DEDUCTED_FROM_RETURNS, "100", "0");
    assertNull(budget.check(Order.buy(BTC).limit("100").size("1"), null));
    assertAmount("1", refused(Order.buy(BTC).limit("100").size("1.01"), null).nearest());
  }

  @Test
  void sellsInARowLeaveLessAndLess() {
    account(FeeCharge.ADDED_TO_COST, "0", "1");
    Order sell = Order.sell(BTC).limit("100").size("0.6");
    budget.check(sell, null);
    desk.takes(sell.clientId("a"));
    assertAmount("0.4", refused(sell, null).nearest());
    desk.takes(sell.size("0.4").clientId("b"));
    assertNull(refused(sell, null).nearest(), "nothing is left");
  }

  @Test
  void anAffordableSizeBelowTheVenuesLeastIsNone() {
    account(FeeCharge.ADDED_TO_COST, "0.9", "0");
    Refused r = refused(Order.buy(BTC).limit("100").size("1"), null);
    assertNull(r.nearest());
    assertTrue(r.getMessage().contains("no lawful size is affordable"), r.getMessage());
  }

  @Test
  void aMarketOrderIsPricedByTheWorstLevelThatItMeets() {
    account(FeeCharge.ADDED_TO_COST, "1000", "5");
    assertAmount("100", budget.check(Order.buy(BTC).market().size("1"), BOOK));
    assertAmount("102", budget.check(Order.buy(BTC).market().size("1.5"), BOOK));
    assertAmount("97", budget.check(Order.sell(BTC).market().size("2"), BOOK));
    account(FeeCharge.ADDED_TO_COST, "150", "0");
    assertAmount("1.46", refused(Order.buy(BTC).market().size("1.5"), BOOK).nearest());
  }

  @Test
  void aMarketOrderByQuoteAmountNeedsThatMuchOrTheBaseForIt() {
    account(FeeCharge.ADDED_TO_COST, "100", "1");
    assertAmount("99.9", refused(Order.buy(BTC).market().quoteAmount("100.0"), BOOK).nearest());
    assertAmount("100", budget.check(Order.buy(BTC).market().quoteAmount("99.9"), BOOK));
    assertNull(
        budget.check(Order.buy(BTC).market().quoteAmount("99.9"), null),
        "what it spends needs no book");
    assertAmount("99.9", refused(Order.buy(BTC).market().quoteAmount("100.0"), null).nearest());
    assertAmount("97", refused(Order.sell(BTC).market().quoteAmount("150"), BOOK).nearest());
  }

  @Test
  void withoutAWholeBookAMarketOrderIsRefusedWithWhatToDo() {
    account(FeeCharge.ADDED_TO_COST, "1000", "5");
    Order market = Order.buy(BTC).market().size("1");
    assertTrue(refused(market, null).getMessage().contains("say limit(price)"));
    refused(market, new Ladder(BookState.GAP));
    assertTrue(refused(market.size("3"), BOOK).getMessage().contains("too thin"));
  }

  @Test
  void beforeTheBalancesAreKnownItSaysSo() {
    account(FeeCharge.ADDED_TO_COST, "1", "0");
    Budget fresh = new Budget(new Balances(desk.profile, desk.orders, fees), fees);
    Refused r =
        assertThrows(Refused.class, () -> fresh.check(Order.buy(BTC).limit("100").size("1"), null));
    assertTrue(r.getMessage().contains("not known yet"), r.getMessage());
  }

  @Test
  void feesFollowTheAccountsRatesThenTheProfiles() {
    account(FeeCharge.ADDED_TO_COST, "1", "0");
    assertAmount("0.001", fees.rate(BTC).taker());
    fees.rates(
        List.of(
            new FeeRate(null, d("0.0008"), d("0.0009")),
            new FeeRate(OrderDesk.ETH, d("-0.0001"), d("0.0005"))));
    assertAmount("0.0009", fees.rate(BTC).taker());
    assertAmount("0.0005", fees.rate(OrderDesk.ETH).taker());
    assertAmount("1", fees.costFactor(Order.buy(OrderDesk.ETH).limit("1").size("1").postOnly()));
    assertAmount("1.0005", fees.costFactor(Order.buy(OrderDesk.ETH).limit("1").size("1")));
    assertAmount("1", fees.costFactor(Order.sell(OrderDesk.ETH).limit("1").size("1")));
  }

  @Test
  void buyingTenAtNineWithOnePerCent() {
    account(FeeCharge.ADDED_TO_COST, "1", "0");
    fees.rates(List.of(new FeeRate(null, d("0.01"), d("0.01"))));
    Fee onTop = fees.estimate(BTC, Side.BUY, d("9"), d("10"), Liquidity.UNKNOWN);
    assertEquals("USD", onTop.asset());
    assertAmount("0.9", onTop.amount());
    account(FeeCharge.DEDUCTED_FROM_RETURNS, "1", "0");
    fees.rates(List.of(new FeeRate(null, d("0.01"), d("0.01"))));
    Fee deducted = fees.estimate(BTC, Side.BUY, d("9"), d("10"), Liquidity.UNKNOWN);
    assertEquals("BTC", deducted.asset());
    assertAmount("0.1", deducted.amount());
    assertEquals("USD", fees.estimate(BTC, Side.SELL, d("9"), d("10"), Liquidity.MAKER).asset());
  }
}
