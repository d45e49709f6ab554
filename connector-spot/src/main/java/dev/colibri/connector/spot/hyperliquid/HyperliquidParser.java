package dev.colibri.connector.spot.hyperliquid;

import static java.util.Comparator.comparingLong;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.OrderWords;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what Hyperliquid writes: one function for each payload. */
public final class HyperliquidParser {
  /** Prices of pairs have at most so many decimals, less those of the size. */
  private static final int PRICE_DECIMALS = 8;

  private static final int PRICE_FIGURES = 5;

  /** The smallest order, in quote units: the venue names 10 of whatever the quote is. */
  private static final BigDecimal MIN_NOTIONAL = BigDecimal.TEN;

  /** By what heard orders are of; one that the venue's own page sends as a market order is one. */
  static final OrderWords KINDS = OrderWords.of("FrontendMarket", "Gtc", "Alo", "Ioc", "Fok");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: open triggered, FILLED: filled, REJECTED: rejected Rejected,"
              + " CANCELED: canceled Canceled scheduledCancel internalCancel iocCancelRejected");

  /**
   * A book, of the stream or of a reply.
   *
   * <pre>{@code
   * {"coin":"@107","time":1700000000123,"levels":[[{"px":"25.12","sz":"3.5","n":2}],[{"px":"25.13","sz":"1.0","n":1}]]}
   * }</pre>
   */
  static final Fields BOOK =
      Fields.of().symbol("coin").millis("time").sides("levels").levels("px", "sz");

  private HyperliquidParser() {}

  // ---- market data

  /**
   * The pair that a row is about, spelled {@code @107} or {@code PURR/USDC}; null where it is about
   * a perpetual swap or an outcome.
   */
  static @Nullable Instrument pair(Json row, Function<String, @Nullable Instrument> known) {
    return traded(row, known, "pair", coin -> coin.startsWith("@") || coin.indexOf('/') > 0);
  }

  /**
   * The instrument that a row is about; null where it is about another kind of market.
   *
   * @param kind what it is, as errors write it
   * @param isOf whether what is spelled so is of that kind
   */
  public static @Nullable Instrument traded(
      Json row, Function<String, @Nullable Instrument> known, String kind, Predicate<String> isOf) {
    String coin = row.text("coin");
    Instrument instrument = known.apply(coin);
    if (instrument == null && isOf.test(coin)) {
      throw new TextException("a " + kind + " that is not known: " + Escape.text(coin));
    }
    return instrument;
  }

  /**
   * Everything listed. The assets of a pair are named by the tokens that it points to.
   *
   * <pre>{@code
   * {"universe":[{"tokens":[150,0],"name":"@107","index":107,"isCanonical":false}],
   *  "tokens":[{"name":"HYPE","szDecimals":2,"weiDecimals":8,"index":150,"isCanonical":false}]}
   * }</pre>
   */
  static List<Instrument> instruments(Json meta, BadRows rows) {
    Map<Long, Json> tokens = new TreeMap<>();
    meta.get("tokens").items().forEach(token -> tokens.put(token.longValue("index"), token));
    return rows.read(meta.get("universe"), row -> instrument(row, tokens));
  }

  private static Instrument instrument(Json row, Map<Long, Json> tokens) {
    Json base = token(row, 0, tokens);
    return Instrument.builder(
            HyperliquidSpot.PROFILE.name(),
            row.text("name"),
            base.text("name"),
            token(row, 1, tokens).text("name"),
            rules(row, base.intValue("szDecimals"), PRICE_DECIMALS).build())
        .attribute(HyperliquidSpot.ASSET, Long.toString(10_000 + row.longValue("index")))
        .build();
  }

  /**
   * What all markets take.
   *
   * @param row of the market
   * @param decimals of a size
   * @param most decimals of a price, were sizes whole
   */
  public static TradingRules.Builder rules(Json row, int decimals, int most) {
    if (decimals < 0 || decimals > most) {
      throw new TextException(row.path() + ": sizes of " + decimals + " decimals");
    }
    BigDecimal lot = BigDecimal.ONE.movePointLeft(decimals);
    return TradingRules.builder(BigDecimal.ONE.movePointLeft(most - decimals), lot)
        .maxPriceDigits(PRICE_FIGURES)
        .size(lot, null)
        .notional(MIN_NOTIONAL, null)
        .timesInForce(EnumSet.of(TimeInForce.GTC, TimeInForce.IOC));
  }

  private static Json token(Json row, int place, Map<Long, Json> tokens) {
    Json token = tokens.get(row.get("tokens").at(place).asLong());
    if (token == null) {
      throw new TextException(row.path() + ": a token that is not listed");
    }
    return token;
  }

  /**
   * A public trade; {@code side} is that of the taker, A for a sell.
   *
   * <pre>{@code
   * {"coin":"@107","side":"A","px":"25.12","sz":"3.5","hash":"0x…","time":1700000000123,"tid":118906512037719,
   *  "users":["0x…","0x…"]}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("tid"),
        side(row),
        row.decimal("px"),
        row.decimal("sz"),
        row.longValue("time"));
  }

  /**
   * What the venue takes a pair to be worth, or null for a pair that is not listed.
   *
   * <pre>{@code
   * {"coin":"@107","markPx":"25.1","midPx":"25.125","prevDayPx":"24.8","dayNtlVlm":"8906542.1"}
   * }</pre>
   */
  static @Nullable Ticker mark(Json row, Symbols symbols) {
    return symbols.with(
        row.text("coin"), i -> new Ticker(i, null, null, row.findDecimal("markPx"), 0));
  }

  /** The touch of a book, and the last of some trades. */
  static Ticker ticker(Instrument instrument, BookSnapshot book, List<Trade> trades) {
    return new Ticker(
        instrument,
        book.bids().best(),
        book.asks().best(),
        trades.stream().max(comparingLong(Trade::venueMillis)).map(Trade::price).orElse(null),
        book.venueMillis());
  }

  /**
   * A candle; of its volume only the base units are told.
   *
   * <pre>{@code
   * {"t":1700000000000,"T":1700000059999,"s":"@107","i":"1m","o":"25.1","c":"25.2","h":"25.3","l":"25.0",
   *  "v":"1204.5","n":189}
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return range.candle(row.longValue("t"), row, "o h l c v");
  }

  // ---- the account

  /**
   * A balance; {@code hold} is what open orders lock.
   *
   * <pre>{@code
   * {"coin":"USDC","token":0,"total":"14.625485","hold":"0.0","entryNtl":"0.0"}
   * }</pre>
   */
  static Balance balance(Json row) {
    BigDecimal total = row.decimal("total");
    return new Balance(row.text("coin"), total, total.subtract(row.decimal("hold")));
  }

  /**
   * A fill. The fee, a builder's share included, is charged in {@code feeToken}; a negative one is
   * a rebate. {@code hash} is that of a transaction with many fills: {@code tid} names this one.
   * {@code dir} is what the venue's page shows of it: {@code Market Order Liquidation: Close Long},
   * {@code Liquidated Cross Long}, {@code Auto-Deleveraging} and {@code Settlement} are its own
   * doing. Who trades with somebody liquidated is told of a {@code liquidation}, too.
   *
   * <pre>{@code
   * {"coin":"@107","px":"25.12","sz":"3.5","side":"B","time":1700000000123,"startPosition":"0.0","dir":"Buy",
   *  "closedPnl":"0.0","hash":"0x…","oid":77738308,"crossed":true,"fee":"0.00245","tid":118906512037719,
   *  "cloid":"0x…","feeToken":"HYPE"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.text("tid"))
        .order(row.findText("cloid"), row.text("oid"))
        .side(side(row))
        .price(row.decimal("px"))
        .size(row.decimal("sz"))
        .fee(new Fee(row.text("feeToken"), row.decimal("fee")))
        .liquidity(row.bool("crossed") ? Liquidity.TAKER : Liquidity.MAKER)
        .at(row.longValue("time"))
        .cause(cause(row.textOr("dir", "")))
        .build();
  }

  private static Fill.Cause cause(String dir) {
    return dir.contains("Liquidat")
        ? Fill.Cause.LIQUIDATION
        : switch (dir) {
          case "Auto-Deleveraging" -> Fill.Cause.ADL;
          case "Settlement" -> Fill.Cause.SETTLEMENT;
          default -> Fill.Cause.ORDER;
        };
  }

  /** A fill that was asked for; null for any other. */
  static @Nullable Fill fill(Json row, FillQuery query) {
    Order order = query.order();
    boolean wanted =
        row.text("coin").equals(query.instrument().symbol())
            && (order == null || row.text("oid").equals(order.venueId()));
    return wanted ? fill(row, query.instrument()) : null;
  }

  /**
   * What a reply says of one order that was placed, as a word or an object. A size that filled is
   * all there is to an order that cannot rest; of one that can, the rest is still to come.
   *
   * <pre>{@code
   * {"resting":{"oid":77738308,"cloid":"0x…"}}
   * {"filled":{"totalSz":"0.02","avgPx":"25.4","oid":77747314,"cloid":"0x…"}}
   * {"error":"Order could not immediately match against any resting orders. asset=10107"}
   * "waitingForFill"
   * }</pre>
   */
  static OrderUpdate placed(Json status, Order order) {
    boolean ended = status.isObject() && status.has("error");
    Json filled = status.isObject() ? status.find("filled") : null;
    boolean word = ended || status.isString();
    Json told = word ? null : filled == null ? status.get("resting") : filled;
    BigDecimal size = filled == null ? null : filled.decimal("totalSz");
    boolean rests = order.type() != OrderType.MARKET && order.timeInForce() == TimeInForce.GTC;
    OrderStatus reached =
        size != null && size.compareTo(order.size()) >= 0
            ? OrderStatus.FILLED
            : ended || size != null && !rests ? OrderStatus.CANCELED : OrderStatus.OPEN;
    return OrderUpdate.of(order.instrument(), reached)
        .order(order.clientId(), told == null ? null : told.text("oid"))
        .filled(ended ? BigDecimal.ZERO : size)
        .build();
  }

  /** Whether an error says that an order which cannot rest found nobody to trade with. */
  static boolean metNobody(String error) {
    return error.contains("could not immediately match");
  }

  /** What a reply says of one cancel: only the word {@code success} says that it was canceled. */
  static OrderUpdate canceled(Json status, Order order) {
    boolean success = status.isString() && status.asText().equals("success");
    return OrderUpdate.of(order.instrument(), success ? OrderStatus.CANCELED : OrderStatus.UNKNOWN)
        .rawStatus(status.toString())
        .order(order.clientId(), order.venueId())
        .build();
  }

  /**
   * An order that is open.
   *
   * <pre>{@code
   * {"coin":"@107","side":"B","limitPx":"25.12","sz":"2.0","oid":77738308,"timestamp":1700000000123,
   *  "origSz":"3.5","cloid":"0x…","orderType":"Limit","tif":"Gtc","isTrigger":false,"reduceOnly":false}
   * }</pre>
   */
  static OrderUpdate open(Json row, Instrument instrument) {
    return order(row, "open", row.longValue("timestamp"), instrument);
  }

  /**
   * An order and where it stands, on the stream or in the answer to a question.
   *
   * <pre>{@code
   * {"order":{"coin":"@107","side":"B","limitPx":"25.12","sz":"0.0","oid":77738308,"timestamp":1700000000123,
   *  "origSz":"3.5","cloid":"0x…"},"status":"filled","statusTimestamp":1700000000456}
   * }</pre>
   */
  static OrderUpdate update(Json row, Instrument instrument) {
    return order(
        row.get("order"), row.text("status"), row.longValue("statusTimestamp"), instrument);
  }

  /** {@code sz} is what has not filled, of an order that ended, too. */
  private static OrderUpdate order(Json row, String status, long millis, Instrument instrument) {
    BigDecimal size = row.decimal("origSz");
    BigDecimal filled = size.subtract(row.decimal("sz"));
    String clientId = row.findText("cloid");
    boolean waits = row.boolOr("isTrigger", false);
    String type = waits ? row.text("orderType") : "";
    Order order =
        KINDS.told(
            Order.of(instrument, side(row)).venueId(row.text("oid")),
            type.endsWith("Market") ? "FrontendMarket" : row.textOr("tif", "Gtc"),
            row.decimal("limitPx"),
            size,
            null);
    order = row.boolOr("reduceOnly", false) ? order.reduceOnly() : order;
    if (waits) {
      Trigger.Kind kind = type.startsWith("Stop") ? Trigger.Kind.STOP : Trigger.Kind.TAKE_PROFIT;
      order = order.trigger(new Trigger(kind, row.decimal("triggerPx"), Trigger.By.MARK));
    }
    return OrderUpdate.of(instrument, reached(status))
        .rawStatus(status)
        .order(clientId, row.text("oid"))
        .filled(filled)
        .reject(reason(status))
        .describes(clientId == null ? order : order.clientId(clientId))
        .at(millis)
        .build();
  }

  /**
   * The words are many and come in families: {@code marginCanceled}, {@code badAloPxRejected}. One
   * that was canceled for want of somebody to trade with is what others call expired.
   */
  private static OrderStatus reached(String status) {
    return STATUS.of(status.replaceFirst("^(?!ioc).+(?=Canceled$|Rejected$)", ""));
  }

  /** Why it was refused, or ended otherwise than by our cancel; null for every other status. */
  private static @Nullable Reject reason(String status) {
    String raw = Escape.text(status);
    return switch (status) {
      case "insufficientSpotBalanceRejected", "perpMarginRejected", "marginCanceled" ->
          new Reject.InsufficientFunds(raw);
      case "reduceOnlyRejected", "reduceOnlyCanceled" -> new Reject.ReduceOnly(raw);
      case "badAloPxRejected" -> new Reject.WouldCross(raw);
      case "tickRejected", "oracleRejected", "badTriggerPxRejected" -> new Reject.BadPrice(raw);
      case "minTradeNtlRejected", "minTradeSpotNtlRejected" -> new Reject.BadSize(raw);
      default -> status.matches("rejected|.+(Rejected|Canceled)") ? new Reject.Other(raw) : null;
    };
  }

  private static Side side(Json row) {
    return Side.named(row.text("side").replace("B", "buy").replace("A", "sell"));
  }
}
