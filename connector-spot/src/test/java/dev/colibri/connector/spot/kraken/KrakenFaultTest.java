package dev.colibri.connector.spot.kraken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every error means. Replies that are none never become a refusal of an order. */
class KrakenFaultTest {
  private static final Request ORDER = Request.post("/0/private/AddOrder");

  private final KrakenSpot venue = new KrakenSpot();

  private static Reply reply(int status, String body) {
    return new Reply(status, Collections.emptyMap(), body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|EAPI:Rate limit exceeded|RATE_LIMITED",
        "200|EOrder:Rate limit exceeded|RATE_LIMITED",
        "200|EOrder:Domain rate limit exceeded|RATE_LIMITED",
        "200|EOrder:Orders limit exceeded|REJECTED",
        "200|EGeneral:Too many requests|RATE_LIMITED",
        "200|EAuth:Too many requests|RATE_LIMITED",
        "200|EService:Throttled: 1767225600|RATE_LIMITED",
        "200|EGeneral:Temporary lockout|BANNED",
        "200|EAPI:Invalid nonce|NONCE_STALE",
        "200|EAPI:Invalid key|UNAUTHORIZED",
        "200|EAPI:Invalid signature|UNAUTHORIZED",
        "200|EGeneral:Permission denied|UNAUTHORIZED",
        "200|EAccount:Invalid permissions|UNAUTHORIZED",
        "200|EAuth:Account temporary disabled|UNAUTHORIZED",
        "200|ESession:Invalid session|UNAUTHORIZED",
        "200|EOrder:Insufficient funds|INSUFFICIENT_FUNDS",
        "200|EOrder:Post only order|WOULD_CROSS",
        "200|EOrder:Invalid price|BAD_PRICE",
        "200|EOrder:Tick size check failed|BAD_PRICE",
        "200|EGeneral:Invalid arguments:price|BAD_PRICE",
        "200|EOrder:Order minimum not met|BAD_SIZE",
        "200|EOrder:Cost minimum not met|BAD_SIZE",
        "200|EGeneral:Invalid arguments:volume minimum not met|BAD_SIZE",
        "200|EQuery:Unknown asset pair|BAD_INSTRUMENT",
        "200|Currency pair not supported BTC/XYZ|BAD_INSTRUMENT",
        "200|EService:Market in cancel_only mode|MAINTENANCE",
        "200|EService:Market in post_only mode|MAINTENANCE",
        "200|EOrder:Unknown order|ORDER_NOT_FOUND",
        "200|EOrder:Invalid order|REJECTED",
        "200|EGeneral:Invalid arguments:cl_ord_id|REJECTED",
        "200|EGeneral:Invalid arguments:cl_ord_id not unique|DUPLICATE_ID",
        "200|EOrder:Duplicate order|DUPLICATE_ID",
        "200|EService:Unavailable|OUTCOME_UNKNOWN",
        "200|EService:Busy|OUTCOME_UNKNOWN",
        "200|EService:Deadline elapsed|OUTCOME_UNKNOWN",
        "200|EGeneral:Internal error:7|OUTCOME_UNKNOWN",
        "200|EOrder:Something new|REJECTED",
        "520|EOrder:Insufficient funds|OUTCOME_UNKNOWN",
      })
  void errors(int status, String error, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(status, "{\"error\":[\"" + error + "\"]}"));
    assertNotNull(fault);
    assertEquals(kind + " " + error, fault.kind() + " " + fault.raw());
  }

  /** What the error is about, of several results, is not told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"EOrder:Insufficient funds\"],\"result\":{\"txid\":[\"O28\"]}|OUTCOME_UNKNOWN",
        "[\"EOrder:Insufficient funds\"],\"result\":{}|INSUFFICIENT_FUNDS",
        "[\"EOrder:Insufficient funds\"],\"result\":null|INSUFFICIENT_FUNDS",
        "[\"WGeneral:Old\",\"EOrder:Insufficient funds\"]|INSUFFICIENT_FUNDS"
      })
  void errorsWithMore(String rest, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(200, "{\"error\":" + rest + "}"));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":[\"WGeneral:Old\"],\"result\":{\"txid\":[\"O28\"]}}",
        "{\"error\":[],\"result\":{\"txid\":[\"O28\"]}}",
        "{\"result\":{\"txid\":[\"O28\"]},\"error\":[]}",
        "{\"error\":[],\"result\":{\"orders\":[{\"error\":\"EOrder:Insufficient funds\"}]}}"
      })
  void answers(String body) {
    assertNull(venue.fault(ORDER, reply(200, body)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|<html>|OUTCOME_UNKNOWN",
        "200||OUTCOME_UNKNOWN",
        "302||OUTCOME_UNKNOWN",
        "502|<html>bad gateway</html>|OUTCOME_UNKNOWN",
        "520||OUTCOME_UNKNOWN",
        "404|<html>|OUTCOME_UNKNOWN",
        "403|<html>|BANNED",
        "429|<html>|RATE_LIMITED"
      })
  void noAnswers(int status, String body, Fault.Kind kind) {
    Fault fault = venue.fault(ORDER, reply(status, body == null ? "" : body));
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
  }

  @Test
  void whatTheVenueWantsToBeLeftAloneWith() {
    List<String> pauses = new ArrayList<>();
    LimitUpdates out =
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {}

          @Override
          public void amount(String bucket, long amount) {}

          @Override
          public void pause(String bucket, long millis) {
            pauses.add(bucket + " " + millis);
          }
        };
    for (String error : List.of("EGeneral:Temporary lockout", "EOrder:Rate limit exceeded", "x")) {
      venue.learn(reply(200, "{\"error\":[\"" + error + "\"]}"), out);
    }
    assertEquals(List.of("counter 900000", "trading 10000"), pauses);
  }
}
