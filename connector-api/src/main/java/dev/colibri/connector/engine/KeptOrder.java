package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An order as a journal holds it: one entry for what it is, and one for each of its fills.
 *
 * <pre>{@code
 * order/clbr1  {"number":7,"symbol":"BTCUSDT","base":"BTC","quote":"USDT","side":"BUY","type":"LIMIT",
 *               "timeInForce":"GTC","price":"100","size":"1","created":1767225600000000000}
 * fill/clbr1/t9 {"order":"clbr1","number":0,"trade":"t9","price":"100","size":"0.4","at":1767225600123}
 * }</pre>
 */
final class KeptOrder {
  static final String ORDER = "order/";
  static final String FILL = "fill/";

  /** Where neither price nor size says what the smallest step is. */
  private static final BigDecimal SMALL_STEP = BigDecimal.ONE.movePointLeft(8);

  private final String text;
  private final Json json;
  private final List<Json> fills = new ArrayList<>();

  private KeptOrder(String text) {
    this.text = text;
    this.json = Json.parse(text);
  }

  /**
   * Reads an order's own entry.
   *
   * @throws RuntimeException when it cannot be read, whole
   */
  static KeptOrder read(String text) {
    KeptOrder kept = new KeptOrder(text);
    kept.tracked(kept.standIn("any"), 0);
    return kept;
  }

  /**
   * Reads the entry of a fill.
   *
   * @throws RuntimeException when it cannot be read, whole
   */
  static Json readFill(String text) {
    Json fill = Json.parse(text);
    fill.text("order");
    fill.longValue("number");
    fill(fill, "any", null, Side.BUY, Instrument.builder("", "", "", "", anyRules()).build());
    return fill;
  }

  void add(Json fill) {
    fills.add(fill);
    fills.sort(Comparator.comparingLong(f -> f.longValue("number")));
  }

  /** Orders the registrations of all processes. */
  long number() {
    return json.longValue("number");
  }

  String clientId() {
    return json.text("clientId");
  }

  String symbol() {
    return json.text("symbol");
  }

  boolean isLive() {
    return !json.has("end");
  }

  /** When it ended; {@link Long#MAX_VALUE} where it did not. */
  long endedNanos() {
    return isLive() ? Long.MAX_VALUE : json.longValue("ended");
  }

  /** What the order is about, where the venue does not list it any more. */
  Instrument standIn(String venue) {
    BigDecimal price = find("price");
    BigDecimal size = find("size");
    TradingRules rules =
        TradingRules.builder(
                price == null ? SMALL_STEP : price.ulp(), size == null ? SMALL_STEP : size.ulp())
            .build();
    return Instrument.builder(venue, symbol(), json.text("base"), json.text("quote"), rules)
        .state(Instrument.State.DELISTED)
        .build();
  }

  private static TradingRules anyRules() {
    return TradingRules.builder(SMALL_STEP, SMALL_STEP).build();
  }

  /**
   * The order and its fills, as they were. A time that has not come yet is of another clock, and
   * counts as now.
   */
  Tracked tracked(Instrument instrument, long now) {
    Side side = Side.valueOf(json.text("side"));
    OrderType type = OrderType.valueOf(json.text("type"));
    Order order =
        Order.of(instrument, side)
            .told(
                type,
                TimeInForce.valueOf(json.text("timeInForce")),
                find("price"),
                find("size"),
                find("quoteAmount"))
            .clientId(clientId())
            .venueId(json.findText("venueId"))
            .sentAt(json.longOr("sent", 0));
    order = perpetual(order);
    if (order.type() != type || order.size() == null && order.quoteAmount() == null) {
      throw new IllegalArgumentException("it has no price or no size");
    }
    Json params = json.find("params");
    for (Json param : params == null ? List.<Json>of() : params.items()) {
      order = order.with(param.at(0).asText(), param.at(1).asText());
    }
    long created = Math.min(now, json.longValue("created"));
    Tracked t = new Tracked(number(), order, find("estimate"), created);
    t.kept = text;
    t.shownBefore = json.has("shown");
    t.idTaken = json.has("idTaken");
    t.cancelAsked = json.has("cancelAsked");
    t.cancelSentNanos = json.has("cancelSent") ? now : Tracked.NEVER;
    BigDecimal wantedPrice = find("wantedPrice");
    BigDecimal wantedSize = find("wantedSize");
    if (wantedPrice != null && wantedSize != null) {
      t.wanted = order.limit(wantedPrice).size(wantedSize);
      t.amending = true;
    }
    if (!isLive()) {
      t.end = OrderStatus.valueOf(json.text("end"));
      t.endedNanos = Math.min(now, json.longValue("ended"));
    }
    String reject = json.findText("reject");
    t.reject = reject == null ? null : reject(reject, json.text("raw"));
    for (Json fill : fills) {
      t.fills.add(fill(fill, clientId(), order.venueId(), side, instrument));
    }
    return t;
  }

