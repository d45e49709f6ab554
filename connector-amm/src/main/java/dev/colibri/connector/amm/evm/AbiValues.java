package dev.colibri.connector.amm.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that a contract wrote, by the place or the name that they were declared with. Immutable
 * but for byte arrays, which are not copied. Asking for one that was not declared, or as another
 * type than it was declared, is a mistake of the program: {@link IllegalArgumentException}.
 */
public final class AbiValues {
  private final AbiType.Tuple type;
  private final List<Object> values;

  AbiValues(AbiType.Tuple type, List<Object> values) {
    this.type = type;
    this.values = Collections.unmodifiableList(values);
  }

  /** How many there are. */
  public int size() {
    return values.size();
  }

  /** Every one, of the types that {@link Abi} names; tuples are of this class. */
  public List<Object> all() {
    return values;
  }

  /** An integer of any width. */
  public BigInteger number(int place) {
    return as(BigInteger.class, place);
  }

  /** An integer of any width. */
  public BigInteger number(String name) {
    return number(place(name));
  }

  /**
   * An integer that was declared so narrow that it is an int: of up to 32 bits with a sign, or 24
   * without.
   */
  public int intValue(int place) {
    BigInteger number = number(place);
    String declared = type.types.get(place).toString();
    boolean signed = declared.startsWith("int");
    if (Integer.parseInt(declared.substring(signed ? 3 : 4)) > (signed ? 32 : 24)) {
      throw new IllegalArgumentException(type + ": value " + place + " is " + declared);
    }
    return number.intValue();
  }

  /** As {@link #intValue(int)}. */
  public int intValue(String name) {
    return intValue(place(name));
  }

  public Address address(int place) {
    return as(Address.class, place);
  }

  public Address address(String name) {
    return address(place(name));
  }

  public boolean bool(int place) {
    return as(Boolean.class, place);
  }

  public boolean bool(String name) {
    return bool(place(name));
  }

  /** A {@code bytes}, or one of a fixed length. */
  public byte[] bytes(int place) {
    return as(byte[].class, place);
  }

  /** A {@code bytes}, or one of a fixed length. */
  public byte[] bytes(String name) {
    return bytes(place(name));
  }

  /** A {@code string}: as a contract wrote it, and to be escaped before it is shown. */
  public String text(int place) {
    return as(String.class, place);
  }

  /** As {@link #text(int)}. */
  public String text(String name) {
    return text(place(name));
  }

  public AbiValues tuple(int place) {
    return as(AbiValues.class, place);
  }

  public AbiValues tuple(String name) {
    return tuple(place(name));
  }

  /** The items of an array, which are all of that class. */
  public <T> List<T> list(int place, Class<T> of) {
    List<T> items = new ArrayList<>();
    for (Object item : as(List.class, place)) {
      if (!of.isInstance(item)) {
        throw new IllegalArgumentException(
            type + ": value " + place + " is no list of " + of.getSimpleName());
      }
      items.add(of.cast(item));
    }
    return Collections.unmodifiableList(items);
  }

  /** As {@link #list(int, Class)}. */
  public <T> List<T> list(String name, Class<T> of) {
    return list(place(name), of);
  }

  private int place(String name) {
    int place = type.names.indexOf(name);
    if (place < 0 || name.isEmpty()) {
      throw new IllegalArgumentException(type + " has no " + name + ", but " + type.names);
    }
    return place;
  }

  private <T> T as(Class<T> wanted, int place) {
    Object value = values.get(place);
    if (!wanted.isInstance(value)) {
      throw new IllegalArgumentException(
          type + ": value " + place + " is no " + wanted.getSimpleName());
    }
    return wanted.cast(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AbiValues v
        && v.type.toString().equals(type.toString())
        && v.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** As in {@code (amount=5, to=0x…)}; text of the contract is not escaped. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("(");
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      if (!type.names.get(i).isEmpty()) {
        out.append(type.names.get(i)).append('=');
      }
      show(values.get(i), out);
    }
    return out.append(')').toString();
  }

  private static void show(Object value, StringBuilder out) {
    if (value instanceof byte[] b) {
      out.append(Bytes.hex(b));
    } else if (value instanceof List<?> list) {
      out.append('[');
      for (int i = 0; i < list.size(); i++) {
        out.append(i == 0 ? "" : ", ");
        show(list.get(i), out);
      }
      out.append(']');
    } else {
      out.append(value);
    }
  }
}
