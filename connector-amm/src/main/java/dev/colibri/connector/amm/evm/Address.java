package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Twenty bytes that name a wallet or a contract. Written with the check in the case of its letters
 * that EIP-55 describes, which is judged when one is read. Ordered as numbers, as market makers
 * order the tokens of a pool. Immutable.
 */
public final class Address implements Comparable<Address> {
  /** How many bytes it has. */
  public static final int LENGTH = 20;

  /** What contracts use for none. */
  public static final Address ZERO = new Address(new byte[LENGTH]);

  private static final Pattern SHAPE = Pattern.compile("0x[0-9a-fA-F]{40}");

  private final byte[] bytes;

  /** Written at the first use; whichever thread comes first writes the same. */
  private @Nullable String text;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads {@code 0x} and 40 hexadecimal digits. Letters of both cases must keep the check of
   * EIP-55; those of one case have none to keep.
   *
   * @throws TextException when it is no address, or one with a digit that was mistyped
   */
  public static Address of(String text) {
    if (!SHAPE.matcher(text).matches()) {
      throw new TextException("not an address: " + Escape.text(text));
    }
    Address address = new Address(Hex.decode(text));
    String digits = text.substring(2);
    boolean checked =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (checked && !address.toString().equals(text)) {
      throw new TextException(
          "a mistyped address: " + text + " breaks the check of EIP-55 in its letters");
    }
    return address;
  }

  /**
   * Of 20 bytes, which are copied.
   *
   * @throws TextException when there are more or fewer
   */
  public static Address of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new TextException("an address has 20 bytes, not " + bytes.length);
    }
    return new Address(bytes.clone());
  }

  /** Of a word whose last 20 bytes it is; the caller has seen to the others. */
  static Address in(byte[] data, int from) {
    return new Address(Arrays.copyOfRange(data, from + Abi.WORD - LENGTH, from + Abi.WORD));
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  void write(byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, LENGTH);
  }

  /** Whether it is {@link #ZERO}. */
  public boolean isZero() {
    return equals(ZERO);
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Address a && Arrays.equals(bytes, a.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** {@code 0x} and 40 digits with the check of EIP-55: what {@link #of(String)} reads. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = checked(Hex.encode(bytes));
      text = known;
    }
    return known;
  }

  /** A letter is a capital where the hash of the small ones has a digit of 8 or more. */
  private static String checked(String digits) {
    byte[] hash = Digest.keccak256(digits.getBytes(StandardCharsets.US_ASCII));
    StringBuilder out = new StringBuilder("0x");
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean high = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 8) != 0;
      out.append(high && c >= 'a' ? (char) (c - 'a' + 'A') : c);
    }
    return out.toString();
  }
}
