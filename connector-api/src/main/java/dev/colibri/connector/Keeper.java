package dev.colibri.connector;

import dev.colibri.connector.io.Journal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in a journal what an engine wants kept. What could not be kept is not forgotten: it goes
 * before everything else at the next attempt.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Journal.Part part;

  /** By key the latest of what is not kept: as bounded as what the engine remembers. */
  private final Map<String, @Nullable String> missing = new LinkedHashMap<>();

  private @Nullable String problem;
  private long retryAt;

  Keeper(Journal.Part part) {
    this.part = part;
  }

  /**
   * Keeps these changes and what is missing. After a failure it tries once a second at most: every
   * attempt may take its time, and the engine waits.
   */
  void keep(Map<String, @Nullable String> changes, long now) {
    missing.putAll(changes);
    if (missing.isEmpty() || problem != null && now < retryAt) {
      return;
    }
    // What holds when an error, as of memory that ran out, leaves through here.
    problem = "keeping it ended in an error";
    retryAt = now + PAUSE_NANOS;
    try {
      part.keep(missing);
      missing.clear();
      problem = null;
    } catch (RuntimeException e) {
      problem = e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  /** Why something is not kept; null when everything is. */
  @Nullable String problem() {
    return problem;
  }

  /** Keeps what is missing, for the last time. */
  void close() {
    keep(Collections.emptyMap(), Long.MAX_VALUE);
    if (problem != null) {
      LOG.warn("not everything was kept when it was closed: {}", problem);
    }
    part.close();
  }
}
