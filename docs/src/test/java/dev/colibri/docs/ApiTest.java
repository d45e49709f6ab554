package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A change of what users can name is a change of a file, for people to review. */
class ApiTest {
  private static final String UPDATE =
      "mvn -pl docs -am test -Dtest=ApiTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dapi.update=true";

  private static final Pattern MODULE = Pattern.compile("<module>(connector-\\w+)</module>");

  /** Every module that is published. */
  static List<String> modules() throws IOException {
    Matcher m = MODULE.matcher(Files.readString(Page.ROOT.resolve("pom.xml")));
    return m.results().map(r -> r.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void the_api_of_a_module_is_the_one_that_was_reviewed(String module) throws IOException {
    Path file = Page.ROOT.resolve(module).resolve("api.txt");
    String now = Api.of(Page.ROOT.resolve(module).resolve("target/classes"));
    if (Boolean.getBoolean("api.update")) {
      Files.writeString(file, now);
    }
    String reviewed = Files.exists(file) ? Files.readString(file) : "";
    assertEquals(
        List.of(),
        differences(reviewed, now),
        () ->
            file
                + " is not what users can name. If that is meant, commit what this writes:\n"
                + UPDATE);
  }

  @Test
  void what_came_and_what_went_is_told_with_its_type() {
    assertEquals(
        List.of("+ class A", "+ class A | int c()", "- class B | int b()"),
        differences("class B\n  int b()\n", "class A\n  int c()\nclass B\n"));
  }

  @Test
  void an_api_holds_what_is_public_and_nothing_else() {
    String api = Api.of(Page.ROOT.resolve("connector-api/target/classes"));
    assertTrue(api.contains("final class dev.colibri.connector.Colibri "), api);
    assertTrue(api.contains("public static Colibri live()"));
    assertTrue(api.contains("dev.colibri.connector.model.Side"));
    assertFalse(api.contains("class dev.colibri.connector.engine."));
    assertFalse(api.contains("private "));
  }

  private static List<String> differences(String before, String after) {
    TreeSet<String> gone = lines(before);
    TreeSet<String> come = lines(after);
    TreeSet<String> all = new TreeSet<>();
    gone.stream().filter(l -> !come.contains(l)).forEach(l -> all.add("- " + l));
    come.stream().filter(l -> !gone.contains(l)).forEach(l -> all.add("+ " + l));
    return List.copyOf(all);
  }

  /** Every member with the type before it. */
  private static TreeSet<String> lines(String api) {
    TreeSet<String> lines = new TreeSet<>();
    String type = "";
    for (String line : api.lines().toList()) {
      if (line.startsWith("  ")) {
        lines.add(type + " | " + line.strip());
      } else {
        type = line;
        lines.add(line);
      }
    }
    return lines;
  }
}
