package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.TradeStage;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.TextException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lays out public trades. One that has no positive price and size, or does not fit the instrument's
 * digits, is refused by an exception, which sets its message aside.
 */
final class TradeStageImpl implements TradeStage {
  private final Consumer<? super TradeView> trades;
  private final LongSupplier now;
  private final TradeSlot view = new TradeSlot();
  private long price;
  private int priceDigits;
  private long size;
  private int sizeDigits;

  /**
   * A stage.
   *
   * @param trades hears them; the view is reused
   * @param now when the frame in progress arrived, in nanoseconds since the epoch
   */
  TradeStageImpl(Consumer<? super TradeView> trades, LongSupplier now) {
    this.trades = trades;
    this.now = now;
  }

  @Override
  public TradeStage price(long price, int digits) {
    this.price = price;
    this.priceDigits = digits;
    return this;
  }

  @Override
  public TradeStage size(long size, int digits) {
    this.size = size;
    this.sizeDigits = digits;
    return this;
  }

  @Override
  public void commit(Instrument instrument, long id, Side taker, long venueMillis) {
    long p = price;
    long s = Math.multiplyExact(size, instrument.contractUnits());
    int digits = sizeDigits + instrument.contractDigits();
    // What the next trade does not say must not be this one's.
    discard();
    if (p <= 0 || s <= 0) {
      throw new TextException("a trade of " + instrument + " without a positive price and size");
    }
    view.set(
        instrument,
        taker,
        Decimal.rescale(p, priceDigits, instrument.priceDigits()),
        Decimal.rescale(s, digits, instrument.sizeDigits()),
        id,
        venueMillis,
        now.getAsLong());
    trades.accept(view);
  }

  /** Forgets what was laid out. */
  void discard() {
    price = 0;
    size = 0;
  }
}
