package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.TextException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Lays out depth messages and hands each to the keeper of its book, or to who hears tops. */
final class DepthStageImpl implements DepthStage {
  private final Map<Instrument, BookKeeper> keepers;
  private final Consumer<? super TopView> tops;
  private final LongSupplier now;
  private final DepthMessage message = new DepthMessage();
  private final TopSlot top = new TopSlot();

  /**
   * A stage.
   *
   * @param keepers of the books that are subscribed; others are ignored. Must not allocate in get.
   * @param tops hears the best bids and asks
   * @param now when the frame in progress arrived, in nanoseconds since the epoch
   */
  DepthStageImpl(
      Map<Instrument, BookKeeper> keepers, Consumer<? super TopView> tops, LongSupplier now) {
    this.keepers = keepers;
    this.tops = tops;
    this.now = now;
  }

  @Override
  public void begin() {
    message.clear();
  }

  @Override
  public void bid(long price, int priceDigits, long size, int sizeDigits) {
    message.add(true, price, priceDigits, size, sizeDigits);
  }

  @Override
  public void ask(long price, int priceDigits, long size, int sizeDigits) {
    message.add(false, price, priceDigits, size, sizeDigits);
  }

  @Override
  public void commit(
      Instrument instrument,
      Kind kind,
      long first,
      long last,
      long previous,
      long venueMillis,
      long checksum) {
    message.kind = kind;
    message.first = first;
    message.last = last;
    message.previous = previous;
    message.venueMillis = venueMillis;
    message.checksum = checksum;
    message.receivedNanos = now.getAsLong();
    if (instrument.contractUnits() != 1 || instrument.contractDigits() != 0) {
      message.scale(instrument.contractUnits(), instrument.contractDigits());
    }
    try {
      if (kind == Kind.TOP) {
        showTop(instrument);
        tops.accept(top);
        return;
      }
      BookKeeper keeper = keepers.get(instrument);
      if (keeper != null) {
        keeper.commit(message);
      }
    } finally {
      message.clear();
    }
  }

  /**
   * Forgets what was laid out by a message that was set aside, and makes the books invalid that it
   * was for.
   *
   * @param named what the message named, as far as it was read
   */
  void discard(Iterable<Instrument> named, String reason) {
    message.clear();
    for (Instrument instrument : named) {
      BookKeeper keeper = keepers.get(instrument);
      if (keeper != null) {
        keeper.lost(BookState.UNREADABLE, reason, now.getAsLong());
      }
    }
  }

  private void showTop(Instrument instrument) {
    DepthMessage m = message;
    top.set(instrument, m.venueMillis, m.receivedNanos);
    for (int i = m.from; i < m.to; i += DepthMessage.STRIDE) {
      long packed = m.levels[i + 2];
      int priceDigits = DepthMessage.priceDigits(packed);
      int sizeDigits = DepthMessage.sizeDigits(packed);
      long price = Decimal.rescale(m.levels[i], priceDigits, instrument.priceDigits());
      long size = Decimal.rescale(m.levels[i + 1], sizeDigits, instrument.sizeDigits());
      if (size == 0) {
        continue; // How some venues write that there is none.
      }
      if (price <= 0 || size < 0) {
        throw new TextException("a top of " + instrument + " with " + size + " at " + price);
      }
      top.set(DepthMessage.isBid(packed) ? Side.BUY : Side.SELL, price, size);
    }
    if (top.has(Side.BUY) && top.has(Side.SELL) && top.price(Side.BUY) >= top.price(Side.SELL)) {
      throw new TextException("the top of " + instrument + " is crossed");
    }
  }
}
