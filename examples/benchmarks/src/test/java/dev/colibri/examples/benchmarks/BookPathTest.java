package dev.colibri.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is compared does the same. */
class BookPathTest {
  private static final int LEVELS = 400;
  private final DepthTape tape = DepthTape.of(7, 60);

  private Map<BookPath.Kind, List<String>> best(int rounds, int messages) throws Exception {
    Map<BookPath.Kind, List<String>> best = new LinkedHashMap<>();
    for (BookPath.Kind kind : BookPath.Kind.values()) {
      try (BookPath path = kind.open(tape)) {
        for (int round = 0; round < rounds; round++) {
          for (int i = 0; i < (round < rounds - 1 ? tape.length() : messages); i++) {
            path.apply(i);
          }
          path.reel().rewind();
        }
        best.put(kind, path.best(LEVELS));
      }
    }
    best.remove(BookPath.Kind.FLOOR);
    return best;
  }

  @Test
  void all_hold_the_same_book_in_the_middle_of_the_tape() throws Exception {
    Map<BookPath.Kind, List<String>> best = best(2, tape.length() / 2);
    List<String> expected = best.get(BookPath.Kind.DATABIND);
    assertEquals(2 * LEVELS, expected.size());
    best.forEach((kind, levels) -> assertEquals(expected, levels, kind.name()));
    assertNotEquals(first(), expected);
  }

  @Test
  void the_tape_ends_where_it_began() throws Exception {
    best(3, tape.length()).forEach((kind, levels) -> assertEquals(first(), levels, kind.name()));
  }

  private List<String> first() {
    return java.util.stream.Stream.of(tape.bids(), tape.asks())
        .flatMap(side -> side.stream().limit(LEVELS))
        .map(l -> DatabindBook.text(new BigDecimal(l[0]), new BigDecimal(l[1])))
        .toList();
  }

  @Test
  void both_keep_the_same_book_by_its_checksums() throws Exception {
    DepthTape checked = ChecksummedDepth.tape(60);
    Map<String, List<String>> best = new LinkedHashMap<>();
    for (String of : List.of("colibri", "xchange")) {
      try (ChecksummedDepth.Path path = ChecksummedDepth.open(of, checked)) {
        for (int i = 0; i < checked.length() / 2; i++) {
          path.apply(i);
        }
        best.put(of, path.best(LEVELS));
      }
    }
    assertEquals(2 * LEVELS, best.get("colibri").size());
    assertEquals(best.get("xchange"), best.get("colibri"));
  }

  @Test
  void the_floor_reads_every_number() throws Exception {
    try (ParseFloor floor = new ParseFloor(tape)) {
      for (int i = 0; i < tape.length(); i++) {
        JsonNode message = new ObjectMapper().readTree(floor.reel().messages()[i]);
        long sum = 0;
        for (String field : List.of("E", "U", "u")) {
          sum += message.get(field).asLong();
        }
        sum += levels(message.get("b"));
        assertEquals(sum + levels(message.get("a")), floor.apply(i));
      }
    }
  }

  private static long levels(JsonNode side) {
    long sum = 0;
    for (JsonNode level : side) {
      sum += scaled(level.get(0));
      sum ^= scaled(level.get(1));
    }
    return sum;
  }

  private static long scaled(JsonNode number) {
    return new BigDecimal(number.asText()).movePointRight(8).longValueExact();
  }

  @Test
  void messages_are_like_those_of_a_busy_market() {
    DepthTape whole = DepthTape.of(7, DepthToBook.MESSAGES);
    assertEquals(50, whole.meanChanges(), 10, "changes");
    assertEquals(1750, whole.reel("BTCUSDT").meanBytes(), 350, "bytes");
  }
}
