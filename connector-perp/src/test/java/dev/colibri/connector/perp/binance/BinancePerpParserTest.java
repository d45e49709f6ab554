package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every payload means. */
class BinancePerpParserTest {
  static final String BTC_ROW =
      "{\"symbol\":\"BTCUSDT\",\"pair\":\"BTCUSDT\",\"contractType\":\"PERPETUAL\","
          + "\"deliveryDate\":4133404800000,\"status\":\"TRADING\",\"baseAsset\":\"BTC\","
          + "\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\",\"pricePrecision\":2,"
          + "\"quantityPrecision\":3,\"baseAssetPrecision\":8,\"quotePrecision\":8,\"filters\":["
          + "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"556.80\",\"maxPrice\":\"4529764\","
          + "\"tickSize\":\"0.10\"},{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.001\","
          + "\"maxQty\":\"1000\",\"stepSize\":\"0.001\"},{\"filterType\":\"MARKET_LOT_SIZE\","
          + "\"minQty\":\"0.001\",\"maxQty\":\"120\",\"stepSize\":\"0.001\"},"
          + "{\"filterType\":\"MAX_NUM_ORDERS\",\"limit\":200},"
          + "{\"filterType\":\"MIN_NOTIONAL\",\"notional\":\"100\"},"
          + "{\"filterType\":\"PERCENT_PRICE\",\"multiplierUp\":\"1.05\","
          + "\"multiplierDown\":\"0.95\",\"multiplierDecimal\":\"4\"}],"
          + "\"orderTypes\":[\"LIMIT\",\"MARKET\",\"STOP\",\"STOP_MARKET\",\"TAKE_PROFIT\","
          + "\"TAKE_PROFIT_MARKET\",\"TRAILING_STOP_MARKET\"],"
          + "\"timeInForce\":[\"GTC\",\"IOC\",\"FOK\",\"GTX\",\"GTD\"]}";

  private static final List<String> LEFT_OUT = new ArrayList<>();
  private static final BadRows ROWS =
      new BadRows() {
        @Override
        public void bad(String row, RuntimeException problem) {
          throw problem;
        }

        @Override
        public void leftOut(String name, String why) {
          LEFT_OUT.add(name + ": " + why);
        }
      };

  static final Instrument BTC = instrument(BTC_ROW);

  private static Instrument instrument(String row) {
    return BinancePerpParser.instrument(Json.parse(row), "binance-perp", ROWS);
  }

  /** A reply about an order, as the venue's page shows it. */
  static String order(String clientId, long id, String status, String filled) {
    return "{\"clientOrderId\":\"%s\",\"cumQty\":\"%s\",\"cumQuote\":\"0\",\"executedQty\":\"%s\","
            .formatted(clientId, filled, filled)
        + "\"orderId\":%d,\"avgPrice\":\"0.00\",\"origQty\":\"0.010\",\"price\":\"67210.50\","
            .formatted(id)
        + "\"reduceOnly\":false,\"side\":\"BUY\",\"positionSide\":\"BOTH\",\"status\":\"%s\","
            .formatted(status)
        + "\"stopPrice\":\"0\",\"closePosition\":false,\"symbol\":\"BTCUSDT\",\"timeInForce\":\"GTC\","
        + "\"type\":\"LIMIT\",\"origType\":\"LIMIT\",\"updateTime\":1700000000123,"
        + "\"workingType\":\"CONTRACT_PRICE\",\"priceProtect\":false,\"priceMatch\":\"NONE\","
        + "\"selfTradePreventionMode\":\"EXPIRE_MAKER\",\"goodTillDate\":0}";
  }

  // ---- instruments

  @Test
  void anInstrument() {
    assertEquals("BTC-USDT", BTC.name());
    assertEquals("BTCUSDT", BTC.symbol());
    assertEquals("USDT", BTC.settle());
    assertEquals(BigDecimal.ONE, BTC.contractSize());
    assertEquals(Instrument.State.TRADING, BTC.state());
    assertEquals(new BigDecimal("0.1"), BTC.rules().tickSize());
    assertEquals(new BigDecimal("0.001"), BTC.rules().lotSize());
    assertEquals(new BigDecimal("100"), BTC.rules().minNotional());
    assertEquals(new BigDecimal("120"), BTC.rules().maxMarketSize());
    assertEquals(EnumSet.allOf(OrderType.class), BTC.rules().orderTypes());
    assertEquals(EnumSet.allOf(TimeInForce.class), BTC.rules().timesInForce());
    assertTrue(BTC.rules().triggers().isEmpty(), "they are another service's");
  }

