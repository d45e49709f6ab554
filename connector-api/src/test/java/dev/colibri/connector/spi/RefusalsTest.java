package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  private static final Refusals TABLE =
      Refusals.of()
          .codes(Fault.Kind.RATE_LIMITED, "50011", "50061")
          .codes(Fault.Kind.OUTCOME_UNKNOWN, "50004")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "insufficient")
          .words(Fault.Kind.BAD_SIZE, "insufficient size", "too small");

  @ParameterizedTest(name = "HTTP {0}, code {1}, {2}: {3}")
  @CsvSource({
    "200, 50011, slow down, RATE_LIMITED",
    "400, 50061, insufficient, RATE_LIMITED",
    "200, 50004, timeout, OUTCOME_UNKNOWN",
    "200, 1, insufficient balance, INSUFFICIENT_FUNDS",
    "200, 1, insufficient size, INSUFFICIENT_FUNDS",
    "200, 1, too small, BAD_SIZE",
    "200, 1, no, REJECTED",
    "200, 1, Request timed out, OUTCOME_UNKNOWN",
    "200, 1, Time-out of the transfer, OUTCOME_UNKNOWN",
    "200, INTERNAL_SERVER_ERROR, no, OUTCOME_UNKNOWN",
    "400, 1, The system is busy. Try again., OUTCOME_UNKNOWN",
    "451, 1, Service unavailable in your country, UNAUTHORIZED",
    "200, 1, insufficient balance of internal account, INSUFFICIENT_FUNDS",
    "200, 50011, Service unavailable, RATE_LIMITED",
    "401, 1, no, UNAUTHORIZED",
    "403, 1, no, UNAUTHORIZED",
    "451, 1, no, UNAUTHORIZED",
    "429, 1, no, RATE_LIMITED",
    "418, 1, no, BANNED",
    "500, 50011, slow down, OUTCOME_UNKNOWN",
    "503, 1, insufficient balance, OUTCOME_UNKNOWN",
  })
  void a_told_error_is_named_by_its_code_then_by_its_words_then_by_the_status(
      int status, String code, String message, Fault.Kind kind) {
    assertEquals(Fault.of(kind, code + " " + message), TABLE.fault(status, code, message));
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | 200 | {\"id\":1}             |",
        "POST | 200 | [1]                    |",
        "POST | 200 | {\"code\":\"50011\"}   | RATE_LIMITED",
        "POST | 400 | {\"code\":\"50004\"}   | OUTCOME_UNKNOWN",
        "POST | 400 | {\"code\":\"7\"}       | REJECTED",
        "POST | 400 | {\"id\":1}             | OUTCOME_UNKNOWN",
        "POST | 200 | {\"code\":\"50011      |",
        "POST | 200 | <html>                 | OUTCOME_UNKNOWN",
        "POST | 200 | ''                     | OUTCOME_UNKNOWN",
        "POST | 302 | ''                     | OUTCOME_UNKNOWN",
        "POST | 401 | ''                     | UNAUTHORIZED",
        "POST | 403 | <html>                 | BANNED",
        "POST | 404 | <html>                 | OUTCOME_UNKNOWN",
        "GET  | 404 | <html>                 | REJECTED",
        "POST | 408 | ''                     | OUTCOME_UNKNOWN",
        "POST | 418 | ''                     | BANNED",
        "POST | 429 | <html>                 | RATE_LIMITED",
        "POST | 451 | <html>                 | UNAUTHORIZED",
        "POST | 500 | {\"code\":\"50011\"}   | OUTCOME_UNKNOWN",
        "POST | 502 | <html>                 | OUTCOME_UNKNOWN",
      })
  void a_reply_is_judged(String method, int status, String body, Fault.@Nullable Kind kind) {
    Request request = method.equals("GET") ? Request.get("/a") : Request.post("/a");
    Reply reply = new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    Fault fault =
        TABLE.judge(
            request,
            reply,
            json -> json.find("code") == null ? null : TABLE.fault(status, json.text("code"), ""));
    assertEquals(kind, fault == null ? null : fault.kind());
  }

  @Test
  void a_long_body_is_an_answer_and_is_not_read_for_errors() {
    String body = "{\"code\":\"50011\",\"rows\":\"" + "x".repeat(20_000) + "\"}";
    Reply reply = new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        null,
        TABLE.judge(
            Request.get("/a"),
            reply,
            json -> {
              throw new AssertionError("read");
            }));
  }

  @Test
  void codes_may_be_said_in_one_text() {
    Refusals table = Refusals.of().codes("RATE_LIMITED: 7 8, CLOCK_SKEW : 9");
    assertEquals(Fault.Kind.RATE_LIMITED, table.fault(200, "8", "").kind());
    assertEquals(Fault.Kind.CLOCK_SKEW, table.fault(200, "9", "").kind());
    assertThrows(IllegalArgumentException.class, () -> table.codes("BANNED: 9"));
    assertThrows(IllegalArgumentException.class, () -> table.codes("SLOW: 10"));
  }

  @Test
  void a_code_stands_once_in_the_table() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TABLE.codes(Fault.Kind.BANNED, "50011"));
    assertEquals("twice in the table: 50011", e.getMessage());
  }
}
