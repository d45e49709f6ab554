package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The toy venue's payloads: one function a payload, its sample in the Javadoc. */
final class ToyParser {
  private ToyParser() {}

  /**
   * A market.
   *
   * <pre>{@code
   * {"market":"BTC-USDT","base":"BTC","quote":"USDT","tick":"0.01","lot":"0.00001",
   *  "minSize":"0.00001","maxSize":"9000000","maxMarket":"90000","minNotional":"5",
   *  "maxNotional":"9000000","trading":true}
   * }</pre>
   */
  static Instrument instrument(Json row, String venue) {
    TradingRules rules =
        TradingRules.builder(row.decimal("tick"), row.decimal("lot"))
            .size(row.decimal("minSize"), row.decimal("maxSize"))
            .maxMarketSize(row.decimal("maxMarket"))
            .notional(row.decimal("minNotional"), row.decimal("maxNotional"))
            .marketByQuote(true)
            .build();
    return Instrument.builder(venue, row.text("market"), row.text("base"), row.text("quote"), rules)
        .state(row.bool("trading") ? Instrument.State.TRADING : Instrument.State.HALTED)
        .build();
  }

  /**
   * A book.
   *
   * <pre>{@code {"id":12,"time":1700000000123,"bids":[["99.5","1"]],"asks":[]}}</pre>
   */
  static BookSnapshot book(Json json, Instrument instrument) {
    BookSnapshot book = new BookSnapshot(instrument, json.longValue("id"), json.longValue("time"));
    levels(json.get("bids"), book.bids()::add);
    levels(json.get("asks"), book.asks()::add);
    return book;
  }

  /** Takes a level as it is written. */
  interface LevelSink {
    void level(long price, int priceDigits, long size, int sizeDigits);
  }

  static void levels(Json array, LevelSink sink) {
    for (Json level : array.items()) {
      BigDecimal price = level.at(0).asDecimal();
      BigDecimal size = level.at(1).asDecimal();
      sink.level(mantissa(price), digits(price), mantissa(size), digits(size));
    }
  }

  static long mantissa(BigDecimal n) {
    BigDecimal whole = n.scale() < 0 ? n.setScale(0) : n;
    if (whole.precision() > 18) {
      throw new TextException(n + " has more digits than fit");
    }
    return whole.unscaledValue().longValueExact();
  }

  static int digits(BigDecimal n) {
    return Math.max(0, n.scale());
  }

  /**
   * A ticker; what there is not is null.
   *
   * <pre>{@code
   * {"market":"BTC-USDT","bid":["99.5","1"],"ask":null,"last":"99.6","time":1700000000123}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return new Ticker(
        instrument,
        level(row.find("bid")),
        level(row.find("ask")),
        row.findDecimal("last"),
        row.longValue("time"));
  }

  private static @Nullable Level level(@Nullable Json pair) {
    return pair == null ? null : new Level(pair.at(0).asDecimal(), pair.at(1).asDecimal());
  }

  /**
   * A public trade.
   *
   * <pre>{@code {"id":7,"taker":"BUY","price":"99.6","size":"0.4","time":1700000000123}}</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("id"),
        Side.valueOf(row.text("taker")),
        row.decimal("price"),
        row.decimal("size"),
        row.longValue("time"));
  }

  /**
   * Fee rates.
   *
   * <pre>{@code {"market":"BTC-USDT","maker":"0.001","taker":"0.001"}}</pre>
   */
  static FeeRate fees(Json row, Instrument instrument) {
    return new FeeRate(instrument, row.decimal("maker"), row.decimal("taker"));
  }

  /**
   * A balance.
   *
   * <pre>{@code {"asset":"USDT","free":"900","locked":"100"}}</pre>
   */
  static Balance balance(Json row) {
    return Balance.of(row.text("asset"), row.decimal("free"), row.decimal("locked"));
  }

  /**
   * An order, with its fills where it was just placed.
   *
   * <pre>{@code
   * {"order":12,"client":"toy1","market":"BTC-USDT","side":"BUY","status":"PARTIALLY_FILLED",
   *  "price":"99.5","size":"1","filled":"0.4","quoteFilled":"39.8","time":1700000000123,
   *  "fills":[…]}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    String raw = row.text("status");
    OrderStatus status =
        switch (raw) {
          case "NEW" -> OrderStatus.OPEN;
          case "PARTIALLY_FILLED" -> OrderStatus.PARTIALLY_FILLED;
          case "FILLED" -> OrderStatus.FILLED;
          case "CANCELED" -> OrderStatus.CANCELED;
          case "EXPIRED", "EXPIRED_IN_MATCH" -> OrderStatus.EXPIRED;
          default -> OrderStatus.UNKNOWN;
        };
    Json fills = row.find("fills");
    List<Fill> made =
        fills == null ? List.of() : fills.items().stream().map(f -> fill(f, instrument)).toList();
    OrderUpdate.Builder update =
        OrderUpdate.of(instrument, status)
            .order(row.text("client"), row.text("order"))
            .rawStatus(status == OrderStatus.UNKNOWN ? raw : null)
            .filled(row.decimal("filled"))
            .quoteFilled(row.decimal("quoteFilled"))
            .fills(made)
            .at(row.longValue("time"));
    BigDecimal price = row.findDecimal("price");
    if (price != null) {
      update.describes(
          Order.of(instrument, Side.valueOf(row.text("side")))
              .limit(price)
              .size(row.decimal("size"))
              .clientId(row.text("client"))
              .venueId(row.text("order")));
    }
    return update.build();
  }

  /**
   * A fill.
   *
   * <pre>{@code
   * {"trade":7,"order":12,"client":"toy1","side":"BUY","price":"99.5","size":"0.4","fee":"0.0004",
   *  "feeAsset":"BTC","maker":true,"time":1700000000123}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.text("trade"))
        .order(row.text("client"), row.text("order"))
        .side(Side.valueOf(row.text("side")))
        .price(row.decimal("price"))
        .size(row.decimal("size"))
        .fee(new Fee(row.text("feeAsset"), row.decimal("fee")))
        .liquidity(row.bool("maker") ? Liquidity.MAKER : Liquidity.TAKER)
        .at(row.longValue("time"))
        .build();
  }
}
