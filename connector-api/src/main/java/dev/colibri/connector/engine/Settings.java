package dev.colibri.connector.engine;

import java.time.Duration;

/**
 * The engine's own bounds and paces. The defaults suit live venues; tests that look at one of them
 * say another.
 *
 * @param requestTimeout for a whole HTTP exchange
 * @param patience how long a request may wait for its limits before it is given up unsent
 * @param connectTimeout until a WebSocket must be open and logged in
 * @param subscribeTimeout until a subscription must be accepted or give data
 * @param backoffBase the longest first pause before something is tried again
 * @param backoffMost the longest pause there is
 * @param dataDeadline how long a book may be silent before it is checked
 * @param auditPause between two audits while the account stream is live
 * @param pollPause between two audits while it is not
 * @param rulesPause between two looks at the instruments
 * @param timePause between two looks at the venue's clock
 * @param maxWaiting how many requests may wait
 * @param maxOpenOrders how many live orders this connector may have
 * @param bookDepth how many levels a side of a book are shown
 * @param snapshotDepth how many are asked for: more than are shown, so that a book which changes
 *     seldom needs to be asked for anew
 */
public record Settings(
    Duration requestTimeout,
    Duration patience,
    Duration connectTimeout,
    Duration subscribeTimeout,
    Duration backoffBase,
    Duration backoffMost,
    Duration dataDeadline,
    Duration auditPause,
    Duration pollPause,
    Duration rulesPause,
    Duration timePause,
    int maxWaiting,
    int maxOpenOrders,
    int bookDepth,
    int snapshotDepth) {

  /** For live venues. */
  public static final Settings DEFAULT =
      new Settings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofMinutes(30),
          Duration.ofMinutes(10),
          10_000,
          1_000,
          100,
          500);
}
