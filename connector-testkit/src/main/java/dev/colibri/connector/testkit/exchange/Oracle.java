package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.exact;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what an exchange forgets, for checks of what a connector says: every order, fill and
 * payment of funding of some accounts, and what each book looked like at each of its last updates.
 *
 * <p>It hears everything from its making on, so make it before anybody trades. Orders and fills are
 * kept without limit: it is for runs of minutes. Not thread-safe, like the exchange.
 */
public final class Oracle implements ExchangeListener {
  /** Updates of each book that are remembered. */
  public static final int UPDATES = 1 << 16;

  private static final class Account {
    final Map<Long, Order> orders = new TreeMap<>();
    final Map<String, Integer> accepted = new LinkedHashMap<>();
    final List<Fill> fills = new ArrayList<>();
    final List<Income> funding = new ArrayList<>();
  }

  /** One market's levels as a sum of their hashes, at each of the last updates. */
  private static final class Levels {
    final Map<BigDecimal, BigDecimal> bids = new TreeMap<>();
    final Map<BigDecimal, BigDecimal> asks = new TreeMap<>();
    final long[] sums = new long[UPDATES];
    long last;
    long sum;
  }

  private final Map<String, Account> accounts = new TreeMap<>();
  private final Map<String, Levels> books = new TreeMap<>();

  /** An oracle of an exchange whose books are empty. */
  public Oracle(Exchange exchange, String... accounts) {
    for (var account : accounts) {
      this.accounts.put(account, new Account());
    }
    for (var market : exchange.markets()) {
      if (exchange.depth(market.name(), 0).lastUpdateId() != 0) {
        throw new IllegalArgumentException("the book has changed before: " + market.name());
      }
      books.put(market.name(), new Levels());
    }
    exchange.listen(this);
  }

  private Account account(String name) {
    var account = accounts.get(name);
    if (account == null) {
      throw new IllegalArgumentException("not watched: " + name);
    }
    return account;
  }

  private Levels book(String market) {
    var book = books.get(market);
    if (book == null) {
      throw new IllegalArgumentException("no such market: " + market);
    }
    return book;
  }

  // Orders

  /** How many orders were ever accepted under a client id; more than one is two for one intent. */
  public int accepted(String account, String clientId) {
    return account(account).accepted.getOrDefault(clientId, 0);
  }

  /** Every client id ever accepted, and how often, in the order of the first acceptance. */
  public Map<String, Integer> accepted(String account) {
    return Collections.unmodifiableMap(account(account).accepted);
  }

  /** Every order ever, as it stands now or stood last, by number. */
  public Map<Long, Order> orders(String account) {
    return Collections.unmodifiableMap(account(account).orders);
  }

  /** Every fill ever, oldest first. */
  public List<Fill> fills(String account) {
    return Collections.unmodifiableList(account(account).fills);
  }

  /** Every payment of funding ever, oldest first. */
  public List<Income> funding(String account) {
    return Collections.unmodifiableList(account(account).funding);
  }

  /** What a position must be by its fills alone: base units, negative when short. */
  public BigDecimal size(String account, String market, Position.Side side) {
    var size = Amounts.ZERO;
    for (var fill : account(account).fills) {
      if (fill.market().equals(market) && fill.positionSide() == side) {
        boolean bought = fill.side() == Order.Side.BUY;
        size = bought ? size.add(fill.quantity()) : size.subtract(fill.quantity());
      }
    }
    return size;
  }

  @Override
  public void income(String account, Income income) {
    var watched = accounts.get(account);
    if (watched != null && income.type() == Income.Type.FUNDING) {
      watched.funding.add(income);
    }
  }

  @Override
  public void execution(Execution e) {
    var account = accounts.get(e.order().account());
    if (account == null) {
      return;
    }
    account.orders.put(e.order().id(), e.order());
    if (e.type() == Execution.Type.NEW) {
      account.accepted.merge(e.order().clientId(), 1, Integer::sum);
    }
    var fill = e.fill();
    if (fill != null) {
      account.fills.add(fill);
    }
  }

  // Books

  @Override
  public void level(
      Market market,
      long updateId,
      Order.Side side,
      BigDecimal price,
      BigDecimal quantity,
      long now) {
    var book = book(market.name());
    var levels = side == Order.Side.BUY ? book.bids : book.asks;
    @Nullable BigDecimal before =
        quantity.signum() == 0 ? levels.remove(price) : levels.put(price, quantity);
    if (before != null) {
      book.sum -= hash(side, price, before);
    }
    if (quantity.signum() != 0) {
      book.sum += hash(side, price, quantity);
    }
    book.last = updateId;
    book.sums[(int) (updateId % UPDATES)] = book.sum;
  }

  /** The number of the latest update of a book. */
  public long lastUpdateId(String market) {
    return book(market).last;
  }

  /**
   * All levels of a book just after an update, as the sum of their {@linkplain #hash hashes}; empty
   * if that update has not happened, or is forgotten. A book of another sum is another book.
   */
  public OptionalLong sum(String market, long updateId) {
    var book = book(market);
    boolean known = updateId >= 0 && updateId <= book.last && updateId > book.last - UPDATES;
    return known ? OptionalLong.of(book.sums[(int) (updateId % UPDATES)]) : OptionalLong.empty();
  }

  /** One level's part of a book's sum, whatever the scale of its numbers. */
  public static long hash(Order.Side side, BigDecimal price, BigDecimal quantity) {
    long p = exact(price).unscaledValue().longValue();
    long q = exact(quantity).unscaledValue().longValue();
    return mix(mix(p + side.ordinal()) + q);
  }

  /** Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators: mix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
