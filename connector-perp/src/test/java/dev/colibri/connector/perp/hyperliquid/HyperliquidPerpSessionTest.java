package dev.colibri.connector.perp.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the sessions say and hear. */
class HyperliquidPerpSessionTest {
  private static final String USER = "0x00000000000000000000000000000000000000aa";

  /** Beside the events, when positions are as of and why fills came to be. */
  private final List<String> more = new ArrayList<>();

  private final RecordingContext context =
      new RecordingContext(
          new FrozenSigning(0, Credentials.of(USER, "01".repeat(32))),
          HyperliquidPerpRequestTest.BTC,
          HyperliquidPerpRequestTest.ETH) {
        @Override
        public void positions(List<Position> positions, boolean complete) {
          super.positions(positions, complete);
          positions.forEach(p -> more.add(p + " as of " + p.asOfMillis()));
        }

        @Override
        public void fill(Fill fill) {
          super.fill(fill);
          more.add(fill.tradeId() + " " + fill.cause());
        }
      };
  private Boolean unified;
  private final Session account = new HyperliquidPerpAccountSession(() -> unified);

  private void hear(Session session, String message) {
    session.received(Frame.of(message.replace('\'', '"')), context);
  }

  private void state(String positions, int time) {
    hear(
        account,
        "{'channel':'clearinghouseState','data':{'dex':'','user':'0xaa','clearinghouseState':{'marginSummary':"
            + "{'accountValue':'1010'},'withdrawable':'900','assetPositions':["
            + positions
            + "],'time':"
            + time
            + "}}}");
  }

  private static String position(String coin, String size) {
    return ("{'type':'oneWay','position':{'coin':'%s','szi':'%s','entryPx':'67000','leverage':{'type':'cross',"
            + "'value':10},'liquidationPx':null,'marginUsed':'67','unrealizedPnl':'10'}}")
        .formatted(coin, size);
  }

  private void fill(String coin, String dir, int id) {
    hear(
        account,
        ("{'channel':'userFills','data':{'user':'0xaa','fills':[{'coin':'%s','px':'67000','sz':'0.01','side':'A',"
                + "'time':7,'startPosition':'0.01','dir':'%s','closedPnl':'0','hash':'0x00','oid':28,'crossed':true,"
                + "'fee':'0.3','tid':%d,'feeToken':'USDC','liquidation':{'liquidatedUser':'0xbb','markPx':'1',"
                + "'method':'market'}}]}}")
            .formatted(coin, dir, id));
  }

  @Test
  void isReadyWithAllOfItsChannels() {
    account.opened(context);
    assertEquals(
        "[orderUpdates, userFills, clearinghouseState, spotState, userFundings]",
        context.sent().stream()
            .map(s -> s.replaceAll(".*\"type\":\"(\\w+)\",\"user\":\"" + USER + "\".*", "$1"))
            .toList()
            .toString());
    for (String channel :
        List.of("orderUpdates", "userFills", "clearinghouseState", "spotState", "userFundings")) {
      assertFalse(context.isReady());
      hear(
          account,
          "{'channel':'subscriptionResponse','data':{'method':'subscribe','subscription':{'type':'%s','user':'%s'}}}"
              .formatted(channel, USER));
    }
    assertTrue(context.isReady());
  }

  /** Balances are told by the channel that the account's kind has them in, and by no other. */
  @ParameterizedTest
  @CsvSource({
    ", ''",
    "false, 'all balances [Balance[asset=USDC, total=1000, available=900]] at 5'",
    "true, 'all balances [Balance[asset=USDC, total=20, available=15]] at 0'"
  })
  void tellsTheCollateral(Boolean kind, String expected) {
    unified = kind;
    state(position("BTC", "0.01"), 5);
    hear(
        account,
        "{'channel':'spotState','data':{'user':'0xaa','spotState':{'balances':[{'coin':'USDC','total':'20','hold':'5'},"
            + "{'coin':'HYPE','total':'1','hold':'0'}]}}}");
    assertEquals(
        expected,
        context.events().stream()
            .filter(e -> e.contains("balances"))
            .collect(Collectors.joining()));
  }

