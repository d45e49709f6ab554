package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A strategy that does what every one can, and what positions and leverage allow besides. */
final class PerpTrader extends Trader {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final int[] LEVERAGES = {1, 2, 3, 5, 8, 10, 20, 20, 50, 125, 500};

  PerpTrader(SplittableRandom random, Map<String, BigDecimal> prices, Intents intended) {
    super(random, prices, intended);
  }

  @Override
  void act(BookConnector connector, Instrument i) {
    PerpConnector perp = (PerpConnector) connector;
    int what = random.nextInt(100);
    if (what < 62) {
      super.act(connector, i);
    } else if (what < 70) {
      // Whether there is such a position or not, and as large as it comes.
      Order order = limit(i, side()).reduceOnly();
      place(connector, random.nextInt(3) == 0 ? order.ioc() : order);
    } else if (what < 96) {
      hold(perp, i, what);
    } else {
      int leverage = LEVERAGES[random.nextInt(LEVERAGES.length)];
      perp.leverage(
          new dev.colibri.connector.model.Leverage(
              i, BigDecimal.valueOf(leverage), MarginMode.CROSS));
    }
  }

  /** Closes a position, turns it, or makes it larger. */
  private void hold(PerpConnector connector, Instrument i, int what) {
    List<Position> held =
        connector.positions().stream().filter(p -> p.instrument().equals(i)).toList();
    if (held.isEmpty()) {
      place(connector, Order.of(i, side()).market().size(size(i)));
      return;
    }
    Position p = held.get(random.nextInt(held.size()));
    Side closing = p.size().signum() > 0 ? Side.SELL : Side.BUY;
    BigDecimal size = p.size().abs();
    if (what < 78) {
      place(connector, Order.close(p));
    } else if (what < 84) {
      BigDecimal part = i.rules().roundSize(size.multiply(BigDecimal.valueOf(below(12), 1)));
      Order order = Order.of(i, closing).size(part).limit(near(i, closing)).reduceOnly();
      place(connector, random.nextBoolean() ? order : order.postOnly());
    } else if (what < 90) {
      place(connector, Order.of(i, closing).market().size(size.multiply(TWO)));
    } else {
      Side more = closing == Side.BUY ? Side.SELL : Side.BUY;
      BigDecimal large = size(i).multiply(BigDecimal.valueOf(1 + below(20)));
      place(connector, Order.of(i, more).limit(near(i, more)).size(large).rounded());
    }
  }
}
