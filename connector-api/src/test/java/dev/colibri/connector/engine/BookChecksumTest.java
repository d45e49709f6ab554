package dev.colibri.connector.engine;

import static dev.colibri.connector.spi.BookDiscipline.REST_SNAPSHOT_THEN_DIFFS;
import static dev.colibri.connector.spi.BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS;
import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A book that the venue's checksum does not fit is invalid before anyone sees it. */
class BookChecksumTest {
  private static final Instrument BTC = Books.instrument("BTC");

  /** Asks first, ten levels, no points, an unsigned number: as Kraken's. */
  private static final BookChecksum WITHOUT_POINTS =
      (instrument, bids, asks, text) -> {
        for (BookChecksum.Levels side : List.of(asks, bids)) {
          for (int i = 0; i < Math.min(10, side.count()); i++) {
            text.withoutPoint(side.price(i), side.priceDigits(i), instrument.priceDigits());
            text.withoutPoint(side.size(i), side.sizeDigits(i), instrument.sizeDigits());
          }
        }
        return text.crc32();
      };

  /** Bid and ask by turns, 25 levels, colons, a signed number: as OKX's. */
  private static final BookChecksum WITH_COLONS =
      (instrument, bids, asks, text) -> {
        for (int i = 0; i < 25; i++) {
          text.level(bids, i).level(asks, i);
        }
        return text.signedCrc32();
      };

  /** The examples of the venues' own pages. */
  static Stream<Arguments> published() {
    return Stream.of(
        arguments(
            "without points: ten levels a side",
            WITHOUT_POINTS,
            "45283.5=0.10000000 45283.4=1.54582015 45282.1=0.10000000 45281.0=0.10000000"
                + " 45280.3=1.54592586 45279.0=0.07990000 45277.6=0.03310103 45277.5=0.30000000"
                + " 45277.3=1.54602737 45276.6=0.15445238",
            "45285.2=0.00100000 45286.4=1.54571953 45286.6=1.54571109 45289.6=1.54560911"
                + " 45290.2=0.15890660 45291.8=1.54553491 45294.7=0.04454749 45296.1=0.35380000"
                + " 45297.5=0.09945542 45299.5=0.18772827",
            3310070434L),
        arguments(
            "with colons: as many bids as asks",
            WITH_COLONS,
            "3366.1=7 3366=6",
            "3366.8=9 3368=8",
            -1881014294L),
        arguments(
            "with colons: more asks than bids",
            WITH_COLONS,
            "3366.1=7",
            "3366.8=9 3368=8 3372=8",
            831078360L));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void fits(String page, BookChecksum rule, String bids, String asks, long checksum) {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, rule);
    play.commit(DepthStage.Kind.SNAPSHOT, NONE, bids, asks, checksum);
    assertEquals("VALID; at 1", play.said());
    play.commit(DepthStage.Kind.DIFF, NONE, "", "", checksum);
    assertEquals("VALID; at 1; at 2", play.said());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void anyNumberThatDiffersIsFound(
      String page, BookChecksum rule, String bids, String asks, long checksum) {
    Matcher number = Pattern.compile("[0-9.]+").matcher(bids + "|" + asks);
    int mutants = 0;
    while (number.find()) {
      StringBuilder mutant = new StringBuilder(bids + "|" + asks);
      int last = number.end() - 1;
      mutant.setCharAt(last, (char) ('0' + (mutant.charAt(last) - '0' + 1) % 10));
      String[] sides = mutant.toString().split("\\|");
      Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, rule);
      play.commit(DepthStage.Kind.SNAPSHOT, NONE, sides[0], sides[1], checksum);
      assertFalse(play.keeper.book().isValid(), mutant.toString());
      assertFalse(play.said().contains("at "), "shown: " + mutant);
      mutants++;
    }
    assertEquals(2 * (bids.split(" ").length + asks.split(" ").length), mutants);
  }