  @Test
  void onlyWhatTheVenueSaysIsTaken() {
    Instrument some =
        instrument(
            BTC_ROW.replace(",\"GTX\",\"GTD\"", "").replace("\"LIMIT\",\"MARKET\"", "\"LIMIT\""));
    assertEquals(EnumSet.of(OrderType.LIMIT), some.rules().orderTypes());
    assertEquals(
        EnumSet.of(TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK), some.rules().timesInForce());
  }

  @ParameterizedTest
  @CsvSource({
    "TRADING, TRADING",
    "PENDING_TRADING, PRE_OPEN",
    "PRE_DELIVERING, HALTED",
    "SETTLING, HALTED",
    "DELIVERED, DELISTED",
    "CLOSE, DELISTED",
    "SOMETHING, UNKNOWN"
  })
  void states(String told, Instrument.State state) {
    assertEquals(state, instrument(BTC_ROW.replace("\"TRADING\"", '"' + told + '"')).state());
  }

  @Test
  void datedFuturesAreSkippedAndWhatIsNotLinearIsLeftOutByName() {
    LEFT_OUT.clear();
    assertNull(instrument(BTC_ROW.replace("\"PERPETUAL\"", "\"CURRENT_QUARTER\"")));
    assertEquals(List.of(), LEFT_OUT);
    assertNotNull(instrument(BTC_ROW.replace("\"PERPETUAL\"", "\"TRADIFI_PERPETUAL\"")));
    String margin = "\"marginAsset\":\"";
    assertNull(instrument(BTC_ROW.replace(margin + "USDT", margin + "BTC")));
    assertNull(instrument(BTC_ROW.replace(margin + "USDT", margin + "BNB")));
    assertEquals(
        List.of(
            "BTC-USDT: it is an inverse contract: its margin is in BTC",
            "BTC-USDT: it is not linear: its margin is in BNB"),
        LEFT_OUT);
  }

  // ---- funding

  @Test
  void markPriceAndFundingRate() {
    FundingRate expected =
        new FundingRate(
            BTC,
            new BigDecimal("11793.63104562"),
            new BigDecimal("11781.80495970"),
            new BigDecimal("0.00038246"),
            1597392000000L,
            1597370495002L);
    assertEquals(
        expected,
        BinancePerpParser.PREMIUM_INDEX.read(
            Json.parse(
                "{\"symbol\":\"BTCUSDT\",\"markPrice\":\"11793.63104562\","
                    + "\"indexPrice\":\"11781.80495970\",\"estimatedSettlePrice\":\"11781.16138815\","
                    + "\"lastFundingRate\":\"0.00038246\",\"interestRate\":\"0.00010000\","
                    + "\"nextFundingTime\":1597392000000,\"time\":1597370495002}"),
            BTC));
    assertEquals(
        expected,
        BinancePerpParser.MARK_PRICE.read(
            Json.parse(
                "{\"e\":\"markPriceUpdate\",\"E\":1597370495002,\"s\":\"BTCUSDT\","
                    + "\"p\":\"11793.63104562\",\"ap\":\"11794.15\",\"i\":\"11781.80495970\","
                    + "\"P\":\"11784.25641265\",\"r\":\"0.00038246\",\"T\":1597392000000}"),
            BTC));
  }

  @Test
  void fundingIsAPaymentAndNothingElseIs() {
    String row =
        "{\"symbol\":\"BTCUSDT\",\"incomeType\":\"FUNDING_FEE\",\"income\":\"-0.37500000\","
            + "\"asset\":\"USDT\",\"info\":\"FUNDING_FEE\",\"time\":1570608000000,"
            + "\"tranId\":9689322392,\"tradeId\":\"\"}";
    assertEquals(
        new FundingPayment(
            BTC, "9689322392", "USDT", new BigDecimal("-0.37500000"), null, null, 1570608000000L),
        BinancePerpParser.fundingPayment(Json.parse(row), BTC));
    for (String other : List.of("COMMISSION", "REALIZED_PNL", "TRANSFER", "SOMETHING_NEW")) {
      Json json =
          Json.parse(
              row.replace("\"incomeType\":\"FUNDING_FEE\"", "\"incomeType\":\"" + other + '"'));
      assertThrows(TextException.class, () -> BinancePerpParser.fundingPayment(json, BTC));
    }
  }

