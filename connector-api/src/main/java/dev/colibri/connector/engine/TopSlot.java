package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TopView;
import org.jspecify.annotations.Nullable;

/** A place for a best bid and ask, and the view of it. Not thread-safe. */
public final class TopSlot implements TopView {
  private @Nullable Instrument instrument;
  private long bid;
  private long bidSize;
  private long ask;
  private long askSize;
  private long venueMillis;
  private long receivedNanos;

  /** Keeps what another view shows. */
  public void set(TopView t) {
    set(t.instrument(), t.venueMillis(), t.receivedNanos());
    set(Side.BUY, t.price(Side.BUY), t.size(Side.BUY));
    set(Side.SELL, t.price(Side.SELL), t.size(Side.SELL));
  }

  /** Begins anew, with nothing on either side. */
  void set(Instrument instrument, long venueMillis, long receivedNanos) {
    this.instrument = instrument;
    this.venueMillis = venueMillis;
    this.receivedNanos = receivedNanos;
    set(Side.BUY, 0, 0);
    set(Side.SELL, 0, 0);
  }

  /** The best of a side, in units of the instrument's digits; a size of 0 is none. */
  void set(Side side, long price, long size) {
    if (side == Side.BUY) {
      bid = price;
      bidSize = size;
    } else {
      ask = price;
      askSize = size;
    }
  }

  @Override
  public Instrument instrument() {
    if (instrument == null) {
      throw new IllegalStateException("a top is read outside its call");
    }
    return instrument;
  }

  @Override
  public boolean has(Side side) {
    return size(side) > 0;
  }

  @Override
  public long price(Side side) {
    return side == Side.BUY ? bid : ask;
  }

  @Override
  public long size(Side side) {
    return side == Side.BUY ? bidSize : askSize;
  }

  @Override
  public long venueMillis() {
    return venueMillis;
  }

  @Override
  public long receivedNanos() {
    return receivedNanos;
  }

  @Override
  public Ticker toTicker() {
    return new Ticker(instrument(), level(Side.BUY), level(Side.SELL), null, venueMillis);
  }

  private @Nullable Level level(Side side) {
    return has(side)
        ? new Level(
            instrument().price(price(side), instrument().priceDigits()),
            instrument().size(size(side), instrument().sizeDigits()))
        : null;
  }
}
