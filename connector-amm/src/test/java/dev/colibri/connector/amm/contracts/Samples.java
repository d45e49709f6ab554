package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The tokens, pools and quotes of the golden cases. */
final class Samples {
  static final Token A = token("0x00000000000000000000000000000000000000a1", "AAA", 18);
  static final Token W = token("0x00000000000000000000000000000000000000e7", "WETH", 18);
  static final Token B = token("0x00000000000000000000000000000000000000b2", "BBB", 6);
  static final Token NATIVE = new Token("", "ETH", 18);
  static final Address WRAPPED = Address.of(W.address());
  static final Address WALLET = Address.of("0x000000000000000000000000000000000000c0de");
  static final Address ROUTER = Address.of("0x0000000000000000000000000000000000000123");
  static final long DEADLINE = 1_800_000_000;
  static final BigInteger IN = new BigInteger("1000000000000000000");
  static final BigInteger OUT = new BigInteger("2500000000");
  static final BigInteger MIN = new BigInteger("2475000000");
  static final BigInteger MAX = new BigInteger("1010000000000000000");
  static final BigInteger IN_1 = new BigInteger("600000000000000000");
  static final BigInteger IN_2 = new BigInteger("400000000000000000");
  static final BigInteger OUT_1 = new BigInteger("1500000001");
  static final BigInteger OUT_2 = new BigInteger("999999999");
  static final Block BLOCK = new Block(1, "0x01", "0x00", 0);

  private Samples() {}

  static Token token(String address, String symbol, int decimals) {
    return new Token(Address.of(address).toString(), symbol, decimals);
  }

  /** A pool at an address that nobody asks for: tokens in the order of their addresses. */
  static Pool v2(Token a, Token b) {
    return pool("v2", a, b, 3000, 0);
  }

  static Pool v3(Token a, Token b, int fee) {
    return pool("v3", a, b, fee, 10);
  }

  private static Pool pool(String amm, Token a, Token b, int fee, int spacing) {
    boolean sorted = Address.of(a.address()).compareTo(Address.of(b.address())) < 0;
    String address = amm + a + b + fee;
    return new Pool(amm, address, sorted ? a : b, sorted ? b : a, fee, spacing);
  }

  static SwapQuote.Leg leg(List<Pool> pools, List<Token> tokens, BigInteger in, BigInteger out) {
    return new SwapQuote.Leg(pools, tokens, in, out);
  }

  static SwapQuote quote(Side side, SwapQuote.Leg... legs) {
    List<Token> tokens = legs[0].tokens();
    Token in = tokens.get(0);
    Token out = tokens.get(tokens.size() - 1);
    BigInteger allIn = BigInteger.ZERO;
    BigInteger allOut = BigInteger.ZERO;
    for (SwapQuote.Leg leg : legs) {
      allIn = allIn.add(leg.in());
      allOut = allOut.add(leg.out());
    }
    Token base = side == Side.SELL ? in : out;
    Token quote = side == Side.SELL ? out : in;
    TradingRules rules = TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build();
    Instrument instrument =
        Instrument.builder("test", base + "-" + quote, base.symbol(), quote.symbol(), rules)
            .build();
    return new SwapQuote(
        "q",
        instrument,
        side,
        new TokenAmount(in, allIn),
        new TokenAmount(out, allOut),
        List.of(legs),
        List.of(),
        BigDecimal.ZERO,
        200_000,
        null,
        BLOCK,
        DEADLINE * 1000);
  }

  static Swap swap(SwapQuote quote) {
    BigInteger bound = quote.side() == Side.SELL ? MIN : MAX;
    return new Swap(quote, bound, DEADLINE * 1000, WALLET, WRAPPED);
  }

  private static final Secp256k1 KEY = Secp256k1.hex(Secret.of("01".repeat(32)));

  /** The address of the wallet whose key is 32 bytes of 1. */
  static Address owner() {
    return Address.of(KEY.address());
  }

  /** How that wallet signs, as contracts read it; what it is told is kept. */
  static BiFunction<String, byte[], byte[]> signer(List<String> told) {
    return (what, digest) -> {
      told.add(what);
      Secp256k1.Signature s = KEY.sign(digest);
      byte[] bytes = new byte[65];
      copy(s.r(), bytes, 0);
      copy(s.s(), bytes, 32);
      bytes[64] = (byte) s.v();
      return bytes;
    };
  }

  private static void copy(BigInteger number, byte[] out, int at) {
    byte[] bytes = number.toByteArray();
    int skip = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, skip, out, at + 32 - (bytes.length - skip), bytes.length - skip);
  }

  /** A golden file: a name and what belongs to it on every line. */
  static Map<String, String> golden(String file) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (List<String> line : lines(file)) {
      lines.put(line.get(0), line.get(1));
    }
    return lines;
  }

  static List<List<String>> lines(String file) {
    try (InputStream in = Samples.class.getResourceAsStream("/contracts/" + file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not there");
      }
      List<List<String>> lines = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.startsWith("#")) {
          lines.add(List.of(line.split("\\|", -1)));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
