package dev.colibri.connector.model;

/**
 * How long it took from a message of a venue to a listener, in nanoseconds. Quantiles are right to
 * two digits; what took longer than a minute counts as a minute.
 *
 * @param count how many were told
 * @param p50 half of them took no longer
 * @param p90 nine of ten took no longer
 * @param p99 99 of 100 took no longer
 * @param p999 999 of 1,000 took no longer
 * @param max the longest
 */
public record Latency(long count, long p50, long p90, long p99, long p999, long max) {}
