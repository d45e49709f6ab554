package dev.colibri.connector.perp.okx;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.FundingFields;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.spot.okx.OkxParser;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what OKX writes of perpetual swaps, one function a payload; what is as on spot {@link
 * OkxParser} reads. The venue counts contracts.
 */
final class OkxPerpParser {
  private static final String GROUP = "group";

  /**
   * What three answers, and three channels, tell. The rate is that of the payment that comes next,
   * at {@code fundingTime}; {@code nextFundingTime} is when the one after it comes.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","method":"current_period","fundingRate":"0.0000182221218054",
   *  "fundingTime":"1700006400000","nextFundingTime":"1700035200000","settState":"settled","ts":"1700000000123"}
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","markPx":"67210.1","ts":"1700000000123"}
   * {"instId":"BTC-USDT","idxPx":"67209.8","ts":"1700000000123"}
   * }</pre>
   */
  private static final FundingFields FUNDING =
      new FundingFields("markPx", "idxPx", "fundingRate", "fundingTime", "ts");

  static final Words<PositionMode> POSITION_MODES =
      Words.only(PositionMode.class, "position mode", "ONE_WAY: net_mode, HEDGE: long_short_mode");

  static final Words<PositionSide> SIDES =
      Words.only(PositionSide.class, "side of a position", "NET: net, LONG: long, SHORT: short");

  static final Words<MarginMode> MARGIN_MODES =
      Words.only(MarginMode.class, "margin mode", "CROSS: cross, ISOLATED: isolated");

  /**
   * Categories of orders, and types of transactions: plain ones, blocks, spreads, and moves between
   * sub-accounts are the account's own doing.
   */
  private static final Words<Fill.Cause> CAUSES =
      Words.only(
          Fill.Cause.class,
          "fill of a position",
          "ORDER: normal twap ddh auto_conversion 1 2 3 4 5 6 204 205 206 207 208 209 270 271 272"
              + " 273 274 275 324 325 326 327 328 329,"
              + " LIQUIDATION: full_liquidation partial_liquidation 100 101 102 103 104 105 106 107,"
              + " ADL: adl 125 126 127 128, SETTLEMENT: delivery 112 113");

  private OkxPerpParser() {}

  // ---- instruments

  /** By its name: contracts that are margined by their base are quoted in USD. */
  static boolean isInverse(String symbol) {
    return symbol.endsWith("-USD-SWAP");
  }

  /**
   * An instrument; null for one that is inverse, or not described yet. Sizes are in contracts, of
   * {@code ctVal} times {@code ctMult} of the base each.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","instFamily":"BTC-USDT","uly":"BTC-USDT","groupId":"2","settleCcy":"USDT",
   *  "ctVal":"0.01","ctMult":"1","ctValCcy":"BTC","ctType":"linear","lever":"100","tickSz":"0.1","lotSz":"0.01",
   *  "minSz":"0.01","maxLmtSz":"100000000","maxMktSz":"12000","state":"live","ruleType":"normal"}
   * }</pre>
   */
  static @Nullable Instrument instrument(Json row, BadRows rows) {
    String[] assets = row.textOr("uly", "").split("-");
    String type = row.textOr("ctType", "");
    if (type.isEmpty() || assets.length != 2) {
      return null; // Announced; the rest follows before it is listed.
    }
    String settle = row.text("settleCcy");
    if (type.equals("inverse")) {
      rows.inverse(assets[0], assets[1], "margin and profit are in " + settle);
      return null;
    }
    if (!type.equals("linear") || !assets[0].equals(row.text("ctValCcy"))) {
      throw new TextException("a contract of another kind: " + Escape.text(type));
    }
    BigDecimal contract = row.decimal("ctVal").multiply(row.decimalOr("ctMult", BigDecimal.ONE));
    TradingRules.Builder rules =
        TradingRules.builder(row.decimal("tickSz"), size(row, "lotSz", contract))
            .size(size(row, "minSz", contract), size(row, "maxLmtSz", contract))
            .maxMarketSize(size(row, "maxMktSz", contract));
    if (row.text("state").equals("post_only")) {
      rules.orderTypes(EnumSet.of(OrderType.LIMIT_MAKER));
    }
    return OkxParser.instrument(row, OkxPerpDialect.PROFILE, assets[0], assets[1], rules.build())
        .settle(settle)
        .contractSize(contract)
        .maxLeverage(row.findDecimal("lever"))
        .attribute(GROUP, row.textOr("groupId", ""))
        .build();
  }

