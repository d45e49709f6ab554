package dev.colibri.examples.benchmarks;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.marketdata.OrderBook;
import org.knowm.xchange.dto.trade.LimitOrder;

/**
 * What a book of five hundred levels a side keeps of the heap: ours with its keeper and listener in
 * a running connector, XChange's and trees of decimals alone.
 */
public final class BookMemory {
  private static final int BOOKS = 100;
  private static final int LEVELS = 500;

  private BookMemory() {}

  /** No arguments. */
  public static void main(String[] args) {
    DepthTape tape = DepthTape.of(7, 0);
    List<String> bases = LoopbackServer.bases(BOOKS);
    AtomicLong valid = new AtomicLong();
    String snapshot = tape.snapshot(LEVELS);
    try (VenueScript script = VenueScript.of(bases, base -> snapshot, LEVELS)) {
      long before = used();
      for (String base : bases) {
        script
            .connector()
            .books(script.instrument(base))
            .listenDirect(book -> valid.addAndGet(book.isValid() ? 1 : 0));
      }
      VenueScript.await("valid", () -> valid.get() >= BOOKS);
      Child.figure("colibri", (used() - before) / (double) BOOKS);
    }
    List<Object> books = new ArrayList<>();
    long before = used();
    for (int i = 0; i < BOOKS; i++) {
      books.add(DatabindBook.trees(tape, LEVELS));
    }
    Child.figure("databind", (used() - before) / (double) BOOKS);
    before = used();
    for (int i = 0; i < BOOKS; i++) {
      books.add(
          new OrderBook(
              new Date(0),
              orders(tape.bids(), Order.OrderType.BID),
              orders(tape.asks(), Order.OrderType.ASK)));
    }
    Child.figure("xchange", (used() - before) / (double) BOOKS);
    Child.figure("kept", books.size());
    System.exit(0);
  }

  private static List<LimitOrder> orders(List<String[]> side, Order.OrderType type) {
    return new ArrayList<>(
        side.stream()
            .limit(LEVELS)
            .map(
                level ->
                    new LimitOrder(
                        type,
                        new BigDecimal(level[1]),
                        XChange.PAIR,
                        null,
                        null,
                        new BigDecimal(level[0])))
            .toList());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
