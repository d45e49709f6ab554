package dev.colibri.examples.strategies;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.TradeView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The best bid and ask and the last trade of instruments of any venues, as a table. A row says how
 * old it is: a price without its age is a rumor. Lives on the strategy thread.
 */
public final class Ticker implements AutoCloseable {

  /** What is known of one instrument. */
  private static final class Row {
    dev.colibri.connector.model.@Nullable Ticker top;
    @Nullable BigDecimal last;
    long heardNanos;
    boolean connected = true;
  }

  private final Map<Instrument, Row> rows = new LinkedHashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();

  /** Adds a row for an instrument. */
  public void watch(BookConnector connector, Instrument instrument) {
    Row row = new Row();
    rows.put(instrument, row);
    subscriptions.add(connector.tops(instrument).listen(top -> heard(row, top)));
    subscriptions.add(connector.trades(instrument).listen(trade -> heard(row, trade)));
    subscriptions.add(connector.events().listen(event -> heard(row, event)));
  }

  private static void heard(Row row, TopView top) {
    row.top = top.toTicker(); // The view is valid in this call only.
    row.heardNanos = top.receivedNanos();
    row.connected = true;
  }

  private static void heard(Row row, TradeView trade) {
    row.last = trade.toTrade().price();
  }

  private static void heard(Row row, ConnectorEvent event) {
    if (event instanceof ConnectorEvent.Disconnected) {
      row.connected = false; // Of one stream of the venue: the next top says which lives.
    }
  }

  /** The table, with what is older than a few seconds marked. */
  public String table(Instant now) {
    StringBuilder text = new StringBuilder();
    line(text, "instrument", "bid", "ask", "last", "heard");
    rows.forEach(
        (instrument, row) -> {
          var top = row.top;
          line(
              text,
              instrument.toString(),
              top == null ? "-" : price(top.bid()),
              top == null ? "-" : price(top.ask()),
              row.last == null ? "-" : row.last.toPlainString(),
              heard(row, now));
        });
    return text.toString();
  }

  private static String price(@Nullable Level level) {
    return level == null ? "none" : level.price().toPlainString();
  }

  private static String heard(Row row, Instant now) {
    if (!row.connected) {
      return "disconnected";
    }
    if (row.top == null) {
      return "nothing yet";
    }
    Duration age = Duration.between(Instant.ofEpochSecond(0, row.heardNanos), now);
    return age.toMillis() < 3_000 ? age.toMillis() + " ms ago" : age.toSeconds() + " s ago, old";
  }

  private static void line(StringBuilder to, String... cells) {
    to.append(String.format(Locale.ROOT, "%-28s %14s %14s %14s %18s%n", (Object[]) cells));
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
