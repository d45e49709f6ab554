package dev.colibri.connector.spot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.spot.bybit.BybitVectors;
import dev.colibri.connector.spot.coinbase.CoinbaseVectors;
import dev.colibri.connector.spot.gate.GateVectors;
import dev.colibri.connector.spot.hyperliquid.HyperliquidVectors;
import dev.colibri.connector.spot.kraken.KrakenVectors;
import dev.colibri.connector.spot.kucoin.KucoinVectors;
import dev.colibri.connector.spot.okx.OkxVectors;
import dev.colibri.connector.testkit.conformance.Outcomes;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVectors;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every venue of this module against an independent client. The vectors are not part of the
 * project: {@code -Dvectors.dir} says where they lie.
 */
class PeerVectorsTest {

  @Test
  void agreesWithAnIndependentClient() {
    Optional<PeerVectors> found = PeerVectors.find();
    assumeTrue(found.isPresent(), "no vectors: say -Dvectors.dir=… to compare with a peer");
    PeerVectors vectors = found.get();
    for (PeerVenue venue : VENUES) {
      long agreed = vectors.agree();
      long differed = vectors.differ();
      vectors.compare(venue);
      Outcomes.counted(
          venue.dialect().get().profile().name(),
          "vectors",
          Map.of("agree", vectors.agree() - agreed, "differ", vectors.differ() - differed));
    }
    System.out.println(vectors.report());
    assertEquals(0, vectors.differ(), vectors::report);
    assertEquals(0, vectors.unsupported(), vectors::report);
  }

  /** The comparison itself, on vectors of which every second one is wrong. */
  @Test
  void tellsADifference(@TempDir Path folder) throws IOException {
    write(
        folder,
        "credentials.json",
        "{'credentials':{'hmac':{'apiKey':'key-1','secret':'secret-1'}}}");
    String vector =
        "{'exchange':'binance','clockMillis':1700000000123,'op':'cancelOrderById',"
            + "'input':{'marketId':'BTCUSDT','orderId':'7'},'request':{'method':'DELETE',"
            + "'url':'https://api.binance.com/api/v3/order?symbol=BTCUSDT','query':[['symbol','BTCUSDT'],"
            + "['orderId','%s'],['timestamp','1700000000123'],['signature','of-the-peer']],"
            + "'headers':{'X-MBX-APIKEY':'%s'},'body':null}}";
    String other = vector.replace("cancelOrderById", "setLeverage");
    write(
        folder,
        "requests/binance-spot.json",
        "["
            + vector.formatted("7.0", "key-1")
            + ","
            + vector.formatted("8", "key-2")
            + ","
            + other
            + "]");
    String stream =
        "{'clockMillis':1700000000123,'op':'watchTrades','input':{'marketId':'BTCUSDT'},'connections':["
            + "{'url':'wss://stream.binance.com:9443/ws/0','headers':{},'frames':[{'raw':'{\\'method\\':"
            + "\\'SUBSCRIBE\\',\\'params\\':[\\'btcusdt@%s\\'],\\'id\\':9}'}]}]}";
    write(
        folder,
        "ws/binance-spot.json",
        "[" + stream.formatted("trade") + "," + stream.formatted("aggTrade") + "]");
    String payload =
        "{'kind':'fetchOrderBook','input':{'payload':{'lastUpdateId':5,'bids':[['4.00','431']],'asks':[]}},"
            + "'expected':{'bids':[[4,%s]],'asks':[],'nonce':5}}";
    write(
        folder,
        "parse/binance-spot.json",
        "[" + payload.formatted("431") + "," + payload.formatted("431.5") + "]");
    PeerVectors vectors = PeerVectors.at(folder).compare(VENUES.get(0)).compare(VENUES.get(1));
    assertEquals(
        List.of(
            "differs requests/binance-spot.json cancelOrderById: orderId: ours 7, theirs 8",
            "differs requests/binance-spot.json cancelOrderById: header X-MBX-APIKEY: ours key-1, theirs key-2",
            "unsupported requests/binance-spot.json setLeverage",
            "differs ws/binance-spot.json watchTrades: params.0: ours btcusdt@trade, theirs btcusdt@aggTrade",
            "differs parse/binance-spot.json fetchOrderBook: bid size 0: ours 431, theirs 431.5",
            "vectors: 6 compared, 3 agree, 3 differ, 1 unsupported"),
        vectors.report().lines().toList());
  }

