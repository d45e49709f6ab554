package dev.colibri.connector.spot.kraken;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.testkit.vectors.RecordingContext;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class KrakenSessionTest {
  private static final Instrument BTC =
      KrakenParser.instrument("XXBTZUSD", Json.parse(KrakenParserTest.PAIR));

  private final RecordingContext context = new RecordingContext(new FrozenSigning(0, null), BTC);
  private final KrakenAccountSession session = new KrakenAccountSession();

  private void hear(String row) {
    String message = "{'channel':'executions','type':'update','data':[" + row + "]}";
    session.received(Frame.of(message.replace('\'', '"')), context);
  }

  /** Events leave out what stayed: what cannot be read must not stay with what is known. */
  @Test
  void anEventThatCannotBeReadHidesNoOther() {
    String rest = "'order_id':'O28','timestamp':'2026-01-01T00:00:00Z','exec_type':'status',";
    hear(
        "{"
            + rest
            + "'order_status':'new','symbol':'BTC/USD','side':'buy','order_type':'limit',"
            + "'limit_price':67210.1,'order_qty':0.5}");
    hear("{" + rest + "'order_status':'new','limit_price':{}}");
    hear("{" + rest + "'order_status':'partially_filled','cum_qty':0.2}");
    hear("{" + rest + "'order_status':'filled','cum_qty':0.5}");
    hear("{" + rest + "'order_status':'filled','cum_qty':0.5}");
    assertEquals(
        List.of(
            "order OPEN BTC-USD [null/O28]",
            "quarantined",
            "order PARTIALLY_FILLED BTC-USD [null/O28] filled 0.2",
            "order FILLED BTC-USD [null/O28] filled 0.5",
            "quarantined"),
        context.events().stream().map(e -> e.replaceFirst("^(quarantined).*", "$1")).toList());
  }
}
