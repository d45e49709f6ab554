package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Profile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What an account is charged: the venue's own rates where it told them, otherwise the profile's.
 * Fees that were charged come with fills; these are estimates.
 */
final class Fees {
  private final FeeCharge buyFee;
  private final Map<Instrument, FeeRate> byInstrument = new LinkedHashMap<>();
  private final Function<Instrument, BigDecimal> leverage;
  private FeeRate account;

  /** Fees on spot. */
  Fees(Profile profile) {
    this(profile, instrument -> BigDecimal.ONE);
  }

  /**
   * Fees.
   *
   * @param leverage of an instrument, for orders on perpetuals
   */
  Fees(Profile profile, Function<Instrument, BigDecimal> leverage) {
    account = profile.defaultFees();
    buyFee = profile.buyFee();
    this.leverage = leverage;
  }

  /** Takes in what the venue says of the account's rates. */
  void rates(List<FeeRate> rates) {
    for (FeeRate rate : rates) {
      if (rate.instrument() == null) {
        account = rate;
      } else {
        byInstrument.put(rate.instrument(), rate);
      }
    }
  }

  /** The rates that hold for an instrument. */
  FeeRate rate(Instrument instrument) {
    return byInstrument.getOrDefault(instrument, account);
  }

  /**
   * What a trade will probably be charged.
   *
   * @param price in quote units per base unit
   * @param size in base units
   */
  Fee estimate(
      Instrument instrument, Side side, BigDecimal price, BigDecimal size, Liquidity liquidity) {
    BigDecimal rate = rate(instrument).rate(liquidity);
    return side == Side.BUY && buyFee == FeeCharge.DEDUCTED_FROM_RETURNS
        ? new Fee(instrument.base(), size.multiply(rate))
        : new Fee(instrument.settle(), price.multiply(size).multiply(rate));
  }

  /**
   * What an order costs per quote unit that it spends: 1, or more where the fee of a buy comes on
   * top. On a perpetual it is what a unit of notional takes: its initial margin and the fee, and
   * nothing of an order that may only close. A limit order may take or rest, and is reckoned at the
   * dearer of the two.
   */
  BigDecimal costFactor(Order order) {
    if (order.positionSide() != null) {
      return order.isReduceOnly()
          ? BigDecimal.ZERO
          : BigDecimal.ONE
              .divide(leverage.apply(order.instrument()), 18, RoundingMode.CEILING)
              .add(dearest(order).max(BigDecimal.ZERO));
    }
    if (order.side() == Side.SELL || buyFee == FeeCharge.DEDUCTED_FROM_RETURNS) {
      return BigDecimal.ONE;
    }
    // A rebate is not reckoned with before it is paid.
    return BigDecimal.ONE.add(dearest(order).max(BigDecimal.ZERO));
  }

  /** The dearest rate that a fill of an order may be charged; negative for a rebate. */
  BigDecimal dearest(Order order) {
    FeeRate rate = rate(order.instrument());
    return switch (order.type()) {
      case LIMIT_MAKER -> rate.maker();
      case LIMIT -> rate.maker().max(rate.taker());
      case MARKET -> rate.taker();
    };
  }
}
