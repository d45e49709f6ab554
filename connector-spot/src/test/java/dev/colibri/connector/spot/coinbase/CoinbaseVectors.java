package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spot.PeerInstruments;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Coinbase against an independent client: what is no mistake, and tokens verified. */
public final class CoinbaseVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "coinbase",
          "spot",
          () -> Coinbase.spot().dialect(),
          PeerInstruments::of,
          Set.of("Authorization", "jwt"),
          new Token(),
          List.of(
              Allowance.of(
                  ".*",
                  "header CB-VERSION: ours -, theirs .*",
                  "of the older wallet API; this one has its version in the path"),
              Allowance.of(
                  "fetchMarkets|fetchTradingFees",
                  "product_type: ours SPOT, theirs -",
                  "the peer leaves out afterwards what is not spot"),
              Allowance.of(
                  "fetchMarkets",
                  "rows: ours 2, theirs 6",
                  "the peer reads one payload once more for each kind of product"),
              Allowance.of(
                  "fetchOrderBook|fetchTrades|fetchMyTrades|fetchOpenOrders",
                  "limit: ours (100|250|500), theirs .*",
                  "how many rows, said aloud"),
              Allowance.of(
                  "fetchOpenOrders", "product_type: ours SPOT, theirs -", "spot orders only"),
              Allowance.of(
                  "fetchOpenOrders|fetchMyTrades|fetchOrderTrades",
                  "(product|order)_ids?: ours .*, theirs .*",
                  "the lists of ids came in the place of single ones"),
              Allowance.of(
                  "fetchTime",
                  "address: ours .*/api/v3/brokerage/time, theirs .*/v2/time",
                  "the time of this API, in milliseconds"),
              Allowance.of(
                  "fetchOrder",
                  "cost: ours 10000, theirs 0.05",
                  "told by the venue; the peer multiplies, and the payload is made up"),
              Allowance.of(
                  "fetchTicker",
                  "value: ours -, theirs one",
                  "a second request tells the sizes of the touch"),
              Allowance.of(
                  "fetchTrades|watchTrades",
                  "side: ours .*, theirs .*",
                  "the venue names the side that made; the peer takes it for the one that took"),
              Allowance.of(
                  "watch.*|login",
                  "frames: ours 2, theirs 1",
                  "heartbeats, without which a quiet subscription ends"),
              Allowance.of(
                  "login|watchOrders|watchMyTrades",
                  "product_ids.0: ours -, theirs BTC-USD",
                  "without products, the account's orders of all of them"),
              Allowance.of(
                  "login|watchOrders|watchMyTrades",
                  "url: ours wss://advanced-trade-ws-user.coinbase.com/, theirs"
                      + " wss://advanced-trade-ws.coinbase.com/",
                  "the venue's address for accounts")));

  private CoinbaseVectors() {}

  /** The public key stands at the end of the secret: it verifies what our own words sign. */
  private static final class Token implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      String header = String.valueOf(sent.headers().get("Authorization"));
      String uri = sent.request().method() + " api.coinbase.com" + sent.request().path();
      return header.startsWith("Bearer ") ? check(header.substring(7), uri, keys) : "is missing";
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) throws Exception {
      Json message = Json.parse(frame);
      return message.has("jwt") ? check(message.text("jwt"), "", keys) : null;
    }

    private static @Nullable String check(String token, String uri, Credentials keys)
        throws Exception {
      String[] parts = token.split("\\.");
      Json header = Json.parse(new String(Base64.getUrlDecoder().decode(parts[0])));
      Json claims = Json.parse(new String(Base64.getUrlDecoder().decode(parts[1])));
      boolean places = uri.matches("POST .*/orders(/edit)?");
      boolean told =
          header.text("alg").equals("ES256")
              && header.text("kid").equals(keys.apiKey())
              && !header.text("nonce").isEmpty()
              && claims.text("sub").equals(keys.apiKey())
              && claims.text("iss").equals("cdp")
              && claims.longValue("nbf") == 1_699_999_999
              && claims.longValue("exp") == (places ? 1_700_000_005 : 1_700_000_119)
              && claims.textOr("uri", "").equals(uri);
      if (!told) {
        return "is of " + header + " and " + claims;
      }
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(key(keys.secret().revealText()));
      verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(Base64.getUrlDecoder().decode(parts[2])) ? null : "does not verify";
    }

    private static PublicKey key(String pem) throws Exception {
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*?-----", ""));
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      ECPoint point =
          new ECPoint(
              new BigInteger(1, der, der.length - 64, 32),
              new BigInteger(1, der, der.length - 32, 32));
      return KeyFactory.getInstance("EC")
          .generatePublic(
              new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }
  }
}
