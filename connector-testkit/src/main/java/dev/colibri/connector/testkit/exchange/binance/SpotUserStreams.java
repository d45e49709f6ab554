package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Faults;
import java.math.BigDecimal;
import java.util.List;

/** What spot accounts hear of themselves. */
final class SpotUserStreams extends UserStreams {

  SpotUserStreams(Exchange exchange, Faults faults) {
    super(exchange, faults);
  }

  @Override
  public void execution(Execution e) {
    publish(e.order().account(), () -> Bodies.executionReport(e));
  }

  @Override
  public void balances(String account, List<String> assets, long now) {
    publish(
        account, () -> Bodies.accountPosition(exchange.ledger().balances(account), assets, now));
  }

  @Override
  public void transfer(String account, String asset, BigDecimal delta, long now) {
    publish(account, () -> Bodies.balanceUpdate(asset, delta, now));
  }
}
