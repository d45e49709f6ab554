package dev.colibri.connector.perp.okx;

import dev.colibri.connector.perp.PeerInstruments;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** OKX's swaps against an independent client: what is no mistake, and the recipe written again. */
public final class OkxPerpVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "okx",
          "perp",
          () -> OkxPerp.of().dialect(),
          PeerInstruments::of,
          Set.of("OK-ACCESS-SIGN", "args.0.sign"),
          new OkxSignature(),
          List.of(
              Allowance.of(
                  "create.*|editOrder",
                  "header expTime: ours [0-9]+, theirs -",
                  "an order that is carried out long after nobody waits for it is not wanted"),
              Allowance.of(
                  "fetchPositions?",
                  "instId: ours -, theirs .*|instType: ours SWAP, theirs -",
                  "every position of the account in one answer"),
              Allowance.of(
                  "fetchOpenOrders",
                  "instType: ours SWAP, theirs -",
                  "what the instrument says already, said aloud"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchOpenOrders|fetchTrades|fetchFundingHistory",
                  "limit: ours (100|500), theirs .*",
                  "the venue's largest page, said aloud"),
              Allowance.of(
                  "fetchOrderTrades",
                  "address: ours (.*)/trade/fills, theirs \\1/trade/fills-history",
                  "the recent ones first, and the history only where there are none"),
              Allowance.of(
                  "fetchFundingHistory",
                  "instId: ours .*, theirs -|ccy: ours -, theirs .*",
                  "the payments of one instrument, where the peer asks for those of an asset"),
              Allowance.of(
                  "fetchBalance",
                  "\\S+ (total|used): ours .*, theirs .*",
                  "profit that is not realised is no balance here, and part of it there"),
              Allowance.of(
                  "watchTicker",
                  "args.0.channel: ours bbo-tbt, theirs tickers",
                  "our ticker is the touch, at once; the peer's is a day's statistics"),
              Allowance.of(
                  "watchFundingRate|watchMarkPrice",
                  "args.*|frames: .*",
                  "rate, mark price and index in one subscription, where the peer has one for each"),
              Allowance.of(
                  "watchOrders|watchMyTrades|watchBalance|watchPositions",
                  "args.*|frames: .*",
                  "one subscription to all of the account, where the peer has one for each part")),
          answers());

  /** What is asked beside what the peer asks. */
  private static Map<String, String> answers() {
    String listed =
        "{'instType':'SWAP','instId':'%1$s-USDT-SWAP','instFamily':'%1$s-USDT','uly':'%1$s-USDT',"
            + "'settleCcy':'USDT','ctVal':'%2$s','ctMult':'1','ctValCcy':'%1$s','ctType':'linear',"
            + "'tickSz':'0.1','lotSz':'0.01','minSz':'0.01','state':'live'}";
    String rows = listed.formatted("BTC", "0.01") + "," + listed.formatted("ETH", "0.1");
    return Map.of(
        "/api/v5/public/instruments", envelope(rows),
        "/api/v5/public/mark-price", envelope(""),
        "/api/v5/market/index-tickers", envelope(""),
        "/api/v5/account/config", envelope("{'posMode':'net_mode'}"));
  }

  private static String envelope(String rows) {
    return ("{'code':'0','msg':'','data':[" + rows + "]}").replace('\'', '"');
  }

  private OkxPerpVectors() {}

  private static final class OkxSignature implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body() == null ? new byte[0] : sent.body();
      String time = sent.headers().get("OK-ACCESS-TIMESTAMP");
      String target = sent.request().path() + (sent.query() == null ? "" : "?" + sent.query());
      return check(
          time + sent.request().method() + target + new String(body, StandardCharsets.UTF_8),
          String.valueOf(sent.headers().get("OK-ACCESS-SIGN")),
          keys);
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) throws Exception {
      Json message = Json.parse(frame);
      if (!message.text("op").equals("login")) {
        return null;
      }
      Json login = message.get("args").at(0);
      return check(login.text("timestamp") + "GET/users/self/verify", login.text("sign"), keys);
    }

    private static @Nullable String check(String payload, String signature, Credentials keys)
        throws Exception {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keys.secret().reveal(), "HmacSHA256"));
      String expected =
          Base64.getEncoder().encodeToString(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }
  }
}
