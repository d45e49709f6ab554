package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.exact;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;

/** One market as it trades: its rules of now, its book, its latest trades and bars. */
final class Listing {

  final Book book;
  final Bars bars = new Bars();
  final Deque<Trade> trades = new ArrayDeque<>();
  Market market;
  Market.Status status = Market.Status.TRADING;
  boolean listed = true;
  long lastUpdate;
  long lastTrade;
  long lastPrevented = -1;
  // Whether the mark price was set by hand and does not follow the book.
  boolean fixed;
  // The most that any rules have allowed: orders of old rules stay.
  private int priceDecimals;
  private int quantityDecimals;

  Listing(Market market, Turn turn) {
    this.market = market;
    this.priceDecimals = Amounts.decimals(market.tick());
    this.quantityDecimals = Amounts.decimals(market.lot());
    this.book =
        new Book(
            (side, price, quantity) -> {
              long id = ++lastUpdate;
              turn.tell(l -> l.level(this.market, id, side, price, quantity, turn.now()));
            });
  }

  /** Judges by other rules from now on, unless their amounts and older ones do not go together. */
  void follow(Market rules) {
    int price = Math.max(priceDecimals, Amounts.decimals(rules.tick()));
    int quantity = Math.max(quantityDecimals, Amounts.decimals(rules.lot()));
    if (price + quantity > Amounts.DECIMALS) {
      throw new IllegalArgumentException("old and new rules have more than eight decimals");
    }
    if (market.isMargined() != rules.isMargined()) {
      throw new IllegalArgumentException("a market stays what it is: " + rules.name());
    }
    market = rules;
    priceDecimals = price;
    quantityDecimals = quantity;
  }

  void add(Trade trade) {
    trades.addLast(trade);
    if (trades.size() > Exchange.TRADES) {
      trades.removeFirst();
    }
    bars.trade(trade);
  }

  /** The nearest price to this one that orders may have. */
  BigDecimal onTick(BigDecimal price, RoundingMode rounding) {
    var ticks = price.divide(market.tick(), 0, rounding).max(BigDecimal.ONE);
    return exact(market.tick().multiply(ticks));
  }

  boolean isCrossed() {
    var bid = book.best(Side.BUY);
    var ask = book.best(Side.SELL);
    return bid != null && ask != null && bid.compareTo(ask) >= 0;
  }
}
