package dev.colibri.connector.model;

import java.util.Map;

/**
 * What a connector has counted since it was opened, all at one moment. Counts never fall: whoever
 * wants a rate takes the difference of two.
 *
 * @param streams by the name of the stream, as in {@link ConnectorEvent.Connected}
 * @param requests signed and handed over to leave, over HTTP or a stream; every attempt counts
 * @param replies that came to them
 * @param refusals replies by which the venue refused
 * @param lost requests of unknown outcome: no reply came, or none that tells it
 * @param notSent requests that provably did not leave after all
 * @param events by the name of the {@link ConnectorEvent}, as {@code Gap} or {@code BookInvalid}
 */
public record Statistics(
    Map<String, Stream> streams,
    long requests,
    long replies,
    long refusals,
    long lost,
    long notSent,
    Map<String, Long> events) {

  /**
   * What came over all connections of one stream.
   *
   * @param messages text and binary messages, without pings and pongs
   * @param bytes of these, without what frames, TLS and TCP add
   * @param connects how many connections became ready
   * @param disconnects how many ended, or never became ready
   */
  public record Stream(long messages, long bytes, long connects, long disconnects) {}

  /** The messages of all streams. */
  public long messages() {
    return streams.values().stream().mapToLong(Stream::messages).sum();
  }

  /** The bytes of all streams. */
  public long bytes() {
    return streams.values().stream().mapToLong(Stream::bytes).sum();
  }

  /** How many connections of all streams became ready. */
  public long connects() {
    return streams.values().stream().mapToLong(Stream::connects).sum();
  }

  /** How many connections of all streams ended. */
  public long disconnects() {
    return streams.values().stream().mapToLong(Stream::disconnects).sum();
  }

  /** How many events of a kind were told. */
  public long events(Class<? extends ConnectorEvent> kind) {
    return events.getOrDefault(kind.getSimpleName(), 0L);
  }
}
