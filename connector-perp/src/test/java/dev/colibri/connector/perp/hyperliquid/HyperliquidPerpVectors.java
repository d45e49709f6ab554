package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.Allowance;
import dev.colibri.connector.testkit.vectors.PeerVenue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.jcajce.provider.digest.Keccak;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** Hyperliquid against an independent client, and the venue's recipe written again. */
public final class HyperliquidPerpVectors {
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");

  public static final PeerVenue VENUE =
      new PeerVenue(
          "hyperliquid",
          "perp",
          () -> HyperliquidPerp.of().dialect(),
          HyperliquidPerpVectors::instrument,
          Set.of("signature.r", "signature.s", "signature.v"),
          new Signature(),
          List.of(
              Allowance.of(
                  "createMarketBuy|createMarketSell|createReduceOnlySell",
                  "address: ours .*/info, theirs .*/exchange",
                  "the venue has no market orders: the touch is asked for first"),
              Allowance.of(
                  "createMarketBuy|createMarketSell|createReduceOnlySell",
                  "(type: ours l2Book|coin: ours BTC|action\\..*: ours -|nonce: ours -).*",
                  "the same"),
              Allowance.of(
                  "create.*|editOrder",
                  "expiresAfter: ours [0-9]+, theirs -",
                  "an order that is carried out long after nobody waits for it is not wanted"),
              Allowance.of(
                  "fetchBalance",
                  "type: ours userAbstraction, theirs .*",
                  "the account's kind says where its collateral is, and is asked for first"),
              Allowance.of(
                  "fetchFundingRates?",
                  "type: ours exchangeStatus, theirs metaAndAssetCtxs",
                  "funding is every hour by the venue's clock, which is asked for first"),
              Allowance.of(
                  "fetchFundingHistory",
                  "(startTime|endTime): ours .*",
                  "the range is said always, and its end where there is one"),
              Allowance.of(
                  "fetchTrades",
                  "type: ours recentTrades, theirs .*|(coin|user|startTime): ours .*",
                  "everybody's trades, where the peer tells the account's own"),
              Allowance.of(
                  "fetchTicker",
                  "type: ours l2Book, theirs .*|coin: ours BTC, theirs -",
                  "the touch and the last trade of the one instrument, and not the marks of all"),
              Allowance.of(
                  "watchOrderBook",
                  "subscription.fast: ours true, theirs -",
                  "five levels every half second; the default became twenty every five seconds"),
              Allowance.of(
                  "watchTicker",
                  "subscription.(type|coin|dex|user): ours (bbo|BTC|-), theirs .*",
                  "our ticker is the touch, at once; the peer's are the middle prices of all"),
              Allowance.of(
                  "login|watchOrders|watchMyTrades|watchBalance|watchPositions",
                  "frames: ours 5, theirs 1|subscription.(type|dex): ours (orderUpdates|-), theirs .*",
                  "the whole account together, where the peer has a frame for each part")));

  private HyperliquidPerpVectors() {}

  static Instrument instrument(String id, String symbol) {
    BigDecimal step = new BigDecimal("0.000001");
    String coin = symbol.split("/")[0];
    return Instrument.builder("peer", coin, coin, "USDC", TradingRules.builder(step, step).build())
        .attribute("asset", id.matches("[0-9]+") ? id : "0")
        .build();
  }

  // ---- who signed

  /** Who signed an action, found by the venue's recipes from the bytes that were sent. */
  static String signer(Json sent, boolean live) {
    Json action = sent.get("action");
    boolean transfer = action.text("type").equals("usdClassTransfer");
    byte[] hash = transfer ? transferred(action) : agent(sent, live);
    return recovered(hash, sent.get("signature"));
  }

