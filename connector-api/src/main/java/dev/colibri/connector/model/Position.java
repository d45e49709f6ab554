package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an account holds of a perpetual. Immutable. */
public final class Position {
  private final Instrument instrument;
  private final PositionSide side;
  private final BigDecimal size;
  private final @Nullable BigDecimal entryPrice;
  private final @Nullable BigDecimal markPrice;
  private final @Nullable BigDecimal liquidationPrice;
  private final @Nullable BigDecimal unrealisedProfit;
  private final @Nullable BigDecimal margin;
  private final @Nullable BigDecimal leverage;
  private final @Nullable MarginMode marginMode;
  private final long asOfMillis;

  private Position(Builder b) {
    instrument = b.instrument;
    side = b.side;
    size = Objects.requireNonNull(b.size, "size");
    entryPrice = b.entryPrice;
    markPrice = b.markPrice;
    liquidationPrice = b.liquidationPrice;
    unrealisedProfit = b.unrealisedProfit;
    margin = b.margin;
    leverage = b.leverage;
    marginMode = b.marginMode;
    asOfMillis = b.asOfMillis;
    if (side == PositionSide.LONG && size.signum() < 0
        || side == PositionSide.SHORT && size.signum() > 0) {
      throw new IllegalArgumentException(
          "a " + side + " position of " + instrument + " of size " + size.toPlainString());
    }
  }

  public Instrument instrument() {
    return instrument;
  }

  /** Which of the instrument's positions it is. */
  public PositionSide side() {
    return side;
  }

  /** In base units, negative when short, zero when there is none. */
  public BigDecimal size() {
    return size;
  }

  public boolean isFlat() {
    return size.signum() == 0;
  }

  /**
   * The average price it was opened at, in quote units per base unit; null when flat or not told.
   */
  public @Nullable BigDecimal entryPrice() {
    return entryPrice;
  }

  /** The mark price as the venue told it along with the position; null when it did not. */
  public @Nullable BigDecimal markPrice() {
    return markPrice;
  }

  /** The mark price at which it is liquidated; null when there is none or it is not told. */
  public @Nullable BigDecimal liquidationPrice() {
    return liquidationPrice;
  }

  /** By the venue's mark price, in quote units, as the venue told it last; null when it did not. */
  public @Nullable BigDecimal unrealisedProfit() {
    return unrealisedProfit;
  }

  /** What is put aside for it, in the settlement asset; null when not told. */
  public @Nullable BigDecimal margin() {
    return margin;
  }

  /** Notional a unit of margin; null when not told. */
  public @Nullable BigDecimal leverage() {
    return leverage;
  }

  /** What stands behind it; null when not told. */
  public @Nullable MarginMode marginMode() {
    return marginMode;
  }

  /**
   * The venue's time of its size, in milliseconds since the epoch: every fill of that time or
   * before is in it, and none of later. When it changed last will do, too. 0 where the venue tells
   * neither.
   */
  public long asOfMillis() {
    return asOfMillis;
  }

  /** What it would gain if it were closed at a price, in quote units; null without entry price. */
  public @Nullable BigDecimal profitAt(BigDecimal price) {
    return entryPrice == null ? null : price.subtract(entryPrice).multiply(size);
  }

  @Override
  public String toString() {
    return (isFlat()
            ? "flat"
            : (size.signum() > 0 ? "long " : "short ") + size.abs().toPlainString())
        + " "
        + instrument.name()
        + (side == PositionSide.NET ? "" : " " + side)
        + (entryPrice == null ? "" : " from " + entryPrice.toPlainString());
  }

  /** No position. */
  public static Position flat(Instrument instrument, PositionSide side) {
    return of(instrument, side, BigDecimal.ZERO).build();
  }

  /**
   * Begins a position.
   *
   * @param size in base units, negative when short
   */
  public static Builder of(Instrument instrument, PositionSide side, BigDecimal size) {
    return new Builder(instrument, side, size);
  }

  /** Begins one that is as this one but for what is said. */
  public Builder but(BigDecimal size) {
    Builder b = new Builder(instrument, side, size);
    b.entryPrice = entryPrice;
    b.markPrice = markPrice;
    b.liquidationPrice = liquidationPrice;
    b.unrealisedProfit = unrealisedProfit;
    b.margin = margin;
    b.leverage = leverage;
    b.marginMode = marginMode;
    b.asOfMillis = asOfMillis;
    return b;
  }

  /** Collects what a position is; what is null was not told, and a price of zero is none. */
  public static final class Builder {
    private final Instrument instrument;
    private final PositionSide side;
    private final BigDecimal size;
    private @Nullable BigDecimal entryPrice;
    private @Nullable BigDecimal markPrice;
    private @Nullable BigDecimal liquidationPrice;
    private @Nullable BigDecimal unrealisedProfit;
    private @Nullable BigDecimal margin;
    private @Nullable BigDecimal leverage;
    private @Nullable MarginMode marginMode;
    private long asOfMillis;

    private Builder(Instrument instrument, PositionSide side, BigDecimal size) {
      this.instrument = Objects.requireNonNull(instrument, "instrument");
      this.side = Objects.requireNonNull(side, "side");
      this.size = size;
    }

    private static @Nullable BigDecimal positive(@Nullable BigDecimal n) {
      return n == null || n.signum() <= 0 ? null : n;
    }

    public Builder entryPrice(@Nullable BigDecimal price) {
      entryPrice = positive(price);
      return this;
    }

    public Builder markPrice(@Nullable BigDecimal price) {
      markPrice = positive(price);
      return this;
    }

    public Builder liquidationPrice(@Nullable BigDecimal price) {
      liquidationPrice = positive(price);
      return this;
    }

    public Builder unrealisedProfit(@Nullable BigDecimal profit) {
      unrealisedProfit = profit;
      return this;
    }

    public Builder margin(@Nullable BigDecimal margin) {
      this.margin = positive(margin);
      return this;
    }

    public Builder leverage(@Nullable BigDecimal leverage, @Nullable MarginMode mode) {
      this.leverage = positive(leverage);
      this.marginMode = mode;
      return this;
    }

    /** {@link Position#asOfMillis()}; 0 when not told. */
    public Builder asOf(long venueMillis) {
      asOfMillis = venueMillis;
      return this;
    }

    public Position build() {
      return new Position(this);
    }
  }
}
