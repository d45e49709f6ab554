package dev.colibri.connector.spi;

import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How one venue of perpetual swaps speaks: as any venue with order books, and of positions,
 * leverage and funding. Linear contracts only: an inverse one is {@link BadRows#leftOut left out}.
 *
 * <p>Sizes are in base units everywhere. Where the venue counts contracts, the instrument says how
 * much one is ({@link Instrument#contractSize()}): the dialect writes {@link
 * Instrument#contracts(java.math.BigDecimal)} and reads {@link
 * Instrument#baseSize(java.math.BigDecimal)}, and what is staged of books and trades is in
 * contracts, which the engine converts.
 *
 * <p>An order that is placed says which position it works on ({@link Order#positionSide()}: {@code
 * NET} in one-way mode), whether it may only close ({@link Order#isReduceOnly()}), and how it is
 * margined ({@link Order#marginMode()}): the engine sees to that.
 *
 * <p>Fills are of every order of the account that the venue tells of, liquidations and the like
 * included, each with its {@link dev.colibri.connector.model.Fill.Cause}. What moves money and no
 * position, as funding, is no fill.
 */
public interface PerpDialect extends BookDialect {

  /** The modes that the venue knows, the usual one first: both unless it says otherwise. */
  default Set<PositionMode> positionModes() {
    return Collections.unmodifiableSet(EnumSet.allOf(PositionMode.class));
  }

  /**
   * Whether an instrument has a long and a short position side by side while the account is in
   * hedge mode: every one, unless it says otherwise.
   */
  default boolean isHedgeable(Instrument instrument) {
    return true;
  }

  /** The account's position mode. */
  Call<PositionMode> positionMode();

  /**
   * Puts the account into a position mode. That it is in it already is no fault.
   *
   * @return the mode that holds
   */
  Call<PositionMode> setPositionMode(PositionMode mode);

  /** Every position of the account; instruments that are absent are flat. */
  Call<List<Position>> positions(BadRows rows);

  /**
   * The account's leverage of an instrument.
   *
   * @param mode where the venue keeps one for each margin mode, of this one
   */
  Call<Leverage> leverage(Instrument instrument, MarginMode mode);

  /**
   * Sets leverage and margin mode of an instrument. That they are so already is no fault.
   *
   * @return what holds
   */
  Call<Leverage> setLeverage(Leverage wanted);

  /**
   * Mark price, index price and funding rate of these instruments, or of all when none are given.
   * More may be told than was asked for.
   */
  Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows);

  /** Funding that was paid or received, a page at a time, in the order of time or against it. */
  Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows);
}