  private static byte[] agent(Json sent, boolean live) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    pack(sent.get("action"), bytes);
    bytes.writeBytes(eight(sent.longValue("nonce")));
    String vault = sent.findText("vaultAddress");
    bytes.write(vault == null ? 0 : 1);
    bytes.writeBytes(vault == null ? new byte[0] : hex(vault));
    if (sent.has("expiresAfter")) {
      bytes.write(0);
      bytes.writeBytes(eight(sent.longValue("expiresAfter")));
    }
    return typed(
        "Exchange",
        1337,
        keccak(
            keccak(ascii("Agent(string source,bytes32 connectionId)")),
            keccak(ascii(live ? "a" : "b")),
            keccak(bytes.toByteArray())));
  }

  private static byte[] transferred(Json action) {
    return typed(
        "HyperliquidSignTransaction",
        Integer.parseInt(action.text("signatureChainId").substring(2), 16),
        keccak(
            keccak(
                ascii(
                    "HyperliquidTransaction:UsdClassTransfer(string hyperliquidChain,string amount,"
                        + "bool toPerp,uint64 nonce)")),
            keccak(ascii(action.text("hyperliquidChain"))),
            keccak(ascii(action.text("amount"))),
            word(action.bool("toPerp") ? 1 : 0),
            word(action.longValue("nonce"))));
  }

  private static byte[] typed(String domain, long chain, byte[] message) {
    byte[] of =
        keccak(
            keccak(
                ascii(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")),
            keccak(ascii(domain)),
            keccak(ascii("1")),
            word(chain),
            new byte[32]);
    return keccak(new byte[] {0x19, 1}, of, message);
  }

  private static byte[] eight(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  private static byte[] word(long number) {
    return ByteBuffer.allocate(32).putLong(24, number).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.substring(2));
  }

  private static byte[] keccak(byte[]... parts) {
    Keccak.Digest256 digest = new Keccak.Digest256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** SEC 1, section 4.1.6; the address is the end of the hash of the key. */
  private static String recovered(byte[] hash, Json signature) {
    BigInteger n = CURVE.getN();
    BigInteger r = new BigInteger(1, hex(signature.text("r")));
    BigInteger s = new BigInteger(1, hex(signature.text("s")));
    byte[] point = new byte[33];
    point[0] = (byte) (2 + signature.intValue("v") - 27);
    System.arraycopy(hex(signature.text("r")), 0, point, 1, 32);
    ECPoint sum =
        CURVE
            .getCurve()
            .decodePoint(point)
            .multiply(s)
            .subtract(CURVE.getG().multiply(new BigInteger(1, hash)))
            .multiply(r.modInverse(n))
            .normalize();
    byte[] key = Arrays.copyOfRange(sum.getEncoded(false), 1, 65);
    return "0x" + HexFormat.of().formatHex(keccak(key), 12, 32);
  }

  /** As much of MessagePack as actions need. */
  private static void pack(Json value, ByteArrayOutputStream out) {
    if (value.isObject()) {
      out.write(0x80 + value.fields().size());
      for (Map.Entry<String, Json> e : value.fields().entrySet()) {
        text(e.getKey(), out);
        pack(e.getValue(), out);
      }
    } else if (value.isArray()) {
      out.write(0x90 + value.size());
      value.items().forEach(v -> pack(v, out));
    } else if (value.isString()) {
      text(value.asText(), out);
    } else if (value.isNumber()) {
      number(value.asLong(), out);
    } else {
      out.write(value.asBool() ? 0xc3 : 0xc2);
    }
  }

  private static void text(String text, ByteArrayOutputStream out) {
    if (text.length() < 32) {
      out.write(0xa0 + text.length());
    } else {
      out.write(0xd9);
      out.write(text.length());
    }
    out.writeBytes(ascii(text));
  }

  private static void number(long n, ByteArrayOutputStream out) {
    int size = n < 128 ? 0 : n < 256 ? 1 : n < 1 << 16 ? 2 : n < 1L << 32 ? 4 : 8;
    if (size > 0) {
      out.write(0xcc + Integer.numberOfTrailingZeros(size));
    }
    out.write(eight(n), 8 - Math.max(size, 1), Math.max(size, 1));
  }

  private static final class Signature implements PeerVenue.SignatureCheck {
    @Override
    public @Nullable String request(Signed sent, Credentials keys) {
      Json body = Json.parse(new String(sent.body(), StandardCharsets.UTF_8));
      if (!sent.request().path().equals("/exchange")) {
        return body.text("user").equals(keys.apiKey()) ? null : "asks about another";
      }
      String signer = signer(body, true);
      return signer.equalsIgnoreCase(keys.apiKey()) ? null : "is that of " + signer;
    }

    @Override
    public @Nullable String frame(String frame, Credentials keys) {
      return null;
    }
  }
}
