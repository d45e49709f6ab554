package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Order.SelfTrade;
import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Order.Status;
import dev.colibri.connector.testkit.exchange.Order.TimeInForce;
import dev.colibri.connector.testkit.exchange.Order.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange does, order by order, what a slow and obvious matcher in plain integers does. */
class ExchangeOracleTest {

  private static final String MARKET = "AAA-BBB";
  private static final List<String> ACCOUNTS = List.of("ann", "bob", "cyd");
  private static final long UNIT = 100_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void matchesLikeTheObviousMatcherAndTheLedgerSumsToZeroAfterEveryStep(long seed) {
    var random = new Random(seed);
    var exchange =
        new Exchange(
            List.of(
                Market.of("AAA", "BBB", "1", "1").withNotional("1", "1000000").withMaxOrders(30)));
    var oracle = new Obvious();
    for (var account : ACCOUNTS) {
      exchange.openAccount(account);
      exchange.deposit(account, "AAA", new BigDecimal("500"), 0);
      exchange.deposit(account, "BBB", new BigDecimal("25000"), 0);
      oracle.free.put(account + "AAA", 500 * UNIT);
      oracle.free.put(account + "BBB", 25_000 * UNIT);
    }
    var statuses = new EnumMap<Status, Integer>(Status.class);
    int refused = 0;
    for (int step = 1; step <= 2_000; step++) {
      var account = ACCOUNTS.get(random.nextInt(3));
      int dice = random.nextInt(100);
      if (dice < 20 && !oracle.book.isEmpty()) {
        var victim = oracle.book.get(random.nextInt(oracle.book.size()));
        exchange.cancel(victim.account, MARKET, victim.id, "x" + step, step);
        oracle.end(victim, Status.CANCELED);
      } else if (dice < 25 && !oracle.book.isEmpty()) {
        var victim = oracle.book.get(random.nextInt(oracle.book.size()));
        if (victim.left > 1) {
          exchange.amend(
              victim.account,
              MARKET,
              victim.id,
              BigDecimal.valueOf(victim.quantity - 1),
              "amended" + step,
              step);
          oracle.shrink(victim);
        }
      } else {
        var request = randomRequest(random, "c" + step);
        Order placed = null;
        try {
          placed = exchange.place(account, request, step).order();
        } catch (Refused e) {
          refused++;
        }
        var expected = oracle.place(account, request);
        assertEquals(expected == null, placed == null, "refusal of " + request);
        if (placed != null) {
          statuses.merge(placed.status(), 1, Integer::sum);
        }
      }
      exchange.verify();
      oracle.assertSame(exchange);
    }
    assertEquals(
        List.of(Status.values()).size() - 1, statuses.size(), "all but CANCELED: " + statuses);
    assertTrue(refused > 20, "some requests are refused: " + refused);
    assertTrue(exchange.trades(MARKET).size() > 200, "orders trade");
  }

  private static OrderRequest randomRequest(Random random, String id) {
    var side = random.nextBoolean() ? Side.BUY : Side.SELL;
    var selfTrade = SelfTrade.values()[random.nextInt(4)];
    var quantity = BigDecimal.valueOf(1 + random.nextInt(20));
    return switch (random.nextInt(10)) {
      case 0 -> OrderRequest.market(MARKET, side, quantity, id).with(selfTrade);
      case 1 ->
          OrderRequest.marketByQuote(MARKET, side, BigDecimal.valueOf(random.nextInt(900) + 1), id)
              .with(selfTrade);
      default -> {
        // Buyers and sellers overlap a little, so that books build up and orders trade.
        int price = side == Side.BUY ? 40 + random.nextInt(12) : 49 + random.nextInt(12);
        var limit =
            OrderRequest.limit(MARKET, side, BigDecimal.valueOf(price), quantity, id)
                .with(selfTrade);
        yield random.nextInt(5) == 0
            ? limit.postOnly()
            : limit.with(TimeInForce.values()[Math.max(0, random.nextInt(6) - 3)]);
      }
    };
  }

  private static final class Entry {
    long id;
    String account = "";
    boolean buy;
    long price;
    long quantity;
    long left;
    Status status = Status.NEW;
  }

  /** One list of orders, searched from end to end; amounts in hundred-millionths. */
  private static final class Obvious {
    final List<Entry> book = new ArrayList<>();
    final Map<Long, Entry> all = new LinkedHashMap<>();
    final Map<String, Long> free = new TreeMap<>();
    final List<List<Long>> trades = new ArrayList<>();
    long lastId;

