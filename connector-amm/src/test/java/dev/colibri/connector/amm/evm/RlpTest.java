package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the page on RLP at ethereum.org, and texts that are not lawful. */
class RlpTest {
  private static final String LOREM = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

  private static Rlp text(String text) {
    return Rlp.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> published() {
    Rlp none = Rlp.list();
    return Stream.of(
        Arguments.of(text("dog"), "83646f67"),
        Arguments.of(Rlp.list(text("cat"), text("dog")), "c88363617483646f67"),
        Arguments.of(text(""), "80"),
        Arguments.of(none, "c0"),
        Arguments.of(Rlp.of(0), "80"),
        Arguments.of(Rlp.of(new byte[1]), "00"),
        Arguments.of(Rlp.of(15), "0f"),
        Arguments.of(Rlp.of(127), "7f"),
        Arguments.of(Rlp.of(128), "8180"),
        Arguments.of(Rlp.of(1024), "820400"),
        Arguments.of(
            Rlp.list(none, Rlp.list(none), Rlp.list(none, Rlp.list(none))), "c7c0c1c0c3c0c1c0"),
        Arguments.of(text(LOREM), "b838" + Hex.encode(LOREM.getBytes(StandardCharsets.UTF_8))),
        Arguments.of(
            Rlp.of(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE)), "a0" + "ff".repeat(32)),
        Arguments.of(Rlp.of(new byte[1024]), "b90400" + "00".repeat(1024)));
  }

  @ParameterizedTest
  @MethodSource("published")
  void what_is_written_is_what_was_published(Rlp value, String hex) {
    assertEquals(hex, Hex.encode(value.encode()));
    assertArrayEquals(value.encode(), Rlp.decode(Hex.decode(hex)).encode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8100",
        "817f",
        "b800",
        "b837" + "00",
        "b90038",
        "bb80000000",
        "bf" + "0101010101010101",
        "83646f",
        "83646f6700",
        "c1",
        "c883636174",
        "c283646f67",
        "f800",
        "f90001",
        "c0c0",
        "ff7fffffffffffffff"
      })
  void what_is_not_the_one_lawful_text_is_refused(String hex) {
    var e = assertThrows(TextException.class, () -> Rlp.decode(Hex.decode(hex)));
    assertTrue(e.getMessage().matches("RLP, byte [0-9]+: .*"), e.getMessage());
  }

  @Test
  void nesting_is_bounded() {
    byte[] deep = new byte[50];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = (byte) (0xc0 + deep.length - 1 - i);
    }
    var e = assertThrows(TextException.class, () -> Rlp.decode(deep));
    assertTrue(e.getMessage().contains("deep"), e.getMessage());
  }

  @Test
  void numbers_have_no_leading_zeros_and_an_end() {
    assertThrows(TextException.class, () -> Rlp.of(new byte[] {0, 1}).number());
    assertThrows(TextException.class, () -> Rlp.of(new byte[] {0}).number());
    assertThrows(TextException.class, () -> Rlp.of(new byte[33]).number());
    assertThrows(TextException.class, () -> Rlp.of(BigInteger.ONE.shiftLeft(63)).longNumber());
    assertThrows(TextException.class, () -> Rlp.list().number());
    assertThrows(TextException.class, () -> text("dog").items());
    assertThrows(IllegalArgumentException.class, () -> Rlp.of(-1));
    assertEquals(Long.MAX_VALUE, Rlp.of(Long.MAX_VALUE).longNumber());
  }

  /** Whatever the bytes are, they are refused or are the one text of what they say. */
  @Test
  void any_bytes_are_refused_or_written_again_alike() {
    SplittableRandom random = new SplittableRandom(6);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = written(random, 3).encode();
      if (random.nextInt(4) > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
      }
      try {
        assertArrayEquals(bytes, Rlp.decode(bytes).encode());
        read++;
      } catch (TextException e) {
        assertTrue(e.getMessage().startsWith("RLP, byte "), e.getMessage());
      }
    }
    assertTrue(read > 4_000 && read < 16_000, "both must occur: " + read);
  }

  private static Rlp written(SplittableRandom random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(100) : random.nextInt(4)];
      random.nextBytes(bytes);
      return Rlp.of(bytes);
    }
    List<Rlp> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.add(written(random, depth - 1));
    }
    return Rlp.list(items);
  }
}
