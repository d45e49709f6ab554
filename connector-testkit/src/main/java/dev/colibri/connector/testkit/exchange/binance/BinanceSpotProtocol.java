package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Binance spot over the spot markets of an {@link Exchange}: REST {@code /api/v3}, market streams
 * {@code /ws} and {@code /stream}, user data streams, and the WebSocket API {@code /ws-api/v3}.
 */
public final class BinanceSpotProtocol extends BinanceProtocol {

  /** With the venue's own limits. */
  public BinanceSpotProtocol(Exchange exchange, long seed) {
    this(exchange, seed, RateLimits.VENUE);
  }

  /**
   * @param seed for the ids that callers leave to the venue
   */
  public BinanceSpotProtocol(Exchange exchange, long seed, RateLimits rateLimits) {
    this(exchange, seed, rateLimits, new Faults());
  }

  private BinanceSpotProtocol(Exchange exchange, long seed, RateLimits rateLimits, Faults faults) {
    super(
        exchange,
        seed,
        faults,
        new Limits(rateLimits, Limits.Orders.UNFILLED_A_DAY, faults),
        new SpotUserStreams(exchange, faults),
        new MarketStreams(exchange, false));
    answer(
        Operations.all(
            new MarketOperations(this, exchange),
            new TradingOperations(this, exchange),
            new AccountOperations(this, exchange),
            new SessionOperations(this, exchange)));
  }

  @Override
  ApiError error(Refused refused) {
    return ApiError.of(refused);
  }

  @Override
  @Nullable Session open(
      String path, String query, String remote, Protocol.Connection connection, long now) {
    if (!path.equals("/ws-api/v3")) {
      return openStreams(path, query, StreamSession.Rules.SPOT, connection, now);
    }
    try {
      limits().spend(remote, 2, now);
    } catch (ApiError e) {
      return null;
    }
    boolean show = !query.contains("returnRateLimits=false");
    return new ApiSession(this, remote, show, connection, connections, now);
  }
}
