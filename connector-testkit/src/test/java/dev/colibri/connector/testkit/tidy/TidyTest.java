package dev.colibri.connector.testkit.tidy;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the whole repository to every rule. */
class TidyTest {
  @TestFactory
  Stream<DynamicTest> the_repository_keeps_the_rule() {
    List<Source> sources = Tidy.sources(Tidy.root());
    return Tidy.RULES.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () -> {
                      List<Finding> found = rule.findings(sources);
                      if (!found.isEmpty()) {
                        fail(rule.reason() + found.stream().map(f -> "\n" + f).collect(joining()));
                      }
                    }));
  }

  @Test
  void the_whole_repository_is_read() {
    List<String> paths = Tidy.sources(Tidy.root()).stream().map(Source::path).toList();
    assertTrue(paths.contains("README.md"));
    assertTrue(paths.contains("docs/pom.xml"));
    assertTrue(
        paths.stream().anyMatch(p -> p.matches("connector-spot/src/main/java/.*/Binance.java")));
  }
}
