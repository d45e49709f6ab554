package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.text.JsonWriter;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user is told, as {@code event} lines: the least that tells two different things apart. */
final class Events {
  /** What the tape counts its times from, in nanoseconds since the epoch. */
  private final long zeroNanos;

  Events(long zeroNanos) {
    this.zeroNanos = zeroNanos;
  }

  private static JsonWriter event(String what) {
    return new JsonWriter().object().put("event", what);
  }

  static String of(String what) {
    return event(what).end().toString();
  }

  static String of(String what, String field, String value) {
    return event(what).put(field, value).end().toString();
  }

  /** Money as text, without trailing zeros: a venue's habit of writing them is no event. */
  private static String plain(BigDecimal n) {
    return n.signum() == 0 ? "0" : n.stripTrailingZeros().toPlainString();
  }

  private static JsonWriter put(JsonWriter w, String field, @Nullable BigDecimal n) {
    return n == null ? w : w.put(field, plain(n));
  }

  String order(OrderEvent e) {
    OrderState s = e.state();
    JsonWriter w = event(e.kind().name()).put("order", s.clientId());
    Fill fill = e.fill();
    if (fill != null) {
      w.put("price", plain(fill.price())).put("size", plain(fill.size()));
      w.put("trade", fill.tradeId());
      Fee fee = fill.fee();
      if (fee != null) {
        w.put("fee", plain(fee.amount()) + " " + fee.asset());
      }
    }
    if (e.kind() == OrderEvent.Kind.AMENDED) {
      put(w, "price", s.order().price());
      put(w, "size", s.order().size());
    }
    return state(w, s, e.isTerminal()).end().toString();
  }

  private static JsonWriter state(JsonWriter w, OrderState s, boolean terminal) {
    if (!terminal) {
      w.put("status", s.status().name());
    }
    if (s.filled().signum() != 0) {
      w.put("filled", plain(s.filled()));
    }
    Reject reject = s.reject();
    if (reject != null) {
      w.put("reject", reject.getClass().getSimpleName()).put("raw", reject.raw());
    }
    if (!s.ours()) {
      w.put("ours", false);
    }
    return w;
  }

  /** The state of an order as the answer to a question. */
  String order(OrderState s) {
    JsonWriter w = event("order").put("order", s.clientId());
    if (s.order().venueId() != null) {
      w.put("venueId", s.order().venueId());
    }
    put(w, "average", s.averagePrice());
    PositionSide position = s.order().positionSide();
    if (position != null) {
      w.put("position", position.name());
    }
    if (s.order().isReduceOnly()) {
      w.put("reduceOnly", true);
    }
    if (s.order().marginMode() != null) {
      w.put("margin", s.order().marginMode().name());
    }
    return state(w, s, false).end().toString();
  }

  String connector(ConnectorEvent e) {
    JsonWriter w = event(e.getClass().getSimpleName());
    for (RecordComponent c : e.getClass().getRecordComponents()) {
      Object value;
      try {
        value = c.getAccessor().invoke(e);
      } catch (ReflectiveOperationException x) {
        throw new AssertionError(x);
      }
      put(w, c.getName(), value);
    }
    return w.end().toString();
  }

  private void put(JsonWriter w, String name, @Nullable Object value) {
    if (value instanceof Boolean truth) {
      w.put(name, truth.booleanValue());
    } else if (value instanceof Long nanos) {
      w.put(name.replace("Nanos", ""), (nanos - zeroNanos) / 1_000_000);
    } else if (value instanceof Instrument i) {
      w.put(name, i.name());
    } else if (value instanceof OrderState s) {
      w.put(name, s.clientId()).put("status", s.status().name());
    } else if (value instanceof Balance b) {
      w.put(name, b.asset() + " " + plain(b.total()) + " " + plain(b.available()));
    } else if (value instanceof Leverage l) {
      w.put(name, l.instrument().name() + " " + plain(l.leverage()) + " " + l.mode());
    } else if (value instanceof Throwable t) {
      w.put(name, t.getClass().getSimpleName());
    } else if (value != null && !"".equals(value)) {
      w.put(name, value.toString());
    }
  }

  /** How a position changed: what it was, what it is, and what it is held from. */
  String position(PositionEvent e) {
    JsonWriter w = event("position").put("kind", e.kind().name());
    of(w, e.now()).put("before", plain(e.before().size())).put("now", plain(e.now().size()));
    put(w, "entry", e.now().entryPrice());
    Fill fill = e.fill();
    if (fill != null) {
      w.put("trade", fill.tradeId());
    }
    return w.end().toString();
  }

  private static JsonWriter of(JsonWriter w, Position p) {
    w.put("of", p.instrument().name());
    return p.side() == PositionSide.NET ? w : w.put("side", p.side().name());
  }

