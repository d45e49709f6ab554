package dev.colibri.connector.perp.okx;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.okx.OkxAccountSession;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The account: as on spot, and its positions, warnings of their liquidation, and what moved its
 * balances, of which funding counts. The venue sends every position that is open after the
 * subscription and again every few seconds, and each as it changes, with {@code pos} 0 when it is
 * closed.
 */
final class OkxPerpAccountSession extends OkxAccountSession {
  /** What was told last of each position, as a cross and an isolated one may stand side by side. */
  private final Map<String, Position> held = new TreeMap<>();

  OkxPerpAccountSession(OkxPerpDialect venue) {
    super(venue, "orders", "account", "positions", "liquidation-warning", "balance_and_position");
  }

  /**
   * What happened.
   *
   * <pre>{@code
   * {"arg":{"channel":"positions","instType":"SWAP","uid":"7798"},"eventType":"event_update","data":[{"instId":…}]}
   * {"arg":{"channel":"liquidation-warning","instType":"SWAP","uid":"7798"},"data":[{"instId":"BTC-USDT-SWAP",
   *  "mgnMode":"cross","mgnRatio":"1.17","markPx":"67210.1","pos":"1","posSide":"net","pTime":"1700000000123"}]}
   * {"arg":{"channel":"balance_and_position","uid":"7798"},"data":[{"pTime":"1700000000123",
   *  "eventType":"funding_fee","balData":[{"ccy":"USDT","cashBal":"999.2"}],"posData":[],"trades":[]}]}
   * }</pre>
   */
  @Override
  protected void told(String channel, Json data, BadRows rows, SessionContext context) {
    switch (channel) {
      case "positions" -> {
        List<Position> told = rows.read(data, row -> of(row, context, this::position));
        if (!told.isEmpty()) {
          context.positions(OkxPerpParser.together(held.values(), told), false);
        }
      }
      case "liquidation-warning" ->
          rows.read(data, row -> of(row, context, Map::entry))
              .forEach(e -> context.marginCall(e.getValue(), Escape.text(e.getKey().toString())));
      case "balance_and_position" -> {
        if (data.items().stream().anyMatch(row -> row.text("eventType").equals("funding_fee"))) {
          context.fundingPaid();
        }
      }
      default -> super.told(channel, data, rows, context);
    }
  }

  private Position position(Json row, Instrument instrument) {
    Position told = OkxPerpParser.position(row, instrument);
    held.put(instrument.symbol() + ' ' + told.side() + ' ' + told.marginMode(), told);
    return told;
  }
}
