package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.best;
import static dev.colibri.connector.engine.Books.diff;
import static dev.colibri.connector.engine.Books.levels;
import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookDiscipline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Six diffs and the snapshot, of any age, in every order. */
class BookInterleavingTest {
  private static final int DIFFS = 6;
  private final Instrument btc = Books.instrument("BTC");

  /** The venue's bids after each of its changes; diff i holds the changes 2i+1 and 2i+2. */
  private final List<TreeMap<Long, Long>> truth = new ArrayList<>();

  private final List<long[]> changes = new ArrayList<>();
  private final TreeMap<Long, Long> asks = new TreeMap<>(java.util.Map.of(200L, 1L));

  BookInterleavingTest() {
    TreeMap<Long, Long> bids = new TreeMap<>();
    bids.put(100L, 1L);
    truth.add(new TreeMap<>(bids));
    for (int i = 1; i <= 2 * DIFFS; i++) {
      // Each touches a price that others touch too, and some delete it.
      long price = 95 + i * 7 % 5;
      long size = i % 4 == 0 ? 0 : i;
      bids.remove(price);
      if (size > 0) {
        bids.put(price, size);
      }
      changes.add(new long[] {price, size});
      truth.add(new TreeMap<>(bids));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverIsValidIsTheVenuesBookAndItRecovers(boolean byPrevious) {
    int[] runs = new int[2];
    for (int version = 0; version <= 2 * DIFFS; version++) {
      permute(new ArrayList<>(), new boolean[DIFFS + 1], version, byPrevious, runs);
    }
    assertEquals(5_040 * 13, runs[0]);
    assertTrue(runs[1] > runs[0], () -> "valid " + runs[1] + " times only");
  }

  private void permute(
      List<Integer> order, boolean[] used, int version, boolean byPrevious, int[] runs) {
    if (order.size() == used.length) {
      run(order, version, byPrevious, runs);
      return;
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        used[i] = true;
        order.add(i);
        permute(order, used, version, byPrevious, runs);
        order.remove(order.size() - 1);
        used[i] = false;
      }
    }
  }

  /** The number {@link #DIFFS} stands for the snapshot. */
  private void run(List<Integer> order, int version, boolean byPrevious, int[] runs) {
    Books.Recorder out = new Books.Recorder();
    BookKeeper keeper =
        new BookKeeper(
            btc,
            BookDiscipline.REST_SNAPSHOT_THEN_DIFFS,
            0,
            0,
            null,
            Duration.ofSeconds(30),
            out,
            0);
    keeper.subscribed(0);
    for (int what : order) {
      if (what == DIFFS) {
        keeper.snapshot(Books.snapshot(btc, version, truth.get(version), asks, 99), 0, 1, 0);
      } else {
        keeper.commit(message(what, byPrevious));
      }
      runs[1] += check(keeper.book());
    }
    // Whoever asks is answered with the newest there is.
    for (int i = 0; i < 3 && !keeper.book().isValid(); i++) {
      keeper.snapshot(
          Books.snapshot(btc, 2 * DIFFS, truth.get(2 * DIFFS), asks, 99), 0, out.ticket, 0);
    }
    assertEquals(1, check(keeper.book()), () -> order + " from " + version + ": " + out.lines);
    runs[0]++;
  }

  private DepthMessage message(int i, boolean byPrevious) {
    DepthMessage m =
        byPrevious ? diff(NONE, 2 * i + 2, 2 * i, 0) : diff(2 * i + 1, 2 * i + 2, NONE, 0);
    for (int c = 2 * i; c < 2 * i + 2; c++) {
      m.add(true, changes.get(c)[0], 1, changes.get(c)[1], 2);
    }
    return m;
  }

  private int check(OrderBook book) {
    if (!book.isValid()) {
      return 0;
    }
    assertEquals(best(truth.get((int) book.sequence()), true, 99), levels(book, Side.BUY));
    return 1;
  }
}
