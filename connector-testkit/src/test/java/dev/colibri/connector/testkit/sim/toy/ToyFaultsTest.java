package dev.colibri.connector.testkit.sim.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Faults.Effect;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the toy venue's wire says when the venue misbehaves. */
class ToyFaultsTest {
  private static final Secret SECRET = Secret.of("a secret");
  private static final String BOOK = "BOOK BTC-USDT";

  private final Exchange exchange = new Exchange(List.of(Market.of("BTC", "USDT", "0.1", "0.001")));
  private final ToyProtocol protocol = new ToyProtocol(exchange).addKey("key", "a secret", "ann");
  private long now = 1_700_000_000_000L;
  private int orders;

  ToyFaultsTest() {
    for (String account : List.of("ann", "bob")) {
      exchange.openAccount(account);
      exchange.deposit(account, "BTC", new BigDecimal(100), now);
      exchange.deposit(account, "USDT", new BigDecimal(100_000), now);
    }
  }

  private Faults faults() {
    return protocol.faults();
  }

  private void place(String account, Order.Side side, String price, String size) {
    exchange.place(
        account,
        OrderRequest.limit(
            "BTC-USDT", side, new BigDecimal(price), new BigDecimal(size), "c" + ++orders),
        now);
  }

  private Protocol.Reply request(String method, String path, Form form) {
    String payload = method + path + form;
    Map<String, String> headers =
        Map.of("key", "key", "time", Long.toString(now), "sign", sign(now + payload));
    return protocol.handle(Protocol.Request.of(method, path + "?" + form, headers), now);
  }

  private static String sign(String text) {
    return Hmac.sha256(SECRET).hex(text);
  }

  private Protocol.Reply status(String client) {
    return request("GET", "/order", Form.of("market", "BTC-USDT").add("client", client));
  }

  /** One end of a WebSocket; each frame in a word. */
  private final class Client implements Protocol.Connection {
    final List<String> frames = new ArrayList<>();
    final Protocol.Session session;
    int closed;

    Client(String target) {
      Protocol.Session opened = protocol.open(target, "127.0.0.1", this, now);
      assertNotNull(opened);
      session = opened;
    }

    Client loggedIn() {
      session.text(
          new JsonWriter()
              .object()
              .put("op", "login")
              .put("key", "key")
              .put("time", now)
              .put("sign", sign(Long.toString(now)))
              .end()
              .toString(),
          now);
      return this;
    }

    Client subscribed() {
      session.text(
          JsonWriter.of("op", "subscribe", "topic", "BOOK", "market", "BTC-USDT").toString(), now);
      return this;
    }

    @Override
    public void text(String frame) {
      Json json = Json.parse(frame);
      String e = json.textOr("e", "");
      frames.add(
          switch (e) {
            case "order" -> json.text("status");
            case "diff", "snapshot" -> e + " " + json.longValue("last");
            case "" -> json.has("ok") ? "ok" : json.text("error");
            default -> e;
          });
    }

    List<String> take() {
      List<String> taken = List.copyOf(frames);
      frames.clear();
      return taken;
    }

    @Override
    public void ping() {}

    @Override
    public void close(int code, String reason) {
      closed = code;
    }
  }

  private Client account() {
    Client client = new Client("/account").loggedIn();
    assertEquals(List.of("ok"), client.take());
    return client;
  }

  private Client book() {
    Client client = new Client("/market").subscribed();
    assertEquals("ok", client.take().get(0));
    return client;
  }

  @Test
  void the_fill_may_come_before_the_acknowledgement() {
    Client client = account();
    place("bob", Order.Side.SELL, "100", "1");
    faults().swapFrames(Faults.PRIVATE, 1);
    place("ann", Order.Side.BUY, "100", "1");
    assertEquals(List.of("FILLED", "NEW", "balances"), client.take());
    assertEquals(Map.of(Effect.FRAME_SWAPPED, 1L), faults().counts());
  }

  @Test
  void a_frame_held_back_comes_half_a_second_late_when_none_follows() {
    Client client = account();
    faults().swapFrames(Faults.PRIVATE, 2);
    place("ann", Order.Side.BUY, "90", "1");
    assertEquals(List.of("balances", "NEW"), client.take());
    exchange.deposit("ann", "BTC", BigDecimal.ONE, now);
    assertEquals(List.of(), client.take());
    assertEquals(now + 500, protocol.nextWake());
    protocol.wake(now + 499);
    assertEquals(List.of(), client.take());
    protocol.wake(now + 500);
    assertEquals(List.of("balances"), client.take());
    assertEquals(Long.MAX_VALUE, protocol.nextWake());
  }

  @Test
  void private_frames_may_be_lost_repeated_and_replayed() {
    Client client = account();
    faults().loseFrames(Faults.PRIVATE, 1).repeatFrames(Faults.PRIVATE, 1);
    place("ann", Order.Side.BUY, "90", "1");
    assertEquals(List.of("balances", "balances"), client.take());
    protocol.replay(2, now);
    assertEquals(List.of("NEW", "balances"), client.take());
    client.session.closed();
    Client next = account();
    protocol.replay(1, now);
    assertEquals(List.of("balances"), next.take(), "what an earlier session was told");
    protocol.replay(0, now);
    assertEquals(List.of(), next.take());
  }

