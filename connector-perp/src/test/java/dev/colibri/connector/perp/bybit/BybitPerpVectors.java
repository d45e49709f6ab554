package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
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

/** Bybit's linear perpetuals against an independent client. */
public final class BybitPerpVectors {
  private static final String NOTHING = "{\"retCode\":0,\"result\":{\"list\":[]}}";

  public static final PeerVenue VENUE =
      new PeerVenue(
          "bybit",
          "perp",
          () -> BybitPerp.of().dialect(),
          PeerVenue::perpetual,
          Set.of("X-BAPI-SIGN"),
          new BybitPerpSignature(),
          List.of(
              Allowance.of(
                  "create.*",
                  "positionIdx: ours 0, theirs -",
                  "one-way mode, which the venue assumes, said aloud"),
              Allowance.of(
                  "create.*Limit.*",
                  "timeInForce: ours GTC, theirs -",
                  "the venue's default, said aloud"),
              Allowance.of(
                  "fetchOrderBook",
                  "limit: ours 100, theirs .*",
                  "as many levels as are asked for"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades|fetchOpenOrders|fetchTrades",
                  "limit: ours (100|50|500), theirs .*",
                  "as many rows as are asked for, or the venue's largest page, said aloud"),
              Allowance.of(
                  "fetchMyTrades|fetchOrderTrades",
                  "execType: ours -, theirs Trade",
                  "liquidations and ADL move positions, too; funding is left out by its type"),
              Allowance.of(
                  "fetchPositions?",
                  "(symbol: ours -, theirs .*|(settleCoin: ours USDT|limit: ours 200), theirs -)",
                  "every position is wanted, which is asked for by settlement asset"),
              Allowance.of(
                  "setPositionMode.*",
                  "symbol: ours -, theirs .*|coin: ours USDT, theirs -",
                  "of all instruments that know hedge mode, and not of one"),
              Allowance.of(
                  "fetchFundingHistory",
                  "address: ours .*/v5/account/transaction-log, theirs .*/v5/execution/list"
                      + "|(accountType|type|baseCoin|startTime|endTime|limit): ours .*"
                      + "|(execType|symbol|size): ours -, theirs .*",
                  "the transaction log tells sign, asset and size, which an execution does not"),
              Allowance.of(
                  "watchOrderBook",
                  "args.0: ours orderbook.1000.BTCUSDT, theirs orderbook.50.BTCUSDT",
                  "all levels are wanted, and this is the deepest window there is"),
              Allowance.of(
                  "watchTicker",
                  "args.0: ours orderbook.1.BTCUSDT, theirs tickers.BTCUSDT",
                  "our ticker is the touch; the other channel is listened to for funding"),
              Allowance.of(
                  "watchOrders|watchMyTrades|watchBalance|watchPositions",
                  "args.*|frames: .*",
                  "one subscription to the topics of linear contracts; the peer has one for each")),
          Map.of(
              "/v5/market/instruments-info",
              "{\"retCode\":0,\"result\":{\"list\":[" + BybitPerpParserTest.ROW + "]}}",
              "/v5/position/list",
              NOTHING,
              "/v5/account/info",
              "{\"retCode\":0,\"result\":{\"marginMode\":\"REGULAR_MARGIN\"}}"));

  private BybitPerpVectors() {}

  /** The venue's recipe, written again with the platform's own cryptography. */
  private static final class BybitPerpSignature implements PeerVenue.SignatureCheck {
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
