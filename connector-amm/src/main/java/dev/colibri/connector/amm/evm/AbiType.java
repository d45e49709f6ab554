package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** One type of the contracts' binary interface: how a value of it is written and read. */
abstract class AbiType {
  static final int WORD = Abi.WORD;

  /** As it stands in a signature. */
  private final String name;

  /** Whether it is written after the others, with its place among them. */
  private final boolean dynamic;

  /** How many bytes it takes among the others. */
  private final int head;

  private AbiType(String name, boolean dynamic, int head) {
    this.name = name;
    this.dynamic = dynamic;
    this.head = head;
  }

  final boolean isDynamic() {
    return dynamic;
  }

  final int head() {
    return dynamic ? WORD : head;
  }

  @Override
  public final String toString() {
    return name;
  }

  /** Whether it is a simple one of one word. */
  boolean isWord() {
    return false;
  }

  /** Throws {@link IllegalArgumentException} that names {@code where} unless the value is of it. */
  abstract void check(Object value, String where);

  /** How many bytes a value takes in its own place. */
  abstract int size(Object value);

  /** Writes a value; returns where it ends. */
  abstract int write(Object value, byte[] out, int at);

  /** Reads a value. */
  abstract Object read(Data data, int at);

  final IllegalArgumentException refused(String where, Object value) {
    String shown = value instanceof byte[] b ? b.length + " bytes" : String.valueOf(value);
    return new IllegalArgumentException(where + " is " + name + ", not " + shown);
  }

  // ---- what is read

  /**
   * What a contract said. Everything in it is read once: a tail that several places point to would
   * make a small answer into a large one.
   */
  static final class Data {
    private final byte[] bytes;
    private int left;

    Data(byte[] bytes) {
      this.bytes = bytes;
      left = bytes.length;
    }

    /** Says that bytes are read; throws when there are none. */
    void take(int at, long length, AbiType type) {
      if (at < 0 || length > bytes.length - (long) at) {
        throw bad(at, type, length + " bytes, of " + bytes.length);
      }
      left -= (int) length;
      if (left < 0) {
        throw bad(at, type, "what was read before");
      }
    }

    /** A length or a place: it must be within what is there. */
    int whole(int at, AbiType type) {
      take(at, WORD, type);
      for (int i = at; i < at + WORD - 4; i++) {
        if (bytes[i] != 0) {
          throw bad(at, type, "a length or place beyond the end");
        }
      }
      int value =
          bytes[at + WORD - 4] << 24
              | (bytes[at + WORD - 3] & 0xff) << 16
              | (bytes[at + WORD - 2] & 0xff) << 8
              | bytes[at + WORD - 1] & 0xff;
      if (value < 0 || value > bytes.length) {
        throw bad(at, type, "a length or place beyond the end");
      }
      return value;
    }

    TextException bad(int at, AbiType type, String found) {
      String shown =
          at < 0 || at >= bytes.length
              ? ""
              : ": " + Hex.encode(Arrays.copyOfRange(bytes, at, Math.min(at + WORD, bytes.length)));
      return new TextException("byte " + at + ": no " + type + ", but " + found + shown);
    }
  }

  // ---- the types

  /** One word, of which the other bytes must be as they are written. */
  private abstract static class Word extends AbiType {
    Word(String name) {
      super(name, false, WORD);
    }

    @Override
    final boolean isWord() {
      return true;
    }

    @Override
    final int size(Object value) {
      return WORD;
    }

    @Override
    final int write(Object value, byte[] out, int at) {
      put(value, out, at);
      return at + WORD;
    }

    @Override
    final Object read(Data data, int at) {
      data.take(at, WORD, this);
      return get(data, at);
    }

    abstract void put(Object value, byte[] out, int at);

    abstract Object get(Data data, int at);

    final void zeros(Data data, int at, int from, int to) {
      for (int i = at + from; i < at + to; i++) {
        if (data.bytes[i] != 0) {
          throw data.bad(at, this, "a word with more in it");
        }
      }
    }
  }

  private static final class Whole extends Word {
    private final boolean signed;
    private final int bits;

    Whole(String name, boolean signed, int bits) {
      super(name);
      this.signed = signed;
      this.bits = bits;
    }

    private static BigInteger number(Object value) {
      return value instanceof BigInteger b ? b : BigInteger.valueOf(((Number) value).longValue());
    }

    private boolean fits(BigInteger value) {
      return signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
    }

    @Override
    void check(Object value, String where) {
      if (!(value instanceof BigInteger || value instanceof Long || value instanceof Integer)
          || !fits(number(value))) {
        throw refused(where, value);
      }
    }

