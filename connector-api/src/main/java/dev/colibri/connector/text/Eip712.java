package dev.colibri.connector.text;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Hashes of typed data (EIP-712), as wallets sign it. A struct is said member by member, in the
 * order of its type, and every member is checked against it:
 *
 * <pre>{@code
 * byte[] domain = Eip712.struct("EIP712Domain(string name,uint256 chainId)")
 *     .text("Ether Mail").number(1).hash();
 * byte[] hash = Eip712.struct("Mail(Person to,string contents)Person(string name)")
 *     .struct(Eip712.struct("Person(string name)").text("Bob")).text("Hello").hash();
 * byte[] signed = Eip712.digest(domain, hash);
 * }</pre>
 *
 * <p>The type is the text that the standard calls {@code encodeType}: the structs it refers to
 * follow in alphabetical order. Needs BouncyCastle, as {@link Digest#keccak256} does.
 */
public final class Eip712 {
  private Eip712() {}

  /** What is signed: of the hash of a domain and that of a message. */
  public static byte[] digest(byte[] domain, byte[] message) {
    byte[] text = new byte[66];
    text[0] = 0x19;
    text[1] = 0x01;
    System.arraycopy(domain, 0, text, 2, 32);
    System.arraycopy(message, 0, text, 34, 32);
    return Digest.keccak256(text);
  }

  /** Begins a struct, or a domain, which is one of type {@code EIP712Domain}. */
  public static Struct struct(String type) {
    return new Struct(type);
  }

  /** The 32 bytes of an unsigned number. */
  static byte[] word(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException("not an unsigned number of 256 bits");
    }
    byte[] bytes = number.toByteArray();
    int zeros = Math.max(0, bytes.length - 32);
    byte[] word = new byte[32];
    System.arraycopy(bytes, zeros, word, 32 - bytes.length + zeros, bytes.length - zeros);
    return word;
  }

  /** A struct being said. A member that does not fit its type is an IllegalArgumentException. */
  public static final class Struct {
    private final String type;
    private final List<String> members;
    private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    private int said;

    private Struct(String type) {
      this.type = type;
      int open = type.indexOf('(');
      int close = type.indexOf(')');
      if (open < 1 || close < open) {
        throw new IllegalArgumentException("not a struct type: " + type);
      }
      List<String> types = new ArrayList<>();
      for (String member : type.substring(open + 1, close).split(",")) {
        types.add(member.split(" ")[0]);
      }
      members = Collections.unmodifiableList(types);
      encoded.writeBytes(Digest.keccak256(type.getBytes(StandardCharsets.UTF_8)));
    }

    /** A {@code string}. */
    public Struct text(String value) {
      return put("string", Digest.keccak256(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** A {@code bytes}, of any length. */
    public Struct bytes(byte[] value) {
      return put("bytes", Digest.keccak256(value));
    }

    /** A {@code bytes1} to {@code bytes32}. */
    public Struct fixed(byte[] value) {
      return put("bytes" + value.length, Arrays.copyOf(value, 32));
    }

    /** An {@code address}: {@code 0x} and 40 digits of either case. */
    public Struct address(String value) {
      byte[] bytes = Hex.decode(value);
      if (bytes.length != 20) {
        throw new IllegalArgumentException("an address has 20 bytes, not " + bytes.length);
      }
      return put("address", word(new BigInteger(1, bytes)));
    }

    /** A {@code bool}. */
    public Struct bool(boolean value) {
      return put("bool", word(value ? BigInteger.ONE : BigInteger.ZERO));
    }

    /** A {@code uint8} to {@code uint256}, not negative. */
    public Struct number(long value) {
      return number(BigInteger.valueOf(value));
    }

    /** A {@code uint8} to {@code uint256}. */
    public Struct number(BigInteger value) {
      String member = expected();
      if (!member.matches("uint[0-9]{1,3}")
          || value.bitLength() > Integer.parseInt(member.substring(4))) {
        throw new IllegalArgumentException(type + ": " + member + " " + said + " is no " + value);
      }
      return put(member, word(value));
    }

    /** A struct. */
    public Struct struct(Struct value) {
      return put(value.name(), value.hash());
    }

    /** An array of structs of one type, at least one. */
    public Struct structs(List<Struct> values) {
      ByteArrayOutputStream hashes = new ByteArrayOutputStream();
      values.forEach(v -> hashes.writeBytes(v.hash()));
      return put(values.get(0).name() + "[]", Digest.keccak256(hashes.toByteArray()));
    }

    private String name() {
      return type.substring(0, type.indexOf('('));
    }

    private String expected() {
      if (said == members.size()) {
        throw new IllegalArgumentException(type + " has " + said + " members");
      }
      return members.get(said);
    }

    private Struct put(String member, byte[] word) {
      if (!expected().equals(member)) {
        throw new IllegalArgumentException(
            type + ": member " + said + " is " + expected() + ", not " + member);
      }
      said++;
      encoded.writeBytes(word);
      return this;
    }

    /** {@code hashStruct} of the standard: 32 bytes. */
    public byte[] hash() {
      if (said < members.size()) {
        throw new IllegalArgumentException(type + ": member " + said + " was not said");
      }
      return Digest.keccak256(encoded.toByteArray());
    }
  }
}
