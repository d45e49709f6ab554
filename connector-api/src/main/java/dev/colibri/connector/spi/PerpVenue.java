package dev.colibri.connector.spi;

import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.text.Credentials;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a connector of perpetual swaps is opened from. */
public final class PerpVenue extends Venue<PerpVenue> {

  /** What happens where the account is in another position mode and cannot leave it. */
  public enum IfOpen {
    /** The connector does not start, and says what is open. */
    FAIL,
    /** The account's mode is kept, and an event says so. */
    KEEP
  }

  private final Function<PerpVenue, PerpDialect> dialect;
  private @Nullable PositionMode positionMode;
  private IfOpen ifOpen = IfOpen.FAIL;
  private MarginMode marginMode = MarginMode.CROSS;
  private boolean transfers;

  private PerpVenue(Function<PerpVenue, PerpDialect> dialect, @Nullable Credentials credentials) {
    super(credentials);
    this.dialect = dialect;
  }

  /**
   * A venue.
   *
   * @param dialect makes a fresh dialect for every connector; what it may look at is the
   *     environment and whether there are keys
   * @param credentials the account's keys; null for public data only
   */
  public static PerpVenue of(
      Function<PerpVenue, PerpDialect> dialect, @Nullable Credentials credentials) {
    return new PerpVenue(Objects.requireNonNull(dialect), credentials);
  }

  @Override
  PerpVenue fresh(@Nullable Credentials credentials) {
    PerpVenue v = new PerpVenue(dialect, credentials);
    v.positionMode = positionMode;
    v.ifOpen = ifOpen;
    v.marginMode = marginMode;
    v.transfers = transfers;
    return v;
  }

  private PerpVenue copy() {
    return copy(v -> {});
  }

  /**
   * The position mode that the strategy is written for: the account is put into it at the start.
   * Unless said the account's own mode is adopted, whatever it is. A venue refuses the change while
   * positions or orders are open: then the connector does not start.
   */
  public PerpVenue positionMode(PositionMode mode) {
    return positionMode(mode, IfOpen.FAIL);
  }

  /**
   * As {@link #positionMode(PositionMode)}.
   *
   * @param ifOpen what happens when something open keeps the account from changing
   */
  public PerpVenue positionMode(PositionMode mode, IfOpen ifOpen) {
    PerpVenue v = copy();
    v.positionMode = Objects.requireNonNull(mode);
    v.ifOpen = Objects.requireNonNull(ifOpen);
    return v;
  }

  /**
   * How orders are margined at venues where each order says so, and how leverage is set where
   * nothing else is said; cross unless said otherwise.
   */
  public PerpVenue marginMode(MarginMode mode) {
    PerpVenue v = copy();
    v.marginMode = Objects.requireNonNull(mode);
    return v;
  }

  /**
   * Lets the connector move funds between the account's own wallets at this venue, which it does
   * not otherwise. Funds never leave the account by it.
   */
  public PerpVenue allowTransfers() {
    PerpVenue v = copy();
    v.transfers = true;
    return v;
  }

  @Override
  public PerpDialect dialect() {
    return dialect.apply(this);
  }

  /** The position mode that is wanted; null for the account's own. */
  public @Nullable PositionMode positionMode() {
    return positionMode;
  }

  /** What happens when the account cannot be put into the wanted mode. */
  public IfOpen ifOpen() {
    return ifOpen;
  }

  /** How orders are margined where nothing else is known. */
  public MarginMode marginMode() {
    return marginMode;
  }

  /** Whether funds may be moved between the account's own wallets. */
  public boolean areTransfersAllowed() {
    return transfers;
  }
}
