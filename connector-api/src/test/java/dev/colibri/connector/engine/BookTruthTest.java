package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.SECOND;
import static dev.colibri.connector.engine.Books.best;
import static dev.colibri.connector.engine.Books.diff;
import static dev.colibri.connector.engine.Books.levels;
import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random markets behind a bad network. After every message: a book that is valid equals the venue's
 * book at its sequence, and so does what a listener to the changes has put together.
 */
class BookTruthTest {
  private static final int STEPS = 400;
  private static final int WANTED = 10;

  /** Levels that a snapshot over REST shows. */
  private static final int LIMIT = 30;

  private static final Instrument BTC = Books.instrument("BTC");

  /** The venue: every change of a level has a number, and its book is remembered for each. */
  private static final class Venue {
    final SplittableRandom random;
    final TreeMap<Long, Long> bids = new TreeMap<>();
    final TreeMap<Long, Long> asks = new TreeMap<>();
    final TreeMap<Long, List<TreeMap<Long, Long>>> history = new TreeMap<>();
    final TreeMap<Long, Long> touchedBids = new TreeMap<>();
    final TreeMap<Long, Long> touchedAsks = new TreeMap<>();
    long sequence = 1_000;
    long middle = 5_000;

    Venue(SplittableRandom random) {
      this.random = random;
      for (int i = 1; i <= 60; i++) {
        bids.put(middle - i, 1L);
        asks.put(middle + i, 1L);
      }
      remember();
    }

    private void remember() {
      history.put(sequence, List.of(new TreeMap<>(bids), new TreeMap<>(asks)));
    }

    /** A few changes, after which the touched levels are what a diff says. */
    void trade() {
      touchedBids.clear();
      touchedAsks.clear();
      middle += random.nextInt(7) - 3;
      for (int i = random.nextInt(6); i >= 0; i--) {
        boolean bid = random.nextBoolean();
        long price = bid ? middle - 1 - random.nextInt(80) : middle + 1 + random.nextInt(80);
        change(bid, price, random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(9));
      }
      // The price moved over these.
      for (Long p : new ArrayList<>(bids.tailMap(middle, true).keySet())) {
        change(true, p, 0);
      }
      for (Long p : new ArrayList<>(asks.headMap(middle, true).keySet())) {
        change(false, p, 0);
      }
    }

    private void change(boolean bid, long price, long size) {
      TreeMap<Long, Long> side = bid ? bids : asks;
      side.remove(price);
      if (size > 0) {
        side.put(price, size);
      }
      (bid ? touchedBids : touchedAsks).put(price, size);
      sequence++;
      remember();
    }

    static void lay(DepthMessage m, boolean bid, Map<Long, Long> levels) {
      levels.forEach((price, size) -> m.add(bid, price, 1, size, 2));
    }
  }

  /** A listener to every change, and what it knows of the book. */
  private static final class Replica {
    final TreeMap<Long, Long> bids = new TreeMap<>();
    final TreeMap<Long, Long> asks = new TreeMap<>();
    BookState state = BookState.LOADING;
    boolean whole = true;
    long told;

    void hear(BookChangeView c) {
      told++;
      whole = c.endOfMessage();
      if (c.kind() == BookChangeView.Kind.CLEARED) {
        state = c.state();
        bids.clear();
        asks.clear();
        return;
      }
      TreeMap<Long, Long> side = c.side() == Side.BUY ? bids : asks;
      Long before = c.size() == 0 ? side.remove(c.price()) : side.put(c.price(), c.size());
      long was = before == null ? 0 : before;
      assertTrue(was != c.size(), "told a change that is none");
    }
  }

  private static final class Run {
    final SplittableRandom random;
    final Venue venue;
    final Books.Recorder out = new Books.Recorder();
    final Replica replica = new Replica();
    final BookKeeper keeper;
    int valid;
    long sequence;
    int epoch;

