package dev.colibri.connector.model;

/** Which position of an instrument is meant. */
public enum PositionSide {
  /** The only one there is, whose size is negative when short: {@link PositionMode#ONE_WAY}. */
  NET,
  /** The long one of {@link PositionMode#HEDGE}. */
  LONG,
  /** The short one of {@link PositionMode#HEDGE}. */
  SHORT;

  /**
   * The position that an order works on.
   *
   * @param closes whether it may only close
   */
  public static PositionSide of(PositionMode mode, Side side, boolean closes) {
    if (mode == PositionMode.ONE_WAY) {
      return NET;
    }
    return (side == Side.BUY) == closes ? SHORT : LONG;
  }
}