  @Test
  void depth_frames_may_be_lost_repeated_and_swapped() {
    Client client = book();
    faults().loseFrames(BOOK, 1).repeatFrames(BOOK, 1).swapFrames(BOOK, 1);
    place("bob", Order.Side.BUY, "90", "1");
    place("bob", Order.Side.BUY, "91", "1");
    assertEquals(List.of(), client.take());
    place("bob", Order.Side.BUY, "92", "1");
    assertEquals(List.of("diff 3", "diff 3", "diff 2"), client.take());
  }

  @Test
  void an_acknowledgement_may_be_lost_or_late_or_a_refusal() {
    faults().loseFrames(Faults.ACKS, 1);
    Client lost = new Client("/market").subscribed();
    place("bob", Order.Side.BUY, "90", "1");
    assertEquals(List.of("snapshot 0", "diff 1"), lost.take());
    faults().swapFrames(Faults.ACKS, 1);
    assertEquals(List.of("snapshot 1", "ok"), new Client("/market").subscribed().take());
    faults().refuseSubscriptions(2);
    Client refused = new Client("/market").subscribed();
    place("bob", Order.Side.BUY, "91", "1");
    assertEquals(List.of("TOO_MANY_REQUESTS"), refused.take());
    assertEquals(List.of("TOO_MANY_REQUESTS"), new Client("/account").loggedIn().take());
    assertEquals(List.of("ok"), new Client("/account").loggedIn().take());
    assertEquals(
        Map.of(Effect.ACK_LOST, 1L, Effect.ACK_LATE, 1L, Effect.SUBSCRIPTION_REFUSED, 2L),
        faults().counts());
  }

  @Test
  void a_restart_closes_every_session_and_may_lose_the_orders_in_silence() {
    Client account = account();
    Client market = book();
    place("ann", Order.Side.BUY, "90", "1");
    account.take();
    market.take();
    protocol.restart(now, 3_000, 1012, true);
    assertEquals(List.of(), account.take());
    assertEquals(List.of(), market.take());
    assertEquals(List.of(1012, 1012), List.of(account.closed, market.closed));
    assertNull(protocol.open("/market", "127.0.0.1", account, now + 2_999));
    assertEquals(503, status("c1").status());
    now += 3_000;
    assertEquals("EXPIRED", Json.parse(status("c1").body()).text("status"));
    account();
    protocol.restart(now, 1_000, 1006, false);
    assertTrue(status("c1").isDropped(), "a cut is without a word");
    exchange.verify();
  }

  @Test
  void in_maintenance_private_requests_are_refused_and_markets_stand_still() {
    protocol.maintain(now, 2_000, true);
    assertEquals("{\"error\":\"MAINTENANCE\"}", status("c1").body());
    assertEquals(Market.Status.BREAK, exchange.status("BTC-USDT"));
    assertTrue(
        protocol
            .handle(Protocol.Request.of("GET", "/markets", Map.of()), now)
            .body()
            .contains("\"trading\":false"));
    now += 2_000;
    protocol.wake(now);
    assertEquals(Market.Status.TRADING, exchange.status("BTC-USDT"));
    assertEquals("{\"error\":\"UNKNOWN_ORDER\"}", status("c1").body());
    protocol.maintain(now, 2_000, false);
    assertEquals(503, status("c1").status());
    assertTrue(status("c1").body().startsWith("<html>"));
  }

  @Test
  void a_lowered_limit_refuses_what_is_too_much() {
    faults().divideLimits(3_000);
    assertEquals(400, status("c1").status());
    assertEquals(400, status("c1").status());
    assertEquals(429, status("c1").status());
    now += 60_000;
    assertEquals(400, status("c1").status());
  }

  @Test
  void an_order_is_invisible_for_a_while_and_its_fills_for_longer() {
    faults().hideOrdersFor(500).hideFillsFor(2_000);
    place("bob", Order.Side.SELL, "100", "1");
    place("ann", Order.Side.BUY, "100", "1");
    assertEquals("{\"error\":\"UNKNOWN_ORDER\"}", status("c2").body());
    now += 500;
    assertEquals("FILLED", Json.parse(status("c2").body()).text("status"));
    Form fills = Form.of("market", "BTC-USDT").add("since", "0");
    assertEquals("[]", request("GET", "/fills", fills).body());
    now += 1_500;
    assertEquals(1, Json.parse(request("GET", "/fills", fills).body()).size());
  }

  @Test
  void a_slow_reply_is_of_the_time_of_the_request() {
    faults().delayReplies("GET /order", 30_000);
    place("ann", Order.Side.BUY, "90", "1");
    Protocol.Reply reply = status("c1");
    assertEquals(30_000, reply.delayMillis());
    assertEquals("NEW", Json.parse(reply.body()).text("status"));
    faults().delayReplies("GET /order", 0);
    assertEquals(0, status("c1").delayMillis());
  }

  @Test
  void the_venue_may_take_an_order_out() {
    Client client = account();
    place("ann", Order.Side.BUY, "90", "1");
    client.take();
    exchange.expel("ann", "BTC-USDT", 1, now);
    assertEquals(List.of("EXPIRED", "balances"), client.take());
  }

  @Test
  void an_account_that_meets_itself_does_not_trade() {
    Client client = account();
    place("ann", Order.Side.SELL, "100", "1");
    client.take();
    place("ann", Order.Side.BUY, "100", "1");
    assertEquals(List.of("NEW", "EXPIRED_IN_MATCH", "balances"), client.take());
    assertEquals(List.of(), exchange.fills("ann", "BTC-USDT"));
  }
}
