package dev.colibri.connector.perp.binance;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.text.Json;
import java.util.List;

/**
 * The account: everything flows to whoever has the listen key in its address.
 *
 * <p>Wallet balances come without what is available, which orders change, too: so they are asked
 * for. Positions come with every change of one, before or after its fill. {@code TRADE_LITE} tells
 * fills a second time, with less; {@code ALGO_UPDATE} is of orders that this connector does not
 * place.
 */
final class BinancePerpAccountSession extends AccountSession {
  private final BinancePerpDialect dialect;

  BinancePerpAccountSession(BinancePerpDialect dialect) {
    super(dialect.listenKey());
    this.dialect = dialect;
  }

  @Override
  public void opened(SessionContext context) {
    context.ready();
  }

  @Override
  protected void message(Json message, SessionContext context) {
    switch (message.text("e")) {
      case "ORDER_TRADE_UPDATE" -> order(message.get("o"), context);
      case "ACCOUNT_UPDATE" -> account(message, context);
      case "ACCOUNT_CONFIG_UPDATE" -> configuration(message, context);
      case "MARGIN_CALL" -> {
        for (Json row : message.get("p").items()) {
          context.marginCall(context.requireInstrument(row.text("s")), row.toString());
        }
      }
      case "listenKeyExpired" ->
          context.lost(null, BookState.DISCONNECTED, "the listen key has expired");
      default -> {}
    }
  }

  private static void order(Json order, SessionContext context) {
    Instrument instrument = context.requireInstrument(order.text("s"));
    OrderUpdate update = BinancePerpParser.orderTradeUpdate(order, instrument);
    context.order(update);
    if (update.status().isTerminal()) {
      context.balancesMoved(); // What it locked is free.
    }
  }

  /**
   * Balances and positions, with the reason of the change.
   *
   * <pre>{@code
   * {"e":"ACCOUNT_UPDATE","E":1700000000125,"T":1700000000123,"a":{"m":"ORDER",
   *  "B":[{"a":"USDT","wb":"1000.5","cw":"1000.5","bc":"0"}],
   *  "P":[{"s":"BTCUSDT","pa":"0.5","ep":"67210.10","cr":"0","up":"0","mt":"cross","iw":"0","ps":"BOTH"}]}}
   * }</pre>
   */
  private void account(Json message, SessionContext context) {
    Json update = message.get("a");
    long millis = message.longValue("T");
    if (update.has("P")) {
      BadRows rows = context::quarantined;
      List<Position> positions =
          rows.read(
              update.get("P"),
              row -> {
                // Dated futures of the same account are none of ours.
                Instrument i = context.instrument(row.text("s"));
                return i == null
                    ? null
                    : BinancePerpParser.position(row, i, dialect.leverageOf(i), millis);
              });
      context.positions(positions, false);
    }
    context.balancesMoved();
    if (update.textOr("m", "").equals("FUNDING_FEE")) {
      context.fundingPaid();
    }
  }

  /**
   * The leverage of an instrument; its margin mode is not told, and known where the leverage is.
   *
   * <pre>{@code
   * {"e":"ACCOUNT_CONFIG_UPDATE","E":1700000000125,"T":1700000000123,"ac":{"s":"BTCUSDT","l":25}}
   * }</pre>
   */
  private void configuration(Json message, SessionContext context) {
    Json of = message.find("ac");
    Instrument instrument = of == null ? null : context.instrument(of.text("s"));
    if (of != null && instrument != null) {
      dialect.leverageIs(instrument, of.decimal("l")).ifPresent(context::leverage);
    }
  }
}
