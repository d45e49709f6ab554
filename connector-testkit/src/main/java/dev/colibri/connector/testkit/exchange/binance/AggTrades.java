package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Trade;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Trades of one taker order at one price, told as one. */
final class AggTrades implements ExchangeListener {

  /** Kept per market. */
  static final int KEPT = 1_000;

  record AggTrade(
      String market,
      long id,
      BigDecimal price,
      BigDecimal quantity,
      long firstId,
      long lastId,
      long time,
      boolean buyerIsMaker,
      long takerOrderId) {}

  private final Map<String, Deque<AggTrade>> kept = new LinkedHashMap<>();
  private final Map<String, Long> lastIds = new LinkedHashMap<>();
  private final Consumer<AggTrade> whole;
  private @Nullable AggTrade growing;

  AggTrades(Consumer<AggTrade> whole) {
    this.whole = whole;
  }

  @Override
  public void trade(Trade t) {
    var g = growing;
    if (g != null && g.takerOrderId() == t.takerOrderId() && g.price().equals(t.price())) {
      growing =
          new AggTrade(
              g.market(),
              g.id(),
              g.price(),
              g.quantity().add(t.quantity()),
              g.firstId(),
              t.id(),
              g.time(),
              g.buyerIsMaker(),
              g.takerOrderId());
      return;
    }
    finish();
    long id = lastIds.merge(t.market(), 1L, Long::sum);
    growing =
        new AggTrade(
            t.market(),
            id,
            t.price(),
            t.quantity(),
            t.id(),
            t.id(),
            t.time(),
            t.buyerIsMaker(),
            t.takerOrderId());
  }

  @Override
  public void settled(long now) {
    finish();
  }

  private void finish() {
    var done = growing;
    if (done != null) {
      growing = null;
      var list = kept.computeIfAbsent(done.market(), m -> new ArrayDeque<>());
      list.addLast(done);
      if (list.size() > KEPT) {
        list.removeFirst();
      }
      whole.accept(done);
    }
  }

  /** The latest, oldest first. */
  List<AggTrade> latest(String market) {
    var list = kept.get(market);
    return list == null ? List.of() : List.copyOf(list);
  }
}
