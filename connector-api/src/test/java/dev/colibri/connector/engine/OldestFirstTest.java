package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldestFirstTest {
  /** A row is its time and a letter. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "'',''",
    "1a,1a",
    "1a 1b 2c,1a 1b 2c",
    "2c 1b 1a,1a 1b 2c",
    "3d 2c 2b 1a,1a 2b 2c 3d",
    "1a 1b,1a 1b",
    "1a 3c 2b 4d,1a 2b 3c 4d",
    "4d 2b 3c 1a,1a 2b 3c 4d",
  })
  void rows_come_in_the_order_of_time(String told, String wanted) {
    List<String> rows = told.isEmpty() ? List.of() : List.of(told.split(" "));
    assertEquals(wanted, String.join(" ", OldestFirst.of(rows, row -> row.charAt(0) - '0')));
  }
}