    @Override
    void put(Object value, byte[] out, int at) {
      byte[] b = number(value).toByteArray();
      int length = Math.min(WORD, b.length);
      if (b[0] < 0) {
        Arrays.fill(out, at, at + WORD - length, (byte) 0xff);
      }
      System.arraycopy(b, b.length - length, out, at + WORD - length, length);
      if (!signed) {
        // A number of 256 bits has a leading zero in its 33 bytes, and is not negative.
        Arrays.fill(out, at, at + WORD - length, (byte) 0);
      }
    }

    @Override
    Object get(Data data, int at) {
      byte[] word = Arrays.copyOfRange(data.bytes, at, at + WORD);
      BigInteger value = signed ? new BigInteger(word) : new BigInteger(1, word);
      if (!fits(value)) {
        throw data.bad(at, this, "a greater number");
      }
      return value;
    }
  }

  private static final AbiType ADDRESS =
      new Word("address") {
        @Override
        void check(Object value, String where) {
          if (!(value instanceof Address)) {
            throw refused(where, value);
          }
        }

        @Override
        void put(Object value, byte[] out, int at) {
          ((Address) value).write(out, at + WORD - Address.LENGTH);
        }

        @Override
        Object get(Data data, int at) {
          zeros(data, at, 0, WORD - Address.LENGTH);
          return Address.in(data.bytes, at);
        }
      };

  private static final AbiType BOOL =
      new Word("bool") {
        @Override
        void check(Object value, String where) {
          if (!(value instanceof Boolean)) {
            throw refused(where, value);
          }
        }

        @Override
        void put(Object value, byte[] out, int at) {
          out[at + WORD - 1] = (byte) ((Boolean) value ? 1 : 0);
        }

        @Override
        Object get(Data data, int at) {
          zeros(data, at, 0, WORD - 1);
          byte last = data.bytes[at + WORD - 1];
          if (last < 0 || last > 1) {
            throw data.bad(at, this, "a number");
          }
          return last == 1;
        }
      };

  private static final class FixedBytes extends Word {
    private final int length;

    FixedBytes(String name, int length) {
      super(name);
      this.length = length;
    }

    @Override
    void check(Object value, String where) {
      if (!(value instanceof byte[] b) || b.length != length) {
        throw refused(where, value);
      }
    }

    @Override
    void put(Object value, byte[] out, int at) {
      System.arraycopy((byte[]) value, 0, out, at, length);
    }

    @Override
    Object get(Data data, int at) {
      zeros(data, at, length, WORD);
      return Arrays.copyOfRange(data.bytes, at, at + length);
    }
  }

  /** Bytes or text of any length. */
  private static final class Text extends AbiType {
    private final boolean text;

    Text(String name, boolean text) {
      super(name, true, WORD);
      this.text = text;
    }

    private byte[] bytes(Object value) {
      return text ? ((String) value).getBytes(StandardCharsets.UTF_8) : (byte[]) value;
    }

    @Override
    void check(Object value, String where) {
      if (!(text ? value instanceof String : value instanceof byte[])) {
        throw refused(where, value);
      }
    }

    @Override
    int size(Object value) {
      return WORD + (bytes(value).length + WORD - 1) / WORD * WORD;
    }

    @Override
    int write(Object value, byte[] out, int at) {
      byte[] b = bytes(value);
      whole(b.length, out, at);
      System.arraycopy(b, 0, out, at + WORD, b.length);
      return at + WORD + (b.length + WORD - 1) / WORD * WORD;
    }

