package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was read with what the peer read. Its numbers are JavaScript's doubles, and fields
 * that it made up from others are left alone.
 */
final class Readings {
  /** A double holds so many digits for certain. */
  private static final MathContext DOUBLE = new MathContext(15);

  private final Comparison to;

  Readings(Comparison to) {
    this.to = to;
  }

  /** Any value of a call. */
  void value(Object ours, Json theirs) {
    if (ours instanceof OrderUpdate u) {
      order(u, theirs);
    } else if (ours instanceof BookSnapshot b) {
      BookTotal total = new BookTotal();
      total.take(b);
      book(total, theirs);
    } else if (ours instanceof Long n) {
      number("time", BigDecimal.valueOf(n), theirs.asDecimal());
    } else if (ours instanceof Leverage l) {
      leverage(l, theirs);
    } else if (ours instanceof PositionMode m) {
      boolean hedged = theirs.boolOr("hedged", m == PositionMode.HEDGE);
      to.same("hedged", Boolean.toString(m == PositionMode.HEDGE), Boolean.toString(hedged));
    } else if (ours instanceof Page<?> p) {
      list(p.items(), theirs);
    } else if (ours instanceof List<?> l) {
      list(l, theirs);
    } else {
      to.same("value", "of " + ours.getClass().getSimpleName(), "something comparable");
    }
  }

  private void list(List<?> ours, Json theirs) {
    if (theirs.isObject() && theirs.find("total") != null) {
      balances(ours, theirs);
      return;
    }
    if (theirs.isObject()) {
      to.same("rows", Integer.toString(ours.size()), "1");
      row(ours.get(0), theirs);
      return;
    }
    List<?> mine = ours.stream().filter(o -> !(o instanceof Position p && p.isFlat())).toList();
    List<Json> rows = theirs.items().stream().filter(Readings::isComparable).toList();
    to.same("rows", Integer.toString(mine.size()), Integer.toString(rows.size()));
    for (int i = 0; i < Math.min(mine.size(), rows.size()); i++) {
      row(mine.get(i), rows.get(i));
    }
  }

  /** Whether we have a word for a row: for no inverse or dated contract, and no flat position. */
  private static boolean isComparable(Json theirs) {
    if (!theirs.isObject()) {
      return true;
    }
    if (theirs.boolOr("contract", false)) {
      return !theirs.boolOr("inverse", false) && theirs.boolOr("swap", true);
    }
    BigDecimal contracts = theirs.findDecimal("contracts");
    return contracts == null || contracts.signum() != 0;
  }

  private void row(Object ours, Json theirs) {
    if (ours instanceof Instrument i) {
      instrument(i, theirs);
    } else if (ours instanceof OrderUpdate u) {
      order(u, theirs);
    } else if (ours instanceof Fill f) {
      fill(f, theirs);
    } else if (ours instanceof Trade t) {
      to.same("id", t.id(), theirs.findText("id"));
      to.same("side", word(t.taker()), theirs.text("side"));
      number("price", t.price(), theirs.findDecimal("price"));
      number("amount", t.instrument().contracts(t.size()), theirs.findDecimal("amount"));
      number("timestamp", BigDecimal.valueOf(t.venueMillis()), theirs.findDecimal("timestamp"));
    } else if (ours instanceof Ticker t) {
      number("bid", t.bid() == null ? null : t.bid().price(), theirs.findDecimal("bid"));
      number("ask", t.ask() == null ? null : t.ask().price(), theirs.findDecimal("ask"));
      number("last", t.last(), theirs.findDecimal("last"));
    } else if (ours instanceof Position p) {
      position(p, theirs);
    } else if (ours instanceof FundingRate r) {
      funding(r, theirs);
    } else if (ours instanceof FundingPayment p) {
      to.same("asset", p.asset(), theirs.findText("code"));
      number("amount", p.amount(), theirs.findDecimal("amount"));
      number("timestamp", BigDecimal.valueOf(p.venueMillis()), theirs.findDecimal("timestamp"));
    } else {
      to.same("row", "of " + ours.getClass().getSimpleName(), "something comparable");
    }
  }

