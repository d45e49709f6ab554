package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instruments of a venue, by name, by symbol, and by the bytes of the symbol without a String.
 */
final class InstrumentIndex {
  private final Map<String, Instrument> byName = new LinkedHashMap<>();
  private final Map<String, Instrument> bySymbol = new LinkedHashMap<>();
  private final byte[][] keys;
  private final @Nullable Instrument[] values;
  private final int mask;

  /** An index of these; of two with one name, the first one's name stands. */
  InstrumentIndex(Collection<Instrument> instruments) {
    int capacity = Integer.highestOneBit(Math.max(8, instruments.size() * 4));
    keys = new byte[capacity][];
    values = new Instrument[capacity];
    mask = capacity - 1;
    for (Instrument i : instruments) {
      byName.putIfAbsent(i.name(), i);
      bySymbol.put(i.symbol(), i);
      byte[] key = i.symbol().getBytes(StandardCharsets.UTF_8);
      int slot = hash(key, 0, key.length) & mask;
      while (keys[slot] != null && !Arrays.equals(keys[slot], key)) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = key;
      values[slot] = i;
    }
  }

  private static int hash(byte[] b, int from, int to) {
    int h = 0;
    for (int i = from; i < to; i++) {
      h = 31 * h + b[i];
    }
    // Symbols differ in their last letters only as a rule: spread what they change.
    return h ^ (h >>> 15);
  }

  @Nullable Instrument find(byte[] bytes, int from, int to) {
    for (int slot = hash(bytes, from, to) & mask; keys[slot] != null; slot = (slot + 1) & mask) {
      if (Arrays.equals(keys[slot], 0, keys[slot].length, bytes, from, to)) {
        return values[slot];
      }
    }
    return null;
  }

  @Nullable Instrument bySymbol(String symbol) {
    return bySymbol.get(symbol);
  }

  @Nullable Instrument byName(String name) {
    return byName.get(name);
  }

  /** Every instrument, in the venue's order. */
  Collection<Instrument> all() {
    return Collections.unmodifiableCollection(bySymbol.values());
  }
}
