package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Positions are what they were at the start, and the signed sum of every fill since. */
class PositionKeeperTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000_000L;
  private static final long VISIBILITY = 5 * SECOND;
  private static final Instrument BTC =
      Instrument.builder(
              "test-perp",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.001")).build())
          .build();

  private final List<String> told = new ArrayList<>();
  private final List<Instrument> doubts = new ArrayList<>();
  private BigDecimal sum = BigDecimal.ZERO;
  private final PositionKeeper keeper =
      new PositionKeeper(
          VISIBILITY,
          new PositionKeeper.Listener() {
            @Override
            public void moved(PositionEvent e) {
              assertEquals(0, e.change().compareTo(e.now().size().subtract(e.before().size())));
              sum = sum.add(e.change());
              told.add(e.kind() + " " + e.before().size() + " -> " + e.now().size());
            }

            @Override
            public void doubted(Instrument instrument) {
              doubts.add(instrument);
            }

            @Override
            public boolean areFillsKnown(Instrument instrument, long sinceNanos) {
              return fillsKnown;
            }

            @Override
            public long venueMillis(long nanos) {
              return timed ? nanos / 1_000_000 : 0;
            }
          });

  private boolean fillsKnown = true;
  private boolean timed;

  /** By the venue's clock, which is this host's. */
  private long millis = START;

  private long now() {
    return millis * 1_000_000;
  }

  private PositionKeeperTest after(long more) {
    millis += more;
    return this;
  }

  private static Fill fill(String id, String signed, String price, long millis) {
    BigDecimal size = new BigDecimal(signed);
    return Fill.of(BTC, id)
        .side(size.signum() > 0 ? Side.BUY : Side.SELL)
        .size(size.abs())
        .price(new BigDecimal(price))
        .at(millis)
        .build();
  }

  private void filled(Fill fill) {
    keeper.fill(fill, PositionSide.NET, true, now());
  }

  private static Position net(String size, long asOf) {
    return Position.of(BTC, PositionSide.NET, new BigDecimal(size))
        .entryPrice(new BigDecimal("100"))
        .liquidationPrice(new BigDecimal("50"))
        .asOf(asOf)
        .build();
  }

  /** The whole answer to a question that was asked half a second ago. */
  private void answered(Position... positions) {
    long asked = millis - 500;
    keeper.told(List.of(positions), true, asked, asked * 1_000_000, now());
  }

  private void streamed(Position position) {
    keeper.told(List.of(position), false, 0, Tracked.NEVER, now());
  }

  private BigDecimal size() {
    return keeper.position(BTC, PositionSide.NET).size();
  }

  private void assertSize(String expected) {
    assertEquals(0, new BigDecimal(expected).compareTo(size()), () -> size() + ", " + told);
  }

  // ---------------------------------------------------------------- the start

  @Test
  void begins_with_what_the_venue_says() {
    assertFalse(keeper.isKnown());
    answered(net("-2", millis - 60_000));
    assertTrue(keeper.isKnown());
    assertSize("-2");
    assertEquals(List.of("START 0 -> -2"), told);
    assertEquals(new BigDecimal("50"), keeper.position(BTC, PositionSide.NET).liquidationPrice());
  }

  @Test
  void a_stream_that_tells_all_does_not_make_old_fills_count() {
    keeper.told(List.of(), true, 0, Tracked.NEVER, now());
    after(600);
    answered();
    after(2_000);
    // Of before the start, and asked for again since a minute before it.
    filled(fill("old", "-1", "100", millis - 30_000));
    assertSize("0");
    assertEquals(List.of(), told);
    filled(fill("new", "2", "100", millis));
    assertSize("2");
  }

  @Test
  void a_fill_that_came_before_the_first_answer_is_counted_once() {
    filled(fill("in", "1", "100", millis - 100_000));
    filled(fill("late", "0.5", "100", millis));
    after(20);
    answered(net("1", millis - 90_000));
    assertSize("1.5");
    assertEquals(List.of("START 0 -> 1", "TRADE 1 -> 1.5"), told);
  }

  @Test
  void what_the_first_answer_does_not_name_was_flat() {
    answered();
    after(10_000);
    filled(fill("old", "3", "100", millis - 60_000));
    assertSize("0");
    filled(fill("new", "1", "100", millis));
    assertSize("1");
    assertEquals(List.of("TRADE 0 -> 1"), told);
  }

  @Test
  void a_stream_before_the_first_answer_says_nothing() {
    streamed(net("4", millis));
    assertFalse(keeper.isKnown());
    assertEquals(List.of(), told);
  }

  // ---------------------------------------------------------------- fills

  @Test
  void counts_each_fill_once_however_often_it_is_told() {
    answered();
    Fill one = fill("1", "1", "100", after(5_000).millis);
    filled(one);
    filled(one);
    after(60_000);
    keeper.fill(one, PositionSide.NET, false, now());
    assertEquals(List.of("TRADE 0 -> 1"), told);
  }

  @Test
  void a_provisional_fill_stands_for_no_position() {
    answered();
    after(5_000);
    Fill provisional =
        Fill.of(BTC, "p")
            .side(Side.BUY)
            .size(BigDecimal.ONE)
            .price(BigDecimal.TEN)
            .provisional()
            .at(millis)
            .build();
    filled(provisional);
    assertSize("0");
  }

  @Test
  void says_who_moved_it() {
    answered();
    after(5_000);
    filled(fill("1", "3", "100", millis));
    keeper.fill(fill("2", "-1", "100", millis), PositionSide.NET, false, now());
    for (Fill.Cause cause : Fill.Cause.values()) {
      if (cause != Fill.Cause.ORDER) {
        Fill f = fill(cause.name(), "-0.5", "100", millis);
        Fill by =
            Fill.of(BTC, cause.name())
                .side(f.side())
                .size(f.size())
                .price(f.price())
                .at(millis)
                .cause(cause)
                .build();
        keeper.fill(by, PositionSide.NET, false, now());
      }
    }
    assertEquals(
        List.of(
            "TRADE 0 -> 3",
            "EXTERNAL 3 -> 2",
            "LIQUIDATION 2 -> 1.5",
            "ADL 1.5 -> 1.0",
            "SETTLEMENT 1.0 -> 0.5"),
        told);
  }

  @Test
  void entry_price_averages_what_is_added_and_begins_anew_when_it_turns() {
    answered();
    after(5_000);
    filled(fill("1", "1", "100", millis));
    filled(fill("2", "3", "200", millis));
    assertEquals(0, new BigDecimal("175").compareTo(entry()));
    filled(fill("3", "-2", "500", millis));
    assertEquals(0, new BigDecimal("175").compareTo(entry()), "a reduction leaves it");
    filled(fill("4", "-5", "90", millis));
    assertSize("-3");
    assertEquals(0, new BigDecimal("90").compareTo(entry()));
    filled(fill("5", "3", "80", millis));
    assertEquals(null, keeper.position(BTC, PositionSide.NET).entryPrice());
  }

  private BigDecimal entry() {
    return keeper.position(BTC, PositionSide.NET).entryPrice();
  }

  @Test
  void long_and_short_are_kept_side_by_side() {
    answered();
    after(5_000);
    keeper.fill(fill("1", "2", "100", millis), PositionSide.LONG, true, now());
    keeper.fill(fill("2", "-1", "100", millis), PositionSide.SHORT, true, now());
    assertEquals(
        List.of("long 2 BTC-USDT LONG from 100", "short 1 BTC-USDT SHORT from 100"),
        keeper.all().stream().map(Position::toString).toList());
  }

  // ---------------------------------------------------------------- what the venue says

  @Test
  void takes_what_only_the_venue_knows_when_sizes_agree() {
    answered();
    after(5_000);
    filled(fill("1", "1", "100", millis));
    assertEquals(null, keeper.position(BTC, PositionSide.NET).liquidationPrice());
    streamed(net("1", millis));
    assertEquals(new BigDecimal("50"), keeper.position(BTC, PositionSide.NET).liquidationPrice());
    assertEquals(List.of(), doubts);
  }

  @Test
  void a_push_ahead_of_its_fill_raises_a_doubt_that_the_fill_settles() {
    answered();
    after(5_000);
    streamed(net("1", millis));
    assertSize("0");
    assertTrue(keeper.isDoubted(BTC));
    filled(fill("1", "1", "100", millis));
    assertSize("1");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(new BigDecimal("50"), keeper.position(BTC, PositionSide.NET).liquidationPrice());
  }

  private static Position entered(String size, String entry, long asOf) {
    return net(size, asOf).but(new BigDecimal(size)).entryPrice(new BigDecimal(entry)).build();
  }

  @Test
  void a_push_that_comes_late_says_nothing_new_of_a_position_of_the_same_size() {
    answered();
    after(5_000);
    filled(fill("1", "1", "100", millis));
    Position early = entered("1", "100", millis);
    after(1_000);
    filled(fill("2", "-1", "110", millis));
    filled(fill("3", "1", "120", millis));
    streamed(early);
    assertEquals(0, new BigDecimal("120").compareTo(entry()), "by the fills since");
    after(1_000);
    streamed(entered("1", "120.5", millis));
    streamed(early);
    after(1_000);
    streamed(entered("1", "100", millis - 1_500));
    assertEquals(new BigDecimal("120.5"), entry());
    assertEquals(List.of(), doubts);
  }

  @Test
  void an_answer_that_a_push_overtook_says_nothing_new() {
    answered(entered("1", "100", millis));
    long asked = after(60_000).millis;
    after(100);
    Position pushed =
        entered("1", "100", 0).but(BigDecimal.ONE).leverage(BigDecimal.TEN, null).build();
    assertEquals(List.of(pushed), keeper.told(List.of(pushed), false, 0, Tracked.NEVER, now()));
    after(100);
    List<Position> late = List.of(entered("1", "90", 0));
    assertEquals(List.of(), keeper.told(late, true, asked, asked * 1_000_000, now()));
    assertEquals(BigDecimal.TEN, keeper.position(BTC, PositionSide.NET).leverage());
    after(1_000);
    answered(entered("1", "95", 0));
    assertEquals(new BigDecimal("95"), entry());
  }

  @Test
  void an_answer_stamped_with_the_last_change_is_taken_after_a_push_stamped_with_its_own_time() {
    long changed = millis;
    answered(entered("1", "100", changed));
    after(60_000);
    streamed(entered("1", "100", millis));
    after(600);
    answered(entered("1", "101", changed));
    assertEquals(new BigDecimal("101"), entry());
  }

  @Test
  void an_answer_that_is_older_than_a_fill_moves_nothing() {
    answered();
    after(5_000);
    long before = millis - 1;
    filled(fill("1", "1", "100", millis));
    answered(net("0", before));
    assertSize("1");
    assertEquals(List.of(), doubts);
  }

  @Test
  void a_number_that_no_fill_shows_is_taken_when_the_venue_says_it_twice() {
    answered(net("1", millis));
    after(30_000);
    answered(net("3", millis - 20_000));
    assertSize("1");
    assertTrue(keeper.isDoubted(BTC));
    after(2_000);
    answered(net("3", millis - 22_000));
    assertSize("1");
    after(10_000);
    answered(net("3", millis - 32_000));
    assertSize("3");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(List.of("START 0 -> 1", "ADOPTED 1 -> 3"), told);
  }

  @Test
  void a_fill_right_before_the_first_look_is_taken_back_where_the_look_had_it() {
    Fill close = fill("adl", "1", "100", millis - 1_300);
    answered();
    filled(close);
    assertSize("1");
    after(2_000);
    answered();
    assertSize("1"); // One answer may be late.
    after(11_000);
    answered();
    assertSize("0");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(List.of("TRADE 0 -> 1", "CORRECTED 1 -> 0"), told);
  }

  @Test
  void of_others_it_is_not_counted_unless_the_look_had_it_not() {
    Fill close = fill("adl", "1", "100", millis - 1_300);
    answered();
    keeper.fill(close, PositionSide.NET, false, now());
    assertSize("0");
    after(2_000);
    answered(net("1", 0));
    assertSize("0");
    after(11_000);
    answered(net("1", 0));
    assertSize("1");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(List.of("EXTERNAL 0 -> 1"), told);
  }

  @Test
  void and_counts_where_the_look_had_it_not() {
    Fill late = fill("late", "1", "100", millis + 200);
    answered();
    filled(late);
    after(2_000);
    answered(net("1", 0));
    assertSize("1");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(List.of("TRADE 0 -> 1"), told);
  }

  @Test
  void of_several_the_earliest_are_taken_back() {
    answered(net("-2", 0));
    filled(fill("b", "4", "100", millis - 600));
    filled(fill("a", "-2", "100", millis - 900));
    after(3_000);
    answered(net("2", 0));
    after(11_000);
    answered(net("2", 0));
    assertSize("2");
    assertEquals(
        List.of("START 0 -> -2", "TRADE -2 -> 2", "TRADE 2 -> 0", "CORRECTED 0 -> 2"), told);
  }

  @Test
  void a_size_stamped_before_the_fill_that_made_it_is_not_taken_for_another() {
    answered();
    after(10_000);
    long stamp = millis - 1;
    filled(fill("1", "1", "100", millis));
    for (int i = 0; i < 5; i++) {
      after(3_000);
      answered(net("1", stamp));
    }
    assertSize("1");
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(List.of("TRADE 0 -> 1"), told);
  }

  @Test
  void nor_while_fill_after_fill_is_stamped_so() {
    answered();
    for (int i = 1; i <= 10; i++) {
      after(6_000);
      filled(fill("t" + i, "1", "100", millis));
      long stamp = millis - 1;
      after(1_000);
      answered(net(Integer.toString(i), stamp));
      assertSize(Integer.toString(i));
    }
    after(10_000);
    answered(net("10", millis - 11_001));
    assertFalse(keeper.isDoubted(BTC));
    assertEquals(10, told.size());
  }

  @Test
  void a_number_is_taken_however_it_is_stamped() {
    answered();
    after(10_000);
    long stamp = millis - 1;
    filled(fill("1", "1", "100", millis));
    for (int i = 0; i < 4; i++) {
      after(10_000);
      answered(net("-2", stamp));
    }
    assertSize("-2");
    assertEquals(List.of("TRADE 0 -> 1", "ADOPTED 1 -> -2"), told);
  }

  @Test
  void a_fill_that_comes_after_its_number_was_taken_is_not_counted_again() {
    answered(net("1", millis));
    long filled = after(10_000).millis;
    for (int i = 0; i < 3; i++) {
      after(10_000);
      answered(net("3", filled));
    }
    assertSize("3");
    filled(fill("late", "2", "100", filled));
    assertSize("3");
  }

  @Test
  void a_missed_fill_that_is_found_leaves_nothing_to_take() {
    answered(net("1", millis));
    long filled = after(10_000).millis;
    after(10_000);
    answered(net("3", filled));
    filled(fill("found", "2", "100", filled));
    for (int i = 0; i < 3; i++) {
      after(10_000);
      answered(net("3", filled));
    }
    assertEquals(List.of("START 0 -> 1", "TRADE 1 -> 3"), told);
  }

  @Test
  void one_that_is_not_named_any_more_is_flat_when_the_venue_says_so_twice() {
    answered(net("1", millis));
    for (int i = 0; i < 3; i++) {
      after(10_000);
      answered();
    }
    assertSize("0");
    assertEquals(List.of("START 0 -> 1", "ADOPTED 1 -> 0"), told);
    assertEquals(List.of(), keeper.all());
  }

  @Test
  void a_number_is_not_taken_while_nobody_answers_for_the_fills_behind_it() {
    answered(net("1", millis));
    fillsKnown = false;
    for (int i = 0; i < 3; i++) {
      after(10_000);
      answered(net("3", START + 5_000));
    }
    assertSize("1");
    assertTrue(keeper.isDoubted(BTC));
    filled(fill("late", "2", "100", START + 5_000));
    assertSize("3");
    assertEquals(List.of("START 0 -> 1", "TRADE 1 -> 3"), told);
  }

  @Test
  void what_closes_a_position_before_its_opening_is_heard_of_makes_none() {
    answered();
    long filled = after(10_000).millis;
    keeper.fill(fill("close", "-2", "101", filled), PositionSide.LONG, true, now());
    keeper.fill(fill("open", "2", "100", filled - 1_000), PositionSide.LONG, true, now());
    assertEquals(0, keeper.position(BTC, PositionSide.LONG).size().signum());
    assertEquals(List.of(), keeper.all());
  }

  @Test
  void a_fill_of_long_before_the_first_look_is_known_by_the_time_that_is_learnt_later() {
    keeper.told(List.of(), true, 0, now(), now());
    timed = true;
    after(5_000);
    filled(fill("old", "2", "100", START - 90_000));
    assertSize("0");
    assertEquals(List.of(), told);
  }

  // ---------------------------------------------------------------- everything at once

  /**
   * Fills of a venue reach us late, twice, out of order or only by a question; positions are pushed
   * and answered in between, with the venue's time of the last change or without any. When all is
   * quiet the position is the venue's, and at any time it is the sum of its events.
   */
  @Test
  void in_whatever_order_things_come_it_ends_where_the_venue_does() {
    for (int seed = 0; seed < 400; seed++) {
      new PositionKeeperTest().story(seed);
    }
  }

  private record Due(long at, Runnable task) {}

  private void story(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean stamped = random.nextBoolean();
    List<Due> due = new ArrayList<>();
    BigDecimal[] truth = {BigDecimal.ZERO};
    long[] changed = {START};
    List<Fill> all = new ArrayList<>();
    int fills = 1 + random.nextInt(12);
    long at = START + 1;
    for (int i = 0; i < fills; i++) {
      at += 1 + random.nextInt(20_000);
      long t = at;
      String size = (random.nextBoolean() ? "" : "-") + (1 + random.nextInt(5));
      Fill f = fill("t" + i, size, "100", t);
      long delay = random.nextInt(4_000);
      boolean lost = random.nextInt(4) == 0;
      boolean twice = random.nextInt(4) == 0;
      due.add(
          new Due(
              t,
              () -> {
                truth[0] = truth[0].add(f.signedSize());
                changed[0] = t;
                all.add(f);
                Position pushed = asOf(truth[0], t);
                if (random.nextBoolean()) {
                  due.add(new Due(t + random.nextInt(3_000), () -> streamed(pushed)));
                }
              }));
      if (!lost) {
        due.add(new Due(t + delay, () -> filled(f)));
      }
      if (twice) {
        due.add(new Due(t + delay + random.nextInt(30_000), () -> filled(f)));
      }
    }
    for (long t = START + random.nextInt(40_000); t < at + 200_000; t += 5_000) {
      long asked = t;
      due.add(
          new Due(
              asked,
              () -> {
                Position answer = asOf(truth[0], stamped ? changed[0] : 0);
                boolean named = truth[0].signum() != 0 || random.nextBoolean();
                List<Fill> known = List.copyOf(all);
                long heard = asked + 1 + random.nextInt(400);
                due.add(
                    new Due(
                        heard,
                        () ->
                            keeper.told(
                                named ? List.of(answer) : List.of(),
                                true,
                                asked,
                                asked * 1_000_000,
                                now())));
                if (random.nextInt(3) == 0) {
                  due.add(new Due(heard + 100, () -> known.forEach(this::filled)));
                }
              }));
    }
    while (!due.isEmpty()) {
      Due next = due.stream().min((a, b) -> Long.compare(a.at, b.at)).orElseThrow();
      due.remove(next);
      millis = Math.max(millis, next.at);
      next.task.run();
      assertEquals(0, sum.compareTo(size()), () -> "seed " + seed + ": not the sum: " + told);
    }
    assertEquals(
        0, truth[0].compareTo(size()), () -> seed + ": " + truth[0] + " is told as " + told);
    assertFalse(keeper.isDoubted(BTC), () -> "seed " + seed);
  }

  private static Position asOf(BigDecimal size, long millis) {
    return Position.of(BTC, PositionSide.NET, size).asOf(millis).build();
  }

  @Test
  void memory_is_bounded() {
    answered();
    for (int i = 0; i < 3 * PositionKeeper.MAX_FILLS; i++) {
      filled(fill("t" + i, "1", "100", after(1).millis));
    }
    int kept = keeper.remembered();
    assertTrue(kept <= 2 * PositionKeeper.MAX_FILLS + 10, () -> kept + " things");
  }
}
