package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.Books.diff;
import static dev.colibri.connector.spi.DepthStage.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.DepthStage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener to every change of a level hears; a full stop ends a message. */
class BookChangesTest {
  private final List<String> told = new ArrayList<>();
  private BookKeeper keeper = keeper(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS, 3);

  private BookKeeper keeper(BookDiscipline discipline, int depth) {
    BookKeeper k =
        new BookKeeper(
            Books.instrument("BTC"),
            discipline,
            depth,
            depth,
            null,
            Duration.ofSeconds(30),
            new Books.Recorder(),
            0);
    k.listen(this::hear);
    return k;
  }

  private void hear(BookChangeView c) {
    String what =
        c.kind() == BookChangeView.Kind.CLEARED
            ? "cleared " + c.state()
            : c.side()
                + " "
                + BigDecimal.valueOf(c.price(), c.priceDigits())
                + "="
                + BigDecimal.valueOf(c.size(), c.sizeDigits());
    told.add(what + (c.endOfMessage() ? "." : ""));
  }

  /** Levels by turns: a price, negative for an ask, and its size. */
  private void message(DepthStage.Kind kind, long sequence, int priceDigits, long... levels) {
    DepthMessage m = diff(sequence, sequence, NONE, 0);
    m.kind = kind;
    for (int i = 0; i < levels.length; i += 2) {
      m.add(levels[i] > 0, Math.abs(levels[i]), priceDigits, levels[i + 1], 2);
    }
    keeper.commit(m);
  }

  private void whole(long sequence, long... levels) {
    message(DepthStage.Kind.SNAPSHOT, sequence, 1, levels);
  }

  private void change(long sequence, long... levels) {
    message(DepthStage.Kind.DIFF, sequence, 1, levels);
  }

  private void assertTold(String... expected) {
    assertEquals(List.of(expected), told);
    told.clear();
  }

  @Test
  void aWholeBookIsToldBestFirst() {
    whole(1, 99, 100, 98, 200, -101, 300, -102, 400);
    assertTold(
        "cleared VALID", "BUY 9.9=1.00", "BUY 9.8=2.00", "SELL 10.1=3.00", "SELL 10.2=4.00.");
  }

  @Test
  void theEndIsToldWhereverItIs() {
    whole(1, 99, 100);
    assertTold("cleared VALID", "BUY 9.9=1.00.");
    whole(2, -101, 100);
    assertTold("cleared VALID", "SELL 10.1=1.00.");
    whole(3);
    assertTold("cleared VALID.");
  }

  @Test
  void onlyWhatChangesIsTold() {
    whole(1, 99, 100, -101, 300);
    told.clear();
    change(2, 99, 100, 97, 0, 98, 200, -101, 0);
    assertTold("BUY 9.8=2.00", "SELL 10.1=0.00.");
    change(3, 99, 100);
    assertTold();
  }

  @Test
  void aLevelThatIsCutIsToldAsGone() {
    whole(1, 99, 100, 98, 100, 97, 100);
    told.clear();
    change(2, 100, 100);
    assertTold("BUY 10.0=1.00", "BUY 9.7=0.00.");
    whole(3, 99, 100, 98, 100, 97, 100, 96, 100);
    assertTold("cleared VALID", "BUY 9.9=1.00", "BUY 9.8=1.00", "BUY 9.7=1.00.");
  }

  @Test
  void nothingOfAMessageIsToldThatDoesNotPass() {
    whole(1, 99, 100, -101, 300);
    told.clear();
    change(2, 98, 200, 101, 100);
    assertTold("cleared CROSSED.");
  }

  @Test
  void anInvalidBookIsToldOnce() {
    whole(1, 99, 100, -101, 300);
    told.clear();
    change(3);
    keeper.lost(BookState.DISCONNECTED, "test", 0);
    change(4);
    assertTold("cleared GAP.");
    whole(5, 99, 100);
    assertTold("cleared VALID", "BUY 9.9=1.00.");
  }

  @Test
  void aStaleBookThatGoesOnIsToldWhole() {
    whole(1, 99, 100, -101, 300);
    told.clear();
    keeper.expire(keeper.staleAt());
    change(2, 98, 100);
    assertTold(
        "cleared STALE.", "cleared VALID", "BUY 9.9=1.00", "BUY 9.8=1.00", "SELL 10.1=3.00.");
  }

  @Test
  void aBookThatTakesOnDigitsIsToldWhole() {
    whole(1, 99, 100, -101, 300);
    told.clear();
    message(DepthStage.Kind.DIFF, 2, 2, 985, 100);
    assertTold("cleared VALID", "BUY 9.90=1.00", "BUY 9.85=1.00", "SELL 10.10=3.00.");
    change(3, 99, 0);
    assertTold("BUY 9.90=0.00.");
  }

  @Test
  void whoComesLateIsToldTheWholeBookFirst() {
    keeper.listen(null);
    whole(1, 99, 100);
    change(2, 98, 100);
    assertTold();
    keeper.listen(this::hear);
    assertTold("cleared VALID", "BUY 9.9=1.00", "BUY 9.8=1.00.");
    change(3, 98, 0);
    assertTold("BUY 9.8=0.00.");
  }

  @Test
  void booksThatOnlyComeWholeAreToldWhole() {
    keeper = keeper(BookDiscipline.FULL_SNAPSHOTS, 2);
    whole(1, 99, 100, -101, 300);
    whole(2, 99, 100, -101, 300);
    assertTold(
        "cleared VALID",
        "BUY 9.9=1.00",
        "SELL 10.1=3.00.",
        "cleared VALID",
        "BUY 9.9=1.00",
        "SELL 10.1=3.00.");
  }
}
