package dev.colibri.examples.benchmarks;

import dev.colibri.connector.model.OrderBook;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A whole connector on a socket, by how many instruments it has: a server in another process sends
 * changes of their books, one instrument after the other, as fast as they are read. Requests are
 * answered from memory.
 */
public final class WholeConnector {
  private static final int LEVELS = 100;

  private WholeConnector() {}

  /** {@code <instruments>}. */
  public static void main(String[] args) throws IOException {
    int instruments = Integer.parseInt(args[0]);
    List<String> bases = LoopbackServer.bases(instruments);
    AtomicLong messages = new AtomicLong();
    AtomicLong valid = new AtomicLong();
    try (Child server = Child.server("venue", instruments)) {
      String stream = "ws://127.0.0.1:" + Objects.requireNonNull(server.line());
      try (VenueScript script =
          VenueScript.streaming(
              stream,
              bases,
              base -> DepthTape.of(bases.indexOf(base), 0).snapshot(LEVELS),
              LEVELS)) {
        for (String base : bases) {
          script
              .connector()
              .books(script.instrument(base))
              .listenDirect(book -> heard(book, messages, valid));
        }
        VenueScript.await("valid", () -> valid.get() >= instruments);
        server.go();
        Meter.Use use = Meter.measure(messages::get, 100_000, 3, 2_000, 600);
        for (String base : bases) {
          if (!script.connector().book(script.instrument(base)).isValid()) {
            throw new IllegalStateException(
                "not valid: " + script.connector().book(script.instrument(base)));
          }
        }
        if (valid.get() != instruments) {
          throw new IllegalStateException("books were lost on the way");
        }
        Child.figure("cpu", use.cpuNanos());
        Child.figure("bytes", use.bytes());
        Child.figure("rate", use.perSecond());
      }
    }
    System.exit(0);
  }

  /** Until all are loaded, more than one thread may call. */
  private static void heard(OrderBook book, AtomicLong messages, AtomicLong valid) {
    if (book.sequence() == DepthTape.firstNumber()) {
      valid.incrementAndGet();
    } else if (book.isValid()) {
      messages.lazySet(messages.get() + 1);
    }
  }
}
