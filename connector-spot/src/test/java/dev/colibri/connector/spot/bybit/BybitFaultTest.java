package dev.colibri.connector.spot.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every refusal means. An answer that is none must never become a refusal of an order. */
class BybitFaultTest {
  private static final Request ORDER = Request.post("/v5/order/create");

  private final BybitSpot venue = new BybitSpot();

  private static Reply reply(int status, String body) {
    return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|-1|request expired: o@0, now[] diff[]|CLOCK_SKEW",
        "200|429|The trading service is experiencing a high server load.|RATE_LIMITED",
        "200|10000|Server Timeout|OUTCOME_UNKNOWN",
        "200|10001|Request parameter error|REJECTED",
        "200|10002|The request time exceeds the time window range.|CLOCK_SKEW",
        "200|10003|API key is invalid.|UNAUTHORIZED",
        "200|10004|Error sign, please check your signature generation algorithm.|UNAUTHORIZED",
        "200|10005|Permission denied, please check your API key permissions.|UNAUTHORIZED",
        "200|10006|Too many visits. Exceeded the API Rate Limit.|RATE_LIMITED",
        "200|10010|Unmatched IP, please check your API key's bound IP addresses.|UNAUTHORIZED",
        "200|10014|Invalid duplicate request.|OUTCOME_UNKNOWN",
        "200|10016|Server error.|OUTCOME_UNKNOWN",
        "200|10429|System level frequency protection|RATE_LIMITED",
        "200|33004|Your api key has expired|UNAUTHORIZED",
        "200|40004|the order is modified during the process of replacing|OUTCOME_UNKNOWN",
        "200|110001|Order does not exist|ORDER_NOT_FOUND",
        "200|110079|The order is processing and can not be operated|OUTCOME_UNKNOWN",
        "200|170005|Too many new orders; current limit is %s orders per %s.|RATE_LIMITED",
        "200|170007|Timeout waiting for response from backend server.|OUTCOME_UNKNOWN",
        "200|170121|Invalid symbol.|BAD_INSTRUMENT",
        "200|170124|Order amount too large.|BAD_SIZE",
        "200|170131|Balance insufficient|INSUFFICIENT_FUNDS",
        "200|170132|Order price too high.|BAD_PRICE",
        "200|170134|Order price decimal too long.|BAD_PRICE",
        "200|170136|Order quantity lower than the minimum.|BAD_SIZE",
        "200|170139|Order has been filled.|ORDER_NOT_FOUND",
        "200|170140|Order value exceeded lower limit|BAD_SIZE",
        "200|170141|Duplicate clientOrderId|DUPLICATE_ID",
        "200|170142|Order has been cancelled|ORDER_NOT_FOUND",
        "200|170145|This order type does not support cancellation|REJECTED",
        "200|170146|Order creation timeout|OUTCOME_UNKNOWN",
        "200|170147|Order cancellation timeout|OUTCOME_UNKNOWN",
        "200|170210|New order rejected.|REJECTED",
        "200|170212|Cancel order request processing|OUTCOME_UNKNOWN",
        "200|170213|Order does not exist.|ORDER_NOT_FOUND",
        "200|170218|The LIMIT-MAKER order is rejected due to invalid price.|WOULD_CROSS",
        "200|170810|Cannot exceed maximum of 500 conditional, TP/SL and active orders.|REJECTED",
        "200|999999|Something new.|REJECTED",
        "403|10024|Compliance rules triggered|UNAUTHORIZED",
        "403|0x|access too frequent|BANNED",
        "502|170131|Balance insufficient|OUTCOME_UNKNOWN",
      })
  void errorsOfTheVenue(int status, String code, String message, Fault.Kind kind) {
    String body = "{\"retCode\":\"%s\",\"retMsg\":\"%s\",\"result\":{}}".formatted(code, message);
    Fault fault = venue.fault(ORDER, reply(status, body.replaceAll("\"(-?[0-9]+)\"", "$1")));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
    assertEquals(code + " " + message, fault.raw());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403|403, access too frequent|BANNED",
        "429|slow down|RATE_LIMITED",
        "404|not found|OUTCOME_UNKNOWN",
        "200|<html>|OUTCOME_UNKNOWN",
        "500|{}|OUTCOME_UNKNOWN",
        "307|''|OUTCOME_UNKNOWN",
      })
  void whatIsNoAnswer(int status, String body, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
  }

  @Test
  void anEnvelopeOfSuccessIsAnAnswer() {
    assertNull(venue.fault(ORDER, reply(200, "{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{}}")));
  }
}
