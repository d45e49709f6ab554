package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v2.V2Pool;
import dev.colibri.connector.amm.v2.V2State;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolBook;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pools asked what books are asked. */
class PoolBookTest {
  private static final Token WETH = new Token("0xaa", "WETH", 18);
  private static final Token USDC = new Token("0xbb", "USDC", 6);
  private static final Block BLOCK = new Block(7, "0x7", "0x6", 1_000);
  private static final Instrument PAIR =
      Instrument.builder(
              "toy",
              "WETH-USDC",
              "WETH",
              "USDC",
              TradingRules.builder(new BigDecimal("0.000001"), new BigDecimal("1e-18"))
                  .orderTypes(EnumSet.of(OrderType.LIMIT))
                  .timesInForce(EnumSet.of(TimeInForce.GTC))
                  .build())
          .build();
  private static final BigDecimal PARTS = new BigDecimal("0.000010");

  private static V2Pool v2(String reserve0, String reserve1) {
    return new V2Pool(
        new Pool("toy-v2", "0x" + reserve0, WETH, USDC, 3000, 0),
        BLOCK,
        V2State.of(
            new V2Fees(997, 1000, 1, 6), new BigInteger(reserve0), new BigInteger(reserve1)));
  }

  private static V3Pool v3(V3State state) {
    int spacing = state.ticks().tickSpacing();
    return new V3Pool(
        new Pool("toy-v3", "0x3", WETH, USDC, state.feePips(), spacing), BLOCK, state);
  }

  /** 2000 USDC for a WETH, about 100 WETH within a few per cent. */
  private static V3Pool concentrated() {
    int tick = -200_311;
    Textbook.Pool pool = new Textbook.Pool(500, 10, 0, 0, tick, Textbook.sqrtRatio(tick));
    pool.provide(-200_600, -200_100, new BigInteger("40000000000000000"));
    pool.provide(-200_340, -200_300, new BigInteger("90000000000000000"));
    pool.provide(-203_000, -198_000, new BigInteger("10000000000000000"));
    return v3(pool.state());
  }

  @Test
  void a_price_is_in_units_of_token1_and_needs_no_logarithm() {
    assertEquals(
        0, new BigDecimal("2000").compareTo(v2("5" + "0".repeat(18), "10000000000").price()));
    BigDecimal price = concentrated().price();
    assertTrue(
        price.subtract(new BigDecimal("2000")).abs().compareTo(BigDecimal.ONE) < 0, price + "");
    assertEquals(34, price.precision());
  }

  @Test
  void at_the_ends_of_levels_a_book_says_what_the_pool_gives() {
    for (PoolState pool : List.of(v2("5" + "0".repeat(20), "1000000000000"), concentrated())) {
      PoolBook book = PoolBook.of(PAIR, WETH, List.of(pool), 40, 0);
      for (Side taker : Side.values()) {
        BigDecimal size = BigDecimal.ZERO;
        BigDecimal worst = null;
        for (int i = 0; i < 40; i++) {
          Level level = book.level(taker.opposite(), i);
          size = size.add(level.size());
          BigDecimal told = book.taking(taker).quoteForVolume(size);
          BigDecimal real = quote(pool, taker, size);
          // Every level may cost a part more than a swap through all of them, never less.
          BigDecimal worse = taker == Side.BUY ? told.subtract(real) : real.subtract(told);
          assertTrue(
              worse.compareTo(new BigDecimal("-1e-20")) > 0
                  && worse.abs().compareTo(PARTS.multiply(BigDecimal.TEN)) < 0,
              pool + " " + taker + " level " + i + " is off by " + worse.toPlainString());
          if (worst != null) {
            int c = level.price().compareTo(worst);
            assertTrue(taker == Side.BUY ? c > 0 : c < 0, "levels get worse");
          }
          worst = level.price();
          assertEquals(worst, book.taking(taker).priceForVolume(size));
        }
      }
    }
  }

  @Test
  void within_a_level_a_book_promises_no_more_than_the_pool_gives() {
    SplittableRandom random = new SplittableRandom(41);
    for (PoolState pool : List.of(v2("5" + "0".repeat(20), "1000000000000"), concentrated())) {
      PoolBook book = PoolBook.of(PAIR, WETH, List.of(pool), 40, 0);
      for (int i = 0; i < 500; i++) {
        Side taker = random.nextBoolean() ? Side.BUY : Side.SELL;
        BigDecimal size = BigDecimal.valueOf(random.nextLong(1, 4_000_000_000L), 9);
        BigDecimal told = book.taking(taker).quoteForVolume(size);
        BigDecimal real = quote(pool, taker, size);
        BigDecimal better = taker == Side.BUY ? real.subtract(told) : told.subtract(real);
        assertTrue(better.compareTo(PARTS) < 0, taker + " " + size + " by " + better);
        // And it is no worse than the width of a level, a thousandth.
        BigDecimal width = real.multiply(new BigDecimal("0.001")).add(PARTS);
        assertTrue(better.negate().compareTo(width) < 0, taker + " " + size + " by " + better);
      }
    }
  }

  private static BigDecimal quote(PoolState pool, Side taker, BigDecimal size) {
    BigInteger raw = WETH.raw(size);
    return USDC.units(taker == Side.BUY ? pool.in(WETH, raw) : pool.out(WETH, raw));
  }

  @Test
  void a_pool_reads_the_other_way_round_as_well() {
    PoolBook book = PoolBook.of(PAIR, USDC, List.of(concentrated()), 5, 0);
    BigDecimal ask = book.bestAsk().price();
    assertTrue(ask.compareTo(new BigDecimal("0.0005")) > 0);
    assertTrue(ask.compareTo(new BigDecimal("0.00051")) < 0);
  }

