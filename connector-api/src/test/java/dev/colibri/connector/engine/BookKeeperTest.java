package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.SECOND;
import static dev.colibri.connector.engine.Books.diff;
import static dev.colibri.connector.spi.BookDiscipline.FULL_SNAPSHOTS;
import static dev.colibri.connector.spi.BookDiscipline.REST_SNAPSHOT_THEN_DIFFS;
import static dev.colibri.connector.spi.BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS;
import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a keeper says to a script of what happens to it.
 *
 * <p>A script: {@code sub} the subscription is in place; {@code d 5..7} a diff of these numbers,
 * {@code d 7<5} of the number 7 that follows 5, {@code d 7} that says 7 only, {@code d} that says
 * none; {@code whole 5} a whole book on the stream; {@code rest 5} one as the answer to the last
 * request; {@code same} the venue has nothing newer; {@code no} a request that failed; {@code gap},
 * {@code down}, {@code close} what the session or the spine tell; {@code +3} seconds pass and what
 * is due expires. Levels may follow: {@code b9.9=1} for bids, {@code a10.1=2} for asks; a whole
 * book has one of each unless it says more.
 */
class BookKeeperTest {

  static Stream<Arguments> scripts() {
    return Stream.of(
        of(
            "a snapshot between diffs",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; d 5..7; rest 6; d 8..8",
            "ask 0; VALID; at 7; at 8"),
        of(
            "data before the subscription is confirmed",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 5..7; sub; rest 6",
            "ask 0; VALID; at 7"),
        of(
            "a quiet market is valid without a diff",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6",
            "ask 0; VALID; at 6"),
        of(
            "a snapshot newer than all that waits",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 5..7; d 8..9; rest 12; d 10..12; d 13..13",
            "ask 0; VALID; at 12; at 13"),
        of(
            "the first diff may reach back over the snapshot",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 3..9; d 10..10",
            "ask 0; VALID; at 6; at 9; at 10"),
        of(
            "a snapshot older than the first diff is asked for again, and what waits is kept",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 5..7; rest 3; d 8..8; rest 4",
            "ask 0; ask 1; VALID; at 8"),
        of(
            "a gap among what waits needs a snapshot beyond it",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 5..7; d 9..9; rest 6; d 10..10; rest 8",
            "ask 0; ask 1; VALID; at 10"),
        of(
            "where no snapshot reaches what waits, the stream begins anew",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 99..99; rest 7; rest 8; rest 9; rest 10; rest 11; sub; rest 12; d 13..13",
            "ask 0; VALID; at 6; GAP; ask 1; ask 2; ask 3; ask 4; ask 5; STALE; LOADING; ask 6;"
                + " VALID; at 12; at 13"),
        of(
            "a request that fails is made again",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; no; no; rest 6",
            "ask 0; ask 1; ask 2; VALID; at 6"),
        of(
            "a snapshot that nobody asked for is ignored",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; rest 9; d 7..7",
            "ask 0; VALID; at 6; at 7"),
        of(
            "a gap is told before anything is asked, and the diff that showed it is kept",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 8..8; d 9..9; rest 7",
            "ask 0; VALID; at 6; GAP; ask 1; VALID; at 9"),
        of(
            "old and repeated diffs are dropped",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 4..6; d 7..8; d 7..8; d 5..6; d 9..9",
            "ask 0; VALID; at 6; at 8; at 9"),
        of(
            "a diff that overlaps covers what is missing, so it is applied",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 7..9; d 8..12",
            "ask 0; VALID; at 6; at 9; at 12"),
        of(
            "previous: the first may reach back, then each must follow the last",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 9<4; d 15<9; d 20<16",
            "ask 0; VALID; at 6; at 9; at 15; GAP; ask 1"),
        of(
            "previous: an overlap is a gap once the chain has begun",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 9<6; d 15<8",
            "ask 0; VALID; at 6; at 9; GAP; ask 1"),
        of(
            "previous: holes in the numbers are lawful",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 90<80; d 110<90; rest 100; d 130<110",
            "ask 0; VALID; at 110; at 130"),
        of(
            "previous: a message that only says that there is nothing new",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 6<6; d 7<6",
            "VALID; at 6; at 6; at 7"),
        of(
            "previous: numbers that begin anew",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 2<6; whole 3; d 4<3",
            "VALID; at 6; GAP; ask 0; VALID; at 3; at 4"),
        of(
            "a last number alone must rise",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 8; d 7; d 8; d 20",
            "VALID; at 6; at 8; at 20"),
        of(
            "no numbers at all: changes are counted",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole; d; d; whole; d",
            "VALID; at 1; at 2; at 3; at 4; at 5"),
        of(
            "a message without a number among those that have one could be any",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d",
            "VALID; at 6; GAP; ask 0"),
        of(
            "diffs before the stream's snapshot say nothing",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; d 4..4; d 5..5; whole 6; d 7..7",
            "VALID; at 6; at 7"),
        of(
            "a gap on a stream that gives its snapshot: subscribed anew, and silent until it comes",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 8..8; d 9..9; whole 12; d 13..13",
            "VALID; at 6; GAP; ask 0; VALID; at 12; at 13"),
        of(
            "the stream sends a whole book again",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 7..7; whole 9; d 10..10",
            "VALID; at 6; at 7; at 9; at 10"),
        of(
            "a whole book of an older number shows that the venue began anew",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; whole 1; d 2..2",
            "VALID; at 6; GAP; VALID; at 1; at 2"),
        of(
            "whole books, in any number of levels, old ones dropped",
            FULL_SNAPSHOTS,
            "sub; whole 6; whole 9; whole 8; whole 9; whole 10",
            "VALID; at 6; at 9; at 9; at 10"),
        of("whole books without numbers", FULL_SNAPSHOTS, "sub; whole; whole", "VALID; at 1; at 2"),
        of(
            "whole books: a crossed one is followed by the next",
            FULL_SNAPSHOTS,
            "sub; whole 6; whole 7 b10.2=1 a10.1=1; whole 8",
            "VALID; at 6; CROSSED; VALID; at 8"),
        of(
            "whole books: a lost one is followed by the next",
            FULL_SNAPSHOTS,
            "sub; whole 6; gap; whole 8",
            "VALID; at 6; GAP; VALID; at 8"),
        of(
            "a diff that crosses the book",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 7..7 b10.1=1; d 8..8; whole 9",
            "VALID; at 6; CROSSED; ask 0; VALID; at 9"),
        of(
            "a diff that locks the book over REST is replayed onto the next snapshot",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 7..7 a9.9=1; rest 6 b9.8=1 a10.1=1",
            "ask 0; VALID; at 6; CROSSED; ask 1; VALID; at 7"),
        of(
            "a snapshot that is crossed",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6 b10=1 a10=1; rest 7",
            "ask 0; CROSSED; ask 1; VALID; at 7"),
        of(
            "a number that cannot be read",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; d 7..7 b9.8=-1; d 8..8; whole 9",
            "VALID; at 6; UNREADABLE; ask 0; VALID; at 9"),
        of(
            "a whole book that names a price twice",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6 b9.9=1 b9.9=2 a10.1=1; rest 7",
            "ask 0; UNREADABLE; ask 1; VALID; at 7"),
        of(
            "what waits is unreadable",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; d 7..7 b-1=1; rest 6; rest 7",
            "ask 0; UNREADABLE; ask 1; VALID; at 7"),
        of(
            "the session tells of a loss: what was asked for before it shows nothing",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; gap; late 6; rest 8",
            "ask 0; GAP; ask 1; VALID; at 8"),
        of(
            "after a loss nothing older than what was known is valid again",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 7..9; gap; rest 8; rest 9",
            "ask 0; VALID; at 6; at 9; GAP; ask 1; ask 2; VALID; at 9"),
        of(
            "unless the stream itself counts from a new beginning",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 600; gap; d 3..3; rest 2",
            "ask 0; VALID; at 600; GAP; ask 1; VALID; at 3"),
        of(
            "a new connection begins from nothing",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; d 7..7; down; late 8; no; sub; rest 3; d 4..4",
            "ask 0; VALID; at 6; at 7; DISCONNECTED; LOADING; ask 0; VALID; at 3; at 4"),
        of(
            "the first diff of a new connection begins it too",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; down; d 7..7; sub; rest 7",
            "ask 0; VALID; at 6; DISCONNECTED; LOADING; ask 0; VALID; at 7"),
        of(
            "what waited for one connection is not for the next",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 5..5; down; d 9..9; rest 6; rest 8",
            "ask 0; DISCONNECTED; LOADING; ask 0; ask 1; VALID; at 9"),
        of(
            "even where the next counts from a new beginning",
            REST_SNAPSHOT_THEN_DIFFS,
            "d 500..500; down; d 3..3; rest 2",
            "ask 0; DISCONNECTED; LOADING; ask 0; VALID; at 3"),
        of(
            "closed is for good",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; close; d 7..7; sub; rest 8; down; +99",
            "ask 0; VALID; at 6; CLOSED"),
        of(
            "silence makes a book stale, and a diff that follows shows that nothing was missed",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; +29; d 7..7; +29; +1; +99; d 8..8; +30",
            "ask 0; VALID; at 6; at 7; STALE; VALID; at 8; STALE"),
        of(
            "a silence that the venue confirms is the market's own",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; +29; same; +29; +1; +99; same; down; same; +99",
            "ask 0; VALID; at 6; STALE; DISCONNECTED"),
        of(
            "a diff that does not follow the silence is a gap",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; +30; d 8..8; rest 8",
            "ask 0; VALID; at 6; STALE; GAP; ask 0; VALID; at 8"),
        of(
            "old diffs do not keep a book fresh",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole 6; +29; d 5..5; +1",
            "VALID; at 6; STALE"),
        of(
            "without numbers nothing is known after a silence",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; whole; +30; d; whole",
            "VALID; at 1; STALE; GAP; ask 0; VALID; at 2"),
        of(
            "a stale book that is subscribed anew begins from nothing",
            REST_SNAPSHOT_THEN_DIFFS,
            "sub; rest 6; +30; sub; rest 2; d 3..3",
            "ask 0; VALID; at 6; STALE; LOADING; ask 0; VALID; at 2; at 3"),
        of(
            "a subscription that gives nothing is stale",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "sub; +29; +1; +99; whole 6",
            "STALE; VALID; at 6"),
        of(
            "requests that soon fail again climb the backoff; a calm book begins it anew",
            STREAM_SNAPSHOT_THEN_DIFFS,
            "whole 1; gap; whole 2; gap; whole 3; +10; gap",
            "VALID; at 1; GAP; ask 0; VALID; at 2; GAP; ask 1; VALID; at 3; GAP; ask 0"));
  }

