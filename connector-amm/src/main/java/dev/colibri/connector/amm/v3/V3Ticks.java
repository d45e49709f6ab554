package dev.colibri.connector.amm.v3;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ticks of a pool at which liquidity changes, as far as they are known.
 *
 * <p>A pool keeps a bit for every {@code tickSpacing}-th tick, in words of 256 bits; what is known
 * is a range of whole words. Who asks for a tick beyond it hears {@link TicksNotLoaded}: a word
 * that nobody read is not an empty word. Immutable, for any thread.
 */
public final class V3Ticks {
  /** Bits of a word of the bitmap. */
  public static final int WORD_BITS = 256;

  private final int spacing;
  private final int fromWord;
  private final int toWord;
  private final V3Tick[] ticks;

  /** Roots of the prices at the ticks, filled in when first needed; whoever comes first. */
  private final @Nullable BigInteger[] roots;

  private V3Ticks(int spacing, int fromWord, int toWord, V3Tick[] ticks) {
    this.spacing = spacing;
    this.fromWord = fromWord;
    this.toWord = toWord;
    this.ticks = ticks;
    this.roots = new BigInteger[ticks.length];
  }

  /**
   * Ticks of a range of words.
   *
   * @param tickSpacing the pool's tick spacing, positive
   * @param fromWord the first word of the bitmap that was read
   * @param toWord the last word that was read
   * @param ticks every initialised tick of those words, in any order
   * @throws IllegalArgumentException if a tick is twice there, is no multiple of the spacing, or is
   *     outside those words
   */
  public static V3Ticks of(int tickSpacing, int fromWord, int toWord, List<V3Tick> ticks) {
    if (tickSpacing <= 0 || tickSpacing > 16384 || fromWord > toWord) {
      throw new IllegalArgumentException(
          "spacing " + tickSpacing + ", words " + fromWord + " to " + toWord);
    }
    V3Ticks all = new V3Ticks(tickSpacing, fromWord, toWord, ticks.toArray(V3Tick[]::new));
    Arrays.sort(all.ticks, Comparator.comparingInt(V3Tick::index));
    for (int i = 0; i < all.ticks.length; i++) {
      int index = all.ticks[i].index();
      int word = word(Math.floorDiv(index, tickSpacing));
      if (index % tickSpacing != 0
          || word < fromWord
          || word > toWord
          || i > 0 && index == all.ticks[i - 1].index()) {
        throw new IllegalArgumentException(
            "tick " + index + " is twice there, off the spacing, or outside the words");
      }
    }
    return all;
  }

  /**
   * Ticks as a pool's bitmap names them: no word is taken for empty that was not read, and no tick
   * for absent that a word names.
   *
   * @param fromWord the first word that is to be known
   * @param toWord the last one
   * @param words the bits of each of them by its number; those of others are not looked at
   * @param ticks every tick that these words name, in any order
   * @throws IllegalArgumentException that says which word is missing, which tick is there and not
   *     named, or how many are named
   */
  public static V3Ticks named(
      int tickSpacing,
      int fromWord,
      int toWord,
      Map<Integer, BigInteger> words,
      List<V3Tick> ticks) {
    V3Ticks all = of(tickSpacing, fromWord, toWord, ticks);
    int named = 0;
    for (int word = fromWord; word <= toWord; word++) {
      BigInteger bits = words.get(word);
      if (bits == null) {
        throw new IllegalArgumentException("word " + word + " of the tick bitmap was not read");
      }
      named += bits.bitCount();
    }
    for (V3Tick tick : ticks) {
      int compressed = tick.index() / tickSpacing;
      if (!words.get(word(compressed)).testBit(compressed & (WORD_BITS - 1))) {
        throw new IllegalArgumentException("the bitmap does not name tick " + tick.index());
      }
    }
    if (named != ticks.size()) {
      throw new IllegalArgumentException(
          "the bitmap names " + named + " ticks, of which " + ticks.size() + " were read");
    }
    return all;
  }

  /** The ticks that a word of the bitmap names, rising. */
  public static List<Integer> indices(int tickSpacing, int word, BigInteger bits) {
    List<Integer> indices = new ArrayList<>();
    for (int bit = 0; bit < bits.bitLength(); bit++) {
      if (bits.testBit(bit)) {
        indices.add((word * WORD_BITS + bit) * tickSpacing);
      }
    }
    return indices;
  }

