package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples of Solidity's page on the ABI, and 300 random types and values that ethers 6.17
 * wrote.
 */
class AbiTest {
  private static final Address ALICE = Address.of("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

  private static String word(long value) {
    return "%064x".formatted(value);
  }

  private static byte[] bytes(String... words) {
    return Hex.decode(String.join("", words));
  }

  @Test
  void what_ethers_wrote_is_read_and_written_alike() {
    List<List<String>> golden = Golden.lines("abi.txt").toList();
    for (List<String> line : golden) {
      Abi abi = Abi.of(line.get(0));
      assertEquals(line.get(0), abi.toString());
      AbiValues values = abi.decode(Hex.decode(line.get(2)));
      assertEquals(line.get(1), values.toString());
      assertEquals(line.get(2), Hex.encode(abi.encode(values.all().toArray())), line.get(0));
    }
    assertEquals(300, golden.size());
  }

  /** The page's example of a call of {@code f(uint256,uint32[],bytes10,bytes)}. */
  @Test
  void the_example_of_the_page() {
    AbiFunction f = AbiFunction.of("f(uint256,uint32[],bytes10,bytes)");
    byte[] call =
        f.encode(0x123, List.of(0x456, 0x789), "1234567890".getBytes(), "Hello, world!".getBytes());
    assertEquals(
        "8be65246"
            + word(0x123)
            + word(0x80)
            + "3132333435363738393000000000000000000000000000000000000000000000"
            + word(0xe0)
            + word(2)
            + word(0x456)
            + word(0x789)
            + word(0xd)
            + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
        Hex.encode(call));
    assertTrue(f.matches(call));
    assertEquals(BigInteger.valueOf(0x123), f.arguments(call).number(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "70a08231 balanceOf(address)(uint256)",
        "a9059cbb transfer(address,uint256)(bool)",
        "414bf389 exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))",
        "5ae401dc multicall(uint256,bytes[])(bytes[])",
        "3593564c execute(bytes,bytes[],uint256)",
        "82ad56cb aggregate3((address,bool,bytes)[])((bool,bytes)[])",
        "08c379a0 Error(string)",
        "4e487b71 Panic(uint256)",
      })
  void selectors(String selector, String declaration) {
    assertEquals(selector, AbiFunction.of(declaration).selector());
  }

  @Test
  void names_are_for_people_and_are_no_part_of_a_signature() {
    AbiFunction f =
        AbiFunction.of(
            "positions(uint256 tokenId)(uint96 nonce, address operator, (int24 lower,int24 upper)"
                + " range, uint24[] fees)");
    assertEquals("positions(uint256)", f.signature());
    byte[] data =
        Abi.of("(uint96,address,(int24,int24),uint24[])")
            .encode(7, ALICE, List.of(-887272, 887272), List.of(500, 3000));
    AbiValues values = f.results(data);
    assertEquals(7, values.number("nonce").intValue());
    assertEquals(ALICE, values.address("operator"));
    assertEquals(-887272, values.tuple("range").intValue("lower"));
    assertEquals(BigInteger.valueOf(887272), values.tuple(2).number(1));
    assertEquals(
        List.of(BigInteger.valueOf(500), BigInteger.valueOf(3000)),
        values.list("fees", BigInteger.class));
    assertEquals(
        "(nonce=7, operator=%s, range=(lower=-887272, upper=887272), fees=[500, 3000])"
            .formatted(ALICE),
        values.toString());
    assertThrows(IllegalArgumentException.class, () -> values.number("fee"));
    assertThrows(IllegalArgumentException.class, () -> values.bool("operator"));
    assertThrows(IllegalArgumentException.class, () -> values.intValue("nonce"));
    assertThrows(IllegalArgumentException.class, () -> values.list("fees", Address.class));
  }

  /** A value that does not fit is refused where it is given; it is never cut. */
  @Test
  void what_is_written_is_checked() {
    AbiFunction f = AbiFunction.of("f((uint24 fee, int24 tick, bytes4 id)[] rows, bool yes)");
    byte[] id = new byte[4];
    f.encode(List.of(List.of(0xffffff, -0x800000, id)), true);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> f.encode(List.of(List.of(1, 2, id), List.of(0x1000000, 0, id)), true));
    assertEquals("f.rows[1].fee is uint24, not 16777216", e.getMessage());
    for (List<Object> row :
        List.<List<Object>>of(
            List.of(-1, 0, id),
            List.of(0, 0x800000, id),
            List.of(0, -0x800001, id),
            List.of(0, 0, new byte[5]),
            List.of(0, 0),
            List.of("0", 0, id))) {
      assertThrows(IllegalArgumentException.class, () -> f.encode(List.of(row), true));
    }
    assertThrows(IllegalArgumentException.class, () -> f.encode(List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> f.encode(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "uint256",
        "(uint)",
        "(uint7)",
        "(uint264)",
        "(uint08)",
        "(bytes33)",
        "(bytes0)",
        "(byte)",
        "(Address)",
        "(uint256",
        "(uint256))",
        "(uint256,)",
        "(uint256[0])",
        "(uint256[)",
        "(uint256[-1])",
        "(()[])",
        "(function)"
      })
  void what_is_no_type_is_refused(String types) {
    assertThrows(IllegalArgumentException.class, () -> Abi.of(types));
  }

  @Test
  void a_word_with_more_in_it_than_its_type_has_is_refused() {
    refused("(address)", "byte 0: no address", "01" + "0".repeat(62));
    refused("(bool)", "byte 0: no bool", word(2));
    refused("(bool)", "byte 0: no bool", "01" + word(1).substring(2));
    refused("(uint8)", "byte 0: no uint8", word(256));
    refused("(uint8,int8)", "byte 32: no int8", word(255), word(128));
    refused("(int24)", "byte 0: no int24", "7" + "f".repeat(63));
    refused("(bytes4)", "byte 0: no bytes4", "01020304" + "05" + "0".repeat(54));
    refused("(string)", "byte 64: no string", word(32), word(2), "c328" + "0".repeat(60));
  }

  @Test
  void nothing_beyond_the_end_is_read_or_made_room_for() {
    String huge = "f".repeat(64);
    refused("(uint256)", "byte 0: no uint256");
    refused("(uint256)", "byte 0: no uint256", word(1).substring(2));
    refused("(bytes)", "byte 0: no bytes", huge);
    refused("(bytes)", "byte 0: no bytes", word(64));
    refused("(bytes)", "byte 32: no bytes", word(32), huge);
    refused("(bytes)", "byte 64: no bytes", word(32), word(1));
    refused("(bytes)", "byte 32: no bytes", word(32), word(Integer.MAX_VALUE));
    refused("(uint256[])", "byte 32: no uint256[]", word(32), word(64));
    refused("(uint256[99999])", "byte 0: no uint256[99999]", word(1));
    refused("(bytes[])", "byte 32: no bytes[]", word(32), word(2), word(64));
  }

  /** A few bytes that say the same tail again and again would become gigabytes. */
  @Test
  void tails_that_overlap_are_refused() {
    int rows = 1000;
    String[] words = new String[rows + 40];
    Arrays.fill(words, word(0));
    words[0] = word(32);
    words[1] = word(rows);
    for (int i = 0; i < rows; i++) {
      words[2 + i] = word(32L * rows);
    }
    words[2 + rows] = word(32 * 30);
    var e = assertThrows(TextException.class, () -> Abi.of("(bytes[])").decode(bytes(words)));
    assertTrue(e.getMessage().contains("read before"), e.getMessage());
  }

  private static void refused(String types, String message, String... words) {
    var e = assertThrows(TextException.class, () -> Abi.of(types).decode(bytes(words)));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void an_address_without_a_contract_is_told() {
    AbiFunction f = AbiFunction.of("decimals()(uint8)");
    var e = assertThrows(TextException.class, () -> f.results(Bytes.none()));
    assertTrue(e.getMessage().startsWith("decimals, byte 0: no uint8"), e.getMessage());
  }

  /** Bytes that came by accident are read or refused, and nothing else happens. */
  @Test
  void any_bytes_are_read_or_refused() {
    SplittableRandom random = new SplittableRandom(6);
    List<List<String>> golden = Golden.lines("abi.txt").toList();
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      List<String> line = golden.get(random.nextInt(golden.size()));
      byte[] data = Hex.decode(line.get(2));
      if (data.length == 0) {
        continue;
      }
      data[random.nextInt(data.length)] = (byte) random.nextInt(256);
      if (random.nextBoolean()) {
        data = Arrays.copyOf(data, random.nextInt(data.length));
      }
      try {
        Abi.of(line.get(0)).decode(data);
        read++;
      } catch (TextException e) {
        refused++;
      }
    }
    assertTrue(read > 1000 && refused > 1000, read + " read, " + refused + " refused");
  }

  /** Topics and data are of ethers 6.17. */
  @Test
  void a_log_is_read_in_the_order_of_its_declaration() {
    AbiEvent swap =
        AbiEvent.of(
            "Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1,"
                + " uint160 sqrtPriceX96, uint128 liquidity, int24 tick)");
    List<String> topics =
        List.of(
            "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67",
            "0x000000000000000000000000e592427a0aece92de3edee1f18e0157c05861564",
            "0x00000000000000000000000068b3465833fb72a70ecdf485e0e4c7bd8665fc45");
    byte[] data =
        bytes(
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffcfc7",
            "00000000000000000000000000000000000000000000000000000000000a5bf4",
            "0000000000000000000000000000000000000001000000000000000000000000",
            "0000000000000000000000000000000000000000000000000de0b6b3a7640000",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27618");
    assertEquals(topics.get(0), swap.topic());
    assertTrue(swap.matches(topics));
    AbiValues told = swap.decode(topics, data);
    assertEquals(Address.of("0xE592427A0AEce92De3Edee1F18E0157C05861564"), told.address("sender"));
    assertEquals(BigInteger.valueOf(-12345), told.number("amount0"));
    assertEquals(BigInteger.valueOf(678900), told.number(3));
    assertEquals(-887272, told.intValue("tick"));
    assertFalse(swap.matches(topics.subList(0, 2)), "an event that indexes other members");
    assertThrows(TextException.class, () -> swap.decode(topics.subList(0, 2), data));
    assertThrows(TextException.class, () -> swap.decode(topics, Arrays.copyOf(data, 159)));
  }

  /** Topics and data are of ethers 6.17. */
  @Test
  void of_what_is_indexed_and_long_the_hash_is_told() {
    AbiEvent named = AbiEvent.of("Named(string indexed name,uint256[] values,bool indexed yes)");
    String hash = "60357e1250c26e32bd0b43a7896af91e5a40fd7702aa4421660f8536b98ad7a3";
    AbiValues told =
        named.decode(
            List.of(
                "0xe0a18db95279eb897ec93a0eb34e2b7b4413d4e7f9f308e597dd0359679f0843",
                "0x" + hash,
                "0x" + word(1)),
            bytes(word(32), word(3), word(1), word(2), word(3)));
    assertArrayEquals(Hex.decode(hash), told.bytes("name"));
    assertEquals(3, told.list("values", BigInteger.class).size());
    assertTrue(told.bool("yes"));
  }
}
