package dev.colibri.connector.perp;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;

/** Instruments that vectors name. */
public final class PeerInstruments {
  private PeerInstruments() {}

  /** An instrument by the venue's id, and the peer's {@code BASE/QUOTE:SETTLE}. */
  public static Instrument of(String id, String symbol) {
    String[] assets = symbol.split("[/:]");
    BigDecimal step = new BigDecimal("0.00000001");
    TradingRules rules = TradingRules.builder(step, step).build();
    return Instrument.builder("peer", id, assets[0], assets[1], rules).settle(assets[2]).build();
  }
}
