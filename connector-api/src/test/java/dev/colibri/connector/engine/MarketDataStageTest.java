package dev.colibri.connector.engine;

import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage.Kind;
import dev.colibri.connector.text.TextException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The doors through which sessions hand market data to the engine. */
class MarketDataStageTest {
  private final Instrument btc = Books.instrument("BTC");
  private final Instrument eth = Books.instrument("ETH");
  private final Map<Instrument, BookKeeper> keepers = new LinkedHashMap<>();
  private final Books.Recorder out = new Books.Recorder();
  private final List<Ticker> tops = new ArrayList<>();
  private final List<Trade> trades = new ArrayList<>();
  private long now = 5;
  private final DepthStageImpl depth =
      new DepthStageImpl(keepers, top -> tops.add(top.toTicker()), () -> now);
  private final TradeStageImpl trade = new TradeStageImpl(t -> trades.add(t.toTrade()), () -> now);

  private BookKeeper keep(Instrument instrument) {
    BookKeeper keeper =
        new BookKeeper(
            instrument,
            BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS,
            0,
            0,
            null,
            Duration.ofSeconds(30),
            out,
            0);
    keepers.put(instrument, keeper);
    return keeper;
  }

  private void whole(Instrument instrument) {
    depth.bid(990, 2, 1_0000, 4);
    depth.ask(101, 1, 2, 0);
    depth.commit(instrument, Kind.SNAPSHOT, NONE, 7, NONE, 1_234, NONE);
  }

  @Test
  void aMessageReachesTheBookOfItsInstrumentWithItsTimes() {
    BookKeeper keeper = keep(btc);
    BookKeeper other = keep(eth);
    now = 77;
    whole(btc);
    assertEquals("9.9=1.00 | 10.1=2.00", Books.show(keeper.book()));
    assertEquals(1_234, keeper.book().venueMillis());
    assertEquals(77, keeper.book().receivedNanos());
    assertEquals(BookState.LOADING, other.book().state());
  }

  @Test
  void aBookThatNobodySubscribesIsIgnored() {
    whole(btc);
    assertEquals(List.of(), out.lines);
  }

  @Test
  void levelsOfOneMessageAreNotInTheNext() {
    BookKeeper keeper = keep(btc);
    whole(eth);
    whole(btc);
    depth.bid(1, 0, 1, 0);
    depth.begin();
    depth.commit(btc, Kind.DIFF, 8, 8, NONE, 0, NONE);
    assertEquals("9.9=1.00 | 10.1=2.00", Books.show(keeper.book()));
    assertEquals(8, keeper.book().sequence());
  }

  @Test
  void aMessageSetAsideLeavesNothingAndItsBooksInvalid() {
    BookKeeper keeper = keep(btc);
    BookKeeper other = keep(eth);
    whole(btc);
    whole(eth);
    depth.bid(1, 0, 1, 0);
    depth.discard(List.of(btc), "byte 17: expected a number");
    assertEquals(BookState.UNREADABLE, keeper.book().state());
    assertTrue(other.book().isValid());
    depth.commit(eth, Kind.DIFF, 8, 8, NONE, 0, NONE);
    assertEquals("9.9=1.00 | 10.1=2.00", Books.show(other.book()));
  }

  @Test
  void aTopTouchesNoBook() {
    BookKeeper keeper = keep(btc);
    whole(btc);
    depth.bid(95, 1, 3, 0);
    depth.ask(96_000, 4, 4, 0);
    depth.commit(btc, Kind.TOP, NONE, NONE, NONE, 42, NONE);
    assertEquals("9.9=1.00 | 10.1=2.00", Books.show(keeper.book()));
    Ticker top = tops.get(0);
    assertEquals("9.5", top.bid().price().toPlainString());
    assertEquals("3.00", top.bid().size().toPlainString());
    assertEquals("9.6", top.ask().price().toPlainString());
    assertEquals(42, top.venueMillis());
    assertNull(top.last());
  }

  @Test
  void aTopMayLackASide() {
    depth.bid(95, 1, 3, 0);
    depth.ask(0, 0, 0, 0);
    depth.commit(btc, Kind.TOP, NONE, NONE, NONE, 42, NONE);
    assertNull(tops.get(0).ask());
    assertEquals("9.5", tops.get(0).bid().price().toPlainString());
    depth.commit(btc, Kind.TOP, NONE, NONE, NONE, 42, NONE);
    assertNull(tops.get(1).bid());
  }

