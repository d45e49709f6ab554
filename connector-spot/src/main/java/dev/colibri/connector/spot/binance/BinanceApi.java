package dev.colibri.connector.spot.binance;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Ed25519;
import dev.colibri.connector.text.FormText;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the markets of Binance share: signatures, headers about limits, the form of an error, and
 * the requests that are the same but for where they go and what they weigh.
 */
public abstract class BinanceApi extends JsonDialect {
  /** What requests weigh together, in a minute. */
  protected static final String WEIGHT = "weight";

  protected static final String ORDERS_10S = "orders-10s";
  protected static final String ORDERS_1M = "orders-1m";
  protected static final String ORDERS_1D = "orders-1d";

  /** How old a request may be when it arrives, in milliseconds. */
  static final long RECEIVE_WINDOW = 5000;

  private static final String WINDOW = Long.toString(RECEIVE_WINDOW);

  /** How many bytes a signed request has beside its own parameters and the window. */
  private static final int SIGNATURE = "&timestamp=1700000000000&signature=".length() + 64;

  /** The rows of a page that are asked for. */
  protected static final int PAGE = 1000;

  private final Refusals refusals;
  private final String prefix;

  /** What every cancel of an order begins with. */
  private final Request canceling;

  /**
   * A market.
   *
   * @param prefix what the paths of its requests begin with
   */
  protected BinanceApi(Profile profile, Limits limits, Refusals refusals, String prefix) {
    super(profile, limits, refusals);
    this.refusals = refusals;
    this.prefix = prefix;
    canceling = canceling("order");
  }

  /** What the profiles of its markets have alike. */
  protected static Profile.Builder profile(String name, String displayName) {
    return Profile.builder(name, displayName)
        .clientIds(
            new ClientIdRule("clbr", 36, ClientIdRule.ALPHANUMERIC),
            Profile.DuplicateIds.REFUSED_WHILE_OPEN)
        .visibilityDelay(Duration.ofSeconds(10))
        .clockTolerance(Duration.ofSeconds(1))
        .books(BookDiscipline.REST_SNAPSHOT_THEN_DIFFS);
  }

  /** What a reply says of an order. */
  protected abstract OrderUpdate order(Json json, Instrument instrument);

  /** A fill of the account's history. */
  protected abstract Fill fill(Json row, Instrument instrument);

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
    Signed signed = Signed.of(request);
    FormText form;
    if (request.isSigned()) {
      Credentials keys = context.credentials();
      form = request.with("recvWindow", WINDOW).form(SIGNATURE);
      form.add("timestamp", context.millis());
      if (keys.secret().isPem()) {
        form.add("signature", sign(keys, form.toString()));
      } else {
        form.addHex("signature", Hmac.sha256(keys.secret()));
      }
      signed = signed.header("X-MBX-APIKEY", keys.apiKey());
    } else {
      form = request.form(0);
    }
    String clientId = request.param("newClientOrderId");
    signed = clientId == null ? signed : signed.identity(clientId);
    boolean body = request.method().equals("POST") || request.method().equals("PUT");
    return body ? signed.form(form) : signed.query(form.toString());
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

  // ---- requests

  /** A request that weighs so much. Also asked while this is constructed. */
  protected Request request(Request request, long weight) {
    return request.cost(WEIGHT, weight);
  }

  /** A question. */
  protected final Request get(String page, long weight) {
    return request(Request.get(prefix + page), weight);
  }

  /** A cancel. */
  protected final Request canceling(String page) {
    return request(Request.delete(prefix + page), 1).signed().urgency(Urgency.CANCEL);
  }

  /** A request that counts as an order. Also asked while this is constructed. */
  protected Request ordering(Request request, long orders, long weight) {
    return request(request, weight).cost(ORDERS_10S, orders).signed().urgency(Urgency.ORDER);
  }

  @Override
  public Call<Long> time() {
    return get("time", 1).json(json -> json.longValue("serverTime"));
  }

  /** A whole book of so many levels a side. */
  protected final Call<BookSnapshot> book(Instrument instrument, int limit, long weight) {
    return get("depth", weight)
        .with("symbol", instrument)
        .with("limit", limit)
        .read(reply -> BinanceParser.BOOK.snapshot(reply.body(), instrument));
  }

  /** The latest public trades, a page of them at most. */
  protected final Request trades(String page, long weight, Instrument instrument, int limit) {
    return get(page, weight)
        .with("symbol", instrument)
        .with("limit", Math.max(1, Math.min(limit, PAGE)));
  }

  /** Candles, a page of them. */
  protected final Call<List<Candle>> candles(CandleRange range, long weight, BadRows rows) {
    return get("klines", weight)
        .with("symbol", range.instrument())
        .with("interval", range.name())
        .with("startTime", range.fromMillis())
        .with("endTime", range.toMillis() - 1)
        .with("limit", PAGE)
        .rows("", rows, row -> BinanceParser.candle(row, range));
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return about(canceling, order);
  }

  /** What a request about an order tells. */
  protected final Call<OrderUpdate> about(Request request, Order order) {
    return request
        .with("symbol", order.instrument())
        .identify(order, "orderId", "origClientOrderId")
        .json(json -> order(json, order.instrument()));
  }

  /** A question about orders and fills. */
  protected final Request truth(String page, long weight) {
    return get(page, weight).signed().urgency(Urgency.TRUTH);
  }

  /** By order, or from a time on; the pages after the first by the id of the trade. */
  protected final Call<Page<Fill>> fills(Request request, FillQuery query, BadRows rows) {
    return request
        .with("symbol", query.instrument())
        .withIf("orderId", query.orderId())
        .withIf("startTime", query.since())
        .withIf("fromId", query.cursor())
        .with("limit", PAGE)
        .page(
            "",
            rows,
            PAGE,
            row -> fill(row, query.instrument()),
            last -> Long.toString(Long.parseLong(last.tradeId()) + 1));
  }

  /** Whether the key may withdraw: the live venue tells, its test network refuses. */
  protected static Call<Boolean> mayWithdraw(Request request) {
    return request.signed().json(json -> json.bool("enableWithdrawals"));
  }
}
