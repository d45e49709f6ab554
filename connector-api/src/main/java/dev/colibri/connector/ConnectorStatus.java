package dev.colibri.connector;

import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.spi.Profile;
import java.time.LocalDate;
import java.util.Locale;

/**
 * How a connector stands: what its tests have shown, and what is live now. Immutable.
 *
 * @param name as in {@code binance-spot}, or {@code binance-spot:mm-1} with an account's label
 * @param environment it was opened in, as in {@code live} or {@code testnet}
 * @param earned what its tests have shown; the same as on the project's status board
 * @param checked when it was last read against the venue's pages
 * @param now which parts are ready
 */
public record ConnectorStatus(
    String name, String environment, Profile.Status earned, LocalDate checked, Readiness now) {

  /** As in {@code binance-spot (live): yellow, read on 2026-11-22; books missing}. */
  @Override
  public String toString() {
    String earnedWord = earned.name().toLowerCase(Locale.ROOT);
    String parts = now.isReady() ? "ready" : now.missing() + " missing";
    String problem = now.problem() == null ? "" : " (" + now.problem() + ")";
    return name
        + " ("
        + environment
        + "): "
        + earnedWord
        + ", read on "
        + checked
        + "; "
        + parts
        + problem;
  }
}
