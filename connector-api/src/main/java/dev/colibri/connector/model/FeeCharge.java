package dev.colibri.connector.model;

/** Where a venue takes the fee of a buy from. A sell's fee always comes off the proceeds. */
public enum FeeCharge {
  /** On top of the cost: buying 10 at 9 with 1 % debits 90.9 and credits 10. */
  ADDED_TO_COST,
  /** Out of what is received: buying 10 at 9 with 1 % debits 90 and credits 9.9. */
  DEDUCTED_FROM_RETURNS
}
