package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.TextException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lays out depth messages and hands each to the keeper of its book, or to who hears tops. */
final class DepthStageImpl implements DepthStage {
  private final Map<Instrument, BookKeeper> keepers;
  private final Consumer<? super TopView> tops;
  private final LongSupplier now;
  private final DepthMessage message = new DepthMessage();
  private final Top top = new Top();

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
    try {
      if (kind == Kind.TOP) {
        top.show(instrument, message);
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

  /** The view of tops. */
  private static final class Top implements TopView {
    private @Nullable Instrument instrument;
    private long bid;
    private long bidSize;
    private long ask;
    private long askSize;
    private long venueMillis;
    private long receivedNanos;

    void show(Instrument instrument, DepthMessage m) {
      bid = 0;
      bidSize = 0;
      ask = 0;
      askSize = 0;
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
        if (DepthMessage.isBid(packed)) {
          bid = price;
          bidSize = size;
        } else {
          ask = price;
          askSize = size;
        }
      }
      if (bidSize > 0 && askSize > 0 && bid >= ask) {
        throw new TextException("the top of " + instrument + " is crossed: " + bid + ", " + ask);
      }
      this.instrument = instrument;
      this.venueMillis = m.venueMillis;
      this.receivedNanos = m.receivedNanos;
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
}