  /** All ticks of a pool: nothing remains that was not read. */
  public static V3Ticks all(int tickSpacing, List<V3Tick> ticks) {
    return of(tickSpacing, firstWord(tickSpacing), lastWord(tickSpacing), ticks);
  }

  /** The first word of the bitmap that can hold a tick. */
  public static int firstWord(int tickSpacing) {
    return word(-(TickMath.MAX_TICK / tickSpacing));
  }

  /** The last word of the bitmap that can hold a tick. */
  public static int lastWord(int tickSpacing) {
    return word(TickMath.MAX_TICK / tickSpacing);
  }

  /** The word of the bitmap in which the bit of a tick is. */
  public static int wordOf(int tick, int tickSpacing) {
    return word(Math.floorDiv(tick, tickSpacing));
  }

  /** How far apart the ticks are that may be initialised. */
  public int tickSpacing() {
    return spacing;
  }

  /** The first word that is known. */
  public int fromWord() {
    return fromWord;
  }

  /** The last word that is known. */
  public int toWord() {
    return toWord;
  }

  /** The initialised ticks that are known, rising. */
  public List<V3Tick> list() {
    return List.of(ticks);
  }

  /**
   * The tick, or null if it is not initialised.
   *
   * @throws TicksNotLoaded if its word is not known
   */
  public @Nullable V3Tick get(int index) {
    requireWord(word(Math.floorDiv(index, spacing)));
    int at = floor(index);
    return at >= 0 && ticks[at].index() == index ? ticks[at] : null;
  }

  /** These ticks, with others in the place of those that have the same index. */
  V3Ticks with(List<V3Tick> changed) {
    if (changed.isEmpty()) {
      return this;
    }
    V3Ticks copy = new V3Ticks(spacing, fromWord, toWord, ticks.clone());
    System.arraycopy(roots, 0, copy.roots, 0, roots.length);
    for (V3Tick tick : changed) {
      copy.ticks[floor(tick.index())] = tick;
    }
    return copy;
  }

  /** These ticks, but for one; null removes it. */
  V3Ticks with(int index, @Nullable V3Tick tick) {
    List<V3Tick> changed = new ArrayList<>(List.of(ticks));
    changed.removeIf(t -> t.index() == index);
    if (tick != null) {
      changed.add(tick);
    }
    return of(spacing, fromWord, toWord, changed);
  }

  /** The most liquidity that may begin or end at one tick: all ticks together fit 128 bits. */
  BigInteger maxLiquidity() {
    return FullMath.MAX_128.divide(BigInteger.valueOf(2L * (TickMath.MAX_TICK / spacing) + 1));
  }

  int count() {
    return ticks.length;
  }

  V3Tick at(int position) {
    return ticks[position];
  }

  BigInteger root(int position) {
    BigInteger root = roots[position];
    if (root == null) {
      root = TickMath.sqrtRatio(ticks[position].index());
      roots[position] = root;
    }
    return root;
  }

  /** The position of the last tick that is not above, or -1. */
  int floor(int index) {
    int low = 0;
    int high = ticks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ticks[middle].index() <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * The tick where a search that looks for the next initialised one from here gives up: the last of
   * the same word of the bitmap.
   *
   * @throws TicksNotLoaded if that word is not known
   */
  int endOfWord(int tick, boolean down) {
    int compressed = Math.floorDiv(tick, spacing);
    int word = word(down ? compressed : compressed + 1);
    requireWord(word);
    int end = (down ? word << 8 : (word << 8) + 255) * spacing;
    return Math.max(TickMath.MIN_TICK, Math.min(TickMath.MAX_TICK, end));
  }

  /** Whether all ticks are known below, or above, what is known at all. */
  boolean isKnown(boolean down) {
    return down ? fromWord <= firstWord(spacing) : toWord >= lastWord(spacing);
  }

  private void requireWord(int word) {
    // Words beyond the first and the last hold no ticks for anyone.
    if (word < fromWord && word >= firstWord(spacing)
        || word > toWord && word <= lastWord(spacing)) {
      throw new TicksNotLoaded(word, fromWord, toWord);
    }
  }

  private static int word(int compressed) {
    return compressed >> 8;
  }

  @Override
  public String toString() {
    return ticks.length + " ticks in words " + fromWord + " to " + toWord;
  }
}
