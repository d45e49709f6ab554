package dev.colibri.connector.amm.v3;

/**
 * A question needs ticks of a pool that were not loaded. Nothing is wrong with the pool: load the
 * named word of its bitmap, and those about it, and ask again.
 */
public final class TicksNotLoaded extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int word;

  TicksNotLoaded(int word, int fromWord, int toWord) {
    super("word " + word + " of the tick bitmap is not loaded, only " + fromWord + " to " + toWord);
    this.word = word;
  }

  /** The word of the tick bitmap that is needed: {@code tickBitmap(word)}. */
  public int word() {
    return word;
  }
}
