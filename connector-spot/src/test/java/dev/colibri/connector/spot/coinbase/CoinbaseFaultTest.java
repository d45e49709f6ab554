package dev.colibri.connector.spot.coinbase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every refusal means. An answer that is none must never become a refusal of an order. */
class CoinbaseFaultTest {
  private static final Request ORDER = Request.post("/api/v3/brokerage/orders");

  private final CoinbaseSpot venue = new CoinbaseSpot();

  private static Reply reply(int status, String body) {
    String json = body.startsWith("{") ? body.replace('\'', '"') : body;
    return new Reply(status, Map.of(), json.getBytes(StandardCharsets.UTF_8));
  }

  /** Refused orders come as HTTP 200. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSUFFICIENT_FUND|PREVIEW_INSUFFICIENT_FUND|INSUFFICIENT_FUNDS",
        "UNKNOWN_FAILURE_REASON|PREVIEW_INSUFFICIENT_FUND|INSUFFICIENT_FUNDS",
        "INVALID_LIMIT_PRICE_POST_ONLY|UNKNOWN_PREVIEW_FAILURE_REASON|WOULD_CROSS",
        "INVALID_PRICE_PRECISION||BAD_PRICE",
        "LIMIT_PRICE_TOO_FAR_FROM_MARKET||BAD_PRICE",
        "LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY||BAD_PRICE",
        "INVALID_SIZE_PRECISION||BAD_SIZE",
        "UNKNOWN_FAILURE_REASON|PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL|BAD_SIZE",
        "INVALID_PRODUCT_ID||BAD_INSTRUMENT",
        "INELIGIBLE_PAIR||BAD_INSTRUMENT",
        "UNTRADABLE_PRODUCT||BAD_INSTRUMENT",
        "PRODUCT_TRADING_HALTED||BAD_INSTRUMENT",
        "ORDER_ENTRY_DISABLED||MAINTENANCE",
        "DUPLICATE_CLIENT_ORDER_ID||DUPLICATE_ID",
        "UNSUPPORTED_ORDER_CONFIGURATION||REJECTED",
        "COMMANDER_REJECTED_NEW_ORDER||REJECTED",
        "UNKNOWN_FAILURE_REASON|UNKNOWN_PREVIEW_FAILURE_REASON|OUTCOME_UNKNOWN",
        "||OUTCOME_UNKNOWN",
      })
  void refusedOrders(String error, String preview, Fault.Kind kind) {
    String body =
        "{'success':false,'failure_reason':'UNKNOWN_FAILURE_REASON','order_id':'','error_response':"
            + "{'error':'%s','message':'words','preview_failure_reason':'%s'}}";
    Fault fault =
        venue.fault(
            ORDER,
            reply(200, body.formatted(error == null ? "" : error, preview == null ? "" : preview)));
    assertNotNull(fault);
    assertEquals(kind, fault.kind(), fault.raw());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "404|{'error':'NOT_FOUND','message':'order with this orderID was not found'}|ORDER_NOT_FOUND",
        "200|{'success':false,'errors':[{'edit_failure_reason':'ORDER_NOT_FOUND'}]}|ORDER_NOT_FOUND",
        "200|{'success':false,'errors':[{'edit_failure_reason':'INVALID_EDITED_PRICE'}]}|BAD_PRICE",
        "429|{'errors':[{'id':'rate_limit_exceeded','message':'Too many requests'}]}|RATE_LIMITED",
        "401|Unauthorized|UNAUTHORIZED",
        "403|{'error':'PERMISSION_DENIED','message':'Missing required scopes'}|UNAUTHORIZED",
        "401|{'errors':[{'id':'x','message':'request timestamp expired'}]}|CLOCK_SKEW",
        "403|<html>|BANNED",
        "404|<html>|OUTCOME_UNKNOWN",
        "500|{'error':'INTERNAL','message':'INSUFFICIENT_FUND'}|OUTCOME_UNKNOWN",
        "400|{'error':'UNKNOWN','message':'something went wrong'}|OUTCOME_UNKNOWN",
        "503|upstream connect error|OUTCOME_UNKNOWN",
        "400|{'error':'INVALID_ARGUMENT','message':'account is not available'}|REJECTED",
      })
  void errors(int status, String body, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(status, body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind(), fault.raw());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'success':true,'failure_reason':'UNKNOWN_FAILURE_REASON','success_response':{}}",
        "{'success':true,'errors':[]}",
        "{'results':[{'success':false,'failure_reason':'UNKNOWN_CANCEL_ORDER','order_id':'o'}]}",
        "{'orders':[]}",
      })
  void answers(String body) {
    assertNull(venue.fault(ORDER, reply(200, body)));
  }
}
