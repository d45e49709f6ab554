package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, or a list of such things: what transactions are written in (Yellow Paper, appendix B).
 * Immutable.
 *
 * <p>What is read must be written in the one way that is lawful: the shortest, with nothing after
 * it. Two texts of the same transaction would have two hashes.
 */
public final class Rlp {
  private static final int MOST_DEPTH = 16;
  private static final int SHORT = 55;
  private static final int BYTES = 0x80;
  private static final int LIST = 0xc0;

  private final byte @Nullable [] bytes;
  private final List<Rlp> items;

  private Rlp(byte @Nullable [] bytes, List<Rlp> items) {
    this.bytes = bytes;
    this.items = items;
  }

  /** Bytes, which are not copied. */
  public static Rlp of(byte[] bytes) {
    return new Rlp(bytes, List.of());
  }

  /**
   * A number, without leading zeros; zero has no bytes.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static Rlp of(BigInteger number) {
    if (number.signum() < 0) {
      throw new IllegalArgumentException("RLP has no negative numbers: " + number);
    }
    byte[] all = number.toByteArray();
    return of(all[0] == 0 ? Arrays.copyOfRange(all, 1, all.length) : all);
  }

  /** A number that is not negative. */
  public static Rlp of(long number) {
    return of(BigInteger.valueOf(number));
  }

  /** A list. */
  public static Rlp list(List<Rlp> items) {
    return new Rlp(null, List.copyOf(items));
  }

  /** A list. */
  public static Rlp list(Rlp... items) {
    return list(Arrays.asList(items));
  }

  /** As it travels. */
  public byte[] encode() {
    byte[] out = new byte[size()];
    write(out, 0);
    return out;
  }

  private int content() {
    return bytes != null ? bytes.length : items.stream().mapToInt(Rlp::size).sum();
  }

  private int size() {
    if (bytes != null && bytes.length == 1 && bytes[0] >= 0) {
      return 1;
    }
    int content = content();
    return 1 + (content <= SHORT ? 0 : lengthOf(content)) + content;
  }

  private static int lengthOf(int length) {
    return (39 - Integer.numberOfLeadingZeros(length)) / 8;
  }

  private int write(byte[] out, int from) {
    int at = from;
    if (bytes == null || bytes.length != 1 || bytes[0] < 0) {
      int content = content();
      int base = bytes == null ? LIST : BYTES;
      if (content <= SHORT) {
        out[at++] = (byte) (base + content);
      } else {
        int length = lengthOf(content);
        out[at++] = (byte) (base + SHORT + length);
        for (int i = length - 1; i >= 0; i--) {
          out[at++] = (byte) (content >> 8 * i);
        }
      }
    }
    if (bytes != null) {
      System.arraycopy(bytes, 0, out, at, bytes.length);
      return at + bytes.length;
    }
    for (Rlp item : items) {
      at = item.write(out, at);
    }
    return at;
  }

  /**
   * Reads what is all of the bytes.
   *
   * @throws TextException when they are not written in the one lawful way, or are nested more than
   *     16 deep
   */
  public static Rlp decode(byte[] data) {
    Reader reader = new Reader(data);
    Rlp value = reader.read(data.length, 0);
    if (reader.at != data.length) {
      throw reader.bad("something follows");
    }
    return value;
  }

  /** Goes through the bytes once. */
  private static final class Reader {
    private final byte[] data;
    private int at;

    Reader(byte[] data) {
      this.data = data;
    }

    Rlp read(int to, int depth) {
      if (at >= to) {
        throw bad("nothing");
      }
      int first = data[at] & 0xff;
      if (first < BYTES) {
        return of(new byte[] {data[at++]});
      }
      boolean list = first >= LIST;
      int from = at;
      int length = length(first - (list ? LIST : BYTES), to);
      int end = at + length;
      if (!list) {
        if (length == 1 && data[at] >= 0) {
          at = from;
          throw bad("one byte that is written as two");
        }
        byte[] bytes = Arrays.copyOfRange(data, at, end);
        at = end;
        return of(bytes);
      }
      if (depth == MOST_DEPTH) {
        throw bad("nested more than " + MOST_DEPTH + " deep");
      }
      List<Rlp> items = new ArrayList<>();
      while (at < end) {
        items.add(read(end, depth + 1));
      }
      return list(items);
    }

    /** The length that begins here; afterwards {@link #at} is where the content begins. */
    private int length(int code, int to) {
      int begin = at++;
      long length = code;
      if (code > SHORT) {
        int bytes = code - SHORT;
        if (bytes > 4 || bytes > to - at || data[at] == 0) {
          at = begin;
          throw bad("a length that is too long, or begins with zero");
        }
        length = 0;
        for (int i = 0; i < bytes; i++) {
          length = length << 8 | data[at++] & 0xff;
        }
        if (length <= SHORT) {
          at = begin;
          throw bad("a length that could be shorter");
        }
      }
      if (length > to - at) {
        at = begin;
        throw bad("a length beyond the end: " + length);
      }
      return (int) length;
    }

    TextException bad(String problem) {
      return new TextException("RLP, byte " + at + ": " + problem);
    }
  }

  /** Whether it is a list. */
  public boolean isList() {
    return bytes == null;
  }

  /**
   * The bytes, not a copy.
   *
   * @throws TextException when it is a list
   */
  public byte[] bytes() {
    if (bytes == null) {
      throw new TextException("RLP: a list where bytes are expected");
    }
    return bytes;
  }

  /**
   * The number.
   *
   * @throws TextException when it is a list, begins with a zero, or has more than 256 bits
   */
  public BigInteger number() {
    byte[] b = bytes();
    if (b.length > Abi.WORD || b.length > 0 && b[0] == 0) {
      throw new TextException("RLP: no number of 256 bits without leading zeros");
    }
    return new BigInteger(1, b);
  }

  /**
   * The number.
   *
   * @throws TextException when it is none, or greater than a long
   */
  public long longNumber() {
    BigInteger number = number();
    if (number.bitLength() > 63) {
      throw new TextException("RLP: a number of " + number.bitLength() + " bits, 63 at most");
    }
    return number.longValue();
  }

  /**
   * The items.
   *
   * @throws TextException when it is no list
   */
  public List<Rlp> items() {
    if (bytes != null) {
      throw new TextException("RLP: bytes where a list is expected");
    }
    return Collections.unmodifiableList(items);
  }
}
