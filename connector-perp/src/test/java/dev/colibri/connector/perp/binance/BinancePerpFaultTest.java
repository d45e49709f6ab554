package dev.colibri.connector.perp.binance;

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
class BinancePerpFaultTest {
  private static final Request ORDER = Request.post("/fapi/v1/order");

  private final BinancePerpDialect venue = new BinancePerpDialect();

  private static Reply reply(int status, String body) {
    return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|-1000|An unknown error occured while processing the request.|OUTCOME_UNKNOWN",
        "400|-1001|Internal error; unable to process your request. Please try again.|OUTCOME_UNKNOWN",
        "400|-1002|You are not authorized to execute this request.|UNAUTHORIZED",
        "429|-1003|Too many requests; current limit is 2400 requests per minute.|RATE_LIMITED",
        "418|-1003|Way too many requests; IP banned until 1700000.|BANNED",
        "400|-1006|An unexpected response was received. Execution status unknown.|OUTCOME_UNKNOWN",
        "408|-1007|Timeout waiting for response from backend server.|OUTCOME_UNKNOWN",
        "400|-1008|Request throttled by system-level protection.|MAINTENANCE",
        "503|-1008|Request throttled by system-level protection.|OUTCOME_UNKNOWN",
        "503|0|Service Unavailable.|OUTCOME_UNKNOWN",
        "503|0|Unknown error, please check your request or try again later.|OUTCOME_UNKNOWN",
        "429|-1015|Too many new orders; current limit is 300 orders per 10 SECOND.|RATE_LIMITED",
        "400|-1016|This service is no longer available.|MAINTENANCE",
        "400|-1021|Timestamp for this request is outside of the recvWindow.|CLOCK_SKEW",
        "400|-5028|Timestamp for this request is outside of the ME recvWindow.|CLOCK_SKEW",
        "400|-1022|Signature for this request is not valid.|UNAUTHORIZED",
        "401|-2014|API-key format invalid.|UNAUTHORIZED",
        "401|-2015|Invalid API-key, IP, or permissions for action.|UNAUTHORIZED",
        "400|-4088|User can not place order currently|UNAUTHORIZED",
        "400|-1121|Invalid symbol.|BAD_INSTRUMENT",
        "400|-4140|Invalid symbol status for opening position|BAD_INSTRUMENT",
        "400|-4141|Symbol is closed|BAD_INSTRUMENT",
        "400|-2013|Order does not exist.|ORDER_NOT_FOUND",
        "400|-2011|Unknown order sent.|ORDER_NOT_FOUND",
        "400|-2011|Something new.|REJECTED",
        "400|-4116|clientOrderId is duplicated|DUPLICATE_ID",
        "400|-2018|Balance is insufficient.|INSUFFICIENT_FUNDS",
        "400|-2019|Margin is insufficient.|INSUFFICIENT_FUNDS",
        "400|-2022|ReduceOnly Order is rejected.|REDUCE_ONLY",
        "400|-2024|Position is not sufficient.|REDUCE_ONLY",
        "400|-4118|ReduceOnly Order Failed.|REDUCE_ONLY",
        "400|-2026|This OrderType is not supported when reduceOnly.|REJECTED",
        "400|-2021|Order would immediately trigger.|REJECTED",
        "400|-4120|Order type not supported for this endpoint.|REJECTED",
        "400|-5022|Due to the order could not be executed as maker.|WOULD_CROSS",
        "400|-5021|Due to the order could not be filled immediately.|REJECTED",
        "400|-5040|The goodTillDate timestamp must be greater.|REJECTED",
        "400|-4014|Price not increased by tick size.|BAD_PRICE",
        "400|-4016|Price is higher than mark price multiplier cap.|BAD_PRICE",
        "400|-4024|Price is lower than mark price multiplier floor.|BAD_PRICE",
        "400|-4005|Quantity greater than max quantity.|BAD_SIZE",
        "400|-4023|Qty not increased by step size.|BAD_SIZE",
        "400|-4164|Order's notional must be no smaller than 5.0|BAD_SIZE",
        "400|-2027|Exceeded the maximum allowable position at current leverage.|BAD_SIZE",
        "400|-2025|Reach max open order limit.|REJECTED",
        "400|-4061|Order's position side does not match user's setting.|REJECTED",
        "400|-4068|Position side cannot be changed if there exists position.|REJECTED",
        "400|-4531|Position mode change requires syncing UM and CM.|REJECTED",
        "400|-9999|Something new.|REJECTED",
        "503|-9999|Something new.|OUTCOME_UNKNOWN",
        "451|0|Service unavailable from a restricted location.|UNAUTHORIZED",
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
    "204,''",
    "301,''",
    "400,<html>",
    "404,<html>",
    "408,''",
    "500,''",
    "502,<html>",
    "503,'{\"message\":\"x\"}'",
    "504,''",
    "400,'{\"code\":'",
    "400,'{\"code\":\"x\"}'"
  })
  void whatIsNoAnswerOfTheVenueSaysNothingAboutAnOrder(int status, String body) {
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, fault.kind());
  }

  @Test
  void pagesOfTheFirewallAndOfTheLimiterMeanThatNothingWasDone() {
    assertEquals(Fault.Kind.BANNED, venue.fault(ORDER, reply(403, "<html>")).kind());
    assertEquals(Fault.Kind.BANNED, venue.fault(ORDER, reply(418, "<html>")).kind());
    assertEquals(Fault.Kind.RATE_LIMITED, venue.fault(ORDER, reply(429, "<html>")).kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"orderId\":1}", "{\"code\":200,\"msg\":\"success\"}"})
  void answers(String body) {
    assertNull(venue.fault(ORDER, reply(200, body)));
  }
}
