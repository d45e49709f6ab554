package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.ClientIdRule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClientIdsTest {
  private static final long NANOS = 1_790_000_000_123_456_789L;
  private static final List<String> ALPHABETS =
      List.of(
          ClientIdRule.DIGITS,
          ClientIdRule.HEX,
          ClientIdRule.ALPHANUMERIC,
          "0123456789abcdefghijklmnopqrstuvwxyz",
          "0123456789abcdefghijklmnopqrstuvwxyz-_",
          "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_");

  @Test
  void aMillionIdsDifferAtEveryLawfulLength() {
    SplittableRandom random = new SplittableRandom(7);
    for (String alphabet : ALPHABETS) {
      for (String prefix : List.of("", alphabet.substring(7, 10))) {
        int shortest = shortest(prefix, alphabet);
        for (int length = shortest; length <= 40; length++) {
          ClientIdRule rule = new ClientIdRule(prefix, length, alphabet);
          int count = length == shortest ? 1_000_000 : 10_000;
          distinct(rule, new ClientIds(rule, NANOS, random.nextLong()), count);
        }
      }
    }
  }

  /** Numbers of one width that only rise, but for one return to the lowest, are distinct. */
  private static void distinct(ClientIdRule rule, ClientIds ids, int count) {
    String first = ids.next();
    assertTrue(rule.allows(first), first);
    assertTrue(first.startsWith(rule.prefix()), first);
    assertNotEquals(rule.alphabet().charAt(0), first.charAt(rule.prefix().length()), first);
    String last = first;
    boolean wrapped = false;
    for (int i = 1; i < count; i++) {
      String id = ids.next();
      assertEquals(first.length(), id.length());
      if (compare(rule.alphabet(), last, id) >= 0) {
        assertFalse(wrapped, id);
        wrapped = true;
      }
      if (wrapped) {
        assertTrue(compare(rule.alphabet(), id, first) < 0, id);
      }
      last = id;
    }
    assertTrue(rule.allows(last), last);
  }

  private static int compare(String alphabet, String a, String b) {
    for (int i = 0; i < a.length(); i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return alphabet.indexOf(a.charAt(i)) - alphabet.indexOf(b.charAt(i));
      }
    }
    return 0;
  }

  private static int shortest(String prefix, String alphabet) {
    for (int length = prefix.length() + 1; ; length++) {
      try {
        return new ClientIdRule(prefix, length, alphabet).maxLength();
      } catch (IllegalArgumentException tooShort) {
        assertTrue(length < 40, alphabet);
      }
    }
  }

  @Test
  void theSameTimeAndRandomNumberGiveTheSameIds() {
    ClientIdRule rule = new ClientIdRule("x-", 20, ClientIdRule.HEX);
    ClientIds one = new ClientIds(rule, NANOS, -5);
    ClientIds two = new ClientIds(rule, NANOS, -5);
    for (int i = 0; i < 100; i++) {
      assertEquals(one.next(), two.next());
    }
  }

  @Test
  void makersOfManyProcessesDoNotMeetEvenWhenTheyBeginTogether() {
    ClientIdRule rule = new ClientIdRule("", 19, ClientIdRule.DIGITS);
    SplittableRandom random = new SplittableRandom(1);
    Set<String> seen = new HashSet<>();
    for (int process = 0; process < 1_000; process++) {
      ClientIds ids = new ClientIds(rule, NANOS, random.nextLong());
      for (int i = 0; i < 100; i++) {
        assertTrue(seen.add(ids.next()));
      }
    }
  }

  @Test
  void anIdOfDigitsIsANumberOf63Bits() {
    ClientIdRule rule = new ClientIdRule("", 36, ClientIdRule.DIGITS);
    for (long random : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ClientIds ids = new ClientIds(rule, NANOS, random);
      for (int i = 0; i < 1_000; i++) {
        String id = ids.next();
        assertEquals(id, Long.toString(Long.parseLong(id)));
      }
    }
  }
}
