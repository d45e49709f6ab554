package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TradeRingTest {
  private static final long TRADES = 2_000_000;

  private final Instrument btc =
      Instrument.builder(
              "test",
              "BTC",
              "BTC",
              "USD",
              TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build())
          .build();

  @Test
  void a_reader_that_is_overtaken_hears_whole_trades_in_their_order_and_how_many_it_missed()
      throws Exception {
    TradeRing ring = new TradeRing(16);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              TradeSlot trade = new TradeSlot();
              for (long n = 1; n <= TRADES; n++) {
                trade.set(btc, n % 2 == 0 ? Side.BUY : Side.SELL, n, n, n, n, n);
                ring.add(trade);
              }
            });
    TradeSlot heard = new TradeSlot();
    long last = 0;
    long lost = 0;
    long whole = 0;
    while (last < TRADES) {
      lost += ring.takeLost();
      if (!ring.poll(heard)) {
        Thread.onSpinWait();
        continue;
      }
      long n = heard.id();
      assertTrue(n > last, "in order");
      assertEquals(n, heard.price());
      assertEquals(n, heard.size());
      assertEquals(n, heard.venueMillis());
      assertEquals(n, heard.receivedNanos());
      assertEquals(n % 2 == 0 ? Side.BUY : Side.SELL, heard.taker());
      last = n;
      whole++;
    }
    writer.get(1, TimeUnit.MINUTES);
    lost += ring.takeLost();
    assertTrue(ring.isEmpty());
    assertEquals(TRADES, whole + lost);
    if (lost > 0) {
      assertTrue(ring.lostFromNanos() <= ring.lostToNanos());
    }
  }
}
