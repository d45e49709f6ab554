package dev.colibri.connector.spot.okx;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spot.PeerInstruments;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** OKX against an independent client: what is no mistake, and the venue's recipe written again. */
public final class OkxVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "okx",
          "spot",
          () -> Okx.spot().dialect(),
          PeerInstruments::of,
          Set.of("OK-ACCESS-SIGN", "args.0.sign"),
          new OkxSignature(),
          List.of(
              Allowance.of(
                  "create.*|editOrder",
                  "header expTime: ours [0-9]+, theirs -",
                  "an order that is carried out long after nobody waits for it is not wanted"),
              Allowance.of(
                  "fetchOrderBook",
                  ".*TextException: a book without LAST",
                  "a payload from before the venue numbered its books, which no change can follow"),
              Allowance.of(
                  "fetchBalance",
                  "USDT used: ours 5.46856666666667, theirs 5.46856666666668",
                  "what the venue calls frozen; the peer subtracts two rounded numbers"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchOpenOrders|fetchTrades",
                  "limit: ours (100|500), theirs .*",
                  "the venue's largest page, said aloud"),
              Allowance.of(
                  "fetchOrderTrades",
                  "address: ours (.*)/trade/fills, theirs \\1/trade/fills-history",
                  "the recent ones first, and the history only where there are none"),
              Allowance.of(
                  "watchTicker",
                  "args.0.channel: ours bbo-tbt, theirs tickers",
                  "our ticker is the touch, at once; the peer's is a day's statistics"),
              Allowance.of(
                  "watchOrders|watchMyTrades|watchBalance",
                  "args.*|frames: .*",
                  "one subscription to orders and balances, where the peer has one for each")));

  private OkxVectors() {}

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
