package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Order.TimeInForce;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is traded, funded and liquidated, nothing is made of nothing: an oracle that knows only
 * fills, funding and insurance, and adds up in whole hundred-millionths, agrees with every wallet
 * and position after every step.
 */
class MarginOracleTest {

  private static final List<String> MARKETS = List.of("AAA-USD", "BBB-USD");
  private static final List<String> ACCOUNTS = List.of("ann", "bob", "cyd", "dan");
  private static final long UNIT = 100_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsGainedWasLost(long seed) {
    var random = new Random(seed);
    var exchange =
        new Exchange(
            List.of(
                Market.perp("AAA", "USD", "0.01", "0.1").withMaxOrders(30),
                Market.perp("BBB", "USD", "1", "1").withMaxOrders(30)));
    var oracle = new Sums();
    exchange.listen(oracle);
    for (var account : ACCOUNTS) {
      exchange.openAccount(account);
      exchange.deposit(account, "USD", new BigDecimal("20000"), 0);
      oracle.cash.put(account, 20_000 * UNIT);
      if (account.equals("dan")) {
        exchange.setHedged(account, true, 0);
      }
    }
    var seen = EnumSet.noneOf(Seen.class);
    var refused = new EnumMap<Reason, Integer>(Reason.class);
    for (int step = 1; step <= 3_000; step++) {
      try {
        act(exchange, random, step);
      } catch (Refused e) {
        refused.merge(e.reason(), 1, Integer::sum);
      }
      exchange.verify();
      oracle.assertSame(exchange);
      oracle.note(seen);
    }
    assertTrue(seen.containsAll(EnumSet.complementOf(EnumSet.of(Seen.INSURANCE))), seen.toString());
    for (var reason :
        List.of(Reason.INSUFFICIENT_MARGIN, Reason.NOTHING_TO_REDUCE, Reason.OPEN_POSITIONS)) {
      assertTrue(refused.getOrDefault(reason, 0) > 0, reason + " in " + refused);
    }
  }

  private static void act(Exchange exchange, Random random, int step) {
    var account = ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
    var market = MARKETS.get(random.nextInt(2));
    long now = step * 500L;
    int dice = random.nextInt(100);
    if (dice < 12) {
      var open = exchange.openOrders(account, market);
      if (!open.isEmpty()) {
        var order = open.get(random.nextInt(open.size()));
        exchange.cancel(account, market, order.id(), "x" + step, now);
      }
    } else if (dice < 18) {
      var open = exchange.openOrders(account, market);
      if (!open.isEmpty()) {
        var order = open.get(random.nextInt(open.size()));
        exchange.change(account, market, order.id(), price(random, market), order.quantity(), now);
      }
    } else if (dice < 21) {
      exchange.setLeverage(account, market, 1 + random.nextInt(125), now);
    } else if (dice < 24) {
      exchange.setFundingRate(market, BigDecimal.valueOf(random.nextInt(21) - 10, 3), now);
      exchange.payFunding(market, now);
    } else if (dice < 27) {
      // Far from where it trades, now and then: somebody is ruined.
      int percent = 70 + random.nextInt(60);
      var mark = price(random, market).multiply(BigDecimal.valueOf(percent)).movePointLeft(2);
      exchange.setMark(market, mark.setScale(4, RoundingMode.DOWN), mark, now);
      exchange.followBook(market, now);
    } else if (dice < 28) {
      exchange.setHedged(account, !exchange.isHedged(account), now);
    } else if (dice < 29) {
      exchange.deposit(account, "USD", BigDecimal.valueOf(random.nextInt(5_000) + 1), now);
    } else if (dice < 30) {
      var held = exchange.positions(account);
      if (!held.isEmpty()) {
        var position = held.get(0);
        exchange.deleverage(
            account, position.market(), position.side(), position.size().abs(), now);
      }
    } else if (dice < 35) {
      exchange.wake(now);
    } else {
      exchange.place(account, request(exchange, random, account, market, "c" + step), now);
    }
  }

  private static OrderRequest request(
      Exchange exchange, Random random, String account, String market, String id) {
    var side = random.nextBoolean() ? Side.BUY : Side.SELL;
    boolean small = market.startsWith("AAA");
    var quantity = BigDecimal.valueOf(1 + random.nextInt(small ? 5_000 : 60), small ? 1 : 0);
    var request =
        random.nextInt(5) == 0
            ? OrderRequest.market(market, side, quantity, id)
            : OrderRequest.limit(market, side, price(random, market), quantity, id)
                .with(TimeInForce.values()[Math.max(0, random.nextInt(6) - 3)]);
    if (exchange.isHedged(account)) {
      return request.on(random.nextBoolean() ? Position.Side.LONG : Position.Side.SHORT);
    }
    return random.nextInt(4) == 0 ? request.reducing() : request;
  }

