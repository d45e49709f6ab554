package dev.colibri.connector.text;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes JSON as MessagePack, for venues that sign this form of what they are sent as JSON: fields
 * in their order, every value in the shortest form that the format has for it.
 *
 * <p>Numbers must be whole, from -2<sup>63</sup> to 2<sup>64</sup>-1: a fraction would become a
 * binary one, and money is none.
 */
public final class MsgPack {
  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private MsgPack() {}

  /** The bytes of a value. Throws {@link TextException} for a number that is not whole. */
  public static byte[] encode(Json value) {
    MsgPack packer = new MsgPack();
    packer.value(value);
    return packer.out.toByteArray();
  }

  private void value(Json value) {
    if (value.isObject()) {
      header(value.fields().size(), 0x80, 15, 0, 0xde);
      value
          .fields()
          .forEach(
              (name, field) -> {
                text(name);
                value(field);
              });
    } else if (value.isArray()) {
      header(value.size(), 0x90, 15, 0, 0xdc);
      value.items().forEach(this::value);
    } else if (value.isString()) {
      text(value.asText());
    } else if (value.isNumber()) {
      number(value);
    } else {
      out.write(value.isNull() ? 0xc0 : value.asBool() ? 0xc3 : 0xc2);
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    header(utf8.length, 0xa0, 31, 0xd9, 0xda);
    out.writeBytes(utf8);
  }

  /**
   * A length.
   *
   * @param fix the first byte of the shortest form, to which the length is added
   * @param most the longest of that form
   * @param of8 the first byte of the form with a length of 8 bits; 0 for none
   * @param of16 that of the form with 16 bits; that with 32 bits follows it
   */
  private void header(int length, int fix, int most, int of8, int of16) {
    if (length <= most) {
      out.write(fix | length);
    } else if (length < 1 << 8 && of8 != 0) {
      integer(of8, 1, length);
    } else if (length < 1 << 16) {
      integer(of16, 2, length);
    } else {
      integer(of16 + 1, 4, length);
    }
  }

  private void number(Json number) {
    String text = number.asText();
    if (!text.matches("-?[0-9]{1,20}")) {
      throw new TextException(number.path() + ": not a whole number: " + text);
    }
    BigInteger whole = new BigInteger(text);
    if (whole.compareTo(MOST) >= 0 || whole.signum() < 0 && whole.bitLength() > 63) {
      throw new TextException(number.path() + ": beyond 64 bits: " + text);
    }
    long n = whole.longValue();
    if (whole.signum() >= 0) {
      int bits = whole.bitLength();
      int size = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
      if (bits <= 7) {
        out.write((int) n);
      } else {
        integer(0xcc + size, 1 << size, n);
      }
    } else if (n >= -32) {
      out.write((int) n);
    } else {
      int bits = whole.bitLength() + 1;
      int size = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
      integer(0xd0 + size, 1 << size, n);
    }
  }

  /** A first byte, and the lowest bytes of a number, the highest of them first. */
  private void integer(int first, int bytes, long number) {
    out.write(first);
    out.write(ByteBuffer.allocate(8).putLong(0, number).array(), 8 - bytes, bytes);
  }
}
