package dev.colibri.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is compared reads and writes the same. */
class EventsTest {
  private static final byte[][] REPORTS = EventTape.reports(30);

  @Test
  void both_are_told_of_every_trade() throws Exception {
    byte[][] trades = EventTape.trades(30);
    for (String of : new String[] {Trades.OURS, Trades.THEIRS, Trades.THEIRS_OF_TEXT}) {
      long last = 0;
      try (Trades.Path path = Trades.open(of, trades)) {
        assertEquals(trades.length, path.count());
        for (int i = 0; i < trades.length; i++) {
          long now = path.apply(i);
          assertNotEquals(last, now, of);
          last = now;
        }
      }
    }
  }

  @Test
  void the_same_trades_are_told_however_many_come_in_one_read() throws Exception {
    byte[][] trades = EventTape.trades(40);
    assertEquals(sum(Trades.OURS, trades), sum(Trades.IN_BURSTS, trades));
    assertEquals(sum(Trades.THEIRS_OF_TEXT, trades), sum(Trades.THEIRS, trades));
    assertEquals(sum(Trades.THEIRS_OF_TEXT, trades), sum(Trades.THEIRS_IN_BURSTS, trades));
    try (Trades.Path path = Trades.open(Trades.UNHEARD, trades)) {
      assertEquals(0, path.apply(0));
    }
    Trades.Path reading = Trades.open(Trades.READ_ONLY, trades);
    assertNotEquals(reading.apply(0), reading.apply(1));
  }

  private static long sum(String of, byte[][] trades) throws Exception {
    try (Trades.Path path = Trades.open(of, trades)) {
      long sum = 0;
      for (int i = 0; i < path.count(); i++) {
        sum = path.apply(i);
      }
      assertNotEquals(0, sum);
      return sum;
    }
  }

  @Test
  void both_read_the_same_fills() throws Exception {
    Reports.Path ours = Reports.open("colibri", REPORTS);
    Reports.Path theirs = Reports.open("xchange", REPORTS);
    int fills = 0;
    for (int i = 0; i < REPORTS.length; i++) {
      String filled = ours.filled(ours.apply(i));
      assertEquals(theirs.filled(theirs.apply(i)), filled);
      fills += filled.isEmpty() ? 0 : 1;
    }
    assertEquals(20, fills);
  }

  @Test
  void all_sign_the_same_order() throws Exception {
    Set<String> signed = new TreeSet<>();
    for (String of : new String[] {"colibri", "xchange", "binance-connector"}) {
      OrderSigning.Path path = OrderSigning.open(of, () -> 1_763_800_000_000L);
      String form = path.text(path.sign(100_007));
      assertEquals(64, form.replaceAll("^.*&signature=", "").length(), form);
      // The order of parameters is everybody's own, and so is the signature; one asks for a full
      // reply.
      signed.add(
          Arrays.stream(form.split("&"))
              .filter(p -> !p.startsWith("signature=") && !p.startsWith("newOrderRespType="))
              .sorted()
              .collect(Collectors.joining("&")));
    }
    assertEquals(1, signed.size(), signed.toString());
  }
}
