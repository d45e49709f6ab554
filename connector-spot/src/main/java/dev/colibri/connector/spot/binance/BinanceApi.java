package dev.colibri.connector.spot.binance;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Ed25519;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import org.jspecify.annotations.Nullable;

/** What the markets of Binance share: signatures, headers about limits, the form of an error. */
public abstract class BinanceApi extends JsonDialect {
  /** What requests weigh together, in a minute. */
  protected static final String WEIGHT = "weight";

  protected static final String ORDERS_10S = "orders-10s";
  protected static final String ORDERS_1M = "orders-1m";
  protected static final String ORDERS_1D = "orders-1d";

  /** How old a request may be when it arrives, in milliseconds. */
  static final long RECEIVE_WINDOW = 5000;

  private final Refusals refusals;

  /** A market. */
  protected BinanceApi(Profile profile, Limits limits, Refusals refusals) {
    super(profile, limits, refusals);
    this.refusals = refusals;
  }

  /**
   * Used amounts stand in headers. A 429 or 418 tells how many seconds to keep still; without, it
   * is the order limit's own window, or the shortest ban of two minutes. Whatever is asked costs
   * weight, so that a pause of weight is a pause of everything.
   */
  @Override
  public void learn(Reply reply, LimitUpdates out) {
    out.used(WEIGHT, reply, "X-MBX-USED-WEIGHT-1M");
    out.used(ORDERS_10S, reply, "X-MBX-ORDER-COUNT-10S");
    out.used(ORDERS_1M, reply, "X-MBX-ORDER-COUNT-1M");
    out.used(ORDERS_1D, reply, "X-MBX-ORDER-COUNT-1D");
    if (reply.status() == 418) {
      out.pause(WEIGHT, reply, "Retry-After", 120);
    } else if (reply.status() == 429) {
      out.pause(reply.text().contains("-1015") ? ORDERS_10S : WEIGHT, reply, "Retry-After", 10);
    }
  }

  /**
   * Parameters travel in the query, or as a form where there is a body. What is signed is that
   * text, byte for byte, and the signature follows it.
   */
  @Override
  public Signed depart(Request request, SigningContext context) {
    String form = request.formText();
    Signed signed = Signed.of(request);
    if (request.isSigned()) {
      Credentials keys = context.credentials();
      form =
          request.with("recvWindow", RECEIVE_WINDOW).with("timestamp", context.millis()).formText();
      form += "&signature=" + Form.encode(sign(keys, form));
      signed = signed.header("X-MBX-APIKEY", keys.apiKey());
    }
    String clientId = request.param("newClientOrderId");
    signed = clientId == null ? signed : signed.identity(clientId);
    boolean body = request.method().equals("POST") || request.method().equals("PUT");
    return body ? signed.form(form) : signed.query(form);
  }

  /** HMAC SHA-256 in hexadecimal, or Ed25519 in Base64 where the secret is a PEM text. */
  static String sign(Credentials keys, String payload) {
    return keys.secret().isPem()
        ? Ed25519.pem(keys.secret()).base64(payload)
        : Hmac.sha256(keys.secret()).hex(payload);
  }

  /** An error has a negative {@code code}; success may have one of 0 or more. */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    boolean success = status >= 200 && status < 300;
    boolean error = answer.has("code") && !(success && answer.longValue("code") >= 0);
    return error ? refused(status, answer) : null;
  }

  /**
   * What an error means, also one of an order among others.
   *
   * @param status the HTTP status
   * @param error with {@code code} and {@code msg}
   */
  protected Fault refused(int status, Json error) {
    return refusals.fault(
        status, Integer.toString(error.intValue("code")), error.textOr("msg", ""));
  }
}