  /** A balance or position that cannot be read is not taken for none. */
  @Test
  void takesNothingForAbsentThatCannotBeRead() {
    unified = true;
    state(position("BTC", "x") + "," + position("ETH", "1"), 5);
    hear(
        account,
        "{'channel':'spotState','data':{'user':'0xaa','spotState':{'balances':[{'coin':'USDC','total':'x'}]}}}");
    assertEquals(
        List.of(
            "quarantined",
            "positions [long 1 ETH-USDC from 67000]",
            "quarantined",
            "balances [] at 0"),
        context.events().stream().map(e -> e.replaceAll("quarantined.*", "quarantined")).toList());
  }

  /**
   * What was heard of before and is not told is flat, at that time; other markets are no matter.
   */
  @Test
  void tellsSinceWhenAPositionIsGone() {
    state(position("BTC", "-0.01"), 5);
    fill("ETH", "Open Long", 1);
    state("", 8);
    hear(
        account,
        "{'channel':'clearinghouseState','data':{'dex':'xyz','user':'0xaa','clearinghouseState':{}}}");
    assertEquals(
        List.of(
            "short 0.01 BTC-USDC from 67000 as of 5",
            "1 ORDER",
            "flat BTC-USDC as of 8",
            "flat ETH-USDC as of 8"),
        more);
    assertTrue(context.events().stream().noneMatch(e -> e.startsWith("positions")));
  }

  /** By what the venue shows of a fill; that somebody else was liquidated does not count. */
  @ParameterizedTest
  @CsvSource({
    "Open Long, ORDER",
    "Long > Short, ORDER",
    "Close Long, ORDER",
    "Net Child Vaults, ORDER",
    "Market Order Liquidation: Close Long, LIQUIDATION",
    "Liquidated Cross Long, LIQUIDATION",
    "Liquidated Isolated Short, LIQUIDATION",
    "Auto-Deleveraging, ADL",
    "Settlement, SETTLEMENT"
  })
  void tellsWhatMadeAFill(String dir, String cause) {
    fill("BTC", dir, 5);
    assertEquals(List.of("5 " + cause), more);
    assertEquals(
        List.of("fill SELL 0.01 BTC-USDC at 67000 (trade 5, fee 0.3 USDC)"), context.events());
  }

  /** A history is passed over, and so are other markets' fills; funding is never one. */
  @Test
  void tellsFillsFromEverythingElse() {
    hear(
        account,
        "{'channel':'userFills','data':{'isSnapshot':true,'user':'0xaa','fills':[{'coin':'BTC'}]}}");
    fill("@107", "Buy", 1);
    fill("xyz:TSLA", "Open Long", 2);
    hear(
        account,
        "{'channel':'userFundings','data':{'isSnapshot':true,'user':'0xaa','fundings':[{'time':1,'coin':'BTC'}]}}");
    assertEquals(List.of(), context.events());
    hear(
        account,
        "{'channel':'userFundings','data':{'user':'0xaa','fundings':[{'time':1,'coin':'BTC','usdc':'-1','szi':'1',"
            + "'fundingRate':'0.0000125'}]}}");
    assertEquals(List.of("funding paid"), context.events());
    fill("kPEPE", "Open Long", 3);
    assertTrue(context.events().get(1).startsWith("quarantined"));
  }

  @Test
  void hearsMarksAndRates() {
    Session market = new HyperliquidPerpMarketSession();
    market.subscribe(List.of(Topic.funding(HyperliquidPerpRequestTest.BTC)), context);
    assertEquals(
        List.of(
            "{\"method\":\"subscribe\",\"subscription\":{\"type\":\"activeAssetCtx\",\"coin\":\"BTC\"}}"),
        context.sent());
    hear(
        market,
        "{'channel':'subscriptionResponse','data':{'method':'subscribe','subscription':{'type':'activeAssetCtx',"
            + "'coin':'BTC'}}}");
    hear(
        market,
        "{'channel':'activeAssetCtx','data':{'coin':'BTC','ctx':{'funding':'0.0000125','openInterest':'688.11',"
            + "'premium':null,'oraclePx':'67201.0','markPx':'67205.0','midPx':null,'impactPxs':null}}}");
    hear(market, "{'channel':'pong'}");
    assertEquals(
        List.of(
            "accepted FUNDING BTC-USDC",
            "FundingRate[instrument=BTC-USDC@hyperliquid-perp, markPrice=67205.0, indexPrice=67201.0,"
                + " rate=0.0000125, nextMillis=0, venueMillis=0]"),
        context.events());
  }
}
