package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bars of one market. Only bars with trades are kept, so many of each interval. */
final class Bars {

  /** Enough one-minute bars for a day of statistics. */
  static final int KEPT = 1_500;

  private static final long DAY = 86_400_000L;

  private final Map<Bar.Interval, Deque<Bar>> kept = new EnumMap<>(Bar.Interval.class);
  // The second that goes on; it is in no other bar yet, because most trades share theirs.
  private @Nullable Bar second;

  Bars() {
    for (var interval : Bar.Interval.values()) {
      kept.put(interval, new ArrayDeque<>());
    }
  }

  void trade(Trade trade) {
    var current = second;
    if (current != null && trade.time() <= current.closeTime()) {
      second = current.with(trade);
    } else {
      fold();
      second = Bar.first(Bar.Interval.SECOND, trade);
    }
  }

  /** Puts the second that goes on into the bars of all intervals. */
  private void fold() {
    var current = second;
    if (current == null) {
      return;
    }
    second = null;
    kept.forEach(
        (interval, bars) -> {
          var last = bars.peekLast();
          if (last != null && current.openTime() <= last.closeTime()) {
            bars.removeLast();
            bars.addLast(last.and(current, last.closeTime()));
          } else {
            var first = Bar.empty(interval, current.openTime(), current.open());
            bars.addLast(first.and(current, first.closeTime()));
            if (bars.size() > KEPT) {
              bars.removeFirst();
            }
          }
        });
  }

  /** The latest bars up to the one of {@code now}, oldest first, pauses filled. */
  List<Bar> upTo(Bar.Interval interval, long now, int limit) {
    fold();
    var result = new ArrayList<Bar>();
    long end = interval.next(now);
    for (var it = kept.get(interval).descendingIterator(); it.hasNext(); ) {
      var bar = it.next();
      while (end > bar.closeTime() + 1 && result.size() < limit) {
        var empty = Bar.empty(interval, end - 1, bar.close());
        result.add(empty);
        end = empty.openTime();
      }
      if (result.size() >= limit) {
        break;
      }
      result.add(bar);
      end = bar.openTime();
    }
    Collections.reverse(result);
    return result;
  }

  /** The last 24 hours as one bar, to the minute; empty if nothing was traded. */
  Optional<Bar> day(long now) {
    return since(now - DAY);
  }

  /** Volume-weighted average price of the last five minutes, else the last price, else empty. */
  Optional<BigDecimal> average(long now) {
    fold();
    var last = kept.get(Bar.Interval.MINUTE).peekLast();
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(
        since(now - 300_000L)
            .map(
                bar ->
                    bar.quoteVolume()
                        .divide(bar.volume(), Amounts.DECIMALS, RoundingMode.HALF_EVEN))
            .orElse(last.close()));
  }

  private Optional<Bar> since(long from) {
    fold();
    Bar sum = null;
    for (var it = kept.get(Bar.Interval.MINUTE).descendingIterator(); it.hasNext(); ) {
      var bar = it.next();
      if (bar.closeTime() < from) {
        break;
      }
      sum = sum == null ? bar : bar.and(sum);
    }
    return Optional.ofNullable(sum);
  }
}