  // ---- the account

  @ParameterizedTest
  @CsvSource({
    "1000.5, 900.5, 1000.5, 900.5",
    // Unrealised profit is available, and is not held.
    "1000.5, 1012.5, 1000.5, 1000.5",
    "1000.5, -3, 1000.5, 0",
    "-2, -3, -2, -2"
  })
  void whatIsAvailableIsNeverMoreThanTheWallet(
      String wallet, String available, String total, String free) {
    String row =
        "{\"asset\":\"USDT\",\"walletBalance\":\"%s\",\"unrealizedProfit\":\"12\",\"availableBalance\":\"%s\"}"
            .formatted(wallet, available);
    assertEquals(
        new Balance("USDT", new BigDecimal(total), new BigDecimal(free)),
        BinancePerpParser.balance(Json.parse(row)));
  }

  private static final String RISK =
      "{\"symbol\":\"BTCUSDT\",\"positionSide\":\"SHORT\",\"positionAmt\":\"-1.000\","
          + "\"entryPrice\":\"70.92841\",\"breakEvenPrice\":\"70.900038636\","
          + "\"markPrice\":\"49.72023376\",\"unRealizedProfit\":\"21.20817624\","
          + "\"liquidationPrice\":\"2260.56757210\",\"isolatedMargin\":\"0\","
          + "\"notional\":\"-49.72023376\",\"marginAsset\":\"USDT\",\"isolatedWallet\":\"0\","
          + "\"initialMargin\":\"2.48601168\",\"maintMargin\":\"0.49720233\","
          + "\"positionInitialMargin\":\"2.48601168\",\"openOrderInitialMargin\":\"0\",\"adl\":2,"
          + "\"bidNotional\":\"0\",\"askNotional\":\"0\",\"updateTime\":1708943511656}";

  @Test
  void aPosition() {
    Position p = BinancePerpParser.positionRisk(Json.parse(RISK), BTC);
    assertEquals(PositionSide.SHORT, p.side());
    assertEquals(new BigDecimal("-1.000"), p.size());
    assertEquals(new BigDecimal("70.92841"), p.entryPrice());
    assertEquals(new BigDecimal("49.72023376"), p.markPrice());
    assertEquals(new BigDecimal("2260.56757210"), p.liquidationPrice());
    assertEquals(new BigDecimal("21.20817624"), p.unrealisedProfit());
    assertEquals(new BigDecimal("2.48601168"), p.margin());
    assertEquals(MarginMode.CROSS, p.marginMode());
    assertNull(p.leverage());
    assertEquals(1708943511656L, p.asOfMillis());
  }

  @Test
  void positionsOfOneWayModeAndOfIsolatedMargin() {
    Position p =
        BinancePerpParser.positionRisk(
            Json.parse(
                RISK.replace("\"SHORT\"", "\"BOTH\"")
                    .replace("\"isolatedWallet\":\"0\"", "\"isolatedWallet\":\"3.5\"")),
            BTC);
    assertEquals(PositionSide.NET, p.side());
    assertEquals(MarginMode.ISOLATED, p.marginMode());
    assertEquals(new BigDecimal("3.5"), p.margin());
    Position flat =
        BinancePerpParser.positionRisk(
            Json.parse(
                RISK.replace("-1.000", "0.000")
                    .replace("70.92841", "0.0")
                    .replace("1708943511656", "0")),
            BTC);
    assertTrue(flat.isFlat());
    assertNull(flat.entryPrice());
    assertNull(flat.marginMode());
    assertEquals(0, flat.asOfMillis());
    Json wrong = Json.parse(RISK.replace("\"SHORT\"", "\"SIDEWAYS\""));
    assertThrows(RuntimeException.class, () -> BinancePerpParser.positionRisk(wrong, BTC));
  }

  // ---- orders

  @Test
  void aReplyAboutAnOrder() {
    OrderUpdate u =
        BinancePerpParser.order(Json.parse(order("clbr1", 28, "PARTIALLY_FILLED", "0.004")), BTC);
    assertEquals(OrderStatus.PARTIALLY_FILLED, u.status());
    assertEquals("clbr1", u.clientId());
    assertEquals("28", u.venueId());
    assertEquals(new BigDecimal("0.004"), u.filled());
    assertEquals(1700000000123L, u.venueMillis());
    assertEquals(List.of(), u.fills());
    assertEquals("BUY BTC-USDT LIMIT size 0.010 at 67210.50 [clbr1]", String.valueOf(u.order()));
  }

