package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that are known to a connector, and the pairs that were asked for. */
final class Pairs {
  /** Prices of pools have no tick: any that a decimal can say. */
  static final BigDecimal TICK = BigDecimal.ONE.movePointLeft(36);

  /** Of tokens that the wallet's balance is known of. */
  private static final int MOST_TOKENS = 200;

  /** What is bought and sold for what. */
  record Pair(Instrument instrument, Token base, Token quote) {
    Token in(Side side) {
      return side == Side.BUY ? quote : base;
    }

    Token out(Side side) {
      return side == Side.BUY ? base : quote;
    }

    /** A size in smallest parts. */
    BigInteger raw(BigDecimal size) {
      if (size.signum() <= 0) {
        throw new Refused(Rule.MIN_SIZE, size.toPlainString(), null, "a size must be positive");
      }
      try {
        return base.raw(size);
      } catch (IllegalArgumentException e) {
        BigDecimal nearest = size.setScale(base.decimals(), RoundingMode.FLOOR);
        throw new Refused(
            Rule.LOT_SIZE,
            size.toPlainString(),
            nearest.signum() > 0 ? nearest : null,
            String.valueOf(e.getMessage()));
      }
    }
  }

  private final String venue;
  private final Runnable learnt;

  /** Instruments by symbol, each with its tokens. */
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  /** Tokens that are known, by address. */
  private final Map<String, Token> tokens = new LinkedHashMap<>();

  /**
   * None.
   *
   * @param venue the connector's name
   * @param learnt told when there is another token
   */
  Pairs(String venue, Runnable learnt) {
    this.venue = venue;
    this.learnt = learnt;
  }

  /** A token is known from now on, by its symbol too, and so is what the wallet holds of it. */
  void learn(Token token) {
    if (tokens.size() < MOST_TOKENS && tokens.putIfAbsent(token.address(), token) == null) {
      learnt.run();
    }
  }

  /** Every token that is known. */
  List<Token> tokens() {
    return List.copyOf(tokens.values());
  }

  /** The instrument of a name that was asked for before; null when there is none. */
  @Nullable Instrument instrument(String name) {
    for (Pair p : pairs.values()) {
      if (p.instrument().name().equals(name)) {
        return p.instrument();
      }
    }
    return null;
  }

  /** Every instrument that was asked for. */
  List<Instrument> instruments() {
    return pairs.values().stream().map(Pair::instrument).toList();
  }

  Pair pair(Token base, Token quote) {
    if (base.equals(quote)) {
      throw new IllegalArgumentException(base + " is not traded for itself");
    }
    String symbol = base.address() + "/" + quote.address();
    return pairs.computeIfAbsent(
        symbol,
        s -> {
          learn(base);
          learn(quote);
          TradingRules rules =
              TradingRules.builder(TICK, BigDecimal.ONE.movePointLeft(base.decimals()))
                  .orderTypes(EnumSet.of(OrderType.LIMIT))
                  .timesInForce(EnumSet.of(TimeInForce.GTD))
                  .build();
          Instrument i =
              Instrument.builder(venue, symbol, base.symbol(), quote.symbol(), rules).build();
          return new Pair(i, base, quote);
        });
  }

  Pair known(Instrument instrument) {
    Pair pair = pairs.get(instrument.symbol());
    if (pair == null || !pair.instrument().equals(instrument)) {
      throw new Refused(
          Rule.INSTRUMENT,
          instrument.toString(),
          null,
          venue + " does not know " + instrument + ": ask it for the pair first");
    }
    return pair;
  }
}
