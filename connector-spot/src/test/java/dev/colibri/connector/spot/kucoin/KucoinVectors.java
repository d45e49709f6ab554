package dev.colibri.connector.spot.kucoin;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spot.PeerInstruments;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** KuCoin against an independent client: what is no mistake, and the venue's recipe again. */
public final class KucoinVectors {
  private static final String BULLET =
      "{\"code\":\"200000\",\"data\":{\"token\":\"test-ws-token\",\"instanceServers\":["
          + "{\"endpoint\":\"wss://ws-api-spot.kucoin.com/\",\"pingInterval\":18000}]}}";

  public static final PeerVenue VENUE =
      new PeerVenue(
          "kucoin",
          "spot",
          () -> Kucoin.spot(Credentials.of("key", "secret")).dialect(),
          PeerInstruments::of,
          Set.of("KC-API-SIGN"),
          new KucoinSignature(),
          List.of(
              Allowance.of(
                  "login|watch.*",
                  "url: ours (.*), theirs \\1&privateChannel=(true|false)&connectId=(private|public)",
                  "both are the peer's own: the venue knows a token, and a connectId if one likes"),
              Allowance.of(
                  "watchTicker",
                  "topic: ours /market/ticker:(.*), theirs /market/snapshot:\\1",
                  "our ticker is the touch, at once; the peer's is a day's statistics"),
              Allowance.of(
                  "watchOrders|watchMyTrades|watchBalance",
                  "frames: ours 2, theirs 1|topic: ours .*, theirs .*|privateChannel: .*",
                  "one subscription to orders and one to balances, where the peer has either"),
              Allowance.of(
                  "fetchTicker",
                  "address: ours .*/allTickers, theirs .*|symbol: ours -, theirs .*",
                  "the touch is told there, for every market at once"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades",
                  "limit: ours 100, theirs .*",
                  "the venue's largest page, said aloud")),
          new TreeMap<>(Map.of("/api/v1/bullet-public", BULLET, "/api/v1/bullet-private", BULLET)));

  private KucoinVectors() {}

  private static final class KucoinSignature implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body() == null ? new byte[0] : sent.body();
      String query =
          sent.query() == null ? "" : "?" + URLDecoder.decode(sent.query(), StandardCharsets.UTF_8);
      String payload =
          sent.headers().get("KC-API-TIMESTAMP")
              + sent.request().method()
              + sent.request().path()
              + query
              + new String(body, StandardCharsets.UTF_8);
      String problem = check("KC-API-SIGN", payload, sent, keys);
      return problem == null
          ? check("KC-API-PASSPHRASE", keys.passphrase().revealText(), sent, keys)
          : problem;
    }

    private static @Nullable String check(
        String header, String payload, Signed sent, Credentials keys) throws Exception {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keys.secret().reveal(), "HmacSHA256"));
      byte[] signature = mac.doFinal(payload.getBytes(StandardCharsets.UTF_8));
      String expected = Base64.getEncoder().encodeToString(signature);
      String told = sent.headers().get(header);
      return expected.equals(told) ? null : header + " is " + told + " and not " + expected;
    }

    /** The token in the address is the login. */
    @Override
    public @Nullable String frame(String frame, Credentials keys) {
      return null;
    }
  }
}