  /** Digits that only the text tells apart: 1.5 is not 1.50 under a checksum. */
  @ParameterizedTest
  @CsvSource({
    "9.9=1.5, 10.1=1.50, true",
    "9.9=1.50, 10.1=1.50, false",
    "9.90=1.5, 10.1=1.50, false"
  })
  void theDigitsTheVenueWroteCount(String bids, String asks, boolean fits) {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, WITH_COLONS);
    play.commit(DepthStage.Kind.SNAPSHOT, NONE, bids, asks, signed("9.9:1.5:10.1:1.50"));
    assertEquals(fits, play.keeper.book().isValid());
  }

  @Test
  void digitsThatTheVenueCountsButDoesNotWriteArePadded() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, WITHOUT_POINTS);
    play.commit(DepthStage.Kind.SNAPSHOT, NONE, "9=1.5", "10.1=0.05", unsigned("1015" + "90150"));
    assertTrue(play.keeper.book().isValid());
  }

  @Test
  void aSizeWrittenAnewCountsAsItIsWrittenNow() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, WITH_COLONS);
    play.commit(DepthStage.Kind.SNAPSHOT, NONE, "9.9=1.5", "10.1=2", signed("9.9:1.5:10.1:2"));
    play.commit(DepthStage.Kind.DIFF, NONE, "9.9=1.50", "", signed("9.9:1.50:10.1:2"));
    // A level with more digits than the book had: the others are still what they were.
    play.commit(
        DepthStage.Kind.DIFF, NONE, "9.8765=0.12345", "", signed("9.9:1.50:10.1:2:9.8765:0.12345"));
    assertEquals("VALID; at 1; at 2; at 3", play.said());
  }

  @Test
  void aBookThatDoesNotFitIsNeverShownAndIsHadAnew() {
    Play play = new Play(STREAM_SNAPSHOT_THEN_DIFFS, WITH_COLONS);
    play.commit(DepthStage.Kind.SNAPSHOT, 6, "9.9=1", "10.1=2", signed("9.9:1:10.1:2"));
    play.commit(DepthStage.Kind.DIFF, 7, "9.9=3", "", signed("9.9:4:10.1:2"));
    play.commit(DepthStage.Kind.DIFF, 8, "9.9=5", "", signed("9.9:5:10.1:2"));
    play.commit(DepthStage.Kind.SNAPSHOT, 9, "9.9=5", "10.1=2", NONE);
    assertEquals("VALID; at 6; CHECKSUM; ask 0; VALID; at 9", play.said());
  }

  @Test
  void whatWaitedForASnapshotIsComparedOnceItIsApplied() {
    for (String size : List.of("3", "4")) {
      Play play = new Play(REST_SNAPSHOT_THEN_DIFFS, WITH_COLONS);
      play.commit(DepthStage.Kind.DIFF, 7, "9.8=1", "", 0);
      play.commit(DepthStage.Kind.DIFF, 8, "9.9=" + size, "", signed("9.9:3:10.1:2:9.8:1"));
      BookSnapshot s = new BookSnapshot(BTC, 6, 0);
      s.bids().add(99, 1, 1, 0);
      s.asks().add(101, 1, 2, 0);
      play.keeper.snapshot(s, 0, play.out.ticket, 0);
      assertEquals(size.equals("3"), play.keeper.book().isValid());
    }
  }

  private static long signed(String text) {
    return (int) unsigned(text);
  }

  private static long unsigned(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  /** A keeper, and levels given to it as text. */
  private static final class Play {
    final Books.Recorder out = new Books.Recorder();
    final BookKeeper keeper;

    Play(BookDiscipline discipline, BookChecksum rule) {
      keeper = new BookKeeper(BTC, discipline, 0, 0, rule, Duration.ofSeconds(30), out, 0);
    }

    void commit(DepthStage.Kind kind, long last, String bids, String asks, long checksum) {
      DepthMessage m = Books.diff(NONE, last, NONE, 0);
      m.kind = kind;
      m.checksum = checksum;
      add(m, true, bids);
      add(m, false, asks);
      keeper.commit(m);
    }

    private static void add(DepthMessage m, boolean bid, String levels) {
      for (String level : levels.isEmpty() ? new String[0] : levels.split(" ")) {
        BigDecimal price = new BigDecimal(level.split("=")[0]);
        BigDecimal size = new BigDecimal(level.split("=")[1]);
        m.add(
            bid,
            price.unscaledValue().longValueExact(),
            price.scale(),
            size.unscaledValue().longValueExact(),
            size.scale());
      }
    }

    String said() {
      return String.join("; ", out.lines);
    }
  }
}