  @Test
  void several_pools_are_one_book_in_the_order_of_price() {
    V2Pool flat = v2("5" + "0".repeat(20), "1000000000000");
    V3Pool deep = concentrated();
    PoolBook both = PoolBook.of(PAIR, WETH, List.of(flat, deep), 30, 0);
    BigDecimal limit = both.level(Side.SELL, 29).price();
    BigDecimal volume = both.taking(Side.BUY).volumeForPrice(limit);
    BigDecimal apart =
        PoolBook.of(PAIR, WETH, List.of(flat), 30, 0)
            .taking(Side.BUY)
            .volumeForPrice(limit)
            .add(
                PoolBook.of(PAIR, WETH, List.of(deep), 30, 0)
                    .taking(Side.BUY)
                    .volumeForPrice(limit));
    assertEquals(apart, volume);
    for (int i = 1; i < 30; i++) {
      assertTrue(
          both.level(Side.BUY, i).price().compareTo(both.level(Side.BUY, i - 1).price()) <= 0);
    }
  }

  @Test
  void its_whole_numbers_are_rounded_against_the_taker() {
    PoolBook book = PoolBook.of(PAIR, WETH, List.of(concentrated()), 10, 5_000);
    for (Side side : Side.values()) {
      BigDecimal price = BigDecimal.valueOf(book.price(side, 0), book.priceDigits());
      BigDecimal size = BigDecimal.valueOf(book.size(side, 0), book.sizeDigits());
      Level exact = book.level(side, 0);
      int c = price.compareTo(exact.price());
      assertTrue(side == Side.SELL ? c >= 0 : c <= 0);
      assertTrue(size.compareTo(exact.size()) <= 0);
      assertTrue(book.priceDigits() >= 12, "digits: " + book.priceDigits());
    }
    assertEquals(7, book.sequence());
    assertEquals(1_000, book.venueMillis());
    assertEquals(5_000, book.receivedNanos());
    assertTrue(book.spread().signum() > 0);
  }

  @Test
  void a_book_ends_where_what_is_known_ends_or_nothing_is_left() {
    Textbook.Pool pool = new Textbook.Pool(3000, 60, 0, 0, 0, FullMath.Q96);
    pool.provide(-600, -300, BigInteger.TEN.pow(18));
    pool.provide(6_000, 6_060, BigInteger.TEN.pow(18));
    V3State state = pool.state();
    PoolBook book = PoolBook.of(PAIR, WETH, List.of(v3(state)), 1000, 0);
    // 300 ticks on one side and 60 on the other, by tens; the gaps are no levels.
    assertEquals(30, book.depth(Side.BUY));
    assertEquals(6, book.depth(Side.SELL));
    V3Ticks known = V3Ticks.of(60, -1, 0, List.of());
    V3State all = V3State.of(3000, FullMath.Q96, 0, BigInteger.TEN.pow(18), known);
    PoolBook cut = PoolBook.of(PAIR, WETH, List.of(v3(all)), 10_000, 0);
    assertEquals(256 * 60 / 10, cut.depth(Side.BUY));
    assertNull(cut.taking(Side.SELL).quoteForVolume(new BigDecimal("1000")));
    PoolTooThin beyond =
        assertThrows(PoolTooThin.class, () -> v3(all).out(WETH, BigInteger.TEN.pow(21)));
    assertTrue(beyond.getMessage().contains("word -2"), beyond.getMessage());
    assertThrows(PoolTooThin.class, () -> v3(state).out(WETH, BigInteger.TEN.pow(21)));
  }

  @Test
  void a_pool_whose_parts_were_read_in_two_is_refused() {
    V3State whole = concentrated().state();
    List<V3Tick> ticks = whole.ticks().list();
    // Less liquidity than the next tick takes away, a tick that was missed, and one too many.
    for (V3State wrong :
        List.of(
            V3State.of(500, whole.sqrtPriceX96(), whole.tick(), BigInteger.ONE, whole.ticks()),
            V3State.of(
                500,
                whole.sqrtPriceX96(),
                whole.tick(),
                whole.liquidity(),
                V3Ticks.all(10, ticks.subList(1, ticks.size()))),
            V3State.of(
                500,
                whole.sqrtPriceX96(),
                whole.tick(),
                whole.liquidity(),
                V3Ticks.all(10, ticks.subList(0, ticks.size() - 1))))) {
      assertThrows(IllegalArgumentException.class, () -> v3(wrong));
    }
    // Where not all ticks are known, nobody knows where the liquidity ends.
    int word = V3Ticks.wordOf(whole.tick(), 10);
    List<V3Tick> near = ticks.stream().filter(t -> V3Ticks.wordOf(t.index(), 10) == word).toList();
    V3Ticks part = V3Ticks.of(10, word, word, near);
    assertTrue(near.size() > 1 && near.size() < ticks.size());
    v3(V3State.of(500, whole.sqrtPriceX96(), whole.tick(), whole.liquidity(), part));
  }

  @Test
  void pools_of_other_tokens_or_blocks_are_no_book() {
    V2Pool pool = v2("1000000", "2000000");
    V2Pool later = new V2Pool(pool.pool(), new Block(8, "0x8", "0x7", 2_000), pool.state());
    assertThrows(
        IllegalArgumentException.class, () -> PoolBook.of(PAIR, WETH, List.of(pool, later), 5, 0));
    Token other = new Token("0xcc", "USDC", 6);
    assertThrows(
        IllegalArgumentException.class, () -> PoolBook.of(PAIR, other, List.of(pool), 5, 0));
    assertThrows(IllegalArgumentException.class, () -> PoolBook.of(PAIR, WETH, List.of(), 5, 0));
    assertThrows(IllegalArgumentException.class, () -> pool.out(other, BigInteger.ONE));
  }
}
