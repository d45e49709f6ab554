package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.OrderWords;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what OKX writes, one function a payload. A field that does not apply is the empty string.
 * Sizes are base units on spot, and contracts elsewhere: what an instrument is decides.
 */
public final class OkxParser {
  /** The venue's words for the kinds of order. */
  public static final OrderWords KINDS =
      OrderWords.of("market", "limit", "post_only", "ioc", "fok");

  /** Whether an instrument trades. */
  private static final Words<Instrument.State> STATE =
      Words.of(
          Instrument.State.UNKNOWN,
          "TRADING: live post_only, PRE_OPEN: preopen, HALTED: suspend rebase test");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: live, PARTIALLY_FILLED: partially_filled, FILLED: filled,"
              + " CANCELED: canceled mmp_canceled");

  private static final Words<Liquidity> LIQUIDITY =
      Words.of(Liquidity.UNKNOWN, "MAKER: M, TAKER: T");

  /**
   * Why an order was canceled: the rests of FOK and IOC, and a post-only order that would cross.
   */
  private static final Words<OrderStatus> CANCEL_SOURCE =
      Words.of(OrderStatus.CANCELED, "EXPIRED: 13 14, REJECTED: 31");

  /** What a book, a change of it and its best levels have. */
  static final Fields LEVELS = Fields.of().bids("bids").asks("asks").millis("ts").last("seqId");

  private static final Fields BOOK = Fields.of().inside("data", LEVELS);

  private OkxParser() {}

  // ---- market data

  /**
   * An instrument. {@code maxMktSz} is an amount of USDT here, and {@code maxLmtAmt} and {@code
   * maxMktAmt} are amounts of USD: they bound no size. Orders that are older than a larger tick may
   * rest between its prices, so that books have two digits more.
   *
   * <pre>{@code
   * {"instType":"SPOT","instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","state":"live","tickSz":"0.1",
   *  "lotSz":"0.00000001","minSz":"0.00001","maxLmtSz":"9999999999","maxMktSz":"1000000",
   *  "maxLmtAmt":"20000000","maxMktAmt":"1000000","groupId":"1","ruleType":"normal"}
   * }</pre>
   */
  static Instrument instrument(Json row) {
    TradingRules rules =
        TradingRules.builder(row.decimal("tickSz"), row.decimal("lotSz"))
            .size(row.findDecimal("minSz"), row.findDecimal("maxLmtSz"))
            .marketByQuote(true)
            .build();
    return instrument(row, OkxSpot.PROFILE, row.text("baseCcy"), row.text("quoteCcy"), rules)
        .build();
  }

  /** Begins an instrument of any type. */
  public static Instrument.Builder instrument(
      Json row, Profile venue, String base, String quote, TradingRules rules) {
    String state = row.text("state");
    return Instrument.builder(venue.name(), row.text("instId"), base, quote, rules)
        .state(STATE.of(state))
        .attribute("state", state)
        .digits(2 + digits(rules.tickSize()), digits(rules.lotSize()));
  }

  private static int digits(BigDecimal step) {
    return Math.max(0, step.stripTrailingZeros().scale());
  }

  /**
   * A whole book of at most 400 levels a side: price, size, a word of no use, number of orders.
   *
   * <pre>{@code
   * {"code":"0","msg":"","data":[{"asks":[["67210.2","1.2","0","3"]],"bids":[["67210.1","0.431","0","2"]],
   *  "ts":"1700000000123","seqId":1027024}]}
   * }</pre>
   */
  static BookSnapshot book(byte[] body, Instrument instrument) {
    return BOOK.snapshot(body, instrument);
  }

  /**
   * The touch and the last price.
   *
   * <pre>{@code
   * {"instType":"SPOT","instId":"BTC-USDT","last":"67210.1","lastSz":"0.1","askPx":"67210.2","askSz":"1.2",
   *  "bidPx":"67210.1","bidSz":"0.431","ts":"1700000000123"}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.findDecimal("bidPx"),
        size(row, "bidSz", instrument),
        row.findDecimal("askPx"),
        size(row, "askSz", instrument),
        row.findDecimal("last"),
        row.longValue("ts"));
  }

  /**
   * A public trade; the side is the taker's.
   *
   * <pre>{@code
   * {"instId":"BTC-USDT","tradeId":"28457","px":"67210.1","sz":"0.012","side":"sell","ts":"1700000000123"}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("tradeId"),
        Side.named(row.text("side")),
        row.decimal("px"),
        instrument.baseSize(row.decimal("sz")),
        row.longValue("ts"));
  }

  private static @Nullable BigDecimal size(Json row, String field, Instrument instrument) {
    BigDecimal told = row.findDecimal(field);
    return told == null ? null : instrument.baseSize(told);
  }

  /**
   * A candle: open time, open, high, low, close, volume as sizes are told, in base units, in quote
   * units, and whether it is complete.
   *
   * <pre>{@code
   * ["1700000000000","67200.0","67220.0","67190.0","67210.1","12.5","12.5","840126.25","1"]
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return new Candle(
        range.instrument(),
        row.at(0).asLong(),
        range.interval(),
        row.at(1).asDecimal(),
        row.at(2).asDecimal(),
        row.at(3).asDecimal(),
        row.at(4).asDecimal(),
        range.instrument().baseSize(row.at(5).asDecimal()),
        row.at(7).asDecimal());
  }

  // ---- the account

  /**
   * Rates, where a charge is negative: those of the only group of instruments that is told, or of
   * pairs with USDT.
   *
   * <pre>{@code
   * {"level":"Lv1","instType":"SPOT","maker":"-0.0008","taker":"-0.001","makerUSDC":"","takerUSDC":"",
   *  "feeGroup":[{"groupId":"1","maker":"-0.0008","taker":"-0.001"}],"ruleType":"normal","ts":"1700000000123"}
   * }</pre>
   */
  static FeeRate fee(Json row, @Nullable Instrument instrument) {
    Json groups = row.find("feeGroup");
    return rates(groups != null && groups.size() == 1 ? groups.at(0) : row, instrument);
  }

  /** The rates of a group of instruments. */
  public static FeeRate rates(Json group, @Nullable Instrument instrument) {
    return new FeeRate(
        instrument, group.decimal("maker").negate(), group.decimal("taker").negate());
  }

  /**
   * A balance of a reply or of the stream.
   *
   * <pre>{@code
   * {"ccy":"BTC","eq":"5.0","cashBal":"5.0","availBal":"4.5","availEq":"4.5","frozenBal":"0.5",
   *  "ordFrozen":"0.5","uTime":"1700000000123"}
   * }</pre>
   */
  static Balance balance(Json row) {
    return Balance.of(row.text("ccy"), row.decimal("availBal"), row.decimal("frozenBal"));
  }

  /** Whether the answer to a request about several orders is about this one. */
  static boolean isAbout(Json row, Order order) {
    return row.textOr("clOrdId", "").equals(order.clientId())
        || row.textOr("ordId", "").equals(order.venueId());
  }

  /**
   * The venue took a request about an order, to place, amend or cancel it; it says no more.
   *
   * <pre>{@code
   * {"clOrdId":"clbrA1","ordId":"312269865356374016","tag":"","ts":"1700000000123","sCode":"0","sMsg":""}
   * }</pre>
   */
  static OrderUpdate taken(Json row, Order order, OrderStatus status) {
    return OrderUpdate.of(order.instrument(), status)
        .order(row.textOr("clOrdId", order.clientId()), row.text("ordId"))
        .at(row.longOr("ts", 0))
        .build();
  }

  /**
   * An order, as asked for or as the stream tells it. Only the stream's has {@code fillFee}, and
   * with {@code tradeId} and a size tells a fill. {@code accFillSz} is in base units whatever
   * {@code sz} is.
   *
   * <pre>{@code
   * {"instType":"SPOT","instId":"BTC-USDT","ordId":"312269865356374016","clOrdId":"clbrA1","tdMode":"cash",
   *  "side":"buy","ordType":"limit","px":"67210.1","sz":"0.5","tgtCcy":"","state":"partially_filled",
   *  "accFillSz":"0.2","avgPx":"67210.1","fee":"-0.0002","feeCcy":"BTC","cancelSource":"","uTime":"1700000000123",
   *  "tradeId":"56","fillPx":"67210.1","fillSz":"0.2","fillFee":"-0.0002","fillFeeCcy":"BTC","execType":"M",
   *  "fillTime":"1700000000123"}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    Side side = Side.named(row.text("side"));
    // What the size of a market order means when nothing is said.
    String unit = row.textOr("tgtCcy", side == Side.BUY ? "quote_ccy" : "base_ccy");
    return order(row, Order.of(instrument, side), unit.equals("quote_ccy"), fill -> fill);
  }

  /**
   * The same of any type of instrument.
   *
   * @param begun what is known of the order beside the words that every type has
   * @param inQuote whether the size of a market order is an amount of the quote asset
   * @param fill adds to its fill what is the type's own
   */
  public static OrderUpdate order(
      Json row, Order begun, boolean inQuote, UnaryOperator<Fill.Builder> fill) {
    Instrument instrument = begun.instrument();
    String type = row.text("ordType");
    BigDecimal size = instrument.baseSize(row.decimal("sz"));
    boolean quote = inQuote && type.equals("market");
    String state = row.text("state");
    String source = row.textOr("cancelSource", "");
    OrderStatus status = STATUS.of(state);
    status = status == OrderStatus.CANCELED ? CANCEL_SOURCE.of(source) : status;
    BigDecimal filled = instrument.baseSize(row.decimalOr("accFillSz", BigDecimal.ZERO));
    BigDecimal average = row.findDecimal("avgPx");
    return OrderUpdate.of(instrument, status)
        .rawStatus(state)
        .order(row.findText("clOrdId"), row.text("ordId"))
        .filled(filled)
        .quoteFilled(average == null ? null : average.multiply(filled))
        .reject(reason(status, source, row.textOr("cancelSourceReason", "")))
        .fills(
            tellsFill(row)
                ? List.of(fill.apply(fill(row, instrument, "fillFee", "fillFeeCcy")).build())
                : List.of())
        .describes(
            KINDS.told(
                begun,
                type,
                row.findDecimal("px"),
                quote ? null : size,
                quote ? row.decimal("sz") : null))
        .at(row.longValue("uTime"))
        .build();
  }

  /**
   * Whether an order that the stream tells has a fill. Trades of orders that the venue makes itself
   * have no number of their own there.
   */
  private static boolean tellsFill(Json row) {
    return row.has("fillFee")
        && !row.textOr("tradeId", "0").equals("0")
        && row.decimalOr("fillSz", BigDecimal.ZERO).signum() > 0;
  }

  /** What its user canceled needs none. */
  private static @Nullable Reject reason(OrderStatus status, String source, String words) {
    String raw = Escape.text("cancelSource " + source + " " + words).strip();
    boolean canceled = status == OrderStatus.CANCELED && !source.isEmpty() && !source.equals("1");
    return status == OrderStatus.REJECTED
        ? new Reject.WouldCross(raw)
        : canceled ? new Reject.Other(raw) : null;
  }

  /**
   * A fill of the account's history. A charge is negative.
   *
   * <pre>{@code
   * {"instType":"SPOT","instId":"BTC-USDT","tradeId":"56","ordId":"312269865356374016","clOrdId":"clbrA1",
   *  "billId":"680800019754098688","side":"buy","fillPx":"67210.1","fillSz":"0.2","fee":"-0.0002","feeCcy":"BTC",
   *  "execType":"M","fillTime":"1700000000123","ts":"1700000000124"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return booked(row, instrument).build();
  }

  /** The same, of which more may be told. */
  public static Fill.Builder booked(Json row, Instrument instrument) {
    return fill(row, instrument, "fee", "feeCcy");
  }

  private static Fill.Builder fill(Json row, Instrument instrument, String fee, String asset) {
    BigDecimal charge = row.findDecimal(fee);
    return Fill.of(instrument, row.text("tradeId"))
        .order(row.findText("clOrdId"), row.text("ordId"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("fillPx"))
        .size(instrument.baseSize(row.decimal("fillSz")))
        .fee(charge == null ? null : new Fee(row.text(asset), charge.negate()))
        .liquidity(LIQUIDITY.of(row.textOr("execType", "")))
        .at(row.longOr("fillTime", row.longOr("ts", 0)));
  }
}
