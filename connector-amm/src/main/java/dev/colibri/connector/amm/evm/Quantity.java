package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers and bytes as nodes write them (EIP-1474). What is not written so is refused. */
final class Quantity {
  private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final Pattern BYTES = Pattern.compile("0x(?:[0-9a-fA-F]{2})*+");
  private static final Pattern WORD = Pattern.compile("0x[0-9a-fA-F]{64}");

  private Quantity() {}

  static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  static BigInteger number(Json value) {
    return new BigInteger(read(value, NUMBER, "number").substring(2), 16);
  }

  /** A number that is not negative. */
  static long longNumber(Json value) {
    BigInteger number = number(value);
    if (number.bitLength() > 63) {
      throw new TextException(value.path() + ": a number of " + number.bitLength() + " bits");
    }
    return number.longValue();
  }

  static byte[] bytes(Json value) {
    return Hex.decode(read(value, BYTES, "bytes"));
  }

  /** A hash or a topic: {@code 0x} and 64 small digits. */
  static String word(Json value) {
    return read(value, WORD, "hash").toLowerCase(Locale.ROOT);
  }

  static Address address(Json value) {
    return Address.of(bytes(value));
  }

  private static String read(Json value, Pattern shape, String what) {
    String text = value.isString() ? value.asText() : "";
    if (!shape.matcher(text).matches()) {
      throw new TextException(
          value.path() + ": no " + what + ": " + Escape.text(value.toString(), 80));
    }
    return text;
  }
}
