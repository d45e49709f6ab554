package dev.colibri.connector.engine;

import dev.colibri.connector.model.Statistics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an engine counts: plain numbers, of whoever holds the engine. */
final class Counters {
  private final Map<String, Stream> streams = new LinkedHashMap<>();
  long requests;
  long replies;
  long refusals;
  long lost;
  long notSent;

  /** What one stream brings. */
  static final class Stream {
    long messages;
    long bytes;
    long connects;
    long disconnects;
  }

  Stream stream(String name) {
    return streams.computeIfAbsent(name, n -> new Stream());
  }

  /** All of it now. */
  Statistics show(Map<String, Long> events) {
    Map<String, Statistics.Stream> shown = new LinkedHashMap<>();
    streams.forEach(
        (name, s) ->
            shown.put(name, new Statistics.Stream(s.messages, s.bytes, s.connects, s.disconnects)));
    return new Statistics(
        Collections.unmodifiableMap(shown), requests, replies, refusals, lost, notSent, events);
  }
}
