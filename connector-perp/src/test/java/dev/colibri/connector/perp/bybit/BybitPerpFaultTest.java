package dev.colibri.connector.perp.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the refusals mean that derivatives have of their own. */
class BybitPerpFaultTest {
  private final BybitPerpDialect venue = new BybitPerpDialect();

  private @Nullable Fault fault(String code, String message) {
    String body = "{\"retCode\":%s,\"retMsg\":\"%s\",\"result\":{}}".formatted(code, message);
    return venue.fault(
        Request.post("/v5/order/create"),
        new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10001|position idx not match position mode|REJECTED",
        "10016|Server error.|OUTCOME_UNKNOWN",
        "110001|Order does not exist|ORDER_NOT_FOUND",
        "110003|Order price exceeds the allowable range.|BAD_PRICE",
        "110004|Wallet balance is insufficient|INSUFFICIENT_FUNDS",
        "110006|The assets are estimated to be unable to cover the position margin|INSUFFICIENT_FUNDS",
        "110007|Available balance is insufficient|INSUFFICIENT_FUNDS",
        "110008|The order has been completed or cancelled.|ORDER_NOT_FOUND",
        "110009|The number of stop orders exceeds the maximum allowable limit|REJECTED",
        "110010|The order has been cancelled|ORDER_NOT_FOUND",
        "110012|Insufficient available balance.|INSUFFICIENT_FUNDS",
        "110013|Cannot set leverage due to risk limit level.|REJECTED",
        "110017|orderQty will be truncated to zero|REDUCE_ONLY",
        "110020|Not allowed to have more than 500 active orders.|REJECTED",
        "110024|You have an existing position, so the position mode cannot be switched.|REJECTED",
        "110028|You have existing open orders, so the position mode cannot be switched.|REJECTED",
        "110029|Hedge mode is not supported for this symbol.|REJECTED",
        "110034|There is no net position|REDUCE_ONLY",
        "110044|Available margin is insufficient.|INSUFFICIENT_FUNDS",
        "110045|Wallet balance is insufficient.|INSUFFICIENT_FUNDS",
        "110052|Your available balance is insufficient to set the price|INSUFFICIENT_FUNDS",
        "110063|Settlement in progress! not available for trading.|BAD_INSTRUMENT",
        "110066|Trading is currently not allowed.|MAINTENANCE",
        "110072|OrderLinkedID is duplicate|DUPLICATE_ID",
        "110074|This contract is not live|BAD_INSTRUMENT",
        "110079|The order is processing and can not be operated, please try again later|OUTCOME_UNKNOWN",
        "110092|expect Rising, but trigger_price[1] <= current[2]|BAD_PRICE",
        "110093|expect Falling, but trigger_price[2] >= current[1]|BAD_PRICE",
        "110094|Order notional value below the lower limit|BAD_SIZE",
        "110121|Order price cannot be higher than 7, the price limitation|BAD_PRICE",
      })
  void errorsOfDerivatives(String code, String message, Fault.Kind kind) {
    Fault fault = fault(code, message);
    assertNotNull(fault);
    assertEquals(kind, fault.kind());
    assertEquals(code + " " + message, fault.raw());
  }

  /** That mode and leverage are what was wanted. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "110025", "110043"})
  void whatIsSoAlreadyIsNoRefusal(String code) {
    assertNull(fault(code, "has not been modified."));
  }
}
