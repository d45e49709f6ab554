package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.hyperliquid.HyperliquidAccountSession;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The account: orders and fills as of pairs, positions and margin, and that funding was paid.
 *
 * <p>Which of two channels tells the collateral depends on the account, and only questions tell
 * that: before the first was answered, neither is taken.
 */
final class HyperliquidPerpAccountSession extends HyperliquidAccountSession {
  private final Supplier<@Nullable Boolean> unified;

  /** What something was heard of: a position that is not told is flat at that time. */
  private final Map<String, Instrument> heard = new TreeMap<>();

  /**
   * A fresh session.
   *
   * @param unified whether the collateral is the spot balance; null while that is not known
   */
  HyperliquidPerpAccountSession(Supplier<@Nullable Boolean> unified) {
    super("clearinghouseState", "spotState", "userFundings");
    this.unified = unified;
  }

  @Override
  protected @Nullable Instrument traded(Json row, SessionContext context) {
    Instrument perpetual = HyperliquidPerpParser.traded(row, context::instrument);
    if (perpetual != null) {
      heard.put(perpetual.symbol(), perpetual);
    }
    return perpetual;
  }

  /**
   * By channel.
   *
   * <pre>{@code
   * {"channel":"clearinghouseState","data":{"dex":"","user":"0x…","clearinghouseState":{…}}}
   * {"channel":"spotState","data":{"user":"0x…","spotState":{"balances":[…]}}}
   * {"channel":"userFundings","data":{"isSnapshot":true,"user":"0x…","fundings":[{"time":1681222254710,"coin":"ETH",…}]}}
   * }</pre>
   */
  @Override
  protected void told(String channel, Json data, SessionContext context) {
    Rows rows = new Rows(context);
    Boolean together = unified.get();
    switch (channel) {
      case "clearinghouseState" -> {
        if (data.textOr("dex", "").isEmpty()) {
          Json state = data.get("clearinghouseState");
          List<Position> positions = positions(state, context, rows);
          context.positions(positions, rows.areWhole());
          if (Boolean.FALSE.equals(together)) {
            context.balances(
                List.of(HyperliquidPerpParser.margin(state)), true, state.longOr("time", 0));
          }
        }
      }
      case "spotState" -> {
        if (Boolean.TRUE.equals(together)) {
          List<Balance> spot = balances(data, rows);
          context.balances(HyperliquidPerpParser.collateral(spot), rows.areWhole(), 0);
        }
      }
      case "userFundings" -> {
        if (!data.boolOr("isSnapshot", false)) {
          context.fundingPaid();
        }
      }
      default -> {}
    }
  }

  private List<Position> positions(Json state, SessionContext context, Rows rows) {
    List<Position> positions = HyperliquidPerpParser.positions(state, context::instrument, rows);
    Map<String, Instrument> flat = rows.areWhole() ? new TreeMap<>(heard) : new TreeMap<>();
    for (Position p : positions) {
      heard.put(p.instrument().symbol(), p.instrument());
      flat.remove(p.instrument().symbol());
    }
    for (Instrument i : flat.values()) {
      positions.add(
          Position.of(i, PositionSide.NET, BigDecimal.ZERO).asOf(state.longOr("time", 0)).build());
    }
    return positions;
  }
}
