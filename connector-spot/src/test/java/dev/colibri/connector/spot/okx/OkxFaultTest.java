package dev.colibri.connector.spot.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every refusal means. */
class OkxFaultTest {
  private static final Request ORDER = Request.post("/api/v5/trade/order");
  private static final Request BATCH = Request.post("/api/v5/trade/batch-orders");

  private static Fault fault(Request request, int status, String body) {
    return new OkxSpot("live")
        .fault(request, new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String row(String code) {
    return "{\"clOrdId\":\"a1\",\"ordId\":\"\",\"sCode\":\"" + code + "\",\"sMsg\":\"Words.\"}";
  }

  /** By the code of the envelope or of the only order in it. */
  @ParameterizedTest
  @CsvSource({
    "429, 50011, RATE_LIMITED",
    "200, 50061, RATE_LIMITED",
    "401, 50102, CLOCK_SKEW",
    "401, 50112, CLOCK_SKEW",
    "401, 50105, UNAUTHORIZED",
    "401, 50111, UNAUTHORIZED",
    "401, 50113, UNAUTHORIZED",
    "401, 50101, UNAUTHORIZED",
    "401, 59999, UNAUTHORIZED",
    "200, 51008, INSUFFICIENT_FUNDS",
    "200, 51006, BAD_PRICE",
    "200, 51020, BAD_SIZE",
    "200, 51121, BAD_SIZE",
    "200, 51001, BAD_INSTRUMENT",
    "200, 51400, ORDER_NOT_FOUND",
    "200, 51401, ORDER_NOT_FOUND",
    "200, 51402, ORDER_NOT_FOUND",
    "200, 51410, ORDER_NOT_FOUND",
    "200, 51603, ORDER_NOT_FOUND",
    "200, 51016, DUPLICATE_ID",
    "200, 51000, REJECTED",
    "200, 59999, REJECTED",
    "400, 50004, OUTCOME_UNKNOWN",
    "200, 50004, OUTCOME_UNKNOWN",
    "429, 50013, OUTCOME_UNKNOWN",
    "500, 50026, OUTCOME_UNKNOWN",
    "503, 50001, OUTCOME_UNKNOWN",
    "200, 51149, OUTCOME_UNKNOWN",
    "200, 51054, OUTCOME_UNKNOWN",
    "200, 50005, OUTCOME_UNKNOWN",
    // Some orders of a batch were taken, and which is not said.
    "200, 2, OUTCOME_UNKNOWN",
    "500, 51008, OUTCOME_UNKNOWN",
  })
  void names(int status, String code, Fault.Kind kind) {
    String envelope = "{\"code\":\"" + code + "\",\"msg\":\"Words.\",\"data\":[]}";
    String inside =
        "{\"code\":\"1\",\"msg\":\"All operations failed\",\"data\":[" + row(code) + "]}";
    assertEquals(Fault.of(kind, code + " Words."), fault(ORDER, status, envelope));
    assertEquals(Fault.of(kind, code + " Words."), fault(ORDER, status, inside));
    assertEquals(Fault.of(kind, code + " Words."), fault(BATCH, status, envelope));
  }

  /** An envelope of success does not hide that its order failed. */
  @Test
  void looksIntoEveryEnvelope() {
    assertEquals(
        Fault.Kind.INSUFFICIENT_FUNDS,
        fault(ORDER, 200, "{\"code\":\"0\",\"msg\":\"\",\"data\":[" + row("51008") + "]}").kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2"})
  void aBatchIsAnAnswerAboutEachOfItsOrders(String code) {
    String body = "{\"code\":\"" + code + "\",\"msg\":\"\",\"data\":[" + row("51008") + "]}";
    assertNull(fault(BATCH, 200, body));
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, fault(BATCH, 502, body).kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|<html></html>|OUTCOME_UNKNOWN",
        "200|''|OUTCOME_UNKNOWN",
        "502|<html></html>|OUTCOME_UNKNOWN",
        "403|<html></html>|BANNED",
        "404|<html></html>|OUTCOME_UNKNOWN",
        "400|{}|OUTCOME_UNKNOWN",
      })
  void whatIsNoAnswerSaysNothing(int status, String body, Fault.Kind kind) {
    assertEquals(kind, fault(ORDER, status, body).kind());
  }
}