  @ParameterizedTest
  @CsvSource({
    // side, position, R, type, time in force, what is described
    "BUY, BOTH, false, LIMIT, GTX, BUY BTC-USDT LIMIT_MAKER size 0.5 at 67210.1",
    "SELL, BOTH, true, LIMIT, IOC, SELL BTC-USDT LIMIT size 0.5 at 67210.1 IOC reduce only",
    "SELL, BOTH, false, MARKET, GTC, SELL BTC-USDT MARKET size 0.5",
    "BUY, LONG, false, LIMIT, GTC, BUY BTC-USDT LIMIT size 0.5 at 67210.1 LONG",
    "SELL, LONG, false, LIMIT, GTC, SELL BTC-USDT LIMIT size 0.5 at 67210.1 reduce only LONG",
    "SELL, SHORT, false, LIMIT, GTC, SELL BTC-USDT LIMIT size 0.5 at 67210.1 SHORT",
    "BUY, SHORT, false, LIMIT, FOK, BUY BTC-USDT LIMIT size 0.5 at 67210.1 FOK reduce only SHORT"
  })
  void whatAnOrderIs(
      String side, String position, boolean reduce, String type, String time, String described) {
    OrderUpdate u =
        event(
            "clbrA1",
            side,
            type,
            time,
            "NEW",
            "NEW",
            "0",
            "0",
            "0",
            position,
            reduce,
            "\"er\":\"0\"");
    Order order = u.order();
    assertNotNull(order);
    assertEquals(described + " [clbrA1]", order.toString());
    assertEquals(
        position.equals("BOTH") ? PositionSide.NET : PositionSide.valueOf(position),
        order.positionSide());
  }

  @Test
  void goodTillDate() {
    OrderUpdate u =
        event(
            "clbrA1",
            "BUY",
            "LIMIT",
            "GTD",
            "NEW",
            "NEW",
            "0",
            "0",
            "0",
            "BOTH",
            false,
            "\"gtd\":1700003600000");
    assertNotNull(u.order());
    assertEquals(TimeInForce.GTD, u.order().timeInForce());
    assertEquals(1_700_003_600_000L, u.order().goodTillMillis());
  }

  private static OrderUpdate event(
      String clientId,
      String side,
      String type,
      String time,
      String execution,
      String status,
      String trade,
      String last,
      String filled,
      String position,
      boolean reduce,
      String more) {
    return BinancePerpParser.orderTradeUpdate(
        Json.parse(
            "{\"s\":\"BTCUSDT\",\"c\":\"%s\",\"S\":\"%s\",\"o\":\"%s\",\"f\":\"%s\",\"q\":\"0.5\","
                    .formatted(clientId, side, type, time)
                + "\"p\":\"67210.1\",\"ap\":\"0\",\"sp\":\"0\",\"x\":\"%s\",\"X\":\"%s\",\"i\":28,"
                    .formatted(execution, status)
                + "\"l\":\"%s\",\"z\":\"%s\",\"L\":\"67210\",\"T\":1700000000123,\"t\":%s,\"m\":true,"
                    .formatted(last, filled, trade)
                + "\"R\":%s,\"ps\":\"%s\",\"rp\":\"0\",%s}".formatted(reduce, position, more)),
        BTC);
  }

  private static final String FEE = "\"N\":\"USDT\",\"n\":\"2.6\",\"er\":\"0\"";

