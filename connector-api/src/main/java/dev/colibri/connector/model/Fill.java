package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A trade of one of our orders. Immutable.
 *
 * <p>A fill is counted once by (account, instrument, trade id, side), whatever stream or reply
 * tells it, and however often.
 */
public final class Fill {

  /** What made a position trade. */
  public enum Cause {
    /** An order of the account. */
    ORDER,
    /** The venue liquidated the position. */
    LIQUIDATION,
    /** The venue closed the position against a liquidated one. */
    ADL,
    /** The venue settled or delisted the instrument. */
    SETTLEMENT
  }

  private final Instrument instrument;
  private final String tradeId;
  private final @Nullable String clientId;
  private final @Nullable String venueId;
  private final Side side;
  private final BigDecimal price;
  private final BigDecimal size;
  private final @Nullable BigDecimal quoteSize;
  private final @Nullable Fee fee;
  private final List<PoolFee> poolFees;
  private final Liquidity liquidity;
  private final long venueMillis;
  private final boolean provisional;
  private final Cause cause;
  private final @Nullable PositionSide positionSide;

  private Fill(Builder b) {
    instrument = b.instrument;
    tradeId = b.tradeId;
    clientId = b.clientId;
    venueId = b.venueId;
    side = Objects.requireNonNull(b.side, "side");
    price = positive(b.price, "price");
    size = positive(b.size, "size");
    quoteSize = b.quoteSize == null ? null : positive(b.quoteSize, "quote size");
    fee = b.fee;
    poolFees = b.poolFees;
    liquidity = b.liquidity;
    venueMillis = b.venueMillis;
    provisional = b.provisional;
    cause = b.cause;
    positionSide = b.positionSide;
  }

  private static BigDecimal positive(@Nullable BigDecimal n, String what) {
    if (n == null || n.signum() <= 0) {
      throw new IllegalArgumentException("the " + what + " of a fill must be positive, is " + n);
    }
    return n;
  }

  public Instrument instrument() {
    return instrument;
  }

  /** The venue's id of the trade, unique within account, instrument and side. */
  public String tradeId() {
    return tradeId;
  }

  /** The client order id, or null where the venue does not repeat it. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** The venue's order id, or null where it does not tell. */
  public @Nullable String venueId() {
    return venueId;
  }

  public Side side() {
    return side;
  }

  /** In quote units per base unit. */
  public BigDecimal price() {
    return price;
  }

  /** In base units. */
  public BigDecimal size() {
    return size;
  }

  /** In quote units: price times size, or exactly what was paid where the venue tells that. */
  public BigDecimal quoteSize() {
    return quoteSize == null ? price.multiply(size) : quoteSize;
  }

  /**
   * What it cost besides its price, or null where the venue has not told it yet: of a swap, the
   * gas.
   */
  public @Nullable Fee fee() {
    return fee;
  }

  /**
   * What pools kept of a swap, pool by pool. It is in the price already, and no part of {@link
   * #fee()}: whoever sums fees sums that one. Empty for what is no swap, and where it was not told.
   */
  public List<PoolFee> poolFees() {
    return poolFees;
  }

  public Liquidity liquidity() {
    return liquidity;
  }

  /** The venue's time in milliseconds since the epoch. */
  public long venueMillis() {
    return venueMillis;
  }

  /**
   * Whether this stands for trades that the venue counts and cannot show. The venue's own fills
   * replace it when they come: they are never added to it.
   */
  public boolean isProvisional() {
    return provisional;
  }

  /** What made it trade; an order, unless it is said otherwise. */
  public Cause cause() {
    return cause;
  }

  /**
   * The position of a perpetual that it changed; null on spot, and where the venue does not tell:
   * then it is that of its order.
   */
  public @Nullable PositionSide positionSide() {
    return positionSide;
  }

  /** By how much it changes a position, in base units: the size, negative for a sell. */
  public BigDecimal signedSize() {
    return side == Side.BUY ? size : size.negate();
  }

  @Override
  public String toString() {
    return (provisional ? "provisional " : "")
        + side
        + " "
        + size.toPlainString()
        + " "
        + instrument.name()
        + " at "
        + price.toPlainString()
        + " (trade "
        + tradeId
        + (fee == null ? "" : ", fee " + fee.amount().toPlainString() + " " + fee.asset())
        + ")";
  }

  /** Begins a fill; side, price and size must follow. */
  public static Builder of(Instrument instrument, String tradeId) {
    return new Builder(instrument, tradeId);
  }

  /** Collects what a fill is. */
  public static final class Builder {
    private final Instrument instrument;
    private final String tradeId;
    private @Nullable String clientId;
    private @Nullable String venueId;
    private @Nullable Side side;
    private @Nullable BigDecimal price;
    private @Nullable BigDecimal size;
    private @Nullable BigDecimal quoteSize;
    private @Nullable Fee fee;
    private List<PoolFee> poolFees = List.of();
    private Liquidity liquidity = Liquidity.UNKNOWN;
    private long venueMillis;
    private boolean provisional;
    private Cause cause = Cause.ORDER;
    private @Nullable PositionSide positionSide;

    private Builder(Instrument instrument, String tradeId) {
      this.instrument = Objects.requireNonNull(instrument, "instrument");
      this.tradeId = Objects.requireNonNull(tradeId, "tradeId");
    }

    public Builder order(@Nullable String clientId, @Nullable String venueId) {
      this.clientId = clientId;
      this.venueId = venueId;
      return this;
    }

    public Builder side(Side side) {
      this.side = side;
      return this;
    }

    public Builder price(BigDecimal price) {
      this.price = price;
      return this;
    }

    public Builder size(BigDecimal size) {
      this.size = size;
      return this;
    }

    /** What was paid or got for it, where the price is a quotient of that. */
    public Builder quoteSize(@Nullable BigDecimal quoteSize) {
      this.quoteSize = quoteSize;
      return this;
    }

    public Builder fee(@Nullable Fee fee) {
      this.fee = fee;
      return this;
    }

    /** What pools kept of it, which is in the price already. */
    public Builder poolFees(List<PoolFee> poolFees) {
      this.poolFees = List.copyOf(poolFees);
      return this;
    }

    public Builder liquidity(Liquidity liquidity) {
      this.liquidity = liquidity;
      return this;
    }

    public Builder at(long venueMillis) {
      this.venueMillis = venueMillis;
      return this;
    }

    /** Marks it as standing for trades that the venue counts and cannot show. */
    public Builder provisional() {
      this.provisional = true;
      return this;
    }

    /** Marks it as made by the venue itself. */
    public Builder cause(Cause cause) {
      this.cause = cause;
      return this;
    }

    /** The position that it changed. */
    public Builder position(@Nullable PositionSide side) {
      this.positionSide = side;
      return this;
    }

    public Fill build() {
      return new Fill(this);
    }
  }
}
