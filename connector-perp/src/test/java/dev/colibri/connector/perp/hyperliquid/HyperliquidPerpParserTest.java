package dev.colibri.connector.perp.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from payloads. */
class HyperliquidPerpParserTest {
  static final Function<String, Instrument> KNOWN =
      Map.of(
              "BTC", HyperliquidPerpRequestTest.BTC,
              "ETH", HyperliquidPerpRequestTest.ETH)
          ::get;

  private static final String POSITION =
      "{'type':'oneWay','position':{'coin':'ETH','szi':'-0.0335','entryPx':'2986.3','leverage':{'type':'isolated',"
          + "'value':20,'rawUsd':'-95.0'},'liquidationPx':null,'marginUsed':'4.9','maxLeverage':50,"
          + "'positionValue':'100.0','unrealizedPnl':'-0.0134','returnOnEquity':'-0.002','cumFunding':{}}}";
  private static final String PAYMENT =
      "{'time':1681222254710,'hash':'0xa1','delta':{'type':'funding','coin':'ETH','usdc':'-3.625312',"
          + "'szi':'49.1477','fundingRate':'0.0000417','nSamples':null}}";

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  /** Delisted ones are left out and counted; a row that cannot be read is told of. */
  @Test
  void readsInstruments() {
    List<String> bad = new ArrayList<>();
    List<Instrument> all =
        HyperliquidPerpParser.instruments(
            json(
                "{'universe':[{'name':'BTC','szDecimals':5,'maxLeverage':40,'isDelisted':null},{'name':'MATIC',"
                    + "'szDecimals':1,'maxLeverage':20,'isDelisted':true},{'name':'ODD','szDecimals':7,'maxLeverage':3},"
                    + "{'name':'kPEPE','szDecimals':0,'maxLeverage':10,'onlyIsolated':true}],'collateralToken':0}"),
            (row, problem) -> bad.add(problem.getMessage()));
    assertEquals(List.of("$.universe[2]: sizes of 7 decimals"), bad);
    assertEquals(
        List.of("BTC-USDC BTC 0 40 USDC 1", "kPEPE-USDC kPEPE 3 10 USDC 1"),
        all.stream()
            .map(
                i ->
                    String.join(
                        " ",
                        i.name(),
                        i.symbol(),
                        i.attribute("asset"),
                        i.maxLeverage().toString(),
                        i.settle(),
                        i.contractSize().toString()))
            .toList());
    assertEquals(
        "tick 0.1, lot 0.00001, price .., size 0.00001.., market size .., notional 10.., price digits 5,"
            + " [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC], triggers by [MARK]",
        all.get(0).rules().toString());
  }

  /** Rows about pairs, outcomes and other people's perpetuals are nobody's business here. */
  @ParameterizedTest
  @ValueSource(strings = {"@107", "PURR/USDC", "#40", "xyz:TSLA"})
  void passesOverOtherMarkets(String coin) {
    assertNull(HyperliquidPerpParser.traded(json("{'coin':'" + coin + "'}"), KNOWN));
  }

  @Test
  void aPerpetualThatIsNotKnownIsTold() {
    assertThrows(
        TextException.class, () -> HyperliquidPerpParser.traded(json("{'coin':'kPEPE'}"), KNOWN));
  }

  @Test
  void readsAPosition() {
    List<Position> all =
        HyperliquidPerpParser.positions(
            json("{'assetPositions':[" + POSITION + "],'time':1708622398623}"),
            KNOWN,
            HyperliquidPerpRequestTest.NONE);
    Position p = all.get(0);
    assertEquals("short 0.0335 ETH-USDC from 2986.3", p.toString());
    assertEquals(
        "null null -0.0134 4.9 20 ISOLATED 1708622398623",
        String.join(
            " ",
            String.valueOf(p.markPrice()),
            String.valueOf(p.liquidationPrice()),
            String.valueOf(p.unrealisedProfit()),
            String.valueOf(p.margin()),
            String.valueOf(p.leverage()),
            String.valueOf(p.marginMode()),
            Long.toString(p.asOfMillis())));
  }

  /** The wallet is what the account is worth without what is open; never more is available. */
  @ParameterizedTest
  @CsvSource({
    "1000.5, 10.5, 900.0, 'total=990.0, available=900.0'",
    "1000.5, -10.5, 900.0, 'total=1011.0, available=900.0'",
    "1000.5, 500.5, 900.0, 'total=500.0, available=500.0'",
    "5.0, 10.0, 1.0, 'total=-5.0, available=0'"
  })
  void readsTheWallet(String value, String profit, String free, String expected) {
    assertEquals(
        "Balance[asset=USDC, " + expected + "]",
        HyperliquidPerpParser.margin(
                json(
                    "{'marginSummary':{'accountValue':'%s'},'withdrawable':'%s','assetPositions':[%s]}"
                        .formatted(value, free, POSITION.replace("-0.0134", profit))))
            .toString());
  }

  @Test
  void readsAPayment() {
    assertEquals(
        "FundingPayment[instrument=ETH-USDC@hyperliquid-perp, id=1681222254710, asset=USDC, amount=-3.625312,"
            + " rate=0.0000417, size=49.1477, venueMillis=1681222254710]",
        HyperliquidPerpParser.payment(json(PAYMENT), KNOWN).toString());
    assertNull(HyperliquidPerpParser.payment(json(PAYMENT.replace("ETH", "xyz:TSLA")), KNOWN));
  }

  /** What is missing or wrong is never guessed, and never hides what is beside it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "position | 'oneWay' | 'hedge'",
        "position | 'szi':'-0.0335' | 'szi':null",
        "position | 'ETH' | 'kPEPE'",
        "position | 'isolated' | 'portfolio'",
        "position | 'value':20 | 'value':0",
        "payment | 'funding' | 'withdraw'",
        "payment | 'usdc' | 'usd'",
        "payment | 'time':1681222254710 | 'time':null",
        "payment | 'ETH' | 'kPEPE'"
      })
  void setsABadRowAside(String what, String good, String bad) {
    List<String> aside = new ArrayList<>();
    String row = what.equals("position") ? POSITION : PAYMENT;
    assertTrue(row.contains(good));
    String both = row.replace(good, bad) + "," + row;
    List<?> read =
        what.equals("position")
            ? HyperliquidPerpParser.positions(
                json("{'assetPositions':[" + both + "],'time':1}"),
                KNOWN,
                (text, problem) -> aside.add(text))
            : ((dev.colibri.connector.spi.BadRows) (text, problem) -> aside.add(text))
                .read(json("[" + both + "]"), r -> HyperliquidPerpParser.payment(r, KNOWN));
    assertEquals("1 1", read.size() + " " + aside.size());
  }
}
