package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Contract calls from their signatures, {@code balanceOf(address)}. It shares nothing with the
 * encoder that it helps to test. Values are BigInteger or any whole number, String for addresses
 * (and {@code string}), Boolean, byte[], List for tuples and arrays.
 */
public final class Abi {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(256);
  private static final Map<String, Type> TYPES = new ConcurrentHashMap<>();
  private static final Map<String, byte[]> SELECTORS = new ConcurrentHashMap<>();

  /**
   * A type.
   *
   * @param name {@code uint256}; {@code (} for a tuple, {@code [} for an array
   * @param parts a tuple's parts, or an array's only type
   * @param length of an array; -1 where its length is part of the value
   */
  private record Type(String name, List<Type> parts, int length) {
    boolean isTuple() {
      return name.equals("(");
    }

    boolean isArray() {
      return name.equals("[");
    }

    boolean isDynamic() {
      return name.equals("bytes")
          || name.equals("string")
          || isArray() && length < 0
          || parts.stream().anyMatch(Type::isDynamic);
    }

    /** How many bytes it takes in place. */
    int size() {
      if (isDynamic() || parts.isEmpty()) {
        return 32;
      }
      return isArray() ? length * parts.get(0).size() : parts.stream().mapToInt(Type::size).sum();
    }

    List<Type> repeated(int times) {
      return Collections.nCopies(times, parts.get(0));
    }
  }

  private Abi() {}

  /** The input of a call. */
  public static byte[] call(String signature, Object... values) {
    byte[] selector = SELECTORS.computeIfAbsent(signature, s -> Arrays.copyOf(hash(s), 4));
    return concat(selector, encode(signature.substring(signature.indexOf('(')), values));
  }

  /** The first topic of an event. */
  public static String topic(String signature) {
    return "0x" + Hex.encode(hash(signature));
  }

  private static byte[] hash(String signature) {
    return Digest.keccak256(signature.getBytes(StandardCharsets.US_ASCII));
  }

  public static byte[] encode(String tuple, Object... values) {
    return encode(type(tuple), Arrays.asList(values));
  }

  public static Values decode(String tuple, byte[] data) {
    return new Values((List<?>) decode(type(tuple), data, 0));
  }

  /** Decoded values, with words for what they mostly are. */
  public record Values(List<?> all) {
    public BigInteger number(int i) {
      return (BigInteger) all.get(i);
    }

    public int small(int i) {
      return number(i).intValueExact();
    }

    public String text(int i) {
      return (String) all.get(i);
    }

    public byte[] bytes(int i) {
      return (byte[]) all.get(i);
    }

    public boolean flag(int i) {
      return (Boolean) all.get(i);
    }

    /** The numbers of an array. */
    public List<BigInteger> numbers(int i) {
      return ((List<?>) all.get(i)).stream().map(v -> (BigInteger) v).toList();
    }
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static Type type(String text) {
    return TYPES.computeIfAbsent(text, t -> new Parser(t).next());
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Type next() {
      Type type;
      if (text.charAt(at) == '(') {
        List<Type> parts = new ArrayList<>();
        at++;
        while (text.charAt(at) != ')') {
          parts.add(next());
          if (text.charAt(at) == ',') {
            at++;
          }
        }
        at++;
        type = new Type("(", List.copyOf(parts), 0);
      } else {
        int from = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
          at++;
        }
        type = new Type(text.substring(from, at), List.of(), 0);
      }
      while (at < text.length() && text.charAt(at) == '[') {
        int end = text.indexOf(']', at);
        int length = end == at + 1 ? -1 : Integer.parseInt(text.substring(at + 1, end));
        type = new Type("[", List.of(type), length);
        at = end + 1;
      }
      return type;
    }
  }

  private static byte[] encode(Type type, Object value) {
    if (type.isTuple()) {
      return sequence(type.parts, (List<?>) value);
    }
    if (type.isArray()) {
      List<?> items = (List<?>) value;
      byte[] body = sequence(type.repeated(items.size()), items);
      return type.length < 0 ? concat(word(BigInteger.valueOf(items.size())), body) : body;
    }
    switch (type.name) {
      case "bytes":
      case "string":
        byte[] bytes =
            value instanceof byte[] b ? b : value.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (bytes.length + 31) / 32 * 32;
        return concat(word(BigInteger.valueOf(bytes.length)), Arrays.copyOf(bytes, padded));
      case "bool":
        return word((Boolean) value ? BigInteger.ONE : BigInteger.ZERO);
      case "address":
        return word(new BigInteger(((String) value).substring(2), 16));
      default:
        if (type.name.startsWith("bytes")) {
          return Arrays.copyOf((byte[]) value, 32);
        }
        BigInteger number =
            value instanceof BigInteger n ? n : BigInteger.valueOf(((Number) value).longValue());
        boolean unsigned = type.name.startsWith("u");
        int bits = Integer.parseInt(type.name.substring(unsigned ? 4 : 3));
        if (unsigned && number.signum() < 0 || number.bitLength() > (unsigned ? bits : bits - 1)) {
          throw new ArithmeticException(number + " is no " + type.name);
        }
        return word(number);
    }
  }

  private static byte[] sequence(List<Type> types, List<?> values) {
    if (types.size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " values for " + types);
    }
    int head = types.stream().mapToInt(Type::size).sum();
    ByteArrayOutputStream heads = new ByteArrayOutputStream();
    ByteArrayOutputStream tails = new ByteArrayOutputStream();
    for (int i = 0; i < types.size(); i++) {
      byte[] encoded = encode(types.get(i), values.get(i));
      if (types.get(i).isDynamic()) {
        heads.writeBytes(word(BigInteger.valueOf(head + tails.size())));
        tails.writeBytes(encoded);
      } else {
        heads.writeBytes(encoded);
      }
    }
    return concat(heads.toByteArray(), tails.toByteArray());
  }

  private static byte[] word(BigInteger number) {
    byte[] bytes = number.mod(WORD).toByteArray();
    byte[] word = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
    return word;
  }

  private static Object decode(Type type, byte[] data, int at) {
    if (type.isTuple()) {
      return sequence(type.parts, data, at);
    }
    if (type.isArray()) {
      boolean counted = type.length < 0;
      int length = counted ? integer(data, at) : type.length;
      return sequence(type.repeated(length), data, counted ? at + 32 : at);
    }
    byte[] word = Arrays.copyOfRange(data, at, at + 32);
    switch (type.name) {
      case "bytes":
        return Arrays.copyOfRange(data, at + 32, at + 32 + integer(data, at));
      case "string":
        return new String(data, at + 32, integer(data, at), StandardCharsets.UTF_8);
      case "bool":
        return word[31] != 0;
      case "address":
        return "0x" + Hex.encode(Arrays.copyOfRange(word, 12, 32));
      default:
        if (type.name.startsWith("bytes")) {
          return Arrays.copyOf(word, Integer.parseInt(type.name.substring("bytes".length())));
        }
        return type.name.startsWith("u") ? new BigInteger(1, word) : new BigInteger(word);
    }
  }

  private static List<Object> sequence(List<Type> types, byte[] data, int base) {
    List<Object> values = new ArrayList<>();
    int at = base;
    for (Type type : types) {
      values.add(decode(type, data, type.isDynamic() ? base + integer(data, at) : at));
      at += type.size();
    }
    return values;
  }

  private static int integer(byte[] data, int at) {
    return new BigInteger(1, Arrays.copyOfRange(data, at, at + 32)).intValueExact();
  }
}
