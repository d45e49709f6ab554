package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** What the 24-hour ticker tells of a market; zeros and -1 where nothing was traded. */
record DayStatistics(
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal last,
    BigDecimal lastQuantity,
    BigDecimal volume,
    BigDecimal quoteVolume,
    long firstId,
    long lastId,
    long count,
    long openTime,
    Depth top) {

  static DayStatistics of(Exchange exchange, Market market, long now) {
    @Nullable Bar day = exchange.day(market.name(), now).orElse(null);
    var trades = exchange.trades(market.name());
    var zero = BigDecimal.ZERO;
    return new DayStatistics(
        day == null ? zero : day.open(),
        day == null ? zero : day.high(),
        day == null ? zero : day.low(),
        day == null ? zero : day.close(),
        trades.isEmpty() ? zero : trades.get(trades.size() - 1).quantity(),
        day == null ? zero : day.volume(),
        day == null ? zero : day.quoteVolume(),
        day == null ? -1 : day.firstTradeId(),
        day == null ? -1 : day.lastTradeId(),
        day == null ? 0 : day.trades(),
        now - 86_400_000L,
        exchange.depth(market.name(), 1));
  }

  BigDecimal change() {
    return last.subtract(open);
  }

  String changePercent() {
    return open.signum() == 0
        ? "0.000"
        : change().movePointRight(2).divide(open, 3, RoundingMode.HALF_EVEN).toPlainString();
  }

  BigDecimal average() {
    return volume.signum() == 0
        ? BigDecimal.ZERO
        : quoteVolume.divide(volume, 8, RoundingMode.HALF_EVEN);
  }
}
