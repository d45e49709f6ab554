package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.bybit.BybitMarketSession;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;

/**
 * Market data as of spot, and {@code tickers} for what holds a perpetual to its index: whole at
 * first, then what changed, of which much is about something else.
 *
 * <pre>{@code
 * {"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","lastPrice":"67210.10","markPrice":"67210.55",
 *  "indexPrice":"67208.19","fundingIntervalHour":"8","nextFundingTime":"1760342400000","fundingRate":"-0.005",
 *  "bid1Price":"67210.00","bid1Size":"23.165"},"cs":9532239429,"ts":1760325052630}
 * {"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","markPrice":"67210.60"},"cs":9532239440,"ts":1760325052730}
 * }</pre>
 */
final class BybitPerpMarketSession extends BybitMarketSession {
  BybitPerpMarketSession() {
    super(BybitPerpDialect.CATEGORY);
  }

  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (!message.textOr("topic", "").startsWith("tickers.")) {
      super.other(frame, context);
      return;
    }
    Json row = message.get("data");
    if (BybitPerpParser.FUNDING.areIn(row)) {
      Instrument of = context.requireInstrument(row.text("symbol"));
      context.funding(BybitPerpParser.FUNDING.read(row, of, message.longOr("ts", 0)));
    }
  }
}
