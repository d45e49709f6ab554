package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.value;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.util.List;

/** What positions are valued by, and the funding that they pay by it. */
final class Marks {

  private static final BigDecimal HALF = new BigDecimal("0.5");

  private final Records records;
  private final Turn turn;
  private long next = Long.MIN_VALUE;

  Marks(Records records, Turn turn) {
    this.records = records;
    this.turn = turn;
  }

  /** When {@link #wake} is due, or the end of time. */
  long nextWake() {
    return records.clearing.markets().isEmpty() ? Long.MAX_VALUE : next;
  }

  /** Looks at every market's price, and pays the funding that is due. */
  void wake() {
    long now = turn.now();
    next = (Math.floorDiv(now, Exchange.MARK_MILLIS) + 1) * Exchange.MARK_MILLIS;
    for (var market : List.copyOf(records.clearing.markets())) {
      var listing = records.listing(market.name());
      if (!listing.fixed) {
        follow(listing);
      }
      long due = records.clearing.mark(market.name()).nextFunding();
      if (due == 0 || due <= now) {
        if (due != 0) {
          fund(market.name());
        }
        long every = market.requireMargin().fundingMillis();
        var mark = records.clearing.mark(market.name());
        long after = (Math.floorDiv(now, every) + 1) * every;
        mark(market.name(), new Mark(mark.price(), mark.index(), mark.rate(), after));
      }
    }
  }

  private void follow(Listing listing) {
    var before = records.clearing.mark(listing.market.name()).price();
    var last = listing.trades.peekLast();
    var bid = listing.book.best(Side.BUY);
    var ask = listing.book.best(Side.SELL);
    var price = last == null ? before : last.price();
    if (price.signum() == 0 && bid != null && ask != null) {
      price = value(bid.add(ask), HALF);
    }
    if (price.signum() > 0 && bid != null) {
      price = price.max(bid);
    }
    if (price.signum() > 0 && ask != null) {
      price = price.min(ask);
    }
    if (price.compareTo(before) != 0) {
      mark(listing, price, price);
    }
  }

  /** The first trade of a market is its first mark price. */
  void begin(Listing listing, BigDecimal price) {
    if (!records.clearing.mark(listing.market.name()).isKnown()) {
      mark(listing, price, price);
    }
  }

  void mark(Listing listing, BigDecimal price, BigDecimal index) {
    var mark = records.clearing.mark(listing.market.name());
    mark(listing.market.name(), new Mark(price, index, mark.rate(), mark.nextFunding()));
  }

  void mark(String market, Mark mark) {
    records.clearing.mark(market, mark);
    turn.tell(l -> l.marked(market, mark, turn.now()));
  }

  /** Every open position pays or receives; what rounding leaves is the exchange's. */
  void fund(String market) {
    var mark = records.clearing.mark(market);
    for (var account : records.customers()) {
      for (var holding : records.clearing.open(account, null)) {
        if (holding.market.name().equals(market)) {
          var paid = value(value(holding.size, mark.price()), mark.rate());
          if (paid.signum() != 0) {
            records.ledger.fund(account, Exchange.HOUSE, holding.settle(), paid);
            turn.touch(account, holding.settle());
            records.pay(account, market, Income.Type.FUNDING, holding.settle(), paid.negate());
          }
        }
      }
    }
  }
}
