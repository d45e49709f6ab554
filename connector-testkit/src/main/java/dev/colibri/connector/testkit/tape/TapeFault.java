package dev.colibri.connector.testkit.tape;

/** What may go wrong between a tape and the engine that hears it. */
public enum TapeFault {
  /** A frame comes twice. */
  DUPLICATE,
  /** A frame comes again after others. */
  REPEAT,
  /** A frame, with all that follows on its connection, or a reply comes later. */
  DELAY,
  /** A reply is lost after the venue acted. */
  LOSE,
  /** Only the beginning of a frame or of a reply comes. */
  TRUNCATE,
  /** A connection ends before or after a frame. */
  CUT,
  /** After a cut the venue tells anew everything that it told since the connection began. */
  RESUBSCRIBE,
  /** A connection opens late, or not at all. */
  REFUSE
}
