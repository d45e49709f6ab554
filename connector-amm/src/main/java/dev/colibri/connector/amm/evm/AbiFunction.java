package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.util.Arrays;

/**
 * A function of a contract, or an error that one reverts with. Declared once, with what it returns
 * after it: {@code AbiFunction.of("getReserves()(uint112 reserve0, uint112 reserve1, uint32 at)")}.
 * Immutable.
 */
public final class AbiFunction {
  private static final int SELECTOR = 4;

  private final String name;
  private final Abi arguments;
  private final Abi results;
  private final byte[] selector;

  private AbiFunction(String name, Abi arguments, Abi results) {
    this.name = name;
    this.arguments = arguments;
    this.results = results;
    selector = Arrays.copyOf(Bytes.hash(signature()), SELECTOR);
  }

  /**
   * Name, types of the arguments, and types of what is returned where that is something.
   *
   * @throws IllegalArgumentException when it is not that
   */
  public static AbiFunction of(String declaration) {
    Abi.Parser parser = new Abi.Parser(declaration);
    String name = parser.word();
    if (name.isEmpty()) {
      throw parser.bad("no name");
    }
    Abi arguments = new Abi(parser.tuple(false));
    Abi results = parser.atEnd() ? Abi.of("()") : new Abi(parser.tuple(false));
    parser.end();
    return new AbiFunction(name, arguments, results);
  }

  public String name() {
    return name;
  }

  /** The name and the types of the arguments: what the selector is the hash of. */
  public String signature() {
    return name + arguments;
  }

  /** The first four bytes of everything that is for it: eight small hexadecimal digits. */
  public String selector() {
    return Hex.encode(selector);
  }

  /**
   * What a contract is told to carry it out.
   *
   * @throws IllegalArgumentException that names the first argument that is not of its type
   */
  public byte[] encode(Object... arguments) {
    return this.arguments.encode(name, selector, arguments);
  }

  /** Whether what a contract was told, or reverted with, is for this. */
  public boolean matches(byte[] data) {
    return data.length >= SELECTOR && Arrays.equals(selector, 0, SELECTOR, data, 0, SELECTOR);
  }

  /**
   * The arguments of what {@link #matches}.
   *
   * @throws TextException when it does not, or when they cannot be read
   */
  public AbiValues arguments(byte[] data) {
    if (!matches(data)) {
      throw new TextException("not for " + signature());
    }
    return read(arguments, Arrays.copyOfRange(data, SELECTOR, data.length));
  }

  /**
   * What it returned.
   *
   * @throws TextException when that cannot be read: also of an address at which no contract is,
   *     which returns nothing
   */
  public AbiValues results(byte[] data) {
    return read(results, data);
  }

  private AbiValues read(Abi types, byte[] data) {
    try {
      return types.decode(data);
    } catch (TextException e) {
      throw new TextException(name + ", " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return signature();
  }
}
