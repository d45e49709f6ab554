package dev.colibri.connector.spot.binance;

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
import org.junit.jupiter.params.provider.ValueSource;

/** What every refusal means. An answer that is none must never become a refusal of an order. */
class BinanceFaultTest {
  private static final Request ORDER = Request.post("/api/v3/order");
  private static final Request QUESTION = Request.get("/api/v3/order");

  private final BinanceSpot venue = new BinanceSpot.International();

  private static Reply reply(int status, String body) {
    return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|-1000|An unknown error occurred while processing the request.|OUTCOME_UNKNOWN",
        "400|-1001|Internal error; unable to process your request. Please try again.|OUTCOME_UNKNOWN",
        "400|-1002|You are not authorized to execute this request.|UNAUTHORIZED",
        "429|-1003|Too much request weight used; current limit is 6000 per 1 MINUTE.|RATE_LIMITED",
        "418|-1003|Way too much request weight used; IP banned until 1700000.|BANNED",
        "400|-1006|An unexpected response was received. Execution status unknown.|OUTCOME_UNKNOWN",
        "408|-1007|Timeout waiting for response from backend server.|OUTCOME_UNKNOWN",
        "200|-1007|Timeout waiting for response from backend server.|OUTCOME_UNKNOWN",
        "400|-1008|Server is currently overloaded with other requests.|MAINTENANCE",
        "503|-1008|Server is currently overloaded with other requests.|OUTCOME_UNKNOWN",
        "429|-1015|Too many new orders; current limit is 100 orders per 10 SECOND.|RATE_LIMITED",
        "400|-1016|This service is no longer available.|MAINTENANCE",
        "400|-1021|Timestamp for this request is outside of the recvWindow.|CLOCK_SKEW",
        "400|-1022|Signature for this request is not valid.|UNAUTHORIZED",
        "401|-2014|API-key format invalid.|UNAUTHORIZED",
        "401|-2015|Invalid API-key, IP, or permissions for action.|UNAUTHORIZED",
        "400|-1013|Filter failure: PRICE_FILTER|BAD_PRICE",
        "400|-1013|Filter failure: PERCENT_PRICE|BAD_PRICE",
        "400|-1013|Filter failure: PERCENT_PRICE_BY_SIDE|BAD_PRICE",
        "400|-1013|Filter failure: LOT_SIZE|BAD_SIZE",
        "400|-1013|Filter failure: MARKET_LOT_SIZE|BAD_SIZE",
        "400|-1013|Filter failure: MIN_NOTIONAL|BAD_SIZE",
        "400|-1013|Filter failure: NOTIONAL|BAD_SIZE",
        "400|-1013|Filter failure: MAX_POSITION|BAD_SIZE",
        "400|-1013|Filter failure: MAX_NUM_ORDERS|REJECTED",
        "400|-1013|Filter failure: EXCHANGE_MAX_NUM_ORDERS|REJECTED",
        "400|-1013|Filter failure: TRAILING_DELTA|REJECTED",
        "400|-1013|Invalid price.|BAD_PRICE",
        "400|-1013|Invalid quantity.|BAD_SIZE",
        "400|-1100|Illegal characters found in parameter 'price'.|REJECTED",
        "400|-1111|Parameter 'price' has too much precision.|BAD_PRICE",
        "400|-1111|Parameter 'quantity' has too much precision.|BAD_SIZE",
        "400|-1121|Invalid symbol.|BAD_INSTRUMENT",
        "400|-2010|Account has insufficient balance for requested action.|INSUFFICIENT_FUNDS",
        "400|-2010|Order would immediately match and take.|WOULD_CROSS",
        "400|-2010|Duplicate order sent.|DUPLICATE_ID",
        "400|-2010|Market is closed.|BAD_INSTRUMENT",
        "400|-2010|This symbol is not permitted for this account.|BAD_INSTRUMENT",
        "400|-2010|This action is disabled on this account.|UNAUTHORIZED",
        "400|-2010|Rest API trading is not enabled.|MAINTENANCE",
        "400|-2010|Price * QTY is zero or less.|BAD_SIZE",
        "400|-2010|Something new.|REJECTED",
        "400|-2011|Unknown order sent.|ORDER_NOT_FOUND",
        "400|-2011|Order was not canceled due to cancel restrictions.|REJECTED",
        "400|-2013|Order does not exist.|ORDER_NOT_FOUND",
        "400|-2026|Order was canceled or expired over 90 days ago.|ORDER_NOT_FOUND",
        "400|-9999|Something new.|REJECTED",
        "429|-9999|Something new.|RATE_LIMITED",
        "451|0|Service unavailable from a restricted location.|UNAUTHORIZED",
        "503|-9999|Something new.|OUTCOME_UNKNOWN",
        "200|-2013|Order does not exist.|ORDER_NOT_FOUND",
      })
  void errorsOfTheVenue(int status, int code, String message, Fault.Kind kind) {
    String body = "{\"code\":%d,\"msg\":\"%s\"}".formatted(code, message);
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
    assertEquals(code + " " + message, fault.raw());
  }

  @ParameterizedTest
  @CsvSource({
    "200,''",
    "200,<html>",
    "200,OK",
    "204,''",
    "301,''",
    "302,<html>",
    "400,''",
    "400,<html>",
    "404,<html>",
    "408,''",
    "500,''",
    "502,<html>",
    "503,'{\"message\":\"x\"}'",
    "504,''",
    "520,''",
    "400,'{\"code\":99999999999}'",
    "400,'{\"code\":'",
    "400,'{\"code\":\"x\"}'",
    "400,'{\"code\":-2010,\"msg\":{}}'",
    "400,'{\"code\":-2021,\"data\":{\"newOrderResponse\":{\"code\":[]}}}'",
  })
  void whatIsNoAnswerOfTheVenueSaysNothingAboutAnOrder(int status, String body) {
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, fault.kind());
  }

  @Test
  void pagesOfTheFirewallAndOfTheLimiterMeanThatNothingWasDone() {
    assertEquals(Fault.Kind.BANNED, kind(ORDER, 403));
    assertEquals(Fault.Kind.BANNED, kind(ORDER, 418));
    assertEquals(Fault.Kind.RATE_LIMITED, kind(ORDER, 429));
    assertEquals(Fault.Kind.UNAUTHORIZED, kind(ORDER, 451));
    assertEquals(Fault.Kind.REJECTED, kind(QUESTION, 404));
  }

  private Fault.Kind kind(Request request, int status) {
    Fault fault = venue.fault(request, reply(status, "<html>"));
    assertNotNull(fault);
    return fault.kind();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"orderId\":1}", "{\"code\":0}", "{\"code\":200,\"msg\":\"ok\"}"})
  void answers(String body) {
    assertNull(venue.fault(ORDER, reply(200, body)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "409|-2021|{\"orderId\":3}|{\"code\":-2010,\"msg\":\"Order would immediately match and take.\"}"
            + "|WOULD_CROSS",
        "400|-2022|{\"code\":-2011,\"msg\":\"Unknown order sent.\"}|null|ORDER_NOT_FOUND",
        "409|-2021|{\"orderId\":3}|{\"code\":-1007,\"msg\":\"Timeout\"}|OUTCOME_UNKNOWN",
        "400|-2022|null|null|REJECTED",
        "503|-2021|{\"orderId\":3}|{\"code\":-2010,\"msg\":\"Duplicate order sent.\"}|OUTCOME_UNKNOWN",
        "409|-2021|{\"code\":-2011,\"msg\":\"Unknown order sent.\"}|{\"orderId\":4}|OUTCOME_UNKNOWN",
        "429|-2022|null|{\"code\":-1015,\"msg\":\"Too many new orders.\"}|RATE_LIMITED",
      })
  void aReplacementIsRefusedForTheReasonOfTheHalfThatFailed(
      int status, int code, String cancel, String place, Fault.Kind kind) {
    String body =
        "{\"code\":%d,\"msg\":\"x\",\"data\":{\"cancelResponse\":%s,\"newOrderResponse\":%s}}"
            .formatted(code, cancel, place);
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
  }

  @Test
  void wordsOfTheVenueAreEscaped() {
    Fault fault = venue.fault(ORDER, reply(400, "{\"code\":-9999,\"msg\":\"\\u001b[31mred\"}"));
    assertNotNull(fault);
    assertEquals("-9999 \\u001b[31mred", fault.raw());
  }
}
