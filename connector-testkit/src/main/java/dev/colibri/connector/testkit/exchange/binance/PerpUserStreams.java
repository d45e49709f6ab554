package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Income;
import dev.colibri.connector.testkit.exchange.Position;
import java.math.BigDecimal;
import java.util.List;

/** What margin accounts hear of themselves. */
final class PerpUserStreams extends UserStreams {

  PerpUserStreams(Exchange exchange, Faults faults) {
    super(exchange, faults);
  }

  @Override
  public void execution(Execution e) {
    if (isPerp(e.order().market())) {
      if (e.type() == Execution.Type.TRADE) {
        publish(e.order().account(), () -> PerpBodies.tradeLite(e));
      }
      publish(e.order().account(), () -> PerpBodies.orderUpdate(e));
    }
  }

  private boolean isPerp(String market) {
    return exchange.market(market).filter(m -> m.isMargined()).isPresent();
  }

  @Override
  public void positions(String account, List<Position> changed, List<String> assets, long now) {
    publish(
        account,
        () -> {
          var out = PerpBodies.accountUpdate("ORDER", now);
          for (var asset : assets) {
            PerpBodies.wallet(out, asset, wallet(account, asset), BigDecimal.ZERO);
          }
          out.end().array("P");
          changed.forEach(p -> PerpBodies.changed(out, p, exchange.mark(p.market())));
          return out.end().end().end().toString();
        });
  }

  @Override
  public void income(String account, Income income) {
    var reason = income.type() == Income.Type.FUNDING ? "FUNDING_FEE" : "INSURANCE_CLEAR";
    publish(account, reason, income.asset(), income.amount(), income.time());
  }

  @Override
  public void transfer(String account, String asset, BigDecimal delta, long now) {
    publish(account, delta.signum() > 0 ? "DEPOSIT" : "WITHDRAW", asset, delta, now);
  }

  /** Money moved, and no position. */
  private void publish(String account, String reason, String asset, BigDecimal delta, long now) {
    publish(
        account,
        () -> {
          var out = PerpBodies.accountUpdate(reason, now);
          PerpBodies.wallet(out, asset, wallet(account, asset), delta);
          return out.end().array("P").end().end().end().toString();
        });
  }

  private BigDecimal wallet(String account, String asset) {
    return exchange.ledger().balance(account, asset).total();
  }

  @Override
  public void leverage(String account, String market, int leverage, long now) {
    publish(account, () -> PerpBodies.leverage(market, leverage, now));
  }

  @Override
  public void marginCall(String account, String asset, List<Position> positions, long now) {
    publish(account, () -> PerpBodies.marginCall(exchange, wallet(account, asset), positions, now));
  }
}
