package dev.colibri.connector.spot.kucoin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every refusal means. An answer that is none must never become a refusal of an order. */
class KucoinFaultTest {
  private static final Request ORDER = Request.post("/api/v1/hf/orders").cost("spot", 1);

  private final KucoinSpot venue = new KucoinSpot(true);

  private static Reply reply(int status, String body, String... headers) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], headers[i + 1]);
    }
    return new Reply(status, map, body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429|429000|Too Many Requests|RATE_LIMITED",
        "200|200002|too many requests, please retry later|RATE_LIMITED",
        "200|200002|Order cancel for this pair suspended|REJECTED",
        "200|200003|Number of orders breached the limit|RATE_LIMITED",
        "400|400002|Invalid KC-API-TIMESTAMP.|CLOCK_SKEW",
        "400|400001|Please check the header of your request.|UNAUTHORIZED",
        "401|400003|KC-API-KEY does not exist.|UNAUTHORIZED",
        "401|400004|Invalid KC-API-PASSPHRASE.|UNAUTHORIZED",
        "401|400005|Invalid KC-API-SIGN.|UNAUTHORIZED",
        "403|400006|Invalid request IP, the current client IP is: 192.0.2.1.|UNAUTHORIZED",
        "403|400007|Access denied, requires more permission.|UNAUTHORIZED",
        "200|411100|User are frozen|UNAUTHORIZED",
        "200|200004|Balance insufficient!|INSUFFICIENT_FUNDS",
        "200|400100|account.available.amount|INSUFFICIENT_FUNDS",
        "200|200001|Order creation for this pair suspended|BAD_INSTRUMENT",
        "200|400600|validation.createOrder.symbolNotAvailable|BAD_INSTRUMENT",
        "200|900001|symbol not exists|BAD_INSTRUMENT",
        "200|400100|Order size below the minimum requirement.|BAD_SIZE",
        "200|400100|Order size increment invalid.|BAD_SIZE",
        "200|400100|The order funds should more then 0.1 USDT.|BAD_SIZE",
        "200|400100|Price increment invalid.|BAD_PRICE",
        "200|400370|Max. price: 60000|BAD_PRICE",
        "200|400100|validation.createOrder.clientOidDuplicated|DUPLICATE_ID",
        "200|400100|order_not_exist_or_not_allow_to_cancel|ORDER_NOT_FOUND",
        "200|400100|Order not exist or not allow to be cancelled|ORDER_NOT_FOUND",
        "200|400100|order not exist.|ORDER_NOT_FOUND",
        "200|400100|The order does not exist.|ORDER_NOT_FOUND",
        "200|400100|Parameter Error|REJECTED",
        "200|500000|Internal Server Error|OUTCOME_UNKNOWN",
        "500|200004|Balance insufficient!|OUTCOME_UNKNOWN",
        "200|408000|Network timeout|OUTCOME_UNKNOWN",
        "200|300000|order timed out in the system|OUTCOME_UNKNOWN",
      })
  void codes(int status, String code, String message, Fault.Kind kind) {
    String body = "{\"code\":\"%s\",\"msg\":\"%s\"}".formatted(code, message);
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
    assertEquals(code + " " + message, fault.raw());
  }

  @ParameterizedTest
  @CsvSource({
    "200, OUTCOME_UNKNOWN",
    "307, OUTCOME_UNKNOWN",
    "403, BANNED",
    "404, OUTCOME_UNKNOWN",
    "429, RATE_LIMITED",
    "502, OUTCOME_UNKNOWN"
  })
  void pages(int status, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(status, "<html>"));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
  }

  @Test
  void answers() {
    assertNull(venue.fault(ORDER, reply(200, "{\"code\":\"200000\",\"data\":null}")));
  }

  @Test
  void headersTellOfThePoolThatTheRequestTookFrom() {
    String[] told = {
      "gw-ratelimit-limit", "6000", "gw-ratelimit-remaining", "5990", "gw-ratelimit-reset", "8000"
    };
    assertEquals(List.of("spot of 6000", "spot used 10"), learned(reply(200, "{}", told)));
    assertEquals(
        List.of("spot of 6000", "spot used 10", "spot pauses 8000"),
        learned(reply(429, "{}", told)));
    assertEquals(List.of("* pauses 30000"), learned(reply(429, "error code: 1015")));
    assertEquals(List.of(), learned(reply(200, "{}")));
  }

  private List<String> learned(Reply reply) {
    List<String> told = new ArrayList<>();
    venue.learn(
        ORDER,
        reply,
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            told.add(bucket + " used " + amount);
          }

          @Override
          public void amount(String bucket, long amount) {
            told.add(bucket + " of " + amount);
          }

          @Override
          public void pause(String bucket, long millis) {
            told.add(bucket + " pauses " + millis);
          }
        });
    return told;
  }
}