  @Test
  void aFill() {
    OrderUpdate u =
        event(
            "clbrA1",
            "BUY",
            "LIMIT",
            "GTC",
            "TRADE",
            "PARTIALLY_FILLED",
            "56",
            "0.2",
            "0.3",
            "LONG",
            false,
            FEE);
    assertEquals(new BigDecimal("0.3"), u.filled());
    Fill fill = u.fills().get(0);
    assertEquals("56", fill.tradeId());
    assertEquals("clbrA1", fill.clientId());
    assertEquals("28", fill.venueId());
    assertEquals(Side.BUY, fill.side());
    assertEquals(new BigDecimal("0.2"), fill.size());
    assertEquals(new BigDecimal("67210"), fill.price());
    assertEquals("USDT", fill.fee().asset());
    assertEquals(new BigDecimal("2.6"), fill.fee().amount());
    assertEquals(Liquidity.MAKER, fill.liquidity());
    assertEquals(Fill.Cause.ORDER, fill.cause());
    assertEquals(PositionSide.LONG, fill.positionSide());
    assertEquals(1700000000123L, fill.venueMillis());
    OrderUpdate free =
        event(
            "clbrA1",
            "BUY",
            "LIMIT",
            "GTC",
            "TRADE",
            "FILLED",
            "57",
            "0.2",
            "0.5",
            "BOTH",
            false,
            "\"er\":\"0\"");
    assertEquals(BigDecimal.ZERO, free.fills().get(0).fee().amount());
    assertEquals("USDT", free.fills().get(0).fee().asset());
  }

  @ParameterizedTest
  @CsvSource({
    "clbrA1, LIMIT, ORDER",
    "autoclose-1700000000123, LIMIT, LIQUIDATION",
    "web_x, LIQUIDATION, LIQUIDATION",
    "adl_autoclose, LIMIT, ADL",
    "settlement_autoclose-1, LIMIT, SETTLEMENT"
  })
  void whatMadeAFill(String clientId, String type, Fill.Cause cause) {
    for (String execution : List.of("TRADE", "CALCULATED")) {
      OrderUpdate u =
          event(
              clientId, "SELL", type, "IOC", execution, "FILLED", "9", "0.5", "0.5", "BOTH", false,
              FEE);
      assertEquals(cause, u.fills().get(0).cause());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NEW, 0, 0",
    "AMENDMENT, 0, 0",
    "CANCELED, 0, 0",
    "EXPIRED, 0, 0",
    // Numbers of a fill that stand in an event of another kind.
    "AMENDMENT, 56, 0.2",
    "CANCELED, 56, 0.2",
    "SOMETHING_NEW, 56, 0.2",
    // Without an id, or without a size.
    "TRADE, 0, 0.2",
    "CALCULATED, 0, 0.2",
    "TRADE, 56, 0"
  })
  void whatIsNoFill(String execution, String trade, String last) {
    OrderUpdate u =
        event(
            "clbrA1", "BUY", "LIMIT", "GTC", execution, "NEW", trade, last, "0.2", "BOTH", false,
            FEE);
    assertEquals(List.of(), u.fills());
    assertEquals(new BigDecimal("0.2"), u.filled());
  }

  @ParameterizedTest
  @CsvSource({
    "EXPIRED, GTX, 0, WouldCross",
    "EXPIRED, GTC, 0, ",
    "EXPIRED, IOC, 2, ",
    "EXPIRED, IOC, 9, ",
    "EXPIRED, GTC, 4, ReduceOnly",
    "EXPIRED, GTC, 5, Other",
    "CANCELED, GTX, 0, "
  })
  void whyAnOrderEnded(String status, String time, String reason, String reject) {
    OrderUpdate u =
        event(
            "clbrA1",
            "BUY",
            "LIMIT",
            time,
            "EXPIRED",
            status,
            "0",
            "0",
            "0",
            "BOTH",
            false,
            "\"er\":\"" + reason + '"');
    Reject why = u.reject();
    assertEquals(reject, why == null ? null : why.getClass().getSimpleName());
  }

  @Test
  void aFillOfTheHistory() {
    Fill fill =
        BinancePerpParser.fill(
            Json.parse(
                "{\"buyer\":false,\"commission\":\"0.07819010\",\"commissionAsset\":\"USDT\","
                    + "\"id\":698759,\"maker\":false,\"orderId\":25851813,\"price\":\"7819.01\","
                    + "\"qty\":\"0.002\",\"quoteQty\":\"15.63802\",\"realizedPnl\":\"-0.91539999\","
                    + "\"side\":\"SELL\",\"positionSide\":\"SHORT\",\"symbol\":\"BTCUSDT\","
                    + "\"time\":1569514978020}"),
            BTC);
    assertEquals(
        "SELL 0.002 BTC-USDT at 7819.01 (trade 698759, fee 0.07819010 USDT)", fill.toString());
    assertEquals(PositionSide.SHORT, fill.positionSide());
    assertEquals(Liquidity.TAKER, fill.liquidity());
    assertEquals("25851813", fill.venueId());
    assertEquals(1569514978020L, fill.venueMillis());
  }
}