  private void position(Position p, Json theirs) {
    number("contracts", p.instrument().contracts(p.size().abs()), theirs.findDecimal("contracts"));
    to.same("side", p.size().signum() > 0 ? "long" : "short", theirs.findText("side"));
    told("entry price", p.entryPrice(), theirs.findDecimal("entryPrice"));
    both("mark price", p.markPrice(), theirs.findDecimal("markPrice"));
    both("liquidation price", p.liquidationPrice(), theirs.findDecimal("liquidationPrice"));
    both("unrealised profit", p.unrealisedProfit(), theirs.findDecimal("unrealizedPnl"));
    both("leverage", p.leverage(), theirs.findDecimal("leverage"));
    MarginMode mode = p.marginMode();
    if (mode != null && theirs.findText("marginMode") != null) {
      to.same("margin mode", mode.name().toLowerCase(Locale.ROOT), theirs.text("marginMode"));
    }
    if (theirs.find("hedged") != null) {
      boolean hedged = p.side() != PositionSide.NET;
      to.same(
          "hedged", Boolean.toString(hedged), Boolean.toString(theirs.boolOr("hedged", hedged)));
    }
  }

  private void funding(FundingRate r, Json theirs) {
    both("mark price", r.markPrice(), theirs.findDecimal("markPrice"));
    both("index price", r.indexPrice(), theirs.findDecimal("indexPrice"));
    told("rate", r.rate(), theirs.findDecimal("fundingRate"));
    BigDecimal next = r.nextMillis() == 0 ? null : BigDecimal.valueOf(r.nextMillis());
    both("next payment", next, theirs.findDecimal("fundingTimestamp"));
  }

  private void leverage(Leverage ours, Json theirs) {
    BigDecimal wanted = theirs.findDecimal("longLeverage");
    both("leverage", ours.leverage(), wanted == null ? theirs.findDecimal("leverage") : wanted);
  }

  private void balances(List<?> ours, Json theirs) {
    Map<String, Balance> held = new TreeMap<>();
    for (Object o : ours) {
      held.put(((Balance) o).asset(), (Balance) o);
    }
    TreeSet<String> assets = new TreeSet<>(theirs.get("total").fields().keySet());
    assets.addAll(held.keySet());
    for (String asset : assets) {
      Json row = theirs.find(asset);
      Balance b = held.getOrDefault(asset, Balance.of(asset, BigDecimal.ZERO, BigDecimal.ZERO));
      number(asset + " free", b.available(), row == null ? null : row.findDecimal("free"));
      number(asset + " used", b.locked(), row == null ? null : row.findDecimal("used"));
      number(asset + " total", b.total(), row == null ? null : row.findDecimal("total"));
    }
  }

  private void instrument(Instrument i, Json theirs) {
    to.same("id", i.symbol(), theirs.text("id"));
    to.same("base", i.base(), theirs.text("baseId"));
    to.same("quote", i.quote(), theirs.text("quoteId"));
    boolean trading = i.state() == Instrument.State.TRADING;
    to.same(
        "active", Boolean.toString(trading), Boolean.toString(theirs.boolOr("active", trading)));
    Json precision = theirs.find("precision");
    if (precision != null) {
      told("tick", i.rules().tickSize(), precision.findDecimal("price"));
      told("lot", contracts(i, i.rules().lotSize()), precision.findDecimal("amount"));
    }
    Json limits = theirs.find("limits");
    if (limits != null) {
      told("min size", contracts(i, i.rules().minSize()), bound(limits, "amount", "min"));
      told("max size", contracts(i, i.rules().maxSize()), bound(limits, "amount", "max"));
      told("min price", i.rules().minPrice(), bound(limits, "price", "min"));
      told("max price", i.rules().maxPrice(), bound(limits, "price", "max"));
      told("min notional", i.rules().minNotional(), bound(limits, "cost", "min"));
      both("most leverage", i.maxLeverage(), bound(limits, "leverage", "max"));
    }
    if (theirs.findText("settleId") != null) {
      to.same("settle", i.settle(), theirs.text("settleId"));
      told("contract size", i.contractSize(), theirs.findDecimal("contractSize"));
    }
  }

