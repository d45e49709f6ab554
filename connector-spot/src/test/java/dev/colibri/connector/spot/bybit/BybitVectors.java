package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Bybit against an independent client. */
public final class BybitVectors {
  public static final PeerVenue VENUE =
      new PeerVenue(
          "bybit",
          "spot",
          () -> Bybit.spot().dialect(),
          BybitVectors::instrument,
          Set.of("X-BAPI-SIGN"),
          new Recipe(),
          List.of(
              Allowance.of(
                  "fetchOrderBook",
                  "limit: ours 100, theirs .*",
                  "as many levels as are asked for"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchOpenOrders|fetchTrades",
                  "limit: ours (100|60|50), theirs .*",
                  "the venue's largest page, said aloud"),
              Allowance.of(
                  "fetchOpenOrders",
                  "orderFilter: ours Order, theirs -",
                  "orders that wait for a trigger are on no book"),
              Allowance.of(
                  "createLimit.*",
                  "timeInForce: ours GTC, theirs -",
                  "the venue's default, said aloud"),
              Allowance.of(
                  "createMarket.*",
                  "marketUnit: ours (base|quote)Coin, theirs -",
                  "the default depends on the side: said aloud"),
              Allowance.of(
                  "watchOrderBook",
                  "args.0: ours orderbook.1000.BTCUSDT, theirs orderbook.50.BTCUSDT",
                  "all levels are wanted, and this is the deepest window there is"),
              Allowance.of(
                  "watchTicker",
                  "args.0: ours orderbook.1.BTCUSDT, theirs tickers.BTCUSDT",
                  "our ticker is the touch, which the other channel does not tell"),
              Allowance.of(
                  "watchOrders|watchMyTrades|watchBalance",
                  "args.*|frames: .*",
                  "one subscription to orders, fills and balances; the peer has one for each")));

  private BybitVectors() {}

  /** Lots so coarse that the dust that a market order leaves is dust. */
  private static Instrument instrument(String id, String symbol) {
    String[] assets = symbol.split("/");
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.000001")).build();
    return Instrument.builder("bybit-spot", id, assets[0], assets[1], rules).build();
  }

  /** The venue's recipe, written again with the platform's own cryptography. */
  private static final class Recipe implements PeerVenue.SignatureCheck {
    private static final Pattern LOGIN =
        Pattern.compile("\"args\":\\[\"(.*?)\",\"?([0-9]+)\"?,\"(.*?)\"]");

    @Override
    public @Nullable String request(Signed sent, Credentials keys) throws Exception {
      byte[] body = sent.body();
      String text = body == null ? sent.query() : new String(body, StandardCharsets.UTF_8);
      Map<String, String> headers = sent.headers();
      return check(
          headers.get("X-BAPI-TIMESTAMP")
              + headers.get("X-BAPI-API-KEY")
              + headers.get("X-BAPI-RECV-WINDOW")
              + (text == null ? "" : text),
          headers.get("X-BAPI-SIGN"),
          keys);
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) throws Exception {
      if (!frame.contains("\"auth\"")) {
        return null;
      }
      Matcher m = LOGIN.matcher(frame);
      return m.find()
          ? check("GET/realtime" + m.group(2), m.group(3), keys)
          : "cannot be found in " + frame;
    }

    private static @Nullable String check(
        String payload, @Nullable String signature, Credentials keys) throws Exception {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              keys.secret().revealText().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String expected =
          HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }
  }
}
