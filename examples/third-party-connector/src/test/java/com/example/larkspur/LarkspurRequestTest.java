package com.example.larkspur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What leaves, byte for byte, and that the connector is found by its name. */
class LarkspurRequestTest {
  private final LarkspurSpot larkspur = new LarkspurSpot();
  private final Instrument btc =
      LarkspurParser.instrument(
          Json.parse(
              "{\"market\":\"BTC/USDT\",\"base\":\"BTC\",\"quote\":\"USDT\",\"tick\":\"0.01\","
                  + "\"lot\":\"0.00001\",\"least\":\"0.0001\",\"most\":\"9000\",\"worth\":\"5\","
                  + "\"state\":\"open\"}"),
          "larkspur-spot");
  private final Order order = Order.buy(btc).limit("67210.10").size("0.5").clientId("a1");

  private Signed leaving(Call<?> call) {
    FrozenSigning at = new FrozenSigning(1767225600000L, Credentials.of("a-key", "a secret"));
    return larkspur.depart(assertInstanceOf(Call.Ask.class, call).request(), at);
  }

  /**
   * By another program: {@code printf 'POST\n/v2/orders\n1767225600000\n<body>' | openssl dgst
   * -sha256 -hmac 'a secret' -binary | base64}.
   */
  @Test
  void an_order_is_signed_with_its_body() {
    Signed signed = leaving(larkspur.place(order));

    assertEquals(
        "{\"tag\":\"a1\",\"market\":\"BTC/USDT\",\"side\":\"buy\",\"kind\":\"limit\","
            + "\"price\":\"67210.1\",\"size\":\"0.5\"}",
        new String(signed.body(), StandardCharsets.UTF_8));
    assertEquals("a-key", signed.headers().get("Lark-Key"));
    assertEquals("1767225600000", signed.headers().get("Lark-Time"));
    assertEquals("Xe8GDLqwpcue9+q6sZUJ9rVqTNOO6nvWKC5jFl5EFwM=", signed.headers().get("Lark-Mac"));
    assertEquals("a1", signed.identity());
  }

  /** The same of {@code 'DELETE\n/v2/orders/one?id=28\n1767225600000\n'}. */
  @Test
  void a_cancel_is_signed_with_its_query() {
    Signed signed = leaving(larkspur.cancel(order.venueId("28")));

    assertEquals("id=28", signed.query());
    assertEquals("JiSkaUfuoIIWX85qlRK+vo9m9f8xRquOk2z7ouVkl4c=", signed.headers().get("Lark-Mac"));
  }

  @Test
  void what_is_public_is_not_signed() {
    assertTrue(leaving(larkspur.time()).headers().isEmpty());
  }

  @Test
  void the_service_loader_finds_it() {
    assertTrue(
        ServiceLoader.load(SpotVenueProvider.class).stream()
            .anyMatch(p -> p.get().name().equals("larkspur-spot")));
  }
}
