package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.text.JsonWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request is answered with an error of the venue's table. */
final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final int code;
  private final long retryAt;
  private final transient @Nullable Consumer<JsonWriter> data;

  private ApiError(
      int status, int code, String message, long retryAt, @Nullable Consumer<JsonWriter> data) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retryAt = retryAt;
    this.data = data;
  }

  ApiError(int code, String message) {
    this(400, code, message);
  }

  ApiError(int status, int code, String message) {
    this(status, code, message, 0, null);
  }

  /** A request too many, and when the next may come. */
  ApiError(int status, int code, String message, long retryAt) {
    this(status, code, message, retryAt, null);
  }

  /** An error whose object has a {@code data} field. */
  ApiError(int status, int code, String message, Consumer<JsonWriter> data) {
    this(status, code, message, 0, data);
  }

  static ApiError missing(String name) {
    return new ApiError(
        -1102, "Mandatory parameter '" + name + "' was not sent, was empty/null, or malformed.");
  }

  static ApiError notRequired(String name) {
    return new ApiError(-1106, "Parameter '" + name + "' sent when not required.");
  }

  static ApiError illegal(String name, String range) {
    return new ApiError(
        -1100,
        "Illegal characters found in parameter '" + name + "'; legal range is '" + range + "'.");
  }

  static ApiError badSymbol() {
    return new ApiError(-1121, "Invalid symbol.");
  }

  /** The venue's words for what the matcher refuses when an order is placed. */
  static ApiError of(Refused refused) {
    return switch (refused.reason()) {
      case UNKNOWN_MARKET -> badSymbol();
      case MARKET_CLOSED -> new ApiError(-1013, "Market is closed.");
      case PRICE -> filter("PRICE_FILTER");
      case PRICE_BAND -> filter("PERCENT_PRICE_BY_SIDE");
      case QUANTITY -> filter("LOT_SIZE");
      case MARKET_QUANTITY -> filter("MARKET_LOT_SIZE");
      case NOTIONAL -> filter("NOTIONAL");
      case TOO_MANY_ORDERS -> filter("MAX_NUM_ORDERS");
      case DUPLICATE_CLIENT_ID -> new ApiError(-2010, "Duplicate order sent.");
      case INSUFFICIENT_BALANCE ->
          new ApiError(-2010, "Account has insufficient balance for requested action.");
      case WOULD_TAKE -> new ApiError(-2010, "Order would immediately match and take.");
      case NO_LIQUIDITY ->
          new ApiError(-2010, "Order book liquidity is less than symbol minimum quantity.");
      case UNKNOWN_ORDER -> new ApiError(-2011, "Unknown order sent.");
      case AMEND_QUANTITY ->
          new ApiError(-2038, "Order amend (quantity increase) is not supported.");
      case AMEND_NOTHING ->
          new ApiError(-2038, "The requested action would change no state; rejecting.");
      default -> throw new IllegalStateException("not a refusal of a spot market", refused);
    };
  }

  /**
   * The words for what the matcher refuses of perpetuals.
   *
   * @param buy whether it was asked to buy, where that matters
   */
  static ApiError ofPerp(Refused refused, boolean buy) {
    return switch (refused.reason()) {
      case UNKNOWN_MARKET -> badSymbol();
      case MARKET_CLOSED -> new ApiError(-4140, "Invalid symbol status for opening position.");
      case PRICE -> new ApiError(-4014, "Price not increased by tick size.");
      case PRICE_BAND ->
          buy
              ? new ApiError(-4016, "Price is higher than mark price multiplier cap.")
              : new ApiError(-4024, "Price is lower than mark price multiplier floor.");
      case QUANTITY -> new ApiError(-4023, "Qty not increased by step size.");
      case MARKET_QUANTITY -> new ApiError(-4005, "Quantity greater than max quantity.");
      case NOTIONAL ->
          new ApiError(
              -4164, "Order's notional must be no smaller than 5 (unless you choose reduce only).");
      case TOO_MANY_ORDERS -> new ApiError(-2025, "Reach max open order limit.");
      case DUPLICATE_CLIENT_ID -> new ApiError(-4116, "ClientOrderId is duplicated.");
      case INSUFFICIENT_BALANCE -> new ApiError(-2018, "Balance is insufficient.");
      case INSUFFICIENT_MARGIN -> new ApiError(-2019, "Margin is insufficient.");
      case WOULD_TAKE ->
          new ApiError(
              -5022,
              "Due to the order could not be executed as maker, the Post Only order will be"
                  + " rejected. The order will not be recorded in the order history");
      case WOULD_NOT_FILL ->
          new ApiError(
              -5021,
              "Due to the order could not be filled immediately, the FOK order has been rejected."
                  + " The order will not be recorded in the order history");
      case NO_LIQUIDITY -> new ApiError(-2020, "Unable to fill.");
      case UNKNOWN_ORDER -> new ApiError(-2011, "Unknown order sent.");
      case AMEND_QUANTITY, AMEND_NOTHING -> new ApiError(-5027, "No need to modify the order.");
      case NOTHING_TO_REDUCE -> new ApiError(-2022, "ReduceOnly Order is rejected.");
      case POSITION_SIDE ->
          new ApiError(-4061, "Order's position side does not match user's setting.");
      case LEVERAGE -> new ApiError(-4028, "Leverage is not valid");
      case OPEN_ORDERS ->
          new ApiError(-4067, "Position side cannot be changed if there exists open orders.");
      case OPEN_POSITIONS ->
          new ApiError(-4068, "Position side cannot be changed if there exists position.");
    };
  }

  private static ApiError filter(String name) {
    return new ApiError(-1013, "Filter failure: " + name);
  }

  int status() {
    return status;
  }

  /** When a caller that asked too much may ask again, or 0. */
  long retryAt() {
    return retryAt;
  }

  /** Writes the error object as a value. */
  void write(JsonWriter out) {
    out.object().put("code", code).put("msg", String.valueOf(getMessage()));
    if (data != null) {
      data.accept(out.name("data"));
    }
    out.end();
  }

  /** As {@link #write}, with the times the WebSocket API tells those who ask too much. */
  void writeWithTimes(JsonWriter out, long now) {
    if (retryAt == 0) {
      write(out);
      return;
    }
    out.object()
        .put("code", code)
        .put("msg", String.valueOf(getMessage()))
        .object("data")
        .put("serverTime", now)
        .put("retryAfter", retryAt)
        .end()
        .end();
  }
}