    Entry place(String account, OrderRequest request) {
      var entry = new Entry();
      entry.account = account;
      entry.buy = request.side() == Side.BUY;
      boolean market = request.type() == Type.MARKET;
      entry.price = market ? (entry.buy ? Long.MAX_VALUE : 0) : request.price().longValueExact();
      var ways = ways(entry, request.selfTrade() != SelfTrade.NONE);
      if (request.quantity() != null) {
        entry.quantity = request.quantity().longValueExact();
      } else {
        long money = request.quoteQuantity().longValueExact();
        for (var other : ways) {
          long lots = Math.min(other.left, money / other.price);
          entry.quantity += lots;
          money -= lots * other.price;
          if (money < other.price) {
            break;
          }
        }
        if (entry.quantity == 0) {
          return null;
        }
      }
      entry.left = entry.quantity;
      if (!market && entry.price * entry.quantity < 1) {
        return null;
      }
      long needed = entry.quantity;
      if (entry.buy && market) {
        needed = 0;
        long left = entry.quantity;
        for (var other : ways) {
          long lots = Math.min(left, other.left);
          needed += lots * other.price;
          left -= lots;
        }
      } else if (entry.buy) {
        needed = entry.price * entry.quantity;
      }
      if (book.stream().filter(e -> e.account.equals(account)).count() >= 30
          || free.get(account + (entry.buy ? "BBB" : "AAA")) < needed * UNIT
          || request.type() == Type.LIMIT_MAKER && !ways(entry, false).isEmpty()) {
        return null;
      }
      entry.id = ++lastId;
      all.put(entry.id, entry);
      pay(entry, needed * UNIT);
      long locked = needed * UNIT;
      if (request.timeInForce() == TimeInForce.FOK && !market && !fillable(entry, request)) {
        pay(entry, -locked);
        entry.status = Status.EXPIRED;
        return entry;
      }
      for (var other : ways(entry, false)) {
        if (entry.left == 0) {
          break;
        }
        if (other.account.equals(account) && request.selfTrade() != SelfTrade.NONE) {
          if (request.selfTrade() != SelfTrade.EXPIRE_TAKER) {
            end(other, Status.EXPIRED_IN_MATCH);
          }
          if (request.selfTrade() != SelfTrade.EXPIRE_MAKER) {
            entry.status = Status.EXPIRED_IN_MATCH;
            break;
          }
          continue;
        }
        long lots = Math.min(entry.left, other.left);
        var buyer = entry.buy ? entry : other;
        var seller = entry.buy ? other : entry;
        long money = lots * other.price * UNIT;
        credit(buyer.account + "AAA", lots * UNIT);
        credit(seller.account + "BBB", money);
        locked -= entry.buy ? money : lots * UNIT;
        for (var e : List.of(entry, other)) {
          e.left -= lots;
          e.status = e.left == 0 ? Status.FILLED : Status.PARTIALLY_FILLED;
        }
        if (other.left == 0) {
          book.remove(other);
        }
        trades.add(List.of(other.price, lots, buyer.id, seller.id));
      }
      boolean rests = entry.status.isOpen() && !market && request.timeInForce() == TimeInForce.GTC;
      if (rests) {
        book.add(entry);
        long still = entry.left * UNIT * (entry.buy ? entry.price : 1);
        pay(entry, still - locked);
      } else {
        if (entry.status.isOpen()) {
          entry.status = Status.EXPIRED;
        }
        pay(entry, -locked);
      }
      return entry;
    }

    /** The orders this one would meet, best first, then oldest first. */
    List<Entry> ways(Entry taker, boolean withoutOwn) {
      Comparator<Entry> best = Comparator.comparingLong(e -> taker.buy ? e.price : -e.price);
      return book.stream()
          .filter(e -> e.buy != taker.buy)
          .filter(e -> taker.buy ? e.price <= taker.price : e.price >= taker.price)
          .filter(e -> !withoutOwn || !e.account.equals(taker.account))
          .sorted(best.thenComparingLong(e -> e.id))
          .toList();
    }

    boolean fillable(Entry taker, OrderRequest request) {
      long lots = 0;
      for (var other : ways(taker, false)) {
        boolean own = other.account.equals(taker.account);
        if (own && request.selfTrade() == SelfTrade.EXPIRE_MAKER) {
          continue;
        }
        if (own && request.selfTrade() != SelfTrade.NONE) {
          break;
        }
        lots += other.left;
        if (lots >= taker.left) {
          return true;
        }
      }
      return false;
    }

    void end(Entry entry, Status status) {
      book.remove(entry);
      entry.status = status;
      pay(entry, -entry.left * UNIT * (entry.buy ? entry.price : 1));
    }

    void shrink(Entry entry) {
      entry.quantity--;
      entry.left--;
      pay(entry, -UNIT * (entry.buy ? entry.price : 1));
    }

    void credit(String pocket, long amount) {
      free.merge(pocket, amount - amount / 1000, Long::sum);
    }

    /** Takes from what the order's owner may use. */
    void pay(Entry entry, long amount) {
      free.merge(entry.account + (entry.buy ? "BBB" : "AAA"), -amount, Long::sum);
    }

    void assertSame(Exchange exchange) {
      var depth = exchange.depth(MARKET, Integer.MAX_VALUE);
      assertEquals(levels(true), depth.bids(), "bids");
      assertEquals(levels(false), depth.asks(), "asks");
      for (var account : ACCOUNTS) {
        for (var asset : List.of("AAA", "BBB")) {
          var balance = exchange.ledger().balance(account, asset);
          assertEquals(
              free.get(account + asset),
              balance.free().movePointRight(8).longValueExact(),
              account + " " + asset);
        }
      }
      for (var entry : all.values().stream().skip(Math.max(0, all.size() - 5)).toList()) {
        var order = exchange.order(entry.account, MARKET, entry.id).orElseThrow();
        assertEquals(entry.status, order.status());
        assertEquals(
            entry.quantity - entry.left, order.executed().longValueExact(), "executed " + order);
      }
      int last = trades.size();
      var actual = exchange.trades(MARKET);
      for (int i = 1; i <= Math.min(5, last); i++) {
        var trade = actual.get(actual.size() - i);
        assertEquals(last - i + 1, trade.id());
        assertEquals(
            trades.get(last - i),
            Arrays.asList(
                trade.price().longValueExact(),
                trade.quantity().longValueExact(),
                trade.buyOrderId(),
                trade.sellOrderId()));
      }
    }

    List<Depth.Level> levels(boolean buy) {
      var sums = new TreeMap<Long, Long>(buy ? Comparator.reverseOrder() : null);
      book.stream().filter(e -> e.buy == buy).forEach(e -> sums.merge(e.price, e.left, Long::sum));
      return sums.entrySet().stream()
          .map(
              e ->
                  new Depth.Level(
                      Amounts.exact(BigDecimal.valueOf(e.getKey())),
                      Amounts.exact(BigDecimal.valueOf(e.getValue()))))
          .toList();
    }
  }
}
