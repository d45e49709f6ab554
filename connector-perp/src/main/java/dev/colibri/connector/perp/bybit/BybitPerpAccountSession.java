package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.bybit.BybitAccountSession;
import dev.colibri.connector.text.Json;
import java.util.List;

/**
 * The account as of spot, and {@code position.linear}, which comes with every change of an order,
 * too, and tells positions one by one, flat ones included. Funding is told among the executions.
 */
final class BybitPerpAccountSession extends BybitAccountSession {
  private final BybitPerpDialect venue;

  BybitPerpAccountSession(BybitPerpDialect venue) {
    super(venue, List.of("order.linear", "execution.linear", "position.linear", "wallet"));
    this.venue = venue;
  }

  @Override
  protected void message(Json message, SessionContext context) {
    String topic = message.textOr("topic", "");
    if (topic.startsWith("position")) {
      BadRows rows = context::quarantined;
      context.positions(
          rows.read(message.get("data"), row -> told(row, context, venue::position)), false);
      return;
    }
    super.message(message, context);
    if (topic.startsWith("execution")
        && message.get("data").items().stream().anyMatch(BybitPerpParser::isFunding)) {
      context.fundingPaid();
    }
  }
}
