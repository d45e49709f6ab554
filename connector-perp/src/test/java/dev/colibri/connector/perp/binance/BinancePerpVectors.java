package dev.colibri.connector.perp.binance;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Binance's USDⓈ-M futures against an independent client: what is no mistake, and the venue's
 * recipe written again.
 */
public final class BinancePerpVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "binance",
          "perp",
          () -> BinancePerp.of().dialect(),
          PeerVenue::perpetual,
          Set.of("signature"),
          new BinancePerpSignature(),
          List.of(
              Allowance.of(
                  "fetchOrderBook", "limit: ours 100, theirs -", "said aloud; the default is 500"),
              Allowance.of(
                  "fetchTrades", "limit: ours 500, theirs -", "the venue's default, said aloud"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchFundingHistory",
                  "limit: ours 1000, theirs .*",
                  "a larger page of the same rows"),
              Allowance.of(
                  "watchTrades",
                  "params.0: ours btcusdt@aggTrade, theirs btcusdt@trade|url: .*",
                  "the venue's pages name joined trades only, at the path of regular data"),
              Allowance.of(
                  "watchTicker",
                  "params.0: ours btcusdt@bookTicker, theirs btcusdt@(ticker|miniTicker)|url: .*",
                  "our ticker is the touch, at once; the peer's is a day's statistics, each second"),
              Allowance.of(
                  "watchMarkPrice|watchFundingRate",
                  "params.0: ours btcusdt@markPrice@1s, theirs btcusdt@markPrice",
                  "each second instead of every third")),
          Map.of(
              "/fapi/v1/listenKey", "{\"listenKey\":\"test-listen-key\"}",
              "/fapi/v1/marginType", "{\"code\":200,\"msg\":\"success\"}",
              "/fapi/v1/exchangeInfo", "{\"symbols\":[" + BinancePerpParserTest.BTC_ROW + "]}"));

  private BinancePerpVectors() {}

  private static final class BinancePerpSignature implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body();
      String wire =
          (sent.query() == null ? "" : sent.query())
              + (body == null ? "" : new String(body, StandardCharsets.US_ASCII));
      int end = wire.lastIndexOf("&signature=");
      if (end < 0) {
        return "is missing";
      }
      if (!keys.apiKey().equals(sent.headers().get("X-MBX-APIKEY"))) {
        return "goes with another key";
      }
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keys.secret().reveal(), "HmacSHA256"));
      String expected =
          HexFormat.of()
              .formatHex(mac.doFinal(wire.substring(0, end).getBytes(StandardCharsets.US_ASCII)));
      String signature = wire.substring(end + "&signature=".length());
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) {
      return null; // The listen key in the address is the login.
    }
  }
}
