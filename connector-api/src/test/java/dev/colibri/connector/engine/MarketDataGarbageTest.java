package dev.colibri.connector.engine;

import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After warm-up, market data makes no garbage at all. */
class MarketDataGarbageTest {
  private static final int MESSAGES = 100_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Instrument btc = Books.instrument("BTC");
  private long heard;
  private long now;

  /** Reads the touch, as a listener does, and counts. */
  private final class Reader implements BookEvents {
    @Override
    public void needsSnapshot(OrderBook book, long ticket, int attempt) {}

    @Override
    public void changed(OrderBook book) {
      heard += book.price(Side.BUY, 0) > 0 && book.size(Side.SELL, 0) > 0 ? 1 : 0;
    }

    @Override
    public void stateChanged(OrderBook book, BookState from, String reason) {}
  }

  @ParameterizedTest
  @CsvSource({
    "STREAM_SNAPSHOT_THEN_DIFFS, 0, false, false",
    "STREAM_SNAPSHOT_THEN_DIFFS, 100, false, false",
    "STREAM_SNAPSHOT_THEN_DIFFS, 100, false, true",
    "STREAM_SNAPSHOT_THEN_DIFFS, 100, true, false",
    "FULL_SNAPSHOTS, 20, false, false"
  })
  void depth(BookDiscipline discipline, int depth, boolean checksummed, boolean listening) {
    BookChecksum rule =
        (instrument, bids, asks, text) -> {
          for (int i = 0; i < 10; i++) {
            text.level(bids, i).level(asks, i);
          }
          heard += text.crc32() & 1;
          return 7;
        };
    BookKeeper keeper =
        new BookKeeper(
            btc,
            discipline,
            depth,
            depth,
            checksummed ? rule : null,
            Duration.ofSeconds(30),
            new Reader(),
            0);
    if (listening) {
      keeper.listen(change -> heard += change.size() & 1);
    }
    Map<Instrument, BookKeeper> keepers = new LinkedHashMap<>();
    keepers.put(btc, keeper);
    DepthStageImpl stage = new DepthStageImpl(keepers, top -> heard++, () -> now);
    // An instrument of the same name, as after a change of its rules.
    Instrument named = Books.instrument("BTC");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      stage.bid(10_000 - i, 1, 1, 0);
      stage.ask(10_001 + i, 1, 1, 0);
    }
    stage.commit(named, Kind.SNAPSHOT, 1, 1, NONE, 0, NONE);
    long[] sequence = {1};
    Kind kind = discipline == BookDiscipline.FULL_SNAPSHOTS ? Kind.SNAPSHOT : Kind.DIFF;
    assertNoGarbage(
        () -> {
          now++;
          for (int i = 0; i < 10; i++) {
            // A digit less or more than the book has, and exact.
            long bid = 10_000 - 20 * i - random.nextInt(20);
            long ask = 10_001 + 20 * i + random.nextInt(20);
            stage.bid(bid * 1_000, 4, i == 0 ? 1 : random.nextInt(3), 1);
            stage.ask(ask, 1, i == 0 ? 1 : random.nextInt(3) * 10_000, 4);
          }
          stage.bid(10_000, 1, 1, 0);
          stage.ask(10_001, 1, 1, 0);
          if (kind == Kind.SNAPSHOT) {
            stage.begin();
            for (int i = 0; i < 20; i++) {
              stage.bid(10_000 - i, 1, 1 + random.nextInt(3), 1);
              stage.ask(10_001 + i, 1, 1 + random.nextInt(3), 1);
            }
          }
          sequence[0]++;
          stage.commit(named, kind, sequence[0], sequence[0], NONE, 5, 7);
        });
    assertTrue(keeper.book().isValid());
    assertTrue(heard >= MESSAGES);
  }

  @Test
  void tops() {
    DepthStageImpl stage =
        new DepthStageImpl(
            new LinkedHashMap<>(), top -> heard += top.price(Side.BUY) > 0 ? 1 : 0, () -> now);
    assertNoGarbage(
        () -> {
          stage.bid(990, 2, 1, 0);
          stage.ask(101, 1, 1, 0);
          stage.commit(btc, Kind.TOP, NONE, NONE, NONE, 5, NONE);
        });
    assertTrue(heard >= MESSAGES);
  }

  @Test
  void tradesThroughTheRing() {
    TradeRing ring = new TradeRing(64);
    TradeStageImpl stage = new TradeStageImpl((TradeView t) -> ring.add(t), () -> now);
    TradeSlot slot = new TradeSlot();
    long[] id = {0};
    assertNoGarbage(
        () -> {
          stage.price(99_000, 4).size(3, 0).commit(btc, ++id[0], Side.SELL, 5);
          if (id[0] % 100 == 0) {
            heard += ring.takeLost();
            while (ring.poll(slot)) {
              heard += slot.size() > 0 ? 1 : 0;
            }
          }
        });
    assertTrue(heard >= MESSAGES - 100);
  }

  /** The virtual machine itself may allocate once as it compiles; not in each of several rounds. */
  private static void assertNoGarbage(Runnable message) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5 && least > 0; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < MESSAGES; i++) {
        message.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    // The compiler may leave a few bytes; garbage of ours would come with every message.
    assertTrue(least < MESSAGES, least + " bytes for " + MESSAGES + " messages");
  }
}