    Run(long seed, BookDiscipline discipline) {
      random = new SplittableRandom(seed);
      venue = new Venue(random.split());
      keeper =
          new BookKeeper(
              BTC,
              discipline,
              WANTED,
              discipline == BookDiscipline.REST_SNAPSHOT_THEN_DIFFS ? 0 : WANTED,
              (instrument, bids, asks, text) -> {
                for (BookChecksum.Levels side : List.of(bids, asks)) {
                  for (int i = 0; i < side.count(); i++) {
                    text.withoutPoint(side.price(i), side.priceDigits(i), 1);
                    text.withoutPoint(side.size(i), side.sizeDigits(i), 2);
                  }
                }
                return text.crc32();
              },
              Duration.ofSeconds(30),
              out,
              0);
      keeper.listen(replica::hear);
    }

    void check() {
      OrderBook book = keeper.book();
      assertTrue(replica.whole);
      assertEquals(book.isValid(), replica.state == BookState.VALID);
      if (!book.isValid()) {
        return;
      }
      valid++;
      if (book.epoch() == epoch) {
        assertTrue(book.sequence() >= sequence, "the sequence went back");
      }
      epoch = book.epoch();
      sequence = book.sequence();
      List<TreeMap<Long, Long>> truth = venue.history.get(sequence);
      for (Side side : Side.values()) {
        boolean bids = side == Side.BUY;
        TreeMap<Long, Long> all = truth.get(bids ? 0 : 1);
        List<Long> shown = levels(book, side);
        assertEquals(best(all, bids, book.depth(side)), shown);
        assertEquals(shown, best(bids ? replica.bids : replica.asks, bids, book.depth(side)));
        if (book.depth(side) < Math.min(WANTED, all.size())) {
          assertTrue(isAsking(), "shows too few, and asks for no more");
        }
      }
    }

    int answered;

