package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradeView;
import org.jspecify.annotations.Nullable;

/** A place for a trade, and the view of it. */
public final class TradeSlot implements TradeView {
  private @Nullable Instrument instrument;
  private Side taker = Side.BUY;
  private long price;
  private long size;
  private long id;
  private long venueMillis;
  private long receivedNanos;

  void set(
      Instrument instrument,
      Side taker,
      long price,
      long size,
      long id,
      long venueMillis,
      long receivedNanos) {
    this.instrument = instrument;
    this.taker = taker;
    this.price = price;
    this.size = size;
    this.id = id;
    this.venueMillis = venueMillis;
    this.receivedNanos = receivedNanos;
  }

  void set(TradeView t) {
    set(t.instrument(), t.taker(), t.price(), t.size(), t.id(), t.venueMillis(), t.receivedNanos());
  }

  @Override
  public Instrument instrument() {
    if (instrument == null) {
      throw new IllegalStateException("a trade is read outside its call");
    }
    return instrument;
  }

  @Override
  public Side taker() {
    return taker;
  }

  @Override
  public long price() {
    return price;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public long id() {
    return id;
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
  public Trade toTrade() {
    Instrument i = instrument();
    return new Trade(
        i,
        Long.toString(id),
        taker,
        i.price(price, i.priceDigits()),
        i.size(size, i.sizeDigits()),
        venueMillis);
  }
}
