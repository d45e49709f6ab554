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