    boolean isAsking() {
      return out.requests > answered;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void overRest(boolean byPrevious) {
    int valid = 0;
    int requests = 0;
    for (long seed = 0; seed < 150; seed++) {
      Run run = new Run(seed, BookDiscipline.REST_SNAPSHOT_THEN_DIFFS);
      SplittableRandom random = run.random;
      Venue venue = run.venue;
      int badness = random.nextInt(4);
      ArrayDeque<DepthMessage> wire = new ArrayDeque<>();
      DepthMessage before = diff(0, 0, 0, 0);
      long end = venue.sequence;
      run.keeper.subscribed(0);
      for (int step = 0; step < STEPS + 20; step++) {
        boolean healed = step >= STEPS;
        long now = step * SECOND;
        long begin = venue.sequence + 1;
        venue.trade();
        DepthMessage m =
            byPrevious
                ? diff(begin, venue.sequence, end, now)
                : diff(begin, venue.sequence, NONE, now);
        end = venue.sequence;
        Venue.lay(m, true, venue.touchedBids);
        Venue.lay(m, false, venue.touchedAsks);
        wire.add(m);
        while (!wire.isEmpty() && (healed || random.nextInt(3) > 0)) {
          DepthMessage next = wire.poll();
          if (healed || random.nextInt(40) >= badness) {
            run.keeper.commit(next);
            run.check();
          }
          if (!healed && random.nextInt(40) < badness) {
            run.keeper.commit(before);
            run.check();
          }
          before = next;
        }
        if (!healed && random.nextInt(400) < badness) {
          wire.clear();
          run.keeper.lost(BookState.DISCONNECTED, "test", now);
          run.check();
          run.answered = run.out.requests;
          run.keeper.subscribed(now);
        }
        if (!healed && random.nextInt(400) < badness) {
          run.keeper.lost(BookState.GAP, "test", now);
          run.check();
        }
        if (run.isAsking() && (healed || random.nextInt(3) == 0)) {
          run.answered = run.out.requests;
          if (!healed && random.nextInt(10) < badness) {
            run.keeper.snapshotFailed(run.out.ticket, now);
          } else {
            // Of now, or some changes ago; even from the midst of a diff.
            long version = Math.max(1_000, venue.sequence - (healed ? 0 : random.nextInt(12)));
            run.keeper.snapshot(
                Books.snapshot(
                    BTC,
                    version,
                    venue.history.get(version).get(0),
                    venue.history.get(version).get(1),
                    LIMIT),
                LIMIT,
                run.out.ticket,
                now);
          }
          run.check();
        }
      }
      assertTrue(run.keeper.book().isValid(), () -> run.out.lines.toString());
      assertEquals(venue.sequence, run.keeper.book().sequence());
      valid += run.valid;
      requests += run.out.requests;
    }
    int most = 150 * STEPS;
    int looked = valid;
    int asked = requests;
    assertTrue(looked > most / 2, () -> "valid only " + looked + " times");
    assertTrue(asked < most / 5, () -> "asked " + asked + " times");
    assertTrue(asked > 150 * 2, () -> "asked only " + asked + " times");
  }

  /** The stream keeps to so many levels, and is subscribed anew whenever the keeper asks. */
  @ParameterizedTest
  @CsvSource({
    "STREAM_SNAPSHOT_THEN_DIFFS, false",
    "STREAM_SNAPSHOT_THEN_DIFFS, true",
    "FULL_SNAPSHOTS, false"
  })
  void onTheStream(BookDiscipline discipline, boolean checksums) {
    int valid = 0;
    for (long seed = 0; seed < 150; seed++) {
      Run run = new Run(seed, discipline);
      SplittableRandom random = run.random;
      Venue venue = run.venue;
      int badness = random.nextInt(4);
      TreeMap<Long, Long> bidsBefore = new TreeMap<>();
      TreeMap<Long, Long> asksBefore = new TreeMap<>();
      long end = 0;
      boolean subscribed = false;
      for (int step = 0; step < STEPS; step++) {
        venue.trade();
        TreeMap<Long, Long> bids = window(venue.bids.descendingMap());
        TreeMap<Long, Long> asks = window(venue.asks);
        // Where there are checksums, no number shows what is missing.
        DepthMessage m = diff(NONE, venue.sequence, checksums ? NONE : end, step * SECOND);
        m.checksum = checksums ? checksum(bids.descendingMap(), asks) : NONE;
        if (!subscribed || discipline == BookDiscipline.FULL_SNAPSHOTS) {
          m.kind = DepthStage.Kind.SNAPSHOT;
          venue.bids.descendingMap().entrySet().stream()
              .limit(WANTED)
              .forEach(e -> m.add(true, e.getKey(), 1, e.getValue(), 2));
          venue.asks.entrySet().stream()
              .limit(WANTED)
              .forEach(e -> m.add(false, e.getKey(), 1, e.getValue(), 2));
        } else {
          layChanges(m, true, bidsBefore, bids, venue.bids);
          layChanges(m, false, asksBefore, asks, venue.asks);
        }
        subscribed = true;
        end = venue.sequence;
        bidsBefore = bids;
        asksBefore = asks;
        if (random.nextInt(40) >= badness) {
          run.keeper.commit(m);
          run.check();
        }
        if (random.nextInt(400) < badness) {
          run.keeper.lost(BookState.DISCONNECTED, "test", step * SECOND);
          run.check();
          subscribed = false;
        }
        if (run.isAsking()) {
          run.answered = run.out.requests;
          subscribed = false;
        }
      }
      valid += run.valid;
    }
    int looked = valid;
    assertTrue(looked > 150 * STEPS / 2, () -> "valid only " + looked + " times");
  }

  /** Of a venue that writes prices with one digit, sizes with two. */
  private static long checksum(Map<Long, Long> bids, Map<Long, Long> asks) {
    StringBuilder text = new StringBuilder();
    for (Map<Long, Long> side : List.of(bids, asks)) {
      side.forEach((price, size) -> text.append(price).append(size));
    }
    CRC32 crc = new CRC32();
    crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  private static TreeMap<Long, Long> window(Map<Long, Long> bestFirst) {
    TreeMap<Long, Long> window = new TreeMap<>();
    bestFirst.entrySet().stream().limit(WANTED).forEach(e -> window.put(e.getKey(), e.getValue()));
    return window;
  }

  /**
   * New sizes and what came into view; deletions; and not a word of what was pushed out of view.
   */
  private static void layChanges(
      DepthMessage m,
      boolean bid,
      Map<Long, Long> before,
      Map<Long, Long> now,
      Map<Long, Long> venue) {
    now.forEach(
        (price, size) -> {
          if (!size.equals(before.get(price))) {
            m.add(bid, price, 1, size, 2);
          }
        });
    before
        .keySet()
        .forEach(
            price -> {
              if (!venue.containsKey(price)) {
                m.add(bid, price, 1, 0, 2);
              }
            });
  }
}