  /** What spot orders do not have. */
  private Order perpetual(Order read) {
    Order order = read;
    if (json.has("goodTill")) {
      order = order.goodTill(Instant.ofEpochMilli(json.longValue("goodTill")));
    }
    BigDecimal triggerPrice = find("triggerPrice");
    if (triggerPrice != null) {
      order =
          order.trigger(
              new Trigger(
                  Trigger.Kind.valueOf(json.text("trigger")),
                  triggerPrice,
                  Trigger.By.valueOf(json.text("triggerBy"))));
    }
    if (json.has("reduceOnly")) {
      order = order.reduceOnly();
    }
    if (json.has("positionSide")) {
      order = order.positionSide(PositionSide.valueOf(json.text("positionSide")));
    }
    if (json.has("marginMode")) {
      order = order.marginMode(MarginMode.valueOf(json.text("marginMode")));
    }
    return order;
  }

  private @Nullable BigDecimal find(String field) {
    return find(json, field);
  }

  /** Exactly what was written, of however many digits. */
  private static @Nullable BigDecimal find(Json json, String field) {
    String number = json.findText(field);
    return number == null ? null : new BigDecimal(number);
  }

  private static Fill fill(
      Json json, String clientId, @Nullable String venueId, Side side, Instrument instrument) {
    BigDecimal fee = find(json, "fee");
    Fill.Builder fill =
        Fill.of(instrument, json.text("trade"))
            .order(clientId, venueId)
            .side(side)
            .price(Objects.requireNonNull(find(json, "price"), "price"))
            .size(Objects.requireNonNull(find(json, "size"), "size"))
            .quoteSize(find(json, "quoteSize"))
            .fee(fee == null ? null : new Fee(json.text("feeAsset"), fee))
            .liquidity(Liquidity.valueOf(json.text("liquidity")))
            .at(json.longValue("at"));
    if (json.has("cause")) {
      fill.cause(Fill.Cause.valueOf(json.text("cause")));
    }
    if (json.has("position")) {
      fill.position(PositionSide.valueOf(json.text("position")));
    }
    return json.has("provisional") ? fill.provisional().build() : fill.build();
  }

  /** A reason, by the name of its kind. */
  static Reject reject(String kind, String raw) {
    return switch (kind) {
      case "InsufficientFunds" -> new Reject.InsufficientFunds(raw);
      case "ReduceOnly" -> new Reject.ReduceOnly(raw);
      case "WouldCross" -> new Reject.WouldCross(raw);
      case "BadPrice" -> new Reject.BadPrice(raw);
      case "BadSize" -> new Reject.BadSize(raw);
      case "RateLimited" -> new Reject.RateLimited(raw);
      case "Auth" -> new Reject.Auth(raw);
      case "Maintenance" -> new Reject.Maintenance(raw);
      case "Other" -> new Reject.Other(raw);
      default -> throw new IllegalArgumentException("a reject is no " + kind);
    };
  }

  // ---------------------------------------------------------------- writing

  /**
   * Adds what is not kept of an order as it stands now.
   *
   * @param trades ids of its fills that are not kept, or not as they are now
   */
  static void keep(Tracked t, Set<String> trades, Map<String, @Nullable String> changes) {
    String text = write(t);
    if (!text.equals(t.kept)) {
      t.kept = text;
      changes.put(ORDER + t.clientId(), text);
    }
    if (trades.isEmpty()) {
      return;
    }
    int number = 0;
    for (Fill f : t.fills.all()) {
      if (trades.contains(f.tradeId())) {
        changes.put(key(t, f), write(t, f, number));
      }
      number++;
    }
  }