  private static Arguments of(
      String what, BookDiscipline discipline, String script, String expected) {
    return arguments(what, discipline, script, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scripts")
  void says(String what, BookDiscipline discipline, String script, String expected) {
    Play play = new Play(discipline, 0);
    for (String step : script.split("; ")) {
      play.step(step);
    }
    assertEquals(expected, String.join("; ", play.out.lines));
  }

  /** A keeper under a script. */
  private static final class Play {
    final Books.Recorder out = new Books.Recorder();
    final BookKeeper keeper;
    long now = SECOND;

    Play(BookDiscipline discipline, int depth) {
      this(discipline, depth, discipline == REST_SNAPSHOT_THEN_DIFFS ? 0 : depth);
    }

    Play(BookDiscipline discipline, int shown, int window) {
      keeper =
          new BookKeeper(
              Books.instrument("BTC"),
              discipline,
              shown,
              window,
              null,
              Duration.ofSeconds(30),
              out,
              now);
    }

    void step(String step) {
      String[] words = step.split(" ");
      String numbers = words.length > 1 && words[1].matches("\\d.*") ? words[1] : "";
      switch (words[0]) {
        case "sub" -> keeper.subscribed(now);
        case "same" -> keeper.confirmed(now);
        case "no" -> keeper.snapshotFailed(out.ticket, now);
        case "gap" -> keeper.lost(BookState.GAP, "told", now);
        case "down" -> keeper.lost(BookState.DISCONNECTED, "told", now);
        case "close" -> keeper.lost(BookState.CLOSED, "told", now);
        case "rest" -> keeper.snapshot(snapshot(numbers, words), 0, out.ticket, now);
        case "late" -> keeper.snapshot(snapshot(numbers, words), 0, out.ticket - 1, now);
        case "whole" -> keeper.commit(message(DepthStage.Kind.SNAPSHOT, numbers, words));
        case "d" -> keeper.commit(message(DepthStage.Kind.DIFF, numbers, words));
        default -> {
          now += Long.parseLong(step) * SECOND;
          keeper.expire(now);
        }
      }
    }

    private DepthMessage message(DepthStage.Kind kind, String numbers, String[] words) {
      DepthMessage m = diff(NONE, NONE, NONE, now);
      m.kind = kind;
      if (numbers.contains("..")) {
        m.first = Long.parseLong(numbers.split("\\.\\.")[0]);
        m.last = Long.parseLong(numbers.split("\\.\\.")[1]);
      } else if (numbers.contains("<")) {
        m.last = Long.parseLong(numbers.split("<")[0]);
        m.previous = Long.parseLong(numbers.split("<")[1]);
      } else if (!numbers.isEmpty()) {
        m.last = Long.parseLong(numbers);
      }
      for (long[] l : levels(kind == DepthStage.Kind.SNAPSHOT, words)) {
        m.add(l[0] > 0, l[1], 1, l[2], 2);
      }
      return m;
    }

    private BookSnapshot snapshot(String number, String[] words) {
      BookSnapshot s = new BookSnapshot(Books.instrument("BTC"), Long.parseLong(number), 0);
      for (long[] l : levels(true, words)) {
        (l[0] > 0 ? s.bids() : s.asks()).add(l[1], 1, l[2], 2);
      }
      return s;
    }

    private static List<long[]> levels(boolean whole, String[] words) {
      List<long[]> levels = new ArrayList<>();
      for (String w : words) {
        if (w.matches("[ab].*=.*")) {
          String[] n = w.substring(1).split("=");
          levels.add(
              new long[] {
                w.charAt(0) == 'b' ? 1 : -1,
                new BigDecimal(n[0]).movePointRight(1).longValueExact(),
                new BigDecimal(n[1]).movePointRight(2).longValueExact()
              });
        }
      }
      if (whole && levels.isEmpty()) {
        return List.of(new long[] {1, 99, 100}, new long[] {-1, 101, 100});
      }
      return levels;
    }

    String show() {
      return Books.show(keeper.book());
    }
  }

  @Test
  void appliesWhatWaitedToTheSnapshot() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("d 5..5 b9.7=7 b9.8=5");
    play.step("d 6..6 b9.8=6 a10.2=6");
    play.step("d 7..7 b9.9=0 a10.1=2");
    play.step("rest 5 b9.9=1 b9.8=5 a10.1=1");
    assertEquals("9.8=6.00 | 10.1=2.00 10.2=6.00", play.show());
    assertEquals(7, play.keeper.book().sequence());
  }

  @Test
  void whatWasKnownBeforeAGapIsGone() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, 0);
    play.step("whole 6 b9.9=1 b9.8=1 a10.1=1");
    play.step("d 8..8");
    play.step("whole 9 b9.7=3 a10.3=3");
    assertEquals("9.7=3.00 | 10.3=3.00", play.show());
  }

  @Test
  void nothingOfOneConnectionIsInTheNext() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("sub");
    play.step("rest 6 b9.9=1 b9.8=1 a10.1=1");
    long ticket = play.out.ticket;
    int epoch = play.keeper.book().epoch();
    play.step("down");
    play.step("d 3..3 b9.1=1");
    assertEquals(epoch + 1, play.keeper.book().epoch());
    assertEquals(0, play.keeper.book().sequence());
    assertTrue(play.out.ticket > ticket);
    play.step("rest 2 b9.7=3 a10.3=3");
    assertEquals("9.7=3.00 9.1=1.00 | 10.3=3.00", play.show());
  }

  @Test
  void aBookOfWhichTheStreamKeepsSoManyLevelsIsCutToThem() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, 2);
    play.step("whole 1 b9.9=1 b9.8=1 a10.1=1 a10.2=1");
    play.step("d 2..2 b9.6=0 b10.0=1");
    assertEquals("10.0=1.00 9.9=1.00 | 10.1=1.00 10.2=1.00", play.show());
    // The venue tells what comes back into view.
    play.step("d 3..3 b10.0=0 b9.8=2");
    assertEquals("9.9=1.00 9.8=2.00 | 10.1=1.00 10.2=1.00", play.show());
  }

  /** A snapshot of the window, from REST or sent along, is nothing that was cut short. */
  @Test
  void aWindowIsKeptToOverRestToo() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 2, 2);
    play.step("sub");
    play.step("whole 1 b9.9=1 b9.8=1 a10.1=1 a10.2=1");
    play.step("d 3..3 b9.7=1");
    play.step("rest 3 b9.9=1 b9.8=1 a10.1=1 a10.2=1");
    play.step("d 4..4 b10.0=1");
    assertEquals("10.0=1.00 9.9=1.00 | 10.1=1.00 10.2=1.00", play.show());
    play.step("d 5..5 b10.0=0 b9.8=2");
    assertEquals("9.9=1.00 9.8=2.00 | 10.1=1.00 10.2=1.00", play.show());
    assertEquals(2, play.out.requests);
  }

  @Test
  void fewerLevelsAreShownThanTheWindowHas() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, 1, 2);
    play.step("whole 1 b9.9=1 b9.8=1 a10.1=1 a10.2=1");
    play.step("d 2..2 b10.0=1");
    assertEquals("10.0=1.00 | 10.1=1.00", play.show());
    play.step("d 3..3 b10.0=0");
    assertEquals("9.9=1.00 | 10.1=1.00", play.show());
    // What fell out of the window is not known any more.
    play.step("d 4..4 b9.9=0 b9.7=1");
    assertEquals("9.7=1.00 | 10.1=1.00", play.show());
  }

  @Test
  void whereTheStreamTellsOfEveryLevelNoneIsCut() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, 1, 0);
    play.step("whole 1 b9.9=1 b9.8=1 a10.1=1");
    play.step("d 2..2 b9.9=0");
    assertEquals("9.8=1.00 | 10.1=1.00", play.show());
  }

  /** A full stream of which 60 levels a side are known and 10 are wanted. */
  @Test
  void isAskedForAnewWhenHalfOfWhatTheSnapshotShowedIsGone() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 10);
    play.step("sub");
    play.keeper.snapshot(deep(100, 1_000), 60, play.out.ticket, play.now);
    int id = 101;
    // Beyond what is known, so it is not shown as if all between were known too.
    play.step("d 101..101 b93=5");
    for (int i = 0; i < 30; i++) {
      id++;
      play.step("d " + id + ".." + id + " b" + (1_000 - i) / 10 + "." + (1_000 - i) % 10 + "=0");
    }
    assertEquals(1, play.out.requests);
    play.step("d 132..132 b97.0=0");
    assertEquals(2, play.out.requests);
    assertTrue(play.keeper.book().isValid());
    assertEquals(10, play.keeper.book().depth(Side.BUY));
    // It goes on, and what comes meanwhile is applied to both the old and the new.
    play.step("d 133..133 b96.9=0");
    play.keeper.snapshot(deep(131, 970), 60, play.out.ticket, play.now);
    assertEquals(3, play.out.requests, "older than what was applied since");
    play.keeper.snapshot(deep(132, 970), 60, play.out.ticket, play.now);
    assertEquals(133, play.keeper.book().sequence());
    assertEquals(968, play.keeper.book().price(Side.BUY, 1));
    assertFalse(play.out.lines.contains("GAP"));
    assertEquals(3, play.out.requests);
  }

  /** Sixty bids downwards from a price, sixty asks from 150. */
  private static BookSnapshot deep(long sequence, long best) {
    BookSnapshot s = new BookSnapshot(Books.instrument("BTC"), sequence, 0);
    for (int i = 0; i < 60; i++) {
      s.bids().add(best - i, 1, 100, 2);
      s.asks().add(1_500 + i, 1, 100, 2);
    }
    return s;
  }

  /** Sixty levels a side, of which some may have been asked for. */
  private static Play deepPlay(int asked) {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("sub");
    play.keeper.snapshot(deep(100, 1_000), asked, play.out.ticket, play.now);
    play.step("d 101..101 b93=5 b94.1=0");
    return play;
  }

  @Test
  void aSnapshotOfAsManyLevelsAsWereAskedForIsTakenAsCut() {
    assertEquals(59, deepPlay(60).keeper.book().depth(Side.BUY));
  }

  @Test
  void aSnapshotOfFewerLevelsThanWereAskedForIsTheWholeBookHoweverDeep() {
    assertEquals(60, deepPlay(61).keeper.book().depth(Side.BUY));
    assertEquals(60, deepPlay(0).keeper.book().depth(Side.BUY));
  }

  @Test
  void aShallowSnapshotIsTheWholeBook() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("sub");
    play.step("rest 6 b9.9=1 a10.1=1");
    play.step("d 7..7 b9.9=0 a10.1=0");
    play.step("d 8..8 b5.0=1");
    assertEquals("5.0=1.00 | ", play.show());
  }

  @Test
  void aSideOfWhichNothingIsKnownAnyMoreIsNotAnEmptySide() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 10);
    play.step("sub");
    play.keeper.snapshot(deep(100, 1_000), 60, play.out.ticket, play.now);
    DepthMessage all = diff(101, 101, NONE, play.now);
    for (int i = 0; i < 60; i++) {
      all.add(true, 1_000 - i, 1, 0, 2);
    }
    play.keeper.commit(all);
    assertEquals("ask 0; VALID; at 100; GAP; ask 1", String.join("; ", play.out.lines));
  }

  @Test
  void whatWaitsIsBounded() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    DepthMessage m = diff(0, 0, NONE, play.now);
    for (int i = 0; i < 1_000; i++) {
      m.add(true, 90, 1, 100 + i, 2);
    }
    long id = 0;
    while (play.out.requests < 2) {
      id++;
      m.first = id;
      m.last = id;
      play.keeper.commit(m);
      assertTrue(id * 3_000 <= DiffBuffer.MAX_LONGS + 3_000, "it grows without bound");
    }
    // The newest is kept; a snapshot must reach it.
    play.step("rest " + (id - 2));
    play.step("rest " + (id - 1));
    assertEquals("ask 0; ask 1; ask 2; VALID; at " + id, String.join("; ", play.out.lines));
  }

  @Test
  void aSnapshotOfAnEarlierRequestIsIgnored() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("sub");
    play.step("no");
    play.step("late 6");
    play.step("rest 7");
    assertEquals("ask 0; ask 1; VALID; at 7", String.join("; ", play.out.lines));
  }

  @Test
  void aDiffOfABookThatOnlyComesWholeIsAMistakeOfTheDialect() {
    Play play = new Play(FULL_SNAPSHOTS, 0);
    assertThrows(IllegalStateException.class, () -> play.step("d 5..5"));
  }

  @Test
  void tellsWhyABookIsInvalid() {
    Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, 0);
    play.step("sub");
    play.step("rest 6");
    play.step("d 8..9");
    assertTrue(
        assertThrows(InvalidBook.class, play::show)
            .getMessage()
            .startsWith("BTC-USD@toy-spot: the book is GAP (after 6 came 8..9) since 1970-01-01T"));
    play.step("rest 7 b10.2=1 a10.1=1");
    assertTrue(
        assertThrows(InvalidBook.class, play::show)
            .getMessage()
            .contains("CROSSED (the best bid is 10.2, the best ask 10.1)"));
  }

  @Test
  void aSnapshotIsNeverLoadedUnderWhoStillReadsTheOldOne() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, 0);
    play.step("whole 6 b9.9=1 a10.1=1");
    var bids = ((Book) play.keeper.book()).side(Side.BUY);
    long[] before = bids.array();
    long[] content = before.clone();
    play.step("whole 7 b8.8=5 b8.7=5 a10.1=1");
    assertArrayEquals(content, before);
    assertEquals("8.8=5.00 8.7=5.00 | 10.1=1.00", play.show());
  }
}
