package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binance USDⓈ-M futures over the margined markets of an {@link Exchange}: REST {@code /fapi},
 * streams {@code /ws} and {@code /stream}, alone or below {@code /public}, {@code /market} and
 * {@code /private}, where only the streams of that kind are told, and user data by listen key.
 */
public final class BinancePerpProtocol extends BinanceProtocol {

  private static final StreamSession.Rules RULES =
      new StreamSession.Rules(10, 180_000L, 600_000L, name -> true);

  /** Which streams are told where. */
  private enum Kind {
    PUBLIC,
    MARKET,
    PRIVATE;

    static Kind of(String stream) {
      int at = stream.indexOf('@');
      if (stream.startsWith("!")) {
        return stream.startsWith("!bookTicker") ? PUBLIC : MARKET;
      }
      if (at < 0) {
        return PRIVATE;
      }
      var type = stream.substring(at + 1);
      return type.startsWith("depth") || type.equals("bookTicker") || type.equals("trade")
          ? PUBLIC
          : MARKET;
    }
  }

  private record Countdown(String account, String market) {}

  private final Map<Countdown, Long> countdowns = new LinkedHashMap<>();

  /** With the venue's own limits. */
  public BinancePerpProtocol(Exchange exchange, long seed) {
    this(exchange, seed, RateLimits.PERP);
  }

  /**
   * @param seed for the ids that callers leave to the venue
   */
  public BinancePerpProtocol(Exchange exchange, long seed, RateLimits rateLimits) {
    this(exchange, seed, rateLimits, new Faults());
  }

  private BinancePerpProtocol(Exchange exchange, long seed, RateLimits rateLimits, Faults faults) {
    super(
        exchange,
        seed,
        faults,
        new Limits(rateLimits, Limits.Orders.ALL_A_MINUTE, faults),
        new PerpUserStreams(exchange, faults),
        new MarketStreams(exchange, true));
    answer(
        Operations.all(
            new PerpMarketOperations(this, exchange),
            new PerpTradingOperations(this, exchange),
            new PerpAccountOperations(this, exchange)));
  }

  @Override
  ApiError error(Refused refused) {
    return ApiError.ofPerp(refused, true);
  }

  @Override
  @Nullable Session open(
      String path, String query, String remote, Protocol.Connection connection, long now) {
    for (var kind : Kind.values()) {
      var prefix = "/" + kind.name().toLowerCase(Locale.ROOT);
      if (path.startsWith(prefix + "/")) {
        var rules =
            new StreamSession.Rules(
                RULES.messagesASecond(),
                RULES.pingMillis(),
                RULES.pongMillis(),
                name -> Kind.of(name) == kind);
        var rest = path.substring(prefix.length());
        var key = parameter(query, "listenKey");
        boolean named = !key.isEmpty();
        return openStreams(
            named && rest.equals("/ws") ? "/ws/" + key : rest,
            named && rest.equals("/stream") ? "streams=" + key : query,
            rules,
            connection,
            now);
      }
    }
    return openStreams(path, query, RULES, connection, now);
  }

  /** Cancels the account's orders of a market when that time has passed; never for 0. */
  void count(String account, String market, long until) {
    if (until == 0) {
      countdowns.remove(new Countdown(account, market));
    } else {
      countdowns.put(new Countdown(account, market), until);
    }
  }

  @Override
  void due(long now) {
    for (var countdown : List.copyOf(countdowns.keySet())) {
      if (countdowns.getOrDefault(countdown, Long.MAX_VALUE) <= now) {
        countdowns.remove(countdown);
        exchange.cancelAll(countdown.account(), countdown.market(), randomId(22), now);
      }
    }
  }
}
