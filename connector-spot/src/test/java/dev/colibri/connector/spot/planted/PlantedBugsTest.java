package dev.colibri.connector.spot.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The planted bugs fit the code as it is; {@link PlantedBugs} shows that they are caught. */
class PlantedBugsTest {
  /** Of the table in docs/planted-bugs.md. */
  private static final int PAINS = 26;

  private final List<PlantedBug> all = PlantedBugs.everywhere();

  PlantedBugsTest() throws IOException {}

  @Test
  void each_can_be_planted() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (PlantedBug bug : all) {
      String code = Files.readString(PlantedBugs.ROOT.resolve(bug.file()));
      try {
        assertNotEquals(code, bug.plantInto(code), bug.name());
      } catch (IllegalStateException e) {
        wrong.add(e.getMessage());
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void each_says_what_is_wrong_and_what_catches_it() {
    for (PlantedBug bug : all) {
      assertTrue(bug.what().endsWith("."), bug.name());
      assertTrue(bug.net().matches("toy|binance|binance-perp|test [a-zA-Z.]+"), bug.name());
    }
  }

  @Test
  void there_are_sixty_and_every_pain_is_among_them() {
    assertFalse(all.size() < 60, all.size() + " bugs");
    Set<Integer> pains = new TreeSet<>();
    all.forEach(bug -> pains.addAll(bug.pains()));
    assertEquals(IntStream.rangeClosed(1, PAINS).boxed().toList(), List.copyOf(pains));
  }
}