  /** Adds that nothing is to be kept of an order any more. */
  static void forget(Tracked t, Map<String, @Nullable String> changes) {
    if (t.kept != null) {
      changes.put(ORDER + t.clientId(), null);
      t.fills.all().forEach(f -> changes.put(key(t, f), null));
    }
  }

  private static String key(Tracked t, Fill f) {
    return FILL + t.clientId() + "/" + f.tradeId();
  }

  private static String write(Tracked t) {
    Order o = t.order;
    JsonWriter out = new JsonWriter().object().put("number", t.sequence);
    out.put("clientId", t.clientId());
    putIf(out, "venueId", o.venueId());
    out.put("symbol", o.instrument().symbol());
    out.put("base", o.instrument().base()).put("quote", o.instrument().quote());
    out.put("side", o.side().name()).put("type", o.type().name());
    out.put("timeInForce", o.timeInForce().name());
    putIf(out, "price", o.price());
    putIf(out, "size", o.size());
    putIf(out, "quoteAmount", o.quoteAmount());
    putIf(out, "estimate", t.estimate);
    if (o.goodTillMillis() > 0) {
      out.put("goodTill", o.goodTillMillis());
    }
    Trigger trigger = o.trigger();
    if (trigger != null) {
      out.put("trigger", trigger.kind().name()).put("triggerBy", trigger.by().name());
      putIf(out, "triggerPrice", trigger.price());
    }
    putIf(out, "reduceOnly", o.isReduceOnly());
    putIf(out, "positionSide", o.positionSide() == null ? null : o.positionSide().name());
    putIf(out, "marginMode", o.marginMode() == null ? null : o.marginMode().name());
    if (!o.params().isEmpty()) {
      out.array("params");
      o.params().forEach((name, value) -> out.array().value(name).value(value).end());
      out.end();
    }
    out.put("created", t.createdNanos);
    if (o.sentMillis() > 0) {
      out.put("sent", o.sentMillis());
    }
    putIf(out, "shown", t.placed || t.shownBefore);
    putIf(out, "idTaken", t.idTaken);
    putIf(out, "cancelAsked", t.cancelAsked);
    putIf(out, "cancelSent", t.cancelSentNanos != Tracked.NEVER);
    if (t.amending && t.wanted != null) {
      putIf(out, "wantedPrice", t.wanted.price());
      putIf(out, "wantedSize", t.wanted.size());
    }
    if (t.status.isTerminal()) {
      out.put("end", t.status.name()).put("ended", t.endedNanos);
    }
    Reject reject = t.reject;
    if (reject != null) {
      out.put("reject", reject.getClass().getSimpleName()).put("raw", reject.raw());
    }
    return out.end().toString();
  }

  private static String write(Tracked t, Fill f, int number) {
    JsonWriter out = new JsonWriter().object().put("order", t.clientId()).put("number", number);
    out.put("trade", f.tradeId());
    putIf(out, "price", f.price());
    putIf(out, "size", f.size());
    boolean isQuotient = f.quoteSize().compareTo(f.price().multiply(f.size())) != 0;
    putIf(out, "quoteSize", isQuotient ? f.quoteSize() : null);
    Fee fee = f.fee();
    if (fee != null) {
      putIf(out, "fee", fee.amount());
      out.put("feeAsset", fee.asset());
    }
    out.put("liquidity", f.liquidity().name()).put("at", f.venueMillis());
    putIf(out, "cause", f.cause() == Fill.Cause.ORDER ? null : f.cause().name());
    putIf(out, "position", f.positionSide() == null ? null : f.positionSide().name());
    putIf(out, "provisional", f.isProvisional());
    return out.end().toString();
  }

  private static void putIf(JsonWriter out, String field, @Nullable String text) {
    if (text != null) {
      out.put(field, text);
    }
  }

  private static void putIf(JsonWriter out, String field, @Nullable BigDecimal number) {
    putIf(out, field, number == null ? null : number.toString());
  }

  private static void putIf(JsonWriter out, String field, boolean truth) {
    if (truth) {
      out.put(field, true);
    }
  }
}
