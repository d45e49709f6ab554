package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Options;
import dev.colibri.connector.text.Credentials;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is told to end, as by Ctrl-C or by a service manager, over real sockets. */
@Timeout(60)
class BinanceExitTest {
  private static final String MARKET = "BTC-USDT";

  @Test
  void a_process_that_is_told_to_end_while_it_waits_cancels_its_orders() throws Exception {
    try (EmbeddedExchange exchange = EmbeddedExchange.start(Options.of(7))) {
      Process bot =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Bot.class.getName(),
                  exchange.restUrl(),
                  exchange.streamUrl(),
                  exchange.apiKey(),
                  exchange.secret())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(bot.getInputStream(), StandardCharsets.UTF_8))) {
        assertEquals("rests", out.readLine());
        assertEquals(List.of("NEW"), statuses(exchange));
        bot.destroy(); // Asks it to end, as Ctrl-C does.
        bot.waitFor();
        assertEquals(List.of("CANCELED"), statuses(exchange));
      } finally {
        bot.destroyForcibly();
      }
    }
  }

  private static List<String> statuses(EmbeddedExchange exchange) {
    return exchange.call(
        x ->
            x.orders(EmbeddedExchange.ACCOUNT, MARKET).stream()
                .map(o -> o.status().name())
                .toList());
  }

  /** Rests one order, and waits for its end as the README does. */
  static final class Bot {
    public static void main(String[] args) {
      try (Colibri colibri = Colibri.live()) {
        SpotConnector binance =
            colibri.open(
                Binance.spot(Credentials.of(args[2], args[3]))
                    .plainTextOnLoopback()
                    .host("rest", URI.create(args[0]))
                    .host("stream", URI.create(args[1]))
                    .host("ws-api", URI.create(args[1])));
        binance
            .orders()
            .listen(
                e -> {
                  if (e.kind() == OrderEvent.Kind.ACCEPTED) {
                    System.out.println("rests");
                  }
                });
        binance.start().join();
        binance.place(Order.buy(binance.instrument(MARKET)).limit("30000").size("0.001"));
        colibri.awaitShutdown();
      }
    }
  }
}
