package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.List;

/**
 * An event that contracts tell of. Declared once: {@code AbiEvent.of("Transfer(address indexed
 * from, address indexed to, uint256 value)")}. Immutable.
 *
 * <p>Of what is indexed and longer than a word, as text is, only the hash is told: it is read as
 * {@code bytes32}.
 */
public final class AbiEvent {
  private static final AbiType HASH = AbiType.simple("bytes32");

  private final String signature;
  private final String topic;

  /** All of them, as they are read, in the order that they were declared in. */
  private final AbiType.Tuple members;

  private final List<Boolean> indexed;
  private final AbiType.Tuple told;

  private AbiEvent(String name, AbiType.Tuple declared, List<Boolean> indexed) {
    signature = name + declared;
    topic = Bytes.hex(Bytes.hash(signature));
    this.indexed = List.copyOf(indexed);
    List<AbiType> read = new ArrayList<>();
    List<AbiType> rest = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < indexed.size(); i++) {
      AbiType type = declared.types.get(i);
      if (indexed.get(i)) {
        read.add(type.isWord() ? type : HASH);
      } else {
        read.add(type);
        rest.add(type);
        names.add(declared.names.get(i));
      }
    }
    members = new AbiType.Tuple(read, declared.names);
    told = new AbiType.Tuple(rest, names);
  }

  /**
   * Name and types, of which some are indexed.
   *
   * @throws IllegalArgumentException when it is not that
   */
  public static AbiEvent of(String declaration) {
    Abi.Parser parser = new Abi.Parser(declaration);
    String name = parser.word();
    if (name.isEmpty()) {
      throw parser.bad("no name");
    }
    AbiType.Tuple members = parser.tuple(true);
    parser.end();
    return new AbiEvent(name, members, parser.indexed);
  }

  /** The first topic of its logs: {@code 0x} and 64 small digits. */
  public String topic() {
    return topic;
  }

  /** Name and types: what the topic is the hash of. */
  public String signature() {
    return signature;
  }

  /**
   * Whether a log is of this event: by its first topic, and by how many there are, which tells
   * events apart that are spelled alike and index other members.
   */
  public boolean matches(List<String> topics) {
    return topics.size() == 1 + members.types.size() - told.types.size()
        && topics.get(0).equals(topic);
  }

  /**
   * What a log that {@link #matches} tells, in the order of the declaration.
   *
   * @throws TextException when it does not match, or cannot be read
   */
  public AbiValues decode(List<String> topics, byte[] data) {
    if (!matches(topics)) {
      throw new TextException("not a log of " + signature);
    }
    AbiValues rest = (AbiValues) told.read(new AbiType.Data(data), 0);
    List<Object> values = new ArrayList<>();
    int topic = 1;
    int at = 0;
    for (int i = 0; i < indexed.size(); i++) {
      if (indexed.get(i)) {
        byte[] word = Hex.decode(topics.get(topic++));
        values.add(members.types.get(i).read(new AbiType.Data(word), 0));
      } else {
        values.add(rest.all().get(at++));
      }
    }
    return new AbiValues(members, values);
  }

  @Override
  public String toString() {
    return signature;
  }
}
