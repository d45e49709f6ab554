package dev.colibri.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QuickstartTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void it_trades_and_the_balances_agree() throws Exception {
    String result = Quickstart.embedded(new Screen(out, true), Duration.ofSeconds(4));

    assertTrue(
        result.matches(
            "[1-9]\\d* book updates, [1-9]\\d* orders, [1-9]\\d* fills, balances reconciled"),
        result);
    assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("BTC-USDT@binance-spot"));
  }

  @Test
  void a_tiny_order_rests_and_is_canceled() throws Exception {
    try (EmbeddedExchange exchange = EmbeddedExchange.start(EmbeddedExchange.Options.of(7));
        Colibri colibri = Colibri.live()) {
      BookConnector connector = colibri.open(Quickstart.venue(exchange));
      Quickstart.start(connector);
      var btc = connector.instrument("BTC-USDT");
      CountDownLatch valid = new CountDownLatch(1);
      connector
          .books(btc)
          .listen(
              book -> {
                if (book.isValid()) {
                  valid.countDown();
                }
              });
      assertTrue(valid.await(10, TimeUnit.SECONDS));

      var end = Live.restAndCancel(colibri, connector, btc);

      assertEquals(OrderStatus.CANCELED, end.status());
      assertEquals(0, end.filled().signum());
    }
  }

  @Test
  void a_balance_that_is_off_by_the_last_digit_is_named() throws Exception {
    try (EmbeddedExchange exchange =
        EmbeddedExchange.start(EmbeddedExchange.Options.of(7).quiet())) {
      Map<String, Balance> shown = new TreeMap<>();
      Map<String, BigDecimal> expected = new TreeMap<>();
      exchange
          .call(x -> x.ledger().balances(EmbeddedExchange.ACCOUNT))
          .forEach(
              (asset, b) -> {
                shown.put(asset, Balance.of(asset, b.free(), b.locked()));
                expected.put(asset, b.total());
              });
      assertEquals(0, Reconciliation.differences(exchange, shown, expected).size());

      expected.merge("BTC", new BigDecimal("0.00000001"), BigDecimal::add);

      var differences = Reconciliation.differences(exchange, shown, expected);
      assertEquals(1, differences.size());
      assertTrue(differences.get(0).startsWith("BTC: "), differences.get(0));
    }
  }
}
