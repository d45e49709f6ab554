package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A few words, found among the bytes of a document without making a String: the names of fields, or
 * the values of an enumeration. Immutable.
 */
public final class Names {
  private final byte[][] words;

  /**
   * Where a word stands, by its hash; -1 where none does. A quarter of it is filled at the most.
   */
  private final short[] places;

  private Names(List<String> words) {
    this.words = new byte[words.size()][];
    places = new short[Integer.highestOneBit(Math.max(1, words.size())) * 8];
    Arrays.fill(places, (short) -1);
    for (int i = 0; i < this.words.length; i++) {
      byte[] word = words.get(i).getBytes(StandardCharsets.UTF_8);
      if (word.length == 0 || find(word, 0, word.length) >= 0) {
        throw new IllegalArgumentException("empty or twice: \"" + words.get(i) + '"');
      }
      this.words[i] = word;
      int place = hash(word, 0, word.length);
      while (places[place] >= 0) {
        place = place + 1 & places.length - 1;
      }
      places[place] = (short) i;
    }
  }

  /**
   * Words by their place in the list.
   *
   * @throws IllegalArgumentException when one is empty or stands there twice
   */
  public static Names of(List<String> words) {
    return new Names(words);
  }

  /** The place of the word in bytes {@code from} (inclusive) to {@code to} (exclusive), or -1. */
  public int find(byte[] bytes, int from, int to) {
    if (from == to) {
      return -1;
    }
    int place = hash(bytes, from, to);
    int i;
    while ((i = places[place]) >= 0) {
      byte[] word = words[i];
      if (word.length == to - from && same(word, bytes, from)) {
        return i;
      }
      place = place + 1 & places.length - 1;
    }
    return -1;
  }

  private static boolean same(byte[] word, byte[] bytes, int from) {
    for (int i = 0; i < word.length; i++) {
      if (bytes[from + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  /** Of the length and three letters, which is enough to tell the names of a message apart. */
  private int hash(byte[] bytes, int from, int to) {
    int h = (to - from) * 31 + bytes[from];
    h = h * 31 + bytes[from + to >>> 1];
    h = (h * 31 + bytes[to - 1]) * 0x9E3779B1;
    return h >>> 16 & places.length - 1;
  }
}