  /** A size as the peer counts it. */
  private static @Nullable BigDecimal contracts(Instrument i, @Nullable BigDecimal base) {
    return base == null ? null : i.contracts(base);
  }

  private static @Nullable BigDecimal bound(Json limits, String what, String which) {
    Json range = limits.find(what);
    BigDecimal n = range == null ? null : range.findDecimal(which);
    return n == null || n.signum() == 0 ? null : n;
  }

  private void order(OrderUpdate u, Json theirs) {
    to.same("id", u.venueId(), theirs.findText("id"));
    if (theirs.findText("clientOrderId") != null) {
      to.same("client id", u.clientId(), theirs.text("clientOrderId"));
    }
    if (theirs.findText("status") != null) {
      to.same("status", word(u.status()), theirs.text("status"));
    }
    told("filled", contracts(u.instrument(), u.filled()), theirs.findDecimal("filled"));
    told("cost", u.quoteFilled(), theirs.findDecimal("cost"));
    Order order = u.order();
    String side = theirs.findText("side");
    if (order != null && side != null) {
      to.same("side", word(order.side()), side);
      OrderType type = order.type();
      to.same("type", type == OrderType.MARKET ? "market" : "limit", theirs.textOr("type", ""));
      to.same(
          "post-only",
          Boolean.toString(type == OrderType.LIMIT_MAKER),
          Boolean.toString(theirs.boolOr("postOnly", false)));
      if (order.size() != null) {
        told("amount", contracts(u.instrument(), order.size()), theirs.findDecimal("amount"));
      }
      if (order.price() != null) {
        // A market order's price is an average, made up.
        told("price", order.price(), theirs.findDecimal("price"));
      }
      if (theirs.find("reduceOnly") != null) {
        String closes = Boolean.toString(theirs.boolOr("reduceOnly", false));
        to.same("reduce only", Boolean.toString(order.isReduceOnly()), closes);
      }
    }
    Json trades = theirs.find("trades");
    if (trades != null && trades.size() > 0) {
      to.same("fills", Integer.toString(u.fills().size()), Integer.toString(trades.size()));
      for (int i = 0; i < Math.min(u.fills().size(), trades.size()); i++) {
        fill(u.fills().get(i), trades.at(i));
      }
    }
  }

  private void fill(Fill f, Json theirs) {
    to.same("trade id", f.tradeId(), theirs.findText("id"));
    number("trade price", f.price(), theirs.findDecimal("price"));
    number("trade amount", contracts(f.instrument(), f.size()), theirs.findDecimal("amount"));
    if (theirs.findText("side") != null) {
      to.same("trade side", word(f.side()), theirs.text("side"));
    }
    if (theirs.findText("order") != null) {
      to.same("trade order", f.venueId(), theirs.text("order"));
    }
    Json fee = theirs.find("fee");
    if (fee != null && fee.findText("currency") != null && f.fee() != null) {
      to.same("fee asset", f.fee().asset(), fee.text("currency"));
      number("fee", f.fee().amount(), fee.findDecimal("cost"));
    }
  }

  /** A whole book, after whatever came. */
  void book(BookTotal ours, Json theirs) {
    side("bid", ours.bids, theirs.get("bids"));
    side("ask", ours.asks, theirs.get("asks"));
    BigDecimal nonce = theirs.findDecimal("nonce");
    if (nonce != null && ours.sequence != DepthStage.NONE) {
      number("sequence", BigDecimal.valueOf(ours.sequence), nonce);
    }
  }