  @Test
  void aTopThatCannotBeIsRefused() {
    assertTopRefused(96, 1, 95, 1);
    assertTopRefused(95, 1, 95, 1);
    assertTopRefused(-5, 1, 95, 1);
    assertTopRefused(94, -1, 95, 1);
    depth.bid(9_555, 3, 1, 0);
    assertThrows(
        TextException.class,
        () -> depth.commit(btc, Kind.TOP, NONE, NONE, NONE, 0, NONE),
        "it would have to be rounded");
    assertEquals(List.of(), tops);
  }

  private void assertTopRefused(long bid, long bidSize, long ask, long askSize) {
    depth.bid(bid, 1, bidSize, 0);
    depth.ask(ask, 1, askSize, 0);
    assertThrows(TextException.class, () -> depth.commit(btc, Kind.TOP, NONE, NONE, NONE, 0, NONE));
  }

  @Test
  void aTradeHasTheInstrumentsDigits() {
    trade.price(9_900, 3).size(1, 0).commit(btc, 17, Side.SELL, 42);
    Trade t = trades.get(0);
    assertEquals(btc, t.instrument());
    assertEquals("17", t.id());
    assertEquals(Side.SELL, t.taker());
    assertEquals("9.9", t.price().toPlainString());
    assertEquals("1.00", t.size().toPlainString());
    assertEquals(42, t.venueMillis());
  }

  @Test
  void aTradeThatCannotBeIsRefusedAndNotPartOfTheNext() {
    assertTradeRefused(9_955, 3, 1, 0);
    assertTradeRefused(0, 0, 1, 0);
    assertTradeRefused(99, 1, 0, 0);
    assertTradeRefused(-99, 1, 1, 0);
    assertTradeRefused(99, 1, -1, 0);
    assertTradeRefused(Long.MAX_VALUE, 0, 1, 0);
    trade.price(99, 1);
    assertThrows(TextException.class, () -> trade.commit(btc, 2, Side.BUY, 0));
    trade.price(99, 1).size(1, 0);
    trade.discard();
    assertThrows(TextException.class, () -> trade.commit(btc, 2, Side.BUY, 0));
    assertEquals(List.of(), trades);
  }

  private void assertTradeRefused(long price, int priceDigits, long size, int sizeDigits) {
    assertThrows(
        TextException.class,
        () -> trade.price(price, priceDigits).size(size, sizeDigits).commit(btc, 1, Side.BUY, 0));
  }

  @Test
  void theRingKeepsTheNewestTradesAndCountsWhatItLost() {
    TradeRing ring = new TradeRing(3);
    TradeStageImpl stage = new TradeStageImpl(ring::add, () -> now);
    TradeSlot slot = new TradeSlot();
    assertTrue(ring.isEmpty());
    for (int id = 1; id <= 5; id++) {
      now = 100 + id;
      stage.price(99, 1).size(id, 0).commit(id % 2 == 0 ? btc : eth, id, Side.BUY, id);
    }
    assertEquals(2, ring.takeLost());
    assertEquals(101, ring.lostFromNanos());
    assertEquals(102, ring.lostToNanos());
    assertEquals(0, ring.takeLost());
    for (int id = 3; id <= 5; id++) {
      assertTrue(ring.poll(slot));
      assertEquals(id, slot.id());
      assertEquals(100L * id, slot.size());
      assertEquals(100 + id, slot.receivedNanos());
      assertEquals(id % 2 == 0 ? btc : eth, slot.instrument());
    }
    assertFalse(ring.poll(slot));
    assertTrue(ring.isEmpty());
  }

  @Test
  void theRingGoesAroundForEver() {
    TradeRing ring = new TradeRing(4);
    TradeStageImpl stage = new TradeStageImpl(ring::add, () -> now);
    TradeSlot slot = new TradeSlot();
    long heard = 0;
    long lost = 0;
    for (int id = 1; id <= 1_000; id++) {
      stage.price(99, 1).size(1, 0).commit(btc, id, Side.BUY, 0);
      if (id % 7 == 0) {
        lost += ring.takeLost();
        while (ring.poll(slot)) {
          heard++;
          assertEquals(id - 4 + (heard - 1) % 4 + 1, slot.id());
        }
      }
    }
    assertEquals(1_000 - 1_000 % 7, heard + lost);
    assertEquals(3 * (1_000 / 7), lost);
  }
}
