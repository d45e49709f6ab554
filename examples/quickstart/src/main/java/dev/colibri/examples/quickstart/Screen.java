package dev.colibri.examples.quickstart;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Shows a book and our orders in it: redrawn in place on a terminal, and one line a second anywhere
 * else, so that a log stays readable.
 */
final class Screen {
  private static final Duration FRAME = Duration.ofMillis(200);
  private static final int LEVELS = 8;
  private static final int BAR = 24;
  private static final int WIDTH = 79; // A line that wraps would shift everything below it.
  private static final String CLEAR = "\033[2J";
  private static final String HOME = "\033[H";
  private static final String CLEAR_TO_END_OF_LINE = "\033[K";
  private static final String CLEAR_TO_END = "\033[J";
  private static final String RED = "\033[31m";
  private static final String GREEN = "\033[32m";
  private static final String PLAIN = "\033[0m";

  private final PrintStream out;
  private final boolean terminal;
  private long linesOut = -1;

  /**
   * A screen.
   *
   * @param terminal whether {@code out} understands control sequences
   */
  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    if (terminal) {
      out.print(CLEAR);
    }
  }

  /** Whether standard output is a terminal that can be redrawn. */
  static boolean isTerminal() {
    return System.console() != null && System.getenv("TERM") != null;
  }

  /**
   * Shows a book as it changes, for so long; returns after that.
   *
   * @param news the latest that happened, asked on the strategy thread
   * @return how many updates of a valid book came
   */
  long show(
      Colibri colibri,
      BookConnector connector,
      Instrument instrument,
      Supplier<String> news,
      Duration duration)
      throws InterruptedException {
    AtomicLong updates = new AtomicLong();
    Instant start = colibri.now();
    Subscription books =
        connector
            .books(instrument)
            .listen(
                book -> {
                  if (book.isValid()) {
                    updates.incrementAndGet();
                  }
                });
    Subscription frames =
        colibri.every(
            FRAME,
            () ->
                draw(
                    Duration.between(start, colibri.now()),
                    connector.book(instrument),
                    connector.openOrders(instrument),
                    news.get()));
    Thread.sleep(duration.toMillis());
    frames.close();
    books.close();
    return updates.get();
  }

  private void draw(Duration elapsed, OrderBook book, List<LiveOrder> ours, String news) {
    if (terminal) {
      redraw(elapsed, book, ours, news);
    } else if (elapsed.toSeconds() != linesOut) {
      linesOut = elapsed.toSeconds();
      out.println(linesOut + " s  " + touch(book) + "  our orders " + ours.size());
    }
  }

  private static String touch(OrderBook book) {
    if (!book.isValid()) {
      return "book " + book.state();
    }
    return "bid " + text(book, book.bestBid()) + "  ask " + text(book, book.bestAsk());
  }

  private static String text(OrderBook book, Level level) {
    return level == null
        ? "none"
        : size(book.instrument(), level.size()) + " at " + price(book.instrument(), level.price());
  }

  private void redraw(Duration elapsed, OrderBook book, List<LiveOrder> ours, String news) {
    StringBuilder s = new StringBuilder(HOME);
    line(s, book.instrument() + "  " + book.state() + "  " + elapsed.toSeconds() + " s");
    line(s, "");
    if (book.isValid()) {
      BigDecimal largest = largest(book);
      for (int i = Math.min(LEVELS, book.depth(Side.SELL)) - 1; i >= 0; i--) {
        level(s, book, Side.SELL, i, largest, ours);
      }
      line(s, "");
      for (int i = 0; i < Math.min(LEVELS, book.depth(Side.BUY)); i++) {
        level(s, book, Side.BUY, i, largest, ours);
      }
    }
    line(s, "");
    for (LiveOrder o : ours) {
      line(s, "  " + o.status() + " " + o.order());
    }
    line(s, news);
    out.print(s.append(CLEAR_TO_END));
    out.flush();
  }

  private static void level(
      StringBuilder s,
      OrderBook book,
      Side side,
      int index,
      BigDecimal largest,
      List<LiveOrder> ours) {
    Level level = book.level(side, index);
    int bar =
        level
            .size()
            .multiply(BigDecimal.valueOf(BAR))
            .divide(largest, RoundingMode.CEILING)
            .intValue();
    s.append(
            String.format(
                Locale.ROOT,
                "%14s  %14s  ",
                price(book.instrument(), level.price()),
                size(book.instrument(), level.size())))
        .append(side == Side.BUY ? GREEN : RED)
        .append("#".repeat(bar))
        .append(PLAIN)
        .append(ours.stream().anyMatch(o -> rests(o, side, level)) ? "  <- ours" : "");
    end(s);
  }

  private static boolean rests(LiveOrder order, Side side, Level level) {
    BigDecimal price = order.order().price();
    return order.order().side() == side && price != null && price.compareTo(level.price()) == 0;
  }

  private static BigDecimal largest(OrderBook book) {
    BigDecimal largest = book.instrument().rules().lotSize();
    for (Side side : Side.values()) {
      for (int i = 0; i < Math.min(LEVELS, book.depth(side)); i++) {
        largest = largest.max(book.level(side, i).size());
      }
    }
    return largest;
  }

  private static String price(Instrument i, BigDecimal n) {
    return digits(n, i.rules().tickSize());
  }

  private static String size(Instrument i, BigDecimal n) {
    return digits(n, i.rules().lotSize());
  }

  /** As many digits as the step has: enough for people, not for orders. */
  private static String digits(BigDecimal n, BigDecimal step) {
    return n.setScale(Math.max(0, step.scale()), RoundingMode.HALF_UP).toPlainString();
  }

  private static void line(StringBuilder s, String text) {
    s.append(text, 0, Math.min(WIDTH, text.length()));
    end(s);
  }

  private static void end(StringBuilder s) {
    s.append(CLEAR_TO_END_OF_LINE).append('\n');
  }
}
