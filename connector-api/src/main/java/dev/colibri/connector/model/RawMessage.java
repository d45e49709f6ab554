package dev.colibri.connector.model;

/**
 * A message as a venue sent it on a stream, for those who need what this library does not read.
 *
 * @param stream the stream's name
 * @param text the whole message; secrets are redacted
 * @param receivedNanos when it arrived, in nanoseconds since the epoch by this host's clock
 */
public record RawMessage(String stream, String text, long receivedNanos) {}
