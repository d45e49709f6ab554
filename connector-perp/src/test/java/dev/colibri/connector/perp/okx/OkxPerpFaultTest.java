package dev.colibri.connector.perp.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the refusals mean that only derivatives have; spot's test has the others. */
class OkxPerpFaultTest {

  private static Fault fault(String path, String body) {
    return new OkxPerpDialect("live")
        .fault(
            Request.post("/api/v5" + path),
            new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    // No position, none in that direction, more than it holds, or the same direction.
    "51023, REDUCE_ONLY",
    "51112, REDUCE_ONLY",
    "51134, REDUCE_ONLY",
    "51169, REDUCE_ONLY",
    "51170, REDUCE_ONLY",
    "51521, REDUCE_ONLY",
    "51522, REDUCE_ONLY",
    // Too many of them: that says nothing of a position.
    "51165, REJECTED",
    "51205, REJECTED",
    "51004, BAD_SIZE",
    "51008, INSUFFICIENT_FUNDS",
    "51016, DUPLICATE_ID",
    "50071, DUPLICATE_ID",
    "51028, BAD_INSTRUMENT",
    // Another account mode, funding that is being settled, a liquidation under way.
    "51010, REJECTED",
    "51030, REJECTED",
    "50020, REJECTED",
    "50037, REJECTED",
    "51149, OUTCOME_UNKNOWN",
  })
  void namesARefusalOfAnOrder(String code, Fault.Kind kind) {
    String body =
        "{\"code\":\"1\",\"msg\":\"\",\"data\":[{\"clOrdId\":\"a1\",\"ordId\":\"\",\"sCode\":\"%s\",\"sMsg\":\"Words.\","
            + "\"subCode\":\"1000\"}]}";
    assertEquals(Fault.of(kind, code + " Words."), fault("/trade/order", body.formatted(code)));
  }

  /** Positions or orders are open, or leverage cannot be changed: it stands as it was. */
  @ParameterizedTest
  @CsvSource({
    "/account/set-position-mode, 59000, REJECTED",
    "/account/set-position-mode, 51041, REJECTED",
    "/account/set-leverage, 59102, REJECTED",
    "/account/set-leverage, 59107, REJECTED",
    "/account/leverage-info, 59111, REJECTED",
    "/account/set-leverage, 50011, RATE_LIMITED",
  })
  void namesARefusalOfASetting(String path, String code, Fault.Kind kind) {
    String body = "{\"code\":\"" + code + "\",\"msg\":\"Words.\",\"data\":[]}";
    assertEquals(Fault.of(kind, code + " Words."), fault(path, body));
  }
}
