package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.hyperliquid.HyperliquidMarketSession;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;

/** Market data as of pairs, and {@code activeAssetCtx}, which tells no time. */
final class HyperliquidPerpMarketSession extends HyperliquidMarketSession {

  /**
   * What is no book, trade or touch.
   *
   * <pre>{@code
   * {"channel":"activeAssetCtx","data":{"coin":"BTC","ctx":{"funding":"0.0000125","oraclePx":"67201.0",…}}}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.text("channel").equals("activeAssetCtx")) {
      Json data = message.get("data");
      context.funding(
          HyperliquidPerpParser.funding(
              context.requireInstrument(data.text("coin")), data.get("ctx"), 0));
    } else {
      super.other(frame, context);
    }
  }
}
