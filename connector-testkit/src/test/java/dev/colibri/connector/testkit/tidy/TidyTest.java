package dev.colibri.connector.testkit.tidy;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the whole repository to every rule. */
class TidyTest {
  private static final List<Source> SOURCES = Tidy.sources(Tidy.root());
  private static final Map<String, Source> BY_PATH =
      SOURCES.stream().collect(Collectors.toMap(Source::path, Function.identity()));

  private static boolean covers(Exceptions.Exempt exempt, Finding f) {
    List<String> lines = BY_PATH.get(f.path()).lines();
    return exempt.covers(f, f.line() <= lines.size() ? lines.get(f.line() - 1) : "");
  }

  @TestFactory
  Stream<DynamicTest> the_repository_keeps_the_rule() {
    return Tidy.RULES.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () -> {
                      List<Finding> found = rule.findings(SOURCES);
                      List<Finding> wrong =
                          found.stream()
                              .filter(f -> Exceptions.ALL.stream().noneMatch(e -> covers(e, f)))
                              .toList();
                      if (!wrong.isEmpty()) {
                        fail(rule.reason() + wrong.stream().map(f -> "\n" + f).collect(joining()));
                      }
                      // One that excuses nothing would excuse the next mistake.
                      List<Exceptions.Exempt> stale =
                          Exceptions.ALL.stream()
                              .filter(e -> e.rule().equals(rule.name()))
                              .filter(e -> found.stream().noneMatch(f -> covers(e, f)))
                              .toList();
                      assertEquals(List.of(), stale, "exceptions that are not needed");
                    }));
  }

  @Test
  void every_exception_names_a_rule() {
    List<String> names = Tidy.RULES.stream().map(Rule::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
    for (Exceptions.Exempt e : Exceptions.ALL) {
      assertTrue(names.contains(e.rule()), e.rule());
    }
  }

  @Test
  void the_whole_repository_is_read() {
    assertTrue(BY_PATH.containsKey("README.md"));
    assertTrue(BY_PATH.containsKey("docs/pom.xml"));
    assertTrue(
        BY_PATH.keySet().stream()
            .anyMatch(p -> p.matches("connector-spot/src/main/java/.*/Binance.java")));
  }
}
