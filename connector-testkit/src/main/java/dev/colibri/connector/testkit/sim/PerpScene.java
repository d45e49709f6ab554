package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.testkit.exchange.Refused;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What a run of perpetuals has that spot has not: margin, and what befalls who trades on it. */
final class PerpScene {
  private static final String[] DEPOSITS = {"700", "5000", "300000"};
  private static final long[] FUNDING_MILLIS = {60_000, 150_000, 3_600_000};
  private static final BigDecimal MAINTENANCE = new BigDecimal("0.004");
  private static final int MAX_LEVERAGE = 125;
  private static final BigDecimal RATE = new BigDecimal("0.0003");

  private final String account;
  private final SplittableRandom random;
  private final Exchange exchange;
  private final boolean hedged;
  private final boolean isModeSaid;
  private int byHand;

  PerpScene(String account, SplittableRandom random) {
    this.account = account;
    this.random = random;
    hedged = random.nextInt(3) == 0;
    isModeSaid = random.nextBoolean();
    Market.Margin margin =
        new Market.Margin(
            "USDT",
            MAX_LEVERAGE,
            MAINTENANCE,
            FUNDING_MILLIS[random.nextInt(FUNDING_MILLIS.length)]);
    exchange =
        new Exchange(
            List.of(
                Market.perp("BTC", "USDT", "0.01", "0.00001").withMargin(margin),
                Market.perp("ETH", "USDT", "0.01", "0.0001").withMargin(margin)));
  }

  Exchange exchange() {
    return exchange;
  }

  /** The account begins. */
  void open(long now) {
    exchange.openAccount(account);
    exchange.deposit(
        account, "USDT", new BigDecimal(DEPOSITS[random.nextInt(DEPOSITS.length)]), now);
    if (!isModeSaid) {
      exchange.setHedged(account, hedged, now);
    }
    exchange.setFundingRate("ETH-USDT", RATE.negate(), now);
  }

  /** What a user opens: the account's position mode as it is, or the one that is wanted. */
  PerpVenue venue(PerpVenue venue) {
    return isModeSaid
        ? venue.positionMode(
            hedged
                ? dev.colibri.connector.model.PositionMode.HEDGE
                : dev.colibri.connector.model.PositionMode.ONE_WAY,
            // Another process may find it changed, with positions open.
            PerpVenue.IfOpen.KEEP)
        : venue;
  }

  /** Lets something happen to the account, where it can. */
  boolean apply(FaultKind kind, ProtocolNetwork wire, VirtualTime time, FaultCount count) {
    String market = random.nextBoolean() ? "BTC-USDT" : "ETH-USDT";
    switch (kind) {
      case TRADED_BY_HAND -> attempt(kind, wire, count, () -> trade(market, wire.millis()));
      case LEVERAGE_BY_HAND -> {
        int leverage = 1 + random.nextInt(50);
        attempt(
            kind,
            wire,
            count,
            () -> exchange.setLeverage(account, market, leverage, wire.millis()));
      }
      case MODE_BY_HAND -> attempt(kind, wire, count, () -> changeMode(wire.millis()));
      case MONEY_MOVED -> {
        BigDecimal amount = BigDecimal.valueOf(1 + random.nextInt(300));
        boolean in = random.nextInt(3) > 0;
        attempt(
            kind,
            wire,
            count,
            () -> {
              if (in) {
                exchange.deposit(account, "USDT", amount, wire.millis());
              } else {
                exchange.withdraw(account, "USDT", amount, wire.millis());
              }
            });
      }
      case PRICE_LEAP -> {
        BigDecimal factor = BigDecimal.valueOf(500 + random.nextInt(1_000), 3);
        attempt(
            kind,
            wire,
            count,
            () -> {
              BigDecimal price =
                  exchange
                      .mark(market)
                      .price()
                      .multiply(factor)
                      .setScale(2, java.math.RoundingMode.HALF_UP);
              if (price.signum() > 0) {
                exchange.setMark(market, price, price, wire.millis());
              }
            });
        time.after(
            Duration.ofMillis(1 + random.nextInt(8_000)),
            () -> wire.atExchange(() -> exchange.followBook(market, wire.millis())));
      }
      case DELEVERAGED -> {
        int share = 1 + random.nextInt(2);
        for (Position p : exchange.positions(account)) {
          BigDecimal lots = p.size().abs().divide(exchange.market(p.market()).orElseThrow().lot());
          BigDecimal part = lots.divideToIntegralValue(BigDecimal.valueOf(share));
          BigDecimal size = part.multiply(exchange.market(p.market()).orElseThrow().lot());
          attempt(
              kind,
              wire,
              count,
              () -> exchange.deleverage(account, p.market(), p.side(), size, wire.millis()));
          break;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** All is as the markets make it from now on. */
  void heal(ProtocolNetwork wire) {
    wire.atExchange(
        () -> {
          for (Market market : exchange.markets()) {
            exchange.followBook(market.name(), wire.millis());
          }
        });
  }

  private void attempt(FaultKind kind, ProtocolNetwork wire, FaultCount count, Runnable what) {
    wire.atExchange(
        () -> {
          try {
            what.run();
            count.fired(kind);
          } catch (Refused | IllegalArgumentException e) {
            // Not as the account stands now.
          }
        });
  }

  /** What is open is closed first, as venues demand. */
  private void changeMode(long now) {
    for (Market market : exchange.markets()) {
      exchange.cancelAll(account, market.name(), Invariants.FOREIGN + "m" + ++byHand, now);
    }
    for (Position p : exchange.positions(account)) {
      if (!p.isFlat()) {
        Order.Side closing = p.size().signum() > 0 ? Order.Side.SELL : Order.Side.BUY;
        String id = Invariants.FOREIGN + "m" + ++byHand;
        OrderRequest order = OrderRequest.market(p.market(), closing, p.size().abs(), id);
        exchange.place(account, order.on(p.side()), now);
      }
    }
    exchange.setHedged(account, !exchange.isHedged(account), now);
  }

  /** Another program opens, closes or turns a position. */
  private void trade(String market, long now) {
    Order.Side side = random.nextBoolean() ? Order.Side.BUY : Order.Side.SELL;
    BigDecimal size =
        BigDecimal.valueOf(1 + random.nextInt(200), 4)
            .multiply(market.startsWith("BTC") ? BigDecimal.ONE : BigDecimal.TEN);
    OrderRequest order =
        OrderRequest.market(market, side, size, Invariants.FOREIGN + "m" + ++byHand);
    Position.Side of =
        !exchange.isHedged(account)
            ? Position.Side.BOTH
            : random.nextBoolean() ? Position.Side.LONG : Position.Side.SHORT;
    exchange.place(account, order.on(of), now);
  }
}
