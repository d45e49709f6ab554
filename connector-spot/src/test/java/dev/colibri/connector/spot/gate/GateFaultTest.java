package dev.colibri.connector.spot.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a label, or a status without one, means. */
class GateFaultTest {
  private final GateSpot gate = new GateSpot();

  private Fault fault(int status, String body) {
    return gate.fault(
        Request.post("/api/v4/spot/orders"),
        new Reply(status, new TreeMap<>(), body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "429, TOO_MANY_REQUESTS, RATE_LIMITED",
    "400, TOO_FAST, RATE_LIMITED",
    "400, TOO_MANY_ORDERS, REJECTED",
    "403, REQUEST_EXPIRED, CLOCK_SKEW",
    "401, INVALID_KEY, UNAUTHORIZED",
    "401, INVALID_SIGNATURE, UNAUTHORIZED",
    "403, IP_FORBIDDEN, UNAUTHORIZED",
    "403, READ_ONLY, UNAUTHORIZED",
    "400, BALANCE_NOT_ENOUGH, INSUFFICIENT_FUNDS",
    "400, POC_FILL_IMMEDIATELY, WOULD_CROSS",
    "400, AMOUNT_TOO_LITTLE, BAD_SIZE",
    "400, INVALID_CURRENCY_PAIR, BAD_INSTRUMENT",
    "404, ORDER_NOT_FOUND, ORDER_NOT_FOUND",
    "400, REPEATED_CREATION, DUPLICATE_ID",
    "400, ORDER_CLOSED, OUTCOME_UNKNOWN",
    "400, ORDER_CANCELLED, OUTCOME_UNKNOWN",
    "400, CANCEL_FAIL, OUTCOME_UNKNOWN",
    "400, TOO_BUSY, OUTCOME_UNKNOWN",
    "500, SERVER_ERROR, OUTCOME_UNKNOWN",
    "503, BALANCE_NOT_ENOUGH, OUTCOME_UNKNOWN",
    "400, FOK_NOT_FILL, REJECTED",
    "400, A_LABEL_OF_TOMORROW, REJECTED",
    "429, A_LABEL_OF_TOMORROW, RATE_LIMITED",
    "401, A_LABEL_OF_TOMORROW, UNAUTHORIZED",
    "200, INVALID_PARAM_VALUE, REJECTED",
  })
  void a_label_tells_more_than_a_status(int status, String label, Fault.Kind kind) {
    Fault fault = fault(status, "{\"label\":\"%s\",\"message\":\"in words\"}".formatted(label));
    assertEquals(kind, fault.kind());
    assertEquals(label + " in words", fault.raw());
  }

  @ParameterizedTest
  @CsvSource({
    "200, <html>, OUTCOME_UNKNOWN",
    "200, '', OUTCOME_UNKNOWN",
    "307, '', OUTCOME_UNKNOWN",
    "400, <html>, OUTCOME_UNKNOWN",
    "403, <html>, BANNED",
    "404, <html>, OUTCOME_UNKNOWN",
    "502, <html>, OUTCOME_UNKNOWN",
    "503, '{\"id\":\"28\"}', OUTCOME_UNKNOWN",
    "429, '', RATE_LIMITED",
    "401, '', UNAUTHORIZED",
  })
  void what_is_no_answer_of_the_venue_is_none(int status, String body, Fault.Kind kind) {
    assertEquals(kind, fault(status, body).kind());
  }

  @Test
  void an_order_is_an_answer() {
    assertNull(fault(201, "{\"id\":\"28\",\"status\":\"open\"}"));
    assertNull(fault(200, "[]"));
  }
}
