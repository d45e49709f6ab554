package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Open, high, low and close of one interval, also called a candle or kline. Times are milliseconds
 * since 1970; a bar without trades repeats the close before it and has no volume.
 *
 * @param closeTime the last millisecond that belongs to the bar
 * @param volume base units
 * @param quoteVolume quote units
 * @param takerBuyVolume base units whose taker bought
 * @param takerBuyQuoteVolume quote units whose taker bought
 * @param firstTradeId -1 without trades
 * @param lastTradeId -1 without trades
 */
public record Bar(
    long openTime,
    long closeTime,
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal close,
    BigDecimal volume,
    BigDecimal quoteVolume,
    long trades,
    BigDecimal takerBuyVolume,
    BigDecimal takerBuyQuoteVolume,
    long firstTradeId,
    long lastTradeId) {

  /** How long a bar is; all begin on UTC boundaries, weeks on Mondays. */
  public enum Interval {
    SECOND(1_000),
    MINUTE(60_000),
    MINUTES_3(180_000),
    MINUTES_5(300_000),
    MINUTES_15(900_000),
    MINUTES_30(1_800_000),
    HOUR(3_600_000),
    HOURS_2(7_200_000),
    HOURS_4(14_400_000),
    HOURS_6(21_600_000),
    HOURS_8(28_800_000),
    HOURS_12(43_200_000),
    DAY(86_400_000),
    DAYS_3(259_200_000),
    WEEK(604_800_000),
    MONTH(0);

    // 1970 began on a Thursday; the first Monday was four days later.
    private static final long FIRST_MONDAY = 4 * 86_400_000L;

    private final long millis;

    Interval(long millis) {
      this.millis = millis;
    }

    /** When the bar that contains {@code time} began. */
    public long start(long time) {
      if (this == MONTH) {
        return millis(date(time).withDayOfMonth(1));
      }
      long origin = this == WEEK ? FIRST_MONDAY : 0;
      return Math.floorDiv(time - origin, millis) * millis + origin;
    }

    /** When the bar after the one that contains {@code time} begins. */
    public long next(long time) {
      return this == MONTH
          ? millis(date(time).withDayOfMonth(1).plusMonths(1))
          : start(time) + millis;
    }

    private static LocalDate date(long time) {
      return LocalDate.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC);
    }

    private static long millis(LocalDate date) {
      return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
  }

  static Bar empty(Interval interval, long time, BigDecimal price) {
    return new Bar(
        interval.start(time),
        interval.next(time) - 1,
        price,
        price,
        price,
        price,
        ZERO,
        ZERO,
        0,
        ZERO,
        ZERO,
        -1,
        -1);
  }

  static Bar first(Interval interval, Trade trade) {
    return empty(interval, trade.time(), trade.price()).with(trade);
  }

  Bar with(Trade trade) {
    var quote = trade.quoteQuantity();
    boolean takerBuys = !trade.buyerIsMaker();
    return new Bar(
        openTime,
        closeTime,
        open,
        high.max(trade.price()),
        low.min(trade.price()),
        trade.price(),
        volume.add(trade.quantity()),
        quoteVolume.add(quote),
        trades + 1,
        takerBuys ? takerBuyVolume.add(trade.quantity()) : takerBuyVolume,
        takerBuys ? takerBuyQuoteVolume.add(quote) : takerBuyQuoteVolume,
        firstTradeId < 0 ? trade.id() : firstTradeId,
        trade.id());
  }

  /** This bar and a later one as one. */
  Bar and(Bar later) {
    return and(later, later.closeTime);
  }

  /** This bar with a shorter one within it, or one that goes on after it, as one that ends then. */
  Bar and(Bar later, long end) {
    return new Bar(
        openTime,
        end,
        open,
        high.max(later.high),
        low.min(later.low),
        later.close,
        volume.add(later.volume),
        quoteVolume.add(later.quoteVolume),
        trades + later.trades,
        takerBuyVolume.add(later.takerBuyVolume),
        takerBuyQuoteVolume.add(later.takerBuyQuoteVolume),
        firstTradeId < 0 ? later.firstTradeId : firstTradeId,
        later.lastTradeId < 0 ? lastTradeId : later.lastTradeId);
  }
}
