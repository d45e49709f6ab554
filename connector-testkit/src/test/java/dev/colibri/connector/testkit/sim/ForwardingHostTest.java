package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.io.Host;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ForwardingHostTest {

  /** A default that is not passed on would have the recorder run otherwise than what it records. */
  @Test
  void hasTheOtherHostDoEverything() {
    TreeSet<String> missing = new TreeSet<>();
    for (Method m : Host.class.getDeclaredMethods()) {
      boolean passedOn =
          Arrays.stream(ForwardingHost.class.getDeclaredMethods())
              .anyMatch(
                  f ->
                      f.getName().equals(m.getName())
                          && Arrays.equals(f.getParameterTypes(), m.getParameterTypes()));
      if (!passedOn && !m.isSynthetic()) {
        missing.add(m.getName());
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }
}
