package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quotes against what the contracts said once, for where no chain can be started. */
class GoldenQuotesTest {

  @Test
  void a_quote_is_what_the_contract_said() throws IOException {
    List<String> lines;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                GoldenQuotesTest.class.getResourceAsStream("quotes.txt"),
                StandardCharsets.UTF_8))) {
      lines = reader.lines().toList();
    }
    String[] pool = {};
    List<V3Tick> ticks = new ArrayList<>();
    V3State state = null;
    int quotes = 0;
    int crossed = 0;
    for (String line : lines) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "pool" -> {
          pool = words;
          ticks.clear();
          state = null;
        }
        case "tick" -> ticks.add(V3Tick.of(Integer.parseInt(words[1]), n(words[2]), n(words[3])));
        case "quote" -> {
          if (state == null) {
            state =
                V3State.of(
                    Integer.parseInt(pool[1]),
                    n(pool[3]),
                    Integer.parseInt(pool[4]),
                    n(pool[5]),
                    V3Ticks.all(Integer.parseInt(pool[2]), ticks));
          }
          boolean down = Boolean.parseBoolean(words[1]);
          boolean exactIn = Boolean.parseBoolean(words[2]);
          V3Swap swap =
              exactIn ? state.exactIn(down, n(words[3])) : state.exactOut(down, n(words[3]));
          if (words[4].equals("none")) {
            // A contract takes less than it is offered, but gives no less than it is asked for.
            assertTrue(exactIn ? swap.amountIn().signum() == 0 : !swap.isWhole(), line);
          } else {
            assertEquals(n(words[4]), exactIn ? swap.amountOut() : swap.amountIn(), line);
            assertEquals(n(words[5]), swap.sqrtPriceAfterX96(), line);
          }
          quotes++;
          crossed += swap.ticksCrossed();
        }
        default -> assertTrue(line.startsWith("#"), line);
      }
    }
    assertTrue(quotes >= 400 && crossed >= 200, quotes + " quotes, " + crossed + " ticks crossed");
  }

  private static BigInteger n(String s) {
    return new BigInteger(s);
  }
}