  private static BigDecimal price(Random random, String market) {
    return market.startsWith("AAA")
        ? BigDecimal.valueOf(950 + random.nextInt(100), 2)
        : BigDecimal.valueOf(900 + random.nextInt(200));
  }

  private enum Seen {
    FUNDING,
    INSURANCE,
    LIQUIDATION_BY_THE_BOOK,
    TAKEN_OVER,
    ADL,
    KNOCKED_OUT,
    CLOSED_BY_PARTS
  }

  /** Cash and positions by account, in hundred-millionths. */
  private static final class Sums implements ExchangeListener {
    // What every account would have if its positions were worth nothing.
    final Map<String, Long> cash = new TreeMap<>();
    final Map<String, Long> sizes = new LinkedHashMap<>();
    final Map<String, Long> profits = new LinkedHashMap<>();
    final List<Seen> fresh = new ArrayList<>();
    long fees;
    long deposited = ACCOUNTS.size() * 20_000 * UNIT;

    private static long units(BigDecimal amount) {
      return amount.movePointRight(8).longValueExact();
    }

    @Override
    public void execution(Execution e) {
      var fill = e.fill();
      if (e.order().expiry() == Order.Expiry.NOTHING_TO_REDUCE) {
        fresh.add(Seen.KNOCKED_OUT);
      }
      if (fill == null) {
        return;
      }
      boolean takenOver = e.type() == Execution.Type.CALCULATED;
      long signed = units(fill.quantity()) * (fill.side() == Side.BUY ? 1 : -1);
      long notional = units(fill.price().multiply(fill.quantity())) * Long.signum(signed);
      var account = e.order().account();
      add(account, fill, signed, notional);
      cash.merge(account, -units(fill.fee()), Long::sum);
      fees += units(fill.fee());
      if (takenOver) {
        // The other side is the exchange's, which nobody reports.
        sizes.merge(Exchange.HOUSE + fill.market() + Position.Side.BOTH, -signed, Long::sum);
        cash.merge(Exchange.HOUSE, notional, Long::sum);
        assertEquals(0, fill.fee().signum());
      }
      switch (fill.cause()) {
        case LIQUIDATION -> fresh.add(takenOver ? Seen.TAKEN_OVER : Seen.LIQUIDATION_BY_THE_BOOK);
        case ADL -> fresh.add(Seen.ADL);
        default -> {}
      }
    }

    private void add(String account, Fill fill, long signed, long notional) {
      var key = account + fill.market() + fill.positionSide();
      long before = sizes.getOrDefault(key, 0L);
      boolean closes = Long.signum(before) == -Long.signum(signed);
      if (closes && Math.abs(signed) < Math.abs(before)) {
        fresh.add(Seen.CLOSED_BY_PARTS);
      }
      assertTrue(closes || fill.realised().signum() == 0, () -> fill + " realises by opening");
      sizes.put(key, before + signed);
      cash.merge(account, -notional, Long::sum);
      profits.merge(key, units(fill.realised()), Long::sum);
    }

    @Override
    public void income(String account, Income income) {
      cash.merge(account, units(income.amount()), Long::sum);
      cash.merge(Exchange.HOUSE, -units(income.amount()), Long::sum);
      fresh.add(income.type() == Income.Type.FUNDING ? Seen.FUNDING : Seen.INSURANCE);
    }

    @Override
    public void transfer(String account, String asset, BigDecimal delta, long now) {
      if (now > 0) {
        cash.merge(account, units(delta), Long::sum);
        deposited += units(delta);
      }
    }

    void note(EnumSet<Seen> seen) {
      seen.addAll(fresh);
      fresh.clear();
    }

    void assertSame(Exchange exchange) {
      long wallets = 0;
      long costs = 0;
      for (var account : cash.keySet()) {
        long cost = 0;
        for (var market : MARKETS) {
          for (var side : Position.Side.values()) {
            var p = exchange.position(account, market, side);
            var key = account + market + side;
            assertEquals(sizes.getOrDefault(key, 0L), units(p.size()), key);
            if (!account.equals(Exchange.HOUSE)) {
              assertEquals(profits.getOrDefault(key, 0L), units(p.realised()), key);
            }
            cost += units(p.cost());
          }
        }
        long wallet = units(exchange.ledger().balance(account, "USD").total());
        assertEquals(cash.get(account), wallet - cost, account + "'s wallet");
        assertTrue(
            wallet >= 0 || account.equals(Exchange.HOUSE) || !exchange.positions(account).isEmpty(),
            account + " owes");
        wallets += wallet;
        costs += cost;
      }
      assertEquals(deposited, wallets - costs + fees, "all money");
      for (var market : MARKETS) {
        long sum = 0;
        for (var e : sizes.entrySet()) {
          sum += e.getKey().contains(market) ? e.getValue() : 0;
        }
        assertEquals(0, sum, market + " is longer than short");
      }
      assertEquals(units(exchange.ledger().collected("USD")), fees);
    }
  }
}
