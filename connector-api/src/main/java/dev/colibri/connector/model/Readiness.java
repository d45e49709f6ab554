package dev.colibri.connector.model;

import org.jspecify.annotations.Nullable;

/**
 * Which parts of a connector are ready.
 *
 * @param symbols the instruments are known
 * @param rules at least one instrument trades and has rules
 * @param books every subscribed book is valid
 * @param balances the account's balances are known; true without credentials
 * @param positions the account's position mode and positions are known; true without credentials,
 *     and on spot
 * @param account the account stream is live, or the account was polled just now; true without
 *     credentials
 * @param problem the last thing that went wrong on the way, for people; null when nothing did
 */
public record Readiness(
    boolean symbols,
    boolean rules,
    boolean books,
    boolean balances,
    boolean positions,
    boolean account,
    @Nullable String problem) {

  /** Whether every part is ready. */
  public boolean isReady() {
    return symbols && rules && books && balances && positions && account;
  }

  /** The parts that are not ready, separated by commas; empty when all are. */
  public String missing() {
    StringBuilder s = new StringBuilder();
    note(s, symbols, "symbols");
    note(s, rules, "rules");
    note(s, books, "books");
    note(s, balances, "balances");
    note(s, positions, "positions");
    note(s, account, "account stream");
    return s.toString();
  }

  private static void note(StringBuilder s, boolean ready, String part) {
    if (!ready) {
      s.append(s.length() == 0 ? "" : ", ").append(part);
    }
  }
}
