package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.JournalException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory, which outlives the simulated processes that write it. It can be full, and it
 * can be cut where a process might have been killed. Not thread-safe.
 *
 * <pre>{@code
 * var journal = new MemoryJournal();
 * Colibri.on(host, settings, venues).journal(journal);   // one process
 * host.kill();
 * journal.kill();                                        // keeps nothing of it any more
 * Colibri.on(next, settings, venues).journal(journal);   // the next one
 * }</pre>
 */
public final class MemoryJournal implements Journal {
  private final List<Batch> batches = new ArrayList<>();
  private final Map<String, Map<String, String>> kept = new TreeMap<>();
  private final Map<String, MemoryPart> open = new TreeMap<>();
  private long room = Long.MAX_VALUE;
  private int eventAt = -1;
  private boolean eventAfter;
  private Runnable event = () -> {};

  /** What was kept at once, of one connector. */
  private record Batch(String connector, Map<String, @Nullable String> changes) {}

  @Override
  public Part open(String connector) {
    if (open.containsKey(connector)) {
      throw new JournalException(connector + " is open already");
    }
    MemoryPart part = new MemoryPart(connector);
    open.put(connector, part);
    return part;
  }

  @Override
  public void close() {
    kill();
  }

  /** The process ends: of what it still wants kept nothing is, and another may open all parts. */
  public void kill() {
    open.clear();
  }

  /** How often something was kept: between any two of them, a process may be killed. */
  public int size() {
    return batches.size();
  }

  /** Another journal, which holds what was kept the first so many times. */
  public MemoryJournal cut(int size) {
    MemoryJournal before = new MemoryJournal();
    batches.subList(0, size).forEach(b -> before.take(b.connector, b.changes));
    return before;
  }

  /** Has room for so many batches more; for the next one none is left, until it has room again. */
  public void room(long batches) {
    room = batches;
  }

  /**
   * Does something, as killing the process, when so many batches were kept and the next one is
   * asked for: before that one is kept, or after. It replaces what was said here before.
   */
  public void at(int size, boolean after, Runnable what) {
    eventAt = size;
    eventAfter = after;
    event = what;
  }

  /** What is kept of a connector, by key; empty when nothing is. */
  public Map<String, String> entries(String connector) {
    return Collections.unmodifiableMap(
        new TreeMap<>(kept.getOrDefault(connector, Collections.emptyMap())));
  }

  /** Whether it keeps a fill of an order that stands for others, which the venue has not shown. */
  boolean keepsProvisional(String clientId) {
    String start = "fill/" + clientId + "/provisional-";
    return kept.values().stream()
        .anyMatch(entries -> entries.keySet().stream().anyMatch(key -> key.startsWith(start)));
  }

  private void take(String connector, Map<String, @Nullable String> changes) {
    batches.add(new Batch(connector, new LinkedHashMap<>(changes)));
    Map<String, String> entries = kept.computeIfAbsent(connector, c -> new TreeMap<>());
    changes.forEach(
        (key, text) -> {
          if (text == null) {
            entries.remove(key);
          } else {
            entries.put(key, text);
          }
        });
  }

  private final class MemoryPart implements Part {
    private final String connector;

    MemoryPart(String connector) {
      this.connector = connector;
    }

    @Override
    public Map<String, String> entries() {
      return MemoryJournal.this.entries(connector);
    }

    @Override
    public void keep(Map<String, @Nullable String> changes) {
      boolean now = batches.size() == eventAt;
      if (now && !eventAfter) {
        event.run();
      }
      if (open.get(connector) != this) {
        throw new JournalException(connector + " is not open any more");
      }
      if (room == 0) {
        throw new JournalException("no space left");
      }
      room--;
      take(connector, changes);
      if (now && eventAfter) {
        event.run();
      }
    }

    @Override
    public void close() {
      open.remove(connector, this);
    }

    @Override
    public String toString() {
      return "the journal of " + connector;
    }
  }
}