  private static @Nullable BigDecimal size(Json row, String field, BigDecimal contract) {
    BigDecimal contracts = row.findDecimal(field);
    return contracts == null ? null : contracts.multiply(contract);
  }

  /** The name of an instrument's index: that of the underlying. */
  static String index(Instrument instrument) {
    return instrument.base() + "-" + instrument.quote();
  }

  // ---- funding

  /** What a row tells of the instruments that it names, by their symbol or that of their index. */
  static List<FundingRate> funding(Json row, Collection<Instrument> among) {
    String name = row.text("instId");
    return among.stream()
        .filter(i -> name.equals(i.symbol()) || name.equals(index(i)))
        .map(i -> FUNDING.read(row, i))
        .toList();
  }

  /**
   * A bill of type 8. Its size is a position's without its sign.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","billId":"623950854533513219","type":"8","subType":"173","ccy":"USDT",
   *  "balChg":"-0.0671","pnl":"-0.0671","sz":"1","px":"67210.1","mgnMode":"cross","ts":"1700000000123"}
   * }</pre>
   */
  static FundingPayment payment(Json row, Instrument instrument) {
    return FundingPayment.of(
        instrument, row.text("billId"), row.text("ccy"), row.decimal("pnl"), row.longValue("ts"));
  }

  // ---- the account

  /**
   * What an account holds of an asset: its cash and what isolated positions have of it, without
   * profit that is not realised. An account without derivatives has no {@code availEq}.
   *
   * <pre>{@code
   * {"ccy":"USDT","eq":"992.5","cashBal":"1000","availBal":"900","availEq":"892.5","frozenBal":"100","upl":"-7.5",
   *  "isoEq":"0","isoUpl":"0","uTime":"1700000000123"}
   * }</pre>
   */
  static Balance balance(Json row) {
    BigDecimal total =
        row.decimal("cashBal")
            .add(row.decimalOr("isoEq", BigDecimal.ZERO))
            .subtract(row.decimalOr("isoUpl", BigDecimal.ZERO));
    BigDecimal equity = row.findDecimal("availEq");
    BigDecimal available = equity == null ? row.decimal("availBal") : equity;
    return new Balance(row.text("ccy"), total, available.min(total));
  }

  /**
   * Rates of an instrument's group, where a charge is negative.
   *
   * <pre>{@code
   * {"level":"Lv1","instType":"SWAP","feeGroup":[{"groupId":"1","maker":"-0.0002","taker":"-0.0005"},
   *  {"groupId":"2","maker":"-0.0002","taker":"-0.0005"}],"ts":"1700000000123"}
   * }</pre>
   */
  static List<FeeRate> fees(Json row, Instrument instrument) {
    return row.get("feeGroup").items().stream()
        .filter(group -> group.text("groupId").equals(instrument.attribute(GROUP)))
        .map(group -> OkxParser.rates(group, instrument))
        .toList();
  }

  /**
   * The leverage of an instrument; where the two sides have each their own, the smaller one, which
   * needs more margin.
   *
   * <pre>{@code
   * {"instId":"BTC-USDT-SWAP","ccy":"","mgnMode":"isolated","posSide":"long","lever":"10"}
   * }</pre>
   */
  static Leverage leverage(List<Json> rows, Instrument instrument, MarginMode mode) {
    return rows.stream()
        .map(row -> new Leverage(instrument, row.decimal("lever"), mode))
        .min((a, b) -> a.leverage().compareTo(b.leverage()))
        .orElseThrow(() -> new TextException("no leverage of " + instrument.symbol()));
  }

  /** Which position a row is about; null where it does not say. */
  private static @Nullable PositionSide side(Json row) {
    String side = row.findText("posSide");
    return side == null ? null : SIDES.of(side);
  }

