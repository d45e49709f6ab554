package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class V3TicksTest {
  private final TreeMap<Integer, BigInteger> words = new TreeMap<>();
  private final List<V3Tick> ticks = new ArrayList<>();

  V3TicksTest() {
    words.put(-1, BigInteger.ONE.shiftLeft(255).setBit(0));
    words.put(0, BigInteger.ZERO);
    words.put(1, BigInteger.TWO);
    for (int index : new int[] {-60, -256 * 60, 257 * 60}) {
      ticks.add(V3Tick.of(index, BigInteger.TEN, BigInteger.ONE));
    }
  }

  private String refused() {
    return assertThrows(
            IllegalArgumentException.class, () -> V3Ticks.named(60, -1, 1, words, ticks))
        .getMessage();
  }

  @Test
  void the_bitmap_names_the_ticks() {
    V3Ticks all = V3Ticks.named(60, -1, 1, words, ticks);
    assertEquals(-1, all.fromWord());
    assertEquals(1, all.toWord());
    assertEquals(
        List.of(-256 * 60, -60, 257 * 60), all.list().stream().map(V3Tick::index).toList());
    List<Integer> named = new ArrayList<>();
    words.forEach((word, bits) -> named.addAll(V3Ticks.indices(60, word, bits)));
    assertEquals(all.list().stream().map(V3Tick::index).toList(), named);
  }

  @Test
  void a_word_that_was_not_read_is_not_empty() {
    for (int word = -1; word <= 1; word++) {
      BigInteger bits = words.remove(word);
      assertEquals("word " + word + " of the tick bitmap was not read", refused());
      words.put(word, bits);
    }
  }

  @Test
  void a_tick_that_is_named_must_be_there_and_the_other_way_round() {
    V3Tick tick = ticks.remove(0);
    assertEquals("the bitmap names 3 ticks, of which 2 were read", refused());
    ticks.add(V3Tick.of(60, BigInteger.TEN, BigInteger.ONE));
    assertEquals("the bitmap does not name tick 60", refused());
    ticks.add(tick);
    assertEquals("the bitmap does not name tick 60", refused());
  }

  @Test
  void whatever_is_left_out_is_missed() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 300; i++) {
      words.clear();
      ticks.clear();
      for (int word = -3; word <= 3; word++) {
        words.put(word, BigInteger.ZERO);
      }
      for (int n = random.nextInt(12) + 1; n > 0; n--) {
        int bit = random.nextInt(256);
        int word = random.nextInt(-3, 4);
        if (!words.get(word).testBit(bit)) {
          words.merge(word, BigInteger.ONE.shiftLeft(bit), BigInteger::or);
          ticks.add(V3Tick.of((word * 256 + bit) * 10, BigInteger.TEN, BigInteger.ONE));
        }
      }
      assertEquals(ticks.size(), V3Ticks.named(10, -3, 3, words, ticks).list().size());
      if (random.nextBoolean()) {
        ticks.remove(random.nextInt(ticks.size()));
      } else {
        words.remove(random.nextInt(-3, 4));
      }
      assertThrows(IllegalArgumentException.class, () -> V3Ticks.named(10, -3, 3, words, ticks));
    }
  }
}
