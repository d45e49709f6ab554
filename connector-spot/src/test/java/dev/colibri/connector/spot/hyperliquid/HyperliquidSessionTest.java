package dev.colibri.connector.spot.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.Session;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the session of the account says and hears beside what tapes show. */
class HyperliquidSessionTest {
  private final RecordingContext context =
      new RecordingContext(new FrozenSigning(0, HyperliquidSpotTest.KEYS));

  @Test
  void the_account_is_ready_with_all_of_its_channels_though_one_is_accepted_twice() {
    Session account = new HyperliquidAccountSession();
    account.opened(context);
    assertEquals(3, context.sent().size());
    for (String channel : List.of("orderUpdates", "userFills", "userFills", "spotState")) {
      assertFalse(context.isReady());
      String accepted =
          "{'channel':'subscriptionResponse','data':{'method':'subscribe','subscription':{'type':'%s'}}}";
      account.received(Frame.of(accepted.formatted(channel).replace('\'', '"')), context);
    }
    assertTrue(context.isReady());
  }

  @Test
  void a_balance_that_cannot_be_read_is_not_taken_for_none() {
    Session account = new HyperliquidAccountSession();
    String state =
        "{'channel':'spotState','data':{'user':'0x00','spotState':{'balances':[{'coin':'USDC','total':'x'},"
            + "{'coin':'HYPE','total':'5','hold':'1'}]}}}";
    account.received(Frame.of(state.replace('\'', '"')), context);
    assertEquals(
        "balances [Balance[asset=HYPE, total=5, available=4]] at 0", context.events().get(1));
    account.received(Frame.of(state.replace("x", "7").replace('\'', '"')), context);
    assertTrue(context.events().get(2).startsWith("quarantined"), "no hold is no balance");
    String whole = state.replace("{'coin':'USDC','total':'x'},", "");
    account.received(Frame.of(whole.replace('\'', '"')), context);
    assertEquals(
        "all balances [Balance[asset=HYPE, total=5, available=4]] at 0", context.events().get(4));
  }
}
