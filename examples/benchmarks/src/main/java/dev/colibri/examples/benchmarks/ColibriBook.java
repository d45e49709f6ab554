package dev.colibri.examples.benchmarks;

import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All of ours: the bytes of a socket are cut into frames, and a runtime's engine makes of them a
 * book that a direct listener sees, with the sequence checked, the state kept and the time taken.
 * Only the socket and the venue's answers are made up.
 */
final class ColibriBook implements BookPath {
  private final DepthTape.Reel reel;
  private final VenueScript script;
  private final Wire wire;
  private final ByteBuffer[] frames;
  private long seen;
  private long touch;

  /** Written last, for the first time is on the thread that brought the snapshot. */
  private volatile boolean loaded;

  ColibriBook(DepthTape tape) {
    reel = tape.framed("BTCUSDT");
    frames = Arrays.stream(reel.messages()).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
    script =
        VenueScript.of(List.of("BTC"), base -> tape.snapshot(DepthTape.LEVELS), DepthTape.LEVELS);
    script.connector().books(script.instrument("BTC")).listenDirect(this::heard);
    wire = new Wire(script);
    VenueScript.await("valid", () -> loaded);
    script.settle();
  }

  private void heard(OrderBook book) {
    if (book.isValid()) {
      seen++;
      touch = book.price(Side.BUY, 0) ^ book.price(Side.SELL, 0);
      if (!loaded) {
        loaded = true;
      }
    }
  }

  @Override
  public DepthTape.Reel reel() {
    return reel;
  }

  @Override
  public long apply(int i) {
    long before = seen;
    wire.deliver(frames[i]);
    if (seen != before + 1) {
      OrderBook book = script.connector().book(script.instrument("BTC"));
      throw new IllegalStateException("the listener was told of no valid book: " + book);
    }
    return touch;
  }

  @Override
  public List<String> best(int levels) {
    OrderBook book = script.connector().book(script.instrument("BTC"));
    List<String> best = new ArrayList<>();
    for (Side side : List.of(Side.BUY, Side.SELL)) {
      for (int i = 0; i < Math.min(levels, book.depth(side)); i++) {
        Level level = book.level(side, i);
        best.add(DatabindBook.text(level.price(), level.size()));
      }
    }
    return best;
  }

  @Override
  public void close() {
    script.close();
  }
}
