package dev.colibri.connector.perp.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What refusals mean, beside those that pairs have, too. */
class HyperliquidPerpFaultTest {
  private static final Request ORDER = Request.post("/exchange").signed();
  private static final Request QUESTION = Request.post("/info").readOnly().signed();

  private static String kind(Request request, int status, String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Fault fault =
        new HyperliquidPerpDialect("live").fault(request, new Reply(status, Map.of(), bytes));
    return fault == null ? "none" : fault.kind().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "Reduce only order would increase position. asset=0, REDUCE_ONLY",
    "Insufficient margin to place order. asset=0, INSUFFICIENT_FUNDS",
    "Invalid TP/SL price. asset=0, BAD_PRICE",
    "Order price too far from oracle, BAD_PRICE",
    "Order must have minimum value of $10. asset=0, BAD_SIZE",
    "'Post only order would have immediately matched, bbo was 1@2. asset=0', WOULD_CROSS",
    "Order would increase open interest while open interest is capped, REJECTED",
    "No liquidity available for market order., REJECTED",
    "Cannot switch leverage type with open position., REJECTED",
    "Invalid leverage value, REJECTED"
  })
  void names(String words, String kind) {
    assertEquals(kind, kind(ORDER, 200, "{'status':'err','response':'" + words + "'}"));
    assertEquals(
        kind,
        kind(
            ORDER,
            200,
            "{'status':'ok','response':{'type':'order','data':{'statuses':[{'error':'"
                + words
                + "'}]}}}"));
  }

  /** One question is answered by a word; nothing else is. */
  @ParameterizedTest
  @CsvSource({
    "200, ''\"unifiedAccount\"'', true, none",
    "200, ''\"unifiedAccount\"'', false, OUTCOME_UNKNOWN",
    "502, ''\"unifiedAccount\"'', true, OUTCOME_UNKNOWN",
    "200, unifiedAccount, true, OUTCOME_UNKNOWN",
    "200, '', true, OUTCOME_UNKNOWN"
  })
  void takesAWordForAnAnswer(int status, String body, boolean question, String kind) {
    assertEquals(kind, kind(question ? QUESTION : ORDER, status, body.replace("'", "")));
  }
}
