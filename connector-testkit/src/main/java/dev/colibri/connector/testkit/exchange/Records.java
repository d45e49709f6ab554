package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an exchange keeps: its markets, its accounts, and who owns and owes what. */
final class Records {

  private final Turn turn;
  final Map<String, Listing> listings = new LinkedHashMap<>();
  final Map<String, Account> accounts = new LinkedHashMap<>();
  final Ledger ledger = new Ledger();
  final Clearing clearing = new Clearing(ledger);
  boolean paused;
  long lastOrder;
  private long lastIncome;

  Records(Turn turn) {
    this.turn = turn;
  }

  Listing listing(String market) {
    var listing = listings.get(market);
    if (listing == null) {
      throw new Refused(Reason.UNKNOWN_MARKET);
    }
    return listing;
  }

  Listing listing(Working order) {
    return listing(order.request().market());
  }

  Account account(String name) {
    var account = accounts.get(name);
    if (account == null) {
      throw new IllegalArgumentException("no account of this name: " + name);
    }
    return account;
  }

  /** Everybody but the exchange itself. */
  List<String> customers() {
    return accounts.keySet().stream().filter(name -> !name.equals(Exchange.HOUSE)).toList();
  }

  Working open(String account, String market, long orderId) {
    listing(market);
    var order = account(account).open.get(orderId);
    if (order == null || !order.request().market().equals(market)) {
      throw new Refused(Reason.UNKNOWN_ORDER);
    }
    return order;
  }

  /** Whether a market takes orders now; a market that was delisted does not. */
  Market.Status status(Listing listing) {
    return paused || !listing.listed ? Market.Status.BREAK : listing.status;
  }

  boolean isMargined(Working order) {
    return listing(order).market.isMargined();
  }

  /** The asset that an order which is not margined locks. */
  String lockedAsset(Working order) {
    var market = listing(order).market;
    return order.side() == Side.BUY ? market.quote() : market.base();
  }

  /** What stands behind the positions of an account that are settled in an asset. */
  Equity equity(String account, String asset) {
    return clearing.equity(account, asset, account(account).open.values());
  }

  /** What an account may spend or withdraw: its wallet less what stands behind positions. */
  BigDecimal free(String account, String asset) {
    var free = ledger.balance(account, asset).free();
    return clearing.markets().stream().anyMatch(m -> m.requireMargin().settle().equals(asset))
        ? free.min(equity(account, asset).available())
        : free;
  }

  /** Notes what moved the wallet of an account. */
  Income income(
      String account,
      String market,
      Income.Type type,
      String asset,
      BigDecimal amount,
      long tradeId) {
    var income = new Income(++lastIncome, market, type, asset, amount, turn.now(), tradeId);
    account(account).add(income);
    return income;
  }

  /** Notes a payment that no trade and no transfer explains, and tells of it. */
  void pay(String account, String market, Income.Type type, String asset, BigDecimal amount) {
    var income = income(account, market, type, asset, amount, 0);
    turn.tell(l -> l.income(account, income));
  }

  /** As {@link Exchange#verify}. */
  void verify() {
    ledger.verify(clearing::mayOwe);
    clearing.verify();
    accounts.forEach(
        (name, account) -> {
          var locked = new TreeMap<String, BigDecimal>();
          for (var order : account.open.values()) {
            if (isMargined(order)) {
              continue;
            }
            var needed =
                order.side() == Side.BUY
                    ? times(order.price(), order.remaining())
                    : order.remaining();
            locked.merge(lockedAsset(order), needed, BigDecimal::add);
          }
          ledger
              .balances(name)
              .forEach(
                  (asset, balance) -> {
                    if (!balance.locked().equals(locked.getOrDefault(asset, ZERO))) {
                      throw new IllegalStateException(name + "/" + asset + " locks a wrong amount");
                    }
                  });
        });
    for (var listing : listings.values()) {
      if (listing.isCrossed()) {
        throw new IllegalStateException(listing.market.name() + " is crossed");
      }
    }
  }

  /** Sizes of everything that is kept; none may grow with time. */
  List<Integer> sizes() {
    var result = new ArrayList<Integer>();
    listings.values().forEach(l -> result.add(l.trades.size()));
    accounts.values().forEach(a -> result.addAll(a.sizes()));
    return result;
  }
}