    @Override
    Object read(Data data, int at) {
      int length = data.whole(at, this);
      int from = at + WORD;
      data.take(from, length, this);
      if (!text) {
        return Arrays.copyOfRange(data.bytes, from, from + length);
      }
      String read = new String(data.bytes, from, length, StandardCharsets.UTF_8);
      byte[] again = read.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(again, 0, again.length, data.bytes, from, from + length)) {
        throw data.bad(from, this, "bytes that are no UTF-8");
      }
      return read;
    }
  }

  /** Several values of given types. */
  static final class Tuple extends AbiType {
    final List<AbiType> types;

    /** What they are called, empty for those that are not. */
    final List<String> names;

    private final int heads;

    Tuple(List<AbiType> types, List<String> names) {
      super(
          "(" + String.join(",", types.stream().map(AbiType::toString).toList()) + ")",
          types.stream().anyMatch(AbiType::isDynamic),
          types.stream().mapToInt(AbiType::head).sum());
      this.types = List.copyOf(types);
      this.names = List.copyOf(names);
      heads = types.stream().mapToInt(AbiType::head).sum();
    }

    private static List<?> list(Object value) {
      return value instanceof AbiValues v ? v.all() : (List<?>) value;
    }

    @Override
    void check(Object value, String where) {
      if (!(value instanceof List<?> || value instanceof AbiValues)
          || list(value).size() != types.size()) {
        throw refused(where, value);
      }
      List<?> values = list(value);
      for (int i = 0; i < types.size(); i++) {
        String name = names.get(i).isEmpty() ? Integer.toString(i) : names.get(i);
        types.get(i).check(values.get(i), where + "." + name);
      }
    }

    @Override
    int size(Object value) {
      List<?> values = list(value);
      int size = heads;
      for (int i = 0; i < types.size(); i++) {
        if (types.get(i).dynamic) {
          size += types.get(i).size(values.get(i));
        }
      }
      return size;
    }

    @Override
    int write(Object value, byte[] out, int at) {
      List<?> values = list(value);
      int place = at;
      int tail = at + heads;
      for (int i = 0; i < types.size(); i++) {
        tail = put(types.get(i), values.get(i), out, at, place, tail);
        place += types.get(i).head();
      }
      return tail;
    }

    @Override
    Object read(Data data, int at) {
      List<Object> values = new ArrayList<>(types.size());
      int place = at;
      for (AbiType type : types) {
        values.add(get(type, data, at, place));
        place += type.head();
      }
      return new AbiValues(this, values);
    }
  }

  /** As many values of one type as it says, or as the value says. */
  private static final class Array extends AbiType {
    private final AbiType of;
    private final int length;

    Array(AbiType of, int length) {
      super(
          of + "[" + (length < 0 ? "" : length) + "]",
          length < 0 || of.dynamic,
          length < 0 ? WORD : Math.multiplyExact(length, of.head()));
      this.of = of;
      this.length = length;
    }

    @Override
    void check(Object value, String where) {
      if (!(value instanceof List<?> list) || length >= 0 && list.size() != length) {
        throw refused(where, value);
      }
      int i = 0;
      for (Object item : list) {
        of.check(item, where + "[" + i++ + "]");
      }
    }

    @Override
    int size(Object value) {
      List<?> values = (List<?>) value;
      int size = (length < 0 ? WORD : 0) + values.size() * of.head();
      if (of.dynamic) {
        for (Object item : values) {
          size += of.size(item);
        }
      }
      return size;
    }

    @Override
    int write(Object value, byte[] out, int at) {
      List<?> values = (List<?>) value;
      int base = at;
      if (length < 0) {
        whole(values.size(), out, at);
        base += WORD;
      }
      int place = base;
      int tail = base + values.size() * of.head();
      for (Object item : values) {
        tail = put(of, item, out, base, place, tail);
        place += of.head();
      }
      return tail;
    }

    @Override
    Object read(Data data, int at) {
      int count = length;
      int base = at;
      if (length < 0) {
        count = data.whole(at, this);
        base += WORD;
      }
      if ((long) count * of.head() > data.bytes.length - (long) base) {
        throw data.bad(at, this, count + " items beyond the end");
      }
      List<Object> values = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        values.add(get(of, data, base, base + i * of.head()));
      }
      return Collections.unmodifiableList(values);
    }
  }

  /** Writes a value in its place, or its place there and the value after the others. */
  private static int put(AbiType type, Object value, byte[] out, int base, int place, int tail) {
    if (!type.dynamic) {
      type.write(value, out, place);
      return tail;
    }
    whole(tail - base, out, place);
    return type.write(value, out, tail);
  }

  private static Object get(AbiType type, Data data, int base, int place) {
    return type.read(data, type.dynamic ? base + data.whole(place, type) : place);
  }

  private static void whole(int value, byte[] out, int at) {
    out[at + WORD - 4] = (byte) (value >> 24);
    out[at + WORD - 3] = (byte) (value >> 16);
    out[at + WORD - 2] = (byte) (value >> 8);
    out[at + WORD - 1] = (byte) value;
  }

  // ---- how types are written

  /** A type by its name that has no parts. */
  static AbiType simple(String name) {
    switch (name) {
      case "address":
        return ADDRESS;
      case "bool":
        return BOOL;
      case "bytes":
        return new Text(name, false);
      case "string":
        return new Text(name, true);
      default:
    }
    if (name.matches("u?int[0-9]{1,3}")) {
      boolean signed = name.charAt(0) == 'i';
      int bits = Integer.parseInt(name.substring(signed ? 3 : 4));
      if (bits > 0 && bits <= 256 && bits % 8 == 0 && name.endsWith("t" + bits)) {
        return new Whole(name, signed, bits);
      }
    }
    if (name.matches("bytes[1-9][0-9]?") && Integer.parseInt(name.substring(5)) <= WORD) {
      return new FixedBytes(name, Integer.parseInt(name.substring(5)));
    }
    throw new IllegalArgumentException("no type of the ABI: " + name);
  }

  /** An array; of any length where it is negative. */
  static AbiType array(AbiType of, int length) {
    if (length == 0 || of.head() == 0) {
      throw new IllegalArgumentException("an array that takes no room: " + of + "[" + length + "]");
    }
    return new Array(of, length);
  }
}