  /**
   * A position, of a reply or of the stream: {@code pos} has a sign where {@code posSide} is net,
   * and none otherwise. {@code uTime} is when it changed last.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","mgnMode":"cross","posId":"307173036051017730","posSide":"net","pos":"-5",
   *  "ccy":"USDT","avgPx":"67200.5","upl":"-0.48","lever":"10","liqPx":"73511.2","markPx":"67210.1","margin":"",
   *  "imr":"336.05","tradeId":"56","uTime":"1700000000123"}
   * }</pre>
   */
  static Position position(Json row, Instrument instrument) {
    PositionSide side = SIDES.of(row.text("posSide"));
    BigDecimal size = instrument.baseSize(row.decimalOr("pos", BigDecimal.ZERO));
    return Position.of(instrument, side, side == PositionSide.SHORT ? size.negate() : size)
        .entryPrice(row.findDecimal("avgPx"))
        .markPrice(row.findDecimal("markPx"))
        .liquidationPrice(row.findDecimal("liqPx"))
        .unrealisedProfit(row.findDecimal("upl"))
        .margin(row.findDecimal("margin"))
        .leverage(row.findDecimal("lever"), MARGIN_MODES.find(row.textOr("mgnMode", "")))
        .asOf(row.longOr("uTime", 0))
        .build();
  }

  /**
   * Positions of which one may be cross and another isolated, each instrument and side as one.
   *
   * @param all what is known
   * @param told which of them are wanted
   */
  static List<Position> together(Collection<Position> all, Collection<Position> told) {
    Map<List<Object>, Position> sums = new LinkedHashMap<>();
    all.forEach(p -> sums.merge(key(p), p, OkxPerpParser::sum));
    sums.keySet().retainAll(told.stream().map(OkxPerpParser::key).toList());
    return List.copyOf(sums.values());
  }

  private static List<Object> key(Position p) {
    return List.of(p.instrument(), p.side());
  }

  private static Position sum(Position a, Position b) {
    long asOf = Math.max(a.asOfMillis(), b.asOfMillis());
    if (a.isFlat() || b.isFlat()) {
      Position open = a.isFlat() ? b : a;
      return open.but(open.size()).asOf(asOf).build();
    }
    return Position.of(a.instrument(), a.side(), a.size().add(b.size()))
        .markPrice(a.markPrice())
        .asOf(asOf)
        .build();
  }

  /**
   * An order, as asked for or as the stream tells it: as on spot, in contracts, and with the
   * position it works on. In hedge mode what closes is known by its side.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","ordId":"312269865356374016","clOrdId":"clbrA1","tdMode":"cross",
   *  "side":"buy","posSide":"net","reduceOnly":"false","ordType":"limit","px":"67210.1","sz":"5","state":"partially_filled",
   *  "accFillSz":"2","avgPx":"67210.1","category":"normal","cancelSource":"","tradeId":"56","fillPx":"67210.1","fillSz":"2",
   *  "fillFee":"-0.268","fillFeeCcy":"USDT","execType":"M","fillTime":"1700000000123","uTime":"1700000000123"}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    Order order =
        Order.of(instrument, Side.named(row.text("side")))
            .told(side(row), row.textOr("reduceOnly", "").equals("true"))
            .marginMode(MARGIN_MODES.find(row.textOr("tdMode", "")));
    return OkxParser.order(row, order, false, fill -> moved(fill, row, "category"));
  }

  /** What made a fill, told in a field, and which position it moved. */
  private static Fill.Builder moved(Fill.Builder fill, Json row, String cause) {
    return fill.cause(CAUSES.of(row.textOr(cause, "normal"))).position(side(row));
  }

  /**
   * A fill of the account's history: as on spot, in contracts. {@code subType} says what it was;
   * what the venue closed itself has a negative {@code tradeId}.
   *
   * <pre>{@code
   * {"instType":"SWAP","instId":"BTC-USDT-SWAP","tradeId":"-56","ordId":"312269865356374016","clOrdId":"",
   *  "billId":"680800019754098688","subType":"104","side":"sell","posSide":"net","fillPx":"67210.1","fillSz":"2",
   *  "fee":"-0.67","feeCcy":"USDT","execType":"","fillTime":"1700000000123","ts":"1700000000124"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return moved(OkxParser.booked(row, instrument), row, "subType").build();
  }
}
