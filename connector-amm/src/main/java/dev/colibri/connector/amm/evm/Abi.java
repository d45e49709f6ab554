package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The types of several values, and how contracts write them. Declared once, as in {@code
 * Abi.of("(address token, uint256 amount, bytes32[] proof)")}; names may be left out. Immutable.
 *
 * <p>Numbers are {@link java.math.BigInteger} (Long and Integer are taken, too), {@code address} is
 * an {@link Address}, {@code bool} a Boolean, {@code string} a String, {@code bytes} and {@code
 * bytes1} to {@code bytes32} byte arrays, arrays and tuples Lists. What is given is checked against
 * the type, what is read is bounded by the bytes that came: a length or a place beyond them, a word
 * with more in it than its type has, and tails that overlap are refused.
 */
public final class Abi {
  /** The bytes of which everything is made. */
  static final int WORD = 32;

  private final AbiType.Tuple types;

  Abi(AbiType.Tuple types) {
    this.types = types;
  }

  /**
   * Several types within parentheses.
   *
   * @throws IllegalArgumentException when they are not
   */
  public static Abi of(String types) {
    Parser parser = new Parser(types);
    Abi abi = new Abi(parser.tuple(false));
    parser.end();
    return abi;
  }

  /**
   * Writes values.
   *
   * @throws IllegalArgumentException that names the first that is not of its type
   */
  public byte[] encode(Object... values) {
    return encode("values", Bytes.none(), values);
  }

  byte[] encode(String where, byte[] before, Object... values) {
    List<Object> list = Arrays.asList(values);
    types.check(list, where);
    byte[] out = Arrays.copyOf(before, before.length + types.size(list));
    types.write(list, out, before.length);
    return out;
  }

  /**
   * Reads values; what follows them is left.
   *
   * @throws TextException that names place and type of the first that cannot be read
   */
  public AbiValues decode(byte[] data) {
    return (AbiValues) types.read(new AbiType.Data(data), 0);
  }

  AbiType.Tuple types() {
    return types;
  }

  /** Without names, as in a signature. */
  @Override
  public String toString() {
    return types.toString();
  }

  /** Reads declarations, which are ours: it is strict, and not told what it is for. */
  static final class Parser {
    private final String text;
    private int at;

    /** Which members of the last outermost tuple were said to be indexed. */
    final List<Boolean> indexed = new ArrayList<>();

    Parser(String text) {
      this.text = text;
    }

    /** A word of letters, digits and underscores. */
    String word() {
      int from = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      return text.substring(from, at);
    }

    private boolean next(char c) {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    boolean atEnd() {
      return at == text.length();
    }

    void end() {
      if (!atEnd()) {
        throw bad("something follows");
      }
    }

    IllegalArgumentException bad(String problem) {
      return new IllegalArgumentException("\"" + text + "\", character " + at + ": " + problem);
    }

    AbiType.Tuple tuple(boolean event) {
      if (!next('(')) {
        throw bad("no parenthesis");
      }
      List<AbiType> types = new ArrayList<>();
      List<String> names = new ArrayList<>();
      if (!next(')')) {
        do {
          types.add(type());
          next(' ');
          String name = word();
          if (event) {
            indexed.add(name.equals("indexed"));
            if (name.equals("indexed")) {
              next(' ');
              name = word();
            }
          }
          names.add(name);
        } while (next(','));
        if (!next(')')) {
          throw bad("no closing parenthesis");
        }
      }
      return new AbiType.Tuple(types, names);
    }

    private AbiType type() {
      next(' ');
      AbiType type =
          at < text.length() && text.charAt(at) == '(' ? tuple(false) : AbiType.simple(word());
      while (next('[')) {
        String length = word();
        if (!next(']') || !length.isEmpty() && !length.matches("[1-9][0-9]{0,4}")) {
          throw bad("no length of an array");
        }
        type = AbiType.array(type, length.isEmpty() ? -1 : Integer.parseInt(length));
      }
      return type;
    }
  }
}
