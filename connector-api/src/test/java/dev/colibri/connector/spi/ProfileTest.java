package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.FeeCharge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {

  private static Profile profile(Integer... depths) {
    return Profile.builder("toy-spot", "Toy")
        .host("live", "rest", "https://toy-spot.test")
        .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
        .clientIds(
            new ClientIdRule("toy", 32, ClientIdRule.ALPHANUMERIC), Profile.DuplicateIds.TAKEN)
        .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
        .bookDepths(depths)
        .apiPage("https://toy-spot.test/docs", "2026-11-22")
        .build();
  }

  @ParameterizedTest(name = "{0} wanted: {1}")
  @CsvSource({"1, 10", "10, 10", "11, 25", "100, 500", "500, 500", "501, 500", "0, 500"})
  void theSmallestDepthThatIsEnoughIsSubscribed(int wanted, int subscribed) {
    assertEquals(subscribed, profile(25, 10, 500).bookDepth(wanted));
  }

  @Test
  void whereTheStreamTellsOfEveryLevelTheDepthIsOursToChoose() {
    assertEquals(100, profile().bookDepth(100));
    assertEquals(0, profile().bookDepth(0));
  }
}
