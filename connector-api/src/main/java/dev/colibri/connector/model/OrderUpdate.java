package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a venue says about one order, on a stream or in a reply. Immutable. It is a report, not the
 * truth: the engine weighs it against what is known already.
 */
public final class OrderUpdate {
  private final Instrument instrument;
  private final @Nullable String clientId;
  private final @Nullable String venueId;
  private final OrderStatus status;
  private final @Nullable String rawStatus;
  private final @Nullable BigDecimal filled;
  private final @Nullable BigDecimal quoteFilled;
  private final List<Fill> fills;
  private final @Nullable Reject reject;
  private final @Nullable Order order;
  private final long venueMillis;

  private OrderUpdate(Builder b) {
    instrument = b.instrument;
    clientId = b.clientId;
    venueId = b.venueId;
    boolean some = b.status == OrderStatus.OPEN && b.filled != null && b.filled.signum() > 0;
    status = some ? OrderStatus.PARTIALLY_FILLED : b.status;
    rawStatus = b.rawStatus;
    filled = b.filled;
    quoteFilled = b.quoteFilled;
    fills = List.copyOf(b.fills);
    reject = b.reject;
    order = b.order;
    venueMillis = b.venueMillis;
    if (clientId == null && venueId == null) {
      throw new IllegalArgumentException("an order update names neither client id nor venue id");
    }
    if (filled != null && filled.signum() < 0) {
      throw new IllegalArgumentException("filled must not be negative, is " + filled);
    }
  }

  public Instrument instrument() {
    return instrument;
  }

  public @Nullable String clientId() {
    return clientId;
  }

  public @Nullable String venueId() {
    return venueId;
  }

  /**
   * Where the venue says the order stands; UNKNOWN when it uses a word this version does not know.
   */
  public OrderStatus status() {
    return status;
  }

  /** The venue's own word where it is not known, otherwise null. */
  public @Nullable String rawStatus() {
    return rawStatus;
  }

  /** The base units filled so far, or null where the venue does not tell. */
  public @Nullable BigDecimal filled() {
    return filled;
  }

  /** The quote units filled so far, or null where the venue does not tell. */
  public @Nullable BigDecimal quoteFilled() {
    return quoteFilled;
  }

  /** The fills told along with the update; often none. */
  public List<Fill> fills() {
    return fills;
  }

  /** Why the order was refused or ended, where the venue says so; otherwise null. */
  public @Nullable Reject reject() {
    return reject;
  }

  /**
   * What the venue says the order is, so that one that is not ours can be shown; null if not told.
   * Made anew each time, for of most updates nobody asks it.
   */
  public @Nullable Order order() {
    return order == null
        ? null
        : order.ids(
            order.clientId() == null ? clientId : order.clientId(),
            order.venueId() == null ? venueId : order.venueId());
  }

  /** The venue's time in milliseconds since the epoch, or 0 when it gives none. */
  public long venueMillis() {
    return venueMillis;
  }

  @Override
  public String toString() {
    return status
        + (rawStatus == null ? "" : "(" + rawStatus + ")")
        + " "
        + instrument.name()
        + " ["
        + clientId
        + "/"
        + venueId
        + "]"
        + (filled == null ? "" : " filled " + filled.toPlainString())
        + (reject == null ? "" : " " + reject);
  }

  /** Begins an update; at least one id must follow. */
  public static Builder of(Instrument instrument, OrderStatus status) {
    return new Builder(instrument, status);
  }

  /** Collects what an update says. */
  public static final class Builder {
    private final Instrument instrument;
    private final OrderStatus status;
    private @Nullable String clientId;
    private @Nullable String venueId;
    private @Nullable String rawStatus;
    private @Nullable BigDecimal filled;
    private @Nullable BigDecimal quoteFilled;
    private List<Fill> fills = List.of();
    private @Nullable Reject reject;
    private @Nullable Order order;
    private long venueMillis;

    private Builder(Instrument instrument, OrderStatus status) {
      this.instrument = Objects.requireNonNull(instrument, "instrument");
      this.status = Objects.requireNonNull(status, "status");
    }

    public Builder order(@Nullable String clientId, @Nullable String venueId) {
      this.clientId = clientId;
      this.venueId = venueId;
      return this;
    }

    /** The venue's own word for the status; it is kept where the status is not known. */
    public Builder rawStatus(@Nullable String raw) {
      this.rawStatus = status == OrderStatus.UNKNOWN ? raw : null;
      return this;
    }

    /** The base units filled so far. */
    public Builder filled(@Nullable BigDecimal base) {
      this.filled = base;
      return this;
    }

    /** The quote units filled so far. */
    public Builder quoteFilled(@Nullable BigDecimal quote) {
      this.quoteFilled = quote;
      return this;
    }

    public Builder fills(List<Fill> fills) {
      this.fills = fills;
      return this;
    }

    public Builder reject(@Nullable Reject reject) {
      this.reject = reject;
      return this;
    }

    /**
     * What the venue says the order is now: with its present price and its whole size, what has
     * filled included. Ids it lacks are those of the update.
     */
    public Builder describes(Order order) {
      this.order = order;
      return this;
    }

    public Builder at(long venueMillis) {
      this.venueMillis = venueMillis;
      return this;
    }

    public OrderUpdate build() {
      return new OrderUpdate(this);
    }
  }
}
