package dev.colibri.connector;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TopView;
import org.jspecify.annotations.Nullable;

/** A place for a best bid and ask on its way to another thread. */
final class TopCopy implements TopView {
  private @Nullable Instrument instrument;
  private long bid;
  private long bidSize;
  private long ask;
  private long askSize;
  private long venueMillis;
  private long receivedNanos;

  void set(TopView t) {
    instrument = t.instrument();
    bid = t.price(Side.BUY);
    bidSize = t.size(Side.BUY);
    ask = t.price(Side.SELL);
    askSize = t.size(Side.SELL);
    venueMillis = t.venueMillis();
    receivedNanos = t.receivedNanos();
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
