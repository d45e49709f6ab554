package dev.colibri.connector.spot.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every refusal means. */
class HyperliquidFaultTest {
  private static final Request ORDER = Request.post("/exchange").signed();
  private static final Request QUESTION = Request.post("/info").readOnly();

  private static Reply reply(int status, String body) {
    return new Reply(status, Map.of(), body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Fault fault(Request request, int status, String body) {
    return new HyperliquidSpot("live").fault(request, reply(status, body));
  }

  /** By the words of the whole reply, or of the only order in it. */
  @ParameterizedTest
  @CsvSource({
    "Invalid nonce: nonce too low, CLOCK_SKEW",
    "Action expired: expiresAfter 1741107452532, CLOCK_SKEW",
    "Invalid nonce: duplicate nonce 1741107452532, OUTCOME_UNKNOWN",
    "'Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.', RATE_LIMITED",
    "'Too many open orders.', REJECTED",
    "L1 error: User or API Wallet 0x00 does not exist., UNAUTHORIZED",
    "Must deposit before performing actions, UNAUTHORIZED",
    "Vault not registered: 0x00, UNAUTHORIZED",
    "Duplicate cloid asset=10107, DUPLICATE_ID",
    "'Order was never placed, already canceled, or filled. asset=10107', ORDER_NOT_FOUND",
    "Cannot modify canceled or filled order, ORDER_NOT_FOUND",
    "Insufficient spot balance asset=10107, INSUFFICIENT_FUNDS",
    "Order has insufficient spot balance to trade, INSUFFICIENT_FUNDS",
    "Reduce only order would increase position. asset=0, REDUCE_ONLY",
    "Insufficient margin to place order. asset=0, INSUFFICIENT_FUNDS",
    "Invalid TP/SL price. asset=0, BAD_PRICE",
    "Order would increase open interest while open interest is capped, REJECTED",
    "No liquidity available for market order., REJECTED",
    "'Post only order would have immediately matched, bbo was 1@2. asset=10107', WOULD_CROSS",
    "Price must be divisible by tick size. asset=10107, BAD_PRICE",
    "Order has invalid price., BAD_PRICE",
    "Order price cannot be more than 95% away from the reference price, BAD_PRICE",
    "Order price too far from oracle, BAD_PRICE",
    "Order must have minimum value of 10 USDC. asset=10107, BAD_SIZE",
    "Order has invalid size., BAD_SIZE",
    "Order has zero size., BAD_SIZE",
    "Trading is halted. asset=10107, BAD_INSTRUMENT",
    "Only post-only orders allowed immediately after a network upgrade., MAINTENANCE",
    "Something that nobody has heard of, REJECTED"
  })
  void names(String words, Fault.Kind kind) {
    Fault whole = fault(ORDER, 200, "{'status':'err','response':'" + words + "'}");
    assertEquals(Fault.of(kind, "err " + words), whole);
    Fault inside =
        fault(
            ORDER,
            200,
            "{'status':'ok','response':{'type':'order','data':{'statuses':[{'error':'"
                + words
                + "'}]}}}");
    assertEquals(Fault.of(kind, "error " + words), inside);
    assertEquals(
        Fault.Kind.OUTCOME_UNKNOWN,
        fault(ORDER, 500, "{'status':'err','response':'" + words + "'}").kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'status':'ok','response':{'type':'order','data':{'statuses':[{'resting':{'oid':28}}]}}}",
        "{'status':'ok','response':{'type':'order','data':{'statuses':[{'error':'a'},{'error':'b'}]}}}",
        "{'status':'ok','response':{'type':'order','data':{'statuses':[{'error':'Order could not immediately"
            + " match against any resting orders.'}]}}}",
        "{'status':'ok','response':{'type':'cancel','data':{'statuses':['success']}}}",
        "{'status':'order','order':{}}",
        "{'balances':[]}",
        "[]"
      })
  void takesAnAnswerForOne(String body) {
    assertNull(fault(ORDER, 200, body));
  }

  @Test
  void knowsWhatIsNotThere() {
    assertEquals(
        Fault.Kind.ORDER_NOT_FOUND, fault(QUESTION, 200, "{'status':'unknownOid'}").kind());
  }

  /** What the venue cannot read was not done; of a question about an account it is the address. */
  @Test
  void namesWhatCannotBeRead() {
    String text = "Failed to deserialize the JSON body into the target type";
    assertEquals(Fault.Kind.REJECTED, fault(ORDER, 422, text).kind());
    assertEquals(Fault.Kind.REJECTED, fault(QUESTION, 422, text).kind());
    assertEquals(Fault.Kind.UNAUTHORIZED, fault(QUESTION.signed(), 422, text).kind());
  }

  @ParameterizedTest
  @CsvSource({
    "429, null, RATE_LIMITED",
    "403, <html>, BANNED",
    "404, <html>, OUTCOME_UNKNOWN",
    "502, <html>, OUTCOME_UNKNOWN",
    "500, null, OUTCOME_UNKNOWN",
    "200, <html>, OUTCOME_UNKNOWN",
    "200, null, OUTCOME_UNKNOWN",
    "200, '', OUTCOME_UNKNOWN"
  })
  void goesByTheStatusWithoutWords(int status, String body, Fault.Kind kind) {
    assertEquals(kind, fault(ORDER, status, body).kind());
  }

  /** Requests that are used up stop the actions of the account, and nothing else. */
  @Test
  void learnsThatRequestsAreUsedUp() {
    List<String> told = new ArrayList<>();
    LimitUpdates out =
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            told.add("used " + bucket);
          }

          @Override
          public void amount(String bucket, long amount) {
            told.add("amount " + bucket);
          }

          @Override
          public void pause(String bucket, long millis) {
            told.add("pause " + bucket + " " + millis);
          }
        };
    HyperliquidSpot venue = new HyperliquidSpot("live");
    venue.learn(
        reply(200, "{'status':'err','response':'Too many cumulative requests sent (2 > 1)'}"), out);
    venue.learn(reply(200, "{'status':'ok'}"), out);
    assertEquals(List.of("pause actions 10000"), told);
  }
}