  private void side(String name, Map<BigDecimal, BigDecimal> ours, Json theirs) {
    to.same(name + "s", Integer.toString(ours.size()), Integer.toString(theirs.size()));
    int i = 0;
    for (Map.Entry<BigDecimal, BigDecimal> level : ours.entrySet()) {
      if (i < theirs.size()) {
        number(name + " price " + i, level.getKey(), theirs.at(i).at(0).asDecimal());
        number(name + " size " + i, level.getValue(), theirs.at(i).at(1).asDecimal());
      }
      i++;
    }
  }

  /** A number of which only the peer's having counts: what it leaves out says nothing. */
  private void told(String name, @Nullable BigDecimal ours, @Nullable BigDecimal theirs) {
    if (theirs != null) {
      number(name, ours, theirs);
    }
  }

  /** A number that either may leave out: the peer works out what a venue does not tell. */
  private void both(String name, @Nullable BigDecimal ours, @Nullable BigDecimal theirs) {
    if (ours != null && theirs != null) {
      number(name, ours, theirs);
    }
  }

  private void number(String name, @Nullable BigDecimal ours, @Nullable BigDecimal theirs) {
    to.same(name, rounded(ours), rounded(theirs));
  }

  private static @Nullable String rounded(@Nullable BigDecimal n) {
    return n == null ? null : Decimal.plain(n.round(DOUBLE));
  }

  private static String word(Side side) {
    return side.name().toLowerCase(Locale.ROOT);
  }

  private static String word(OrderStatus status) {
    return switch (status) {
      case FILLED -> "closed";
      case CANCELED, REJECTED, EXPIRED -> status.name().toLowerCase(Locale.ROOT);
      case UNKNOWN, DISMISSED -> "unknown";
      case PENDING_NEW, OPEN, PARTIALLY_FILLED, PENDING_CANCEL -> "open";
    };
  }

  /** A book that takes snapshots and changes, slowly and obviously. */
  static final class BookTotal implements DepthStage {
    private final Map<BigDecimal, BigDecimal> bids = new TreeMap<>(Comparator.reverseOrder());
    private final Map<BigDecimal, BigDecimal> asks = new TreeMap<>();
    private final Map<BigDecimal, BigDecimal> newBids = new TreeMap<>();
    private final Map<BigDecimal, BigDecimal> newAsks = new TreeMap<>();
    private long sequence = NONE;

    void take(BookSnapshot book) {
      for (int i = 0; i < book.bids().count(); i++) {
        bids.put(
            Decimal.of(book.bids().price(i), book.bids().priceDigits(i)),
            Decimal.of(book.bids().size(i), book.bids().sizeDigits(i)));
      }
      for (int i = 0; i < book.asks().count(); i++) {
        asks.put(
            Decimal.of(book.asks().price(i), book.asks().priceDigits(i)),
            Decimal.of(book.asks().size(i), book.asks().sizeDigits(i)));
      }
      sequence = book.sequence();
    }

    @Override
    public void begin() {
      newBids.clear();
      newAsks.clear();
    }

    @Override
    public void bid(long price, int priceDigits, long size, int sizeDigits) {
      newBids.put(
          Decimal.of(price, priceDigits).stripTrailingZeros(), Decimal.of(size, sizeDigits));
    }

    @Override
    public void ask(long price, int priceDigits, long size, int sizeDigits) {
      newAsks.put(
          Decimal.of(price, priceDigits).stripTrailingZeros(), Decimal.of(size, sizeDigits));
    }

    @Override
    public void commit(
        Instrument instrument,
        Kind kind,
        long first,
        long last,
        long previous,
        long venueMillis,
        long checksum) {
      if (kind == Kind.SNAPSHOT) {
        bids.clear();
        asks.clear();
      }
      bids.putAll(newBids);
      asks.putAll(newAsks);
      bids.values().removeIf(size -> size.signum() == 0);
      asks.values().removeIf(size -> size.signum() == 0);
      sequence = last;
      begin();
    }
  }
}
