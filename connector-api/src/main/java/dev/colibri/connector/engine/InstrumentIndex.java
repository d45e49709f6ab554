package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Map<String, Instrument> byName = new LinkedHashMap<>();
  private final Map<String, Instrument> bySymbol = new LinkedHashMap<>();
  private final @Nullable Entry[] entries;
  private final int shift;

  /** An instrument by the bytes of its symbol; the first eight and the last eight, or 0. */
  private record Entry(byte[] symbol, long head, long tail, Instrument instrument) {
    /** Whether these, of which head and tail are known, are the same. */
    boolean is(byte[] bytes, int from, int to, long head, long tail) {
      int length = symbol.length;
      return head == this.head
          && tail == this.tail
          && length == to - from
          && (length <= 2 * Long.BYTES || Arrays.equals(symbol, 0, length, bytes, from, to));
    }
  }

  /** An index of these; of two with one name, the first one's name stands. */
  InstrumentIndex(Collection<Instrument> instruments) {
    int capacity = Integer.highestOneBit(Math.max(8, instruments.size() * 4));
    entries = new Entry[capacity];
    shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
    for (Instrument i : instruments) {
      byName.putIfAbsent(i.name(), i);
      bySymbol.put(i.symbol(), i);
      byte[] key = i.symbol().getBytes(StandardCharsets.UTF_8);
      long head = head(key, 0, key.length);
      long tail = tail(key, 0, key.length);
      int slot = slot(head, tail);
      for (Entry e = entries[slot]; e != null; e = entries[slot]) {
        if (e.is(key, 0, key.length, head, tail)) {
          break;
        }
        slot = slot + 1 & capacity - 1;
      }
      entries[slot] = new Entry(key, head, tail, i);
    }
  }

  private static long head(byte[] b, int from, int to) {
    if (from + Long.BYTES <= b.length) {
      long eight = (long) EIGHT.get(b, from);
      int missing = Long.BYTES - (to - from);
      return missing <= 0 ? eight : missing == Long.BYTES ? 0 : eight & -1L >>> 8 * missing;
    }
    long head = 0;
    for (int i = to - 1; i >= from; i--) {
      head = head << 8 | b[i] & 0xff;
    }
    return head;
  }

  private static long tail(byte[] b, int from, int to) {
    return to - from <= Long.BYTES ? 0 : (long) EIGHT.get(b, to - Long.BYTES);
  }

  private int slot(long head, long tail) {
    // Symbols differ in a few letters only as a rule: spread what they change.
    long h = (head ^ Long.rotateLeft(tail, 29)) * 0x9E3779B97F4A7C15L;
    return (int) ((h ^ h >>> 32) * 0x9E3779B97F4A7C15L >>> shift);
  }

  @Nullable Instrument find(byte[] bytes, int from, int to) {
    long head = head(bytes, from, to);
    long tail = tail(bytes, from, to);
    int slot = slot(head, tail);
    for (Entry e = entries[slot]; e != null; e = entries[slot]) {
      if (e.is(bytes, from, to, head, tail)) {
        return e.instrument;
      }
      slot = slot + 1 & entries.length - 1;
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
