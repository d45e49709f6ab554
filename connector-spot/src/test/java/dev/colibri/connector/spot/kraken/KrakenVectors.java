package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Kraken against an independent client: what is no mistake, and the recipe written again. */
public final class KrakenVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "kraken",
          "spot",
          () -> Kraken.spot().dialect(),
          KrakenVectors::instrument,
          Set.of("API-Sign"),
          new KrakenSignature(),
          List.of(
              Allowance.of(
                  "create.*",
                  "oflags: ours (post,)?fciq(,viqc)?, theirs .*",
                  "fees in the quote asset, said aloud: replies tell no asset"),
              Allowance.of(
                  "createPostOnly.*|createMarket.*",
                  "timeinforce: ours -, theirs .*",
                  "post-only is a flag, and market orders have no time in force"),
              Allowance.of(
                  "fetchOrder|fetchOrderTrades|fetchMyTrades",
                  "consolidate_taker: ours false, theirs -",
                  "single trades have the ids of the stream, joined ones have their own"),
              Allowance.of(
                  "fetchOrderBook|fetchTrades",
                  "count: ours [0-9]+, theirs -",
                  "how much is wanted, said aloud"),
              Allowance.of(
                  "watchOrderBook",
                  "params.depth: ours 1000, theirs -",
                  "the deepest window, where the peer takes the default of 10"),
              Allowance.of(
                  "login|watchOrders|watchMyTrades|watchBalance",
                  "frames: ours 2, theirs 1|params.*",
                  "orders and balances are subscribed to together"),
              Allowance.of(
                  "fetchMarkets",
                  "id: ours (.+)/(.+), theirs .+",
                  "our symbol is the spelling of streams; requests use that of the peer")),
          Map.of("/0/private/GetWebSocketsToken", "{\"result\":{\"token\":\"test-ws-token\"}}"));

  private KrakenVectors() {}

  private static Instrument instrument(String id, String symbol) {
    String[] assets = symbol.split("/");
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.00000001")).build();
    return Instrument.builder("kraken-spot", symbol, assets[0], assets[1], rules)
        .attribute("pair", id)
        .build();
  }

  private static final class KrakenSignature implements PeerVenue.SignatureCheck {
    private static final Pattern NONCE = Pattern.compile("^(?:\\{\"nonce\":|nonce=)([0-9]+)");

    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body() == null ? new byte[0] : sent.body();
      Matcher nonce = NONCE.matcher(new String(body, StandardCharsets.UTF_8));
      if (!nonce.find()) {
        return "goes without a nonce in front";
      }
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(nonce.group(1).getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.writeBytes(sent.request().path().getBytes(StandardCharsets.UTF_8));
      message.writeBytes(sha.digest(body));
      Mac mac = Mac.getInstance("HmacSHA512");
      byte[] secret = Base64.getDecoder().decode(keys.secret().revealText());
      mac.init(new SecretKeySpec(secret, "HmacSHA512"));
      String expected = Base64.getEncoder().encodeToString(mac.doFinal(message.toByteArray()));
      String signature = sent.headers().get("API-Sign");
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) {
      return null; // Frames have a token instead.
    }
  }
}
