package dev.colibri.connector.spi;

import dev.colibri.connector.text.Decimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Text of which a checksum is taken. Reused: it makes no garbage once it has grown. */
public final class ChecksumText {
  private final CRC32 crc = new CRC32();
  private byte[] bytes = new byte[512];
  private int length;

  /** Empties it. */
  public ChecksumText clear() {
    length = 0;
    return this;
  }

  /** Appends an ASCII character. */
  public ChecksumText append(char c) {
    makeRoom(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /**
   * Appends the number {@code mantissa / 10^digits} with all its digits and never an exponent, so
   * that 500 with 4 is {@code 0.0500}.
   *
   * @param mantissa not negative
   */
  public ChecksumText decimal(long mantissa, int digits) {
    int written = Math.max(length(mantissa), digits + 1);
    int size = digits > 0 ? written + 1 : written - digits;
    makeRoom(size);
    length += size;
    int p = length;
    for (int i = digits; i < 0; i++) {
      bytes[--p] = '0';
    }
    long rest = mantissa;
    for (int i = 0; i < written; i++) {
      if (i > 0 && i == digits) {
        bytes[--p] = '.';
      }
      bytes[--p] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return this;
  }

  /**
   * Appends the number without its point and leading zeros, so that 500 with 4, written as {@code
   * 0.0500}, is {@code 500}.
   *
   * @param mantissa not negative
   * @param atLeast digits after the point that the venue counts even where it does not write them
   */
  public ChecksumText withoutPoint(long mantissa, int digits, int atLeast) {
    return decimal(digits < atLeast ? Decimal.rescale(mantissa, digits, atLeast) : mantissa, 0);
  }

  /**
   * Appends {@code price:size} of a level, after a colon unless it is the first; nothing where the
   * side has no such level.
   */
  public ChecksumText level(BookChecksum.Levels side, int level) {
    if (level < side.count()) {
      if (length > 0) {
        append(':');
      }
      decimal(side.price(level), side.priceDigits(level));
      append(':').decimal(side.size(level), side.sizeDigits(level));
    }
    return this;
  }

  /** The CRC-32 of the text, as an unsigned number of 32 bits. */
  public long crc32() {
    crc.reset();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  /** The CRC-32 of the text, as a signed number of 32 bits. */
  public long signedCrc32() {
    return (int) crc32();
  }

  private void makeRoom(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (length + more));
    }
  }

  private static int length(long n) {
    int digits = 1;
    while (digits < 19 && n >= Decimal.power(digits)) {
      digits++;
    }
    return digits;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }
}
