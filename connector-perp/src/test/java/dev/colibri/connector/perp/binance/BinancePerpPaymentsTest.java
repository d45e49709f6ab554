package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the venue tells of payments, however long ago they were. */
class BinancePerpPaymentsTest {
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.perp("BTC", "USDT", "0.1", "0.001")));
  private final ProtocolNetwork venue;
  private final Wire wire = new Wire();
  private final Colibri colibri;

  BinancePerpPaymentsTest() {
    BinancePerpProtocol protocol = new BinancePerpProtocol(exchange, 7);
    Crowd crowd = new Crowd(exchange, 7, 600_000).trade("BTC-USDT", "60000", "0.01");
    venue =
        new ProtocolNetwork(
            time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
    colibri = Colibri.on(new VirtualHost(time, wire, 7), Settings.DEFAULT, v -> v);
    exchange.openAccount(US);
    exchange.deposit(US, "USDT", new BigDecimal("100000"), time.millis());
    protocol.addHmacKey(KEY, "not-a-secret", US);
    venue.jump(Duration.ofHours(1));
  }

  @AfterEach
  void theBooksOfTheExchangeBalance() {
    colibri.close();
    exchange.verify();
  }

  /** The way to the venue, on which a test says which payments there are. */
  private final class Wire implements Network {
    final List<String> asked = new ArrayList<>();
    String income = "[]";

    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      if (request.uri().getPath().endsWith("/income")) {
        asked.add(request.uri().getRawQuery());
        byte[] body = income.getBytes(StandardCharsets.UTF_8);
        answer.accept(new Delivery.Replied(new Reply(200, Map.of(), body)));
      } else {
        venue.http(request, answer);
      }
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      return venue.connect(uri, headers, channel);
    }
  }

  @Test
  void aPaymentThatCannotBeReadDoesNotKeepTheOthersFromMovingOn() {
    wire.income =
        "[{\"symbol\":\"GONEUSDT\",\"incomeType\":\"FUNDING_FEE\",\"income\":\"-0.4\","
            + "\"asset\":\"USDT\",\"info\":\"\",\"time\":%d,\"tranId\":9,\"tradeId\":\"\"}]"
                .formatted(venue.millis());
    colibri.open(BinancePerp.of(Credentials.of(KEY, "not-a-secret")).testnet()).start();
    time.advance(Duration.ofMinutes(16));
    assertEquals(4, wire.asked.size());
    List<String> from =
        wire.asked.stream().map(q -> q.replaceAll(".*startTime=(\\d+).*", "$1")).toList();
    assertEquals(from.size(), new TreeSet<>(from).size(), () -> "each from later on: " + from);
  }
}