  /** A position as the answer to a question. */
  String held(Position p) {
    JsonWriter w = of(event("held"), p).put("size", plain(p.size()));
    put(w, "entry", p.entryPrice());
    put(w, "mark", p.markPrice());
    put(w, "liquidation", p.liquidationPrice());
    put(w, "profit", p.unrealisedProfit());
    put(w, "margin", p.margin());
    put(w, "leverage", p.leverage());
    if (p.marginMode() != null) {
      w.put("mode", p.marginMode().name());
    }
    return w.end().toString();
  }

  String leverage(Leverage l) {
    return event("leverage")
        .put("of", l.instrument().name())
        .put("leverage", plain(l.leverage()))
        .put("mode", l.mode().name())
        .end()
        .toString();
  }

  String funding(FundingRate r) {
    JsonWriter w = event("funding").put("of", r.instrument().name());
    put(w, "mark", r.markPrice());
    put(w, "index", r.indexPrice());
    put(w, "rate", r.rate());
    if (r.nextMillis() > 0) {
      w.put("next", r.nextMillis());
    }
    return w.end().toString();
  }

  String payment(FundingPayment p) {
    JsonWriter w =
        event("payment")
            .put("of", p.instrument().name())
            .put("id", p.id())
            .put("asset", p.asset())
            .put("amount", plain(p.amount()));
    put(w, "rate", p.rate());
    put(w, "size", p.size());
    return w.put("at", p.venueMillis()).end().toString();
  }

  String balance(Balance b) {
    return event("balance")
        .put("asset", b.asset())
        .put("total", plain(b.total()))
        .put("available", plain(b.available()))
        .end()
        .toString();
  }

  String book(OrderBook b) {
    JsonWriter w = event("book").put("of", b.instrument().name()).put("state", b.state().name());
    if (b.isValid()) {
      w.put("sequence", b.sequence());
      level(w, "bid", b.bestBid());
      level(w, "ask", b.bestAsk());
      w.put("levels", b.depth(Side.BUY) + "/" + b.depth(Side.SELL));
    }
    return w.end().toString();
  }

  private static void level(JsonWriter w, String name, @Nullable Level l) {
    if (l != null) {
      w.put(name, plain(l.price()) + " " + plain(l.size()));
    }
  }

  String trade(Trade t) {
    return event("trade")
        .put("of", t.instrument().name())
        .put("id", t.id())
        .put("taker", t.taker().name())
        .put("price", plain(t.price()))
        .put("size", plain(t.size()))
        .end()
        .toString();
  }

  String ticker(String what, Ticker t) {
    JsonWriter w = event(what).put("of", t.instrument().name());
    level(w, "bid", t.bid());
    level(w, "ask", t.ask());
    return put(w, "last", t.last()).end().toString();
  }

  String candle(Candle c) {
    JsonWriter w = event("candle");
    for (RecordComponent r : Candle.class.getRecordComponents()) {
      try {
        Object value = r.getAccessor().invoke(c);
        if (value instanceof BigDecimal n) {
          w.put(r.getName(), plain(n));
        } else if (value instanceof Long n) {
          w.put(r.getName(), n);
        }
      } catch (ReflectiveOperationException x) {
        throw new AssertionError(x);
      }
    }
    return w.end().toString();
  }

  String exposure(Exposure e) {
    JsonWriter w = event("exposure").put("of", e.instrument().name());
    put(w, "buyLeast", e.buy().least());
    put(w, "buyMost", e.buy().most());
    put(w, "sellLeast", e.sell().least());
    return put(w, "sellMost", e.sell().most()).end().toString();
  }

  String fee(Fee f) {
    return event("fee").put("asset", f.asset()).put("amount", plain(f.amount())).end().toString();
  }

  String instrument(Instrument i) {
    JsonWriter w =
        event("instrument")
            .put("of", i.name())
            .put("symbol", i.symbol())
            .put("state", i.state().name())
            .put("rules", i.rules().toString());
    if (i.contractSize().compareTo(BigDecimal.ONE) != 0) {
      w.put("contract", plain(i.contractSize()));
    }
    if (!i.settle().equals(i.quote())) {
      w.put("settle", i.settle());
    }
    return put(w, "maxLeverage", i.maxLeverage()).end().toString();
  }

  String list(String what, String field, List<String> names) {
    JsonWriter w = event(what).array(field);
    names.forEach(w::value);
    return w.end().end().toString();
  }

  String refused(Refused r) {
    JsonWriter w = event("refused").put("rule", r.rule().name()).put("value", r.value());
    return put(w, "nearest", r.nearest()).end().toString();
  }
}