  private static void write(Path folder, String name, String json) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json.replace('\'', '"'));
  }

  private static final List<PeerVenue> VENUES =
      List.of(
          binance("binance", () -> Binance.spot().dialect()),
          binance("binanceus", () -> Binance.us().dialect()),
          BybitVectors.VENUE,
          CoinbaseVectors.VENUE,
          GateVectors.VENUE,
          HyperliquidVectors.VENUE,
          KrakenVectors.VENUE,
          KucoinVectors.VENUE,
          OkxVectors.VENUE);

  // ---- Binance

  private static PeerVenue binance(String exchange, Supplier<BookDialect> dialect) {
    return new PeerVenue(
        exchange,
        "spot",
        dialect,
        PeerInstruments::of,
        Set.of("signature"),
        new BinanceSignature(),
        List.of(
            Allowance.of(
                "fetchOrderBook", "limit: ours 100, theirs -", "the venue's default, said aloud"),
            Allowance.of(
                "fetchMyTrades|fetchOrderTrades",
                "limit: ours 1000, theirs .*",
                "a larger page of the same rows"),
            Allowance.of(
                "fetchTrades", "limit: ours 500, theirs -", "the venue's default, said aloud"),
            Allowance.of(
                "fetchTrades",
                "address: ours (https://[^/]*)/api/v3/trades, theirs \\1/api/v3/aggTrades",
                "single trades have the ids of the trade stream, joined ones have their own"),
            Allowance.of(
                "cancelOrder.*|cancelAllOrders",
                "client id: ours .+, theirs .+",
                "the peer takes the id of the cancel for that of the order"),
            Allowance.of(
                "watchTicker",
                "params.0: ours btcusdt@bookTicker, theirs btcusdt@(ticker|miniTicker)",
                "our ticker is the touch, at once; the peer's is a day's statistics, each second"),
            Allowance.of(
                "login|watchOrders|watchMyTrades|watchBalance",
                "url: ours wss://ws-api.binance.us/ws-api/v3, theirs wss://ws-api.binance.com/ws-api/v3",
                "the peer knows no address of binance.us and inherits that of the other company")));
  }

  /** The venue's recipe, written again with the platform's own cryptography. */
  private static final class BinanceSignature implements PeerVenue.SignatureCheck {
    private static final Pattern FRAME =
        Pattern.compile(
            "\"apiKey\":\"(.*?)\",\"recvWindow\":([0-9]+),\"timestamp\":([0-9]+),\"signature\":\"(.*?)\"");

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
      String signature = wire.substring(end + "&signature=".length());
      String key = sent.headers().get("X-MBX-APIKEY");
      return keys.apiKey().equals(key)
          ? check(
              wire.substring(0, end), URLDecoder.decode(signature, StandardCharsets.UTF_8), keys)
          : "goes with the key " + key;
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) throws Exception {
      if (!frame.contains("\"signature\"")) {
        return null;
      }
      Matcher m = FRAME.matcher(frame);
      return m.find()
          ? check(
              "apiKey=%s&recvWindow=%s&timestamp=%s".formatted(m.group(1), m.group(2), m.group(3)),
              m.group(4),
              keys)
          : "cannot be found in " + frame;
    }

    private static @Nullable String check(String payload, String signature, Credentials keys)
        throws Exception {
      byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
      String secret = keys.secret().revealText();
      String expected;
      if (secret.startsWith("-----BEGIN PRIVATE KEY-----")) {
        byte[] pkcs8 = Base64.getMimeDecoder().decode(secret.replaceAll("-----.*?-----", ""));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(
            KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        signer.update(bytes);
        expected = Base64.getEncoder().encodeToString(signer.sign());
      } else {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        expected = HexFormat.of().formatHex(mac.doFinal(bytes));
      }
      return expected.equals(signature) ? null : "is " + signature + " and not " + expected;
    }
  }
}
