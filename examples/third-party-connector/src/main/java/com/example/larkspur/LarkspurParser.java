package com.example.larkspur;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.OrderWords;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Json;
import java.util.List;

/** Reads what Larkspur writes, one function a payload. Replies and streams write the same. */
final class LarkspurParser {
  static final OrderWords KINDS = OrderWords.of("market", "limit", "maker", "ioc", "fok");

  private static final Words<Instrument.State> STATE =
      Words.of(Instrument.State.UNKNOWN, "TRADING: open, HALTED: paused");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN, "OPEN: resting, FILLED: filled, CANCELED: pulled, EXPIRED: lapsed");

  private static final Words<Liquidity> LIQUIDITY =
      Words.of(Liquidity.UNKNOWN, "MAKER: rested, TAKER: took");

  private LarkspurParser() {}

  // ---- market data

  /**
   * An instrument.
   *
   * <pre>{@code
   * {"market":"BTC/USDT","base":"BTC","quote":"USDT","tick":"0.01","lot":"0.00001",
   *  "least":"0.0001","most":"9000","worth":"5","state":"open"}
   * }</pre>
   */
  static Instrument instrument(Json row, String venue) {
    TradingRules rules =
        TradingRules.builder(row.decimal("tick"), row.decimal("lot"))
            .size(row.decimal("least"), row.decimal("most"))
            .notional(row.decimal("worth"), null)
            .build();
    return Instrument.builder(venue, row.text("market"), row.text("base"), row.text("quote"), rules)
        .state(STATE.of(row.text("state")))
        .build();
  }

  /**
   * The touch and the last price; what there is not is null.
   *
   * <pre>{@code
   * {"market":"BTC/USDT","bid":"67210.10","bidSize":"0.431","ask":"67210.11","askSize":"1.2",
   *  "last":"67210.10","at":1767225600000}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.findDecimal("bid"),
        row.findDecimal("bidSize"),
        row.findDecimal("ask"),
        row.findDecimal("askSize"),
        row.findDecimal("last"),
        row.longValue("at"));
  }

  /**
   * A public trade; the side is the one that took.
   *
   * <pre>{@code
   * {"id":28457,"at":1767225600123,"taker":"sell","price":"67210.10","size":"0.012"}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("id"),
        Side.named(row.text("taker")),
        row.decimal("price"),
        row.decimal("size"),
        row.longValue("at"));
  }

  // ---- the account

  /** {@code {"maker":"0.001","taker":"0.002"}}. */
  static FeeRate rates(Json json) {
    return new FeeRate(null, json.decimal("maker"), json.decimal("taker"));
  }

  /** {@code {"asset":"USDT","total":"1000","free":"900"}}. */
  static Balance balance(Json row) {
    return new Balance(row.text("asset"), row.decimal("total"), row.decimal("free"));
  }

  /**
   * An order. The answer to one that trades at once has its fills, too.
   *
   * <pre>{@code
   * {"id":"28","tag":"a1","market":"BTC/USDT","side":"buy","kind":"limit","price":"67210.10",
   *  "size":"0.5","filled":"0.2","paid":"13442.02","state":"resting","at":1767225600000,
   *  "fills":[…]}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    Json fills = row.find("fills");
    Order told =
        KINDS.told(
            Order.of(instrument, Side.named(row.text("side"))),
            row.text("kind"),
            row.findDecimal("price"),
            row.decimal("size"),
            null);
    return OrderUpdate.of(instrument, STATUS.of(row.text("state")))
        .rawStatus(row.text("state"))
        .order(row.findText("tag"), row.text("id"))
        .filled(row.decimal("filled"))
        .quoteFilled(row.decimal("paid"))
        .fills(
            fills == null
                ? List.of()
                : fills.items().stream().map(f -> fill(f, instrument)).toList())
        .describes(told)
        .at(row.longValue("at"))
        .build();
  }

  /**
   * A fill.
   *
   * <pre>{@code
   * {"id":56,"order":"28","tag":"a1","side":"buy","price":"67210.10","size":"0.2","fee":"0.0002",
   *  "feeAsset":"BTC","how":"rested","at":1767225600000}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.text("id"))
        .order(row.findText("tag"), row.text("order"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("price"))
        .size(row.decimal("size"))
        .fee(new Fee(row.text("feeAsset"), row.decimal("fee")))
        .liquidity(LIQUIDITY.of(row.text("how")))
        .at(row.longValue("at"))
        .build();
  }
}
