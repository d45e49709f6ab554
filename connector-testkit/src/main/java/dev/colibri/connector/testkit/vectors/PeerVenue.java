package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A venue of ours, and how the peer's vectors of it are to be taken.
 *
 * @param exchange the peer's name of it
 * @param market {@code spot} or {@code perp}
 * @param dialect makes a fresh dialect for every vector
 * @param instrument makes an instrument of the peer's market id ({@code BTCUSDT}) and symbol
 *     ({@code BTC/USDT}, or {@code BTC/USDT:USDT} of a perpetual); the size of a contract is put in
 *     where the vector tells it
 * @param signatureFields names of the parameters, fields and headers that hold signatures, which
 *     are verified and not compared
 * @param signature verifies them
 * @param allowances differences that are no mistakes
 * @param answers what requests that only lead to what is compared are answered where the vectors do
 *     not say, by path: those before a connection, those of an operation before the one that the
 *     peer sends, those after a payload that is not all that we ask for, and the list of
 *     instruments, without which some payloads cannot be read
 */
public record PeerVenue(
    String exchange,
    String market,
    Supplier<? extends BookDialect> dialect,
    BiFunction<String, String, Instrument> instrument,
    Set<String> signatureFields,
    SignatureCheck signature,
    List<Allowance> allowances,
    Map<String, String> answers) {

  /** Of a venue that is asked nothing before a connection. */
  public PeerVenue(
      String exchange,
      String market,
      Supplier<? extends BookDialect> dialect,
      BiFunction<String, String, Instrument> instrument,
      Set<String> signatureFields,
      SignatureCheck signature,
      List<Allowance> allowances) {
    this(
        exchange,
        market,
        dialect,
        instrument,
        signatureFields,
        signature,
        allowances,
        Collections.emptyMap());
  }

  /** A perpetual by the venue's id, and the peer's symbol; any price is lawful. */
  public static Instrument perpetual(String id, String symbol) {
    String[] assets = symbol.split("[/:]");
    BigDecimal step = new BigDecimal("0.00000001");
    TradingRules rules = TradingRules.builder(step, step).build();
    return Instrument.builder("peer", id, assets[0], assets[1], rules)
        .settle(assets.length > 2 ? assets[2] : assets[1])
        .build();
  }

  /** Verifies our signatures by a recipe of its own, over the bytes that leave. */
  public interface SignatureCheck {
    /** What is wrong with a request that is signed; null when it verifies. */
    @Nullable String request(Signed sent, Credentials keys) throws Exception;

    /** What is wrong with a frame; null when it verifies, or needs no signature. */
    @Nullable String frame(String frame, Credentials keys) throws Exception;
  }
}
