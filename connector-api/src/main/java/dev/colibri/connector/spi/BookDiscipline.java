package dev.colibri.connector.spi;

/** How a venue's order books are kept. Named and few. */
public enum BookDiscipline {
  /** The stream gives changes; a snapshot asked for over REST gives the whole to apply them to. */
  REST_SNAPSHOT_THEN_DIFFS,
  /** The stream gives a snapshot first, and changes from then on. */
  STREAM_SNAPSHOT_THEN_DIFFS,
  /** Every message of the stream is a whole book. */
  FULL_SNAPSHOTS
}
